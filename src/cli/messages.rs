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

/// Lines of a file, below what was said of them.
pub fn quote(lines: &str) {
    lines.lines().for_each(|line| write(&harmless(line)));
}

fn say(text: &str) {
    write(&format!("imerr-annotate: {}", harmless(text)));
}

fn harmless(text: &str) -> String {
    // Names of files may hold anything; they must command neither the terminal nor a CI system.
    let shown: String = text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect();
    imerr::report::harmless(&shown)
}

fn write(line: &str) {
    // One write for each line: workers and other programs may write to the same place. Nothing can be done when even
    // standard error is gone.
    let line = format!("{line}\n");
    progress::suspend(|| drop(std::io::stderr().write_all(line.as_bytes())));
}

/// Controls, breaks of lines and marks of direction.
pub fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
