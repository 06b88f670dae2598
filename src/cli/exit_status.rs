//! Exit statuses.
//!
//! - 0: the run is complete, or the reader of the output closed it; whether or not anything was
//!   found.
//! - 1: a gate such as `--fail-on` failed; `--quiet`, `explain`, `search` or `export` found
//!   nothing; `check-catalog` found a problem.
//! - 2: wrong usage, a broken config file or catalog, or a file that cannot be read or written; the
//!   others are still processed. Outranks a gate.
//! - 129, 130, 143: ended by SIGHUP, SIGINT or SIGTERM, with all complete lines written.
//!
//! With a command to run, its own status counts, or 128 and the number of the signal that ended it.
//! If that is 0, an error, a gate or a signal gives the status above; whether anything was found
//! does not matter without a gate. A standard output that cannot be written always gives 2, since
//! it ends the command. 126 and 127 mean that the command cannot be run or is not found.
//!
//! A closed standard output (`>&-`) is no error: before `main`, the standard library opens
//! `/dev/null` in its place, for reading and writing. Python's `subprocess.DEVNULL` and others give
//! a process the same, so this cannot be taken for a closed one.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use imerr::catalog::Lang;
use imerr::terminal::{escape_controls, neutralize_ci_commands, width};

use super::color::{Sink, When};
use super::error::{Failure, MAX_LINE};
use super::lang::LangChoice;
use super::language::Messages;
use super::{help_text, language, messages, system};

/// How a command or run went, apart from errors of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    NothingFound,
    GateTripped,
    ProblemsFound,
    Failed,
    Interrupted(u8),
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

/// Prints why the program failed, and returns its exit status. `flushed` is the result of the last
/// flush of standard output.
///
/// A broken pipe is no error: its reader has what it needs.
pub fn exit(result: Result<Outcome, Failure>, flushed: io::Result<()>) -> ExitCode {
    let status = match (result, flushed) {
        (Err(Failure::Usage(error)), _) => print_usage(&error),
        (Err(Failure::Errors(errors)), _) => {
            errors.iter().for_each(messages::print);
            2
        }
        (Err(Failure::Stdout(error)), _) if is_broken_pipe(&error) => 0,
        (Ok(_), Err(error)) if !is_broken_pipe(&error) => print_stdout_error(&error),
        (Err(Failure::Stdout(error)), _) => print_stdout_error(&error),
        (Ok(outcome), _) => outcome.status(),
    };
    ExitCode::from(status)
}

pub fn is_broken_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn print_stdout_error(error: &io::Error) -> u8 {
    messages::error(format_args!("standard output: {}", imerr::input::describe(error)));
    2
}

fn print_usage(error: &clap::Error) -> u8 {
    let text = error.render();
    if error.use_stderr() {
        if let Some(message) = messages::words().usage_error(error) {
            let label = messages::Level::Error.label(messages::lang());
            let message = with_tip(&message, messages::words());
            let message = sanitize(&without_pointer(error, &message));
            let _ = system::stderr().write_all(format!("{label}{message}").as_bytes());
            return 2;
        }
        // The colors of clap are hard to read on a light background.
        let text = sanitize(&text.to_string());
        let cause = text.strip_prefix("error: ").unwrap_or(&text);
        let cause = with_tip(cause, language::of(Lang::En));
        let cause = without_pointer(error, &said_once(&cause));
        let label = messages::Level::Error.label(Lang::En);
        let _ = system::stderr().write_all(format!("{label}{cause}").as_bytes());
        return 2;
    }
    let is_colored = When::color_of_words(std::env::args_os()).colors(Sink::Stdout);
    let text = if is_colored { text.ansi().to_string() } else { text.to_string() };
    let lang = LangChoice::of_words(std::env::args_os()).on(Sink::Stdout);
    let text = help_text::localized(&text, language::of(lang));
    let mut out = system::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        // A closed pipe, as in `--help | head`, is no error.
        Err(error) if !is_broken_pipe(&error) => print_stdout_error(&error),
        _ => 0,
    }
}

/// A message with its hint on a line of its own, if it is too long for one line.
fn with_tip(text: &str, words: &dyn Messages) -> String {
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    if width(message) <= MAX_LINE {
        return text.to_string();
    }
    match words.divided_usage(message) {
        Some((cause, hint)) => format!("{cause}\n\n  {}{hint}\n\n{rest}", words.tip_label()),
        None => text.to_string(),
    }
}

/// A message that names the wrong value once. The cause names it again, for files in which no
/// sentence precedes it.
fn said_once(text: &str) -> String {
    let value = text.strip_prefix("invalid value ").and_then(|rest| rest.split(" for '").next());
    let Some(value) = value else { return text.to_string() };
    for (cause, shorter) in
        [(" is unknown", ""), (" is none of ", ": use one of "), (" is ", ": it is ")]
    {
        let repeated = format!("': {value}{cause}");
        if text.contains(&repeated) {
            let text = text.replacen(&repeated, &format!("'{shorter}"), 1);
            return text.replacen(", and no style such", ", or a style such", 1);
        }
    }
    text.to_string()
}

/// A message about a value has what to do, so it does not point to the long help.
fn without_pointer(error: &clap::Error, text: &str) -> String {
    if !matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation) {
        return text.to_string();
    }
    for pointer in ["\n\nFor more information, try '--help'.\n", "\n\n详情见 --help。\n"] {
        if let Some(message) = text.strip_suffix(pointer) {
            return format!("{message}\n");
        }
    }
    text.to_string()
}

/// Escapes control characters and breaks CI commands: clap repeats arguments as they are, and a
/// shell makes arguments of file names.
fn sanitize(usage_error: &str) -> String {
    let escaped = escape_controls(usage_error.as_bytes());
    neutralize_ci_commands(&String::from_utf8_lossy(&escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_named_once() {
        let rows = [
            ("'x' is unknown; did you mean 'y'?", "; did you mean 'y'?"),
            ("'x' is none of y, z", ": use one of y, z"),
            ("'x' is neither a code nor a range", ": it is neither a code nor a range"),
            ("a whole number is needed", ": a whole number is needed"),
        ];
        for (cause, wanted) in rows {
            let text = said_once(&format!("invalid value 'x' for '--kind <LIST>': {cause}"));
            assert_eq!(text, format!("invalid value 'x' for '--kind <LIST>'{wanted}"));
        }
    }

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
