//! A run on one thread, and what every run keeps track of.

use std::collections::HashMap;
use std::io::{self, Write};

use super::output::DirectOutput;
use super::{Interrupt, Observer, Stage};
use crate::input::{Block, Event, Events, HELD_BACK, Input, Notice, Part};
use crate::stats::{BlockOutcome, LineTermination, Totals};

/// Runs all blocks of `feed` through `stage`, one after the other, and returns the totals.
///
/// Before a read that may have to wait, all output is flushed, so that no complete line is delayed.
/// An interrupt ends the run between two blocks; it ends a pause at once.
pub fn run(
    feed: &mut impl Events,
    stage: &mut impl Stage,
    out: &mut dyn Write,
    observer: &mut dyn Observer,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let inputs = feed.inputs();
    let mut state = RunState::default();
    let mut spare = Vec::new();
    let mut busy = interrupt.start_work();
    while !interrupt.is_requested() && observer.should_continue(&state.totals) {
        let buffer = std::mem::take(&mut spare);
        let event;
        if feed.may_wait() {
            out.flush()?;
            (event, busy) = busy.while_idle(|| feed.next(buffer));
        } else {
            event = feed.next(buffer);
        }
        match event {
            None => break,
            Some(Event::Block(block)) => {
                if state.process(&block, stage, out, observer)? {
                    feed.skip_file(block.file);
                }
                spare = block.into_buffer();
            }
            Some(Event::Idle(buffer, pause)) => {
                spare = buffer;
                out.flush()?;
                interrupt.pause(pause);
            }
            Some(event) => state.notify(event, &inputs, out, observer)?,
        }
    }
    let wants_rest = observer.should_continue(&state.totals);
    for event in feed.stop() {
        match event {
            Event::Block(block) if wants_rest => {
                state.process(&block, stage, out, observer)?;
            }
            event => state.notify(event, &inputs, out, observer)?,
        }
    }
    out.flush()?;
    Ok(state.totals)
}

/// What a run keeps track of.
#[derive(Default)]
pub(super) struct RunState {
    /// The totals of the run.
    pub(super) totals: Totals,
    /// The totals of the blocks of each open file.
    files: HashMap<usize, Totals>,
    /// How the last line that was written ends.
    termination: LineTermination,
}

impl RunState {
    /// Terminates the last line before other output, if it must be.
    pub(super) fn terminate_line(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match std::mem::take(&mut self.termination) {
            LineTermination::MustTerminate(terminator) => out.write_all(terminator),
            LineTermination::Complete | LineTermination::Missing => Ok(()),
        }
    }

    /// Runs a block through `stage`; returns true if the rest of its file can be skipped.
    fn process(
        &mut self,
        block: &Block,
        stage: &mut impl Stage,
        out: &mut dyn Write,
        observer: &mut dyn Observer,
    ) -> io::Result<bool> {
        self.terminate_line(out)?;
        let outcome = stage.block(block, &mut DirectOutput(out))?;
        let file_done = outcome.file_done;
        self.record(block, outcome, observer);
        Ok(file_done)
    }

    /// Adds the outcome of a block that was written, and passes it on to the observer.
    pub(super) fn record(
        &mut self,
        block: &Block,
        outcome: BlockOutcome,
        observer: &mut dyn Observer,
    ) {
        let file = self.files.entry(block.file).or_default();
        *file += outcome.totals;
        file.lines += block.lines;
        self.totals += outcome.totals;
        self.termination = outcome.termination;
        observer.block_done(block.file, outcome);
        observer.progress(new_bytes(block), block.lines);
    }

    /// Notifies the observer of an event other than a block.
    pub(super) fn notify(
        &mut self,
        event: Event,
        inputs: &[Input],
        out: &mut dyn Write,
        observer: &mut dyn Observer,
    ) -> io::Result<()> {
        match event {
            Event::Block(_) | Event::Idle(..) => {}
            Event::Started(file) => {
                self.terminate_line(out)?;
                observer.file_started(&inputs[file], out)?;
            }
            Event::Notice(file, notice) => {
                // The new file's first line does not continue the old one's last line.
                if notice == Notice::Replaced && self.termination == LineTermination::Missing {
                    self.termination = LineTermination::MustTerminate(b"\n");
                }
                observer.notice(&inputs[file], notice);
            }
            Event::Failed(file, error) => observer.file_failed(&inputs[file], &error),
            Event::Finished(file, bytes, lines) => {
                let blocks = self.files.remove(&file).unwrap_or_default();
                if lines > blocks.lines {
                    observer.progress(0, lines - blocks.lines);
                }
                self.totals += Totals { files: 1, bytes, lines, ..Totals::default() };
                let file_totals = Totals { files: 1, bytes, lines, ..blocks };
                observer.file_finished(&inputs[file], &file_totals, out)?;
            }
        }
        Ok(())
    }
}

/// The number of bytes of `block` that no later block contains: the end of a [`Part::LongStart`] is
/// also the beginning of the next part.
fn new_bytes(block: &Block) -> u64 {
    let repeated = if block.part == Part::LongStart { HELD_BACK } else { 0 };
    (block.bytes().len() - repeated) as u64
}
