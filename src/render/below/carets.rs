//! Carets under places of a line: which column a place is shown in, under tabs, wide characters, combining marks and colors.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::render::block::{MARK, MARK_WIDTH};
use crate::render::escapes::sequence;

/// Where tabs lead.
const TAB: usize = 8;

/// The last column that carets are put under.
const COLUMN_LIMIT: usize = 1000;

/// A line of carets.
#[derive(Debug)]
pub(super) struct Carets {
    /// The column in which the line begins.
    left: usize,
    /// For each span its columns; empty if it is not shown.
    columns: Vec<Range<usize>>,
    /// The columns of tabs, which are repeated.
    tabs: Vec<usize>,
}

impl Carets {
    /// Carets under `spans` of `text`, which are in order and hold neither tabs nor escape sequences. `left` columns stand before
    /// the text, and before the carets. A terminal of `width` columns, if there is one, breaks what is wider; only what stands in
    /// the last row then has carets. None if nothing has.
    pub(super) fn under(text: &[u8], spans: &[Range<usize>], left: usize, width: Option<usize>) -> Option<Self> {
        let mut pen = Pen { column: left, row: 0, width };
        let (mut cells, mut tabs) = (vec![Vec::new(); spans.len()], Vec::new());
        let mut next = 0;
        glyphs(text, |at, glyph| {
            let is_tab = matches!(glyph, Glyph::Tab);
            let cell = pen.put(glyph);
            if is_tab && cell.start < COLUMN_LIMIT {
                tabs.push((pen.row, cell.start));
            }
            while spans.get(next).is_some_and(|span| span.end <= at) {
                next += 1;
            }
            if spans.get(next).is_some_and(|span| span.contains(&at)) {
                cells[next].push((pen.row, cell));
            }
        });
        // In the last column a terminal waits with the next row until something comes.
        let limit = width.map_or(COLUMN_LIMIT, |width| width - 1);
        let shown = |cells: &Vec<(usize, Range<usize>)>| {
            let in_last_row = || cells.iter().filter(|(row, _)| *row == pen.row).map(|(_, cell)| cell);
            let start = in_last_row().map(|cell| cell.start).min().unwrap_or(0);
            start.max(left)..in_last_row().map(|cell| cell.end).max().unwrap_or(0).min(limit)
        };
        let columns: Vec<Range<usize>> = cells.iter().map(shown).collect();
        // Tabs of rows further down come out right too where nothing stands before the line.
        let is_repeated = |row: usize| row == pen.row && (row == 0 || left == 0);
        let tabs = tabs.into_iter().filter(|(row, _)| is_repeated(*row)).map(|(_, column)| column).collect();
        columns.iter().any(|columns| !columns.is_empty()).then_some(Self { left, columns, tabs })
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
    /// last. Behind a name it would mark nothing.
    pub(super) fn line(&self, style: impl Fn(usize, &str) -> Vec<u8>, label: &[u8]) -> Vec<u8> {
        let (lead, left) = if self.left == 0 && !self.is_marked_behind() { (MARK, MARK_WIDTH) } else { (&b""[..], self.left) };
        let mut line = lead.to_vec();
        let mut column = left;
        let mut tabs = self.tabs.iter().filter(|tab| **tab >= left).peekable();
        for (place, columns) in self.columns.iter().enumerate().filter(|(_, columns)| !columns.is_empty()) {
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
        if self.is_marked_behind() {
            line.extend_from_slice(MARK);
        }
        line
    }

    /// Whether there is too little room for the mark before the first caret.
    fn is_marked_behind(&self) -> bool {
        let first = self.columns.iter().find(|columns| !columns.is_empty());
        self.left == 0 && first.is_some_and(|first| first.start < MARK_WIDTH)
    }
}

/// Where a tab at `column` leads.
fn behind_tab(column: usize) -> usize {
    (column / TAB + 1) * TAB
}

/// What is shown as one.
enum Glyph {
    Tab,
    /// Something of so many columns.
    Columns(usize),
}

/// Calls `each` with every glyph of `text` and its place. Escape sequences show nothing; what is no UTF-8 shows a replacement
/// character for each piece.
fn glyphs(text: &[u8], mut each: impl FnMut(usize, Glyph)) {
    let mut at = 0;
    while at < text.len() {
        let escape = memchr::memchr(0x1b, &text[at..]).map_or(text.len(), |escape| at + escape);
        let mut place = at;
        for chunk in text[at..escape].utf8_chunks() {
            for c in chunk.valid().chars() {
                each(place, if c == '\t' { Glyph::Tab } else { Glyph::Columns(c.width().unwrap_or(0)) });
                place += c.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                each(place, Glyph::Columns(1));
                place += chunk.invalid().len();
            }
        }
        let Some(length) = text.get(escape..).filter(|rest| !rest.is_empty()).and_then(sequence) else { break };
        at = escape + length;
    }
}

/// Where a terminal writes.
struct Pen {
    column: usize,
    row: usize,
    width: Option<usize>,
}

impl Pen {
    /// Writes a glyph, and returns its columns in the row where the pen is then.
    fn put(&mut self, glyph: Glyph) -> Range<usize> {
        let last = self.width.map_or(usize::MAX, |width| width - 1);
        match glyph {
            // A tab stays in its row.
            Glyph::Tab => {
                let start = self.column.min(last);
                self.column = behind_tab(start).min(last);
                start..self.column
            }
            Glyph::Columns(0) => self.column..self.column,
            Glyph::Columns(columns) => {
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
    fn carets(text: &str, left: usize, width: Option<usize>) -> Option<String> {
        let spans: Vec<Range<usize>> = text.match_indices("6206").map(|(at, code)| at..at + code.len()).collect();
        let carets = Carets::under(text.as_bytes(), &spans, left, width)?;
        let line = String::from_utf8(carets.line(|_, carets| carets.into(), b"")).expect("carets are ASCII");
        Some(line.replace("       \t", "|"))
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
            assert_eq!(carets(text, 0, None).as_deref(), Some(wanted), "{text:?}");
        }
        let broken = Carets::under(b"\xff\xfe\xe4\xb8 6206", std::slice::from_ref(&(5..9)), 1, None).expect("they are near");
        assert_eq!(broken.line(|_, carets| carets.into(), b""), b"    ^^^^");
    }

    #[test]
    fn far_away_there_are_none() {
        assert_eq!(carets(&format!("{}6206", "x".repeat(COLUMN_LIMIT)), 0, None), None);
    }

    #[test]
    fn a_terminal_breaks_lines() {
        let rows = [
            // Room for 20 columns: in one row, over two, in the second, in the first of two.
            ("xxxxxxxxx 6206", Some("|  ^^^^")),
            ("xxxxxxxxxxxxxxxxxx6206", Some("^^|")),
            ("xxxxxxxxxxxxxxxxxxxxxx6206 x", Some("  ^^^^|")),
            ("6206 xxxxxxxxxxxxxxxxxxxxxx", None),
            // A wide character does not fit into the last column.
            ("xxxxxxxxxxxxxxxxxxx中6206", Some("  ^^^^|")),
            // A tab stays in its row, and what comes next stands in the last column.
            ("xxxxxxxxxxxxxxxxx\tx 6206", Some(" ^^^^|")),
            // Nothing is put in the last column.
            ("xxxxxxxxxxxxxxxx6206", Some("|        ^^^")),
        ];
        for (text, wanted) in rows {
            assert_eq!(carets(text, 0, Some(20)).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn what_stands_before_the_line_moves_its_tabs() {
        assert_eq!(carets("\t6206", 6, None).as_deref(), Some("\t^^^^"));
        assert_eq!(carets("\t6206", 9, Some(40)).as_deref(), Some("\t^^^^"));
        // In the second row the carets begin behind the name as well.
        assert_eq!(carets("xxxxxxxxxxxxxxxxxx 6206", 4, Some(20)).as_deref(), Some("^^^"));
    }
}
