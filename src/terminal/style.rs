//! How what is said about a code looks on a terminal: a few roles, and a style for each.

use std::str::FromStr;

use imerr_catalog::string_enum;

use crate::catalog::Severity;

string_enum! {
    /// What a style is for.
    Role {
        /// A code of severity info.
        Info = "info",
        /// A code of severity warning.
        Warning = "warning",
        /// A code of severity error.
        Error = "error",
        /// A code of severity fatal.
        Fatal = "fatal",
        /// A code that no catalog holds.
        Unknown = "unknown",
        /// The code itself in the line, on top of the style of its severity.
        Code = "code",
        /// What to do.
        Help = "help",
        /// Where to read on.
        Link = "link",
        /// The name of a file before a line.
        File = "file",
        /// The number of a line before it.
        Line = "line",
    }
}

impl Role {
    /// The role of what is said about codes of `severity`; without one they are unknown.
    pub fn of(severity: Option<Severity>) -> Self {
        match severity {
            None => Self::Unknown,
            Some(Severity::Info) => Self::Info,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Error) => Self::Error,
            Some(Severity::Fatal) => Self::Fatal,
        }
    }
}

/// A style for each role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme([Style; Role::ALL.len()]);

impl Default for Theme {
    fn default() -> Self {
        Self::dark()
    }
}

impl Theme {
    /// For a dark background.
    pub fn dark() -> Self {
        Self::of([
            "cyan",
            "yellow",
            "red",
            "bold red",
            "magenta",
            "bold underline",
            "green",
            "cyan",
            "magenta",
            "green",
        ])
    }

    /// For a light background, where yellow and cyan cannot be read.
    pub fn light() -> Self {
        Self::of([
            "blue",
            "130",
            "red",
            "bold red",
            "magenta",
            "bold underline",
            "22",
            "blue",
            "magenta",
            "22",
        ])
    }

    /// Without colors: only the code and what is fatal stand out.
    pub fn none() -> Self {
        Self::of([
            "plain",
            "plain",
            "plain",
            "bold",
            "plain",
            "bold underline",
            "plain",
            "plain",
            "plain",
            "plain",
        ])
    }

    fn of(styles: [&str; Role::ALL.len()]) -> Self {
        Self(styles.map(|style| style.parse().expect("the styles of built-in themes are tested")))
    }

    /// The same theme with another style for `role`.
    pub fn with(mut self, role: Role, style: Style) -> Self {
        self.0[role as usize] = style;
        self
    }

    /// The style of `role`.
    pub fn style(&self, role: Role) -> &Style {
        &self.0[role as usize]
    }
}

impl FromStr for Theme {
    type Err = String;

    /// Reads `dark`, `light` or `none`, and behind it, or in its place, styles: `light,code=bold,error=red on 231`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut theme = Self::dark();
        for (place, part) in text.split(',').map(str::trim).enumerate() {
            theme = match (part.split_once('='), part) {
                (Some((role, style)), _) => theme.with(role.trim().parse()?, style.parse()?),
                (None, "dark") if place == 0 => Self::dark(),
                (None, "light") if place == 0 => Self::light(),
                (None, "none") if place == 0 => Self::none(),
                _ => {
                    return Err(format!(
                        "'{part}' is neither dark, light or none nor a style such as error=bold red"
                    ));
                }
            };
        }
        Ok(theme)
    }
}

/// Colors and attributes of text, as parameters of the escape sequences that set them and that take them back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    on: String,
    off: String,
}

/// SgrState: what sets each, and what takes it back.
const ATTRIBUTES: [(&str, &str, &str); 6] = [
    ("bold", "1", "22"),
    ("dim", "2", "22"),
    ("italic", "3", "23"),
    ("underline", "4", "24"),
    ("inverse", "7", "27"),
    ("strike", "9", "29"),
];

const COLORS: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

impl Style {
    /// The parameters that set it, such as `1;31`; empty if it changes nothing.
    pub fn on(&self) -> &str {
        &self.on
    }

    /// The parameters that take it back, such as `22;39`.
    pub fn off(&self) -> &str {
        &self.off
    }

    /// This style and `other` on top of it.
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(&other.on, &other.off);
        both
    }

    fn add(&mut self, on: &str, off: &str) {
        for (all, one) in [(&mut self.on, on), (&mut self.off, off)] {
            if !all.is_empty() && !one.is_empty() {
                all.push(';');
            }
            *all += one;
        }
    }
}

impl FromStr for Style {
    type Err = String;

    /// Reads `plain`, or attributes and colors: `bold red`, `underline bright-blue on 231`, `dim #a0a0a0`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut style = Self::default();
        let (mut on_background, mut is_empty) = (false, true);
        for word in text.split_ascii_whitespace() {
            is_empty = false;
            if let Some(&(_, on, off)) = ATTRIBUTES.iter().find(|(name, ..)| *name == word) {
                style.add(on, off);
            } else if word == "on" && !on_background {
                on_background = true;
                continue;
            } else if word != "plain" {
                let color = color(word, on_background)
                    .ok_or_else(|| format!("'{word}' is no color or attribute; {CHOICES}"))?;
                style.add(&color, if on_background { "49" } else { "39" });
            }
            on_background = false;
        }
        match is_empty || on_background {
            true => Err(format!("'{text}' is no style; {CHOICES}")),
            false => Ok(style),
        }
    }
}

