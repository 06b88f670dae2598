//! Annotates the standard output of a child to ours, and its standard error to ours.
//!
//! Each stream has a thread and a run of its own, since the child may fill one while no thread
//! reads the other. Formats that list findings instead of writing the log have one output for both
//! streams, and so have those for CI systems, which execute commands from both.

use std::io::{self, Read, Write};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use imerr::input::{Event, Events, Feed, InputList, describe};
use imerr::lock::lock;
use imerr::pipeline::{self, Interrupt};
use imerr::stats::Totals;

use super::child_process::{ChildProcess, Pipes, start};
use crate::color::stdout_is_stderr;
use crate::exit_status::{Outcome, is_broken_pipe};
use crate::finish::Finisher;
use crate::messages;
use crate::observer::RunObserver;
use crate::run::stdout::{CiGuard, IgnoreBrokenPipe};
use crate::run_config::{ChildCommand, RunConfig, Task};
use crate::signals::{self, Interrupts};
use crate::system;

const STDOUT: usize = 0;
const STDERR: usize = 1;

/// Runs a command and annotates its streams; `out` is our standard output.
pub fn annotate_command(
    config: &Arc<RunConfig>,
    command: &ChildCommand,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let finisher = Arc::new(Finisher::new(config, [STDOUT, STDERR]));
    // From now on a signal does not end us before the child; it is passed on as soon as the child
    // runs.
    let caught = system::catch_for_child()?;
    let (child, pipes) = match start(&command.words) {
        Ok((child, pipes)) => (Arc::new(child), pipes),
        Err((error, status)) => {
            messages::print(&error);
            return Ok(Outcome::ChildEnded(status));
        }
    };
    let interrupts = Interrupts::default();
    let streams = Streams {
        config,
        command,
        finisher: &finisher,
        interrupts: &interrupts,
        interrupt: [interrupts.add(), interrupts.add()],
        failed: AtomicBool::new(false),
    };
    signals::pass_on(caught, &child, &interrupts, &finisher);
    let needs_whole_input = config.deliverables.needs_whole_input();
    let mut out = IgnoreBrokenPipe::new(out, needs_whole_input);
    let written = streams.write_log(pipes, &mut out);
    let status = streams.wait(&child);
    let failed = streams.failed.into_inner();
    let signal = signals::last();
    let is_complete = !failed && written.is_ok() && signal == 0;
    let finished = match &written {
        Ok(()) => finisher.finish(&mut out, is_complete),
        Err(_) => finisher.finish(&mut io::sink(), is_complete),
    };
    written?;
    let finished = finished?;
    Ok(match status {
        0 if signal != 0 => Outcome::Interrupted(signal),
        0 if failed => Outcome::Failed,
        0 => finished,
        status => Outcome::ChildEnded(status),
    })
}

struct Streams<'c> {
    config: &'c RunConfig,
    command: &'c ChildCommand,
    finisher: &'c Finisher,
    interrupts: &'c Interrupts,
    interrupt: [Arc<Interrupt>; 2],
    /// Whether a stream could not be read to its end, or the status of the child is not known.
    failed: AtomicBool,
}

