//! Blocks that are done, until the blocks before them are written; and memory to use again.

use std::collections::BTreeMap;
use std::io;

use super::output::SlicedOutput;
use crate::input::{Block, Event};
use crate::stats::BlockOutcome;

/// An event whose work is done, with the output for it.
pub(super) struct CompletedBlock {
    pub(super) event: Event,
    pub(super) output: SlicedOutput,
    pub(super) outcome: io::Result<BlockOutcome>,
}

/// Completed blocks, to be taken out in input order.
#[derive(Default)]
pub(super) struct ReorderBuffer {
    /// By sequence number.
    completed: BTreeMap<u64, CompletedBlock>,
    /// The memory of blocks that are written.
    spare_buffers: Vec<Vec<u8>>,
    spare_outputs: Vec<SlicedOutput>,
}

impl ReorderBuffer {
    /// Puts a block in; returns how many are in now.
    pub(super) fn insert(&mut self, sequence: u64, block: CompletedBlock) -> usize {
        self.completed.insert(sequence, block);
        self.completed.len()
    }

    /// Takes out the block with this sequence number, if it is completed.
    pub(super) fn remove(&mut self, sequence: u64) -> Option<CompletedBlock> {
        self.completed.remove(&sequence)
    }

    /// Keeps the memory of a block that is written.
    pub(super) fn recycle(&mut self, block: Block, mut output: SlicedOutput) {
        output.clear();
        self.spare_buffers.push(block.into_buffer());
        self.spare_outputs.push(output);
    }

    /// Memory for a block.
    pub(super) fn spare_buffer(&mut self) -> Vec<u8> {
        self.spare_buffers.pop().unwrap_or_default()
    }

    /// An empty output.
    pub(super) fn spare_output(&mut self) -> SlicedOutput {
        self.spare_outputs.pop().unwrap_or_default()
    }
}
