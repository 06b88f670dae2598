//! The binary with `stats`, `--since` and `--until`: counts, times, and what is reported when a
//! signal ends the run.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;

use common::{
    LINE, Limited, Running, binary, ending_signals, folder, kill, read, run, run_with_stdin,
    status_and_stderr, text,
};
use serde_json::{Value, json};

/// Four codes. The line without a timestamp has the time of the line before it.
const LOG: &str = "\
2026-11-24 10:00:00.000 imsdk start
2026-11-24 10:00:01.000 imsdk login failed, code:6206
2026-11-24 10:30:00.000 imsdk group failed, code:10013
  at Group.join, imsdk error_code:6707
2026-11-24 11:00:00.000 imsdk login failed, code:6206
2026-11-24 12:00:00.000 imsdk send failed, error_code:70107
";

fn stats(folder: &Path, zone: &str, args: &[&str]) -> Value {
    let output =
        binary(folder).env("TZ", zone).args(["stats", "--format", "json"]).args(args).finish();
    assert_eq!(status_and_stderr(&output), (Some(0), String::new()), "{args:?}");
    serde_json::from_slice(&output.stdout).expect("this is JSON")
}

/// For each code: the count, the first and last line, the earliest and latest time.
fn codes(stats: &Value) -> Value {
    let codes = stats["codes"].as_array().expect("codes are an array").iter();
    let keys = ["code", "count", "first_line", "last_line", "earliest", "latest"];
    codes.map(|code| keys.iter().map(|&key| code[key].clone()).collect::<Value>()).collect()
}

#[test]
fn an_annotated_log_gives_the_counts_of_the_original() {
    let folder = folder(&[("log", "{\"msg\":\"imsdk code:6206\"}\nimsdk code:6014\n")]);
    let plain = codes(&stats(folder.path(), "UTC", &["log"]));
    for args in [&[][..], &["--json-key", "tim"]] {
        let annotated = run(&[args, &["log"]].concat(), folder.path()).stdout;
        std::fs::write(folder.path().join("annotated"), annotated).expect("the folder is writable");
        assert_eq!(
            codes(&stats(folder.path(), "UTC", &[args, &["annotated"]].concat())),
            plain,
            "{args:?}"
        );
    }
}

#[test]
fn times_before_2001_are_ignored() {
    let log = "2026-11-24 10:00:00 imsdk code:6206\n1970-01-01 00:00:07 imsdk code:6206\n2026-11-24 10:00:01 imsdk code:6206\n";
    let folder = folder(&[("log", log)]);
    let report = stats(folder.path(), "UTC", &["log"]);
    assert_eq!(
        codes(&report),
        json!([[6206, 3, 1, 3, "2026-11-24T10:00:00.000", "2026-11-24T10:00:01.000"]])
    );
    // Such a line has the time of the line before it.
    let output = run(&["-c", "--until", "2026-11-24 10:00:01", "log"], folder.path());
    assert_eq!(text(&output.stdout), "2\n");
}

