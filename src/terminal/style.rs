//! The look of annotations on a terminal: a style for each of a few roles.

use std::str::FromStr;

use imerr_catalog::string_enum;

use crate::catalog::Severity;

string_enum! {
    /// The use of a style.
    Role {
        /// A code of severity info.
        Info = "info",
        /// A code of severity warning.
        Warning = "warning",
        /// A code of severity error.
        Error = "error",
        /// A code of severity fatal.
        Fatal = "fatal",
        /// A code that is in no catalog.
        Unknown = "unknown",
        /// The code in the line, in addition to the style of its severity.
        Code = "code",
        /// The label of a remedy.
        Fix = "fix",
        /// Secondary text, such as a category.
        Detail = "detail",
        /// The file name in front of a line.
        File = "file",
        /// The line number in front of a line.
        Line = "line",
    }
}

impl Role {
    /// The role for codes of `severity`; without one, for unknown codes.
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

impl Theme {
    /// For dark backgrounds.
    pub fn dark() -> Self {
        Self::built_in("cyan,yellow,red,bold red,magenta,bold underline,green,dim,magenta,green")
    }

    /// For light backgrounds, on which yellow and cyan are hard to read.
    pub fn light() -> Self {
        Self::built_in("blue,130,red,bold red,magenta,bold underline,22,dim,magenta,22")
    }

    /// Without colors. Only the code itself and fatal codes stand out.
    pub fn none() -> Self {
        Self::built_in("plain,plain,plain,bold,plain,bold underline,plain,plain,plain,plain")
    }

    /// The theme with these styles, in the order of [`Role::ALL`].
    fn built_in(styles: &str) -> Self {
        let mut theme = Self(Default::default());
        for (role, style) in styles.split(',').enumerate() {
            theme.0[role] = style.parse().expect("the styles of built-in themes are tested");
        }
        theme
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

    /// Parses `dark`, `light` or `none`, styles for roles, or both: `light,code=bold,error=red on
    /// 231`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut theme = Self::dark();
        for (index, part) in text.split(',').map(str::trim).enumerate() {
            theme = match (index, part) {
                (0, "dark") => Self::dark(),
                (0, "light") => Self::light(),
                (0, "none") => Self::none(),
                _ => {
                    let Some((role, style)) = part.split_once('=') else {
                        return Err(format!(
                            "'{part}' is neither dark, light or none nor a style such as \
                                error=bold red"
                        ));
                    };
                    theme.with(role.trim().parse()?, style.parse()?)
                }
            };
        }
        Ok(theme)
    }
}

/// Colors and attributes of text, as the parameters of the SGR sequences that set and reset them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The parameters that set the style, such as `1;31`; empty for a plain one.
    pub(crate) on: String,
    /// The parameters that reset exactly what the style sets, such as `22;39`.
    pub(crate) off: String,
}

/// The attributes, with the parameters that set and reset them.
const ATTRIBUTES: [(&str, &str, &str); 6] = [
    ("bold", "1", "22"),
    ("dim", "2", "22"),
    ("italic", "3", "23"),
    ("underline", "4", "24"),
    ("inverse", "7", "27"),
    ("strike", "9", "29"),
];

const COLORS: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/// The words of a style, for error messages.
const CHOICES: &str = "words are bold, dim, italic, underline, inverse, strike, plain, on, and \
    colors: black, red, green, yellow, \
                       blue, magenta, cyan, white, each also bright-, 0 to 255, or #rrggbb";

impl Style {
    fn add(&mut self, on: &str, off: &str) {
        for (parameters, more) in [(&mut self.on, on), (&mut self.off, off)] {
            if !parameters.is_empty() && !more.is_empty() {
                parameters.push(';');
            }
            parameters.push_str(more);
        }
    }
}

impl FromStr for Style {
    type Err = String;

