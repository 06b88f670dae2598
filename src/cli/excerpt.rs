//! A line of a data file with a mark under what is meant.

use std::borrow::Cow;

use imerr::own::Place;
use unicode_width::UnicodeWidthChar;

/// The most characters of a line that are shown.
const WIDTH: usize = 100;
/// How many of them stand before what is meant, at least, where the line is cut.
const LEAD: usize = 30;
/// What is shown where the line goes on.
const CUT: &str = "...";

/// The line of `text` at `place` with its number, and below it a mark. None if there is no such line.
pub fn excerpt(text: &str, place: Place) -> Option<String> {
    let line: Vec<char> = text.lines().nth(place.line.checked_sub(1)?)?.chars().map(shown).collect();
    let at = (place.column - 1).min(line.len());
    let start = if line.len() > WIDTH { at.saturating_sub(LEAD) } else { 0 };
    let end = line.len().min(start + WIDTH);
    let columns = |chars: &[char]| chars.iter().map(|c| c.width().unwrap_or(1)).sum::<usize>();
    let (before, behind) = (if start > 0 { CUT } else { "" }, if end < line.len() { CUT } else { "" });
    let meant = &line[at..end.min(at + place.length).max(at)];
    let number = place.line.to_string();
    let shown: String = line[start..end].iter().collect();
    let gap = " ".repeat(before.len() + columns(&line[start..at]));
    let mark = "^".repeat(columns(meant).max(1));
    Some(format!("{number} | {before}{shown}{behind}\n{0} | {gap}{mark}\n", " ".repeat(number.len())))
}

/// What a character is shown as: a file commands no terminal, turns no text around, and a tab has a width of its own.
fn shown(c: char) -> char {
    let is_command = |c: char| matches!(imerr::render::shown(c.encode_utf8(&mut [0; 4]).as_bytes()), Cow::Owned(_));
    match c {
        '\t' => ' ',
        '\u{2028}' | '\u{2029}' => '\u{fffd}',
        c if is_command(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, line: usize, column: usize, length: usize) -> String {
        excerpt(text, Place { line, column, length }).unwrap_or_default()
    }

    #[test]
    fn the_mark_stands_under_what_is_meant() {
        assert_eq!(of("a\nkind = \"x\"\n", 2, 8, 3), "2 | kind = \"x\"\n  |        ^^^\n");
        assert_eq!(of("\t错误 = 1", 1, 2, 2), "1 |  错误 = 1\n  |  ^^^^\n");
        assert_eq!(of("错\u{202e}误\u{2028}", 1, 4, 1), "1 | 错\u{fffd}误\u{fffd}\n  |      ^\n");
        assert_eq!(of("a\x1b[31m", 1, 9, 5), "1 | a\u{fffd}[31m\n  |       ^\n");
        assert_eq!(of("a", 2, 1, 1), "");
        assert_eq!(of("", 1, 1, 1), "");
    }

    #[test]
    fn a_long_line_is_cut_around_it() {
        let line = format!("{}here{}", "a".repeat(200), "b".repeat(200));
        let wanted = format!("1 | ...{}here{}...\n  | {}^^^^\n", "a".repeat(LEAD), "b".repeat(66), " ".repeat(3 + LEAD));
        assert_eq!(of(&line, 1, 201, 4), wanted);
    }
}
