//! The real binary following files that are written, rotated and truncated.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;
mod rotation;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::{
    LIMIT, LINE, Limited, binary, expect, folder, kill, make_fifo, run, status_and_stderr, text,
    wait_until,
};

/// The running binary, whose output is read line by line.
struct Running {
    child: common::Running,
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Running {
    fn start(args: &[&str], folder: &Path) -> Self {
        Self::spawn(binary(folder).args(args))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.start();
        let out = lines(child.stdout.take().expect("stdout is piped"));
        let err = lines(child.stderr.take().expect("stderr is piped"));
        Self { child, out, err }
    }

    fn next(&self) -> String {
        self.out.recv_timeout(LIMIT).expect("a line comes out")
    }

    fn next_notice(&self) -> String {
        self.err.recv_timeout(LIMIT).expect("a notice comes")
    }

    fn expect(&self, lines: &[&str]) {
        for line in lines {
            assert_eq!(self.next(), *line);
        }
    }

    /// Waits for its end, and returns the status.
    fn wait(mut self) -> Option<i32> {
        self.child.wait().expect("the binary ends").code()
    }

    /// Ends it by a signal; returns the status and the rest of the output.
    fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        kill(&self.child, signal);
        let status = self.child.wait().expect("the binary ends").code();
        (
            status,
            self.out.iter().collect::<Vec<_>>().join("\n"),
            self.err.iter().collect::<Vec<_>>().join("\n"),
        )
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            if sender.send(line.expect("the output is text")).is_err() {
                break;
            }
        }
    });
    receiver
}

fn append(path: &Path, text: &str) {
    let file = File::options().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("the directory is writable");
}

#[test]
fn groups_of_different_files_are_separated_as_in_grep() {
    let folder = folder(&[("a.log", "x\n"), ("b.log", LINE)]);
    let folder = folder.path();
    let running =
        Running::start(&["-f", "-H", "-C1", "--poll-interval", "1ms", "a.log", "b.log"], folder);
    let next = || running.next().split(" [imerr ").next().unwrap_or_default().to_string();
    let of = |name: &str| format!("{name}:{}", LINE.trim_end());
    assert_eq!(next(), of("b.log"));
    // The first output of this file begins with a line that was read long ago.
    append(&folder.join("a.log"), LINE);
    assert_eq!([next(), next(), next()], ["--".to_string(), "a.log-x".to_string(), of("a.log")]);
    append(&folder.join("a.log"), LINE);
    assert_eq!(next(), of("a.log"));
    // The next line of its file, but not of the output.
    append(&folder.join("b.log"), LINE);
    assert_eq!([next(), next()], ["--".to_string(), of("b.log")]);
    assert_eq!(running.end("TERM").1, "");
}

#[test]
fn each_change_of_a_file_has_one_notice() {
    let folder = folder(&[]);
    let log = folder.path().join("app.log");
    let running = Running::start(&["-f", "--poll-interval", "1ms", "app.log"], folder.path());
    let notice = |expected: &str| assert_eq!(running.next_notice(), expected);
    notice("note: app.log: does not exist yet; waiting for it");
    append(&log, "one\n");
    notice("note: app.log: has appeared");
    running.expect(&["one"]);
    fs::remove_file(&log).expect("the directory is writable");
    notice("note: app.log: is gone; waiting for it to come back");
    append(&log, "two\n");
    running.expect(&["two"]);
    notice("note: app.log: has appeared");
    fs::write(&log, "3\n").expect("the directory is writable");
    running.expect(&["3"]);
    notice(
        "warning: app.log: was truncated; reading it from its beginning; \
         lines written shortly before may be missing",
    );
    append(&folder.path().join("new"), "four\n");
    fs::rename(folder.path().join("new"), &log).expect("the directory is writable");
    running.expect(&["four"]);
    notice("note: app.log: was replaced; following the new file");
    assert_eq!(running.end("TERM"), (Some(143), String::new(), String::new()));
}

