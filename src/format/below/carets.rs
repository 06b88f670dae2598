//! Carets under spans of a line: in which columns a terminal shows them, with tabs, wide
//! characters, combining marks and colors.

use std::ops::Range;

use super::Wrap;
use crate::syntax::{BELOW_END_WIDTH, BELOW_MARK, BELOW_MARK_WIDTH};
use crate::terminal::{characters, columns, has_unsure_width};

const TAB_STOPS: usize = 8;

#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub width: usize,
    pub wrap: Wrap,
}

impl Screen {
    /// The most columns of a line of a block, without the end mark of a marked one. The end mark
    /// must not wrap either. On a terminal, its tab stays in the row, so its blanks need room only.
    pub(super) fn room(self, is_marked: bool) -> usize {
        match self.wrap {
            Wrap::Yes if is_marked => self.width - 2,
            Wrap::Unknown if is_marked => self.width - BELOW_END_WIDTH,
            _ => self.width,
        }
    }
}

#[derive(Debug)]
pub(super) struct Carets {
    /// The columns of the prefix in front of the line.
    left: usize,
    /// Whether the line has the mark of a block.
    is_marked: bool,
    /// The columns of each span; empty if it has no carets.
    columns: Vec<Range<usize>>,
    /// The columns of the tabs in the line above, which are repeated.
    tabs: Vec<usize>,
    /// The rows of the line above on the screen.
    rows: usize,
}

impl Carets {
    /// Carets in these columns, without a mark.
    pub(super) fn at(columns: Vec<Range<usize>>) -> Self {
        Self { left: 0, is_marked: false, columns, tabs: Vec::new(), rows: 1 }
    }

    /// Carets under `spans` of `text`, after a prefix of `left` columns.
    ///
    /// `spans` are in order and contain neither tabs nor escape sequences. A span has carets only
    /// if they are certain to be directly below it on this screen, however it is scrolled. Where the
    /// mark needs the last columns, carets are under the beginning of a span.
    pub(super) fn under(text: &[u8], spans: &[Range<usize>], left: usize, screen: Screen) -> Self {
        let layout = Layout::of(text, spans, left, screen);
        // A mark is recognized only at the beginning of a line, so not after a prefix.
        let is_marked = left == 0;
        let room = screen.room(is_marked);
        let mut columns = Vec::with_capacity(spans.len());
        for (span, cells) in spans.iter().zip(&layout.cells) {
            let mut under = 0..0;
            if let Some(cells) = cells
                && cells.columns.start < room
                && layout.has_carets(span, cells, left, screen)
            {
                under = cells.columns.start..cells.columns.end.min(room);
            }
            columns.push(under);
        }
        // The tabs of a later row have the same stops only if the carets have no prefix.
        let mut tabs = layout.tabs;
        tabs.retain(|(row, _)| *row == layout.last_row && (*row == 0 || left == 0));
        let tabs = tabs.into_iter().map(|(_, column)| column).collect();
        let mut carets = Self { left, is_marked, columns, tabs, rows: layout.last_row + 1 };
        if carets.end() > room {
            carets.columns.fill(0..0);
        }
        carets
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.iter().all(Range::is_empty)
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn has_span(&self, index: usize) -> bool {
        !self.columns[index].is_empty()
    }

    /// The column after the last caret.
    pub(super) fn last_column(&self) -> usize {
        self.columns.iter().map(|columns| columns.end).max().unwrap_or(0)
    }

    /// The most columns of the mark at the end of the line; 0 if it is at the beginning.
    pub(super) fn columns_of_mark_at_end(&self) -> usize {
        if self.has_mark_at_end() { BELOW_MARK_WIDTH - 1 + TAB_STOPS } else { 0 }
    }

    /// The column after the line of carets.
    fn end(&self) -> usize {
        let last = self.last_column();
        if self.has_mark_at_end() { next_tab_stop(last + BELOW_MARK_WIDTH - 1) } else { last }
    }

    /// Writes the carets of each span by `write_carets`, then `text`.
    ///
    /// The mark replaces the blanks in front of the first caret. If there are too few, it is at the
    /// end.
    pub(super) fn write(
        &self,
        line: &mut Vec<u8>,
        text: &[u8],
        write_carets: impl Fn(usize, &str, &mut Vec<u8>),
    ) {
        let mut column = if self.has_mark_at_end() { self.left } else { self.write_mark(line) };
        for (index, columns) in self.columns.iter().enumerate() {
            if columns.is_empty() {
                continue;
            }
            self.pad(line, column, columns.start);
            write_carets(index, &"^".repeat(columns.len()), line);
            column = columns.end;
        }
        line.extend_from_slice(text);
        if self.has_mark_at_end() {
            line.extend_from_slice(BELOW_MARK);
        }
    }

    /// Writes the mark at the beginning of a line, and returns the column after it.
    fn write_mark(&self, line: &mut Vec<u8>) -> usize {
        if !self.is_marked {
            return self.left;
        }
        line.extend_from_slice(BELOW_MARK);
        BELOW_MARK_WIDTH
    }

    /// The line without styles.
    #[cfg(test)]
    pub(super) fn plain(&self) -> Vec<u8> {
        let mut line = Vec::new();
        self.write(&mut line, b"", |_, carets, line| line.extend_from_slice(carets.as_bytes()));
        line
    }

    /// Writes blanks from one column to another, and the tabs of the line above where it has them.
    fn pad(&self, line: &mut Vec<u8>, from: usize, to: usize) {
        let mut column = from;
        for &tab in self.tabs.iter().filter(|tab| (from..to).contains(tab)) {
            line.extend(std::iter::repeat_n(b' ', tab.saturating_sub(column)));
            line.push(b'\t');
            column = next_tab_stop(column.max(tab));
        }
        line.extend(std::iter::repeat_n(b' ', to.saturating_sub(column)));
    }

    /// Whether there is too little room for the mark in front of the first caret.
    fn has_mark_at_end(&self) -> bool {
        let first = self.columns.iter().find(|columns| !columns.is_empty());
        self.is_marked && first.is_some_and(|first| first.start < BELOW_MARK_WIDTH)
    }
}

fn next_tab_stop(column: usize) -> usize {
    (column / TAB_STOPS + 1) * TAB_STOPS
}

/// Where a terminal shows the spans and tabs of a line.
struct Layout {
    /// For each span, its cells; None if nothing of it is shown.
    cells: Vec<Option<Cells>>,
    /// The row and column of each tab.
    tabs: Vec<(usize, usize)>,
    /// The position of the first character whose width depends on the terminal.
    first_unsure: Option<usize>,
    last_row: usize,
}

struct Cells {
    row: usize,
    /// Without an end if the span continues in the next row.
    columns: Range<usize>,
}

impl Layout {
    fn of(text: &[u8], spans: &[Range<usize>], left: usize, screen: Screen) -> Self {
        let width = if screen.wrap == Wrap::No { None } else { Some(screen.width) };
        let mut cursor = CaretCursor { column: left, row: 0, width };
        let mut cells: Vec<Option<Cells>> = spans.iter().map(|_| None).collect();
        let mut tabs = Vec::new();
        let mut first_unsure = None;
        let mut next = 0;
        for (position, c) in characters(text) {
            if c.is_some_and(has_unsure_width) {
                first_unsure = first_unsure.or(Some(position));
            }
            let cell = cursor.advance(c);
            if c == Some('\t') {
                tabs.push((cursor.row, cell.start));
            }
            while spans.get(next).is_some_and(|span| span.end <= position) {
                next += 1;
            }
            if spans.get(next).is_some_and(|span| span.contains(&position)) {
                let row = cursor.row;
                let cells = cells[next].get_or_insert(Cells { row, columns: cell.clone() });
                cells.columns.end = if cells.row == row { cell.end } else { usize::MAX };
            }
        }
        Self { cells, tabs, first_unsure, last_row: cursor.row }
    }

