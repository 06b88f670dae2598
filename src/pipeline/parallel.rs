//! The same run on several threads: a window of blocks is worked on while the next one is read.

use std::io::{self, Write};

use super::{Course, Interrupt, Observer, Stage};
use crate::input::{Block, Event, Feed, Part};
use crate::stats::Totals;

/// Blocks in a window, for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// One event of a window; a block comes with what becomes of it.
enum Slot {
    Block { block: Block, out: Vec<u8>, totals: io::Result<Totals> },
    Other(Event),
}

/// Runs all blocks of `feed` through clones of `stage` on `threads` threads, and returns the totals.
///
/// The output is the same as that of [`run`](super::run), byte for byte. Memory is bounded by two windows of blocks and what
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
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
    let _working = interrupt.working();
    let mut stages = vec![stage.clone(); threads * BLOCKS_PER_THREAD];
    let mut course = Course::default();
    let mut spares: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut window = read_window(feed, stages.len(), &mut spares);
    while !window.is_empty() && !interrupt.is_requested() && observer.goes_on(&course.run) {
        let mut next = Vec::new();
        pool.in_place_scope(|scope| {
            let blocks = window.iter_mut().filter_map(|slot| match slot {
                Slot::Block { block, out, totals } if block.part == Part::Lines => Some((block, out, totals)),
                _ => None,
            });
            for ((block, out, totals), stage) in blocks.zip(&mut stages) {
                scope.spawn(move |_| *totals = stage.block(block, out));
            }
            next = read_window(feed, threads * BLOCKS_PER_THREAD, &mut spares);
        });
        for slot in window {
            match slot {
                // The parts of a very long line go through one stage, in order.
                Slot::Block { block, out: done, totals } => {
                    let totals = if block.part == Part::Lines { totals } else { stage.block(&block, out) };
                    course.add(totals?);
                    out.write_all(&done)?;
                    spares.push((block.into_buffer(), done));
                }
                Slot::Other(event) => course.tell(event, feed.inputs(), out, observer)?,
            }
        }
        window = next;
    }
    out.flush()?;
    Ok(course.run)
}

/// The next events of `feed`, with up to `count` blocks among them.
fn read_window(feed: &mut Feed, count: usize, spares: &mut Vec<(Vec<u8>, Vec<u8>)>) -> Vec<Slot> {
    let mut window = Vec::new();
    let mut blocks = 0;
    while blocks < count {
        let (buffer, mut out) = spares.pop().unwrap_or_default();
        out.clear();
        match feed.next(buffer) {
            None => break,
            Some(Event::Block(block)) => {
                blocks += 1;
                window.push(Slot::Block { block, out, totals: Ok(Totals::default()) });
            }
            Some(other) => window.push(Slot::Other(other)),
        }
    }
    window
}