const CHOICES: &str = "words are bold, dim, italic, underline, inverse, strike, plain, on, and colors: black, red, green, yellow, \
                       blue, magenta, cyan, white, each also bright-, 0 to 255, or #rrggbb";

/// The parameters that set a color.
fn color(word: &str, on_background: bool) -> Option<String> {
    let shift = if on_background { 10 } else { 0 };
    let named = |word: &str| COLORS.iter().position(|color| *color == word);
    if let Some(place) = named(word) {
        return Some((30 + shift + place).to_string());
    }
    if let Some(place) = word.strip_prefix("bright-").and_then(named) {
        return Some((90 + shift + place).to_string());
    }
    if let Some(rgb) = word
        .strip_prefix('#')
        .filter(|rgb| rgb.len() == 6 && rgb.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        let part = |at: usize| u8::from_str_radix(&rgb[at..at + 2], 16).ok();
        return Some(format!("{};2;{};{};{}", 38 + shift, part(0)?, part(2)?, part(4)?));
    }
    let number = word
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| word.parse::<u8>().ok())
        .flatten()?;
    Some(format!("{};5;{number}", 38 + shift))
}

/// Whether and how what is written is colored, and whether it holds links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Styles {
    theme: Option<Theme>,
    links: bool,
}

impl Styles {
    /// Neither colors nor links: text alone.
    pub fn none() -> Self {
        Self::default()
    }

    /// The colors of `theme`.
    pub fn colored(theme: Theme) -> Self {
        Self { theme: Some(theme), links: false }
    }

    /// The same; with `links`, codes lead to the page about them (OSC 8).
    pub fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
    }

    /// The theme, if there are colors.
    pub fn theme(&self) -> Option<&Theme> {
        self.theme.as_ref()
    }

    /// The style of `role`, if there are colors.
    pub(crate) fn style(&self, role: Role) -> Option<&Style> {
        self.theme.as_ref().map(|theme| theme.style(role))
    }

    /// Writes `text` in the style of `role`.
    pub(crate) fn write(&self, role: Role, text: &[u8], out: &mut Vec<u8>) {
        let Some(style) = self.style(role).filter(|style| !style.on().is_empty()) else {
            return out.extend_from_slice(text);
        };
        for part in
            [b"\x1b[", style.on().as_bytes(), b"m", text, b"\x1b[", style.off().as_bytes(), b"m"]
        {
            out.extend_from_slice(part);
        }
    }

    /// Writes `text`, which leads to `page` if there is one and links are wanted.
    pub(crate) fn write_link<'p>(
        &self,
        text: &[u8],
        page: impl FnOnce() -> Option<&'p str>,
        out: &mut Vec<u8>,
    ) {
        let page = if self.links { page() } else { None };
        if let Some(page) = page {
            out.extend_from_slice(LINK);
            out.extend_from_slice(page.as_bytes());
            out.extend_from_slice(STRING_END);
        }
        out.extend_from_slice(text);
        if page.is_some() {
            out.extend_from_slice(LINK_END);
        }
    }
}

/// What a link begins with; its address follows.
pub(crate) const LINK: &[u8] = b"\x1b]8;;";
/// What ends a link.
pub(crate) const LINK_END: &[u8] = b"\x1b]8;;\x1b\\";
/// What ends the address of a link.
pub(crate) const STRING_END: &[u8] = b"\x1b\\";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_read_from_words() {
        let rows = [
            ("plain", Some(("", ""))),
            ("bold red", Some(("1;31", "22;39"))),
            ("underline bright-blue on white", Some(("4;94;47", "24;39;49"))),
            (" dim  208 on 0 ", Some(("2;38;5;208;48;5;0", "22;39;49"))),
            ("#ff8000 on #000010", Some(("38;2;255;128;0;48;2;0;0;16", "39;49"))),
            ("", None),
            ("red on", None),
            ("on on red", None),
            ("256", None),
            ("+7", None),
            ("#ff80", None),
            ("#+f8000", None),
            ("bright-bold", None),
            ("1;31m", None),
        ];
        for (text, wanted) in rows {
            let style = text.parse::<Style>();
            assert_eq!(
                style.as_ref().ok().map(|style| (style.on(), style.off())),
                wanted,
                "{text}: {style:?}"
            );
        }
    }

    #[test]
    fn themes_are_read_with_styles_of_their_own() {
        assert_eq!("light".parse(), Ok(Theme::light()));
        assert_eq!("none".parse(), Ok(Theme::none()));
        let bold: Style = "bold".parse().expect("a style");
        assert_eq!("light, code = bold".parse(), Ok(Theme::light().with(Role::Code, bold.clone())));
        assert_eq!("code=bold".parse(), Ok(Theme::dark().with(Role::Code, bold)));
        for wrong in ["", "solarized", "dark,light", "code=", "title=bold", "code=bold,dark"] {
            assert!(wrong.parse::<Theme>().is_err(), "{wrong}");
        }
    }
}
