//! Blocks that are done, until the blocks before them are written; and memory to use again.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Mutex;

use super::Output;
use crate::input::{BLOCK_SIZE, Block, Event};
use crate::lock::lock;
use crate::stats::{BlockOutcome, Occurrence};

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
    spare_chunks: Vec<Vec<u8>>,
}

impl ReorderBuffer {
    /// Keeps the memory of a block that is written, if it is of the usual size.
    pub(super) fn recycle(&mut self, block: Block, mut output: SlicedOutput) {
        if block.memory() <= SPARE_LIMIT {
            self.spare_buffers.push(block.into_buffer());
        }
        self.recycle_chunks(&mut output);
    }

    /// Takes the memory of `output`, which is written.
    pub(super) fn recycle_chunks(&mut self, output: &mut SlicedOutput) {
        output.slices.clear();
        for mut chunk in output.chunks.drain(..) {
            chunk.clear();
            self.spare_chunks.push(chunk);
        }
    }
}

/// The most bytes of memory that is used again for another block.
const SPARE_LIMIT: usize = 2 * BLOCK_SIZE;

/// The shortest range of a block that is written from the block itself. Copying a shorter one costs
/// less than another write.
const MIN_SLICE: usize = 4 << 10;

/// The bytes of a chunk. All chunks have the same size and are used again for other blocks: buffers
/// that grow with the output take up to twice its memory, and an allocator keeps parts of them.
pub(super) const CHUNK: usize = 64 << 10;

/// The output of a block, kept in memory as slices of the block and chunks of bytes between them.
#[derive(Debug, Default)]
pub(super) struct SlicedOutput {
    slices: Vec<Slice>,
    chunks: Vec<Vec<u8>>,
    occurrences: Vec<Vec<Occurrence>>,
    /// The memory of the occurrences, in bytes.
    occurrence_memory: usize,
}

#[derive(Debug)]
enum Slice {
    Block(Range<usize>),
    /// A range of the chunk with this index.
    Chunk(usize, Range<usize>),
}

impl SlicedOutput {
    /// Appends `range` of `block`, which is the same block in each call.
    pub(super) fn copy(
        &mut self,
        block: &Block,
        range: Range<usize>,
        spare: &Mutex<ReorderBuffer>,
    ) {
        if range.len() < MIN_SLICE {
            self.write_bytes(&block.bytes()[range], spare);
        } else {
            self.slices.push(Slice::Block(range));
        }
    }

    /// Appends `bytes`; new chunks come from `spare`.
    pub(super) fn write_bytes(&mut self, mut bytes: &[u8], spare: &Mutex<ReorderBuffer>) {
        while !bytes.is_empty() {
            if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
                let chunk = lock(spare).spare_chunks.pop();
                self.chunks.push(chunk.unwrap_or_else(|| Vec::with_capacity(CHUNK)));
            }
            let last = self.chunks.len() - 1;
            let chunk = &mut self.chunks[last];
            let start = chunk.len();
            let (next, rest) = bytes.split_at(bytes.len().min(CHUNK - start));
            chunk.extend_from_slice(next);
            match self.slices.last_mut() {
                Some(Slice::Chunk(index, range)) if *index == last => range.end = chunk.len(),
                _ => self.slices.push(Slice::Chunk(last, start..chunk.len())),
            }
            bytes = rest;
        }
    }

    /// Takes `occurrences`, which come after those that it has.
    pub(super) fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) {
        if !occurrences.is_empty() {
            self.occurrence_memory += occurrences.iter().map(Occurrence::memory).sum::<usize>();
            self.occurrences.push(std::mem::take(occurrences));
        }
    }

    /// The memory that it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.chunks.len() * CHUNK + self.slices.len() * size_of::<Slice>() + self.occurrence_memory
    }

    /// Writes everything to `out`; `block` is the one that the output was made from.
    pub(super) fn write_to(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<()> {
        for slice in &self.slices {
            match slice {
                Slice::Block(range) => out.copy(block, range.clone())?,
                Slice::Chunk(index, range) => {
                    out.write_bytes(&self.chunks[*index][range.clone()])?;
                }
            }
        }
        self.occurrence_memory = 0;
        for mut occurrences in self.occurrences.drain(..) {
            out.take_occurrences(&mut occurrences)?;
        }
        Ok(())
    }
}
