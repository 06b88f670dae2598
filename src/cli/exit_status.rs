//! Exit statuses.
//!
//! | status | when |
//! | --- | --- |
//! | 0 | ran to the end, or the reader of the output closed it; found something or not |
//! | 1 | a gate such as `--fail-on` tripped; `--quiet` found nothing, `explain` or `search` does not know what was asked for, or `check` found a problem |
//! | 2 | wrong usage, broken settings or catalogs, or a file that cannot be read or written; the others were still worked on. Outranks a gate |
//! | 129, 130, 143 | ended by SIGHUP, SIGINT or SIGTERM, with all whole lines written |
//!
//! With a command to run, its own status counts, or 128 and the number of the signal that ended it. Where that is 0, what failed,
//! tripped or ended the run here gives the status as above; but without a gate it does not count whether something was found. A
//! standard output that cannot be written gives 2 in any case, for it ends the command. 126 and 127 tell that the command cannot be
//! run or is not found.

use std::io::{self, Write};
use std::process::ExitCode;

use super::color::{ColorChoice, Sink};
use super::messages;

/// How a command went, apart from errors of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    NothingFound,
    GateTripped,
    ProblemsFound,
    Failed,
    Interrupted(u8),
    /// A command ended with this status.
    Ended(u8),
}

impl Outcome {
    fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NothingFound | Self::GateTripped | Self::ProblemsFound => 1,
            Self::Failed => 2,
            Self::Interrupted(signal) => 128 + signal,
            Self::Ended(status) => status,
        }
    }
}

/// The exit status of a command, whose output ended as `flushed` tells. A closed pipe is no error: its reader has what it
/// wanted; what else happened counts.
pub fn exit(result: io::Result<Outcome>, flushed: io::Result<()>) -> ExitCode {
    let result = result.and_then(|outcome| match flushed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(outcome),
    });
    match result {
        Ok(outcome) => ExitCode::from(outcome.status()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            messages::error("standard output", &imerr::input::describe(&error));
            ExitCode::from(2)
        }
    }
}

/// Prints help, version or what is wrong with the arguments, and returns the status for it.
pub fn of_usage(error: &clap::Error) -> ExitCode {
    let (sink, mut stream): (_, Box<dyn Write>) = match error.use_stderr() {
        true => (Sink::Stderr, Box::new(io::stderr())),
        false => (Sink::Stdout, Box::new(io::stdout())),
    };
    let text = error.render();
    let text = if ColorChoice::typed(std::env::args_os()).colors(sink) {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    // A closed pipe behind `--help | head` is no error.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_the_table() {
        let rows = [
            (Outcome::Done, 0),
            (Outcome::NothingFound, 1),
            (Outcome::GateTripped, 1),
            (Outcome::ProblemsFound, 1),
            (Outcome::Failed, 2),
            (Outcome::Interrupted(2), 130),
            (Outcome::Ended(7), 7),
        ];
        for (outcome, status) in rows {
            assert_eq!(outcome.status(), status);
        }
    }
}
