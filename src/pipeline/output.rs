//! Where a stage writes to.

use std::io::{self, Write};
use std::ops::Range;

use crate::input::Block;

/// Takes what becomes of a block, in order.
pub trait Output {
    /// Passes `range` of `block` on as it is.
    fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()>;

    /// Puts `bytes` between what is passed on.
    fn add(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Whether what comes next is set apart from what came before anyway.
    fn at_section_start(&self) -> bool {
        false
    }
}

/// Writes at once.
pub(super) struct Direct<'w>(pub &'w mut dyn Write);

impl Output for Direct<'_> {
    fn keep(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.0.write_all(&block.bytes()[range])
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}
