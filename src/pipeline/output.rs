//! Where a stage writes to.

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
