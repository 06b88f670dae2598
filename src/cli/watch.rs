//! Watching a run: saying what is to be said meanwhile, printing counts, and keeping the books.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imerr::format::Render;
use imerr::input::{FileError, Input, Notice};
use imerr::pipeline::{Interrupt, Observer};
use imerr::stats::{BlockOutcome, RunStats, Totals};
use imerr::terminal::replace_unsafe;

use super::closing::Closing;
use super::job::{FilesMode, Job, Task};
use super::{messages, progress, system};

/// Says what is to be said while the run goes on, prints counts, and keeps the books.
pub struct Watch {
    pub failed: bool,
    /// Whether a file came to its end.
    pub ended: bool,
    /// What a failed file means for the output.
    consequence: &'static str,
    /// Ends the run between two blocks.
    stop: Option<Arc<Interrupt>>,
    counts: bool,
    /// Which files are named, if any.
    files: Option<FilesMode>,
    ends_at_first: bool,
    names_files: bool,
    /// Whether what cannot be read now may be read later.
    follows: bool,
    /// Whether control characters of names are shown.
    shows_controls: bool,
    /// Whether the run ends when nobody reads the output any more, though there is nothing to write.
    minds_reader: bool,
    /// Writes what stands before and behind each file.
    render: Option<Arc<dyn Render>>,
    closing: Arc<Closing>,
    inputs: Arc<[Input]>,
    /// The key of the member of JSON lines.
    json_key: String,
    /// The place among all of the one input that is watched.
    place: Option<usize>,
    /// The books of an input that is read apart from the others.
    apart: Option<RunStats>,
}

impl Watch {
    /// A watch over all inputs.
    pub fn new(job: &Job, closing: &Arc<Closing>) -> Self {
        Self {
            failed: job.incomplete,
            ended: false,
            consequence: "",
            stop: None,
            counts: matches!(job.task, Task::Count),
            files: if let Task::Files(having) = job.task { Some(having) } else { None },
            ends_at_first: matches!(job.task, Task::Quiet) && !closing.is_needed(),
            follows: job.follow.is_some(),
            shows_controls: job.shows_controls,
            minds_reader: job.follow.is_some()
                && !(matches!(job.task, Task::Quiet) || closing.outranks_closed_pipe()),
            names_files: job.names.unwrap_or(job.inputs.len() > 1),
            render: match &job.task {
                Task::Annotate(render) => Some(Arc::clone(render)),
                _ => None,
            },
            closing: Arc::clone(closing),
            inputs: Arc::clone(&job.inputs),
            json_key: job.json_key.clone(),
            place: None,
            apart: None,
        }
    }

    /// A watch over the input at `place`, which has an output for itself.
    pub fn of_one_output(
        job: &Job,
        place: usize,
        stop: Arc<Interrupt>,
        closing: &Arc<Closing>,
    ) -> Self {
        let (place, apart) = (Some(place), Some(closing.apart()));
        Self {
            failed: false,
            consequence: "; it has no output",
            stop: Some(stop),
            place,
            apart,
            ..Self::new(job, closing)
        }
    }

    /// A watch over the stream at `place` of a command, which is read to its end whatever is found in it.
    pub fn of_stream(job: &Job, place: usize, closing: &Arc<Closing>) -> Self {
        Self { ends_at_first: false, place: Some(place), ..Self::new(job, closing) }
    }

    /// Gives the books of the input over, which was read as the one of this turn.
    pub fn hand_over(self, turn: usize) {
        if let Some(ledger) = self.apart {
            self.closing.append(turn, ledger);
        }
    }

    /// The name of an input in the output.
    fn shown(&self, input: &Input) -> String {
        if self.shows_controls { replace_unsafe(&input.name()).into_owned() } else { input.name() }
    }

    /// Says once in a run that a line with codes got no annotation, since the one at `offset` has a member of its own there.
    fn tell_taken(&self, file: usize, offset: u64) {
        static IS_TOLD: AtomicBool = AtomicBool::new(false);
        if IS_TOLD.swap(true, Ordering::Relaxed) {
            return;
        }
        let what = format!(
            "the line at byte {offset} has a member {:?} of its own, so its code is not told there, nor in other lines that have \
             one; --json-key chooses another key",
            self.json_key
        );
        messages::notice(&self.inputs[file].name(), &what);
    }

    fn count(&mut self, totals: Totals) {
        match &mut self.apart {
            Some(ledger) => ledger.totals += totals,
            None => self.closing.count(self.place.unwrap_or(0), totals),
        }
    }
}

impl Observer for Watch {
    fn notice(&mut self, input: &Input, notice: Notice) {
        let help = if matches!(notice, Notice::Binary(_)) { "; see --encoding" } else { "" };
        messages::notice(&input.name(), &format!("{notice}{help}"));
    }

    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.failed = true;
        let again = if self.follows && matches!(error, FileError::Io(_)) {
            "; it is tried again"
        } else {
            ""
        };
        messages::error(&input.name(), &format!("{}{}{again}", cause(error), self.consequence));
    }

    fn block_done(&mut self, file: usize, outcome: BlockOutcome) {
        let file = self.place.unwrap_or(file);
        if let Some(offset) = outcome.key_conflict_offset {
            self.tell_taken(file, offset);
        }
        match &mut self.apart {
            Some(ledger) => self.closing.enter_apart(ledger, file, outcome),
            None => self.closing.enter(file, outcome),
        }
    }

    fn progress(&mut self, bytes: u64, lines: u64) {
        // Not at the end of the file, which a stream that a signal ends does not come to.
        let mut totals = Totals::default();
        (totals.bytes, totals.lines) = (bytes, lines);
        self.count(totals);
        progress::bytes(bytes);
    }

    fn file_started(&mut self, input: &Input, out: &mut dyn Write) -> io::Result<()> {
        let mut totals = Totals::default();
        totals.files = 1;
        self.count(totals);
        match &self.render {
            Some(render) => {
                out.write_all(&written(|begin| render.begin_file(&input.name(), begin)))
            }
            None => Ok(()),
        }
    }

    fn file_finished(
        &mut self,
        input: &Input,
        totals: &Totals,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.ended = true;
        progress::file();
        if let Some(render) = &self.render {
            out.write_all(&written(|end| render.end_file(&input.name(), totals, end)))?;
        }
        let selected = totals.selected_lines;
        if self.files.is_some_and(|having| (having == FilesMode::WithCodes) == (selected > 0)) {
            writeln!(out, "{}", self.shown(input))?;
        }
        match (self.counts, self.names_files) {
            (false, _) => Ok(()),
            (true, false) => writeln!(out, "{selected}"),
            (true, true) => writeln!(out, "{}:{selected}", self.shown(input)),
        }
    }

    fn should_continue(&self, totals: &Totals) -> bool {
        let is_stopped = self.stop.as_ref().is_some_and(|stop| stop.is_requested());
        !(is_stopped
            || self.minds_reader && system::is_output_closed()
            || self.ends_at_first && totals.selected_lines > 0)
    }
}

/// Why a file was not read, and what to do.
pub fn cause(error: &FileError) -> String {
    match error {
        FileError::Directory => "is a directory; -r reads the files in it".to_string(),
        error => error.to_string(),
    }
}

/// What `write` writes.
pub fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}
