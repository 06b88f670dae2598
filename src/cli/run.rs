//! Running a job over its inputs.

use std::fs;
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use imerr::input::{Feed, Follower, Input};
use imerr::pipeline::{self, Interrupt, Stage};
use imerr::stages::PerFileStage;
use imerr::stats::Totals;
use imerr::terminal::replace_unsafe;
use same_file::Handle;

use super::closing::Closing;
use super::exit_status::Outcome;
use super::guard::Enduring;
use super::job::{Job, Task};
use super::watch::{Watch, written};
use super::{child, output, progress, signals, stages};

/// Below this many bytes of input, compressed ones as they are, starting threads costs more than they gain.
const WORTH_THREADS: u64 = 1 << 20;

/// Reads the inputs of `job` and writes what becomes of them to `out`. No job is one that cannot be done; that is reported.
pub fn run(job: Option<Job>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let Some(mut job) = job else { return Ok(Outcome::Failed) };
    let plan = mem::take(&mut job.plan);
    if let Some(program) = &job.program {
        return child::run(&job, program, plan, out);
    }
    let interrupt = Arc::new(Interrupt::default());
    let closing = Arc::new(Closing::new(plan, job.detector.clone(), Arc::clone(&job.inputs)));
    signals::stop_on_signal(&interrupt, &closing)?;
    let size = size(&job.inputs);
    let uses_stdout = job.target.directory.is_none() && !matches!(job.task, Task::Quiet);
    if job.follow.is_none() {
        progress::start(job.progress, job.inputs.len(), size, uses_stdout);
    }
    let mut out = Enduring::new(out, closing.outranks_closed_pipe());
    let outcome = match job.target.directory {
        Some(_) => output::run(&job, &interrupt, &closing)?,
        None => match job
            .guard
            .pass(&mut out, &closing, |out| pass(&job, size, &interrupt, &closing, out))
        {
            // Standard output has no reader any more, but files and people do.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && closing.is_needed() => {
                out.close();
                Outcome::Done
            }
            outcome => outcome?,
        },
    };
    let is_whole = matches!(outcome, Outcome::Done | Outcome::NothingFound);
    let closed = match out.is_closed() {
        true => closing.close(None, is_whole)?,
        false => closing.close(Some(&mut out), is_whole)?,
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
    let watch = Watch::new(job, closing);
    let reading = match job.follow {
        Some(poll) => Reading::Following(follower(job, closing, poll), between(job)),
        None => {
            let feed =
                stages::feed(job, closing, Arc::clone(&job.inputs)).with_output(output_file());
            Reading::Once(feed, threads_for(job, size))
        }
    };
    let mut run = Run { reading, interrupt: Arc::clone(interrupt), watch };
    let totals = match &job.task {
        Task::Strip => {
            let mut stripper = stages::stripper(job).with_escaped_controls(job.shows_controls);
            run.through(&mut stripper, out)?
        }
        Task::Annotate(render) => {
            out.write_all(&written(|start| render.begin_run(start)))?;
            run.through(&mut stages::annotator(job, closing, Some(render.clone())), out)?
        }
        Task::Count | Task::Files(_) | Task::Quiet | Task::Tell => {
            run.through(&mut stages::annotator(job, closing, None), out)?
        }
    };
    Ok(match job.task {
        _ if interrupt.is_requested() => Outcome::Interrupted(signals::last()),
        // Whoever asks only whether there is something has the answer; a gate or a report lacks the file that failed.
        Task::Quiet if totals.selected_lines > 0 && !closing.is_needed() => Outcome::Done,
        _ if run.watch.failed => Outcome::Failed,
        Task::Quiet if totals.selected_lines == 0 => Outcome::NothingFound,
        _ => Outcome::Done,
    })
}

/// What follows the inputs of `job`.
fn follower(job: &Job, closing: &Closing, poll: Duration) -> Follower {
    let follower =
        Follower::new(Arc::clone(&job.inputs), stages::counts_lines(job, closing)).with_poll(poll);
    follower.with_encoding(job.encoding).with_tail(job.tail).with_output(output_file())
}

/// What stands between the lines of several files, which come in turns: headers where nothing else tells which one a line is from,
/// and otherwise what parts lines that are not neighbors.
fn between(job: &Job) -> Between {
    let keeps_log = match &job.task {
        Task::Annotate(render) => render.properties().passthru,
        Task::Strip => true,
        Task::Count | Task::Files(_) | Task::Quiet | Task::Tell => false,
    };
    let name = |input: &Input| {
        if job.shows_controls { replace_unsafe(&input.name()).into_owned() } else { input.name() }
    };
    match keeps_log && job.inputs.len() > 1 {
        true if job.names.is_none() => Between::Headers(job.inputs.iter().map(name).collect()),
        true if job.lines.has_context() => Between::Gaps,
        _ => Between::Nothing,
    }
}

struct Run {
    reading: Reading,
    interrupt: Arc<Interrupt>,
    watch: Watch,
}

/// How the inputs are read.
enum Reading {
    /// Once, on so many threads.
    Once(Feed, usize),
    /// For ever.
    Following(Follower, Between),
}

/// What stands between lines of different files.
enum Between {
    Nothing,
    /// `--`, as between lines of a file that are not neighbors.
    Gaps,
    /// The names of the files.
    Headers(Arc<[String]>),
}

impl Run {
    fn through(
        &mut self,
        stage: &mut impl Stage,
        out: &mut (dyn Write + Send),
    ) -> io::Result<Totals> {
        let Self { reading, interrupt, watch } = self;
        match reading {
            Reading::Once(feed, 1) => pipeline::run(feed, stage, out, watch, interrupt),
            Reading::Once(feed, threads) => {
                pipeline::run_parallel(feed, stage, out, watch, interrupt, *threads)
            }
            Reading::Following(follower, between) => {
                let stage = PerFileStage::new(stage.clone());
                let mut stage = match between {
                    Between::Nothing => stage,
                    Between::Gaps => stage.with_separators(),
                    Between::Headers(names) => stage.with_headers(Arc::clone(names)),
                };
                pipeline::run(follower, &mut stage, out, watch, interrupt)
            }
        }
    }
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
    Handle::stdout()
        .ok()
        .filter(|handle| handle.as_file().metadata().is_ok_and(|about| about.is_file()))
}
