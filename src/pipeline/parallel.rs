//! A run on several threads: each reads a block, works on it, and puts its output into the reorder
//! buffer. A thread that finds the output free writes all blocks that are next.
//!
//! No thread waits for its turn to write: putting a thread to sleep and waking it takes as long as
//! working on a block. And most blocks stay in the cache of one core from the read to the write.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::read_ahead::{Numbered, ReadAhead, ReaderHandoff, Task};
use super::reorder_buffer::{CompletedBlock, ReorderBuffer, SlicedOutput};
use super::run::RunState;
use super::worker_output::WorkerOutput;
use super::{Interrupt, Observer, Stage, run_on_threads};
use crate::input::{BLOCK_SIZE, Block, Event, Events};
use crate::lock::{ignore_poison, lock};
use crate::stats::Totals;

/// The most blocks between read and written: read ahead, worked on and completed together. This is
/// 64 MiB of input, more only where lines are nearly [`LINE_LIMIT`](crate::input::LINE_LIMIT) long.
const MAX_IN_FLIGHT: u64 = 256;

/// The same for each thread, where that is less: as much as lz4 decompresses at once, 4 MiB.
const IN_FLIGHT_PER_THREAD: u64 = 16;

/// The most bytes in flight for each thread: blocks, the output for them, and their occurrences. If
/// each line of a few bytes has a code, the output for a block takes 50 times its memory. A block
/// that is worked on may exceed the limit by a chunk of output, and memory that is kept for the
/// next blocks takes as much again.
const MEMORY_PER_THREAD: usize = 4 << 20;

/// How many times the memory of a very long line its findings can take.
const SEARCH_FACTOR: usize = 12;

/// Completed blocks for each thread before a thread waits for the output.
const COMPLETED_PER_THREAD: usize = 4;

/// Runs all blocks of `feed` through clones of `stage` on `threads` threads, and returns the
/// totals.
///
/// The output is the same as that of [`run`](super::run()), byte for byte. At most 256 blocks are
/// in memory at a time, and with the output for them they take at most 16 MiB for each thread. A
/// stage that [needs order](Stage::needs_order) runs on one thread. Meant for regular files: a read
/// that waits delays finished output.
///
/// If the system refuses a thread, the run goes on with those that there are. Fails with the first
/// error of the output.
pub fn run_parallel<S: Stage>(
    feed: &mut (dyn Events + Send),
    stage: &mut S,
    out: &mut (dyn Write + Send),
    observer: &mut (dyn Observer + Send),
    interrupt: &Interrupt,
    threads: usize,
) -> io::Result<Totals> {
    if stage.needs_order() {
        return super::run(feed, stage, out, observer, interrupt);
    }
    let threads = threads.max(1);
    let _busy = interrupt.start_work();
    let stages: Vec<S> = (0..threads).map(|_| stage.clone()).collect();
    let state = SendRunState::new(feed.inputs(), out, observer);
    let run = ParallelRun {
        reader: Mutex::new(Reader { feed, next: 0 }),
        read_ahead: ReadAhead::default(),
        writer: Mutex::new(Writer { state, result: Ok(()), long_line_stage: stage }),
        reorder: Mutex::default(),
        next_to_write: AtomicU64::new(0),
        memory: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        interrupt,
        threads,
    };
    run_on_threads(
        stages,
        |stage| run.work(stage),
        |started, error| lock(&run.writer).state.threads_refused(started, &error),
    );
    run.write_ready_blocks(&mut lock(&run.writer));
    let writer = ignore_poison(run.writer.into_inner());
    writer.result?;
    writer.state.out.flush()?;
    Ok(writer.state.totals)
}

