//! The real binary while system calls fail: each failure is named once, and nothing else is lost.
//!
//! A library that the C compiler makes of `shim/faults.c` stands between the binary and the C
//! library. Where there is no compiler, the tests are skipped.
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{LINE, Limited, binary, folder, read, run, status_and_output, text, tree};
use tempfile::TempDir;

const EINTR: i32 = 4;
const EIO: i32 = 5;
const EAGAIN: i32 = 11;
const ENOSPC: i32 = 28;

/// Where the failures of these tests begin: within a line.
const AFTER: usize = 30_000;

/// A directory with the library, a log that has more than [`AFTER`] bytes, and a short one.
struct Scene {
    folder: TempDir,
    shim: PathBuf,
}

/// What fails, and how often; always if None.
#[derive(Clone, Copy, Debug)]
struct Fault {
    call: &'static str,
    target: &'static str,
    after: usize,
    errno: i32,
    times: Option<u32>,
}

fn lines() -> String {
    (0..4_000).map(|number| format!("{number} imsdk code:{}\n", 6200 + number % 20)).collect()
}

impl Scene {
    /// None if there is no C compiler.
    fn new() -> Option<Self> {
        let folder = folder(&[("log", &lines()), ("other", LINE)]);
        let shim = folder.path().join("shim.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shim/faults.c");
        let compiler = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(&shim)
            .args([source, "-ldl", "-lpthread"])
            .status();
        match compiler {
            Ok(status) => assert!(status.success(), "the library does not compile"),
            Err(error) => {
                println!("skipped: cc cannot be run: {error}");
                return None;
            }
        }
        Some(Self { folder, shim })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = binary(self.path());
        command.args(args).env("LD_PRELOAD", &self.shim);
        command
    }

    fn with_fault(&self, fault: Fault, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command
            .env("FAULT_CALL", fault.call)
            .env("FAULT_TARGET", fault.target)
            .env("FAULT_AFTER", fault.after.to_string())
            .env("FAULT_ERRNO", fault.errno.to_string())
            .envs(fault.times.map(|times| ("FAULT_TIMES", times.to_string())));
        command
    }

    fn log(&self) -> File {
        File::open(self.path().join("log")).expect("it was written")
    }

    /// The output for the first bytes of the log.
    fn annotated(&self, length: usize) -> String {
        fs::write(self.path().join("beginning"), &lines()[..length]).expect("it is writable");
        text(&run(&["beginning"], self.path()).stdout)
    }
}

#[test]
fn a_failing_read_is_named_once_and_the_rest_is_read() {
    let Some(scene) = Scene::new() else { return };
    let other = text(&run(&["other"], scene.path()).stdout);
    let rows = [
        (EIO, AFTER, "input/output error"),
        (EIO, 0, "input/output error"),
        (EAGAIN, AFTER, "resource temporarily unavailable"),
        (EAGAIN, 0, "resource temporarily unavailable"),
    ];
    for (errno, after, cause) in rows {
        let fault = Fault { call: "read", target: "/log", after, errno, times: None };
        for threads in ["-j1", "-j3"] {
            let output = scene.with_fault(fault, &[threads, "log", "other"]).finish();
            // An incomplete last line is ended before the next file.
            let beginning = scene.annotated(after);
            let end = if after > 0 { "\n" } else { "" };
            let expected = format!("{beginning}{end}{other}");
            let message = format!("error: log: {cause}\n");
            let (status, out, err) = status_and_output(&output);
            assert_eq!((status, err), (Some(2), message), "{fault:?} {threads}");
            assert!(out.replace('\n', "") == expected.replace('\n', ""), "{fault:?}: {out}");
        }
        let stdin = Fault { target: "#0", ..fault };
        let output = scene.with_fault(stdin, &[]).stdin(scene.log()).finish();
        let message = format!("error: stdin: {cause}\n");
        let expected = (Some(2), scene.annotated(after), message);
        assert!(status_and_output(&output) == expected, "{stdin:?}: {}", text(&output.stderr));

        let output = scene.with_fault(fault, &["-o", "out", "--force", "log", "other"]).finish();
        let message = format!("error: log: {cause}; no output was written for it\n");
        assert_eq!(status_and_output(&output), (Some(2), String::new(), message));
        assert_eq!(tree(&scene.path().join("out")), ["other"]);
    }
}

#[test]
fn calls_that_succeed_when_repeated_lose_nothing() {
    let Some(scene) = Scene::new() else { return };
    let expected = (Some(0), scene.annotated(lines().len()), String::new());
    for call in ["read", "write"] {
        let target = if call == "read" { "#0" } else { "#1" };
        for errno in [EINTR, EAGAIN] {
            for after in [0, AFTER] {
                let fault = Fault { call, target, after, errno, times: Some(3) };
                let output = scene.with_fault(fault, &[]).stdin(scene.log()).finish();
                assert!(status_and_output(&output) == expected, "{fault:?}: {output:?}");
            }
        }
        for most in ["7", "1000"] {
            let mut command = scene.command(&[]);
            command.env("FAULT_CALL", call).env("FAULT_TARGET", target).env("FAULT_SHORT", most);
            let output = command.stdin(scene.log()).finish();
            assert!(status_and_output(&output) == expected, "{call} {most}: {output:?}");
        }
    }
}

