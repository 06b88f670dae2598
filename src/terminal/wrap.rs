//! Text in columns, as terminals show it: how wide it is, and where a line of it can end.

use unicode_width::UnicodeWidthStr;

/// The columns that `text` takes, which holds no control characters. Chinese takes two for each character.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// `text` in lines of at most `columns`; a longer word has a line for itself.
///
/// Lines end at blanks, and beside what is not ASCII where Unicode lets them end: between Chinese characters, but not before a
/// full stop or a combining mark, nor behind an opening bracket.
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = first_end(rest, columns) {
        lines.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    lines.push(rest);
    lines.retain(|line| !line.is_empty());
    lines
}

/// Where the first line of `text` ends; None if all of it is on one line.
fn first_end(text: &str, columns: usize) -> Option<usize> {
    // No character has more columns than bytes.
    if text.len() <= columns {
        return None;
    }
    if text.is_ascii() {
        return text[..=columns].rfind(' ').or_else(|| text.find(' '));
    }
    if width(text) <= columns {
        return None;
    }
    let mut last = None;
    for end in ends(text) {
        if width(text[..end].trim_end()) > columns {
            return last.or(Some(end));
        }
        last = Some(end);
    }
    last
}

/// Where lines of `text` can end, but for its own end.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    let is_within_word = |at: usize| {
        let around = [text[..at].chars().next_back(), text[at..].chars().next()];
        around.iter().flatten().all(char::is_ascii_graphic)
    };
    let all = unicode_linebreak::linebreaks(text).map(|(at, _)| at);
    all.filter(move |&at| at < text.len() && !is_within_word(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_blanks() {
        let rows: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("one two", &["one two"]),
            ("one two three", &["one two", "three"]),
            ("one  two  3", &["one  two", "3"]),
            ("a-word-of-its-own", &["a-word-of-its-own"]),
            ("x a-word-of-its-own y", &["x", "a-word-of-its-own", "y"]),
            ("réseau coupé là", &["réseau", "coupé là"]),
            ("é a-word-of-its-own y", &["é", "a-word-of-its-own", "y"]),
        ];
        for (text, wanted) in rows {
            assert_eq!(wrap(text, 8), wanted, "{text:?}");
        }
    }

    #[test]
    fn text_without_blanks_is_broken_where_its_script_is() {
        let rows: [(&str, &[&str]); 7] = [
            ("购物车正被修改", &["购物车正", "被修改"]),
            // A full stop begins no line, and an opening bracket ends none.
            ("购物车锁。请重试", &["购物车", "锁。请重", "试"]),
            ("购物车（锁）了", &["购物车", "（锁）了"]),
            ("请用 UserSig 登录", &["请用", "UserSig", "登录"]),
            ("登录login失败", &["登录", "login失", "败"]),
            // A mark stays with what it stands on, and what is joined is one.
            (
                "ab e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
                &["ab", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"],
            ),
            ("错误错👩\u{200d}💻误", &["错误错👩\u{200d}💻", "误"]),
        ];
        for (text, wanted) in rows {
            assert_eq!(wrap(text, 8), wanted, "{text:?}");
            assert!(wrap(text, 8).iter().all(|line| width(line) <= 8), "{text:?}");
        }
    }
}
