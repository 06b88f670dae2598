//! The same run on several threads: each reads a block, works on it, and puts what becomes of it in its place in the line;
//! whoever finds the output free writes all that is next.
//!
//! Nobody waits for a turn: to put a thread to sleep and wake it takes as long as a block. And most blocks stay with one
//! processor, in its cache, from the read to the write.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ahead::{Ahead, Numbered, Turn, lock};
use super::output::Direct;
use super::pieces::Pieces;
use super::{Interrupt, Observer, RunState, Stage};
use crate::input::{Block, Event, Feed, Input, Part};
use crate::stats::{BlockOutcome, Totals};

/// Blocks that may stand in the line before somebody has to wait for the output, for each thread.
const LINE_PER_THREAD: usize = 4;

/// Blocks that may be read ahead for each thread: as much as lz4 unpacks in one go, 4 MiB.
const AHEAD_PER_THREAD: usize = 16;

/// Runs all blocks of `feed` through clones of `stage` on `threads` threads, and returns the totals.
///
/// The output is the same as that of [`run`](super::run), byte for byte. Memory is bounded by a few blocks for each thread and what
/// becomes of them. A stage that [needs order](Stage::needs_order) runs on one thread. Meant for regular files: a read that waits keeps back what is done.
///
/// Fails when threads cannot be started, or with the first error of the output.
pub fn run_parallel<S: Stage>(
    feed: &mut Feed,
    stage: &mut S,
    out: &mut (dyn Write + Send),
    observer: &mut (dyn Observer + Send),
    interrupt: &Interrupt,
    threads: usize,
) -> io::Result<Totals> {
    if stage.needs_order() {
        return super::run(feed, stage, out, observer, interrupt);
    }
    let _busy = interrupt.start_work();
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
    let inputs = feed.inputs();
    let stages: Vec<S> = (0..threads).map(|_| stage.clone()).collect();
    let line = Line {
        reading: Mutex::new(Reading { feed, next: 0 }),
        ahead: Ahead::new((threads - 1) * AHEAD_PER_THREAD),
        done: Mutex::default(),
        writing: Mutex::new(Writing {
            next: 0,
            course: RunState::default(),
            result: Ok(()),
            stage,
            out,
            observer,
            inputs: &inputs,
        }),
        stopped: AtomicBool::new(false),
        limit: threads * LINE_PER_THREAD,
        interrupt,
    };
    pool.in_place_scope(|scope| {
        for stage in stages {
            scope.spawn(|_| line.work(stage));
        }
    });
    line.write_what_is_next(lock(&line.writing));
    let writing = line.writing.into_inner().unwrap_or_else(PoisonError::into_inner);
    writing.result?;
    writing.out.flush()?;
    Ok(writing.course.run)
}

/// What the workers share.
struct Line<'r, S> {
    reading: Mutex<Reading<'r>>,
    ahead: Ahead,
    done: Mutex<DoneWork>,
    writing: Mutex<Writing<'r, S>>,
    /// Whether the run ends before the input does.
    stopped: AtomicBool,
    /// The most that may stand in the line.
    limit: usize,
    interrupt: &'r Interrupt,
}

struct Reading<'r> {
    feed: &'r mut Feed,
    /// The number of the next event.
    next: u64,
}

#[derive(Default)]
struct DoneWork {
    /// What waits to be written, by its number.
    line: BTreeMap<u64, Done>,
    /// Memory of blocks that are written, and of what became of them.
    buffers: Vec<Vec<u8>>,
    pieces: Vec<Pieces>,
}

/// An event with what becomes of it.
struct Done {
    event: Event,
    pieces: Pieces,
    seen: io::Result<BlockOutcome>,
}

struct Writing<'r, S> {
    /// The number of the event to be written next.
    next: u64,
    course: RunState,
    result: io::Result<()>,
    /// The parts of a very long line go through one stage, in order.
    stage: &'r mut S,
    out: &'r mut (dyn Write + Send),
    observer: &'r mut (dyn Observer + Send),
    inputs: &'r [Input],
}