#[test]
fn a_failing_write_of_standard_output_ends_the_run() {
    let Some(scene) = Scene::new() else { return };
    let whole = scene.annotated(lines().len());
    let rows = [
        (ENOSPC, "no space left on device"),
        (EIO, "input/output error"),
        (EAGAIN, "resource temporarily unavailable"),
    ];
    for (errno, cause) in rows {
        let fault = Fault { call: "write", target: "#1", after: AFTER, errno, times: None };
        let output = scene.with_fault(fault, &["log", "other"]).finish();
        let message = format!("error: standard output: {cause}\n");
        let expected = (Some(2), whole[..AFTER].to_string(), message);
        assert!(status_and_output(&output) == expected, "{fault:?}: {}", text(&output.stderr));
    }
    // There is no place to report an error of standard error.
    let fault = Fault { call: "write", target: "#2", after: 0, errno: EIO, times: None };
    let output = scene.with_fault(fault, &["missing", "log"]).finish();
    assert!(status_and_output(&output) == (Some(2), whole, String::new()), "{output:?}");
}

#[test]
fn a_failing_write_of_a_file_leaves_what_was_there() {
    let Some(scene) = Scene::new() else { return };
    for (errno, cause) in [(ENOSPC, "no space left on device"), (EIO, "input/output error")] {
        let fault =
            Fault { call: "write", target: "/.log.imerr", after: AFTER, errno, times: None };
        let output = scene.with_fault(fault, &["-o", "out", "--force", "log", "other"]).finish();
        let message = format!("error: out/log: {cause}; this output was not written\n");
        assert_eq!(status_and_output(&output), (Some(2), String::new(), message));
        assert_eq!(tree(&scene.path().join("out")), ["other"]);

        fs::write(scene.path().join("out/report"), "old").expect("the folder is writable");
        let fault = Fault { target: "/.report.imerr", after: 10, ..fault };
        let args = ["-q", "--report", "json=out/report", "--fail-on", "info", "log"];
        let output = scene.with_fault(fault, &args).finish();
        let message = format!("error: out/report: cannot be written: {cause}\n");
        let (status, out, err) = status_and_output(&output);
        assert_eq!((status, out.as_str()), (Some(2), ""));
        assert!(err.starts_with(&message) && err.matches(cause).count() == 1, "{err}");
        assert_eq!(read(scene.path(), "out/report"), "old");
        assert_eq!(tree(&scene.path().join("out")), ["other", "report"]);
        fs::remove_file(scene.path().join("out/report")).expect("the folder is writable");
    }
}

#[test]
fn a_run_goes_on_with_the_threads_that_can_be_started() {
    let Some(scene) = Scene::new() else { return };
    fs::write(scene.path().join("large"), lines().repeat(20)).expect("the folder is writable");
    let expected = text(&run(&["-j1", "large"], scene.path()).stdout);
    // The first thread is for signals, and the main thread works too.
    for (limit, started) in [("0", "1 thread"), ("1", "1 thread"), ("2", "2 threads")] {
        let message = format!(
            "note: cannot start more threads: resource temporarily unavailable; \
             going on with {started}\n"
        );
        let output = scene.command(&["-j4", "large"]).env("FAULT_THREADS", limit).finish();
        let (status, out, err) = status_and_output(&output);
        assert_eq!((status, err), (Some(0), message.clone()), "{limit}");
        assert!(out == expected, "{limit}: {} bytes", out.len());
        let mut command = scene.command(&["-j4", "-o", limit, "log", "other", "large", "shim.so"]);
        let output = command.env("FAULT_THREADS", limit).finish();
        let err = text(&output.stderr);
        assert!(output.status.success() && err.starts_with(&message), "{limit}: {err}");
        assert_eq!(read(&scene.path().join(limit), "large"), expected);
    }
    let script = "echo imsdk code:6206";
    let mut command = scene.command(&["--", "/bin/sh", "-c", script]);
    let output = command.env("FAULT_THREADS", "1").finish();
    let (status, out, err) = status_and_output(&output);
    assert!(out.starts_with("imsdk code:6206 [imerr 6206 "), "{out}");
    let message = "error: stderr: not read, since no thread can be started: \
                   resource temporarily unavailable\n";
    assert_eq!((status, err.as_str()), (Some(2), message));
}

/// A signal has its default effect if no thread can wait for it.
#[test]
fn a_signal_ends_a_process_that_cannot_start_a_thread() {
    let Some(scene) = Scene::new() else { return };
    let mut child =
        scene.command(&[]).env("FAULT_THREADS", "0").stdin(std::process::Stdio::piped()).start();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    std::io::Write::write_all(&mut stdin, LINE.as_bytes()).expect("the binary reads");
    let mut first = [0; 10];
    let stdout = child.stdout.as_mut().expect("stdout is piped");
    stdout.read_exact(&mut first).expect("the binary writes");
    common::kill(&child, "TERM");
    let status = child.wait().expect("the binary ends");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(15));
}
