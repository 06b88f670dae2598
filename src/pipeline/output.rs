//! Where a stage writes to: the output itself, or memory until the block's turn comes.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use crate::input::Block;
use crate::terminal::escape_controls;

/// Receives the output of a block, in order.
pub trait Output {
    /// Copies `range` of `block` to the output.
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()>;

    /// Writes `bytes` that are not part of the block.
    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Whether a header or separator comes before the next bytes anyway.
    fn at_section_start(&self) -> bool {
        false
    }
}

/// Writes at once.
pub(super) struct DirectOutput<'w>(pub &'w mut dyn Write);

impl Output for DirectOutput<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.0.write_all(&block.bytes()[range])
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
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

    fn at_section_start(&self) -> bool {
        self.0.at_section_start()
    }
}

/// The shortest range of a block that is written from the block itself. Copying a shorter one costs
/// less than another write.
#[cfg(feature = "parallel")]
const COPY_LIMIT: usize = 4 << 10;

/// The output of a block, kept in memory as slices of the block and bytes between them.
#[cfg(feature = "parallel")]
#[derive(Debug, Default)]
pub(super) struct SlicedOutput {
    slices: Vec<Slice>,
    bytes: Vec<u8>,
}

#[cfg(feature = "parallel")]
#[derive(Debug)]
enum Slice {
    Block(Range<usize>),
    /// A range of [`SlicedOutput::bytes`].
    Bytes(Range<usize>),
}

#[cfg(feature = "parallel")]
impl Output for SlicedOutput {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        if range.len() < COPY_LIMIT {
            return self.write_bytes(&block.bytes()[range]);
        }
        self.slices.push(Slice::Block(range));
        Ok(())
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        match self.slices.last_mut() {
            Some(Slice::Bytes(last)) => last.end = self.bytes.len(),
            _ => self.slices.push(Slice::Bytes(start..self.bytes.len())),
        }
        Ok(())
    }
}

#[cfg(feature = "parallel")]
impl SlicedOutput {
    /// Empties the output and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.slices.clear();
        self.bytes.clear();
    }

    /// Writes everything to `out`; `block` is the one that the output was made from.
    pub(super) fn write_to(&self, block: &Block, out: &mut dyn Write) -> io::Result<()> {
        for slice in &self.slices {
            match slice {
                Slice::Block(range) => out.write_all(&block.bytes()[range.clone()])?,
                Slice::Bytes(range) => out.write_all(&self.bytes[range.clone()])?,
            }
        }
        Ok(())
    }
}
