//! The text of a file that a user wrote, to show the line of a problem.

use std::cell::Cell;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use imerr::custom::Span;
use imerr::terminal::Policy;

/// The most columns of an excerpt.
const MAX_WIDTH: usize = 100;

/// Lines of more bytes are not shown, since each of their problems would cost a pass over them.
const LINE_LIMIT: usize = 4 << 10;

/// The text of a file.
pub struct SourceText {
    bytes: Vec<u8>,
    /// The number of the last line that was shown, and where it begins: problems are sorted, so the
    /// search for the next line goes on there.
    last: Cell<(usize, usize)>,
}

impl SourceText {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, last: Cell::new((1, 0)) }
    }

    /// The line of `span` with its number, and below it a line with carets. None if there is no
    /// such line, or if it is very long. Each byte of invalid UTF-8 counts as a character of the
    /// span.
    pub fn excerpt(&self, span: Span) -> Option<String> {
        let line = self.line(span.line)?;
        if line.len() > LINE_LIMIT {
            return None;
        }
        let (line, starts) = printable(line.trim_ascii_end());
        let start = starts.get(span.column - 1).copied().unwrap_or(line.len());
        let end = starts.get(span.column - 1 + span.length).copied().unwrap_or(line.len());
        let snippet = Snippet::source(line)
            .line_start(span.line)
            .annotation(AnnotationKind::Primary.span(start..end));
        let group = Group::with_level(Level::ERROR.no_name()).element(snippet);
        Some(format!("{}\n", Renderer::plain().term_width(MAX_WIDTH).render(&[group])))
    }

    /// The line with this number, from 1; None if there is none.
    fn line(&self, number: usize) -> Option<&[u8]> {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        let (mut at_number, mut start) = self.last.get();
        if number < at_number {
            (at_number, start) = (1, 0);
        }
        while at_number < number {
            start += memchr::memchr(b'\n', &text[start..])? + 1;
            at_number += 1;
        }
        self.last.set((at_number, start));
        let line = &text[start..];
        let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
        (number > 0 && !line.is_empty()).then_some(&line[..end])
    }
}

/// Replaces unsafe characters and escapes invalid UTF-8. Also returns where each character starts.
fn printable(line: &[u8]) -> (String, Vec<usize>) {
    let (mut printable, mut starts) = (String::new(), Vec::new());
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            starts.push(printable.len());
            let is_unsafe = c != '\t' && Policy::Message.forbids(c);
            printable.push(if is_unsafe { '\u{fffd}' } else { c });
        }
        for byte in chunk.invalid() {
            starts.push(printable.len());
            printable.push_str(&format!("\\x{byte:02x}"));
        }
    }
    (printable, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_are_under_the_span() {
        let rows: [(&[u8], Span, &str); 8] = [
            (b"a\nkind = \"x\"\n", span(2, 8, 3), "  |\n2 | kind = \"x\"\n  |        ^^^\n"),
            (b"a = 1  \r\n", span(1, 1, 1), "  |\n1 | a = 1\n  | ^\n"),
            ("\t错误 = 1".as_bytes(), span(1, 2, 2), "  |\n1 |     错误 = 1\n  |     ^^^^\n"),
            ("错\u{202e}误".as_bytes(), span(1, 3, 1), "  |\n1 | 错\u{fffd}误\n  |    ^^\n"),
            (b"a\x1b[31m", span(1, 9, 5), "  |\n1 | a\u{fffd}[31m\n  |       ^\n"),
            (
                b"\xef\xbb\xbfa = \xb4\xed",
                span(1, 6, 1),
                "  |\n1 | a = \\xb4\\xed\n  |         ^^^^\n",
            ),
            (b"a", span(2, 1, 1), ""),
            (b"", span(1, 1, 1), ""),
        ];
        for (text, span, wanted) in rows {
            assert_eq!(
                SourceText::new(text.to_vec()).excerpt(span).unwrap_or_default(),
                wanted,
                "{text:?}"
            );
        }
    }

    fn span(line: usize, column: usize, length: usize) -> Span {
        Span { line, column, length }
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let line = format!("{}here{}", "a".repeat(200), "b".repeat(200));
        let shown = SourceText::new(line.into_bytes()).excerpt(span(1, 201, 4)).unwrap_or_default();
        assert!(shown.lines().all(|line| line.len() <= MAX_WIDTH), "{shown}");
        assert!(shown.contains("aherebb"), "{shown}");
    }

    #[test]
    fn lines_are_found_in_any_order() {
        let text = SourceText::new(b"a\n\nb\nc".to_vec());
        let numbers = [4, 1, 3, 2, 5, 0, 4];
        let lines = numbers.map(|number| text.line(number));
        let wanted: [Option<&[u8]>; 7] =
            [Some(b"c"), Some(b"a"), Some(b"b"), Some(b""), None, None, Some(b"c")];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn a_very_long_line_is_not_shown() {
        let text = SourceText::new("a".repeat(LINE_LIMIT + 1).into_bytes());
        assert_eq!(text.excerpt(span(1, 1, 1)), None);
    }
}
