//! The binary with `stats`, `--since` and `--until`: counts, times, and what is reported when a
//! signal ends the run.
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use common::{
    ENDING_SIGNALS, LINE, Limited, Running, binary, folder, kill, read, run, run_with_stdin,
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
    let log = "2026-11-24 10:00:00 imsdk code:6206\n1970-01-01 00:00:07 imsdk \
        code:6206\n2026-11-24 10:00:01 imsdk code:6206\n";
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
fn times_of_two_zones_in_one_file_have_a_note() {
    let log = "2026-11-24 10:00:00 imsdk code:6206\n2026-11-24T02:00:01Z imsdk code:6206\n";
    let folder = folder(&[("mixed.log", log), ("local.log", LOG)]);
    let note = "note: mixed.log: times with and without an offset are hours apart; \
                TZ=Asia/Shanghai in front of the command is the zone of those without\n";
    for (zone, args, wanted) in [
        ("UTC", &["stats", "local.log", "mixed.log"][..], note),
        ("UTC", &["diagnose", "mixed.log"], note),
        ("UTC", &["--since", "2026-11-24 01:00", "mixed.log"], note),
        ("Asia/Shanghai", &["stats", "mixed.log"], ""),
        ("Asia/Shanghai", &["--since", "2026-11-24 01:00", "mixed.log"], ""),
        ("UTC", &["stats", "local.log"], ""),
        ("UTC", &["mixed.log"], ""),
    ] {
        let output = binary(folder.path()).env("TZ", zone).args(args).finish();
        assert_eq!(status_and_stderr(&output), (Some(0), wanted.to_string()), "{zone} {args:?}");
    }
}

#[test]
fn counts_files_and_intervals_of_a_log() {
    let folder = folder(&[("a.log", LOG), ("b.log", LINE), ("c.log", "nothing\n")]);
    let folder = folder.path();
    let report = stats(folder, "UTC", &["--unknown", "a.log", "b.log", "c.log"]);
    let wanted = json!([
        [6206, 3, 2, 1, "2026-11-24T10:00:01.000", "2026-11-24T11:00:00.000"],
        [70107, 1, 6, 6, "2026-11-24T12:00:00.000", "2026-11-24T12:00:00.000"],
        [6707, 1, 4, 4, "2026-11-24T10:30:00.000", "2026-11-24T10:30:00.000"],
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
    assert_eq!(
        (
            sum_of_intervals(histogram, "errors"),
            sum_of_intervals(histogram, "others"),
            &histogram["timeless"]
        ),
        (4, 1, &json!(1))
    );
    assert_eq!(histogram["times_from_line_before"], json!(1));
    let inherited = report["codes"].as_array().expect("an array").iter();
    let inherited: Vec<&Value> = inherited.map(|code| &code["times_from_line_before"]).collect();
    assert_eq!(inherited, [0, 0, 1, 0]);
    // The other formats have the same counts.
    let table = text(&run(&["stats", "--unknown", "a.log", "b.log", "c.log"], folder).stdout);
    assert!(table.starts_with("6 findings of 4 codes in 8 lines of 3 files\n"), "{table}");
    let csv = text(&run(&["stats", "--unknown", "--format", "csv", "a.log"], folder).stdout);
    assert!(
        csv.lines().count() == 5
            && csv
                .lines()
                .nth(1)
                .is_some_and(|line| line.starts_with("6206,") && line.contains(",2,40.000,")),
        "{csv}"
    );
}

fn sum_of_intervals(histogram: &Value, key: &str) -> u64 {
    histogram["intervals"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| one[key].as_u64().unwrap_or(0))
        .sum::<u64>()
}

#[test]
fn a_line_has_the_day_and_the_year_of_its_file() {
    let log = "Dec 30 22:00:00 host imsdk code:6206\n23:59:00 imsdk start\n\
               00:00:01 imsdk code:6206\n";
    let folder = folder(&[("log", log)]);
    let file = File::options().write(true).open(folder.path().join("log")).expect("it exists");
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_800_000);
    file.set_modified(written).expect("the file is writable");
    let report = stats(folder.path(), "UTC", &["log"]);
    let wanted = json!([[6206, 2, 1, 3, "2019-12-30T22:00:00.000", "2019-12-31T00:00:01.000"]]);
    assert_eq!(codes(&report), wanted);
    let output = run(&["--since", "2019-12-31", "--until", "2020-01-01", "log"], folder.path());
    assert!(text(&output.stdout).starts_with("00:00:01 imsdk code:6206 [imerr "));
}

/// A log of more than a mebibyte in all forms: clocks, days without a year, bodies with times.
fn mixed_log() -> String {
    let mut log = String::from("13/02/2026 10:00:00 imsdk start\n");
    for line in 0..20_000_u32 {
        let (hour, second) = (line / 1000, line % 60);
        let code = if line % 7 == 0 { "imsdk code:6206" } else { "imsdk" };
        log += &match line / 30 % 6 {
            0 => format!("14/02/2026 {hour:02}:00:{second:02} {code}\n"),
            1 => format!("02-15 {hour:02}:01:{second:02}.123 {code}\n"),
            2 => format!("{:02}:02:{second:02}.5 {code} after midnight\n", hour % 12),
            3 => format!("timestamp:1376999419 {code}\n"),
            4 => format!("{{\"time\":\"2026-02-16T{hour:02}:00:00Z\",\"msg\":\"{code}\"}}\n"),
            _ => format!("    at {code} {}\n", "x".repeat(line as usize % 300)),
        };
    }
    log
}

#[test]
fn times_depend_on_neither_threads_nor_blocks() {
    let log = mixed_log();
    assert!(log.len() > 1 << 20);
    let folder = folder(&[("log", &log)]);
    let folder = folder.path();
    let one = counts(folder, &["-j1", "log"]);
    assert_eq!(one, counts(folder, &["-j3", "log"]));
    assert!(one.1["times_from_line_before"].as_u64() > Some(100));
    // What lies between two times is the same as what is counted between them.
    let (since, until) = ("2026-02-15 06:00", "2026-02-16 02:00");
    let between = counts(folder, &["log", "--since", since, "--until", until]);
    let intervals = one.1["intervals"].as_array().expect("an array");
    let mut expected = 0;
    for interval in intervals {
        let start = interval["start"].as_str().expect("a time").replace('T', " ");
        if (since..until).contains(&start.as_str()) {
            expected += interval["errors"].as_u64().expect("a number");
        }
    }
    assert_eq!(one.1["interval_ms"].as_u64().map(|width| 3_600_000 % width), Some(0));
    assert_eq!(between.2, json!(expected));
    // A stream comes in other blocks.
    let args = ["stats", "--format", "json", "-"];
    let output = run_with_stdin(&args, folder, log.as_bytes());
    let mut report: Value = serde_json::from_slice(&output.stdout).expect("this is JSON");
    assert_eq!(report["histogram"].take(), one.1);
}

fn counts(folder: &Path, args: &[&str]) -> (Value, Value, Value) {
    let mut report = stats(folder, "UTC", args);
    (codes(&report), report["histogram"].take(), report["matches"].take())
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
    let folder = folder.path();
    let utc = "UTC";
    for zone in ["CST-8", "Asia/Shanghai"] {
        assert_eq!(stats(folder, utc, &["local"]), stats(folder, zone, &["local"]), "{zone}");
        for file in ["offset", "epoch"] {
            let (here, there) = (stats(folder, utc, &[file]), stats(folder, zone, &[file]));
            assert_eq!(here["matches"], there["matches"]);
            fn earliest(report: &Value) -> String {
                report["codes"][0]["earliest"].as_str().unwrap_or_default().to_string()
            }
            let (here, there) = (earliest(&here), earliest(&there));
            assert!(
                here.starts_with("2026-11-24T10:00:0") && there.starts_with("2026-11-24T18:00:0"),
                "{file} {zone}: {here}, {there}"
            );
        }
        // A point in time with an offset is the same everywhere, one without is local.
        assert_eq!(
            (
                matches_since(folder, utc, "2026-11-24T11:00Z"),
                matches_since(folder, zone, "2026-11-24T11:00Z")
            ),
            (json!(2), json!(2)),
            "{zone}"
        );
        assert_eq!(
            (
                matches_since(folder, utc, "2026-11-24 19:00"),
                matches_since(folder, zone, "2026-11-24 19:00")
            ),
            (json!(0), json!(2)),
            "{zone}"
        );
    }
}

/// In UTC, the range would have no line, and the gate would pass.
#[test]
fn a_time_range_needs_the_time_zone_that_is_named() {
    let folder = folder(&[("offset", "2026-11-30T02:00:00Z imsdk code:6206\n")]);
    let gate = ["--count", "--since", "2026-11-30 09:30", "--fail-on", "error", "offset"];
    let in_zone =
        |zone: &str, args: &[&str]| binary(folder.path()).env("TZ", zone).args(args).finish();
    let output = in_zone("Asia/Shanghai", &gate);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), "1\n".into()));

    let cause = "TZ: 'Nowhere/City' is not a time zone; use a name such as Asia/Shanghai";
    let cause_zh = "TZ：“Nowhere/City”不是时区；应使用 Asia/Shanghai 这样的名称";
    let wrong = |args: &[&str]| status_and_stderr(&in_zone("Nowhere/City", args));
    assert_eq!(wrong(&gate), (Some(2), format!("error: {cause}\n")));
    let chinese = [&gate[..], &["--lang", "zh"]].concat();
    assert_eq!(wrong(&chinese), (Some(2), format!("出错：{cause_zh}\n")));

    // Without a range, times are only shown.
    let warning = format!("warning: {cause}; times are in UTC\n");
    assert_eq!(wrong(&["stats", "offset"]), (Some(0), warning));
    let warning = format!("注意：{cause_zh}；时间按 UTC 计算\n");
    assert_eq!(wrong(&["stats", "--lang", "zh", "offset"]), (Some(0), warning));
    assert_eq!(wrong(&["offset"]), (Some(0), String::new()));
}

