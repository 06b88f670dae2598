//! The real binary telling what was seen: counts, times and spans of time, and what is told when a signal ends it.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use common::{binary, folder, kill};

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
