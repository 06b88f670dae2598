//! The course of every run: start, read the logs, finish, and decide the outcome.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use imerr::input::Input;
use imerr::pipeline::Interrupt;

use super::broken_pipe::IgnoreBrokenPipe;
use super::{child, log, mirror};
use crate::exit_status::{Outcome, is_broken_pipe};
use crate::finish::Finisher;
use crate::run_config::{Mirror, RunConfig};
use crate::{messages, signals};

/// Runs over logs as configured; `out` is standard output.
pub fn run(config: RunConfig, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let config = &Arc::new(config);
    for error in config.file_errors.iter().chain(&config.warnings) {
        messages::print(error);
    }
    match &config.log.child {
        Some(command) => child::run(config, command, out),
        None => run_over_files(config, out),
    }
}

fn run_over_files(config: &Arc<RunConfig>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let interrupt = Arc::new(Interrupt::default());
    let concurrent_inputs = config.mirror.iter().flat_map(Mirror::inputs);
    let finisher = Arc::new(Finisher::new(config, concurrent_inputs));
    signals::stop_on_signal(&interrupt, &finisher)?;
    let needs_whole_input = config.deliverables.needs_whole_input();
    let mut out = IgnoreBrokenPipe::new(out, needs_whole_input);
    let outcome = match read_files(config, &interrupt, &finisher, &mut out) {
        Err(error) if is_broken_pipe(&error) && config.deliverables.is_needed() => {
            // Documents are for other readers.
            out.close();
            Outcome::Done
        }
        outcome => outcome?,
    };
    let is_complete = matches!(outcome, Outcome::Done | Outcome::NothingFound);
    let verdict = finisher.finish(out.if_open(), is_complete)?;
    Ok(match outcome {
        Outcome::Interrupted(_) => outcome,
        _ if verdict.failed => Outcome::Failed,
        Outcome::Done | Outcome::NothingFound if verdict.gate_tripped => Outcome::GateTripped,
        // With a gate, the status does not depend on whether anything was found.
        Outcome::NothingFound if needs_whole_input => Outcome::Done,
        outcome => outcome,
    })
}

/// Reads all inputs, and writes the log to `out` or to files.
fn read_files(
    config: &RunConfig,
    interrupt: &Arc<Interrupt>,
    finisher: &Finisher,
    out: &mut IgnoreBrokenPipe<'_>,
) -> io::Result<Outcome> {
    let size = total_size(&config.inputs);
    match &config.mirror {
        Some(mirror) => mirror::run(config, mirror, interrupt, finisher),
        None => config
            .log
            .ci_guard
            .write_log(out, finisher, |out| log::run(config, size, interrupt, finisher, out)),
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
