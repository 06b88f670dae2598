//! Decides which lines are printed: all, or those with or without codes and lines around them, as
//! grep does.

use std::collections::VecDeque;
use std::ops::Range;

/// The lines of a log to print. Start with the default, all lines, and set the fields that differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineSelection {
    /// The lines to select.
    pub select: Select,
    /// The number of lines to print before a selected one. Ignored when all lines are selected.
    pub before: usize,
    /// The number of lines to print after a selected one. Ignored when all lines are selected.
    pub after: usize,
    /// The most lines to select in a file; with [`Select::All`] the most lines with codes. The rest
    /// of the file is skipped.
    pub max: Option<u64>,
    /// Whether any lines will do, for callers that only need to know whether there are some. Blocks
    /// then need no order, and each thread applies `max` on its own.
    pub unordered: bool,
}

/// The lines to select.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Select {
    /// All. Only those with codes are counted.
    #[default]
    All,
    /// Lines with codes.
    WithCodes,
    /// Lines without codes.
    WithoutCodes,
}

impl LineSelection {
    /// Only the lines with codes.
    pub const WITH_CODES: Self =
        Self { select: Select::WithCodes, before: 0, after: 0, max: None, unordered: false };

    /// Whether lines are printed because they are near selected ones.
    pub fn has_context(&self) -> bool {
        self.select != Select::All && (self.before > 0 || self.after > 0)
    }
}

/// The treatment of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    /// It is printed as a selected line.
    Selected,
    /// It is printed because it comes shortly after a selected line.
    Context,
    /// It is kept in memory and printed if a selected line comes shortly after it.
    Buffered,
    /// It is not printed.
    Dropped,
}

/// The most bytes of buffered lines. Beyond that the first ones are dropped.
const BUFFER_LIMIT: usize = 16 << 20;

/// The memory that a buffered line takes besides its text, roughly.
const LINE_COST: usize = size_of::<Vec<u8>>() + 16;

/// Applies a [`LineSelection`] to the lines of one file after the other.
#[derive(Clone, Default)]
pub(super) struct Selector {
    pub selection: LineSelection,
    /// Whether the disposition of a line depends on other lines of its file. If it does not, which
    /// is the usual case, little is tracked.
    is_stateful: bool,
    /// The number of lines of the file that are selected so far.
    pub selected: u64,
    /// The number of lines that are still printed as context after the last selected one.
    context_left: u64,
    /// The output for the last lines, which is printed only if a selected line follows.
    buffer: VecDeque<Vec<u8>>,
    buffered_bytes: usize,
    /// Whether a line was dropped after the last one that was printed.
    has_gap: bool,
    /// Whether a line was printed, in this file or one before.
    has_printed: bool,
}

/// Lines that are not selected, by what happens to them: ranges of a block, one after the other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unselected {
    pub context: Range<usize>,
    pub context_count: u64,
    pub dropped: Range<usize>,
    pub buffered: Range<usize>,
}

impl Selector {
    pub fn new(selection: LineSelection) -> Self {
        let is_stateful = selection.has_context() || selection.max.is_some();
        Self { selection, is_stateful, ..Self::default() }
    }

    pub fn begin_file(&mut self) {
        self.selected = 0;
        self.context_left = 0;
        self.drop_line();
    }

    /// Whether no more lines of the file are printed.
    pub fn is_done(&self) -> bool {
        self.is_stateful && self.remaining() == 0 && self.context_left == 0
    }

    /// Whether some lines without codes are printed and others are not.
    pub fn distinguishes_plain_lines(&self) -> bool {
        self.selection.select == Select::WithoutCodes || self.selection.has_context()
    }

    /// Whether blocks have to come in order.
    pub fn needs_order(&self) -> bool {
        self.is_stateful && !self.selection.unordered
    }

    pub fn disposition(&self, has_codes: bool) -> Disposition {
        let may_select = !self.is_stateful || self.remaining() > 0;
        if may_select && has_codes == (self.selection.select != Select::WithoutCodes) {
            Disposition::Selected
        } else if self.context_left > 0 {
            Disposition::Context
        } else if self.buffers() {
            Disposition::Buffered
        } else {
            Disposition::Dropped
        }
    }

    /// The lines at the start of `range` of `block`, which have no codes, that are selected: where
    /// they end, and their number. Not for [`Select::All`], which selects them uncounted.
    pub fn selected_plain_lines(&self, block: &[u8], range: Range<usize>) -> (usize, u64) {
        if self.selection.select != Select::WithoutCodes {
            return (range.start, 0);
        }
        first_lines(block, range, self.remaining())
    }