#[test]
fn counts_files_and_intervals_of_a_log() {
    let folder = folder(&[("a.log", LOG), ("b.log", LINE), ("c.log", "nothing\n")]);
    let report = stats(folder.path(), "UTC", &["--unknown", "a.log", "b.log", "c.log"]);
    let wanted = json!([
        [6206, 3, 2, 1, "2026-11-24T10:00:01.000", "2026-11-24T11:00:00.000"],
        [70107, 1, 6, 6, "2026-11-24T12:00:00.000", "2026-11-24T12:00:00.000"],
        [6707, 1, 4, 4, null, null],
        [10013, 1, 3, 3, "2026-11-24T10:30:00.000", "2026-11-24T10:30:00.000"],
    ]);
    assert_eq!(codes(&report), wanted);
    let totals: Value = ["files", "lines", "bytes", "matched_lines", "matches", "uncounted"]
        .map(|key| report[key].clone())
        .into_iter()
        .collect();
    assert_eq!(totals, json!([3, 8, LOG.len() + LINE.len() + 8, 6, 6, 0]));
    let files: Value = report["file_counts"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|file| json!([file["file"], file["count"]]))
        .collect();
    assert_eq!(files, json!([["a.log", 5], ["b.log", 1]]));
    let histogram = &report["histogram"];
    let sum = |key: &str| {
        histogram["intervals"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|one| one[key].as_u64().unwrap_or(0))
            .sum::<u64>()
    };
    assert_eq!((sum("errors"), sum("others"), &histogram["timeless"]), (3, 1, &json!(2)));
    // The other formats have the same counts.
    let table =
        text(&run(&["stats", "--unknown", "a.log", "b.log", "c.log"], folder.path()).stdout);
    assert!(table.starts_with("6 findings of 4 codes in 8 lines of 3 files\n"), "{table}");
    let csv = text(&run(&["stats", "--unknown", "--format", "csv", "a.log"], folder.path()).stdout);
    assert!(
        csv.lines().count() == 5
            && csv
                .lines()
                .nth(1)
                .is_some_and(|line| line.starts_with("6206,") && line.contains(",2,40.000,")),
        "{csv}"
    );
}

#[test]
fn lines_without_a_time_belong_to_the_line_before() {
    let folder = folder(&[("a.log", LOG)]);
    let rows: [(&[&str], &[usize]); 5] = [
        (&["--since", "2026-11-24 10:30"], &[2, 3, 4, 5]),
        (&["--until", "2026-11-24 10:30"], &[0, 1]),
        (&["--since", "2026-11-24 10:00:01", "--until", "2026-11-24 11:00"], &[1, 2, 3]),
        (&["--since", "2026-11-25"], &[]),
        (&["--since", "2026-11-23", "--until", "2026-11-25"], &[0, 1, 2, 3, 4, 5]),
    ];
    for (args, wanted) in rows {
        let wanted: String = LOG
            .split_inclusive('\n')
            .enumerate()
            .filter(|(place, _)| wanted.contains(place))
            .map(|(_, line)| line)
            .collect();
        // No code matches, so the lines are printed unchanged.
        let args = [args, &["--code", "1"]].concat();
        let output = run(&[&args[..], &["a.log"]].concat(), folder.path());
        assert_eq!(
            (output.status.code(), text(&output.stdout)),
            (Some(0), wanted.clone()),
            "{args:?}"
        );
        assert_eq!(
            text(&run_with_stdin(&args, folder.path(), LOG.as_bytes()).stdout),
            wanted,
            "{args:?} of a stream"
        );
    }
}

/// Blocks for ever, and so fails the test run, if a line of the time range is held back.
#[test]
fn a_time_range_of_a_stream_is_printed_at_once() {
    let folder = folder(&[]);
    let args = ["--since", "2026-11-24 10:30"];
    let mut child = binary(folder.path()).args(args).stdin(Stdio::piped()).start();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for line in LOG.split_inclusive('\n') {
        stdin.write_all(line.as_bytes()).expect("the binary reads");
        if line.starts_with("2026-11-24 10:00") {
            continue;
        }
        let mut out = String::new();
        stdout.read_line(&mut out).expect("the binary writes");
        assert!(out.starts_with(line.trim_end()), "{out}");
    }
    drop(stdin);
    assert!(child.wait().expect("the binary ends").success());
}

