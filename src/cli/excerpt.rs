//! A line of a data file with a mark under what is meant.

use std::fmt;

use imerr::custom::Span;
use imerr::terminal::Policy;
use unicode_width::UnicodeWidthChar;

/// The most columns of a line that are shown.
const WIDTH: usize = 100;
/// How many of them stand before what is meant, at most, where the line is cut.
const LEAD: usize = 30;
/// What is shown where the line goes on.
const CUT: &str = "...";

/// The line of `text` at `place` with its number, and below it a mark. None if there is no such line. A byte that is of no character
/// counts as one.
pub fn excerpt(text: &[u8], place: Span) -> Option<String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let line = text.split_inclusive(|&byte| byte == b'\n').nth(place.line.checked_sub(1)?)?;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = cells(line.strip_suffix(b"\r").unwrap_or(line));
    let at = (place.column - 1).min(line.len());
    let is_long = columns(&line) > WIDTH;
    let start = if is_long { at - fitting(line[..at].iter().rev(), LEAD) } else { 0 };
    let end = start + fitting(line[start..].iter(), WIDTH);
    let (before, behind) =
        (if start > 0 { CUT } else { "" }, if end < line.len() { CUT } else { "" });
    let meant = &line[at..end.min(at + place.length).max(at)];
    let number = place.line.to_string();
    let shown: String = line[start..end].iter().map(Cell::to_string).collect();
    let gap = " ".repeat(before.len() + columns(&line[start..at]));
    let mark = "^".repeat(columns(meant).max(1));
    Some(format!(
        "{number} | {before}{shown}{behind}\n{0} | {gap}{mark}\n",
        " ".repeat(number.len())
    ))
}

/// A character of a line, or a byte that is of none.
enum Cell {
    Character(char),
    Byte(u8),
}

impl Cell {
    fn width(&self) -> usize {
        match self {
            Self::Character(c) => c.width().unwrap_or(1),
            Self::Byte(_) => 4,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(c) => write!(f, "{c}"),
            Self::Byte(byte) => write!(f, "\\x{byte:02x}"),
        }
    }
}

fn cells(line: &[u8]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for chunk in line.utf8_chunks() {
        cells.extend(chunk.valid().chars().map(|c| Cell::Character(shown(c))));
        cells.extend(chunk.invalid().iter().map(|&byte| Cell::Byte(byte)));
    }
    cells
}

fn columns(cells: &[Cell]) -> usize {
    cells.iter().map(Cell::width).sum()
}

/// How many of `cells` fit into so many columns.
fn fitting<'c>(cells: impl Iterator<Item = &'c Cell>, columns: usize) -> usize {
    let ends = cells.scan(0, |end, cell| {
        *end += cell.width();
        Some(*end)
    });
    ends.take_while(|&end| end <= columns).count()
}

/// What a character is shown as: a file commands no terminal, turns no text around, and a tab has a width of its own.
fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        c if Policy::Message.forbids(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, line: usize, column: usize, length: usize) -> String {
        excerpt(text.as_bytes(), Span { line, column, length }).unwrap_or_default()
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
        let wanted = format!(
            "1 | ...{}here{}...\n  | {}^^^^\n",
            "a".repeat(LEAD),
            "b".repeat(66),
            " ".repeat(3 + LEAD)
        );
        assert_eq!(of(&line, 1, 201, 4), wanted);
        // A wide character takes two columns, and the mark ends where the text does.
        let wanted = format!("1 | a{}...\n  |  {}\n", "错".repeat(49), "^".repeat(98));
        assert_eq!(of(&format!("a{}", "错".repeat(60)), 1, 2, 60), wanted);
    }

    #[test]
    fn bytes_that_are_no_text_are_spelled() {
        let place = Span { line: 2, column: 6, length: 1 };
        let wanted = "2 | a = \"\\xb4\\xed\"\n  |      ^^^^\n";
        assert_eq!(
            excerpt(b"\xef\xbb\xbfb\r\na = \"\xb4\xed\"\r\n", place),
            Some(wanted.to_string())
        );
    }
}
