//! A run on one thread, and what every run keeps track of.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use super::{Interrupt, Observer, Output, Stage};
use crate::input::{Block, Event, Events, HELD_BACK, InputList, Notice, Part};
use crate::stats::{BlockOutcome, LineTermination, Occurrence, Totals};

/// Runs all blocks of `feed` through `stage`, one after the other, and returns the totals.
///
/// The observer is given the errors of inputs, the names of files and the counts of each block;
/// `&mut ()` ignores them. Another thread or a signal handler can stop the run by `interrupt`; a
/// new one, `&Interrupt::default()`, never stops it.
///
/// Before a read that may have to wait, all output is flushed, so that no complete line is delayed.
/// An interrupt ends the run between two blocks; it ends a pause at once.
///
/// # Errors
///
/// The first error of `out`, or of the observer's own output.
pub fn run(
    feed: &mut (impl Events + ?Sized),
    stage: &mut impl Stage,
    out: &mut dyn Write,
    observer: &mut dyn Observer,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let mut run = RunState::new(feed.inputs(), out, observer);
    let mut spare = Vec::new();
    let mut busy = interrupt.start_work();
    while !interrupt.is_requested() && run.should_continue() {
        let buffer = std::mem::take(&mut spare);
        let event;
        if feed.may_wait() {
            run.out.flush()?;
            (event, busy) = busy.while_idle(|| feed.next(buffer));
        } else {
            event = feed.next(buffer);
        }
        match event {
            None => break,
            Some(Event::Block(block)) => {
                if run.process(&block, stage)? {
                    feed.skip_file(block.file);
                }
                spare = block.into_buffer();
            }
            Some(Event::Idle { spare: buffer, pause }) => {
                spare = buffer;
                run.out.flush()?;
                interrupt.pause(pause);
            }
            Some(event) => run.notify(event)?,
        }
    }
    run.process_rest(feed.stop(), stage)?;
    run.out.flush()?;
    Ok(run.totals)
}

/// The output and the observer of a run, and what it keeps track of.
pub(super) struct RunState<'r, W: ?Sized, O: ?Sized> {
    pub(super) out: &'r mut W,
    observer: &'r mut O,
    inputs: InputList,
    /// The totals of the run.
    pub(super) totals: Totals,
    /// The totals of the blocks of each open file.
    files: HashMap<usize, Totals>,
    /// The end of the last line that was written.
    termination: LineTermination,
}

impl<'r, W: Write + ?Sized, O: Observer + ?Sized> RunState<'r, W, O> {
    pub(super) fn new(inputs: InputList, out: &'r mut W, observer: &'r mut O) -> Self {
        let (totals, files) = (Totals::default(), HashMap::new());
        Self { out, observer, inputs, totals, files, termination: LineTermination::Complete }
    }

    pub(super) fn should_continue(&self) -> bool {
        self.observer.should_continue(&self.totals)
    }

    /// Terminates the last line before other output, if it must be.
    pub(super) fn terminate_line(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.termination) {
            LineTermination::MustTerminate(terminator) => self.out.write_all(terminator),
            LineTermination::Complete | LineTermination::Missing => Ok(()),
        }
    }

    /// Runs a block through `stage`; returns true if the rest of its file can be skipped.
    pub(super) fn process(&mut self, block: &Block, stage: &mut impl Stage) -> io::Result<bool> {
        self.terminate_line()?;
        let outcome = stage.block(block, &mut self.output(block))?;
        let file_done = outcome.file_done;
        self.record(block, outcome);
        Ok(file_done)
    }

    /// Handles the events that are left when the run ends. Blocks are processed only if more lines
    /// are wanted.
    fn process_rest(&mut self, events: Vec<Event>, stage: &mut impl Stage) -> io::Result<()> {
        let wants_rest = self.should_continue();
        for event in events {
            match event {
                Event::Block(block) if wants_rest => _ = self.process(&block, stage)?,
                event => self.notify(event)?,
            }
        }
        Ok(())
    }

    /// The output for `block`, which is written at once.
    pub(super) fn output<'o>(&'o mut self, block: &'o Block) -> DirectOutput<'o, W, O> {
        DirectOutput { out: self.out, observer: self.observer, block }
    }

    /// Adds the outcome of a block that was written, and passes it on to the observer.
    pub(super) fn record(&mut self, block: &Block, outcome: BlockOutcome) {
        let file = self.files.entry(block.file).or_default();
        *file += outcome.totals;
        file.lines += block.lines;
        self.totals += outcome.totals;
        self.termination = outcome.termination;
        self.observer.block_done(block, outcome);
        self.observer.progress(new_bytes(block), block.lines);
    }

    /// Notifies the observer that the run goes on with fewer threads.
    pub(super) fn threads_refused(&mut self, started: usize, error: &io::Error) {
        self.observer.threads_refused(started, error);
    }

    /// Notifies the observer of an event other than a block.
    pub(super) fn notify(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Block(_) | Event::Idle { .. } => {}
            Event::Started { file } => {
                self.terminate_line()?;
                self.observer.file_started(&self.inputs.at(file), &mut self.out)?;
            }
            Event::Notice { file, notice } => {
                // The new file's first line does not continue the old one's last line.
                if notice == Notice::Replaced && self.termination == LineTermination::Missing {
                    self.termination = LineTermination::MustTerminate(b"\n");
                }
                self.out.flush()?;
                self.observer.notice(&self.inputs.at(file), notice);
            }
            Event::Failed { file, error } => {
                // The message is below what was read before the error.
                self.out.flush()?;
                self.observer.file_failed(&self.inputs.at(file), &error)
            }
            Event::Finished { file, bytes, lines } => self.finish_file(file, bytes, lines)?,
        }
        Ok(())
    }

    fn finish_file(&mut self, file: usize, bytes: u64, lines: u64) -> io::Result<()> {
        let blocks = self.files.remove(&file).unwrap_or_default();
        if lines > blocks.lines {
            self.observer.progress(0, lines - blocks.lines);
        }
        self.totals += Totals { files: 1, bytes, lines, ..Totals::default() };
        let file_totals = Totals { files: 1, bytes, lines, ..blocks };
        self.observer.file_finished(&self.inputs.at(file), &file_totals, &mut self.out)
    }
}

/// Writes the output for a block at once, and passes its occurrences on.
pub(super) struct DirectOutput<'o, W: ?Sized, O: ?Sized> {
    out: &'o mut W,
    observer: &'o mut O,
    block: &'o Block,
}

impl<W: Write + ?Sized, O: Observer + ?Sized> Output for DirectOutput<'_, W, O> {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        self.out.write_all(&block.bytes()[range])
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    fn take_occurrences(&mut self, occurrences: &mut Vec<Occurrence>) -> io::Result<()> {
        self.observer.occurrences(self.block, std::mem::take(occurrences));
        Ok(())
    }
}

/// The number of bytes of `block` that no later block contains: the end of a [`Part::LongStart`] is
/// also the beginning of the next part.
fn new_bytes(block: &Block) -> u64 {
    let repeated = if block.part == Part::LongStart { HELD_BACK } else { 0 };
    block.hole + (block.bytes().len() - repeated) as u64
}
