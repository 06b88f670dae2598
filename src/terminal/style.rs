//! The look of annotations on a terminal: a style for each of a few roles.

use std::str::FromStr;

use imerr_catalog::{nearest, string_enum, unknown_word};

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
        /// The label of other text about a code, such as its cause.
        Label = "label",
        /// The most important text of a table, such as its first line.
        Title = "title",
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
    /// For every background: colors of medium lightness, with a contrast of at least 4.5 to black
    /// and to white.
    ///
    /// Few of 256 colors have that, and not the nearest ones. So those for terminals with 256 colors
    /// are chosen by hand. No red and no orange have it, so errors and warnings have a background of
    /// these colors.
    pub fn auto() -> Self {
        let mut theme = Self::built_in(
            "bold #0a6cff,bold #b26100,bold #ee0000,bold underline #ee0000,bold #d000d0,underline,\
             #008a00,#0a6cff,bold,dim,#d000d0,#008a00",
        );
        let in_256_colors = Self::built_in(
            "bold 63,bold 16 on 214,bold 231 on 160,bold underline 231 on 160,bold 163,underline,29,\
             63,bold,dim,163,29",
        );
        for (style, other) in theme.0.iter_mut().zip(in_256_colors.0) {
            (style.on_256, style.off_256) = (other.on, other.off);
        }
        theme
    }

    /// For dark backgrounds.
    pub fn dark() -> Self {
        Self::built_in(
            "bold 75,bold 215,bold 203,bold underline 203,bold 177,underline,114,75,bold,dim,177,114",
        )
    }

    /// For light backgrounds.
    pub fn light() -> Self {
        Self::built_in(
            "bold 25,bold 94,bold 160,bold underline 160,bold 90,underline,22,25,bold,dim,90,22",
        )
    }

    /// Without colors.
    pub fn none() -> Self {
        Self::built_in(
            "bold,bold,bold,bold underline,bold,underline,plain,plain,bold,plain,plain,plain",
        )
    }

    /// The theme with these styles, in the order of [`Role::ALL`].
    fn built_in(styles: &str) -> Self {
        let mut theme = Self(Default::default());
        for (role, style) in styles.split(',').enumerate() {
            theme.0[role] = style.parse().expect("the styles of built-in themes are tested");
        }
        theme
    }

    /// The same theme for terminals with 256 colors. Of other colors that a user has chosen, it has
    /// the nearest ones.
    pub fn in_256_colors(mut self) -> Self {
        for style in &mut self.0 {
            style.on.clone_from(&style.on_256);
            style.off.clone_from(&style.off_256);
        }
        self
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

    /// Parses `auto`, `dark`, `light` or `none`, styles for roles, or both: `light,code=bold,error=red
    /// on 231`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim).peekable();
        let named = match parts.peek() {
            Some(&"auto") => Some(Self::auto()),
            Some(&"dark") => Some(Self::dark()),
            Some(&"light") => Some(Self::light()),
            Some(&"none") => Some(Self::none()),
            _ => None,
        };
        if named.is_some() {
            parts.next();
        }
        let mut theme = named.unwrap_or_else(Self::auto);
        for part in parts {
            let Some((role, style)) = part.split_once('=') else { return Err(unknown_theme(part)) };
            theme = theme.with(role.trim().parse()?, style.parse()?);
        }
        Ok(theme)
    }
}

/// Colors and attributes of text, as the parameters of the SGR sequences that set and reset them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The parameters that set the style, such as `1;31`; empty for a plain one.
    pub(crate) on: String,
    /// The same for terminals with 256 colors.
    on_256: String,
    /// The parameters that reset exactly what the style sets, such as `22;39`.
    pub(crate) off: String,
    off_256: String,
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
    fn add(&mut self, on: &str, on_256: &str, off: &str) {
        let all = [
            (&mut self.on, on),
            (&mut self.on_256, on_256),
            (&mut self.off, off),
            (&mut self.off_256, off),
        ];
        for (parameters, more) in all {
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
                style.add(on, on, off);
            } else if word != "plain" {
                let Some(parameters) = color_parameters(word, is_background) else {
                    return Err(unknown_style(word));
                };
                let in_256 = nearest_parameters(&parameters);
                let on_256 = in_256.as_deref().unwrap_or(&parameters);
                style.add(&parameters, on_256, if is_background { "49" } else { "39" });
            }
        }
        Ok(style)
    }
}

/// The error for a word that is no theme, where a style may be as well.
fn unknown_theme(word: &str) -> String {
    let themes = ["auto", "dark", "light", "none"];
    let unknown = unknown_word(word, &themes);
    match nearest(word, themes) {
        Some(_) => unknown,
        None => format!("{unknown}, and no style such as error=bold red"),
    }
}

