//! The real binary in pipes: latency, exit statuses, signals, bad input.
#![cfg(unix)]

mod catalogs;
#[path = "../common/mod.rs"]
mod common;
mod signals;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{
    ENDING_SIGNALS, LINE, Limited, Running, binary, folder, kill, make_fifo, open_fifo, run, text,
    wait_until,
};

fn streaming(args: &[&str]) -> Running {
    binary(Path::new(".")).args(args).stdin(Stdio::piped()).start()
}

/// Blocks forever, and so fails, if a complete line is held back.
#[test]
fn each_line_is_written_before_the_next_is_read() {
    for args in [
        &[][..],
        &["-"],
        &["--line-buffered"],
        &["--block-buffered"],
        &["-j", "4"],
        &["--format", "jsonl"],
        &["--only"],
    ] {
        let mut child = streaming(args);
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        for _ in 0..3 {
            stdin.write_all(LINE.as_bytes()).expect("the binary reads");
            let mut line = String::new();
            stdout.read_line(&mut line).expect("the binary writes");
            if line.contains("\"begin\"") {
                line.clear();
                stdout.read_line(&mut line).expect("the binary writes");
            }
            assert!(line.contains("6206") && line.ends_with('\n'), "{args:?}: {line}");
        }
        drop(stdin);
        assert!(child.wait().expect("the binary ends").success());
    }
}

#[test]
fn a_fifo_is_read_as_it_is_written() {
    let folder = folder(&[]);
    let fifo = folder.path().join("fifo");
    make_fifo(&fifo);
    let mut child = binary(folder.path()).arg(&fifo).start();
    let mut writer = open_fifo(&fifo);
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    writer.write_all(LINE.as_bytes()).expect("the binary reads");
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the binary writes");
    assert!(line.contains("[imerr 6206 "), "{line}");
    drop(writer);
    assert!(child.wait().expect("the binary ends").success());
}

#[test]
fn a_last_line_without_line_end_is_written() {
    let mut child = streaming(&[]);
    child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(b"plain\nimsdk code:6206")
        .expect("the binary reads");
    let output = child.wait_with_output().expect("the binary ends");
    let out = text(&output.stdout);
    assert!(out.starts_with("plain\nimsdk code:6206 [imerr 6206 ") && out.ends_with(']'), "{out}");
}

#[test]
fn an_open_stream_is_not_read_further_than_needed() {
    for (args, expected) in [
        (&["-m1"][..], "imsdk code:6206 ["),
        (&["-l"], "stdin\n"),
        (&["-c", "-v", "-m1"], "1\n"),
        (&["-q"], ""),
    ] {
        let mut child = streaming(args);
        let mut stdin = child.stdin.take().expect("stdin is piped");
        stdin.write_all(b"plain\nimsdk code:6206\n").expect("the binary reads");
        let status = child.wait().expect("the binary ends though its input does not");
        let mut out = String::new();
        child
            .stdout
            .take()
            .expect("stdout is piped")
            .read_to_string(&mut out)
            .expect("the output is text");
        assert!(status.success() && out.starts_with(expected), "{args:?}: {out}");
        drop(stdin);
    }
}