#[test]
fn a_directory_is_refused() {
    let folder = folder(&[("logs/a.log", "")]);
    for (lang, wanted) in [
        (
            "en",
            "error: logs: is a directory; name files, as in DIR/*.log; -r follows those that are in \
             it now\n",
        ),
        ("zh", "出错：logs：是目录；指定其中的文件，如 DIR/*.log；加 -r 可跟踪目录中现有的文件\n"),
    ] {
        let output = run(&["-f", "logs", "--lang", lang], folder.path());
        assert_eq!(status_and_stderr(&output), (Some(2), wanted.to_string()));
    }
}

#[test]
fn a_directory_in_the_place_of_a_file_is_waited_for() {
    let folder = folder(&[]);
    let running = Running::start(&["-f", "--poll-interval", "1ms", "app.log"], folder.path());
    assert_eq!(running.next_notice(), "note: app.log: does not exist yet; waiting for it");
    fs::create_dir(folder.path().join("app.log")).expect("the directory is writable");
    let notice = "is a directory; name files, as in DIR/*.log; -r follows those that are in it now; \
                  trying again";
    assert_eq!(running.next_notice(), format!("error: app.log: {notice}"));
    fs::remove_dir_all(folder.path().join("app.log")).expect("the directory is ours");
    append(&folder.path().join("app.log"), "one\n");
    running.expect(&["one"]);
    assert_eq!(running.end("TERM").0, Some(143));
}

/// Two polls would take longer.
#[cfg(target_os = "linux")]
#[test]
fn a_line_is_printed_when_it_is_written() {
    let folder = folder(&[("app.log", "one\n")]);
    let log = folder.path().join("app.log");
    let running = Running::start(&["-f", "--poll-interval", "60000ms", "app.log"], folder.path());
    running.expect(&["one"]);
    let since = Instant::now();
    append(&log, "two\n");
    running.expect(&["two"]);
    fs::rename(&log, folder.path().join("app.log.1")).expect("the directory is writable");
    append(&log, "");
    append(&log, "three\n");
    running.expect(&["three"]);
    assert!(since.elapsed() < Duration::from_secs(100), "{:?}", since.elapsed());
    assert_eq!(running.end("TERM").0, Some(143));
}

#[test]
fn late_lines_of_a_replaced_file_are_printed() {
    let folder = folder(&[("app.log", "imsdk error_code:6206 first\nhalf")]);
    let log = folder.path().join("app.log");
    let running = Running::start(
        &["-f", "--poll-interval", "1ms", "-n", "--format", "inline", "app.log", "app.log.1"],
        folder.path(),
    );
    let next = || running.next().replace("(The UserSig has expired)", "");
    assert_eq!(next(), "==> app.log <==");
    assert_eq!(next(), "1:imsdk error_code:6206 first");
    let old = folder.path().join("app.log.1");
    fs::rename(&log, &old).expect("the directory is writable");
    append(&log, "new\n");
    assert_eq!(next(), "1-new");
    append(&old, " a line\nimsdk error_code:6206 late\n");
    assert_eq!([next(), next()], ["2-half a line", "3:imsdk error_code:6206 late"]);
    append(&log, "next\n");
    assert_eq!(next(), "2-next");
    assert_eq!(running.end("TERM").1, "");
}

#[test]
fn several_files_have_headers() {
    let folder = folder(&[("a", "1\n"), ("b", "2\n")]);
    let folder = folder.path();
    let running = follow_both(folder, &[]);
    running.expect(&["==> a <==", "1", "", "==> b <==", "2"]);
    append(&folder.join("b"), "3\n");
    running.expect(&["3"]);
    append(&folder.join("a"), "4\n");
    running.expect(&["", "==> a <==", "4"]);
    drop(running);
    for (args, expected) in [
        (&["--no-filename"][..], &["1", "4", "2", "3"][..]),
        (&["-H"], &["a:1", "a:4", "b:2", "b:3"]),
        (&["--strip"], &["==> a <==", "1", "4", "", "==> b <==", "2", "3"]),
        (&["--tail", "1"], &["==> a <==", "4", "", "==> b <==", "3"]),
    ] {
        follow_both(folder, args).expect(expected);
    }
    let records = follow_both(folder, &["--format", "jsonl"]);
    assert!(records.next().starts_with("{\"type\":\"begin\""));
}