#[test]
fn only_times_with_an_offset_depend_on_the_time_zone() {
    let offset = LOG.replace(".000 ", ".000Z ");
    let epoch =
        "1795514400 imsdk code:6206\n{\"ts\":1795514401.5,\"sdk\":\"imsdk\",\"code\":6206}\n";
    let folder = folder(&[("local", LOG), ("offset", &offset), ("epoch", epoch)]);
    let (utc, china) = ("UTC", "CST-8");
    let named = Path::new("/usr/share/zoneinfo/Asia/Shanghai").exists().then_some("Asia/Shanghai");
    for zone in [Some(china), named].into_iter().flatten() {
        assert_eq!(
            stats(folder.path(), utc, &["local"]),
            stats(folder.path(), zone, &["local"]),
            "{zone}"
        );
        for file in ["offset", "epoch"] {
            let (here, there) =
                (stats(folder.path(), utc, &[file]), stats(folder.path(), zone, &[file]));
            assert_eq!(here["matches"], there["matches"]);
            let earliest = |report: &Value| {
                report["codes"][0]["earliest"].as_str().unwrap_or_default().to_string()
            };
            let (here, there) = (earliest(&here), earliest(&there));
            assert!(
                here.starts_with("2026-11-24T10:00:0") && there.starts_with("2026-11-24T18:00:0"),
                "{file} {zone}: {here}, {there}"
            );
        }
        // A point in time with an offset is the same everywhere, one without is local.
        let count = |zone: &str, since: &str| {
            stats(folder.path(), zone, &["--since", since, "offset"])["matches"].clone()
        };
        assert_eq!(
            (count(utc, "2026-11-24T11:00Z"), count(zone, "2026-11-24T11:00Z")),
            (json!(2), json!(2)),
            "{zone}"
        );
        assert_eq!(
            (count(utc, "2026-11-24 19:00"), count(zone, "2026-11-24 19:00")),
            (json!(0), json!(2)),
            "{zone}"
        );
    }
}

/// A child process that has read and printed two lines and waits for more.
fn waiting(
    folder: &Path,
    args: &[&str],
) -> (Running, std::process::ChildStdin, BufReader<std::process::ChildStdout>, String) {
    let mut child = binary(folder).args(args).stdin(Stdio::piped()).start();
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
fn reports_are_written_when_a_signal_ends_a_waiting_stream() {
    for (signal, status) in ending_signals() {
        let folder = folder(&[]);
        let args = [
            "--summary",
            "--report",
            "json=a.json",
            "--report",
            "junit=a.xml",
            "--write-baseline",
            "base",
            "--fail-on",
            "error",
        ];
        let (child, _stdin, mut stdout, _) = waiting(folder.path(), &args);
        kill(&child, signal);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest is text");
        let (code, stderr) = status_and_stderr(&child.wait_with_output().expect("the binary ends"));
        assert_eq!((code, rest.as_str()), (Some(status), ""), "{stderr}");
        assert!(stderr.starts_with("1 finding of 1 code in 2 lines of 1 file\n"), "{stderr}");
        assert!(stderr.contains("\nimerr-annotate: gate: --fail-on error: 6206 "), "{stderr}");
        let report: Value =
            serde_json::from_str(&read(folder.path(), "a.json")).expect("this is JSON");
        assert_eq!(
            (&report["matches"], &report["lines"], &report["files"]),
            (&json!(1), &json!(2), &json!(1))
        );
        assert!(read(folder.path(), "a.xml").ends_with("</testsuites>\n"));
        assert!(
            stderr.contains("\nimerr-annotate: base: not written, ")
                && !folder.path().join("base").exists(),
            "{stderr}"
        );
    }
}

#[test]
fn a_signal_resumes_workflow_commands() {
    let folder = folder(&[]);
    let (child, _stdin, mut stdout, beginning) = waiting(folder.path(), &["--format", "github"]);
    kill(&child, "TERM");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("the rest is text");
    assert_eq!(child.wait_with_output().expect("the binary ends").status.code(), Some(143));
    let token = beginning
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("::stop-commands::"))
        .expect("commands are stopped");
    assert!(rest.starts_with(&format!("\n::{token}::\n::error title=6206 x1::")), "{rest}");
}

/// The input is larger than a pipe, so some of it was read before the signal.
#[test]
fn stats_prints_its_counts_when_a_signal_ends_it() {
    let folder = folder(&[]);
    let mut child = binary(folder.path()).arg("stats").stdin(Stdio::piped()).start();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(LINE.repeat(100_000).as_bytes()).expect("the binary reads");
    kill(&child, "TERM");
    let output = child.wait_with_output().expect("the binary ends");
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(143));
    assert!(
        report.contains(" findings of 1 code in ") && report.contains("6206  ERR_USER_SIG_EXPIRED"),
        "{report}"
    );
}