/// The state that the workers share. Locks are taken in the order of the fields.
pub(super) struct ParallelRun<'r, S> {
    reader: Mutex<Reader<'r>>,
    pub(super) read_ahead: ReadAhead,
    pub(super) writer: Mutex<Writer<'r, S>>,
    pub(super) reorder: Mutex<ReorderBuffer>,
    /// The sequence number of the event to write next. Changed only under the lock on the writer.
    pub(super) next_to_write: AtomicU64,
    /// The bytes in flight.
    pub(super) memory: AtomicUsize,
    /// Whether the run ends before the input does.
    stopped: AtomicBool,
    interrupt: &'r Interrupt,
    threads: usize,
}

struct Reader<'r> {
    feed: &'r mut (dyn Events + Send),
    /// The sequence number of the next event.
    next: u64,
}

/// A run state that any worker may use.
type SendRunState<'r> = RunState<'r, dyn Write + Send + 'r, dyn Observer + Send + 'r>;

pub(super) struct Writer<'r, S> {
    pub(super) state: SendRunState<'r>,
    result: io::Result<()>,
    /// The stage for [streamed](Block::is_streamed) blocks. It needs the parts of very long lines
    /// in order.
    long_line_stage: &'r mut S,
}

impl<'r, S: Stage> ParallelRun<'r, S> {
    /// Works on one event after the other until there are no more.
    fn work(&self, mut stage: S) {
        let _stop = StopOnPanic(&self.stopped);
        while let Some((sequence, event)) = self.next_event() {
            let mut done_file = None;
            match event {
                Event::Block(block) if !block.is_streamed() => {
                    done_file = self.process(block, sequence, &mut stage);
                }
                // A worker that has the output processes streamed blocks, in order.
                event => self.complete(sequence, CompletedBlock::unprocessed(event)),
            }
            // Only now: the reader may be waiting for this block.
            if let Some(file) = done_file {
                lock(&self.reader).feed.skip_file(file);
            }
            // If another thread is writing, leave the block to it unless too many are waiting.
            let waiting = lock(&self.reorder).completed.len();
            match self.writer.try_lock() {
                Ok(mut writer) => self.write_ready_blocks(&mut writer),
                Err(_) if waiting > self.threads * COMPLETED_PER_THREAD => {
                    self.write_ready_blocks(&mut lock(&self.writer));
                }
                Err(_) => {}
            }
        }
    }

    /// Runs a block through `stage`. Returns its file if the rest of that is not needed.
    fn process(&self, block: Block, sequence: u64, stage: &mut S) -> Option<usize> {
        let search_memory = search_memory(&block);
        self.memory.fetch_add(search_memory, Ordering::Relaxed);
        let mut output = WorkerOutput::new(self, sequence, &block);
        let outcome = stage.block(&block, &mut output);
        self.memory.fetch_sub(search_memory, Ordering::Relaxed);
        let file_done = outcome.as_ref().is_ok_and(|outcome| outcome.file_done);
        let (output, memory, writer) = output.finish(outcome.as_ref().ok());
        let (file, memory) = (block.file, block.memory() + memory);
        let completed = CompletedBlock { event: Event::Block(block), output, outcome, memory };
        match writer {
            Some(mut writer) => self.write(sequence, completed, &mut writer),
            None => self.complete(sequence, completed),
        }
        file_done.then_some(file)
    }

    fn complete(&self, sequence: u64, completed: CompletedBlock) {
        lock(&self.reorder).completed.insert(sequence, completed);
    }

    /// The next event to work on; None at the end of the input or of the run.
    fn next_event(&self) -> Option<Numbered> {
        // Declared in this order, so that the reader is unlocked before other workers wake up.
        let (mut handoff, mut reader) = match self.read_ahead.next_task(&self.reader) {
            Task::Work(event) => return Some(event),
            Task::Read(reader) => {
                (ReaderHandoff { read_ahead: &self.read_ahead, reader_fills_queue: false }, reader)
            }
        };
        self.wait_for_room(&reader);
        let mut event = self.read(&mut reader)?;
        while reader.feed.is_decoding() && self.has_room(&reader) {
            self.read_ahead.push(event);
            event = self.read(&mut reader)?;
        }
        handoff.reader_fills_queue = reader.feed.is_decoding();
        Some(event)
    }

