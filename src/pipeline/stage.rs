//! The traits for what is done with each block, and for where the output goes.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use crate::input::Block;
use crate::stats::{BlockOutcome, Occurrence};
use crate::terminal::escape_controls;

/// A step that turns blocks of input into output.
///
/// Each worker thread has its own clone.
pub trait Stage: Clone + Send {
    /// Writes the output for `block`, and returns what was found in it.
    ///
    /// The output depends on the lines of the block alone, unless the stage
    /// [needs order](Self::needs_order). There is one exception: the parts of a very long line are
    /// given to the same stage, one after the other.
    ///
    /// When the outcome says that the [file is done](BlockOutcome::file_done), the rest of the
    /// file is skipped. Blocks of it that are already read may still follow.
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome>;

    /// Whether the output for a block depends on the blocks before it in its file. Then a single
    /// stage is given all blocks, in order.
    fn needs_order(&self) -> bool {
        false
    }
}

/// Receives the output of a block, in order. Every writer is an output.
pub trait Output {
    /// Copies `range` of `block` to the output.
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()>;

    /// Writes `bytes` that are not part of the block.
    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// May take the occurrences that the block has so far, so that they take no more memory.
    fn take_occurrences(&mut self, _occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        Ok(())
    }

    /// Writes `count` NUL bytes of the log, for a [hole](Block::hole).
    fn write_nuls(&mut self, count: u64) -> io::Result<()> {
        write_pieces(self, b"\0", count)
    }

    /// Whether a header or separator comes before the next bytes anyway.
    fn at_section_start(&self) -> bool {
        false
    }
}

/// Writes `unit` `count` times, in pieces of bounded size.
pub(crate) fn write_pieces(
    out: &mut (impl Output + ?Sized),
    unit: &[u8],
    count: u64,
) -> io::Result<()> {
    const UNITS: u64 = 1 << 14;
    let piece = unit.repeat(count.min(UNITS) as usize);
    let mut left = count;
    while left > 0 {
        let units = left.min(UNITS);
        out.write_bytes(&piece[..unit.len() * units as usize])?;
        left -= units;
    }
    Ok(())
}

impl<W: Write> Output for W {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.write_all(&block.bytes()[range])
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }
}

/// Escapes the control characters of what is copied from a block.
pub(crate) struct EscapedOutput<'o>(pub &'o mut dyn Output);

impl Output for EscapedOutput<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        match escape_controls(&block.bytes()[range.clone()]) {
            Cow::Borrowed(_) => self.0.copy(block, range),
            Cow::Owned(escaped) => self.0.write_bytes(&escaped),
        }
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_bytes(bytes)
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        self.0.take_occurrences(occurrences)
    }

    fn write_nuls(&mut self, count: u64) -> io::Result<()> {
        write_pieces(&mut *self.0, &escape_controls(b"\0"), count)
    }

    fn at_section_start(&self) -> bool {
        self.0.at_section_start()
    }
}
