//! Shows a line of a data file with carets under a span.

use imerr::custom::Span;
use imerr::terminal::Policy;
use unicode_width::UnicodeWidthChar;

/// The most columns of a line.
const MAX_WIDTH: usize = 100;
/// The most columns in front of the span, if the line is longer.
const MAX_LEAD: usize = 30;
/// Replaces the parts of a long line that are cut off.
const CUT: &str = "...";

/// The line of `span` with its number, and below it a line with carets. None if `text` has no such
/// line. Invalid UTF-8 is escaped; each of its bytes counts as a character of the span.
pub fn excerpt(text: &[u8], span: Span) -> Option<String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let line = text.split_inclusive(|&byte| byte == b'\n').nth(span.line.checked_sub(1)?)?;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = cells(line.strip_suffix(b"\r").unwrap_or(line));
    let span_start = (span.column - 1).min(line.len());
    let mut start = 0;
    if columns(&line) > MAX_WIDTH {
        start = span_start - count_fitting(line[..span_start].iter().rev(), MAX_LEAD);
    }
    let end = start + count_fitting(line[start..].iter(), MAX_WIDTH);
    let span_end = end.min(span_start + span.length).max(span_start);

    let left = if start > 0 { CUT } else { "" };
    let right = if end < line.len() { CUT } else { "" };
    let shown: String = line[start..end].iter().map(|cell| cell.text.as_str()).collect();
    let number = span.line.to_string();
    let margin = " ".repeat(number.len());
    let indent = " ".repeat(left.len() + columns(&line[start..span_start]));
    let carets = "^".repeat(columns(&line[span_start..span_end]).max(1));
    Some(format!("{number} | {left}{shown}{right}\n{margin} | {indent}{carets}\n"))
}

/// A character as it is shown, or an escaped byte of invalid UTF-8.
struct Cell {
    text: String,
    width: usize,
}

fn cells(line: &[u8]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars().map(shown) {
            cells.push(Cell { text: c.to_string(), width: c.width().unwrap_or(1) });
        }
        for byte in chunk.invalid() {
            cells.push(Cell { text: format!("\\x{byte:02x}"), width: 4 });
        }
    }
    cells
}

/// A tab becomes a blank, so that its width is known. Unsafe characters are replaced.
fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        c if Policy::Message.forbids(c) => '\u{fffd}',
        c => c,
    }
}

fn columns(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.width).sum()
}

/// How many cells fit into a number of columns.
fn count_fitting<'c>(cells: impl Iterator<Item = &'c Cell>, columns: usize) -> usize {
    let (mut width, mut count) = (0, 0);
    for cell in cells {
        width += cell.width;
        if width > columns {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt_of(text: &str, line: usize, column: usize, length: usize) -> String {
        excerpt(text.as_bytes(), Span { line, column, length }).unwrap_or_default()
    }

    #[test]
    fn carets_are_under_the_span() {
        assert_eq!(excerpt_of("a\nkind = \"x\"\n", 2, 8, 3), "2 | kind = \"x\"\n  |        ^^^\n");
        assert_eq!(excerpt_of("\t错误 = 1", 1, 2, 2), "1 |  错误 = 1\n  |  ^^^^\n");
        assert_eq!(
            excerpt_of("错\u{202e}误\u{2028}", 1, 4, 1),
            "1 | 错\u{fffd}误\u{fffd}\n  |      ^\n"
        );
        assert_eq!(excerpt_of("a\x1b[31m", 1, 9, 5), "1 | a\u{fffd}[31m\n  |       ^\n");
        assert_eq!(excerpt_of("a", 2, 1, 1), "");
        assert_eq!(excerpt_of("", 1, 1, 1), "");
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let line = format!("{}here{}", "a".repeat(200), "b".repeat(200));
        let wanted = format!(
            "1 | ...{}here{}...\n  | {}^^^^\n",
            "a".repeat(MAX_LEAD),
            "b".repeat(66),
            " ".repeat(3 + MAX_LEAD)
        );
        assert_eq!(excerpt_of(&line, 1, 201, 4), wanted);
        // A wide character takes two columns, and the mark ends where the text does.
        let wanted = format!("1 | a{}...\n  |  {}\n", "错".repeat(49), "^".repeat(98));
        assert_eq!(excerpt_of(&format!("a{}", "错".repeat(60)), 1, 2, 60), wanted);
    }

    #[test]
    fn invalid_utf_8_is_escaped() {
        let span = Span { line: 2, column: 6, length: 1 };
        let wanted = "2 | a = \"\\xb4\\xed\"\n  |      ^^^^\n";
        assert_eq!(
            excerpt(b"\xef\xbb\xbfb\r\na = \"\xb4\xed\"\r\n", span),
            Some(wanted.to_string())
        );
    }
}
