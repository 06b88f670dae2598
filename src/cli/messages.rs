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
    let line = format!("imerr-annotate: {}\n", harmless(&shown));
    progress::suspend(|| drop(std::io::stderr().write_all(line.as_bytes())));
}

/// `text` without what GitHub, Azure Pipelines and TeamCity take for a command wherever it stands in a line: names of files
/// may hold it, and CI systems read standard error too.
pub fn harmless(text: &str) -> String {
    let broken = |text: String, command: &str| text.replace(command, &command.replace('[', " ["));
    ["##[", "##vso[", "##teamcity["].into_iter().fold(text.to_string(), broken)
}