fn follow_both(folder: &Path, args: &[&str]) -> Running {
    Running::start(&[&["-f", "--poll-interval", "1ms", "a", "b"], args].concat(), folder)
}

#[test]
fn the_last_ten_lines_come_first() {
    fn lines(numbers: std::ops::RangeInclusive<usize>) -> String {
        numbers.map(|number| format!("{number}\n")).collect::<String>()
    }
    let folder = folder(&[("a", &lines(1..=14)), ("b", "1\n")]);
    for (tail, first) in [(&[][..], 5), (&["--tail", "all"], 1), (&["--tail", "2"], 13)] {
        let args = [&["-f", "-n", "--poll-interval", "1ms", "a"], tail].concat();
        let running = Running::start(&args, folder.path());
        for number in first..=14 {
            assert_eq!(running.next(), format!("{number}-{number}"), "{tail:?}");
        }
    }
    let both = Running::start(&["-f", "--poll-interval", "1ms", "b", "a"], folder.path());
    both.expect(&["==> b <==", "1", "", "==> a <==", "5"]);
    expect(&["--tail", "all", "b"], folder.path(), 0, "1\n", "");
    let (status, err) = status_and_stderr(&run(&["--tail", "al", "b"], folder.path()));
    assert!(status == Some(2) && err.contains("or 'all'"), "{err}");
}

#[test]
fn a_list_and_a_directory_are_followed() {
    let folder = folder(&[("logs/a", "1\n"), ("list", "logs/a\nlogs/b\n")]);
    let listed = Running::start(
        &["-f", "--poll-interval", "1ms", "--no-filename", "--files-from", "list"],
        folder.path(),
    );
    listed.expect(&["1"]);
    append(&folder.path().join("logs/b"), "2\n");
    listed.expect(&["2"]);
    let walked = Running::start(
        &["-f", "--poll-interval", "1ms", "--no-filename", "-r", "logs"],
        folder.path(),
    );
    walked.expect(&["1", "2"]);
    append(&folder.path().join("logs/a"), "3\n");
    walked.expect(&["3"]);
}

#[test]
fn a_signal_ends_the_run_with_all_documents() {
    let folder = folder(&[("a", LINE)]);
    let running =
        Running::start(&["-f", "--poll-interval", "60000ms", "--summary", "a"], folder.path());
    assert!(running.next().contains("[imerr 6206 "));
    let (status, out, err) = running.end("TERM");
    assert_eq!((status, out.as_str()), (Some(143), ""));
    assert!(err.contains("6206"), "{err}");

    let records = Running::start(&["-f", "--format", "jsonl", "a"], folder.path());
    let _begin = records.next();
    assert!(records.next().contains("\"code\":6206"));
    let (status, out, _) = records.end("TERM");
    let types: Vec<&str> = out.lines().filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!((status, types), (Some(143), vec!["end", "summary"]));
    assert!(out.contains("\"files\":1,\"bytes\":22,\"lines\":1,\"matched_lines\":1"), "{out}");

    let sarif = Running::start(&["-f", "--report", "sarif=a.sarif", "a"], folder.path());
    assert!(sarif.next().contains("6206"));
    assert_eq!(sarif.end("TERM").0, Some(143));
    assert!(common::read(folder.path(), "a.sarif").contains("6206"));
}

#[test]
fn a_last_line_without_line_end_is_printed_at_the_end() {
    let folder = folder(&[("a", "plain\nimsdk error_code:6206")]);
    let running =
        Running::start(&["-f", "--poll-interval", "5ms", "--format", "inline", "a"], folder.path());
    running.expect(&["plain"]);
    let (status, out, _) = running.end("TERM");
    assert_eq!(
        (status, out.as_str()),
        (Some(143), "imsdk error_code:6206(The UserSig has expired)")
    );
}

