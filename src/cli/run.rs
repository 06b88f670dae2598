//! Running a job over its inputs.

use std::fs;
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use imerr::annotate::Annotator;
use imerr::detect::Detector;
use imerr::input::{Feed, FileError, Input, LINE_LIMIT, Notice};
use imerr::pipeline::{self, Interrupt, Observer, Stage};
use imerr::render::Render;
use imerr::stats::{Ledger, Seen, Totals};
use imerr::strip::Stripper;
use imerr::window::Window;
use same_file::Handle;

use super::closing::Closing;
use super::guard::Enduring;
use super::job::{Job, Task};
use super::outcome::Outcome;
use super::{messages, output, progress, signals};

/// Below this many bytes of input, compressed ones as they are, starting threads costs more than they gain.
const WORTH_THREADS: u64 = 1 << 20;

/// Reads the inputs of `job` and writes what becomes of them to `out`. No job is one that cannot be done; that is reported.
pub fn run(job: Option<Job>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let Some(mut job) = job else { return Ok(Outcome::Failed) };
    let interrupt = Arc::new(Interrupt::default());
    let closing = Arc::new(Closing::new(mem::take(&mut job.plan), Arc::clone(&job.inputs)));
    signals::stop_on_signal(&interrupt, &closing)?;
    let size = size(&job.inputs);
    let uses_stdout = job.target.output.is_none() && !matches!(job.task, Task::Quiet);
    progress::start(job.progress, job.inputs.len(), size, uses_stdout);
    let mut out = Enduring::new(out, closing.outranks_closed_pipe());
    let outcome = match job.target.output {
        Some(_) => output::run(&job, &interrupt, &closing)?,
        None => match job.guard.pass(&mut out, &closing, |out| pass(&job, size, &interrupt, &closing, out)) {
            // Standard output has no reader any more, but files and people do.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && closing.is_needed() => {
                out.close();
                Outcome::Done
            }
            outcome => outcome?,
        },
    };
    let closed = match out.is_closed() {
        true => closing.close(None)?,
        false => closing.close(Some(&mut out))?,
    };
    Ok(match outcome {
        Outcome::Interrupted(_) => outcome,
        _ if closed.failed => Outcome::Failed,
        Outcome::Done | Outcome::NothingFound if closed.tripped => Outcome::GateTripped,
        // A gate asks another question than whether something was found.
        Outcome::NothingFound if closing.outranks_closed_pipe() => Outcome::Done,
        outcome => outcome,
    })
}

/// Passes the logs on as `job` wants it.
fn pass(
    job: &Job,
    size: Option<u64>,
    interrupt: &Arc<Interrupt>,
    closing: &Arc<Closing>,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let feed = feed(job, closing, Arc::clone(&job.inputs)).with_output(output_file());
    let watch = Watch::new(job, closing);
    let mut run = Run { feed, threads: threads_for(job, size), interrupt: Arc::clone(interrupt), watch };
    let totals = match &job.task {
        Task::Strip => run.through(&mut Stripper::with_json_key(&job.json_key), out)?,
        Task::Annotate { render, only } => {
            out.write_all(&written(|start| render.start(start)))?;
            let totals = run.through(&mut annotator(job, closing, Some(render.clone()), *only), out)?;
            out.write_all(&written(|end| render.finish(&totals, end)))?;
            totals
        }
        Task::Count | Task::Quiet | Task::Tell => run.through(&mut annotator(job, closing, None, false), out)?,
    };
    Ok(match job.task {
        _ if interrupt.is_requested() => Outcome::Interrupted(signals::last()),
        // Whoever asks only whether there is something has the answer; a gate or a report lacks the file that failed.
        Task::Quiet if totals.matches > 0 && !closing.is_needed() => Outcome::Done,
        _ if run.watch.failed => Outcome::Failed,
        Task::Quiet if totals.matches == 0 => Outcome::NothingFound,
        _ => Outcome::Done,
    })
}

/// What `write` writes.
pub fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// What reads `inputs` as `job` needs them.
pub fn feed(job: &Job, closing: &Closing, inputs: impl Into<Arc<[Input]>>) -> Feed {
    let renders_numbers = matches!(&job.task, Task::Annotate { render, .. } if render.needs_line_numbers());
    Feed::new(inputs, renders_numbers || closing.is_needed()).with_encoding(job.encoding)
}

struct Run {
    feed: Feed,
    threads: usize,
    interrupt: Arc<Interrupt>,
    watch: Watch,
}

impl Run {
    fn through(&mut self, stage: &mut impl Stage, out: &mut (dyn Write + Send)) -> io::Result<Totals> {
        let Self { feed, threads, interrupt, watch } = self;
        match threads {
            1 => pipeline::run(feed, stage, out, watch, interrupt),
            threads => pipeline::run_parallel(feed, stage, out, watch, interrupt, *threads),
        }
    }
}

/// What annotates as `job` wants it.
pub fn annotator(job: &Job, closing: &Closing, render: Option<Arc<dyn Render>>, only: bool) -> Window<Annotator> {
    let detector = Detector::built_in().with_unknown(job.filter.wants_some_unknown()).with_preferred(job.prefer.as_deref());
    let annotator = Annotator::new(detector, render).with_filter(job.filter.clone()).with_inputs(Arc::clone(&job.inputs));
    let annotator = annotator
        .with_json_key(&job.json_key)
        .with_file_names(job.names == Some(true))
        .with_only(only)
        .with_notes(closing.notes());
    Window::new(annotator, job.span.clone())
}