fn matches_since(folder: &Path, zone: &str, since: &str) -> Value {
    stats(folder, zone, &["--since", since, "offset"])["matches"].clone()
}

#[test]
fn the_table_can_be_sorted_and_shortened() {
    let folder = folder(&[("a.log", LOG)]);
    let folder = folder.path();
    let all = table_of(folder, &[]);
    assert!(all.starts_with("4 findings of 3 codes in 6 lines of 1 file\n3 errors, 1 "), "{all}");
    assert_eq!(table_of(folder, &["--top", "all", "--sort", "severity"]), all);
    let top = table_of(folder, &["--top", "1"]);
    assert!(top.contains("\nthe worst of 3 problems\n"), "{top}");
    let rest = "and 2 more problems, with 2 findings; --top all lists them\n";
    assert!(top.contains(rest) && !top.contains("10013"), "{top}");
    let first = table_of(folder, &["--top", "2", "--sort", "first"]);
    assert!(first.contains("10013") && !first.contains("70107"), "{first}");
    for option in [["--top", "1"], ["--sort", "count"]] {
        let args = [&["stats", "--format", "json", "a.log"][..], &option].concat();
        let (status, stderr) = status_and_stderr(&run(&args, folder));
        assert!(status == Some(2) && stderr.contains(option[0]), "{stderr}");
    }
}