    /// Divides lines without codes that are not selected, `range` of `block`.
    pub fn divide_unselected(&self, block: &[u8], range: Range<usize>) -> Unselected {
        let (context_end, context_count) = first_lines(block, range.clone(), self.context_left);
        let mut buffer_start = range.end;
        if self.buffers() {
            buffer_start = last_lines(block, context_end..range.end, self.selection.before);
        }
        Unselected {
            context: range.start..context_end,
            context_count,
            dropped: context_end..buffer_start,
            buffered: buffer_start..range.end,
        }
    }

    /// Counts `count` lines as selected. Returns whether a separator comes first, because lines are
    /// left out. Print the buffered lines before them.
    pub fn select(&mut self, count: u64) -> bool {
        self.selected += count;
        if !self.selection.has_context() {
            return false;
        }
        self.context_left = self.selection.after as u64;
        let has_gap = std::mem::take(&mut self.has_gap);
        std::mem::replace(&mut self.has_printed, true) && has_gap
    }

    /// Counts lines as printed context.
    pub fn count_context(&mut self, count: u64) {
        self.context_left -= count;
    }

    /// Drops a line, and with it those in the buffer: no later line is near enough to them.
    pub fn drop_line(&mut self) {
        self.has_gap = true;
        self.buffer.clear();
        self.buffered_bytes = 0;
    }

    /// Puts the output for a line into the buffer, and drops lines that are too many.
    pub fn buffer(&mut self, text: Vec<u8>) {
        self.buffered_bytes += LINE_COST + text.len();
        self.buffer.push_back(text);
        while self.buffer.len() > self.selection.before || self.buffered_bytes > BUFFER_LIMIT {
            if self.take_buffered().is_none() {
                break;
            }
            self.has_gap = true;
        }
    }

    /// Takes the first line out of the buffer.
    #[inline]
    pub fn take_buffered(&mut self) -> Option<Vec<u8>> {
        let text = self.buffer.pop_front()?;
        self.buffered_bytes -= LINE_COST + text.len();
        Some(text)
    }

    /// The number of lines that may still be selected.
    fn remaining(&self) -> u64 {
        self.selection.max.map_or(u64::MAX, |max| max - self.selected)
    }

    /// Whether lines that are not printed go into the buffer.
    fn buffers(&self) -> bool {
        self.selection.before > 0 && self.selection.select != Select::All && self.remaining() > 0
    }
}

/// Where the first `most` lines in `range` of `block` end, and how many there are.
fn first_lines(block: &[u8], range: Range<usize>, most: u64) -> (usize, u64) {
    if most == u64::MAX {
        let lines = &block[range.clone()];
        let is_open = lines.last().is_some_and(|&last| last != b'\n');
        let count = memchr::memchr_iter(b'\n', lines).count() as u64;
        return (range.end, count + u64::from(is_open));
    }
    let mut end = range.start;
    let mut count = 0;
    while count < most && end < range.end {
        end = line_end(block, end, range.end);
        count += 1;
    }
    (end, count)
}

/// Where the last `most` lines in `range` of `block` start.
fn last_lines(block: &[u8], range: Range<usize>, most: usize) -> usize {
    let mut start = range.end;
    for _ in 0..most {
        if start == range.start {
            break;
        }
        start = memchr::memrchr(b'\n', &block[range.start..start - 1])
            .map_or(range.start, |newline| range.start + newline + 1);
    }
    start
}

