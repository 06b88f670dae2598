//! Blocks that are done, until the blocks before them are written; and memory to use again.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use super::Output;
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

/// The shortest range of a block that is written from the block itself. Copying a shorter one costs
/// less than another write.
const COPY_LIMIT: usize = 4 << 10;

/// The output of a block, kept in memory as slices of the block and bytes between them.
#[derive(Debug, Default)]
pub(super) struct SlicedOutput {
    slices: Vec<Slice>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
enum Slice {
    Block(Range<usize>),
    /// A range of [`SlicedOutput::bytes`].
    Bytes(Range<usize>),
}

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
