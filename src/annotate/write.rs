//! Writing lines of a log, and those that stand around them.

use std::io;
use std::ops::Range;

use super::Annotator;
use super::prefix::Mark;
use super::selector::{BufferedLine, Disposition, Select};
use crate::input::Block;
use crate::pipeline::Output;
use crate::stats::LineTermination;
use crate::strip::{ADDED_LINE_END, find_below_lines};
use crate::terminal::escape_controls;

/// The numbers of the lines of a block, asked for from its beginning to its end.
pub(super) struct Numbers {
    number: u64,
    /// Where that line begins.
    at: usize,
}

impl Numbers {
    pub fn of(block: &Block) -> Self {
        Self { number: block.line, at: 0 }
    }

    /// The number of the line that begins at `at`.
    pub fn at(&mut self, bytes: &[u8], at: usize) -> u64 {
        self.number += memchr::memchr_iter(b'\n', &bytes[self.at..at]).count() as u64;
        self.at = at;
        self.number
    }
}

/// The line with codes that is written next.
pub(super) enum Text {
    /// These bytes of the block.
    Kept(Range<usize>),
    /// What the renderer wrote.
    Rendered,
}

impl Annotator {
    /// Writes what comes out of lines without codes, `range` of `block`. Those that earlier runs put below lines are left out
    /// where they are written anew, and where lines are chosen: they are no lines of the log.
    pub(super) fn plain_lines(
        &mut self,
        block: &Block,
        range: Range<usize>,
        numbers: &mut Numbers,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let mut start = range.start;
        if self.selector.chooses_plain_lines()
            || self.render.as_ref().is_some_and(|render| render.properties().replaces_previous)
        {
            for old in find_below_lines(block.bytes(), range.clone()) {
                self.own_lines(block, start..old.start, numbers, out)?;
                start = old.end;
            }
        }
        self.own_lines(block, start..range.end, numbers, out)
    }

    fn own_lines(
        &mut self,
        block: &Block,
        range: Range<usize>,
        numbers: &mut Numbers,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if range.is_empty() || self.selector.is_done() {
            return Ok(());
        }
        match self.selector.lines.select {
            Select::All => self.pass(block, range, numbers, Mark::Selected, out),
            Select::WithCodes => self.aside(block, range, numbers, out),
            Select::WithoutCodes => {
                let (end, count) = first_lines(block.bytes(), range.clone(), self.selector.room());
                if end > range.start {
                    self.select(count, out)?;
                    self.pass(block, range.start..end, numbers, Mark::Selected, out)?;
                }
                self.aside(block, end..range.end, numbers, out)
            }
        }
    }

    /// Writes or holds what may come out of lines that are not selected.
    fn aside(
        &mut self,
        block: &Block,
        range: Range<usize>,
        numbers: &mut Numbers,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let bytes = block.bytes();
        let (end, count) = first_lines(bytes, range.clone(), self.selector.after());
        self.pass(block, range.start..end, numbers, Mark::Context, out)?;
        self.selector.pass_after(count);
        if end == range.end {
            return Ok(());
        }
        if !self.selector.holds() {
            self.selector.skip();
            return Ok(());
        }
        let start = last_lines(bytes, end..range.end, self.selector.lines.before);
        if start > end {
            self.selector.skip();
        }
        let first = if self.prefix.numbers { numbers.at(bytes, start) } else { 0 };
        for (number, line) in
            (first..).zip(bytes[start..range.end].split_inclusive(|&byte| byte == b'\n'))
        {
            self.hold(number, line);
        }
        Ok(())
    }

    /// Writes or holds a line with codes.
    #[inline]
    pub(super) fn line_with_codes(
        &mut self,
        block: &Block,
        line: Text,
        number: u64,
        disposition: Disposition,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let mark = match disposition {
            Disposition::Selected => Mark::Selected,
            Disposition::Context => {
                self.selector.pass_after(1);
                Mark::Context
            }
            Disposition::Buffered | Disposition::Dropped => {
                match line {
                    Text::Kept(range) => self.hold(number, &block.bytes()[range]),
                    Text::Rendered => {
                        self.selector.hold(BufferedLine { number, text: self.rendered.clone() })
                    }
                }
                return Ok(());
            }
        };
        match line {
            Text::Kept(range) => {
                self.open = self.open_behind(&block.bytes()[range.clone()], true);
                self.prefix.write(number, mark, out)?;
                out.copy(block, range)
            }
            Text::Rendered => {
                self.open = self.open_behind(&self.rendered, true);
                self.prefix.write_lines(&self.rendered, number, mark, out)
            }
        }
    }

