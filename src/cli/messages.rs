//! What is written to standard error: what there is to say, and the lines of a command that runs.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use imerr::terminal;

use super::progress;

/// Something failed: `imerr-annotate: SUBJECT: WHAT`.
pub fn error(subject: &str, what: &str) {
    say(&format!("{subject}: {what}"));
}

/// Something to know that is no failure.
pub fn notice(subject: &str, what: &str) {
    say(&format!("{subject}: {what}"));
}

/// Lines of a file, below what was said of them.
pub fn quote(lines: &str) {
    lines.lines().for_each(|line| write(&sanitized(line)));
}

/// Writes a document for people.
pub fn document(text: &str) -> io::Result<()> {
    own(text)
}

/// The right to write to standard error, so that nobody's lines are cut in half.
pub struct Turn {
    /// Whether the last line has no end yet.
    pub is_open: bool,
}

static TURN: Mutex<Turn> = Mutex::new(Turn { is_open: false });

/// Waits for the right to write.
pub fn turn() -> MutexGuard<'static, Turn> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Standard error as a command uses it, whose last line may have no end.
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(last) = bytes.last() else { return Ok(()) };
        let mut turn = turn();
        turn.is_open = *last != b'\n';
        io::stderr().write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn say(text: &str) {
    write(&format!("imerr-annotate: {}", sanitized(text)));
}

/// `text` without commands: file names in it may contain anything, and must command neither the terminal nor a CI system.
fn sanitized(text: &str) -> String {
    terminal::neutralize_ci_commands(&terminal::replace_unsafe(text))
}

fn write(line: &str) {
    // One write for each line: workers and other programs may write to the same place. Nothing can be done when even
    // standard error is gone.
    progress::suspend(|| drop(own(&format!("{line}\n"))));
}

/// Writes lines of our own, never behind half a line of a command.
fn own(lines: &str) -> io::Result<()> {
    let mut turn = turn();
    let before = if std::mem::take(&mut turn.is_open) { "\n" } else { "" };
    io::stderr().write_all(format!("{before}{lines}").as_bytes())
}
