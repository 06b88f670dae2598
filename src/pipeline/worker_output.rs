//! The output of a worker for a block.

use std::io;
use std::ops::Range;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::parallel::{ParallelRun, Writer};
use super::reorder_buffer::{CHUNK, SlicedOutput};
use super::{Output, Stage};
use crate::input::Block;
use crate::lock::lock;
use crate::stats::{BlockOutcome, Occurrence};

/// Keeps the output for a block in memory. If the output of all workers takes too much, it waits
/// until all blocks before this one are written, and writes the rest directly.
pub(super) struct WorkerOutput<'b, 'w, 'r, S> {
    run: &'w ParallelRun<'r, S>,
    sequence: u64,
    block: &'b Block,
    kept: SlicedOutput,
    /// The bytes of this output that are counted among those in flight.
    counted: usize,
    /// Set from when the output is written directly.
    writer: Option<MutexGuard<'w, Writer<'r, S>>>,
}

impl<'b, 'w, 'r, S: Stage> WorkerOutput<'b, 'w, 'r, S> {
    /// The output for `block`, the event with this sequence number.
    pub(super) fn new(run: &'w ParallelRun<'r, S>, sequence: u64, block: &'b Block) -> Self {
        Self { run, sequence, block, kept: SlicedOutput::default(), counted: 0, writer: None }
    }

    /// Returns what is kept with the bytes that it counts among those in flight, and the output of
    /// the run if the block is written directly.
    pub(super) fn finish(
        self,
        outcome: Option<&BlockOutcome>,
    ) -> (SlicedOutput, usize, Option<MutexGuard<'w, Writer<'r, S>>>) {
        let occurrences = outcome.map_or(&[][..], |outcome| &outcome.occurrences);
        let occurrence_memory: usize = occurrences.iter().map(Occurrence::memory).sum();
        let memory = self.counted.max(self.kept.memory() + occurrence_memory);
        self.run.memory.fetch_add(memory - self.counted, Ordering::Relaxed);
        (self.kept, memory, self.writer)
    }

    /// Counts the memory that the output and the occurrences take, in steps of a chunk.
    fn count(&mut self) -> io::Result<()> {
        let memory = self.kept.memory();
        if memory < self.counted + CHUNK {
            return Ok(());
        }
        let grown = memory - self.counted;
        self.counted = memory;
        self.run.memory.fetch_add(grown, Ordering::Relaxed);
        if self.run.has_memory() { Ok(()) } else { self.write_directly() }
    }

    /// Waits until all earlier blocks are written, writes what is kept, and from then on writes
    /// directly.
    ///
    /// The first block that is not written never waits here, so the others get their turn. A worker
    /// waits only if each earlier block has a worker: otherwise this worker may have to take that
    /// block, so it keeps more.
    fn write_directly(&mut self) -> io::Result<()> {
        while !self.run.read_ahead.has_before(self.sequence) {
            let mut writer = lock(&self.run.writer);
            self.run.write_ready_blocks(&mut writer);
            if self.run.is_stopped() {
                return Err(io::Error::other("the run has ended"));
            }
            if self.run.next_to_write.load(Ordering::Relaxed) == self.sequence {
                writer.state.terminate_line()?;
                self.kept.write_to(self.block, &mut writer.state.output(self.block))?;
                lock(&self.run.reorder).recycle_chunks(&mut self.kept);
                self.run.memory.fetch_sub(self.counted, Ordering::Relaxed);
                self.counted = 0;
                self.writer = Some(writer);
                return Ok(());
            }
            drop(writer);
            thread::sleep(Duration::from_micros(100));
        }
        Ok(())
    }
}

impl<S: Stage> Output for WorkerOutput<'_, '_, '_, S> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        if let Some(writer) = &mut self.writer {
            return writer.state.output(block).copy(block, range);
        }
        self.kept.copy(block, range, &self.run.reorder);
        self.count()
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(writer) = &mut self.writer {
            return writer.state.output(self.block).write_bytes(bytes);
        }
        self.kept.write_bytes(bytes, &self.run.reorder);
        self.count()
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        if let Some(writer) = &mut self.writer {
            return writer.state.output(self.block).take_occurrences(occurrences);
        }
        self.kept.take_occurrences(occurrences);
        self.count()
    }
}
