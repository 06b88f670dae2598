//! Signals that end the real binary, or do not.

use super::*;

#[test]
fn a_signal_ends_a_stream_after_all_complete_lines() {
    for (signal, status) in ENDING_SIGNALS {
        let mut child = streaming(&[]);
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        stdin.write_all(b"imsdk code:6206\nhalf a line").expect("the binary reads");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the binary writes");
        kill(&child, signal);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest is text");
        assert!(line.contains("[imerr 6206 ") && rest.is_empty(), "{line}{rest}");
        assert_eq!(child.wait().expect("the binary ends").code(), Some(status));
    }
}

/// As in the background of a script, and under `nohup`. Only Linux shows which signals are ignored.
#[cfg(target_os = "linux")]
#[test]
fn signals_ignored_at_the_start_stay_ignored() {
    for signal in ["INT", "HUP"] {
        let script = format!("trap '' {signal}; exec \"$0\"");
        let mut child = Command::new("/bin/sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_imerr-annotate")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .start();
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        for _ in 0..2 {
            stdin.write_all(LINE.as_bytes()).expect("the binary reads");
            let mut line = String::new();
            stdout.read_line(&mut line).expect("the binary writes");
            assert!(line.contains("[imerr 6206 "), "{signal}: {line}");
            kill(&child, signal);
        }
        drop(stdin);
        assert!(child.wait().expect("the binary ends").success(), "{signal}");
    }
}

/// The output has no reader, so the process waits for it until the signal.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_the_wait_for_a_non_blocking_output() {
    let folder = folder(&[("log", &LINE.repeat(20_000))]);
    let (_reader, output) = std::io::pipe().expect("the system has pipes");
    set_non_blocking(&output);
    let mut child = binary(folder.path()).arg("log").stdout(output).start();
    let status = format!("/proc/{}/status", child.id());
    wait_until("a handler of SIGTERM", || {
        let status = fs::read_to_string(&status).expect("the process has not ended");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        caught.is_some_and(|mask| mask >> 14 & 1 == 1)
    });
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("the binary ends").code(), Some(143));
}

#[test]
fn a_signal_ends_records_with_a_summary() {
    let commands: [&[&str]; 2] =
        [&["--format", "jsonl"], &["--format", "jsonl", "--fail-on", "error"]];
    for args in commands {
        let mut child = streaming(args);
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        stdin.write_all(format!("{LINE}plain\nhalf a line").as_bytes()).expect("the binary reads");
        let mut records = String::new();
        while !records.contains("\"match\"") {
            assert!(stdout.read_line(&mut records).expect("the binary writes") > 0, "{records}");
        }
        kill(&child, "TERM");
        stdout.read_to_string(&mut records).expect("the rest is text");
        let last = "{\"type\":\"summary\",\"schema_version\":1,\"files\":1,\"bytes\":28,\"lines\":2,\"matched_lines\":1,\"matches\":1}";
        assert_eq!((records.lines().count(), records.lines().last()), (3, Some(last)), "{records}");
        assert_eq!(child.wait().expect("the binary ends").code(), Some(143));
    }
}
