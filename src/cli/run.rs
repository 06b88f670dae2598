//! Running a job over its inputs.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use imerr::annotate::Annotator;
use imerr::detect::Detector;
use imerr::input::{Feed, FileError, Input, LINE_LIMIT, Notice};
use imerr::pipeline::{self, Interrupt, Observer, Stage};
use imerr::stats::Totals;
use imerr::strip::Stripper;
use same_file::Handle;

use super::job::{Job, Task};
use super::outcome::Outcome;
use super::{messages, output, progress, signals};

/// Below this many bytes of input, compressed ones as they are, starting threads costs more than they gain.
const WORTH_THREADS: u64 = 1 << 20;

/// Reads the inputs of `job` and writes what becomes of them to `out`.
pub fn run(job: Job, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let interrupt = Arc::new(Interrupt::default());
    signals::stop_on_signal(&interrupt)?;
    let size = size(&job.inputs);
    let uses_stdout = job.target.output.is_none() && !matches!(job.task, Task::Quiet);
    progress::start(job.progress, job.inputs.len(), size, uses_stdout);
    if job.target.output.is_some() {
        return output::run(&job, &interrupt);
    }
    let feed = feed(&job, Arc::clone(&job.inputs)).with_output(output_file());
    let mut run = Run { feed, threads: threads_for(&job, size), interrupt, watch: Watch::new(&job) };
    let totals = match &job.task {
        Task::Strip => run.through(&mut Stripper::default(), out)?,
        Task::Annotate { render, only } => {
            let totals = run.through(&mut annotator(&job, Some(render.clone())).with_only(*only), out)?;
            let mut end = Vec::new();
            render.finish(&totals, &mut end);
            out.write_all(&end)?;
            totals
        }
        Task::Count | Task::Quiet => run.through(&mut annotator(&job, None), out)?,
    };
    Ok(match job.task {
        _ if run.interrupt.is_requested() => Outcome::Interrupted(signals::last()),
        Task::Quiet if totals.matches > 0 => Outcome::Done,
        _ if run.watch.failed => Outcome::InputFailed,
        Task::Quiet => Outcome::NothingFound,
        _ => Outcome::Done,
    })
}

/// What reads `inputs` as `job` needs them.
pub fn feed(job: &Job, inputs: impl Into<Arc<[Input]>>) -> Feed {
    let counts_lines = matches!(&job.task, Task::Annotate { render, .. } if render.needs_line_numbers());
    Feed::new(inputs, counts_lines).with_encoding(job.encoding)
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
pub fn annotator(job: &Job, render: Option<Arc<dyn imerr::render::Render>>) -> Annotator {
    let detector = Detector::built_in().with_unknown(job.unknown).with_preferred(job.prefer.as_deref());
    let annotator = Annotator::new(detector, render).with_filter(job.filter.clone()).with_inputs(Arc::clone(&job.inputs));
    annotator.with_file_names(job.names == Some(true))
}

/// One thread for streams, which must not wait for a window to fill, and for little input.
fn threads_for(job: &Job, size: Option<u64>) -> usize {
    if size.is_none_or(|bytes| bytes < WORTH_THREADS) { 1 } else { job.threads }
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

/// Says what is to be said while the run goes on, and prints counts.
pub struct Watch {
    pub failed: bool,
    /// Whether a file came to its end.
    pub ended: bool,
    /// What a failed file means for the output.
    consequence: &'static str,
    /// Ends the run between two blocks.
    stop: Option<Arc<Interrupt>>,
    counts: bool,
    is_quiet: bool,
    names_files: bool,
}

impl Watch {
    fn new(job: &Job) -> Self {
        Self {
            failed: job.incomplete,
            ended: false,
            consequence: "",
            stop: None,
            counts: matches!(job.task, Task::Count),
            is_quiet: matches!(job.task, Task::Quiet),
            names_files: job.names.unwrap_or(job.inputs.len() > 1),
        }
    }

    /// A watch over one input that has an output for itself.
    pub fn of_one_output(job: &Job, stop: Arc<Interrupt>) -> Self {
        Self { failed: false, consequence: "; it has no output", stop: Some(stop), ..Self::new(job) }
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

    fn progress(&mut self, bytes: u64) {
        progress::bytes(bytes);
    }

    fn ended(&mut self, input: &Input, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        self.ended = true;
        progress::file();
        match (self.counts, self.names_files) {
            (false, _) => Ok(()),
            (true, false) => writeln!(out, "{}", totals.matched_lines),
            (true, true) => writeln!(out, "{}:{}", input.name(), totals.matched_lines),
        }
    }

    fn goes_on(&self, totals: &Totals) -> bool {
        let is_stopped = self.stop.as_ref().is_some_and(|stop| stop.is_requested());
        !(is_stopped || self.is_quiet && totals.matches > 0)
    }
}
