//! The real binary with a command to run: streams, exit status and signals.
#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{
    LINE, Limited, Running, binary, folder, install_script, kill, read, status_and_output,
    status_and_stderr, text, wait_until,
};

/// The binary with a shell script as its command.
fn around(args: &[&str], script: &str, folder: &Path) -> Command {
    let mut command = binary(folder);
    command.args(args).args(["--", "/bin/sh", "-c", script]).env("PATH", "/usr/bin:/bin");
    command
}

fn run(args: &[&str], script: &str) -> Output {
    around(args, script, Path::new(".")).finish()
}

/// Starts a script, and returns its standard input and output.
fn start(
    args: &[&str],
    script: &str,
) -> (Running, std::process::ChildStdin, BufReader<std::process::ChildStdout>) {
    let mut child = around(args, script, Path::new(".")).stdin(Stdio::piped()).start();
    let stdin = child.stdin.take().expect("stdin is piped");
    let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    (child, stdin, stdout)
}

fn line(stream: &mut impl BufRead) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).expect("the binary writes text");
    line
}

/// Writes a line with a code to each stream, one after the other.
const BOTH: &str = "echo 'imsdk code:6206'; echo 'imsdk code:6014' >&2";

#[test]
fn each_stream_is_annotated_separately() {
    let (status, out, err) = status_and_output(&run(
        &[],
        &format!("{BOTH}; echo plain; echo also plain >&2; printf 'no end'"),
    ));
    assert!(
        out.starts_with("imsdk code:6206 [imerr 6206 ") && out.ends_with("]\nplain\nno end"),
        "{out}"
    );
    assert!(
        err.starts_with("imsdk code:6014 [imerr 6014 ") && err.ends_with("]\nalso plain\n"),
        "{err}"
    );
    assert_eq!((status, out.lines().count(), err.lines().count()), (Some(0), 3, 2));
}

#[test]
fn binary_data_and_arguments_are_passed_unchanged() {
    let mut command = binary(Path::new("."));
    command
        .args(["--", "/bin/sh", "-c", "printf '%s' \"$@\"", "sh"])
        .args([OsStr::from_bytes(b"\xff\0"[..1].as_ref()), "--only".as_ref()]);
    let output = command.finish();
    assert_eq!((output.stdout, output.status.code()), (b"\xff--only".to_vec(), Some(0)));
    let (out, err) = {
        let output = run(&[], "printf '\\377\\000\\001\\r\\n'; printf '\\376' >&2");
        (output.stdout, output.stderr)
    };
    assert_eq!(out, b"\xff\0\x01\r\n");
    // Our notice does not follow half a line.
    assert!(err.starts_with(b"\xfe\nnote: stdout is binary"), "{}", text(&err));
}

