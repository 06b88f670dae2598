//! Messages on standard error, next to the lines that a child process writes there.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use imerr::terminal;

use super::error::Error;

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

/// Writes a document for people, as it is.
pub fn document(text: &str) -> io::Result<()> {
    write_after_complete_line(text)
}

/// The lock on standard error that keeps lines of several threads whole.
pub struct StderrLock {
    /// Whether the last line that was written has no line end yet.
    pub is_line_open: bool,
}

static STDERR: Mutex<StderrLock> = Mutex::new(StderrLock { is_line_open: false });

pub fn lock_stderr() -> MutexGuard<'static, StderrLock> {
    STDERR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Standard error for the lines of a child. The last of them may have no line end.
pub struct ChildStderr;

impl Write for ChildStderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(last) = bytes.last() else { return Ok(()) };
        let mut lock = lock_stderr();
        lock.is_line_open = *last != b'\n';
        io::stderr().write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces control characters and CI commands in `text`, since a file name may contain them.
fn sanitize(text: &str) -> String {
    terminal::neutralize_ci_commands(&terminal::replace_unsafe(text))
}

fn write_line(line: &str) {
    // One write per line: other threads and programs may write to the same terminal or file. An
    // error is ignored, since there is no other place to report it.
    let _ = write_after_complete_line(&format!("{line}\n"));
}

/// Writes `lines`. If the last line of a child is unterminated, ends it first.
fn write_after_complete_line(lines: &str) -> io::Result<()> {
    let mut lock = lock_stderr();
    let separator = if lock.is_line_open { "\n" } else { "" };
    lock.is_line_open = false;
    io::stderr().write_all(format!("{separator}{lines}").as_bytes())
}
