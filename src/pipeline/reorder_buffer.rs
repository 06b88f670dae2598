//! Blocks that are done, until the blocks before them are written; and memory to use again.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use super::Output;
use crate::input::{BLOCK_SIZE, Block, Event};
use crate::stats::BlockOutcome;

/// An event whose work is done, with the output for it.
pub(super) struct CompletedBlock {
    pub(super) event: Event,
    pub(super) output: SlicedOutput,
    pub(super) outcome: io::Result<BlockOutcome>,
    /// The bytes that it counts among those in flight.
    pub(super) memory: usize,
}

impl CompletedBlock {
    /// An event that no stage has worked on.
    pub(super) fn unprocessed(event: Event) -> Self {
        let memory = if let Event::Block(block) = &event { block.memory() } else { 0 };
        Self {
            event,
            output: SlicedOutput::default(),
            outcome: Ok(BlockOutcome::default()),
            memory,
        }
    }
}

/// Completed blocks, to be taken out in input order.
#[derive(Default)]
pub(super) struct ReorderBuffer {
    /// By sequence number.
    pub(super) completed: BTreeMap<u64, CompletedBlock>,
    /// The memory of blocks that are written.
    pub(super) spare_buffers: Vec<Vec<u8>>,
    /// Empty outputs.
    pub(super) spare_outputs: Vec<SlicedOutput>,
}

impl ReorderBuffer {
    /// Keeps the memory of a block that is written, if it is of the usual size.
    pub(super) fn recycle(&mut self, block: Block, mut output: SlicedOutput) {
        if block.memory() <= SPARE_LIMIT {
            self.spare_buffers.push(block.into_buffer());
        }
        if output.bytes.capacity() <= SPARE_LIMIT {
            output.clear();
            self.spare_outputs.push(output);
        }
    }
}

/// The most bytes of memory that is used again for another block.
const SPARE_LIMIT: usize = 2 * BLOCK_SIZE;

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
    /// The memory that it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.bytes.len() + self.slices.len() * size_of::<Slice>()
    }

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
