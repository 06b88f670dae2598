//! A data file during reading: its text and the problems found so far.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;

use toml::de::DeTable;

use crate::{Diagnostic, Span};

/// A data file during reading.
pub struct Document<'t> {
    path: &'t str,
    text: &'t str,
    /// The offset of each line; computed when the first span is needed.
    line_starts: OnceCell<Vec<usize>>,
    /// A position in the text and its column: where the last span begins.
    last_column: Cell<(usize, usize)>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'t> Document<'t> {
    /// A file with the name `path` and the content `text`.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self {
            path,
            text,
            line_starts: OnceCell::new(),
            last_column: Cell::new((0, 1)),
            diagnostics: RefCell::default(),
        }
    }

    /// The path, as the caller gave it.
    pub fn path(&self) -> &'t str {
        self.path
    }

    /// The text of a range of bytes, if it begins and ends at characters.
    pub fn slice(&self, range: Range<usize>) -> Option<&'t str> {
        self.text.get(range)
    }

    /// The top-level table. Syntax errors become diagnostics; the table contains the parts without
    /// errors.
    pub fn parse(&self) -> DeTable<'t> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            self.report(error.span().unwrap_or(0..0), error.message().to_string());
        }
        table.into_inner()
    }

    /// Records a problem in a range of bytes.
    pub fn report(&self, range: Range<usize>, message: String) {
        let diagnostic =
            Diagnostic { path: self.path.to_string(), span: self.span(range), message };
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// The span of a range of bytes, up to the end of its first line. Costs a binary search, and
    /// once a pass over the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let line_starts = self.line_starts.get_or_init(|| line_starts(self.text));
        let at = range.start.min(self.text.len());
        let line = line_starts.partition_point(|&start| start <= at);
        let start = line_starts[line - 1];
        let end = line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let length = self.characters(at..range.end.clamp(at, end.max(at)));
        Span { line, column: self.column(start..end, at), length: length.max(1) }
    }

    /// The column of the byte at `at` in the line at `line`. Counted from the last column if that
    /// is nearer than the beginning of the line: all entries of a file may be on one line.
    fn column(&self, line: Range<usize>, at: usize) -> usize {
        let (last, column) = self.last_column.get();
        let column = if !line.contains(&last) || at - line.start <= at.abs_diff(last) {
            1 + self.characters(line.start..at)
        } else if last <= at {
            column + self.characters(last..at)
        } else {
            column - self.characters(at..last)
        };
        self.last_column.set((at, column));
        column
    }

    fn characters(&self, range: Range<usize>) -> usize {
        self.text.get(range).map_or(0, |text| text.chars().count())
    }

    /// The number of problems so far.
    pub fn problem_count(&self) -> usize {
        self.diagnostics.borrow().len()
    }

    /// The problems, in file order.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics.into_inner();
        diagnostics.sort();
        diagnostics.dedup();
        diagnostics
    }

    /// `value`, or the problems if there are any.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<Diagnostic>> {
        let diagnostics = self.into_diagnostics();
        if diagnostics.is_empty() { Ok(value) } else { Err(diagnostics) }
    }
}

impl Span {
    /// The span of a range of bytes of `text`, up to the end of its first line. Costs a pass over
    /// the text.
    pub fn of(text: &str, range: Range<usize>) -> Self {
        Document::new("", text).span(range)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
    std::iter::once(0).chain(newlines.map(|newline| newline + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_counted_in_lines_and_characters() {
        let text = "a = 1\r\nmeaning = \"码 x\"\n\nlast";
        let rows = [
            (0..1, (1, 1, 1)),
            (4..5, (1, 5, 1)),
            (17..24, (2, 11, 5)),
            (21..22, (2, 13, 1)),
            (4..20, (1, 5, 2)),
            (25..25, (3, 1, 1)),
            (26..30, (4, 1, 4)),
            (99..99, (4, 5, 1)),
        ];
        for (range, (line, column, length)) in rows {
            assert_eq!(Span::of(text, range.clone()), Span { line, column, length }, "{range:?}");
        }
    }
}