/// The error for a word that is no color or attribute.
fn unknown_style(word: &str) -> String {
    let attributes = ATTRIBUTES.map(|(name, ..)| name);
    match nearest(word, attributes.into_iter().chain(COLORS)) {
        Some(near) => format!("'{word}' is no color or attribute; did you mean '{near}'?"),
        None => format!("'{word}' is no color or attribute; {CHOICES}"),
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

/// The levels of red, green and blue in the cube of 256 colors.
const CUBE_LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The parameters of the nearest of 256 colors, if these set another one: `38;2;RED;GREEN;BLUE`.
fn nearest_parameters(parameters: &str) -> Option<String> {
    let (target, rgb) = parameters.split_once(";2;")?;
    let mut index = 0;
    for part in rgb.split(';') {
        let part: u8 = part.parse().ok()?;
        let nearest = (0..6).min_by_key(|&level| CUBE_LEVELS[level].abs_diff(part))?;
        index = index * 6 + nearest;
    }
    Some(format!("{target};5;{}", 16 + index))
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
    /// Neither colors nor links.
    pub const PLAIN: Self = Self { theme: None, links: false };

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
        style.add(&code.on, &code.on_256, &code.off);
        Some(style)
    }

    /// `text` in the style of `role`.
    pub fn paint(&self, role: Role, text: &str) -> String {
        let mut styled = Vec::new();
        self.write(role, text.as_bytes(), &mut styled);
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

    /// The red, green and blue of the text, if it is no color of the terminal's own.
    fn color_of(parameters: &str) -> Option<[u8; 3]> {
        color_after(38, parameters)
    }

    fn background_of(parameters: &str) -> Option<[u8; 3]> {
        color_after(48, parameters)
    }

    fn color_after(which: u8, parameters: &str) -> Option<[u8; 3]> {
        let parameters: Vec<u8> =
            parameters.split(';').map(|one| one.parse().expect("they are numbers")).collect();
        let at = parameters.iter().position(|one| *one == which)?;
        match parameters[at + 1..] {
            [2, red, green, blue, ..] => Some([red, green, blue]),
            [5, index @ 16..232, ..] => {
                let cube = usize::from(index - 16);
                Some([cube / 36, cube / 6 % 6, cube % 6].map(|level| CUBE_LEVELS[level]))
            }
            _ => panic!("{parameters:?} depends on the terminal"),
        }
    }

    /// The contrast of two colors as WCAG 2 defines it.
    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        fn luminance(color: [u8; 3]) -> f64 {
            let [red, green, blue] = color.map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
        }
        let (one, other) = (luminance(one), luminance(other));
        one.max(other) / one.min(other)
    }

    /// Level AA of WCAG 2 is 4.5 for text. Text with a background of its own is legible on that.
    #[test]
    fn colors_are_legible() {
        let black = [[0; 3]];
        let white = [[0xff; 3]];
        // The last ones are those of VS Code, Ubuntu and Solarized.
        let dark = [[0; 3], [0x1e; 3], [0x30, 0x0a, 0x24], [0x00, 0x2b, 0x36]];
        let light = [[0xff; 3], [0xf3; 3], [0xfd, 0xf6, 0xe3]];
        let rows: [(Theme, &[[u8; 3]]); 8] = [
            (Theme::auto(), &black),
            (Theme::auto(), &white),
            (Theme::auto().in_256_colors(), &black),
            (Theme::auto().in_256_colors(), &white),
            (Theme::dark(), &dark),
            (Theme::dark().in_256_colors(), &dark),
            (Theme::light(), &light),
            (Theme::light().in_256_colors(), &light),
        ];
        for (theme, backgrounds) in rows {
            let mut colored = 0;
            for &role in Role::ALL.iter() {
                let on = &theme.style(role).on;
                let Some(color) = color_of(on) else { continue };
                colored += 1;
                let own = background_of(on).map(|one| [one]);
                for &background in own.as_ref().map_or(backgrounds, |one| &one[..]) {
                    let contrast = contrast(color, background);
                    assert!(contrast >= 4.5, "{color:?} on {background:?}: {contrast}");
                }
            }
            assert_eq!(colored, 9, "code, title and detail have no color");
        }
    }

    /// The hue tells errors from warnings: red has little green, and orange at least a third.
    #[test]
    fn an_error_is_red_and_a_warning_is_orange() {
        for theme in [Theme::auto(), Theme::auto().in_256_colors()] {
            let color = |role| {
                let on = &theme.style(role).on;
                background_of(on).or_else(|| color_of(on)).expect("the role has a color")
            };
            let [red, green, blue] = color(Role::Error).map(u32::from);
            assert!(10 * green <= red && 10 * blue <= red, "{red} {green} {blue}");
            let [red, green, blue] = color(Role::Warning).map(u32::from);
            assert!(3 * green >= red && green < red && 10 * blue <= red, "{red} {green} {blue}");
        }
    }

    #[test]
    fn a_background_of_256_colors_is_reset() {
        let style = Theme::auto().in_256_colors().style(Role::Error).clone();
        assert_eq!((&*style.on, &*style.off), ("1;38;5;231;48;5;160", "22;39;49"));
        assert_eq!(Theme::auto().style(Role::Error).off, "22;39");
    }

    #[test]
    fn other_colors_have_a_near_one_of_256() {
        let rows = [
            ("bold #ee0000 on #102030", "1;38;5;196;48;5;17"),
            ("#b36200", "38;5;130"),
            ("#ffffff", "38;5;231"),
            ("red on 214", "31;48;5;214"),
        ];
        for (style, wanted) in rows {
            let style: Style = style.parse().expect("a style");
            let theme = Theme::none().with(Role::Error, style).in_256_colors();
            assert_eq!(theme.style(Role::Error).on, wanted);
        }
    }

    #[test]
    fn themes_are_parsed() {
        assert_eq!("light".parse(), Ok(Theme::light()));
        assert_eq!("none".parse(), Ok(Theme::none()));
        let bold: Style = "bold".parse().expect("a style");
        assert_eq!("light, code = bold".parse(), Ok(Theme::light().with(Role::Code, bold.clone())));
        assert_eq!("code=bold".parse(), Ok(Theme::auto().with(Role::Code, bold)));
        for wrong in ["", "solarized", "dark,light", "code=", "heading=bold", "code=bold,dark"] {
            assert!(wrong.parse::<Theme>().is_err(), "{wrong}");
        }
    }
}