impl<'r, S: Stage> Line<'r, S> {
    /// Works on one event after the other until there are no more.
    fn work(&self, mut stage: S) {
        let _end = EndOnPanic(&self.stopped);
        while let Some((number, event)) = self.next() {
            let mut pieces = lock(&self.done).pieces.pop().unwrap_or_default();
            let seen = match &event {
                Event::Block(block) if block.part == Part::Lines => stage.block(block, &mut pieces),
                _ => Ok(BlockOutcome::default()),
            };
            self.leave(&event, &seen);
            let waiting = {
                let mut done = lock(&self.done);
                done.line.insert(number, Done { event, pieces, seen });
                done.line.len()
            };
            // Who comes while another one writes leaves the block to him, unless the line is full.
            match self.writing.try_lock() {
                Ok(writing) => self.write_what_is_next(writing),
                Err(_) if waiting > self.limit => self.write_what_is_next(lock(&self.writing)),
                Err(_) => {}
            }
        }
    }

    /// The next event to work on; None at the end of the input or of the run.
    fn next(&self) -> Option<Numbered> {
        // In this order: others are told when `reading` is free again.
        let (mut passing, mut reading) = match self.ahead.turn(&self.reading) {
            Turn::Work(event) => return Some(event),
            Turn::Read(reading) => (self.ahead.passing(), reading),
        };
        let mut event = self.read(&mut reading);
        while event.is_some() && reading.feed.is_decoding() {
            event = event.and_then(|event| self.ahead.offer(event));
            if event.is_some() {
                break;
            }
            event = self.read(&mut reading);
        }
        passing.is_filled = reading.feed.is_decoding();
        event
    }

    /// Leaves the file of `event` if what was seen is enough of it.
    fn leave(&self, event: &Event, seen: &io::Result<BlockOutcome>) {
        if let (Event::Block(block), Ok(BlockOutcome { file_done: true, .. })) = (event, seen) {
            lock(&self.reading).feed.skip_file(block.file);
        }
    }

    fn read(&self, reading: &mut Reading<'_>) -> Option<Numbered> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let buffer = lock(&self.done).buffers.pop().unwrap_or_default();
        let event = reading.feed.next(buffer)?;
        reading.next += 1;
        Some((reading.next - 1, event))
    }

    /// Writes what stands first in the line as long as it is what comes next.
    fn write_what_is_next(&self, mut writing: MutexGuard<'_, Writing<'r, S>>) {
        while !self.stopped.load(Ordering::Relaxed) {
            let Some(Done { event, mut pieces, seen }) =
                lock(&self.done).line.remove(&writing.next)
            else {
                break;
            };
            writing.next += 1;
            match seen.and_then(|seen| writing.write(event, &pieces, seen)) {
                Ok(Some(block)) => {
                    pieces.clear();
                    let mut done = lock(&self.done);
                    done.buffers.push(block.into_buffer());
                    done.pieces.push(pieces);
                }
                Ok(None) => {}
                Err(error) => {
                    writing.result = Err(error);
                    self.stopped.store(true, Ordering::Relaxed);
                }
            }
            if self.interrupt.is_requested()
                || !writing.observer.should_continue(&writing.course.run)
            {
                self.stopped.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl<S: Stage> Writing<'_, S> {
    /// Writes what becomes of the event, or tells of it, and gives a block back.
    fn write(
        &mut self,
        event: Event,
        pieces: &Pieces,
        seen: BlockOutcome,
    ) -> io::Result<Option<Block>> {
        let Event::Block(block) = event else {
            self.course.tell(event, self.inputs, self.out, self.observer)?;
            return Ok(None);
        };
        self.course.set_apart(self.out)?;
        if block.part == Part::Lines {
            pieces.write(&block, self.out)?;
            self.course.add_block(&block, seen, self.observer);
        } else {
            let seen = self.stage.block(&block, &mut Direct(self.out))?;
            self.course.add_block(&block, seen, self.observer);
        }
        Ok(Some(block))
    }
}

/// Ends the run when its thread panics: what that thread had in hand is never written, and all else would wait for it.
struct EndOnPanic<'r>(&'r AtomicBool);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, feature = "decode"))]
mod tests;
