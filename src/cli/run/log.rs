//! Reads the inputs one after another, or follows them, and writes to standard output.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use imerr::input::Input;
use imerr::pipeline::{self, Interrupt};
use imerr::stages::PerFileStage;
use imerr::stats::Totals;
use imerr::terminal::replace_unsafe;
use same_file::Handle;

use crate::exit_status::Outcome;
use crate::finish::Finisher;
use crate::observer::RunObserver;
use crate::run_config::{LogStage, RunConfig, Task};
use crate::signals;

/// Below this many bytes, to start threads costs more than they gain.
const MIN_BYTES_FOR_THREADS: u64 = 1 << 20;

/// `size` is the total size of the inputs, if it is known.
pub fn run(
    config: &RunConfig,
    size: Option<u64>,
    interrupt: &Interrupt,
    finisher: &Finisher,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let mut observer = RunObserver::new(config, finisher, None);
    let stage = config.stage(&config.log.style, Arc::clone(&config.inputs));
    if let Some(renderer) = config.renderer() {
        let mut start = Vec::new();
        renderer.begin_run(&mut start);
        out.write_all(&start)?;
    }
    let totals = match config.log.follow {
        Some(poll) => follow(config, poll, stage, out, &mut observer, interrupt)?,
        None => read(config, size, stage, out, &mut observer, interrupt)?,
    };
    if interrupt.is_requested() {
        return Ok(Outcome::Interrupted(signals::last()));
    }
    let has_selected = totals.selected_lines > 0;
    let is_quiet = config.log.task == Task::Quiet;
    Ok(if is_quiet && has_selected && !config.deliverables.is_needed() {
        // The question is answered. A gate or a report, in contrast, lacks a file that failed.
        Outcome::Done
    } else if observer.failed {
        Outcome::Failed
    } else if is_quiet && !has_selected {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn read(
    config: &RunConfig,
    size: Option<u64>,
    mut stage: LogStage,
    out: &mut (dyn Write + Send),
    observer: &mut RunObserver<'_>,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let mut feed = config.feed(Arc::clone(&config.inputs)).with_output(stdout_file());
    // A stream must not wait until there are enough blocks for all threads.
    let is_large = size.is_some_and(|bytes| bytes >= MIN_BYTES_FOR_THREADS);
    if is_large && config.threads > 1 {
        let threads = config.threads;
        pipeline::run_parallel(&mut feed, &mut stage, out, observer, interrupt, threads)
    } else {
        pipeline::run(&mut feed, &mut stage, out, observer, interrupt)
    }
}

fn follow(
    config: &RunConfig,
    poll: Duration,
    stage: LogStage,
    out: &mut dyn Write,
    observer: &mut RunObserver<'_>,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let mut follower = config.follower(poll).with_output(stdout_file());
    let mut stage = PerFileStage::new(stage);
    if keeps_log(config) && config.inputs.len() > 1 {
        if config.log.file_names.is_none() {
            stage = stage.with_headers(header_names(config));
        } else if config.log.lines.has_context() {
            stage = stage.with_separators();
        }
    }
    pipeline::run(&mut follower, &mut stage, out, observer, interrupt)
}

fn keeps_log(config: &RunConfig) -> bool {
    let renderer = config.renderer();
    config.log.task == Task::Strip
        || renderer.is_some_and(|renderer| renderer.properties().passthru)
}

fn header_names(config: &RunConfig) -> Arc<[String]> {
    let names = config.inputs.iter().map(Input::name);
    if config.log.style.escape_controls {
        names.map(|name| replace_unsafe(&name).into_owned()).collect()
    } else {
        names.collect()
    }
}

/// The file that standard output goes to, if it is a regular one; it is not read as an input.
fn stdout_file() -> Option<Handle> {
    let handle = Handle::stdout().ok()?;
    let is_file = handle.as_file().metadata().is_ok_and(|metadata| metadata.is_file());
    is_file.then_some(handle)
}
