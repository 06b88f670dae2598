//! Which characters a text for people can hold, so that it stands on one line of any log and any terminal.
//!
//! Joiners and variation selectors are among them, though they show nothing: Persian, the scripts of India and emoji are not
//! spelled right without them, and no terminal obeys them. So is what Unicode has not assigned yet: what a text is does not
//! depend on a version of Unicode, and an annotation is known again by a program that knows an older one.

/// What `c` does that no text for people can do; None for a character that it can hold.
pub fn fault(c: char) -> Option<&'static str> {
    match c {
        '[' | ']' => Some("ends annotations"),
        _ => hidden(c),
    }
}

/// Whether `text` holds such characters alone, or square brackets. Only what is not ASCII is read as UTF-8.
pub fn is_shown(text: &[u8]) -> bool {
    match text.iter().position(|byte| !matches!(byte, b' '..=b'~')) {
        None => true,
        Some(at) => std::str::from_utf8(&text[at..])
            .is_ok_and(|rest| rest.chars().all(|c| hidden(c).is_none())),
    }
}

/// Whether `c` changes the character before it rather than standing for itself: a combining mark, a joiner or a selector.
pub fn joins(c: char) -> bool {
    if is_usual(c) {
        return false;
    }
    let is_escaped = |text: &str| text.escape_debug().nth(text.chars().count()).is_some();
    // What extends a character is escaped at the beginning of a text alone.
    matches!(c, '\u{200c}' | '\u{200d}')
        || is_escaped(c.encode_utf8(&mut [0; 4])) && !is_escaped(&format!("x{c}"))
}

/// Whether `c` is printable ASCII or one of most characters of Chinese and Japanese, which need no second look: large catalogs
/// are full of them.
fn is_usual(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{3001}'..='\u{3029}' | '\u{3030}'..='\u{3098}' | '\u{309b}'..='\u{3163}')
        || matches!(c, '\u{3165}'..='\u{9fff}' | '\u{ff01}'..='\u{ff9d}')
}

fn hidden(c: char) -> Option<&'static str> {
    match c {
        c if is_usual(c) => None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("is a control character"),
        '\u{2028}' | '\u{2029}' => Some("breaks the line"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("turns the order of text around")
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2800}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Some("shows nothing"),
        '\u{fffd}' => Some("stands for what was lost when the file was converted"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => {
            Some("is not the same character everywhere")
        }
        '\u{fdd0}'..='\u{fdef}' => Some("is no character"),
        c if c as u32 & 0xfffe == 0xfffe => Some("is no character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_people_are_possible() {
        for text in [
            "The UserSig has expired (code 6206).",
            "购物车正被另一台设备修改；请在 1 秒后重试！【重要】［全角］\u{3000}“引号”……",
            "Écrivez à l’équipe : « délai dépassé »\u{a0}— œuvre e\u{301}",
            "ショッピングカート、エラー。 한국어도 됩니다. Нет связи. שגיאה خطأ می\u{200c}شود",
            "क्\u{200d}ष ไม่พบ ⚠\u{fe0f} 👩\u{200d}💻 🇨🇳 ①②③ ½ €",
        ] {
            assert_eq!(text.chars().find(|&c| fault(c).is_some()), None, "{text}");
            assert!(is_shown(text.as_bytes()), "{text}");
            assert!(
                !is_shown(&text.as_bytes()[..text.len() - 1])
                    || text.is_char_boundary(text.len() - 1),
                "{text}"
            );
        }
    }

    #[test]
    fn what_breaks_lines_commands_or_hides_is_not() {
        let rows = [
            ("\0\t\n\r\x1b\x7f\u{80}\u{85}\u{9b}\u{9f}", "is a control character"),
            ("\u{2028}\u{2029}", "breaks the line"),
            (
                "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}",
                "turns the order of text around",
            ),
            (
                "\u{ad}\u{200b}\u{2060}\u{2064}\u{206f}\u{feff}\u{fff9}\u{e0001}\u{e0041}\u{180e}",
                "shows nothing",
            ),
            ("\u{fffd}", "stands for what was lost when the file was converted"),
            ("\u{e000}\u{f8ff}\u{f0000}\u{10fffd}", "is not the same character everywhere"),
            ("\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\u{2ffff}", "is no character"),
        ];
        for (c, wanted) in
            rows.into_iter().flat_map(|(text, wanted)| text.chars().map(move |c| (c, wanted)))
        {
            assert_eq!(fault(c), Some(wanted), "{c:?}");
            assert!(
                !is_shown(format!("错{c}").as_bytes()) && !is_shown(format!("a{c}").as_bytes()),
                "{c:?}"
            );
        }
        assert_eq!("[]".chars().map(fault).collect::<Vec<_>>(), [Some("ends annotations"); 2]);
        assert!(is_shown("a [b] 错".as_bytes()) && is_shown(b""));
    }

    #[test]
    fn what_is_not_utf_8_is_not_shown() {
        for bytes in [&b"a\xff"[..], b"\xb4\xed\xce\xf3", b"\xe9\x94", b"\xed\xa0\x80", b"\xc0\x80"]
        {
            assert!(!is_shown(bytes), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_usual_is_possible_and_joins_nothing() {
        let slowly = |c: char| {
            format!("{c}").escape_debug().count() > 1 && format!("x{c}").escape_debug().count() == 2
        };
        for c in (' '..='\u{ffff}').filter(|&c| is_usual(c) && !c.is_ascii()) {
            assert!(!slowly(c) && !c.is_control() && c as u32 & 0xfffe != 0xfffe, "{c:?}");
        }
    }

    #[test]
    fn marks_join_what_stands_before_them() {
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
