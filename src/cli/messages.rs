//! Messages on standard error, next to the lines that a child process writes there.
//!
//! Each begins with its level, as clap's usage errors do.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use imerr::terminal;

use super::color::{Sink, When};
use super::error::Error;
use super::{progress, system};

/// What a message means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// An input failed, or the run.
    Error,
    /// The result may lack something.
    Warning,
    /// The result is complete.
    Note,
}

impl Level {
    fn label(self, is_colored: bool) -> String {
        let (name, color) = match self {
            Self::Error => ("error", 31),
            Self::Warning => ("warning", 33),
            Self::Note => ("note", 36),
        };
        if is_colored { format!("\x1b[1;{color}m{name}:\x1b[0m") } else { format!("{name}:") }
    }
}

/// Prints an error, and the excerpt of a file below it.
pub fn print(error: &Error) {
    message(Level::Error, error);
    for line in error.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
        write_line(&sanitize(line));
    }
}

pub fn error(text: impl Display) {
    message(Level::Error, text);
}

pub fn warning(text: impl Display) {
    message(Level::Warning, text);
}

pub fn note(text: impl Display) {
    message(Level::Note, text);
}

pub fn message(level: Level, text: impl Display) {
    write_line(&format!("{} {}", level.label(are_colored()), sanitize(&text.to_string())));
}

static ARE_COLORED: OnceLock<bool> = OnceLock::new();

/// Sets the value of `--color`, from the command line or the config file.
pub fn set_color(color: When) {
    // It is set once, before any other message.
    let _ = ARE_COLORED.set(color.colors(Sink::Stderr));
}

/// Whether labels have colors. Until the value of `--color` is set, the command line is searched for
/// it: an error may be about that line or the config file.
pub fn are_colored() -> bool {
    let choice = || When::color_of_words(std::env::args_os());
    *ARE_COLORED.get_or_init(|| choice().colors(Sink::Stderr))
}

/// Prints that the system refused a thread, so that the run goes on with `started` threads.
pub fn threads_refused(started: usize, error: &io::Error) {
    let threads = if started == 1 { "1 thread".to_string() } else { format!("{started} threads") };
    let cause = imerr::input::describe(error);
    note(format_args!("cannot start more threads: {cause}; going on with {threads}"));
}

/// Replaces control characters and CI commands in `text`, since a file name may contain them.
pub fn sanitize(text: &str) -> String {
    terminal::neutralize_ci_commands(&terminal::replace_unsafe(text))
}

fn write_line(line: &str) {
    // One write per line: other threads and programs may write to the same terminal or file. An
    // error is ignored, since there is no other place to report it.
    let _ = document(&format!("{line}\n"));
}

/// Writes a document for people as it is. If the last line of a child is unterminated, ends it
/// first.
pub fn document(text: &str) -> io::Result<()> {
    let mut is_line_open = lock_stderr();
    let separator = if *is_line_open { "\n" } else { "" };
    *is_line_open = false;
    progress::suspend(|| system::stderr().write_all(format!("{separator}{text}").as_bytes()))
}

/// Whether the last line on standard error has no line end yet. A thread that writes there keeps it
/// locked, so that lines stay whole.
static IS_LINE_OPEN: Mutex<bool> = Mutex::new(false);

pub fn lock_stderr() -> MutexGuard<'static, bool> {
    IS_LINE_OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
