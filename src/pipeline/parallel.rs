//! The same run on several threads: one reads, several work on blocks, one writes what becomes of them, in order.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rayon::ThreadPool;

use super::output::Direct;
use super::pieces::Pieces;
use super::{Course, Interrupt, Observer, Stage, fresh_bytes};
use crate::input::{Block, Event, Feed, Part};
use crate::stats::Totals;

/// Blocks that are on their way between reading and writing, for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// An event of the feed, in the order of the input.
enum Slot {
    /// Lines that a worker has; it sends what becomes of them.
    Lines(Receiver<Done>),
    /// Anything else. The parts of a very long line go through one stage, in order: that of the writer.
    Other(Event),
}

/// A block with what becomes of it.
struct Done {
    block: Block,
    pieces: Pieces,
    totals: io::Result<Totals>,
}

/// Memory of blocks that are written.
type Spare = (Vec<u8>, Pieces);

/// Runs all blocks of `feed` through clones of `stage` on `threads` threads, and returns the totals.
///
/// The output is the same as that of [`run`](super::run), byte for byte. Memory is bounded by the blocks on their way and what
/// becomes of them. Meant for regular files: a read that waits keeps back what is done.
///
/// Fails when threads cannot be started, or with the first error of the output.
pub fn run_parallel<S: Stage>(
    feed: &mut Feed,
    stage: &mut S,
    out: &mut dyn Write,
    observer: &mut dyn Observer,
    interrupt: &Interrupt,
    threads: usize,
) -> io::Result<Totals> {
    let _working = interrupt.working();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
    let stages: Vec<Mutex<S>> = (0..threads).map(|_| Mutex::new(stage.clone())).collect();
    let inputs = feed.inputs();
    let mut course = Course::default();
    thread::scope(|scope| {
        let (slots, in_order) = sync_channel(threads * BLOCKS_PER_THREAD);
        let (spares, used) = channel();
        scope.spawn(|| read(feed, &pool, &stages, slots, used));
        for slot in in_order {
            match slot {
                Slot::Lines(done) => {
                    let Done { block, mut pieces, totals } = done.recv().map_err(|_| io::Error::other("a worker panicked"))?;
                    course.add(totals?);
                    pieces.write(&block, out)?;
                    pieces.clear();
                    observer.progress(fresh_bytes(&block));
                    give_back(&spares, (block.into_buffer(), pieces));
                }
                Slot::Other(Event::Block(block)) => {
                    course.add(stage.block(&block, &mut Direct(out))?);
                    observer.progress(fresh_bytes(&block));
                    give_back(&spares, (block.into_buffer(), Pieces::default()));
                }
                Slot::Other(event) => course.tell(event, &inputs, out, observer)?,
            }
            if interrupt.is_requested() || !observer.goes_on(&course.run) {
                break;
            }
        }
        out.flush()?;
        Ok(course.run)
    })
}

/// Reads `feed` to its end and hands its blocks to the workers, until nobody takes the slots any more.
fn read<S: Stage>(feed: &mut Feed, pool: &ThreadPool, stages: &[Mutex<S>], slots: SyncSender<Slot>, spares: Receiver<Spare>) {
    pool.in_place_scope(|scope| {
        loop {
            let (buffer, pieces) = spares.try_recv().unwrap_or_default();
            let slot = match feed.next(buffer) {
                None => break,
                Some(Event::Block(block)) if block.part == Part::Lines => {
                    let (sender, done) = sync_channel(1);
                    scope.spawn(move |_| work(stages, block, pieces, &sender));
                    Slot::Lines(done)
                }
                Some(event) => Slot::Other(event),
            };
            if slots.send(slot).is_err() {
                break;
            }
        }
    });
}

/// Runs a block through the stage of this worker's thread.
fn work<S: Stage>(stages: &[Mutex<S>], block: Block, mut pieces: Pieces, done: &SyncSender<Done>) {
    let thread = rayon::current_thread_index().unwrap_or_default();
    // A stage that panicked has no state that outlives a block of whole lines.
    let mut stage = stages[thread % stages.len()].lock().unwrap_or_else(PoisonError::into_inner);
    let totals = stage.block(&block, &mut pieces);
    drop(stage);
    // Nobody waits for it when the run has ended early.
    let _ = done.send(Done { block, pieces, totals });
}

/// The reader may be at its end and need no more memory.
fn give_back(spares: &Sender<Spare>, spare: Spare) {
    let _ = spares.send(spare);
}