    fn read(&self, reader: &mut Reader<'_>) -> Option<Numbered> {
        if self.is_stopped() {
            return None;
        }
        let buffer = lock(&self.reorder).spare_buffers.pop().unwrap_or_default();
        let event = reader.feed.next(buffer)?;
        if let Event::Block(block) = &event {
            self.memory.fetch_add(block.memory(), Ordering::Relaxed);
        }
        reader.next += 1;
        Some((reader.next - 1, event))
    }

    /// Whether one more event may be read.
    fn has_room(&self, reader: &Reader<'_>) -> bool {
        let in_flight = reader.next - self.next_to_write.load(Ordering::Relaxed);
        in_flight < max_in_flight(self.threads) && self.has_memory()
    }

    /// Whether the blocks in flight and their output may take more memory.
    pub(super) fn has_memory(&self) -> bool {
        self.memory.load(Ordering::Relaxed) < self.threads * MEMORY_PER_THREAD
    }

    /// Waits until one more event may be read.
    ///
    /// The queue is empty while a worker waits here, so all other blocks in flight are completed or
    /// worked on. The next one may be completed and left to a writer that was just done.
    fn wait_for_room(&self, reader: &Reader<'_>) {
        while !self.has_room(reader) && !self.is_stopped() {
            self.write_ready_blocks(&mut lock(&self.writer));
            if !self.has_room(reader) {
                thread::sleep(Duration::from_micros(100));
            }
        }
    }

    /// Writes completed blocks as long as the next one is among them.
    pub(super) fn write_ready_blocks(&self, writer: &mut Writer<'r, S>) {
        while !self.is_stopped() {
            let next = self.next_to_write.load(Ordering::Relaxed);
            let Some(completed) = lock(&self.reorder).completed.remove(&next) else { break };
            self.write(next, completed, writer);
        }
    }

    /// Writes the event with this sequence number, which is the next one.
    fn write(&self, sequence: u64, completed: CompletedBlock, writer: &mut Writer<'r, S>) {
        self.next_to_write.store(sequence + 1, Ordering::Relaxed);
        let memory = completed.memory;
        match writer.write(completed) {
            Ok(Some((block, output))) => lock(&self.reorder).recycle(block, output),
            Ok(None) => {}
            Err(error) => {
                writer.result = Err(error);
                self.stop();
            }
        }
        self.memory.fetch_sub(memory, Ordering::Relaxed);
        if self.interrupt.is_requested() || !writer.state.should_continue() {
            self.stop();
        }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl<S: Stage> Writer<'_, S> {
    /// Writes the output for a block and gives its memory back, or notifies the observer.
    fn write(&mut self, completed: CompletedBlock) -> io::Result<Option<(Block, SlicedOutput)>> {
        let CompletedBlock { event, mut output, outcome, .. } = completed;
        let outcome = outcome?;
        let Event::Block(block) = event else {
            self.state.notify(event)?;
            return Ok(None);
        };
        if !block.is_streamed() {
            self.state.terminate_line()?;
            output.write_to(&block, &mut self.state.output(&block))?;
            self.state.record(&block, outcome);
        } else {
            self.state.process(&block, self.long_line_stage)?;
        }
        Ok(Some((block, output)))
    }
}

/// The memory that the findings of a line may take: little, unless the block is one very long line.
fn search_memory(block: &Block) -> usize {
    if block.memory() > 2 * BLOCK_SIZE { SEARCH_FACTOR * block.memory() } else { 0 }
}

/// The most blocks in flight for this number of threads.
fn max_in_flight(threads: usize) -> u64 {
    MAX_IN_FLIGHT.min(threads as u64 * IN_FLIGHT_PER_THREAD)
}

/// Stops the run if a worker panics: its block is never written, and the blocks after it would
/// wait for ever.
struct StopOnPanic<'r>(&'r AtomicBool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, feature = "decode"))]
mod tests;
