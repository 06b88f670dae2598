//! The course of every run: start, read the logs, finish, and decide the outcome.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use imerr::input::{Input, has_archive_name};
use imerr::pipeline::{self, Interrupt};
use imerr::stages::{HideBinaryStage, PerFileStage, SectionStage};
use imerr::stats::Totals;

use super::stdout::IgnoreBrokenPipe;
use super::{child, mirror};
use crate::color::stdout_file;
use crate::exit_status::{Outcome, is_broken_pipe};
use crate::finish::Finisher;
use crate::messages::Level;
use crate::observer::RunObserver;
use crate::run_config::{LineNames, RunConfig, Task, has_compressed_name};
use crate::signals::{self, Interrupts};
use crate::system;
use crate::{messages, progress};

/// Below this many bytes, to start threads costs more than they gain.
pub(super) const MIN_BYTES_FOR_THREADS: u64 = 1 << 20;

/// Runs over logs as configured; `out` is standard output.
pub fn process_logs(config: RunConfig, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let config = &Arc::new(config);
    config.file_errors.iter().for_each(messages::print);
    config.warnings.iter().for_each(|warning| messages::print_as(Level::Warning, warning));
    match &config.log.child {
        Some(command) => child::annotate_command(config, command, out),
        None => process_files(config, out),
    }
}

fn process_files(config: &Arc<RunConfig>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let interrupts = Interrupts::default();
    let interrupt = interrupts.add();
    let concurrent_inputs =
        config.mirror.iter().flat_map(|mirror| &mirror.files).map(|file| file.input);
    let finisher = Arc::new(Finisher::new(config, concurrent_inputs));
    if config.repeats_errors() {
        config.file_errors.iter().for_each(|error| finisher.notes.add_failure(error.subject()));
    }
    signals::stop_on_signal(&interrupts, &finisher)?;
    start_progress(config);
    let needs_whole_input = config.deliverables.needs_whole_input();
    let mut out = IgnoreBrokenPipe::new(out, needs_whole_input);
    let read = match &config.mirror {
        Some(mirror) => mirror::write_outputs(config, mirror, &interrupt, &finisher),
        None => config.log.ci_guard.write_log(&mut out, &finisher, |out| {
            process_to_stdout(config, &interrupt, &finisher, out)
        }),
    };
    let outcome = match read {
        // Documents are for other readers.
        Err(error) if is_broken_pipe(&error) && config.deliverables.is_needed() => Outcome::Done,
        outcome => outcome?,
    };
    let is_complete = matches!(outcome, Outcome::Done | Outcome::NothingFound);
    let finished = finisher.finish(&mut out, is_complete)?;
    Ok(match outcome {
        Outcome::Interrupted(_) | Outcome::Failed => outcome,
        _ if finished != Outcome::Done => finished,
        // With a gate, the status does not depend on whether anything was found.
        Outcome::NothingFound if needs_whole_input => Outcome::Done,
        _ => outcome,
    })
}

/// Shows the progress on a terminal where nothing else is printed during the run, or only names and
/// counts.
fn start_progress(config: &RunConfig) {
    let inputs = config.inputs.to_vec();
    if config.can_show_progress()
        && let Some(total) = total_size(&inputs)
    {
        let is_packed = |path: &Path| has_compressed_name(path) || has_archive_name(path);
        let is_known =
            !inputs.iter().any(|input| matches!(input, Input::Path(path) if is_packed(path)));
        progress::start(inputs.len(), is_known.then_some(total));
    }
}

/// Reads the inputs one after another, or follows them, and writes to standard output.
fn process_to_stdout(
    config: &RunConfig,
    interrupt: &Interrupt,
    finisher: &Finisher,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let mut observer = RunObserver::new(config, finisher, None);
    config.write_record(out, |renderer, record| renderer.begin_run(record))?;
    let totals = match config.log.follow {
        Some(poll_interval) => follow_inputs(config, poll_interval, out, &mut observer, interrupt)?,
        None => read_inputs(config, out, &mut observer, interrupt)?,
    };
    if interrupt.is_requested() {
        return Ok(Outcome::Interrupted(signals::last()));
    }
    let has_selected = totals.selected_lines > 0;
    let is_quiet = config.log.task == Task::Quiet;
    // A selected line answers the question of --quiet. A gate or a report, in contrast, lacks a
    // file that failed.
    let is_answered = is_quiet && has_selected && !config.deliverables.is_needed();
    Ok(if observer.failed && !is_answered {
        Outcome::Failed
    } else if is_quiet && !has_selected {
        Outcome::NothingFound
    } else {
        Outcome::Done
    })
}

fn read_inputs(
    config: &RunConfig,
    out: &mut (dyn Write + Send),
    observer: &mut RunObserver<'_>,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let mut feed = config.feed().with_output(stdout_file());
    let stage = HideBinaryStage::new(config.stage(&config.log.style), config.hides_binary_files());
    let mut stage = SectionStage::new(stage);
    if config.line_names() == LineNames::Heading {
        stage = stage.with_headers(config.headers());
    }
    let threads = config.threads;
    // A stream must not wait until there are enough blocks for all threads.
    let is_large =
        total_size(&config.inputs.to_vec()).is_some_and(|bytes| bytes >= MIN_BYTES_FOR_THREADS);
    if is_large && threads > 1 {
        pipeline::run_parallel(&mut feed, &mut stage, out, observer, interrupt, threads)
    } else {
        pipeline::run(&mut feed, &mut stage, out, observer, interrupt)
    }
}

/// The bytes of all inputs, compressed ones as they are; None if one is a stream. A file that
/// cannot be read counts as empty.
fn total_size(inputs: &[Input]) -> Option<u64> {
    let mut bytes = 0;
    for input in inputs {
        let Input::Path(path) = input else { return None };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => bytes += metadata.len(),
            Ok(metadata) if !metadata.is_dir() => return None,
            _ => {}
        }
    }
    Some(bytes)
}

fn follow_inputs(
    config: &RunConfig,
    poll_interval: Duration,
    out: &mut dyn Write,
    observer: &mut RunObserver<'_>,
    interrupt: &Interrupt,
) -> io::Result<Totals> {
    let mut follower = config.follower(poll_interval).with_output(stdout_file());
    if let Some(watcher) = system::watcher() {
        follower = follower.with_watcher(watcher);
    }
    let stage = HideBinaryStage::new(config.stage(&config.log.style), config.hides_binary_files());
    let mut stage = SectionStage::new(PerFileStage::new(stage));
    match config.line_names() {
        LineNames::Header => stage = stage.with_headers(config.headers()),
        LineNames::Heading => {}
        LineNames::None | LineNames::Prefix => {
            if config.has_several_inputs && config.log.lines.has_context() {
                stage = stage.with_separators();
            }
        }
    }
    pipeline::run(&mut follower, &mut stage, out, observer, interrupt)
}
