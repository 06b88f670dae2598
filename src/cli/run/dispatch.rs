//! The course of every run: start, read the logs, finish, and decide the outcome.

use std::io::{self, Write};
use std::sync::Arc;

use imerr::pipeline::Interrupt;

use super::broken_pipe::IgnoreBrokenPipe;
use super::{child, log, mirror};
use crate::exit_status::{Outcome, is_broken_pipe};
use crate::finish::Finisher;
use crate::run_config::RunConfig;
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
    let concurrent_inputs = config.mirror.iter().flatten().map(|file| file.input);
    let finisher = Arc::new(Finisher::new(config, concurrent_inputs));
    signals::stop_on_signal(&interrupt, &finisher)?;
    let needs_whole_input = config.deliverables.needs_whole_input();
    let mut out = IgnoreBrokenPipe::new(out, needs_whole_input);
    let read = match &config.mirror {
        Some(files) => mirror::run(config, files, &interrupt, &finisher),
        None => config
            .log
            .ci_guard
            .write_log(&mut out, &finisher, |out| log::run(config, &interrupt, &finisher, out)),
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