#[test]
fn counts_are_printed_at_the_end() {
    let folder = folder(&[("a", LINE), ("b", "plain\n")]);
    let running =
        Running::start(&["-f", "-c", "--poll-interval", "5ms", "a", "b", "c"], folder.path());
    let notice = |expected: &str| assert_eq!(running.next_notice(), format!("note: c: {expected}"));
    notice("does not exist yet; waiting for it");
    append(&folder.path().join("c"), &LINE.repeat(2));
    notice("has appeared");
    fs::rename(folder.path().join("c"), folder.path().join("d"))
        .expect("the directory is writable");
    append(&folder.path().join("c"), "plain\n");
    running.expect(&["c:2"]);
    assert_eq!(running.end("TERM").1, "a:1\nb:0\nc:0");
}

#[test]
fn quiet_waits_for_a_code() {
    let folder = folder(&[("a", "nothing\n")]);
    let mut running =
        Running::start(&["-q", "-f", "--poll-interval", "1ms", "a", "b"], folder.path());
    append(&folder.path().join("b"), LINE);
    assert!(running.child.wait().expect("the binary ends").success());
}

#[test]
fn files_are_not_read_further_than_needed() {
    let folder = folder(&[("a.log", "plain\nimsdk code:6206\nmore\n"), ("b.log", "plain\n")]);
    let names =
        Running::start(&["-f", "-l", "--poll-interval", "5ms", "a.log", "b.log"], folder.path());
    names.expect(&["a.log"]);
    append(&folder.path().join("b.log"), LINE);
    names.expect(&["b.log"]);
    assert_eq!(names.wait(), Some(0));
    let lines = Running::start(
        &["-f", "-m1", "-n", "--format", "inline", "--poll-interval", "5ms", "a.log"],
        folder.path(),
    );
    lines.expect(&["2:imsdk code:6206(The UserSig has expired)"]);
    assert_eq!(lines.wait(), Some(0));
}

#[test]
fn it_ends_when_its_output_is_closed_even_without_input() {
    let folder = folder(&[("a.log", LINE)]);
    for args in [
        &["-f", "--poll-interval", "5ms", "a.log"][..],
        &["-f", "--poll-interval", "5ms", "--format", "jsonl", "a.log"],
    ] {
        let mut child = binary(folder.path()).args(args).start();
        let mut out = BufReader::new(child.stdout.take().expect("stdout is piped"));
        out.read_line(&mut String::new()).expect("a line comes out");
        drop(out);
        assert!(child.wait().expect("the binary ends").success(), "{args:?}");
    }
}

#[test]
fn a_hangup_ends_the_run_with_all_documents() {
    let folder = folder(&[("a.log", LINE)]);
    let running =
        Running::start(&["-f", "--summary", "--report", "json=codes.json", "a.log"], folder.path());
    running.next();
    let (status, _, err) = running.end("HUP");
    assert_eq!(status, Some(129));
    assert!(
        err.contains("1 finding of 1 code") && folder.path().join("codes.json").exists(),
        "{err}"
    );
}

/// As with `nohup`. Only Linux shows which signals are ignored.
#[cfg(target_os = "linux")]
#[test]
fn under_nohup_the_run_survives_a_hangup() {
    let folder = folder(&[("a.log", LINE)]);
    let mut shell = Command::new("/bin/sh");
    let script = "trap '' HUP; exec \"$0\" -f --poll-interval 5ms --format inline a.log";
    shell.args(["-c", script, env!("CARGO_BIN_EXE_imerr-annotate")]).current_dir(folder.path());
    let running = Running::spawn(shell.stdout(Stdio::piped()).stderr(Stdio::piped()));
    running.next();
    kill(&running.child, "HUP");
    append(&folder.path().join("a.log"), "went on\n");
    running.expect(&["went on"]);
    assert_eq!(running.end("TERM").0, Some(128 + 15));
}

