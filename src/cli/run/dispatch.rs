//! The course of every run: start, read the logs, finish, and decide the outcome.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use imerr::input::Input;
use imerr::pipeline::Interrupt;

use super::broken_pipe::{IgnoreBrokenPipe, is_broken_pipe};
use super::{child, log, mirror};
use crate::exit_status::Outcome;
use crate::finish::Finisher;
use crate::run_config::RunConfig;
use crate::{messages, progress, signals};

/// Runs over logs as configured; `out` is standard output.
pub fn run(config: &Arc<RunConfig>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    for error in config.file_errors().iter().chain(config.warnings()) {
        messages::print(error);
    }
    match config.child() {
        Some(command) => child::run(config, command, out),
        None => run_over_files(config, out),
    }
}

fn run_over_files(config: &Arc<RunConfig>, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let interrupt = Arc::new(Interrupt::default());
    let finisher = Arc::new(match config.mirror() {
        Some(mirror) => {
            let inputs = mirror.files.iter().map(|file| file.input);
            Finisher::with_concurrent_inputs(config, inputs)
        }
        None => Finisher::new(config),
    });
    signals::stop_on_signal(&interrupt, &finisher)?;
    let size = total_size(config.inputs());
    if config.follow().is_none() {
        let files = config.inputs().len();
        progress::start(config.progress(), files, size, config.writes_stdout());
    }
    let needs_whole_input = config.deliverables().needs_whole_input();
    let mut out = IgnoreBrokenPipe::new(out, needs_whole_input);
    let read = match config.mirror() {
        Some(mirror) => mirror::run(config, mirror, &interrupt, &finisher),
        None => config.ci_guard().write_log(&mut out, &finisher, |out| {
            log::run(config, size, &interrupt, &finisher, out)
        }),
    };
    let outcome = match read {
        Err(error) if is_broken_pipe(&error) && config.deliverables().is_needed() => {
            // Documents are for other readers.
            out.close();
            Outcome::Done
        }
        outcome => outcome?,
    };
    let is_complete = matches!(outcome, Outcome::Done | Outcome::NothingFound);
    let (verdict, output) = finisher.finish(out.if_open(), is_complete);
    match output {
        Err(error) if !is_broken_pipe(&error) => return Err(error),
        _ => {}
    }
    Ok(match outcome {
        Outcome::Interrupted(_) => outcome,
        _ if verdict.failed => Outcome::Failed,
        Outcome::Done | Outcome::NothingFound if verdict.gate_tripped => Outcome::GateTripped,
        // With a gate, the status does not depend on whether anything was found.
        Outcome::NothingFound if needs_whole_input => Outcome::Done,
        outcome => outcome,
    })
}

/// The bytes of all inputs, compressed ones as they are; None if one is a stream. A file that cannot be read counts as empty.
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
