//! Which lines of a log come out: all, or those with or without codes and some around them.

use std::collections::VecDeque;

/// Which lines of a log come out. Begin with the default, all, and set what is to be different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineSelection {
    /// Which lines are selected.
    pub select: Select,
    /// How many lines before a selected one come out too. Where all lines do, this changes nothing.
    pub before: usize,
    /// How many lines behind a selected one come out too. Where all lines do, this changes nothing.
    pub after: usize,
    /// The most lines that are selected in a file, where all come out the most lines with codes; the file is left behind them.
    pub max: Option<u64>,
    /// Whether it is all the same which lines are selected, as for whoever asks only if there is one. Then blocks need no order, and
    /// on several threads each keeps to `max` for itself.
    pub in_any_order: bool,
}

/// Which lines are selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Select {
    /// All; those with codes are the ones that count.
    #[default]
    All,
    /// Those with codes.
    WithCodes,
    /// Those without codes.
    WithoutCodes,
}

impl LineSelection {
    /// Only the lines with codes.
    pub const WITH_CODES: Self =
        Self { select: Select::WithCodes, before: 0, after: 0, max: None, in_any_order: false };

    /// Whether what becomes of a line depends on other lines of its file.
    fn look_around(&self) -> bool {
        self.has_context() || self.max.is_some()
    }

    /// Whether lines come out that stand near selected ones.
    pub fn has_context(&self) -> bool {
        self.select != Select::All && (self.before > 0 || self.after > 0)
    }
}

/// What becomes of a line that could be selected alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    /// It is selected.
    Selected,
    /// It comes out because it stands behind a selected one.
    Context,
    /// It comes out if a selected one follows soon.
    Buffered,
    /// It does not come out.
    Dropped,
}

/// The most bytes that are held because a selected line may follow; with more, lines further up do not come out.
pub(super) const HELD_LIMIT: usize = 16 << 20;

/// How far the choice of lines has come in a file.
#[derive(Clone, Default)]
pub(super) struct Selector {
    pub lines: LineSelection,
    /// Whether what becomes of a line depends on others; where it does not, as mostly, little is noted.
    looks_around: bool,
    /// The lines that are selected so far.
    selected: u64,
    /// How many lines still come out behind the last selected one.
    after: u64,
    /// The last lines that did not come out, which may have to.
    held: VecDeque<BufferedLine>,
    held_bytes: usize,
    /// Whether something was left out behind the last line that came out.
    skips: bool,
    /// Whether a line came out, in this file or one before.
    has_written: bool,
}

/// A line that does not come out unless a selected one follows soon.
#[derive(Clone)]
pub(super) struct BufferedLine {
    pub number: u64,
    pub text: Vec<u8>,
}

impl BufferedLine {
    /// The memory that it takes, more or less.
    fn cost(&self) -> usize {
        size_of::<Self>() + 16 + self.text.len()
    }
}

impl Selector {
    pub fn new(lines: LineSelection) -> Self {
        Self { lines, looks_around: lines.look_around(), ..Self::default() }
    }

    /// Makes ready for a file.
    pub fn begin(&mut self) {
        (self.selected, self.after, self.skips) = (0, 0, true);
        self.drop_held();
    }

    /// How many lines of the file are selected so far.
    pub fn selected(&self) -> u64 {
        self.selected
    }

    /// How many more lines may be selected.
    pub fn room(&self) -> u64 {
        self.lines.max.map_or(u64::MAX, |max| max - self.selected)
    }

    /// Whether no more lines of the file come out.
    pub fn is_done(&self) -> bool {
        self.looks_around && self.room() == 0 && self.after == 0
    }

    /// Whether some lines without codes come out, and others do not.
    pub fn chooses_plain_lines(&self) -> bool {
        self.lines.select == Select::WithoutCodes || self.lines.has_context()
    }

    /// Whether what becomes of a line depends on others.
    pub fn looks_around(&self) -> bool {
        self.looks_around
    }

    /// OccurrenceRecorder that so many lines are selected, where that means nothing for others.
    pub fn count(&mut self, count: u64) {
        self.selected += count;
    }

    /// OccurrenceRecorder that so many lines are selected; returns what stands between them and the line that came out before if that is
    /// not their neighbor.
    pub fn select(&mut self, count: u64) -> &'static [u8] {
        self.selected += count;
        self.after = if self.lines.has_context() { self.lines.after as u64 } else { 0 };
        let tells_gap = std::mem::take(&mut self.skips) && self.lines.has_context();
        if std::mem::replace(&mut self.has_written, true) && tells_gap { b"--\n" } else { b"" }
    }

    /// What becomes of a line, with codes or without.
    pub fn disposition(&self, has_codes: bool) -> Disposition {
        if (!self.looks_around || self.room() > 0)
            && has_codes == (self.lines.select != Select::WithoutCodes)
        {
            Disposition::Selected
        } else if self.after > 0 {
            Disposition::Context
        } else if self.holds() {
            Disposition::Buffered
        } else {
            Disposition::Dropped
        }
    }

    /// How many lines come out because they stand behind a selected one.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// OccurrenceRecorder that so many of those came out.
    pub fn pass_after(&mut self, count: u64) {
        self.after -= count;
    }

    /// Whether lines have to be held because a selected one may follow.
    pub fn holds(&self) -> bool {
        self.lines.before > 0 && self.lines.select != Select::All && self.room() > 0
    }

    /// OccurrenceRecorder that a line that did not come out will not.
    pub fn skip(&mut self) {
        self.skips = true;
        self.drop_held();
    }

    /// Holds a line that did not come out.
    pub fn hold(&mut self, line: BufferedLine) {
        self.held_bytes += line.cost();
        self.held.push_back(line);
        while self.held.len() > self.lines.before || self.held_bytes > HELD_LIMIT {
            let Some(dropped) = self.held.pop_front() else { break };
            self.held_bytes -= dropped.cost();
            self.skips = true;
        }
    }

    /// The first of the lines that are held; it comes out now.
    pub fn take_held(&mut self) -> Option<BufferedLine> {
        let held = self.held.pop_front()?;
        self.held_bytes -= held.cost();
        Some(held)
    }

    fn drop_held(&mut self) {
        self.held.clear();
        self.held_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_held_up_to_their_number_and_size() {
        let mut selector = Selector::new(LineSelection { before: 2, ..LineSelection::WITH_CODES });
        let mut hold = |length: usize| {
            selector.hold(BufferedLine { number: 0, text: vec![b'x'; length] });
            (selector.held.len(), selector.held_bytes, selector.skips)
        };
        let line = BufferedLine { number: 0, text: Vec::new() }.cost();
        assert_eq!(hold(1), (1, line + 1, false));
        assert_eq!(hold(2), (2, 2 * line + 3, false));
        assert_eq!(hold(3), (2, 2 * line + 5, true));
        assert_eq!(hold(HELD_LIMIT - line), (1, HELD_LIMIT, true));
        assert_eq!(hold(HELD_LIMIT), (0, 0, true));
    }
}