#[test]
fn a_rotated_file_starts_a_new_time_range() {
    let folder = folder(&[("a.log", "2026-11-24 10:00:00 imsdk code:6206\n")]);
    let args = [
        "-f",
        "--only",
        "-n",
        "-m2",
        "--since",
        "2025-01-01",
        "--format",
        "inline",
        "--poll-interval",
        "5ms",
        "a.log",
    ];
    let running = Running::start(&args, folder.path());
    assert!(running.next().starts_with("1:2026-11-24 10:00:00 imsdk code:6206("));
    fs::rename(folder.path().join("a.log"), folder.path().join("a.1"))
        .expect("the directory is writable");
    // The first line is outside the range.
    append(
        &folder.path().join("a.log"),
        "2020-01-01 10:00:00 old\n2026-11-24 11:00:00 imsdk code:6206\n2026-11-24 12:00:00 imsdk \
            code:6206\n",
    );
    assert!(running.next().starts_with("2:2026-11-24 11:00:00 imsdk code:6206("));
    assert!(running.next().starts_with("3:2026-11-24 12:00:00 imsdk code:6206("));
    assert_eq!(running.wait(), Some(0));
}

#[test]
fn a_closed_pipe_ends_the_run_at_the_next_line() {
    let folder = folder(&[("a", "1\n")]);
    let mut child = binary(folder.path()).args(["-f", "--poll-interval", "1ms", "a"]).start();
    let mut out = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("the binary writes");
    drop(out);
    // A process that another test starts has all pipes open for a moment.
    wait_until("the end after a line", || {
        append(&folder.path().join("a"), "2\n");
        child.try_wait().expect("the binary is ours").is_some()
    });
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!((line.as_str(), status_and_stderr(&output)), ("1\n", (Some(0), String::new())));
}

#[test]
fn inputs_that_cannot_be_followed_are_reported_with_a_hint() {
    let folder = folder(&[("a", LINE)]);
    let said_of = |args: &[&str]| status_and_stderr(&run(args, folder.path()));
    for args in [
        &["-f"][..],
        &["-f", "-"],
        &["-f", "-o", "out", "a"],
        &["--poll-interval", "5ms", "a"],
        &["-f", "--poll-interval", "0ms", "a"],
        &["stats", "-f", "a"],
    ] {
        assert_eq!(said_of(args).0, Some(2), "{args:?}");
    }
    let append =
        File::options().append(true).open(folder.path().join("a")).expect("the file is ours");
    let output = binary(folder.path()).args(["-f", "a"]).stdout(append).finish();
    assert_eq!(
        status_and_stderr(&output),
        (Some(2), "error: a: is also the output; write to another file\n".into())
    );
}

#[test]
fn tail_keeps_line_numbers_and_offsets() {
    let folder = folder(&[("a", "1\n2\nimsdk code:6206\n4"), ("b", "5\n")]);
    expect(&["--tail", "1", "a", "b"], folder.path(), 0, "45\n", "");
    expect(&["--tail", "0", "a"], folder.path(), 0, "", "");
    expect(&["--tail", "9", "b"], folder.path(), 0, "5\n", "");
    let records = text(&run(&["--tail", "2", "--format", "jsonl", "a"], folder.path()).stdout);
    assert!(records.contains("\"line\":3,\"column\":12,\"offset\":4,"), "{records}");
    assert!(records.contains("\"files\":1,\"bytes\":17,\"lines\":2,"), "{records}");
    let table = text(&run(&["stats", "--tail", "2", "a"], folder.path()).stdout);
    assert!(table.contains("a:3"), "{table}");
    make_fifo(&folder.path().join("fifo"));
    for (option, expected) in
        [("--tail=1", "its last lines cannot be found"), ("-f", "cannot be followed")]
    {
        let (status, err) = status_and_stderr(&run(&[option, "fifo"], folder.path()));
        assert!(status == Some(2) && err.contains(expected), "{err}");
    }
    let mut piped = binary(folder.path());
    let output = piped.args(["--tail", "2"]).stdin(Stdio::null()).finish();
    let (status, err) = status_and_stderr(&output);
    assert!(status == Some(2) && err.contains("tail -n N | imerr-annotate"), "{err}");
}
