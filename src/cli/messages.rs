//! Messages on standard error, next to the lines that a child process writes there.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use imerr::terminal;

use super::error::Error;
use super::{progress, system};

/// Prints `imerr-annotate: SUBJECT: CAUSE; HINT`, and the excerpt of a file below it.
pub fn print(error: &Error) {
    message(error);
    for line in error.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
        write_line(&sanitize(line));
    }
}

pub fn message(text: impl Display) {
    write_line(&format!("imerr-annotate: {}", sanitize(&text.to_string())));
}

pub fn note(text: impl Display) {
    write_line(&format!("note: {}", sanitize(&text.to_string())));
}

/// Prints that the system refused a thread, so that the run goes on with `started` threads.
pub fn threads_refused(started: usize, error: &io::Error) {
    let threads = if started == 1 { "1 thread".to_string() } else { format!("{started} threads") };
    let cause = imerr::input::describe(error);
    message(format_args!("cannot start more threads: {cause}; going on with {threads}"));
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
