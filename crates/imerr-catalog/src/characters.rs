//! Which characters are unsafe in text, and why: the one table that all checks of characters use.
//!
//! Unassigned characters are safe: the table does not depend on a version of Unicode, and an older
//! program recognizes the annotations of a newer one.

/// The hazard of an unsafe character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hazard {
    /// A control character: C0, DEL or C1.
    Control,
    /// Ends a line for readers that follow Unicode.
    LineBreak,
    /// Changes the direction of the text after it.
    Direction,
    /// Has no glyph.
    Invisible,
    /// A joiner or a variation selector. It has no glyph, but Persian, the scripts of India and
    /// emoji need it.
    Joiner,
    /// U+FFFD.
    Replacement,
    /// A character for private use, which every font draws differently.
    PrivateUse,
    /// A code point that is never a character.
    Noncharacter,
}

impl Hazard {
    /// The hazard of `c`; None if it is safe everywhere.
    pub fn of(c: char) -> Option<Self> {
        if is_common(c) {
            return None;
        }
        Some(match c {
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Self::Control,
            '\u{2028}' | '\u{2029}' => Self::LineBreak,
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Self::Direction,
            '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                Self::Joiner
            }
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' => Self::Invisible,
            '\u{fffd}' => Self::Replacement,
            '\u{fdd0}'..='\u{fdef}' => Self::Noncharacter,
            _ if c as u32 & 0xfffe == 0xfffe => Self::Noncharacter,
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Self::PrivateUse,
            _ => return None,
        })
    }

    /// The hazard as the end of the sentence "the character ...".
    fn reason(self) -> &'static str {
        match self {
            Self::Control => "is a control character",
            Self::LineBreak => "breaks the line",
            Self::Direction => "changes the direction of text",
            Self::Invisible | Self::Joiner => "is invisible",
            Self::Replacement => "stands for text that was lost in a conversion",
            Self::PrivateUse => "is for private use",
            Self::Noncharacter => "is not a character",
        }
    }
}

/// Why no text of a catalog may contain `c`; None if it may. Square brackets delimit annotations.
pub fn fault(c: char) -> Option<&'static str> {
    match Hazard::of(c) {
        None if matches!(c, '[' | ']') => Some("ends annotations"),
        None | Some(Hazard::Joiner) => None,
        Some(hazard) => Some(hazard.reason()),
    }
}

/// Whether `c` modifies the character in front of it: a combining mark, a joiner or a variation
/// selector.
pub fn joins(c: char) -> bool {
    if is_common(c) {
        return false;
    }
    let is_escaped = |text: &str| text.escape_debug().nth(text.chars().count()).is_some();
    // `escape_debug` escapes a combining character only at the beginning of a text.
    matches!(c, '\u{200c}' | '\u{200d}')
        || is_escaped(c.encode_utf8(&mut [0; 4])) && !is_escaped(&format!("x{c}"))
}

/// Whether `c` is printable ASCII or one of the most common characters of Chinese and Japanese.
/// Large catalogs are full of them, so they are tested first.
fn is_common(c: char) -> bool {
    matches!(
        c,
        ' '..='~'
            | '\u{3001}'..='\u{3029}'
            | '\u{3030}'..='\u{3098}'
            | '\u{309b}'..='\u{3163}'
            | '\u{3165}'..='\u{9fff}'
            | '\u{ff01}'..='\u{ff9d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_many_languages_are_safe() {
        for text in [
            "The UserSig has expired (code 6206).",
            "购物车正被另一台设备修改；请在 1 秒后重试！【重要】［全角］\u{3000}“引号”……",
            "Écrivez à l’équipe : « délai dépassé »\u{a0}— œuvre e\u{301}",
            "ショッピングカート、エラー。 한국어도 됩니다. Нет связи. שגיאה خطأ می\u{200c}شود",
            "क्\u{200d}ष ไม่พบ ⚠\u{fe0f} 👩\u{200d}💻 葛\u{e0100} 🇨🇳 ①②③ ½ €",
        ] {
            assert_eq!(text.chars().find(|&c| fault(c).is_some()), None, "{text}");
        }
    }

    #[test]
    fn unsafe_characters_have_a_hazard_and_a_reason() {
        let rows = [
            ("\0\t\n\r\x1b\x7f\u{80}\u{85}\u{9b}\u{9f}", Hazard::Control, "is a control character"),
            ("\u{2028}\u{2029}", Hazard::LineBreak, "breaks the line"),
            (
                "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}",
                Hazard::Direction,
                "changes the direction of text",
            ),
            (
                "\u{ad}\u{200b}\u{2060}\u{2064}\u{206f}\u{feff}\u{fff9}\u{e0001}\u{e0041}\u{180e}",
                Hazard::Invisible,
                "is invisible",
            ),
            ("\u{fffd}", Hazard::Replacement, "stands for text that was lost in a conversion"),
            ("\u{e000}\u{f8ff}\u{f0000}\u{10fffd}", Hazard::PrivateUse, "is for private use"),
            (
                "\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\u{2ffff}\u{10ffff}",
                Hazard::Noncharacter,
                "is not a character",
            ),
        ];
        for (text, hazard, reason) in rows {
            for c in text.chars() {
                assert_eq!((Hazard::of(c), fault(c)), (Some(hazard), Some(reason)), "{c:?}");
            }
        }
        for c in "\u{200c}\u{200d}\u{fe00}\u{fe0f}\u{e0100}\u{e01ef}".chars() {
            assert_eq!((Hazard::of(c), fault(c)), (Some(Hazard::Joiner), None), "{c:?}");
        }
        assert_eq!("[]".chars().map(fault).collect::<Vec<_>>(), [Some("ends annotations"); 2]);
    }

    #[test]
    fn common_characters_are_safe_and_join_nothing() {
        fn is_combining(c: char) -> bool {
            format!("{c}").escape_debug().count() > 1 && format!("x{c}").escape_debug().count() == 2
        }
        for c in (' '..='\u{ffff}').filter(|&c| is_common(c) && !c.is_ascii()) {
            assert!(!is_combining(c) && !c.is_control() && c as u32 & 0xfffe != 0xfffe, "{c:?}");
        }
    }

    #[test]
    fn combining_characters_join() {
        for c in [
            '\u{301}', '\u{3099}', '\u{fe0f}', '\u{200d}', '\u{200c}', '\u{94d}', '\u{e31}',
            '\u{20dd}',
        ] {
            assert!(joins(c), "{c:?}");
        }
        for c in ['a', '"', '\'', '\\', '错', 'é', '，', '\u{3000}', '😀', '⚠', '½', '\u{3fffd}']
        {
            assert!(!joins(c), "{c:?}");
        }
    }
}
