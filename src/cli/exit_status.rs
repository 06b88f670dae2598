//! Exit statuses.
//!
//! | status | when |
//! | --- | --- |
//! | 0 | the run came to its end, or the reader of the output closed it; whether or not anything was found |
//! | 1 | a gate such as `--fail-on` tripped; `--quiet` found nothing, `explain` or `search` does not know the code or words, or `check` found a problem |
//! | 2 | wrong usage, broken settings or catalogs, or a file that cannot be read or written; the others are still processed. Outranks a gate |
//! | 129, 130, 143 | ended by SIGHUP, SIGINT or SIGTERM, with all complete lines written |
//!
//! With a command to run, its own status counts, or 128 and the number of the signal that ended it.
//! If that is 0, an error, a gate or a signal gives the status above; whether anything was found
//! does not matter without a gate. A standard output that cannot be written always gives 2, since
//! it ends the command. 126 and 127 mean that the command cannot be run or is not found.

use std::io::{self, Write};
use std::process::ExitCode;

use super::color::{ColorChoice, Sink};
use super::messages;

/// How a command or run went, apart from errors of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    NothingFound,
    GateTripped,
    ProblemsFound,
    Failed,
    Interrupted(u8),
    /// The child ended with this status.
    ChildEnded(u8),
}

impl Outcome {
    fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NothingFound | Self::GateTripped | Self::ProblemsFound => 1,
            Self::Failed => 2,
            Self::Interrupted(signal) => 128 + signal,
            Self::ChildEnded(status) => status,
        }
    }
}

/// The exit status for a result and for the last flush of standard output. A closed pipe is no
/// error, since its reader has what it needs; otherwise the outcome counts.
pub fn exit(result: io::Result<Outcome>, flushed: io::Result<()>) -> ExitCode {
    let error = match (result, flushed) {
        (Ok(_), Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => error,
        (Ok(outcome), _) => return ExitCode::from(outcome.status()),
        (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        (Err(error), _) => error,
    };
    messages::error("standard output", &imerr::input::describe(&error));
    ExitCode::from(2)
}

/// Prints help, the version or an error of usage, and returns the status for it.
pub fn of_usage(error: &clap::Error) -> ExitCode {
    let (sink, mut stream): (_, Box<dyn Write>) = if error.use_stderr() {
        (Sink::Stderr, Box::new(io::stderr()))
    } else {
        (Sink::Stdout, Box::new(io::stdout()))
    };
    let text = error.render();
    let text = if ColorChoice::from_words(std::env::args_os()).colors(sink) {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    // A closed pipe, as in `--help | head`, is no error.
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
            (Outcome::ChildEnded(7), 7),
        ];
        for (outcome, status) in rows {
            assert_eq!(outcome.status(), status);
        }
    }
}
