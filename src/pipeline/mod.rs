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
pub use interrupt::{Frozen, Interrupt};
use output::Direct;
pub use output::Output;
#[cfg(feature = "parallel")]
pub use parallel::run_parallel;

/// What is done with each block.
pub trait Stage: Clone + Send {
    /// Writes what becomes of `block`, and returns what was seen in it. What is written depends on the lines of the block
    /// alone, unless the stage [needs order](Self::needs_order), except that the parts of a very long line come to the same stage, one after the other. A file of which
    /// [nothing more is needed](BlockOutcome::file_done) is left, though blocks that are read already may still come.
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome>;

    /// Whether what becomes of a block depends on those before it in its file: then one stage has to see all, in order.
    fn needs_order(&self) -> bool {
        false
    }
}

/// Follows a run: what was found, what failed, and where files start and end in the output.
///
/// All methods are called in input order, whatever the number of threads. `()` ignores everything,
/// also inputs that could not be read.
pub trait Observer {
    /// The file could not be read, or not to its end. The run goes on with the next one.
    fn file_failed(&mut self, input: &Input, error: &FileError);

    /// Something about the file is worth a message, but it is read all the same.
    fn notice(&mut self, _input: &Input, _notice: Notice) {}

    /// A block of the input with index `file` was written.
    fn block_done(&mut self, _file: usize, _outcome: BlockOutcome) {}

    /// So many more bytes and lines are done. `lines` stays 0 when lines are not counted.
    ///
    /// Called once per block, and once more for a last line without a line terminator.
    fn progress(&mut self, _bytes: u64, _lines: u64) {}

    /// The file is open; what is written to `out` comes before its lines.
    fn file_started(&mut self, _input: &Input, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// The file is done; what is written to `out` comes after its lines.
    fn file_finished(
        &mut self,
        _input: &Input,
        _totals: &Totals,
        _out: &mut dyn Write,
    ) -> io::Result<()> {
        Ok(())
    }

    /// Whether to go on after a block; `totals` are those of the run so far.
    fn should_continue(&self, _totals: &Totals) -> bool {
        true
    }
}

impl Observer for () {
    fn file_failed(&mut self, _input: &Input, _error: &FileError) {}
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
    let mut busy = interrupt.start_work();
    while !interrupt.is_requested() && observer.should_continue(&course.run) {
        let buffer = std::mem::take(&mut spare);
        let event = if feed.may_wait() {
            out.flush()?;
            let (event, still_busy) = busy.while_idle(|| feed.next(buffer));
            busy = still_busy;
            event
        } else {
            feed.next(buffer)
        };
        match event {
            None => break,
            Some(Event::Block(block)) => {
                if course.pass(&block, stage, out, observer)? {
                    feed.skip_file(block.file);
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
    let wants_all = observer.should_continue(&course.run);
    for event in feed.stop() {
        match event {
            Event::Block(block) if wants_all => _ = course.pass(&block, stage, out, observer)?,
            event => course.tell(event, &inputs, out, observer)?,
        }
    }
    out.flush()?;
    drop(busy);
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
        let file_done = seen.file_done;
        self.add_block(block, seen, observer);
        Ok(file_done)
    }

    /// Adds what was seen in a block, and tells the observer of it.
    fn add_block(&mut self, block: &Block, seen: BlockOutcome, observer: &mut dyn Observer) {
        let file = self.files.entry(block.file).or_default();
        *file += seen.totals;
        file.lines += block.lines;
        self.run += seen.totals;
        self.open = seen.termination;
        observer.block_done(block.file, seen);
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
                observer.file_started(&inputs[file], out)?;
            }
            Event::Notice(file, notice) => {
                // What stands in another file does not go on with a line of this one.
                if notice == Notice::Replaced && self.open == LineTermination::Missing {
                    self.open = LineTermination::MustTerminate(b"\n");
                }
                observer.notice(&inputs[file], notice);
            }
            Event::Failed(file, error) => observer.file_failed(&inputs[file], &error),
            Event::Finished(file, bytes, lines) => {
                let of_blocks = self.files.remove(&file).unwrap_or_default();
                if lines > of_blocks.lines {
                    observer.progress(0, lines - of_blocks.lines);
                }
                self.run += Totals { files: 1, bytes, lines, ..Totals::default() };
                observer.file_finished(
                    &inputs[file],
                    &Totals { files: 1, bytes, lines, ..of_blocks },
                    out,
                )?;
            }
        }
        Ok(())
    }
}