fn table_of(folder: &Path, args: &[&str]) -> String {
    let output = run(&[&["stats", "a.log"], args].concat(), folder);
    assert_eq!(status_and_stderr(&output), (Some(0), String::new()), "{args:?}");
    text(&output.stdout)
}

#[test]
fn no_document_is_written_if_nothing_can_be_read() {
    let folder = folder(&[("a.log", LOG), ("a.7z", "")]);
    let seven_zip = b"7z\xbc\xaf\x27\x1c\x00\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    fs::write(folder.path().join("a.7z"), seven_zip).expect("the file exists");
    let commands: [&[&str]; 12] = [
        &["diagnose"],
        &["diagnose", "--format", "json"],
        &["diagnose", "--format", "markdown"],
        &["stats"],
        &["stats", "--format", "json"],
        &["stats", "--format", "csv"],
        &["stats", "--format", "markdown"],
        &["--format", "sarif"],
        &["--format", "junit"],
        &["--format", "gitlab"],
        &["--only", "--summary"],
        &["--quiet", "--summary"],
    ];
    for args in commands {
        for input in ["a.7z", "missing.log"] {
            let output = run(&[args, &[input]].concat(), folder.path());
            let (status, stderr) = status_and_stderr(&output);
            assert_eq!((status, text(&output.stdout).as_str()), (Some(2), ""), "{args:?} {input}");
            let is_error = stderr.starts_with(&format!("error: {input}: "));
            assert!(is_error && stderr.lines().count() == 1, "{args:?}: {stderr}");
        }
        let output = run(&[args, &["a.7z", "a.log"]].concat(), folder.path());
        let (status, stderr) = status_and_stderr(&output);
        assert!(status == Some(2) && text(&output.stdout).len() + stderr.len() > 100, "{args:?}");
    }
    let files = ["--report", "html=r.html", "--report", "sarif=r.sarif"];
    let args = [&["diagnose", "--bundle", "b.zip"], &files[..], &["a.7z"]].concat();
    let (status, stderr) = status_and_stderr(&run(&args, folder.path()));
    assert_eq!(status, Some(2), "{stderr}");
    for file in ["r.html", "r.sarif", "b.zip"] {
        let warning = format!("\nwarning: {file}: not written, since not everything was read\n");
        assert!(stderr.contains(&warning) && !folder.path().join(file).exists(), "{stderr}");
    }
}

