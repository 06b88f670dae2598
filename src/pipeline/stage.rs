//! The trait for what is done with each block.

use std::io;

use super::Output;
use crate::input::Block;
use crate::stats::BlockOutcome;

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
