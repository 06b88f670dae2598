//! Memory stays bounded: the real binary under a limit of its address space.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{folder, text};

/// Runs the binary with at most so many MiB of memory. None, with the reason printed, if the system
/// has no such limit.
fn run_within(mib: u64, args: &[&str], folder: &Path, stdin: &str) -> Option<Output> {
    let limit = format!("ulimit -v {}", mib << 10);
    let supported = Command::new("/bin/sh").args(["-c", &limit]).status();
    if !supported.is_ok_and(|status| status.success()) {
        println!("skipped: {limit} does not work here");
        return None;
    }
    let script = format!("{limit}; exec \"$0\" \"$@\" < {stdin}");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_imerr-annotate")]).args(args);
    // Each arena of the allocator would reserve 64 MiB of addresses that it does not use.
    command.env_clear().env("MALLOC_ARENA_MAX", "1").current_dir(folder);
    Some(command.output().expect("there is a shell"))
}

fn succeeds_within(mib: u64, args: &[&str], folder: &Path) {
    let Some(output) = run_within(mib, args, folder, "/dev/null") else { return };
    assert!(output.status.success(), "{args:?} within {mib} MiB: {}", text(&output.stderr));
    assert!(!output.stdout.is_empty(), "{args:?}");
}

#[test]
fn a_line_full_of_codes_takes_little_memory_in_every_format() {
    let line = "imsdk code:6206 ".repeat(16 << 10);
    let folder = folder(&[("log", &line)]);
    for format in [
        "auto", "append", "below", "inline", "json", "logfmt", "jsonl", "csv", "rdjsonl",
        "rsyslog", "sarif",
    ] {
        succeeds_within(160, &["--format", format, "-j1", "log"], folder.path());
    }
}

/// The memory that a run may take on so many threads, in MiB, and the addresses that take no
/// memory: of the program, its libraries, and 2 MiB of stack for each thread.
fn documented_limit(threads: u64) -> u64 {
    32 + 16 * threads + 24 + 2 * threads
}

#[test]
fn logs_full_of_codes_take_little_memory_on_many_threads() {
    let long = format!("{}\n", "code:6206 ".repeat(100_000)).repeat(4);
    let short = "err:6206\n".repeat(300_000);
    let folder = folder(&[("long", &long), ("short", &short)]);
    for format in [
        "append", "below", "inline", "logfmt", "json", "jsonl", "csv", "rdjsonl", "rsyslog",
        "sarif", "junit", "markdown", "gitlab",
    ] {
        succeeds_within(documented_limit(8), &["--format", format, "-j8", "short"], folder.path());
    }
    for format in ["append", "jsonl", "csv"] {
        succeeds_within(documented_limit(8), &["--format", format, "-j8", "long"], folder.path());
    }
    for log in ["long", "short"] {
        succeeds_within(documented_limit(8), &["stats", "-j8", log], folder.path());
        succeeds_within(documented_limit(2), &["--format", "jsonl", "-j2", log], folder.path());
    }
}

#[test]
fn a_diagnosis_of_many_sessions_takes_little_memory() {
    let mut log = String::new();
    for round in 0..8 {
        for process in 0..20_000 {
            let time = format!("2024-05-09 12:{:02}:{:02}.000", round * 5, process / 400);
            log += &format!("{time} E {process}-1 imsdk: |Login failed|error_code:6206|\n");
            log += &format!("{time} E {process}-1 imsdk: |error code:6014|not login\n");
        }
    }
    let folder = folder(&[("log", &log)]);
    for format in ["text", "json", "markdown"] {
        let args = ["diagnose", "--format", format, "--bundle", "out.zip", "-j2", "log"];
        succeeds_within(documented_limit(2), &args, folder.path());
    }
}

#[test]
fn fewer_threads_run_where_there_is_memory_for_fewer() {
    let folder = folder(&[("log", &"imsdk code:6206, x\n".repeat(300_000))]);
    let Some(one) = run_within(400, &["-j1", "log"], folder.path(), "/dev/null") else { return };
    let Some(many) = run_within(195, &["-j64", "log"], folder.path(), "/dev/null") else { return };
    assert_eq!(many.status.code(), Some(0), "{}", text(&many.stderr));
    assert!(many.stdout == one.stdout, "{}", text(&many.stderr));
    let stderr = text(&many.stderr);
    assert!(stderr.contains("cannot start more threads: "), "{stderr}");
    assert!(stderr.contains("; going on with "), "{stderr}");
}

#[test]
fn files_without_end_are_refused_with_their_limit() {
    let folder = folder(&[("log", "imsdk code:6206\n"), ("empty", "")]);
    let zero = "/dev/zero";
    let large = "is larger than 32 MiB, the limit for";
    let rows: [(&[&str], &str); 5] = [
        (&["--catalog", zero, "log"], large),
        (&["check-catalog", zero], large),
        (&["--baseline", zero, "--fail-on", "error", "log"], large),
        (&["--config", zero, "log"], "is larger than 1 MiB, the limit for a config file"),
        (&["--files-from", zero], "has more than 2000000 names, the limit for a list"),
    ];
    for (args, cause) in rows {
        let Some(output) = run_within(200, args, folder.path(), "/dev/null") else { return };
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.starts_with(&format!("error: {zero}: {cause}")), "{stderr}");
        assert!(stderr.contains("; "), "it says what to do: {stderr}");
    }
}

#[test]
fn a_list_with_a_very_long_name_is_refused() {
    let folder = folder(&[("list", &"a".repeat(100_000))]);
    let Some(output) = run_within(200, &["--files-from", "list"], folder.path(), "/dev/null")
    else {
        return;
    };
    let wanted = "error: list: name 1 has more than 65536 bytes, the limit for a name; ";
    assert!(text(&output.stderr).starts_with(wanted), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn explain_line_reads_no_more_of_a_line_than_a_run_searches() {
    let line = format!("imsdk code:6206 {}\nimsdk code:70001\n", "x".repeat(64 << 20));
    let folder = folder(&[]);
    fs::write(folder.path().join("long"), line).expect("the folder is writable");
    let Some(output) = run_within(120, &["explain-line"], folder.path(), "long") else { return };
    let stdout = text(&output.stdout);
    assert!(stdout.contains("6206: high") && stdout.contains("70001: high"), "{}", stdout.len());
    assert_eq!(
        text(&output.stderr),
        "warning: standard input: line 1 is longer than 1048576 bytes; only its beginning \
            is explained\n"
    );
}

#[test]
fn explanations_of_a_line_full_of_codes_are_not_the_square_of_its_length() {
    let line = "imsdk code:6206 ".repeat(10_000);
    let folder = folder(&[("long", &line)]);
    let Some(output) = run_within(120, &["explain-line"], folder.path(), "long") else { return };
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stdout.len() < 20 << 20, "{}", output.stdout.len());
    assert!(text(&output.stdout).contains("  at byte 159996 of the line:\n"));
}
