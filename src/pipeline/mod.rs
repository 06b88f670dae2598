//! Threads and order: blocks out of a feed, through a stage, to the output. Knows nothing of what the stage does.

#[cfg(feature = "parallel")]
mod ahead;
mod interrupt;
mod output;
#[cfg(feature = "parallel")]
mod parallel;
#[cfg(feature = "parallel")]
mod pieces;

use std::collections::HashMap;
use std::io::{self, Write};

use crate::input::{Block, Event, Events, FileError, HELD_BACK, Input, Notice, Part};
use crate::stats::{BlockOutcome, LineTermination, Totals};
pub use interrupt::Interrupt;
use output::Direct;
pub use output::Output;
#[cfg(feature = "parallel")]
pub use parallel::run_parallel;

/// What is done with each block.
pub trait Stage: Clone + Send {
    /// Writes what becomes of `block`, and returns what was seen in it. What is written depends on the lines of the block
    /// alone, unless the stage [needs order](Self::needs_order), except that the parts of a very long line come to the same stage, one after the other. A file of which
    /// [nothing more is needed](BlockOutcome::is_enough) is left, though blocks that are read already may still come.
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome>;

    /// Whether what becomes of a block depends on those before it in its file: then one stage has to see all, in order.
    fn needs_order(&self) -> bool {
        false
    }
}

/// Who is told how the run goes.
pub trait Observer {
    /// Something should be known about a file that is read all the same.
    fn notice(&mut self, input: &Input, notice: Notice);

    /// A file was not read, or not to its end.
    fn failed(&mut self, input: &Input, error: &FileError);

    /// This was seen in a block of the file at place `file` of the inputs; told in order.
    fn seen(&mut self, _file: usize, _seen: BlockOutcome) {}

    /// So many more bytes of the input are worked on, and so many more lines, if lines are counted; told once for each block, and
    /// at the end of a file of which the last line has no end.
    fn progress(&mut self, _bytes: u64, _lines: u64) {}

    /// A file is open; `out` stands before all that will be written about it.
    fn began(&mut self, _input: &Input, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// A file is done; `out` stands behind all that was written about it.
    fn ended(&mut self, _input: &Input, _totals: &Totals, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Whether to go on, asked after each block with the totals so far.
    fn goes_on(&self, _totals: &Totals) -> bool {
        true
    }
}

/// Runs all blocks of `feed` through `stage`, one after the other, and returns the totals.
///
/// Before a read that may have to wait all that is written so far is flushed, so that no whole line is kept back.
/// An interrupt ends the run between two blocks, and a pause at once.
pub fn run(
    feed: &mut impl Events,
    stage: &mut impl Stage,
    out: &mut dyn Write,
    observer: &mut dyn Observer,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let inputs = feed.inputs();
    let mut course = RunState::default();
    let mut spare = Vec::new();
    let mut working = interrupt.working();
    while !interrupt.is_requested() && observer.goes_on(&course.run) {
        let buffer = std::mem::take(&mut spare);
        let event = if feed.may_wait() {
            out.flush()?;
            let (event, still_working) = interrupt.waiting(working, || feed.next(buffer));
            working = still_working;
            event
        } else {
            feed.next(buffer)
        };
        match event {
            None => break,
            Some(Event::Block(block)) => {
                if course.pass(&block, stage, out, observer)? {
                    feed.leave(block.file);
                }
                spare = block.into_buffer();
            }
            Some(Event::Idle(buffer, pause)) => {
                spare = buffer;
                out.flush()?;
                interrupt.pause(pause);
            }
            Some(event) => course.tell(event, &inputs, out, observer)?,
        }
    }
    let wants_all = observer.goes_on(&course.run);
    for event in feed.stop() {
        match event {
            Event::Block(block) if wants_all => _ = course.pass(&block, stage, out, observer)?,
            event => course.tell(event, &inputs, out, observer)?,
        }
    }
    out.flush()?;
    drop(working);
    Ok(course.run)
}

/// The bytes of `block` that do not come again: the end of a [`Part::LongStart`] is the beginning of the next part.
fn fresh_bytes(block: &Block) -> u64 {
    let again = if block.part == Part::LongStart { HELD_BACK } else { 0 };
    (block.bytes().len() - again) as u64
}

/// How far a run has come.
#[derive(Default)]
struct RunState {
    /// The totals of each file that began and did not end yet: only what blocks tell.
    files: HashMap<usize, Totals>,
    run: Totals,
    /// Whether what was written last has no line end.
    open: LineTermination,
}

impl RunState {
    /// Ends the line that was written last, if it has no end and must not run into what comes next.
    fn set_apart(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match std::mem::take(&mut self.open) {
            LineTermination::MustTerminate(end) => out.write_all(end),
            LineTermination::Complete | LineTermination::Missing => Ok(()),
        }
    }

    /// Runs a block through `stage`; true if no more of its file is wanted.
    fn pass(
        &mut self,
        block: &Block,
        stage: &mut impl Stage,
        out: &mut dyn Write,
        observer: &mut dyn Observer,
    ) -> io::Result<bool> {
        self.set_apart(out)?;
        let seen = stage.block(block, &mut Direct(out))?;
        let is_enough = seen.is_enough;
        self.add_block(block, seen, observer);
        Ok(is_enough)
    }

    /// Adds what was seen in a block, and tells the observer of it.
    fn add_block(&mut self, block: &Block, seen: BlockOutcome, observer: &mut dyn Observer) {
        let file = self.files.entry(block.file).or_default();
        *file += seen.totals;
        file.lines += block.lines;
        self.run += seen.totals;
        self.open = seen.open;
        observer.seen(block.file, seen);
        observer.progress(fresh_bytes(block), block.lines);
    }

    /// Tells the observer of an event that is no block.
    fn tell(
        &mut self,
        event: Event,
        inputs: &[Input],
        out: &mut dyn Write,
        observer: &mut dyn Observer,
    ) -> io::Result<()> {
        match event {
            Event::Block(_) | Event::Idle(..) => {}
            Event::Started(file) => {
                self.set_apart(out)?;
                observer.began(&inputs[file], out)?;
            }
            Event::Notice(file, notice) => {
                // What stands in another file does not go on with a line of this one.
                if notice == Notice::Replaced && self.open == LineTermination::Missing {
                    self.open = LineTermination::MustTerminate(b"\n");
                }
                observer.notice(&inputs[file], notice);
            }
            Event::Failed(file, error) => observer.failed(&inputs[file], &error),
            Event::Finished(file, bytes, lines) => {
                let of_blocks = self.files.remove(&file).unwrap_or_default();
                if lines > of_blocks.lines {
                    observer.progress(0, lines - of_blocks.lines);
                }
                self.run += Totals { files: 1, bytes, lines, ..Totals::default() };
                observer.ended(
                    &inputs[file],
                    &Totals { files: 1, bytes, lines, ..of_blocks },
                    out,
                )?;
            }
        }
        Ok(())
    }
}