/// Where the line that starts at `start` ends, at most at `limit`.
pub(super) fn line_end(block: &[u8], start: usize, limit: usize) -> usize {
    memchr::memchr(b'\n', &block[start..limit]).map_or(limit, |newline| start + newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_lines_are_cut_at_line_ends() {
        let block = b"x\na\nb\n\nc";
        let rows = [(0, 2, 8), (1, 4, 7), (2, 6, 6), (3, 7, 4), (4, 8, 2), (5, 8, 2)];
        for (most, first, last) in rows {
            assert_eq!(first_lines(block, 2..8, most).0, first, "{most}");
            assert_eq!(last_lines(block, 2..8, most as usize), last, "{most}");
        }
        assert_eq!(first_lines(block, 2..8, 9), (8, 4));
        assert_eq!(first_lines(block, 2..8, u64::MAX), (8, 4));
    }

    #[test]
    fn a_line_with_codes_is_selected_buffered_or_dropped() {
        use Disposition::{Buffered, Context, Dropped, Selected};
        use Select::{All, WithCodes, WithoutCodes};
        // (select, before, after, max), then what happens to a line with codes and to one without
        // before and after one line is selected.
        let rows = [
            ((All, 0, 0, None), [Selected, Dropped], [Selected, Dropped]),
            ((All, 1, 1, Some(1)), [Selected, Dropped], [Dropped, Dropped]),
            ((WithCodes, 0, 0, None), [Selected, Dropped], [Selected, Dropped]),
            ((WithCodes, 0, 0, Some(1)), [Selected, Dropped], [Dropped, Dropped]),
            ((WithCodes, 1, 0, None), [Selected, Buffered], [Selected, Buffered]),
            ((WithCodes, 1, 0, Some(1)), [Selected, Buffered], [Dropped, Dropped]),
            ((WithCodes, 0, 1, None), [Selected, Dropped], [Selected, Context]),
            ((WithCodes, 1, 1, Some(1)), [Selected, Buffered], [Context, Context]),
            ((WithoutCodes, 0, 0, None), [Dropped, Selected], [Dropped, Selected]),
            ((WithoutCodes, 1, 1, None), [Buffered, Selected], [Context, Selected]),
        ];
        for ((select, before, after, max), first, second) in rows {
            let selection = LineSelection { select, before, after, max, unordered: false };
            let mut selector = Selector::new(selection);
            selector.begin_file();
            assert_eq!(dispositions(&selector), first, "before: {selection:?}");
            selector.select(1);
            assert_eq!(dispositions(&selector), second, "after: {selection:?}");
        }
    }

    fn dispositions(selector: &Selector) -> [Disposition; 2] {
        [true, false].map(|has_codes| selector.disposition(has_codes))
    }

    #[test]
    fn unselected_lines_are_context_dropped_or_buffered() {
        let block = b"a\nb\nc\nd\ne\n";
        // Lines of context before and after, then where the three ranges end.
        let rows = [
            ((0, 0), 0, 10, 10),
            ((0, 2), 4, 10, 10),
            ((0, 9), 10, 10, 10),
            ((1, 0), 0, 8, 10),
            ((1, 2), 4, 8, 10),
            ((3, 2), 4, 4, 10),
            ((9, 9), 10, 10, 10),
        ];
        for ((before, after), context, dropped, buffered) in rows {
            let selection = LineSelection { before, after, ..LineSelection::WITH_CODES };
            let mut selector = Selector::new(selection);
            selector.select(1);
            let wanted = Unselected {
                context: 0..context,
                context_count: context as u64 / 2,
                dropped: context..dropped,
                buffered: dropped..buffered,
            };
            assert_eq!(selector.divide_unselected(block, 0..10), wanted, "{before} {after}");
        }
    }

    #[test]
    fn a_separator_is_printed_only_after_a_gap() {
        let mut selector = Selector::new(LineSelection { after: 1, ..LineSelection::WITH_CODES });
        selector.begin_file();
        assert!(!selector.select(1), "nothing is printed before");
        assert!(!selector.select(1), "the lines are neighbors");
        selector.drop_line();
        assert!(selector.select(1), "a line was dropped");
        selector.begin_file();
        assert!(selector.select(1), "another file was printed");
        let mut plain = Selector::new(LineSelection::WITH_CODES);
        plain.select(1);
        plain.drop_line();
        assert!(!plain.select(1), "no context is printed");
    }

    #[test]
    fn the_buffer_is_limited_by_lines_and_bytes() {
        let mut selector = Selector::new(LineSelection { before: 2, ..LineSelection::WITH_CODES });
        let line = LINE_COST;
        assert_eq!(buffer(&mut selector, 1), (1, line + 1, false));
        assert_eq!(buffer(&mut selector, 2), (2, 2 * line + 3, false));
        assert_eq!(buffer(&mut selector, 3), (2, 2 * line + 5, true));
        assert_eq!(buffer(&mut selector, BUFFER_LIMIT - line), (1, BUFFER_LIMIT, true));
        assert_eq!(buffer(&mut selector, BUFFER_LIMIT), (0, 0, true));
    }

    fn buffer(selector: &mut Selector, length: usize) -> (usize, usize, bool) {
        selector.buffer(vec![b'x'; length]);
        (selector.buffer.len(), selector.buffered_bytes, selector.has_gap)
    }
}
