//! Where a stage writes to.

use std::io::{self, Write};
use std::ops::Range;

use crate::input::Block;

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
pub(super) struct Direct<'w>(pub &'w mut dyn Write);

impl Output for Direct<'_> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.0.write_all(&block.bytes()[range])
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}