    /// Whether carets in the columns of these cells are under `span`.
    fn has_carets(&self, span: &Range<usize>, cells: &Cells, left: usize, screen: Screen) -> bool {
        let is_sure = match self.first_unsure {
            None => true,
            Some(position) => self.last_row == 0 && span.start < position,
        };
        let is_above = match screen.wrap {
            Wrap::Unknown => self.last_row == 0,
            Wrap::No | Wrap::Yes => cells.row == self.last_row,
        };
        let is_on_screen = cells.columns.start >= left && cells.columns.end <= screen.width;
        is_sure && is_above && is_on_screen
    }
}

/// The position where a terminal writes.
struct CaretCursor {
    column: usize,
    row: usize,
    /// The width of the screen if lines wrap.
    width: Option<usize>,
}

impl CaretCursor {
    /// Writes a character, and returns its columns in the row where the cursor then is.
    fn advance(&mut self, c: Option<char>) -> Range<usize> {
        if c == Some('\t') {
            return self.advance_to_tab_stop();
        }
        let columns = c.map_or(1, columns);
        if columns > 0 && self.width.is_some_and(|width| self.column + columns > width) {
            self.row += 1;
            self.column = 0;
        }
        let start = self.column;
        self.column += columns;
        start..self.column
    }

    /// A tab never leaves its row.
    fn advance_to_tab_stop(&mut self) -> Range<usize> {
        let last = self.width.map_or(usize::MAX, |width| width - 1);
        let start = self.column.min(last);
        self.column = next_tab_stop(start).min(last);
        start..self.column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of carets under each `6206` of `text`, with `|` in place of the mark.
    fn carets(text: &str, left: usize, wrap: Wrap, width: usize) -> String {
        let spans: Vec<Range<usize>> =
            text.match_indices("6206").map(|(at, code)| at..at + code.len()).collect();
        let carets = Carets::under(text.as_bytes(), &spans, left, Screen { width, wrap });
        let line = String::from_utf8(carets.plain()).expect("carets are ASCII");
        if carets.is_empty() { String::new() } else { line.replace("       \t", "|") }
    }

    #[test]
    fn carets_are_under_their_code() {
        let rows = [
            ("6206", "^^^^|"),
            ("x: 6206 and 6206.", "   ^^^^     ^^^^|"),
            ("xxxxxx 6206", "       ^^^^|"),
            ("xxxxxxx 6206", "|^^^^"),
            ("xxxxxxxxx 6206", "|  ^^^^"),
            ("\tx\t6206", "| \t^^^^"),
            ("xx\tx\t6206", "| \t^^^^"),
            ("错误码：6206", "|^^^^"),
            ("e\u{301}e\u{301}\u{200b}6206", "  ^^^^|"),
            ("\x1b[31mred\x1b[0m \x1b]8;;http://a\x1b\\6206", "    ^^^^|"),
            ("\u{1f600}6206", "  ^^^^|"),
            ("6206\t6206", "^^^^\t^^^^|"),
            ("\0\x07 6206", " ^^^^|"),
        ];
        for (text, wanted) in rows {
            for wrap in [Wrap::No, Wrap::Yes, Wrap::Unknown] {
                assert_eq!(carets(text, 0, wrap, 40), wanted, "{text:?} {wrap:?}");
            }
        }
        let (text, screen) = (b"\xff\xfe\xe4\xb8 6206", Screen { width: 40, wrap: Wrap::No });
        let broken = Carets::under(text, std::slice::from_ref(&(5..9)), 1, screen);
        assert_eq!(broken.plain(), b"    ^^^^");
    }

    #[test]
    fn no_carets_where_terminals_disagree_about_widths() {
        assert_eq!(carets("6206 👩\u{200d}💻 6206", 0, Wrap::No, 40), "^^^^|");
        for text in ["⚠\u{fe0f} 6206", "🇨🇳 6206", "👍🏽 6206"] {
            assert_eq!(carets(text, 0, Wrap::No, 40), "", "{text:?}");
        }
    }

    #[test]
    fn carets_exist_only_where_the_row_above_has_the_code() {
        let rows = [
            // Room for 24 columns: in one row, over two, in the second, in the first of two.
            ("xxxxxxxxx 6206", "|  ^^^^", "|  ^^^^", "|  ^^^^"),
            ("xxxxxxxxxxxxxxxxxxxxxx6206", "", "", ""),
            ("xxxxxxxxxxxxxxxxxxxxxxxxxx6206 x", "", "  ^^^^|", ""),
            ("xxxxxxxxx6206 xxxxxxxxxxxxxxxxxxxxxx", "| ^^^^", "", ""),
            // The end of the line is in the second row.
            ("xxxxxxxxx 6206 xxxxxxxxxx", "|  ^^^^", "", ""),
            ("xxxxxxxxx 6206 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "|  ^^^^", "", ""),
            // Carets for the code in the second row alone.
            ("xxxxxxxxxxxx 6206 xxxxxx6206", "|     ^^^^", "^^^^|", ""),
            // A wide character does not fit into the last column.
            ("xxxxxxxxxxxxxxxxxxxxxxx中6206", "", "  ^^^^|", ""),
            // A tab stays in its row, and the next character is in the last column.
            ("xxxxxxxxxxxxxxxxxxxxx\tx 6206", "", " ^^^^|", ""),
            // The last column is one of them, but what wraps needs room for the end mark.
            ("xxxxxxxxxxxxxxxxx6206", "|         ^^^^", "|         ^^^^", ""),
            ("xxxxxxxxxxxxxxxxxx6206", "|          ^^^^", "|          ^^^^", ""),
            ("xxxxxxxxxxxxxxxxxxx6206", "|           ^^^^", "|           ^^^", ""),
            ("xxxxxxxxxxxxxxxxxxxx6206", "|            ^^^^", "|            ^^", ""),
            // The mark has to fit too.
            ("6206 xxxxxx6206", "^^^^       ^^^^|", "", ""),
            ("6206", "^^^^|", "^^^^|", ""),
            ("6206 xxxxxxxxxxxx6206", "", "", ""),
        ];
        for (text, runs, wraps, unknown) in rows {
            let got = [Wrap::No, Wrap::Yes, Wrap::Unknown].map(|wrap| carets(text, 0, wrap, 24));
            assert_eq!(got, [runs, wraps, unknown], "{text:?}");
        }
    }

    #[test]
    fn a_prefix_moves_the_tabs() {
        assert_eq!(carets("\t6206", 6, Wrap::No, 40), "\t^^^^");
        assert_eq!(carets("\t6206", 9, Wrap::Yes, 40), "\t^^^^");
        // In the second row, a code may be in columns that the prefix of the carets needs.
        assert_eq!(carets("xxxxxxxxxxxxxxxxxxxxxx6206", 4, Wrap::Yes, 24), "");
        assert_eq!(carets("xxxxxxxxxxxxxxxxxxxxxxxx 6206", 4, Wrap::Yes, 24), " ^^^^");
    }
}