#[test]
fn codes_that_the_filters_reject_are_counted() {
    let long = format!("imsdk code:6206 {}\n", "x".repeat(2 << 20));
    let early = format!("2026-11-24 10:00:00 {long}");
    let folder = folder(&[("a.log", LOG), ("long.log", &long), ("early.log", &early)]);
    let rows: [(&[&str], &str); 8] = [
        (
            &["--since", "2027-01-01", "early.log"],
            "No line is in the time range (since 2027-01-01 00:00:00), out of 1 line of 1 file; \
             the lines outside of it are from 2026-11-24 10:00:00 to 2026-11-24 10:00:00\n",
        ),
        (
            &["--severity", "fatal", "a.log"],
            "4 findings in 6 lines of 1 file, none passes the filters\n",
        ),
        (
            &["--severity", "fatal", "-j3", "a.log"],
            "4 findings in 6 lines of 1 file, none passes the filters\n",
        ),
        (
            &["--code", "6208", "long.log"],
            "1 finding in 1 line of 1 file, none passes the filters\n",
        ),
        (
            &["--since", "2027-01-01", "a.log"],
            "No line is in the time range (since 2027-01-01 00:00:00), out of 6 lines of 1 file; \
             the lines outside of it are from 2026-11-24 10:00:00 to 2026-11-24 12:00:00\n",
        ),
        (
            &["--until", "2026-11-24 10:00:01", "a.log"],
            "No error codes found in 1 line in the time range (until 2026-11-24 10:00:01), out of \
             6 lines of 1 file; the lines outside of it are from 2026-11-24 10:00:01 to \
             2026-11-24 12:00:00\n",
        ),
        (
            &["--until", "2026-11-24 10:00:02", "--severity", "fatal", "a.log"],
            "1 finding in 6 lines of 1 file, none passes the filters\n",
        ),
        (
            &["--unknown", "--code", "6708", "a.log"],
            "4 findings in 6 lines of 1 file, none passes the filters\n",
        ),
    ];
    for (args, wanted) in rows {
        let output = run(&[&["stats"], args].concat(), folder.path());
        // A code that no catalog knows is named on standard error.
        assert_eq!(text(&output.stdout).replace('\n', " ").trim(), wanted.trim(), "{args:?}");
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
    for (signal, status) in ENDING_SIGNALS {
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
        assert!(
            stderr.starts_with("1 finding of 1 code in 2 lines of 1 file\n1 error\n"),
            "{stderr}"
        );
        assert!(stderr.contains("\nerror: --fail-on error: found 6206 "), "{stderr}");
        let report: Value =
            serde_json::from_str(&read(folder.path(), "a.json")).expect("this is JSON");
        assert_eq!(
            (&report["matches"], &report["lines"], &report["files"]),
            (&json!(1), &json!(2), &json!(1))
        );
        assert!(read(folder.path(), "a.xml").ends_with("</testsuites>\n"));
        assert!(
            stderr.contains("\nwarning: base: not written, ")
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
    assert!(
        rest.starts_with(&format!("\n::{token}::\n::error title=6206 ERR_USER_SIG_EXPIRED x1::")),
        "{rest}"
    );
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

#[test]
fn further_causes_are_counted() {
    let logs = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs");
    let names = ["electron.log", "mixed-traps.log", "native-v3.log", "demo.log"];
    let printed = |lang| {
        let options = ["stats", "--by-cause", "--lang", lang];
        text(&run(&[&options[..], &names].concat(), &logs).stdout)
    };
    let english = printed("en").replace('\n', " ");
    assert!(english.contains("; and ") && english.contains(" more; imerr-annotate"), "{english}");
    assert!(printed("zh").contains("；另有"), "{}", printed("zh"));
}

#[test]
fn causes_are_named_where_they_are_asked_for() {
    let log = "2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|x\n\
               2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|not login\n\
               2024-05-09 12:51:41.046 E 7325-7398 imsdk: |error code:10014|full\n";
    let folder = folder(&[("app.log", log)]);
    let folder = folder.path();
    let wanted = "Causes: The UserSig expired (2 of 3 findings); imerr-annotate diagnose has the \
                  details\n";
    assert_eq!(stats_text(folder, &["--by-cause"]).split_inclusive('\n').nth(2), Some(wanted));
    assert!(
        stats_text(folder, &["--by-cause", "--lang", "zh"])
            .contains("原因：UserSig 已过期（3处报错中的2处）；")
    );
    assert!(!stats_text(folder, &[]).contains("Causes: "));
    let json = stats_text(folder, &["--by-cause", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["explained_by"][0]["cause"], "usersig-expired");
    assert_eq!(json["explained_by"][0]["count"], 2);
    assert!(!stats_text(folder, &["--format", "json"]).contains("explained_by"));
}

fn stats_text(folder: &Path, args: &[&str]) -> String {
    text(&run(&[&["stats"], args, &["app.log"]].concat(), folder).stdout)
}

#[test]
fn the_table_and_the_verdict_name_the_same_first() {
    let expired = "2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|x\n";
    let follows = "2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|not login\n";
    let suspended = "2024-05-09 12:51:41.046 E 7325-7398 imsdk: |error code:6256|suspended\n";
    let full = "2024-05-09 12:51:42.046 E 7325-7398 imsdk: |error code:10014|full\n";
    let folder = folder(&[
        ("main.log", &[expired, follows, follows, suspended].concat()),
        ("little.log", &[expired, full, full, suspended].concat()),
    ]);
    let out = |args: &[&str]| text(&run(&[&["stats"], args].concat(), folder.path()).stdout);
    // The codes in the order of the table.
    fn codes(table: &str) -> Vec<&str> {
        let names = ["6206  ", "6256  ", "6014  ", "10014 "];
        let mut found: Vec<(usize, &str)> =
            names.iter().filter_map(|name| Some((table.find(name)?, name.trim()))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, name)| name).collect()
    }
    let main = out(&["--by-cause", "main.log"]);
    assert!(
        main.contains("\n3 problems: first that of the main cause, then the worst\n"),
        "{main}"
    );
    assert_eq!(codes(&main), ["6206", "6256", "6014"], "{main}");
    let first = out(&["--by-cause", "--top", "1", "main.log"]);
    let title = "\n1 of 3 problems: first that of the main cause, then the worst\n";
    assert!(first.contains(title) && codes(&first) == ["6206"], "{first}");
    let chinese = out(&["--by-cause", "--lang", "zh", "main.log"]);
    assert!(chinese.contains("\n3个问题：先是主要原因对应的，再是最严重的\n"), "{chinese}");
    // Without a diagnosis, and in another order, nothing leads.
    assert_eq!(codes(&out(&["main.log"])), ["6256", "6014", "6206"]);
    assert_eq!(codes(&out(&["--by-cause", "--sort", "count", "main.log"]))[0], "6014");
    // A cause of few findings is not the answer.
    let little = out(&["--by-cause", "little.log"]);
    assert!(
        little.contains("\nCauses are known for only 1 of 4 findings: The UserSig expired (1);")
    );
    assert_eq!(codes(&little), ["6256", "6206", "10014"], "{little}");
    let chinese = out(&["--by-cause", "--lang", "zh", "little.log"]);
    assert!(
        chinese.contains("\n4处报错中只有1处找到已知原因：UserSig 已过期（1处）；"),
        "{chinese}"
    );
}
