//! Running a command: what becomes of its standard output goes to ours, and what becomes of its standard error to ours.
//!
//! Each stream has a thread and a run of its own, since a command may fill one while nobody reads the other. Formats that tell
//! of the log instead of writing it, and those for CI systems, which take commands from both streams, have one output for both.

mod outlet;
pub mod running;

use std::io::{self, Read, Write};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use imerr::input::{Event, Events, Feed, Input, describe};
use imerr::pipeline::{self, Interrupt};
use imerr::stats::Totals;
use same_file::Handle;

use super::closing::{Closing, Plan};
use super::exit_status::Outcome;
use super::guard::{Enduring, Guard};
use super::job::{Job, Program, Task};
use super::signals::{self, Runs};
use super::watch::{Watch, written};
use super::{messages, stages};
use outlet::Outlet;
use running::Pipes;

/// The places of the inputs.
const STDOUT: usize = 0;
const STDERR: usize = 1;

/// Runs a command, and writes what becomes of its streams; `out` is standard output.
pub fn run(
    job: &Job,
    program: &Program,
    plan: Plan,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let closing =
        Arc::new(Closing::side_by_side(plan, job.detector.clone(), Arc::clone(&job.inputs)));
    // From now on no signal ends us before the command, which cannot be passed one before it runs.
    let caught = signals::catch_all()?;
    let (child, pipes) = match running::start(&program.words) {
        Ok((child, pipes)) => (Arc::new(child), pipes),
        Err(status) => return Ok(Outcome::Ended(status)),
    };
    let runs = Runs::default();
    let streams = Streams::new(job, program, &closing, &runs);
    signals::pass_on(caught, &child, &runs, &closing);
    let mut out = Enduring::new(out, closing.outranks_closed_pipe());
    let mut passed = job.guard.pass(&mut out, &closing, |out| streams.pass(pipes, out));
    if is_broken_pipe(&passed) {
        // Nobody reads any more; what the command tells by its status counts.
        out.close();
        passed = Ok(());
    }
    let status = child.wait().unwrap_or_else(|error| {
        // Whoever started us may have asked the system to forget how children end.
        messages::error(
            &program.words[0].display().to_string(),
            &format!("its exit status is not known: {}", describe(&error)),
        );
        streams.failed.store(true, Ordering::SeqCst);
        0
    });
    let failed = streams.failed.into_inner();
    let signal = signals::last();
    let is_whole = !failed && passed.is_ok() && signal == 0;
    let closed = match out.is_closed() || passed.is_err() {
        true => closing.close(None, is_whole),
        false => closing.close(Some(&mut out), is_whole),
    };
    passed?;
    let closed = if is_broken_pipe(&closed) { closing.close(None, is_whole)? } else { closed? };
    Ok(match status {
        0 if signal != 0 => Outcome::Interrupted(signal),
        0 if failed || closed.failed => Outcome::Failed,
        0 if closed.tripped => Outcome::GateTripped,
        status => Outcome::Ended(status),
    })
}

fn is_broken_pipe<T>(done: &io::Result<T>) -> bool {
    done.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The two streams of a command.
struct Streams<'j> {
    job: &'j Job,
    program: &'j Program,
    closing: &'j Arc<Closing>,
    runs: &'j Runs,
    interrupts: [Arc<Interrupt>; 2],
    /// Whether one could not be read to its end, or how the command ended is not known.
    failed: AtomicBool,
}

impl<'j> Streams<'j> {
    fn new(job: &'j Job, program: &'j Program, closing: &'j Arc<Closing>, runs: &'j Runs) -> Self {
        Self {
            job,
            program,
            closing,
            runs,
            interrupts: [runs.begin(), runs.begin()],
            failed: AtomicBool::new(false),
        }
    }

    /// Writes what becomes of both. Errors are those of `out`; nobody can be told when standard error is gone.
    fn pass(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        match &self.job.task {
            Task::Count | Task::Files(_) => self.counts(pipes, out),
            Task::Annotate(render) if !render.properties().passthru => {
                out.write_all(&written(|start| render.begin_run(start)))?;
                self.together(pipes, out)
            }
            _ if self.job.guard != Guard::None => self.together(pipes, out),
            _ => self.apart(pipes, out),
        }
    }

