//! Carets under places of a line: which column a place is shown in, under tabs, wide characters, combining marks and colors.

use std::ops::Range;

use super::Wrap;
use super::characters::{characters, columns, is_unsure};
use crate::strip::{MARK, MARK_WIDTH};

/// Where tabs lead.
const TAB: usize = 8;

/// Where lines are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub width: usize,
    pub wrap: Wrap,
}

/// A line of carets.
#[derive(Debug)]
pub(super) struct Carets {
    /// The column in which the line begins.
    left: usize,
    /// Whether the line bears the mark of a block.
    is_marked: bool,
    /// For each span its columns; empty if it has no carets.
    columns: Vec<Range<usize>>,
    /// The columns of tabs, which are repeated.
    tabs: Vec<usize>,
}

impl Carets {
    /// Carets in these columns.
    pub(super) fn at(columns: Vec<Range<usize>>) -> Self {
        Self { left: 0, is_marked: false, columns, tabs: Vec::new() }
    }

    /// Carets under `spans` of `text`, which are in order and hold neither tabs nor escape sequences. `left` columns stand before
    /// the text, and before the carets. A span has carets if the line below shows them under it on this screen, however it is
    /// scrolled.
    pub(super) fn under(text: &[u8], spans: &[Range<usize>], left: usize, screen: Screen) -> Self {
        let mut pen =
            Pen { column: left, row: 0, width: (screen.wrap != Wrap::No).then_some(screen.width) };
        let (mut cells, mut tabs) = (vec![None::<Cells>; spans.len()], Vec::new());
        let mut next = 0;
        let mut unsure = usize::MAX;
        characters(text, |at, c| {
            if c.is_some_and(is_unsure) {
                unsure = unsure.min(at);
            }
            let cell = pen.put(c);
            if c == Some('\t') {
                tabs.push((pen.row, cell.start));
            }
            while spans.get(next).is_some_and(|span| span.end <= at) {
                next += 1;
            }
            if spans.get(next).is_some_and(|span| span.contains(&at)) {
                let cells =
                    cells[next].get_or_insert(Cells { row: pen.row, columns: cell.clone() });
                cells.columns.end = if cells.row == pen.row { cell.end } else { usize::MAX };
            }
        });
        let is_pointed_at = |cells: &Cells| match screen.wrap {
            Wrap::Unknown => pen.row == 0,
            Wrap::No | Wrap::Yes => cells.row == pen.row,
        };
        let shown = |(span, cells): (&Range<usize>, Option<Cells>)| {
            let is_sure = span.start < unsure && (pen.row == 0 || unsure == usize::MAX);
            let cells = cells.filter(|cells| is_sure && is_pointed_at(cells));
            let columns = cells.map_or(0..0, |cells| cells.columns);
            if columns.start >= left && columns.end <= screen.width { columns } else { 0..0 }
        };
        let columns: Vec<Range<usize>> = spans.iter().zip(cells).map(shown).collect();
        // Tabs of rows further down come out right too where nothing stands before the line.
        let is_repeated = |row: usize| row == pen.row && (row == 0 || left == 0);
        let tabs = tabs
            .into_iter()
            .filter(|(row, _)| is_repeated(*row))
            .map(|(_, column)| column)
            .collect();
        // Behind a name a mark would mark nothing.
        let mut carets = Self { left, is_marked: left == 0, columns, tabs };
        if carets.end(0) > screen.width {
            carets.columns.fill(0..0);
        }
        carets
    }

    /// Whether any span has carets.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.iter().all(Range::is_empty)
    }

    /// Whether the span at `place` has carets.
    pub(super) fn shows(&self, place: usize) -> bool {
        !self.columns[place].is_empty()
    }

    /// The column behind the line, if a label of so many columns stands behind the carets.
    pub(super) fn end(&self, label: usize) -> usize {
        let end = self.columns.iter().map(|columns| columns.end).max().unwrap_or(0) + label;
        if self.is_marked_behind() { behind_tab(end + MARK_WIDTH - 1) } else { end }
    }

    /// The line, with the carets of each span as `style` writes them, and `label` behind them.
    ///
    /// The mark of a block takes the place of the blanks before the first caret. Where there are too few of them, it comes
    /// last.
    pub(super) fn line(&self, style: impl Fn(usize, &str) -> Vec<u8>, label: &[u8]) -> Vec<u8> {
        let is_marked_behind = self.is_marked_behind();
        let (lead, left) = if self.is_marked && !is_marked_behind {
            (MARK, MARK_WIDTH)
        } else {
            (&b""[..], self.left)
        };
        let mut line = lead.to_vec();
        let mut column = left;
        let mut tabs = self.tabs.iter().filter(|tab| **tab >= left).peekable();
        for (place, columns) in
            self.columns.iter().enumerate().filter(|(_, columns)| !columns.is_empty())
        {
            while column < columns.start {
                let tab = tabs.next_if(|tab| **tab < columns.start);
                let blanks = tab.map_or(columns.start, |tab| *tab).saturating_sub(column);
                line.extend(std::iter::repeat_n(b' ', blanks));
                column += blanks;
                if tab.is_some() {
                    line.push(b'\t');
                    column = behind_tab(column);
                }
            }
            line.extend(style(place, &"^".repeat(columns.len())));
            column = columns.end;
        }
        line.extend_from_slice(label);
        if is_marked_behind {
            line.extend_from_slice(MARK);
        }
        line
    }

    /// Whether there is too little room for the mark before the first caret.
    fn is_marked_behind(&self) -> bool {
        let first = self.columns.iter().find(|columns| !columns.is_empty());
        self.is_marked && first.is_some_and(|first| first.start < MARK_WIDTH)
    }
}

