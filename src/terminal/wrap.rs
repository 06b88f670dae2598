//! The width of text on a terminal, wrapping to a width, and the characters of a line.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::ansi::sequence_len;

/// The most columns of a line of prose for people, however wide the terminal is. Eyes lose longer
/// lines.
pub const MAX_PROSE_COLUMNS: usize = 100;

/// The columns of `text`, which has no control characters. Chinese characters have two columns
/// each.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// `text` with as many blanks after it as it has less than `columns`.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` in lines of at most `columns`. A longer word is a line of its own. There are no empty
/// lines.
///
/// Lines end at blanks, and next to other characters than ASCII where Unicode allows it: between
/// Chinese characters, but not before a full stop or a combining mark, nor after an opening
/// bracket. Commands in backquotes, `imerr-annotate` and its first argument, a number and its unit,
/// and a code and its count (`6206 x3`) stay together.
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = first_line_end(rest, columns) {
        lines.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    lines.push(rest);
    lines.retain(|line| !line.is_empty());
    lines
}

/// The end of the first line of `text`; None if the rest is one line.
fn first_line_end(text: &str, columns: usize) -> Option<usize> {
    // No character has more columns than bytes.
    if text.len() <= columns {
        return None;
    }
    if text.is_ascii() {
        let blanks = |part: &str| part.match_indices(' ').map(|(at, _)| at).collect::<Vec<_>>();
        let is_break = |at: &usize| !joins(text, *at);
        let last = blanks(&text[..=columns]).into_iter().rev().find(is_break);
        return last.or_else(|| blanks(text).into_iter().find(is_break));
    }
    if width(text) <= columns {
        return None;
    }
    let mut last = None;
    for (end, _) in unicode_linebreak::linebreaks(text) {
        if end == text.len() || is_within_ascii_word(text, end) {
            continue;
        }
        if text[..end].ends_with(' ') && joins(text, end - 1) {
            continue;
        }
        if width(text[..end].trim_end()) > columns {
            return last.or(Some(end));
        }
        last = Some(end);
    }
    last
}

/// Whether the blank at `position` joins what must stay on one line.
fn joins(text: &str, position: usize) -> bool {
    let (before, after) = (&text[..position], &text[position + 1..]);
    if before.ends_with("imerr-annotate") {
        return true;
    }
    let is_in_command = before.matches('`').count() % 2 == 1 && after.contains('`');
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    let is_unit = before.ends_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&&after[..end]);
    let is_count = after
        .strip_prefix(['x', '×'])
        .is_some_and(|count| count.starts_with(|c: char| c.is_ascii_digit()));
    is_in_command || is_count || is_unit
}

const UNITS: [&str; 8] = ["ms", "s", "KB", "MB", "GB", "bytes", "minutes", "hours"];

/// Whether visible ASCII characters are on both sides of `position`: Unicode would break paths and
/// addresses there.
fn is_within_ascii_word(text: &str, position: usize) -> bool {
    let before = text[..position].chars().next_back();
    let after = text[position..].chars().next();
    before.is_none_or(|c| c.is_ascii_graphic()) && after.is_none_or(|c| c.is_ascii_graphic())
}

/// The end of `text` that fits into `columns`, after `mark` if anything is left out.
pub(crate) fn fitted(text: &str, columns: usize, mark: &str) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let room = columns.saturating_sub(width(mark));
    // Text without width can be arbitrarily long. Two characters per column are enough for one
    // combining mark after each.
    let starts = text.char_indices().rev().map(|(start, _)| start).take(2 * room);
    let fits = |&start: &usize| width(&text[start..]) <= room;
    let start = starts.take_while(fits).last().unwrap_or(text.len());
    format!("{mark}{}", &text[start..])
}

/// The characters of a line with their positions, without escape sequences. None is a piece that is
/// not UTF-8, which a terminal shows as one replacement character.
pub(crate) fn characters(text: &[u8]) -> impl Iterator<Item = (usize, Option<char>)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        while text.get(position) == Some(&0x1b) {
            // After an incomplete sequence, nothing more is shown.
            position += sequence_len(&text[position..])?;
        }
        let start = position;
        // A character has at most four bytes.
        let end = text.len().min(start + 4);
        let chunk = text[start..end].utf8_chunks().next()?;
        let c = chunk.valid().chars().next();
        position += c.map_or(chunk.invalid().len(), char::len_utf8);
        Some((start, c))
    })
}

/// The columns of `c`. A control character has none.
pub(crate) fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Whether terminals disagree about the columns of `c` and its neighbors. Joiners and variation
/// selectors combine characters into one picture or choose its form; skin tones and the letters of
/// flags are pictures in pairs.
pub(crate) fn has_unsure_width(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_text_is_kept() {
        let rows = [
            ("app.log:12", 10, "app.log:12"),
            ("logs/app.log:12", 10, "…pp.log:12"),
            ("日志/聊天.log:12", 16, "日志/聊天.log:12"),
            ("日志/聊天.log:12", 12, "…聊天.log:12"),
            ("日志/聊天.log:12", 11, "…天.log:12"),
            ("abc", 1, "…"),
        ];
        for (text, columns, wanted) in rows {
            let fitted = fitted(text, columns, "…");
            assert_eq!(fitted, wanted, "{text} {columns}");
            assert!(width(&fitted) <= columns);
        }
    }

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
    fn commands_and_numbers_with_units_stay_on_one_line() {
        let rows: [(&str, &[&str]); 9] = [
            ("run `a b` now", &["run", "`a b`", "now"]),
            ("an open ` mark x", &["an open", "` mark x"]),
            ("see imerr-annotate diagnose", &["see", "imerr-annotate diagnose"]),
            ("6206 x3, 70001 x25", &["6206 x3,", "70001 x25"]),
            ("a kick x3", &["a", "kick x3"]),
            ("6206 ×3、70001 ×2", &["6206 ×3、", "70001 ×2"]),
            ("wait for 60 s, then", &["wait for", "60 s,", "then"]),
            ("below 12 KB only", &["below", "12 KB", "only"]),
            ("错误 60 s 后 x", &["错误", "60 s 后", "x"]),
        ];
        for (text, wanted) in rows {
            assert_eq!(wrap(text, 8), wanted, "{text:?}");
        }
    }

    #[test]
    fn text_without_blanks_is_broken_by_the_rules_of_its_script() {
        let rows: [(&str, &[&str]); 7] = [
            ("购物车正被修改", &["购物车正", "被修改"]),
            // No line begins with a full stop or ends with an opening bracket.
            ("购物车锁。请重试", &["购物车", "锁。请重", "试"]),
            ("购物车（锁）了", &["购物车", "（锁）了"]),
            ("请用 UserSig 登录", &["请用", "UserSig", "登录"]),
            ("登录login失败", &["登录", "login失", "败"]),
            // Combining marks and joined emoji stay together.
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