    /// Both into one output.
    fn together(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let outlet = Outlet::new(out, is_one_place());
        let [stdout, stderr] =
            self.both(pipes, [&mut outlet.stream(STDOUT), &mut outlet.stream(STDERR)]);
        stdout.and(stderr).map(drop)
    }

    /// Each into its own output.
    fn apart(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let (mut log, is_one_place) = (messages::Log, is_one_place());
        let mut log = Enduring::new(&mut log, self.closing.outranks_closed_pipe());
        let (outlet, log) = (Outlet::new(out, is_one_place), Outlet::new(&mut log, false));
        let [stdout, _] = self.both(pipes, [&mut outlet.stream(STDOUT), &mut log.stream(STDERR)]);
        stdout.map(drop)
    }

    /// Their numbers or names, in their order.
    fn counts(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let mut counts = [Vec::new(), Vec::new()];
        let [first, second] = &mut counts;
        let _ = self.both(pipes, [first, second]);
        out.write_all(&counts.concat())
    }

    fn both<W: Write + Send>(
        &self,
        pipes: Pipes,
        [out, log]: [&mut W; 2],
    ) -> [io::Result<Totals>; 2] {
        let Pipes { stdout, stderr } = pipes;
        thread::scope(|scope| {
            let errors = scope.spawn(|| self.one(STDERR, stderr, log));
            [
                self.one(STDOUT, stdout, out),
                errors.join().unwrap_or_else(|panic| resume_unwind(panic)),
            ]
        })
    }

    /// Writes what becomes of a stream. When that fails the stream is closed, and the command learns it as it would from `out`.
    fn one(
        &self,
        place: usize,
        pipe: impl Read + Send + 'static,
        out: &mut (dyn Write + Send),
    ) -> io::Result<Totals> {
        let Self { job, closing, interrupts, .. } = self;
        let counts_lines = stages::counts_lines(job, closing);
        let feed = Feed::from_named_reader(job.inputs[place].name(), pipe, counts_lines);
        let mut feed = ToTheEnd(feed.with_encoding(job.encoding));
        let mut watch = Watch::of_stream(job, place, closing);
        let interrupt = &interrupts[place];
        let totals = match &job.task {
            Task::Strip => {
                let mut stripper =
                    stages::stripper(job).with_escaped_controls(self.shows_controls(place));
                pipeline::run(&mut feed, &mut stripper, out, &mut watch, interrupt)
            }
            task => {
                let render = match task {
                    Task::Annotate(render) if place == STDOUT => Some(Arc::clone(render)),
                    Task::Annotate(_) => self.program.errors.clone(),
                    _ => None,
                };
                let mut stage = stages::annotator(job, closing, render);
                let annotator = stage.stage_mut();
                *annotator = annotator
                    .clone()
                    .with_inputs(Arc::new([job.inputs[place].clone()]))
                    .with_styles(if place == STDOUT {
                        job.paint.clone()
                    } else {
                        self.program.paint.clone()
                    })
                    .with_escaped_controls(self.shows_controls(place));
                pipeline::run(&mut feed, &mut stage, out, &mut watch, interrupt)
            }
        };
        self.runs.end(interrupt);
        self.failed.fetch_or(watch.failed, Ordering::SeqCst);
        totals
    }

    fn shows_controls(&self, place: usize) -> bool {
        if place == STDOUT { self.job.shows_controls } else { self.program.shows_controls }
    }
}

/// A stream that is read to its end though no more of it is wanted: a command must not fail for that.
struct ToTheEnd(Feed);

impl Events for ToTheEnd {
    fn inputs(&self) -> Arc<[Input]> {
        self.0.inputs()
    }

    fn next(&mut self, spare: Vec<u8>) -> Option<Event> {
        self.0.next(spare)
    }

    fn may_wait(&self) -> bool {
        self.0.may_wait()
    }

    fn skip_file(&mut self, _file: usize) {}
}

/// Whether standard output and standard error go to the same place.
fn is_one_place() -> bool {
    Handle::stdout().is_ok_and(|stdout| Handle::stderr().is_ok_and(|stderr| stdout == stderr))
}