#[test]
fn names_of_files_are_the_same_for_any_number_of_threads() {
    let large = format!("{}{LINE}", "plain\n".repeat(400_000));
    let folder = folder(&[
        ("a", &large),
        ("b", "plain\n"),
        ("c", LINE),
        ("d", &LINE.repeat(100_000)),
        ("e", ""),
    ]);
    for (args, expected) in [
        (&["-l"][..], "a\nc\nd\n"),
        (&["-l", "-v"], "a\nb\n"),
        (&["--files-without-match"], "b\ne\n"),
        (&["-l", "--summary"], "a\nc\nd\n"),
        (&["-c", "-m1"], "a:1\nb:0\nc:1\nd:1\ne:0\n"),
        (&["-c", "-m2"], "a:1\nb:0\nc:1\nd:2\ne:0\n"),
    ] {
        for threads in ["1", "2", "8"] {
            let output =
                run(&[args, &["-j", threads, "a", "b", "c", "d", "e"]].concat(), folder.path());
            assert_eq!(text(&output.stdout), expected, "{args:?} -j{threads}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = streaming(&[]);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // The binary notices at its first write, and reads no more after that.
    for _ in 0..100_000 {
        if stdin.write_all(LINE.as_bytes()).is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

/// Makes reads or writes of this end of a pipe fail where they would block.
#[cfg(target_os = "linux")]
fn set_non_blocking(end: &impl std::os::fd::AsFd) {
    let flags = rustix::fs::fcntl_getfl(end).expect("it is open");
    rustix::fs::fcntl_setfl(end, flags | rustix::fs::OFlags::NONBLOCK).expect("it is open");
}

#[cfg(target_os = "linux")]
#[test]
fn a_non_blocking_standard_input_is_waited_for() {
    for (args, signal) in [(&[][..], None), (&["-j4"], Some("TERM")), (&["explain-line"], None)] {
        let (input, mut writer) = std::io::pipe().expect("the system has pipes");
        set_non_blocking(&input);
        let mut child = binary(Path::new(".")).args(args).stdin(input).start();
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut seen = String::new();
        // Each line is written when the one before it was read, so the binary has to wait.
        for code in ["6206", "6014"] {
            writeln!(writer, "imsdk error_code:{code}").expect("the binary reads");
            while !seen.contains(code) {
                let count = stdout.read_line(&mut seen).expect("the binary writes");
                assert!(count > 0, "{args:?}: {seen}");
            }
        }
        match signal {
            Some(signal) => kill(&child, signal),
            None => drop(writer),
        }
        stdout.read_to_string(&mut seen).expect("the rest is text");
        let output = child.wait_with_output().expect("the binary ends");
        let status = if signal.is_some() { 143 } else { 0 };
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(status), String::new()));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn non_blocking_outputs_are_waited_for_and_nothing_is_lost() {
    let folder = folder(&[("log", &LINE.repeat(20_000))]);
    let expected = run(&["log"], folder.path()).stdout;
    let (mut reader, output) = std::io::pipe().expect("the system has pipes");
    set_non_blocking(&output);
    let mut child = binary(folder.path()).arg("log").stdout(output).start();
    let mut out = vec![0; 100_000];
    reader.read_exact(&mut out).expect("the binary writes");
    reader.read_to_end(&mut out).expect("the binary writes");
    assert!(out == expected, "{} bytes, not {}", out.len(), expected.len());
    assert!(child.wait().expect("the binary ends").success());

    let names: Vec<String> = (0..3_000).map(|number| format!("missing-file-{number}")).collect();
    let (mut reader, errors) = std::io::pipe().expect("the system has pipes");
    set_non_blocking(&errors);
    let mut child = binary(folder.path()).args(&names).stderr(errors).start();
    let mut messages = String::new();
    reader.read_to_string(&mut messages).expect("messages are text");
    assert_eq!(messages.lines().count(), names.len());
    assert_eq!(child.wait().expect("the binary ends").code(), Some(2));
}

#[test]
fn help_that_cannot_be_written_is_an_error() {
    if !Path::new("/dev/full").exists() {
        return println!("skipped: there is no /dev/full");
    }
    for args in
        [&["--help"][..], &["-h"], &["--version"], &["help"], &["help", "stats"], &["stats", "-h"]]
    {
        let full = File::options().write(true).open("/dev/full").expect("it takes writers");
        let output = binary(Path::new(".")).args(args).stdout(full).finish();
        let expected = "error: standard output: no space left on device\n";
        let got = (output.status.code(), text(&output.stderr));
        assert_eq!(got, (Some(2), expected.to_string()), "{args:?}");
    }
}

#[test]
fn exit_statuses_are_those_of_the_table() {
    let folder = folder(&[("hit", LINE), ("plain", "nothing here\n"), ("empty", "")]);
    let rows: [(&[&str], i32); 24] = [
        (&["hit"], 0),
        (&["plain"], 0),
        (&["empty"], 0),
        (&["-q", "hit"], 0),
        (&["-q", "plain"], 1),
        (&["-q", "plain", "missing"], 2),
        (&["-c", "plain"], 0),
        (&["missing"], 2),
        (&["missing", "hit"], 2),
        (&["."], 0),
        (&["--format", "xml"], 2),
        (&["--no-such-flag"], 2),
        (&["--strip", "--only"], 2),
        (&["explain", "6206"], 0),
        (&["explain", "9999"], 1),
        (&["search", "xylophone"], 1),
        (&["explain", "--also", "rongcloud", "31004"], 0),
        (&["--also", "missing", "hit"], 2),
        (&["--catalog", "plain", "hit"], 2),
        (&["check-catalog", "plain"], 1),
        (&["check-catalog", "missing"], 2),
        (&["check-catalog", "missing", "plain"], 2),
        (&["new-catalog", "My App"], 2),
        (&["--help"], 0),
    ];
    for (args, status) in rows {
        let output = run(args, folder.path());
        assert_eq!(output.status.code(), Some(status), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_bad_file_is_reported_and_the_others_are_read() {
    let folder = folder(&[("a", LINE), ("b", LINE)]);
    let output = run(&["a", "missing", "b"], folder.path());
    assert_eq!(text(&output.stdout).matches("[imerr 6206 ").count(), 2);
    let expected = "error: missing: no such file or directory\n";
    assert_eq!(text(&output.stderr), expected);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_file_without_read_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("secret", LINE)]);
    let path = folder.path().join("secret");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("the file is ours");
    if File::open(&path).is_ok() {
        // Root may read everything.
        return;
    }
    let output = run(&["secret"], folder.path());
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(2), "error: secret: permission denied\n".to_string())
    );
}

#[test]
fn binary_input_passes_with_a_notice() {
    let folder = folder(&[("blob", "a\0b\0 imsdk code:6206\n")]);
    let output = run(&["blob"], folder.path());
    assert!(text(&output.stdout).starts_with("a\0b\0 imsdk code:6206 [imerr 6206 "));
    let note = "note: blob is binary: it has NUL bytes, and was read as it is\n";
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), note.to_string()));
    let both = text(&run(&["blob", "blob"], folder.path()).stderr);
    assert_eq!(both, "note: 2 binary files were read as they are, the first is blob\n");
    // A log that was truncated while its writer went on at its old position.
    let hole = format!("{}{LINE}", "\0".repeat(100_000));
    for log in [hole.clone(), format!("plain\n{hole}"), "\0".repeat(10_000)] {
        fs::write(folder.path().join("log"), log).expect("the folder is writable");
        assert_eq!(text(&run(&["log"], folder.path()).stderr), "");
    }
}

#[test]
fn very_long_lines_are_counted_in_one_notice() {
    let long = "x".repeat(1 << 21);
    let folder = folder(&[("long", &format!("{long}\n{LINE}{long}\n"))]);
    let output = run(&["long"], folder.path());
    assert_eq!(
        output.stdout.len(),
        2 * (long.len() + 1) + text(&output.stdout).lines().nth(1).map_or(0, |line| line.len() + 1)
    );
    assert_eq!(
        text(&output.stderr),
        "warning: long: 2 lines are longer than 1048576 bytes; only their beginnings were \
            searched\n"
    );
}

#[test]
fn a_file_that_shrinks_is_reported() {
    let folder = folder(&[("shrinking", &LINE.repeat(400_000))]);
    let path = folder.path().join("shrinking");
    let mut child = binary(folder.path()).args(["-j1", "shrinking"]).start();
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let mut beginning = [0; 1000];
    // The pipe is full, so the binary waits in the middle of the file.
    stdout.read_exact(&mut beginning).expect("the binary writes");
    File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(0))
        .expect("the file is ours");
    std::io::copy(&mut stdout, &mut std::io::sink()).expect("the binary writes");
    let output = child.wait_with_output().expect("the binary ends");
    assert!(text(&output.stderr).starts_with(
        "error: shrinking: shrank while it was read: it had 8800000 bytes and ended after "
    ));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_output_is_not_read_as_input() {
    let folder = folder(&[("log", LINE)]);
    let append =
        File::options().append(true).open(folder.path().join("log")).expect("the file is ours");
    let output = binary(folder.path()).arg("log").stdout(append).finish();
    assert_eq!(text(&output.stderr), "error: log: is also the output; write to another file\n");
    assert_eq!(fs::read_to_string(folder.path().join("log")).expect("the file is ours"), LINE);
}

#[test]
fn several_files_are_counted_separately() {
    let folder = folder(&[("a", &LINE.repeat(3)), ("b", "nothing\n")]);
    assert_eq!(text(&run(&["-c", "a"], folder.path()).stdout), "3\n");
    assert_eq!(text(&run(&["-c", "a", "b"], folder.path()).stdout), "a:3\nb:0\n");
}

#[test]
fn thread_counts_give_the_same_bytes_for_files() {
    let content: String = (0..200_000)
        .map(|number| format!("line {number}\n{}", if number % 100 == 0 { LINE } else { "" }))
        .collect();
    let folder = folder(&[("a", &content.repeat(4)), ("b", &content)]);
    let folder = folder.path();
    for format in ["auto", "jsonl"] {
        let one = output_on(folder, "1", format);
        assert!(
            output_on(folder, "2", format) == one && output_on(folder, "8", format) == one,
            "{format}"
        );
    }
}

fn output_on(folder: &Path, threads: &str, format: &str) -> Vec<u8> {
    run(&["-j", threads, "--format", format, "a", "b"], folder).stdout
}

#[test]
fn strip_restores_the_log() {
    let log = format!("a\r\n{LINE}{{\"code\":70001,\"ErrorInfo\":\"\"}}\nlast imsdk code:6014");
    let folder = folder(&[("log", &log)]);
    let annotated = run(&["log"], folder.path()).stdout;
    assert!(text(&annotated).contains("\"imerr\":{") && text(&annotated).contains("[imerr 6206"));
    fs::write(folder.path().join("annotated"), annotated).expect("the directory is writable");
    assert_eq!(text(&run(&["--strip", "annotated"], folder.path()).stdout), log);
}

/// CI systems execute commands in standard error too, and some of them in the middle of a line.
#[test]
fn file_names_cannot_be_ci_commands() {
    let names = [
        "##vso[task.complete result=Succeeded;]a.log",
        "##teamcity[buildStop]b.log",
        "##[add-mask]c.log",
        "d\n::error::.log",
    ];
    let folder = folder(&names.map(|name| (name, LINE)));
    let missing = ["##vso[x]missing", "##[error]missing"];
    let output = run(
        &[&["--quiet", "--summary", "--fail-on", "error"], &names[..], &missing].concat(),
        folder.path(),
    );
    let stderr = text(&output.stderr);
    for (command, broken) in [
        ("##vso[", "##vso [x]missing"),
        ("##teamcity[", "##teamcity [buildStop]b.log"),
        ("##[", "## [error]missing"),
    ] {
        assert!(!stderr.contains(command) && stderr.contains(broken), "{stderr}");
    }
    assert!(stderr.contains("first at ##vso [task.complete"), "{stderr}");
    assert!(stderr.lines().all(|line| !line.trim_start().starts_with("::")), "{stderr}");
}