    /// Writes what has to come out before lines that are selected.
    #[inline]
    pub(super) fn select(&mut self, count: u64, out: &mut dyn Output) -> io::Result<()> {
        if self.selector.looks_around() {
            return self.select_among_others(count, out);
        }
        self.selector.count(count);
        Ok(())
    }

    fn select_among_others(&mut self, count: u64, out: &mut dyn Output) -> io::Result<()> {
        let gap = self.selector.select(count);
        if !gap.is_empty() && !out.at_section_start() {
            out.write_bytes(gap)?;
        }
        while let Some(held) = self.selector.take_held() {
            self.prefix.write_lines(&held.text, held.number, Mark::Context, out)?;
        }
        Ok(())
    }

    /// Whether `text`, which was written, has its end. What would stand right behind an annotation would hide it, and be hidden.
    pub(super) fn open_behind(&self, text: &[u8], is_annotated: bool) -> LineTermination {
        match text.last() {
            None | Some(b'\n') => LineTermination::Complete,
            Some(_) if !self.prefix.is_empty() || self.selector.lines.select != Select::All => {
                LineTermination::MustTerminate(b"\n")
            }
            Some(_) if is_annotated => LineTermination::MustTerminate(ADDED_LINE_END),
            Some(_) => LineTermination::Missing,
        }
    }

    fn hold(&mut self, number: u64, line: &[u8]) {
        let text =
            if self.shows_controls { escape_controls(line).into_owned() } else { line.to_vec() };
        self.selector.hold(BufferedLine { number, text });
    }

    /// Passes whole lines of `block` on, in one piece unless something stands before each.
    fn pass(
        &mut self,
        block: &Block,
        range: Range<usize>,
        numbers: &mut Numbers,
        mark: Mark,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if !self.keeps_log || range.is_empty() {
            return Ok(());
        }
        self.open = self.open_behind(&block.bytes()[range.clone()], false);
        if self.prefix.is_empty() {
            return out.copy(block, range);
        }
        let bytes = block.bytes();
        let mut number = if self.prefix.numbers { numbers.at(bytes, range.start) } else { 0 };
        let mut start = range.start;
        while start < range.end {
            let end = memchr::memchr(b'\n', &bytes[start..range.end])
                .map_or(range.end, |newline| start + newline + 1);
            self.prefix.write(number, mark, out)?;
            out.copy(block, start..end)?;
            (start, number) = (end, number + 1);
        }
        Ok(())
    }
}

/// The end of the first `most` lines in `range` of `bytes`, and how many there are.
fn first_lines(bytes: &[u8], range: Range<usize>, most: u64) -> (usize, u64) {
    if most == u64::MAX {
        let lines = &bytes[range.clone()];
        let has_open = lines.last().is_some_and(|&last| last != b'\n');
        return (range.end, memchr::memchr_iter(b'\n', lines).count() as u64 + u64::from(has_open));
    }
    let (mut end, mut count) = (range.start, 0);
    while count < most && end < range.end {
        end = memchr::memchr(b'\n', &bytes[end..range.end])
            .map_or(range.end, |newline| end + newline + 1);
        count += 1;
    }
    (end, count)
}

/// Where the last `most` lines in `range` of `bytes` begin.
fn last_lines(bytes: &[u8], range: Range<usize>, most: usize) -> usize {
    let mut start = range.end;
    for _ in 0..most {
        if start == range.start {
            break;
        }
        start = memchr::memrchr(b'\n', &bytes[range.start..start - 1])
            .map_or(range.start, |newline| range.start + newline + 1);
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_lines_are_cut_at_line_ends() {
        let bytes = b"x\na\nb\n\nc";
        let rows = [(0, 2, 8), (1, 4, 7), (2, 6, 6), (3, 7, 4), (4, 8, 2), (5, 8, 2)];
        for (most, first, last) in rows {
            assert_eq!(first_lines(bytes, 2..8, most).0, first, "{most}");
            assert_eq!(last_lines(bytes, 2..8, most as usize), last, "{most}");
        }
        assert_eq!(first_lines(bytes, 2..8, 9), (8, 4));
    }
}