/// One thread for streams, which must not wait for a window to fill, for little input, and where lines depend on others.
fn threads_for(job: &Job, size: Option<u64>) -> usize {
    if job.span.is_some() || size.is_none_or(|bytes| bytes < WORTH_THREADS) { 1 } else { job.threads }
}

/// The bytes of all inputs together, unless one is a stream. What cannot be read has none.
fn size(inputs: &[Input]) -> Option<u64> {
    let mut bytes = 0;
    for input in inputs {
        let Input::Path(path) = input else { return None };
        match fs::metadata(path) {
            Ok(about) if about.is_file() => bytes += about.len(),
            Ok(about) if !about.is_dir() => return None,
            _ => {}
        }
    }
    Some(bytes)
}

/// The file that standard output goes to, if it is a regular one.
fn output_file() -> Option<Handle> {
    Handle::stdout().ok().filter(|handle| handle.as_file().metadata().is_ok_and(|about| about.is_file()))
}

/// Why a file was not read, and what to do.
pub fn cause(error: &FileError) -> String {
    match error {
        FileError::Directory => "is a directory; -r reads the files in it".to_string(),
        error => error.to_string(),
    }
}

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
    ends_at_first: bool,
    names_files: bool,
    /// Writes what stands before and behind each file.
    render: Option<Arc<dyn Render>>,
    closing: Arc<Closing>,
    /// The lines of the file that ended so far.
    lines: u64,
    /// The books of an input that is read apart from the others, and its place among all.
    apart: Option<(usize, Ledger)>,
}

impl Watch {
    fn new(job: &Job, closing: &Arc<Closing>) -> Self {
        Self {
            failed: job.incomplete,
            ended: false,
            consequence: "",
            stop: None,
            counts: matches!(job.task, Task::Count),
            ends_at_first: matches!(job.task, Task::Quiet) && !closing.is_needed(),
            names_files: job.names.unwrap_or(job.inputs.len() > 1),
            render: match &job.task {
                Task::Annotate { render, .. } => Some(Arc::clone(render)),
                _ => None,
            },
            closing: Arc::clone(closing),
            lines: 0,
            apart: None,
        }
    }

    /// A watch over the input at `place`, which has an output for itself.
    pub fn of_one_output(job: &Job, place: usize, stop: Arc<Interrupt>, closing: &Arc<Closing>) -> Self {
        let apart = Some((place, closing.apart()));
        Self { failed: false, consequence: "; it has no output", stop: Some(stop), apart, ..Self::new(job, closing) }
    }

    /// Gives the books of the input over, which was read as the one of this turn.
    pub fn hand_over(self, turn: usize) {
        if let Some((_, ledger)) = self.apart {
            self.closing.append(turn, ledger);
        }
    }

    fn count(&mut self, totals: Totals) {
        match &mut self.apart {
            Some((_, ledger)) => ledger.totals += totals,
            None => self.closing.count(totals),
        }
    }
}

impl Observer for Watch {
    fn notice(&mut self, input: &Input, notice: Notice) {
        let text = match notice {
            Notice::Binary(offset) => format!(
                "looks like binary data (NUL byte at offset {offset}); it is passed on as it is, but codes in packed or \
                 encoded logs (.zip, .xlog, UTF-16 without a byte order mark) are only found after decoding; see --encoding"
            ),
            Notice::Decoded(encoding) => format!("is {encoding}; it is read and passed on as UTF-8"),
            Notice::LongLines(1) => format!("a line is longer than {LINE_LIMIT} bytes; only its beginning was searched"),
            Notice::LongLines(count) => {
                format!("{count} lines are longer than {LINE_LIMIT} bytes; only their beginnings were searched")
            }
        };
        messages::notice(&input.name(), &text);
    }

    fn failed(&mut self, input: &Input, error: &FileError) {
        self.failed = true;
        messages::error(&input.name(), &format!("{}{}", cause(error), self.consequence));
    }

    fn seen(&mut self, file: usize, seen: Seen) {
        match &mut self.apart {
            Some((place, ledger)) => self.closing.enter_apart(ledger, *place, seen),
            None => self.closing.enter(file, seen),
        }
    }

    fn progress(&mut self, bytes: u64, lines: u64) {
        // Not at the end of the file, which a stream that a signal ends does not come to.
        self.count(Totals { bytes, lines, ..Totals::default() });
        self.lines += lines;
        progress::bytes(bytes);
    }

    fn began(&mut self, input: &Input, out: &mut dyn Write) -> io::Result<()> {
        self.count(Totals { files: 1, ..Totals::default() });
        self.lines = 0;
        match &self.render {
            Some(render) => out.write_all(&written(|begin| render.begin(&input.name(), begin))),
            None => Ok(()),
        }
    }

    fn ended(&mut self, input: &Input, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        self.ended = true;
        // The last line may have no end.
        self.count(Totals { lines: totals.lines - self.lines, ..Totals::default() });
        progress::file();
        if let Some(render) = &self.render {
            out.write_all(&written(|end| render.end(&input.name(), totals, end)))?;
        }
        match (self.counts, self.names_files) {
            (false, _) => Ok(()),
            (true, false) => writeln!(out, "{}", totals.matched_lines),
            (true, true) => writeln!(out, "{}:{}", input.name(), totals.matched_lines),
        }
    }

    fn goes_on(&self, totals: &Totals) -> bool {
        let is_stopped = self.stop.as_ref().is_some_and(|stop| stop.is_requested());
        !(is_stopped || self.ends_at_first && totals.matches > 0)
    }
}