    /// Parses `plain`, or attributes and colors: `bold red`, `underline bright-blue on 231`, `dim
    /// #a0a0a0`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut style = Self::default();
        let mut words = text.split_ascii_whitespace().peekable();
        let no_style = || format!("'{text}' is no style; {CHOICES}");
        if words.peek().is_none() {
            return Err(no_style());
        }
        while let Some(first) = words.next() {
            let is_background = first == "on";
            let word = if is_background { words.next().ok_or_else(no_style)? } else { first };
            if let Some((_, on, off)) = ATTRIBUTES.iter().find(|(name, ..)| *name == word) {
                style.add(on, off);
            } else if word != "plain" {
                let Some(parameters) = color_parameters(word, is_background) else {
                    return Err(format!("'{word}' is no color or attribute; {CHOICES}"));
                };
                style.add(&parameters, if is_background { "49" } else { "39" });
            }
        }
        Ok(style)
    }
}

/// The parameters that set a color.
fn color_parameters(color: &str, is_background: bool) -> Option<String> {
    let shift = if is_background { 10 } else { 0 };
    if let Some(index) = color_index(color) {
        return Some((30 + shift + index).to_string());
    }
    if let Some(index) = color.strip_prefix("bright-").and_then(color_index) {
        return Some((90 + shift + index).to_string());
    }
    if let Some(rgb) = color.strip_prefix('#') {
        if rgb.len() != 6 || !rgb.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let rgb = u32::from_str_radix(rgb, 16).ok()?;
        let [_, red, green, blue] = rgb.to_be_bytes();
        return Some(format!("{};2;{red};{green};{blue}", 38 + shift));
    }
    // `parse` alone would accept a sign.
    if !color.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u8 = color.parse().ok()?;
    Some(format!("{};5;{number}", 38 + shift))
}

fn color_index(name: &str) -> Option<usize> {
    COLORS.iter().position(|color| *color == name)
}

/// The theme of the output if it is colored, and whether it has links. The default is neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Styles {
    pub(crate) theme: Option<Theme>,
    links: bool,
}

impl Styles {
    /// The colors of `theme`.
    pub fn colored(theme: Theme) -> Self {
        Self { theme: Some(theme), links: false }
    }

    /// The same; with `links`, codes link to the page about them (OSC 8).
    pub fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
    }

    /// The style of `role`, if there are colors.
    pub(crate) fn style(&self, role: Role) -> Option<&Style> {
        Some(self.theme.as_ref()?.style(role))
    }

    /// The style of a code in the line whose severity has the style of `role`, if there are colors.
    pub(crate) fn code_style(&self, role: Role) -> Option<Style> {
        let theme = self.theme.as_ref()?;
        let (mut style, code) = (theme.style(role).clone(), theme.style(Role::Code));
        style.add(&code.on, &code.off);
        Some(style)
    }

    /// The name of a file in its style.
    pub fn file_name(&self, name: &str) -> String {
        let mut styled = Vec::new();
        self.write(Role::File, name.as_bytes(), &mut styled);
        String::from_utf8_lossy(&styled).into_owned()
    }

    /// Writes `text` in the style of `role`.
    pub(crate) fn write(&self, role: Role, text: &[u8], out: &mut Vec<u8>) {
        let Some(style) = self.style(role).filter(|style| !style.on.is_empty()) else {
            return out.extend_from_slice(text);
        };
        let (on, off) = (style.on.as_bytes(), style.off.as_bytes());
        for part in [b"\x1b[", on, b"m", text, b"\x1b[", off, b"m"] {
            out.extend_from_slice(part);
        }
    }

    /// Writes `text` as a link to `page`, if links are on and there is a page.
    pub(crate) fn write_link<'p>(
        &self,
        text: &[u8],
        page: impl FnOnce() -> Option<&'p str>,
        out: &mut Vec<u8>,
    ) {
        let page = if self.links { page() } else { None };
        let Some(page) = page else { return out.extend_from_slice(text) };
        for part in [LINK, page.as_bytes(), STRING_END, text, LINK_END] {
            out.extend_from_slice(part);
        }
    }
}

/// The beginning of a link (OSC 8), in front of its address.
pub(crate) const LINK: &[u8] = b"\x1b]8;;";
/// The end of the text of a link.
pub(crate) const LINK_END: &[u8] = b"\x1b]8;;\x1b\\";
/// The end of the address of a link.
pub(crate) const STRING_END: &[u8] = b"\x1b\\";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_parsed() {
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
                style.as_ref().ok().map(|style| (&*style.on, &*style.off)),
                wanted,
                "{text}: {style:?}"
            );
        }
    }

    #[test]
    fn themes_are_parsed() {
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
