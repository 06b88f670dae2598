//! Runs the real binary in a temporary directory with an empty environment.
#![allow(dead_code, unused_imports, reason = "each test file takes what it needs")]

mod limits;
#[cfg(unix)]
mod signals;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub use limits::{LIMIT, Limited, Running, make_fifo, open_fifo, wait_until};
#[cfg(unix)]
pub use signals::stop_ignoring_signals;

pub const LINE: &str = "imsdk error_code:6206\n";

/// The binary with pipes for its outputs and an empty standard input.
pub fn binary(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"));
    command
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub fn run(args: &[&str], folder: &Path) -> Output {
    binary(folder).args(args).finish()
}

pub fn run_with_stdin(args: &[&str], folder: &Path, stdin: &[u8]) -> Output {
    let mut child = binary(folder).args(args).stdin(Stdio::piped()).start();
    let mut pipe = child.stdin.take().expect("stdin is piped");
    let stdin = stdin.to_vec();
    // The binary may end before it has read everything, or wait until its output is read.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer does not panic");
    output
}

/// Sends a signal by its name, without `SIG`.
pub fn kill(child: &Child, signal: &str) {
    // A shell builtin, since a small system has no such program.
    let kill =
        Command::new("/bin/sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(kill.expect("there is a shell").success());
}

/// Signals that end a run, with the exit status.
pub const ENDING_SIGNALS: [(&str, i32); 2] = [("INT", 130), ("TERM", 143)];

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies a script to where a test runs it.
///
/// Another program writes the copy: while this process writes a file, a child that another thread
/// starts can hold it open for a moment, and the system refuses to run it ("Text file busy").
pub fn install_script(from: &Path, to: &Path) {
    let mut install = Command::new("install");
    let done = install.args(["-m", "755"]).args([from, to]).status().expect("install is there");
    assert!(done.success(), "{install:?}");
}

/// A temporary directory with these files.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a directory for the test");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("the directory is writable");
        fs::write(path, content).expect("the directory is writable");
    }
    folder
}

pub fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Status, standard output and standard error.
pub fn status_and_output(output: &Output) -> (Option<i32>, String, String) {
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Status and standard error.
pub fn status_and_stderr(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), text(&output.stderr))
}

/// The paths of all files below `folder`, sorted.
pub fn tree(folder: &Path) -> Vec<String> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("the folder can be listed").path();
            match path.is_dir() {
                true => collect(root, &path, found),
                false => {
                    found.push(path.strip_prefix(root).expect("it is below").display().to_string())
                }
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

pub fn expect(args: &[&str], folder: &Path, status: i32, stdout: &str, stderr: &str) {
    let expected = (Some(status), stdout.to_string(), stderr.to_string());
    assert_eq!(status_and_output(&run(args, folder)), expected, "{args:?}");
}

/// The program of this name in PATH. If there is none, says that a test is left out, or fails where
/// `IMERR_TEST_TOOLS` is set, as in CI.
pub fn tool(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        assert!(std::env::var_os("IMERR_TEST_TOOLS").is_none(), "there is no {name} here");
        eprintln!("left out: there is no {name} here");
    }
    found
}
