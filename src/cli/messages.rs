//! What is written to standard error: what there is to say, and the lines of a command that runs.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    lines.lines().for_each(|line| write(&neutralize_ci_commands(line)));
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
    write(&format!("imerr-annotate: {}", neutralize_ci_commands(text)));
}

/// `name` as it is told on a terminal, which it must not command.
pub fn shown_name(name: &str) -> String {
    name.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect()
}

fn neutralize_ci_commands(text: &str) -> String {
    // Names of files may hold anything; they must command neither the terminal nor a CI system.
    imerr::report::neutralize_ci_commands(&shown_name(text))
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

/// Controls, breaks of lines and marks of direction.
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
