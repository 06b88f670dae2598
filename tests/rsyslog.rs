//! `--format rsyslog` answers each line by one line of JSON, whatever the line is, and before it
//! waits for the next one.
#![cfg(unix)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use common::{Limited, binary, folder, run, run_with_stdin, status_and_output, text};
use imerr::input::LINE_LIMIT;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The answers, each of which must be JSON.
fn answers(output: &[u8]) -> Vec<Value> {
    let lines = output.split_inclusive(|&byte| byte == b'\n');
    lines.map(|line| serde_json::from_slice(line).expect("an answer is JSON")).collect()
}

fn count_lines(log: &[u8]) -> usize {
    log.split_inclusive(|&byte| byte == b'\n').count()
}

#[test]
fn each_line_is_answered_before_the_next_one_comes() {
    let folder = folder(&[]);
    let mut child = binary(folder.path())
        .args(["--format", "rsyslog", "--json-key", "im"])
        .stdin(Stdio::piped())
        .start();
    let mut input = child.stdin.take().expect("stdin is piped");
    let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
    // The first line is the beginning of a gzip file, which would be decompressed.
    let rows: [(&[u8], Value); 8] = [
        (b"\x1f\x8b\x08\0imsdk code:6206", json!(6206)),
        (b"", Value::Null),
        (b"\xff\xfen\0o\0t\0 UTF-16", Value::Null),
        (b"imsdk code:6206, x\r", json!(6206)),
        (b"\0\xff", Value::Null),
        (b"imsdk error_code:6707", Value::Null),
        (b"imsdk code:6206 [imerr 6206 sdk/account error: x -> y]", json!(6206)),
        (b"       \t^ imsdk code:6206 \t ", Value::Null),
    ];
    for (line, code) in rows {
        let answer = {
            input.write_all(&[line, b"\n"].concat()).expect("the program reads");
            let mut answer = Vec::new();
            output.read_until(b'\n', &mut answer).expect("the program answers");
            serde_json::from_slice::<Value>(&answer).expect("an answer is JSON")
        };
        assert_eq!(answer["$!"]["im"]["code"], code, "{}", line.escape_ascii());
        assert_eq!(answer == json!({}), code.is_null(), "{answer}");
    }
    input.write_all(b"imsdk code:70001").expect("the program reads");
    drop(input);
    let mut last = String::new();
    output.read_line(&mut last).expect("the program answers");
    assert!(last.starts_with("{\"$!\":{\"im\":{\"code\":70001,"), "{last}");
    assert_eq!(output.read_line(&mut last).expect("the program ends"), 0);
    assert!(child.wait().expect("the program ends").success());
}

#[test]
fn options_select_findings_but_no_lines() {
    let log = "imsdk code:6206\nret: 6206\nimsdk error_code:6707\nimsdk code:10010\n";
    let folder = folder(&[]);
    let rows: [(&[&str], [i64; 4]); 5] = [
        (&[], [6206, 0, 0, 10010]),
        (&["--min-confidence", "low"], [6206, 6206, 0, 10010]),
        (&["--min-confidence", "high", "--unknown"], [6206, 0, 6707, 10010]),
        (&["--severity", "error"], [6206, 0, 0, 0]),
        (&["--lang", "zh", "--code", "10010"], [0, 0, 0, 10010]),
    ];
    for (args, wanted) in rows {
        let args = [&["--format", "rsyslog"], args].concat();
        let output = run_with_stdin(&args, folder.path(), log.as_bytes());
        let codes: Vec<i64> = answers(&output.stdout)
            .iter()
            .map(|answer| answer["$!"]["imerr"]["code"].as_i64().unwrap_or(0))
            .collect();
        assert_eq!(codes, wanted, "{args:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout).contains("群组"), args.contains(&"zh"));
    }
}

#[test]
fn files_and_directories_are_answered_too() {
    let folder = folder(&[("logs/a.log", "a\nimsdk code:6206"), ("logs/b.log", "\n\n")]);
    let output = run(&["--format", "rsyslog", "logs"], folder.path());
    assert_eq!(answers(&output.stdout).len(), 4);
    assert_eq!(text(&output.stdout).matches("\"code\":6206").count(), 1);
    fs::write(folder.path().join("empty"), "").expect("the folder is writable");
    let output = run(&["--format", "rsyslog", "empty"], folder.path());
    assert_eq!(status_and_output(&output), (Some(0), String::new(), String::new()));
}

/// rsyslog gives a program one pipe for both streams, and takes the next line for the answer.
#[test]
fn no_message_counts_as_an_answer() {
    let folder = folder(&[(
        "own.toml",
        "system = \"sdk\"\n[[entry]]\ncode = 6206\ncategory = \"account\"\nkind = \"auth\"\n\
         severity = \"error\"\nmeaning = \"M.\"\nremedy = \"R.\"\nretry = \"never\"\n\
         status = \"current\"\n",
    )]);
    let args = ["--format", "rsyslog", "--catalog", "own.toml", "--code", "6206,999999"];
    let mut log = b"imsdk code:6206\n".to_vec();
    log.resize(LINE_LIMIT + 100, b'x');
    let apart = run_with_stdin(&args, folder.path(), &log);
    assert!(text(&apart.stderr).matches("\n").count() >= 2, "{}", text(&apart.stderr));
    let script = format!("exec \"$0\" {} 2>&1", args.join(" "));
    let together = binary_in_shell(&script, folder.path(), &log);
    assert_eq!(text(&together), text(&apart.stdout));
    assert_eq!(answers(&together).len(), 2);
}

/// The output of a script that starts the binary as `$0`.
fn binary_in_shell(script: &str, folder: &std::path::Path, stdin: &[u8]) -> Vec<u8> {
    let mut child = std::process::Command::new("/bin/sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_imerr-annotate")])
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .start();
    let mut pipe = child.stdin.take().expect("stdin is piped");
    pipe.write_all(stdin).expect("the program reads");
    drop(pipe);
    child.wait_with_output().expect("the program ends").stdout
}

/// Pieces of logs, some of them hostile.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let texts: [&[u8]; 14] = [
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"\xff",
        b"imsdk code:6206",
        b" error_code:70001 ",
        b"imsdk error_code:6707",
        b" [imerr 6206 sdk/account error: x -> y]",
        b"       \t^ x \t ",
        b"       \t \t\n",
        b"{\"imsdk code\":6206}",
        b"\x1b[00031m",
    ];
    prop_oneof![
        40 => proptest::sample::select(texts.map(<[u8]>::to_vec).to_vec()),
        10 => proptest::collection::vec(any::<u8>(), 0..20),
        1 => Just(vec![b'x'; LINE_LIMIT]),
        1 => Just(vec![0; LINE_LIMIT + 1]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The program runs for each case, so there are few.
    #[test]
    fn a_log_has_as_many_answers_as_lines(
        log in proptest::collection::vec(piece(), 0..40),
        is_file: bool,
    ) {
        let log = log.concat();
        let folder = folder(&[]);
        let output = if is_file && !is_decoded(&log) {
            fs::write(folder.path().join("log"), &log).expect("the folder is writable");
            run(&["--format", "rsyslog", "log"], folder.path())
        } else {
            run_with_stdin(&["--format", "rsyslog"], folder.path(), &log)
        };
        prop_assert_eq!(answers(&output.stdout).len(), count_lines(&log));
        prop_assert_eq!(output.status.code(), Some(0));
    }
}

/// Whether a file that begins like this may be no plain text.
fn is_decoded(log: &[u8]) -> bool {
    log.first().is_some_and(|first| !matches!(first, b' '..=b'~' | b'\n' | b'\r'))
}
