//! The real binary telling what was seen: counts, times and spans of time, and what is told when a signal ends it.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use common::{binary, folder, kill, read, said};
use serde_json::{Value, json};

/// A child that has read two lines, passed them on, and waits for more.
fn waiting(folder: &Path, args: &[&str]) -> (Child, std::process::ChildStdin, BufReader<std::process::ChildStdout>, String) {
    let mut child = binary(folder).args(args).stdin(Stdio::piped()).spawn().expect("the binary is built before its tests");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    stdin.write_all(b"plain\nimsdk code:6206\nhalf a line").expect("the binary reads");
    let mut out = String::new();
    while !out.contains("6206") {
        assert!(stdout.read_line(&mut out).expect("the binary writes") > 0, "{args:?}: {out}");
    }
    (child, stdin, stdout, out)
}

#[test]
fn a_signal_lets_commands_run_again() {
    let folder = folder(&[]);
    let (child, _stdin, mut stdout, beginning) = waiting(folder.path(), &["--format", "github"]);
    kill(&child, "INT");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("the rest is text");
    assert_eq!(child.wait_with_output().expect("the binary ends").status.code(), Some(130));
    let token = beginning.lines().next().and_then(|line| line.strip_prefix("::stop-commands::")).expect("commands are stopped");
    assert!(rest.starts_with(&format!("\n::{token}::\n::error title=6206 x1::")), "{rest}");
}

#[test]
fn a_signal_on_a_stream_that_waits_still_tells_what_was_seen() {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let folder = folder(&[]);
        let args =
            ["--summary", "--report", "json=a.json", "--report", "junit=a.xml", "--write-baseline", "base", "--fail-on", "error"];
        let (child, _stdin, mut stdout, _) = waiting(folder.path(), &args);
        kill(&child, signal);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest is text");
        let (code, stderr) = said(&child.wait_with_output().expect("the binary ends"));
        assert_eq!((code, rest.as_str()), (Some(status), ""), "{stderr}");
        assert!(stderr.starts_with("1 finding of 1 code in 2 lines of 1 file\n"), "{stderr}");
        assert!(stderr.contains("\nimerr-annotate: gate: --fail-on error: 6206 "), "{stderr}");
        let told: Value = serde_json::from_str(&read(folder.path(), "a.json")).expect("this is JSON");
        assert_eq!((&told["matches"], &told["lines"], &told["files"]), (&json!(1), &json!(2), &json!(1)));
        assert!(read(folder.path(), "a.xml").ends_with("</testsuites>\n"));
        assert!(read(folder.path(), "base").contains("\"6206\": 1"));
    }
}