/// Where a tab at `column` leads.
fn behind_tab(column: usize) -> usize {
    (column / TAB + 1) * TAB
}

/// What a span takes of a row.
#[derive(Clone, Debug)]
struct Cells {
    row: usize,
    /// Without an end if the span goes on in the next row.
    columns: Range<usize>,
}

/// Where a terminal writes.
struct Pen {
    column: usize,
    row: usize,
    width: Option<usize>,
}

impl Pen {
    /// Writes a character, and returns its columns in the row where the pen is then.
    fn put(&mut self, c: Option<char>) -> Range<usize> {
        let last = self.width.map_or(usize::MAX, |width| width - 1);
        match c.map_or(1, columns) {
            // A tab stays in its row.
            _ if c == Some('\t') => {
                let start = self.column.min(last);
                self.column = behind_tab(start).min(last);
                start..self.column
            }
            0 => self.column..self.column,
            columns => {
                if self.width.is_some_and(|width| self.column + columns > width) {
                    self.row += 1;
                    self.column = 0;
                }
                let start = self.column;
                self.column += columns;
                start..self.column
            }
        }
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
        let line = String::from_utf8(carets.line(|_, carets| carets.into(), b""))
            .expect("carets are ASCII");
        if carets.is_empty() { String::new() } else { line.replace("       \t", "|") }
    }

    #[test]
    fn carets_stand_under_their_code() {
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
        assert_eq!(broken.line(|_, carets| carets.into(), b""), b"    ^^^^");
    }

    #[test]
    fn where_widths_differ_among_terminals_there_are_none() {
        assert_eq!(carets("6206 👩\u{200d}💻 6206", 0, Wrap::No, 40), "^^^^|");
        for text in ["⚠\u{fe0f} 6206", "🇨🇳 6206", "👍🏽 6206"] {
            assert_eq!(carets(text, 0, Wrap::No, 40), "", "{text:?}");
        }
    }

    #[test]
    fn carets_stand_where_the_line_below_is_below_their_code() {
        let rows = [
            // Room for 24 columns: in one row, over two, in the second, in the first of two.
            ("xxxxxxxxx 6206", "|  ^^^^", "|  ^^^^", "|  ^^^^"),
            ("xxxxxxxxxxxxxxxxxxxxxx6206", "", "", ""),
            ("xxxxxxxxxxxxxxxxxxxxxxxxxx6206 x", "", "  ^^^^|", ""),
            ("xxxxxxxxx6206 xxxxxxxxxxxxxxxxxxxxxx", "| ^^^^", "", ""),
            // A wide character does not fit into the last column.
            ("xxxxxxxxxxxxxxxxxxxxxxx中6206", "", "  ^^^^|", ""),
            // A tab stays in its row, and what comes next stands in the last column.
            ("xxxxxxxxxxxxxxxxxxxxx\tx 6206", "", " ^^^^|", ""),
            // The last column is one of them.
            (
                "xxxxxxxxxxxxxxxxxxxx6206",
                "|            ^^^^",
                "|            ^^^^",
                "|            ^^^^",
            ),
            // The mark has to fit too.
            ("6206 xxxxxx6206", "^^^^       ^^^^|", "^^^^       ^^^^|", "^^^^       ^^^^|"),
            ("6206 xxxxxxxxxxxx6206", "", "", ""),
        ];
        for (text, runs, wraps, unknown) in rows {
            let got = [Wrap::No, Wrap::Yes, Wrap::Unknown].map(|wrap| carets(text, 0, wrap, 24));
            assert_eq!(got, [runs, wraps, unknown], "{text:?}");
        }
    }

    #[test]
    fn what_stands_before_the_line_moves_its_tabs() {
        assert_eq!(carets("\t6206", 6, Wrap::No, 40), "\t^^^^");
        assert_eq!(carets("\t6206", 9, Wrap::Yes, 40), "\t^^^^");
        // In the second row a code may stand where the name is before its carets.
        assert_eq!(carets("xxxxxxxxxxxxxxxxxxxxxx6206", 4, Wrap::Yes, 24), "");
        assert_eq!(carets("xxxxxxxxxxxxxxxxxxxxxxxx 6206", 4, Wrap::Yes, 24), " ^^^^");
    }
}