#[test]
fn the_exit_status_is_that_of_the_command() {
    let rows: [(&[&str], &str, i32); 18] = [
        (&[], "exit 0", 0),
        (&[], "exit 3", 3),
        (&[], "exit 255", 255),
        (&[], "kill -9 $$", 128 + 9),
        (&[], "kill -TERM $$", 128 + 15),
        (&["--fail-on", "error"], BOTH, 1),
        (&["--fail-on", "error"], "echo plain", 0),
        (&["--fail-on", "6014"], BOTH, 1),
        (&["--fail-on", "fatal"], BOTH, 0),
        (&["--fail-on", "error"], "echo 'imsdk code:6206'; exit 3", 3),
        (&["--max-errors", "1"], BOTH, 1),
        (&["--quiet"], "echo plain", 0),
        (&["--quiet"], "echo 'imsdk code:6206'; exit 4", 4),
        (&["--quiet", "--fail-on", "error"], BOTH, 1),
        (&["--report", "csv=/dev/full"], "exit 0", 2),
        (&["--report", "csv=/dev/full"], "exit 3", 3),
        (&["--report", "csv=/no/such/folder/a"], "exit 0", 2),
        (&["--strip"], "exit 5", 5),
    ];
    for (args, script, status) in rows {
        let output = run(args, script);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{args:?} {script}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_command_that_cannot_be_run_is_reported_with_a_hint() {
    let folder =
        folder(&[("log", LINE), ("script.sh", "#!/no/such/shell\n"), ("plain.sh", "echo\n")]);
    for name in ["script", "plain"] {
        let path = folder.path().join(name);
        install_script(&path.with_extension("sh"), &path);
    }
    let rows = [
        ("/no/such/command", 127, "no such file or directory; -- takes a command in PATH"),
        ("", 127, "no such file or directory; "),
        ("log", 127, "no such file or directory; run a program in this directory as ./COMMAND"),
        (
            "./script",
            127,
            "no such file or directory; the file exists, but the program that its first line names",
        ),
        ("./log", 126, "permission denied\n  tip: -- takes a command or a script"),
        (
            "./plain",
            126,
            "exec format error\n  tip: -- takes a command or a script that begins with #!",
        ),
        (".", 126, "name a file or directory to read before it"),
    ];
    for (name, status, what) in rows {
        let output = binary(folder.path()).args(["--", name]).env("PATH", "/usr/bin:/bin").finish();
        let (code, err) = status_and_stderr(&output);
        assert_eq!(code, Some(status), "{name}: {err}");
        assert!(
            err.starts_with(&format!("error: {name}: cannot be run: ")) && err.contains(what),
            "{name}: {err}"
        );
    }
    let output = binary(folder.path()).args(["--", "no-such-command"]).finish();
    let wanted = "error: command not found: no-such-command\n".to_string();
    assert_eq!(status_and_stderr(&output), (Some(127), wanted));
}

/// Blocks forever, and so fails, if a complete line is held back.
#[test]
fn each_line_is_written_at_once_and_standard_input_is_inherited() {
    for args in [
        &[][..],
        &["--only"],
        &["--format", "jsonl"],
        &["--format", "below"],
        &["-H"],
        &["-j", "4"],
    ] {
        let (mut child, mut stdin, mut stdout) =
            start(args, "while read -r line; do echo \"$line\"; done");
        for _ in 0..3 {
            stdin.write_all(LINE.as_bytes()).expect("the command reads");
            let mut seen = line(&mut stdout);
            while !seen.contains("6206") {
                let next = line(&mut stdout);
                assert!(!next.is_empty(), "{args:?}: it ended after {seen:?}");
                seen.push_str(&next);
            }
        }
        drop(stdin);
        stdout.read_to_string(&mut String::new()).expect("the rest is text");
        assert!(child.wait().expect("the binary ends").success());
    }
}

#[test]
fn large_output_on_both_streams_keeps_its_order() {
    // 10 MB each, by two writers at once.
    let script = "seq 1 1250000 | sed 's/^/o/' & seq 1 1250000 | sed 's/^/e/' >&2; wait";
    let output = run(&[], script);
    for (letter, stream) in [('o', &output.stdout), ('e', &output.stderr)] {
        let stream = std::str::from_utf8(stream).expect("all is text");
        let mut count = 0;
        for (number, line) in stream.lines().enumerate() {
            assert_eq!(line, format!("{letter}{}", number + 1));
            count += 1;
        }
        assert_eq!(count, 1_250_000, "{letter}");
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn lines_of_both_streams_stay_whole_in_one_file() {
    let folder = folder(&[]);
    let file = std::fs::File::create(folder.path().join("all")).expect("the directory is writable");
    let script =
        "seq 1 200000 | sed 's/^/out of it /' & seq 1 200000 | sed 's/^/err of it /' >&2; wait";
    let mut command = around(&[], script, folder.path());
    command.stdout(file.try_clone().expect("a file can be shared")).stderr(file);
    assert!(command.status().expect("the binary is built before its tests").success());
    let all = read(folder.path(), "all");
    for stream in ["out", "err"] {
        let numbers = all.lines().filter_map(|line| {
            line.strip_prefix(stream)?.strip_prefix(" of it ")?.parse::<u32>().ok()
        });
        assert!(numbers.eq(1..=200_000), "{stream}");
    }
    assert_eq!(all.lines().count(), 400_000);
}

#[test]
fn record_formats_list_both_streams_on_standard_output() {
    fn sorted(text: &str) -> Vec<String> {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    }
    let (status, out, err) = status_and_output(&run(&["--format", "csv"], BOTH));
    assert!(out.starts_with("file,line,") && out.lines().count() == 3, "{out}");
    assert!(
        out.contains("\nstdout,1,12,0,11,15,6206,") && out.contains("\nstderr,1,12,0,11,15,6014,"),
        "{out}"
    );
    assert_eq!((status, err), (Some(0), String::new()));
    let (_, out, err) = status_and_output(&run(&["--format", "jsonl"], BOTH));
    let kinds = sorted(
        &out.lines()
            .map(|line| line.split("\"file\":").next().unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    assert_eq!(out.matches("\"type\":\"begin\"").count(), 2, "{kinds:?}");
    assert!(
        out.lines()
            .last()
            .is_some_and(|last| last.contains("\"summary\"") && last.contains("\"matches\":2")),
        "{out}"
    );
    assert_eq!(err, "");
    let (_, out, err) = status_and_output(&run(&["--format", "gitlab"], BOTH));
    assert!(out.contains("\"path\": \"stdout\"") && out.contains("\"path\": \"stderr\""), "{out}");
    assert_eq!(err, "");
}

#[test]
fn counts_are_in_the_order_of_the_streams() {
    let (status, out, err) = status_and_output(&run(
        &["-c"],
        &format!("{BOTH}; {BOTH}; echo 'imsdk code:6206'; exit 3"),
    ));
    assert_eq!((status, out.as_str(), err.as_str()), (Some(3), "stdout:3\nstderr:2\n", ""));
    assert_eq!(status_and_output(&run(&["-c", "--no-filename"], BOTH)).1, "1\n1\n");
}

#[test]
fn a_command_goes_on_when_one_line_is_enough() {
    for (args, expected) in [
        (&["-l"][..], "stderr\n"),
        (&["--files-without-match"], "stdout\n"),
        (&["-q"], ""),
        (&["-c", "-m1"], "stdout:0\nstderr:1\n"),
    ] {
        let script =
            "for n in $(seq 2000); do echo imsdk code:6206 $n >&2; done; echo plain; exit 3";
        assert_eq!(
            status_and_output(&run(args, script)),
            (Some(3), expected.to_string(), String::new()),
            "{args:?}"
        );
    }
}

#[test]
fn streams_are_named_before_lines_and_in_the_summary() {
    let (_, out, err) = status_and_output(&run(&["-H", "--summary"], BOTH));
    assert!(out.starts_with("stdout:imsdk code:6206 ["), "{out}");
    assert!(err.starts_with("stderr:imsdk code:6014 ["), "{err}");
    assert!(err.contains("stdout:1") && err.contains("stderr:1"), "{err}");
}

/// Runs one script twice. What the test reads and writes decides which stream is first.
#[test]
fn reports_do_not_depend_on_which_stream_is_first() {
    let folder = folder(&[]);
    let (out, err) =
        ("echo 'imsdk code:6206'; read x", "echo 'imsdk code:6206 code:6014' >&2; read x");
    let one = report_of(folder.path(), "a", &format!("{out}; {err}"), false);
    assert!(one.contains("\"stdout\"") && one.contains("\"stderr\""), "{one}");
    assert_eq!(report_of(folder.path(), "b", &format!("{err}; {out}"), true), one);
}

fn report_of(folder: &Path, name: &str, script: &str, is_stderr_first: bool) -> String {
    let option = format!("json={name}");
    let mut child =
        around(&["--report", &option, "--only"], script, folder).stdin(Stdio::piped()).start();
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut stderr = BufReader::new(child.stderr.take().expect("stderr is piped"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    for turn in 0..2 {
        let line =
            if is_stderr_first == (turn == 0) { line(&mut stderr) } else { line(&mut stdout) };
        assert!(line.contains("[imerr "), "{line}");
        stdin.write_all(b"\n").expect("the command reads");
    }
    assert!(child.wait().expect("the binary ends").success());
    read(folder, name)
}

#[test]
fn ci_formats_guard_both_streams_on_standard_output() {
    let script = "echo '::error::out'; echo '##vso[task.complete]'; echo '::error::err' >&2; echo \
        '##vso[task.complete]' >&2; printf 'no end' >&2";
    let (status, out, err) =
        status_and_output(&run(&["--format", "github"], &format!("{BOTH}; {script}; exit 6")));
    let token = out
        .strip_prefix("::stop-commands::")
        .and_then(|rest| rest.lines().next())
        .expect("commands are stopped first");
    let (log, commands) =
        out.split_once(&format!("\n::{token}::\n")).expect("commands are taken again");
    for part in [
        "imsdk code:6206 [imerr ",
        "imsdk code:6014 [imerr ",
        "::error::out",
        "::error::err",
        "no end",
    ] {
        assert!(log.contains(part), "{part}: {out}");
    }
    assert!(commands.contains("::error ") && !commands.contains("::error::"), "{commands}");
    assert_eq!((status, err.as_str()), (Some(6), ""));
    let (_, out, err) = status_and_output(&run(&["--format", "azure"], script));
    assert_eq!(
        (
            out.matches("##vso [task.complete]").count(),
            out.matches("##vso[task.complete]").count(),
            err.as_str()
        ),
        (2, 0, "")
    );
}

#[test]
fn signals_are_passed_on_once() {
    for signal in ["TERM", "USR1", "USR2"] {
        // It prints each signal, and ends with a line on its standard input.
        let script = format!(
            "trap 'echo {signal} came' {signal}; echo ready; until read -r line; do :; done; exit 7"
        );
        let (mut child, mut stdin, mut stdout) = start(&[], &script);
        assert_eq!(line(&mut stdout), "ready\n");
        for _ in 0..3 {
            kill(&child, signal);
            assert_eq!(line(&mut stdout), format!("{signal} came\n"));
        }
        stdin.write_all(b"end\n").expect("the command reads");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest is text");
        assert_eq!(
            (rest.as_str(), child.wait().expect("the binary ends").code()),
            ("", Some(7)),
            "{signal}"
        );
    }
}

/// As with `nohup`. Only Linux shows which signals are ignored.
#[cfg(target_os = "linux")]
#[test]
fn signals_ignored_at_the_start_stay_ignored_for_the_command() {
    let script = "trap '' HUP; exec \"$0\" -- /bin/sh -c 'kill -HUP $$; echo went on'";
    let mut command = Command::new("/bin/sh");
    let output = command
        .args(["-c", script, env!("CARGO_BIN_EXE_imerr-annotate")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .finish();
    assert_eq!(status_and_output(&output), (Some(0), "went on\n".to_string(), String::new()));
}

#[test]
fn a_signal_that_ends_the_command_ends_the_run() {
    let (mut child, _stdin, mut stdout) = start(&[], "echo ready; read -r line");
    assert_eq!(line(&mut stdout), "ready\n");
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(128 + 15));
}

#[test]
fn a_command_that_ignores_a_signal_goes_on() {
    // Pending signals are passed on in the order of their numbers, and TERM comes after USR1.
    let script = "trap '' USR1; trap 'echo came' TERM; echo ready; until read -r line; do :; \
        done; echo 'imsdk code:6206'; exit 5";
    let (mut child, mut stdin, mut stdout) = start(&[], script);
    assert_eq!(line(&mut stdout), "ready\n");
    for signal in ["USR1", "USR1", "TERM"] {
        kill(&child, signal);
    }
    assert_eq!(line(&mut stdout), "came\n");
    stdin.write_all(b"\n").expect("the command reads");
    assert!(line(&mut stdout).contains("[imerr 6206 "));
    assert_eq!(child.wait().expect("the binary ends").code(), Some(5));
}

#[test]
fn a_signal_from_the_command_is_not_sent_back() {
    // The parent of the shell is the binary. A signal sent back would arrive before that of the
    // test.
    let script = "trap 'echo came back' USR1; trap 'echo from outside' USR2; kill -USR1 $PPID; \
        echo ready; until read -r line; do :; done";
    let (mut child, mut stdin, mut stdout) = start(&[], script);
    assert_eq!(line(&mut stdout), "ready\n");
    kill(&child, "USR2");
    assert_eq!(line(&mut stdout), "from outside\n");
    stdin.write_all(b"\n").expect("the command reads");
    assert_eq!(
        (line(&mut stdout), child.wait().expect("the binary ends").code()),
        (String::new(), Some(0))
    );
}

/// Only Linux shows in a file whether a process has ended.
#[cfg(target_os = "linux")]
#[test]
fn streams_outlive_the_command_until_a_signal() {
    streams_outlive_a_command_with_status(0, 128 + 15);
    streams_outlive_a_command_with_status(4, 4);
}

#[cfg(target_os = "linux")]
fn streams_outlive_a_command_with_status(exit: i32, status: i32) {
    let folder = folder(&[]);
    // The background process keeps both streams open, and reads what the test writes.
    let script = format!(
        "exec 3<&0; {{ read -r line <&3; echo \"imsdk code:6206 $line\"; read -r line <&3; }} & \
            echo $$; exit {exit}"
    );
    let mut command = around(&["--report", "csv=codes.csv"], &script, folder.path());
    let mut child = command.stdin(Stdio::piped()).start();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let shell = line(&mut stdout);
    // A zombie: ended, but not waited for.
    let state =
        || std::fs::read_to_string(format!("/proc/{}/stat", shell.trim())).unwrap_or_default();
    wait_until("the end of the command", || state().is_empty() || state().contains(") Z "));
    stdin.write_all(b"late\n").expect("the background process reads");
    let late = line(&mut stdout);
    assert!(late.starts_with("imsdk code:6206 late [imerr "), "{late}");
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(status));
    assert!(read(folder.path(), "codes.csv").contains("6206"));
    drop(stdin);
}

#[test]
fn a_closed_standard_output_closes_only_that_of_the_command() {
    // It goes on until a write fails because there is no reader.
    let script = "trap '' PIPE; while echo 'imsdk code:6206' 2>/dev/null; do :; done; echo \
        'closed, imsdk code:6014' >&2; exit 3";
    let mut child = around(&[], script, Path::new(".")).start();
    drop(child.stdout.take());
    let (status, err) = status_and_stderr(&child.wait_with_output().expect("the binary ends"));
    assert!(err.contains("closed, imsdk code:6014 [imerr 6014 "), "{err}");
    assert_eq!(status, Some(3));
    let mut child = around(&[], "exec yes", Path::new(".")).start();
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the binary ends").code(), Some(128 + 13));
    // With a gate, everything is read.
    let script = format!("seq 1 100000; {BOTH}");
    let mut child = around(&["--fail-on", "error"], &script, Path::new(".")).start();
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the binary ends").code(), Some(1));
}

#[test]
fn a_full_disk_is_reported() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let Ok(full) = full else { return };
    let output = around(&[], "echo one", Path::new(".")).stdout(full).finish();
    assert_eq!(
        status_and_stderr(&output),
        (Some(2), "error: standard output: no space left on device\n".to_string())
    );
}

#[test]
fn strip_restores_both_streams() {
    let folder = folder(&[]);
    let annotated = run(&[], BOTH);
    std::fs::write(folder.path().join("out"), annotated.stdout).expect("the directory is writable");
    std::fs::write(folder.path().join("err"), annotated.stderr).expect("the directory is writable");
    let output = around(&["--strip"], "cat out; cat err >&2", folder.path()).finish();
    assert_eq!(
        status_and_output(&output),
        (Some(0), "imsdk code:6206\n".to_string(), "imsdk code:6014\n".to_string())
    );
}

#[test]
fn output_in_a_format_that_is_not_read_passes() {
    let folder = folder(&[("a.zip", "PK\x03\x04\x14\0\0\0\x08\0 and more")]);
    let output = around(&[], "cat a.zip; exit 7", folder.path()).finish();
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(output.stdout, std::fs::read(folder.path().join("a.zip")).expect("it exists"));
}
