//! What is said on standard error.

use std::io::Write;

use super::progress;

/// Something failed: `imerr-annotate: SUBJECT: WHAT`.
pub fn error(subject: &str, what: &str) {
    say(&format!("{subject}: {what}"));
}

/// Something to know that is no failure.
pub fn notice(subject: &str, what: &str) {
    say(&format!("{subject}: {what}"));
}

fn say(text: &str) {
    // Names of files may hold anything; they must not command the terminal.
    let shown: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    // One write for each line: workers and other programs may write to the same place. Nothing can be done when even
    // standard error is gone.
    progress::suspend(|| drop(std::io::stderr().write_all(format!("imerr-annotate: {shown}\n").as_bytes())));
}