impl Streams<'_> {
    fn wait(&self, child: &ChildProcess) -> u8 {
        child.wait().unwrap_or_else(|error| {
            // Our parent may have made the system discard the statuses of children.
            let name = self.command.words[0].display().to_string();
            let cause = describe(&error);
            messages::error(format_args!("{name}: its exit status is unknown: {cause}"));
            self.failed.store(true, Ordering::SeqCst);
            0
        })
    }

    /// Processes both streams, between what a CI system needs before and after a log. A broken pipe
    /// is no error: the reader of our output is gone, but the status of the child counts.
    fn write_log(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let guard = self.config.log.ci_guard;
        match guard.write_log(out, self.finisher, |out| self.process(pipes, out)) {
            Err(error) if is_broken_pipe(&error) => Ok(()),
            written => written,
        }
    }

    /// Processes both streams. Errors are those of `out`; there is no place to report those of
    /// standard error.
    fn process(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        if matches!(self.config.log.task, Task::Count | Task::Files(_)) {
            return self.process_to_results(pipes, out);
        }
        let renderer = self.config.renderer();
        let is_passthru = renderer.is_none_or(|renderer| renderer.properties().passthru);
        if !is_passthru {
            self.config.write_record(out, |renderer, record| renderer.begin_run(record))?;
        }
        let out = Interleaver::new(out, stdout_is_stderr());
        if !is_passthru || self.config.log.ci_guard != CiGuard::None {
            let [stdout, stderr] =
                self.process_both(pipes, [&mut out.stream(STDOUT), &mut out.stream(STDERR)]);
            return stdout.and(stderr).map(drop);
        }
        let needs_whole_input = self.config.deliverables.needs_whole_input();
        let mut stderr = system::stderr();
        let mut stderr = IgnoreBrokenPipe::new(&mut stderr, needs_whole_input);
        let stderr = Interleaver::new(&mut stderr, true);
        let [stdout, _] =
            self.process_both(pipes, [&mut out.stream(STDOUT), &mut stderr.stream(STDERR)]);
        stdout.map(drop)
    }

    /// Writes the counts or names of both streams, in their order.
    fn process_to_results(&self, pipes: Pipes, out: &mut (dyn Write + Send)) -> io::Result<()> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        // A write to memory cannot fail.
        let _ = self.process_both(pipes, [&mut stdout, &mut stderr]);
        out.write_all(&stdout)?;
        out.write_all(&stderr)
    }

    fn process_both<W: Write + Send>(
        &self,
        pipes: Pipes,
        [out, err]: [&mut W; 2],
    ) -> [io::Result<Totals>; 2] {
        let (stdout, stderr) = pipes;
        thread::scope(|scope| {
            let stderr = thread::Builder::new()
                .spawn_scoped(scope, || self.process_stream(STDERR, stderr, err));
            let stdout = self.process_stream(STDOUT, stdout, out);
            let stderr = match stderr {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(error) => Ok(self.stderr_failed(&error)),
            };
            [stdout, stderr]
        })
    }

    /// Reports that the system refused a thread for standard error, which is closed then.
    fn stderr_failed(&self, error: &io::Error) -> Totals {
        let cause = describe(error);
        messages::error(format_args!("stderr: not read, since no thread can be started: {cause}"));
        self.failed.store(true, Ordering::SeqCst);
        Totals::default()
    }

    /// Processes a stream. When a write to `out` fails the pipe is closed, and the child notices as
    /// it would without us.
    fn process_stream(
        &self,
        index: usize,
        pipe: impl Read + Send + 'static,
        out: &mut (dyn Write + Send),
    ) -> io::Result<Totals> {
        let mut feed = WholeStream(self.config.child_feed(index, pipe));
        let mut observer = RunObserver::new(self.config, self.finisher, Some(index));
        let interrupt = &self.interrupt[index];
        let style = if index == STDOUT { &self.config.log.style } else { &self.command.stderr };
        let mut stage = self.config.stage(style);
        let totals = pipeline::run(&mut feed, &mut stage, out, &mut observer, interrupt);
        self.interrupts.remove(interrupt);
        self.failed.fetch_or(observer.failed, Ordering::SeqCst);
        totals
    }
}

/// A stream that is read to its end even if no more of it is needed: the child must not fail for
/// that.
struct WholeStream(Feed);

impl Events for WholeStream {
    fn inputs(&self) -> InputList {
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

/// Writes the lines of several streams to one output, without cutting a line of one with a line of
/// another.
struct Interleaver<'w> {
    state: Mutex<State<'w>>,
    /// Whether our messages go to the same place.
    is_stderr: bool,
}

struct State<'w> {
    out: &'w mut (dyn Write + Send),
    /// The stream whose last line has no end yet.
    open_line: Option<usize>,
}

impl<'w> Interleaver<'w> {
    /// `is_stderr` is whether standard error goes to the same file or terminal.
    fn new(out: &'w mut (dyn Write + Send), is_stderr: bool) -> Self {
        Self { state: Mutex::new(State { out, open_line: None }), is_stderr }
    }

    fn stream(&self, index: usize) -> StreamWriter<'_, 'w> {
        StreamWriter { interleaver: self, index, buffer: Vec::new() }
    }

    /// Writes what a stream has. A line that another stream has not ended is ended first: it may be
    /// the last one of its stream, or a very long one that the child ends only after its other
    /// stream is read.
    fn write(&self, stream: usize, bytes: &[u8]) -> io::Result<()> {
        let State { out, open_line } = &mut *lock(&self.state);
        let mut stderr = self.is_stderr.then(messages::lock_stderr);
        if open_line.is_some_and(|open| open != stream) {
            out.write_all(b"\n")?;
        }
        let is_line_open = bytes.last() != Some(&b'\n');
        *open_line = is_line_open.then_some(stream);
        if let Some(stderr) = &mut stderr {
            **stderr = is_line_open;
        }
        out.write_all(bytes)?;
        out.flush()
    }
}

/// Buffers what one stream writes until it is flushed. A run does that before each read of a
/// stream, after whole lines.
struct StreamWriter<'o, 'w> {
    interleaver: &'o Interleaver<'w>,
    index: usize,
    buffer: Vec<u8>,
}

impl Write for StreamWriter<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.interleaver.write(self.index, &self.buffer);
        self.buffer.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_whole_and_an_open_line_is_ended_before_another_stream() {
        let mut out = Vec::new();
        let interleaver = Interleaver::new(&mut out, false);
        let mut streams = [interleaver.stream(0), interleaver.stream(1)];
        for (stream, text) in [
            (0, "one\n"),
            (1, "a\nb\n"),
            (0, "two"),
            (0, " three"),
            (1, "c\n"),
            (0, "four\n"),
            (1, "d"),
        ] {
            // In pieces, as a run writes.
            let (first, second) = text.split_at(1);
            streams[stream].write_all(first.as_bytes()).expect("the buffer is in memory");
            streams[stream].write_all(second.as_bytes()).expect("the buffer is in memory");
            streams[stream].flush().expect("a vector does not fail");
        }
        assert_eq!(
            String::from_utf8(out).expect("all is text"),
            "one\na\nb\ntwo three\nc\nfour\nd"
        );
    }
}
