//! The binary with gates and baselines: exit statuses, messages, and reports that do not depend on
//! how the run works.

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use common::{LINE, Limited, binary, folder, read, run, status_and_output, status_and_stderr};

/// The beginning of the message about [`LOG`].
const MESSAGE: &str = "error: --fail-on error: found 6206 ERR_USER_SIG_EXPIRED (sdk/account error)";

/// Two errors of one code, a warning, an unknown code and a fatal one.
const LOG: &str =
    "imsdk code:6206\nimsdk code:8020\nimsdk error_code:6707\nimsdk code:6206\nimsdk code:-10112\n";

#[test]
fn violations_are_reported_with_the_first_location() {
    let folder = folder(&[("log", LOG), ("warning", "imsdk code:8020\n"), ("plain", "nothing\n")]);
    let rows: [(&[&str], i32, &str); 16] = [
        (&["--fail-on", "error", "plain"], 0, ""),
        (&["--fail-on", "error", "warning"], 0, ""),
        (
            &["--fail-on", "warning", "warning"],
            1,
            "--fail-on warning: found 8020 ERR_SDK_INVALID_CANCEL_MESSAGE (sdk/message warning) once, \
                first at warning:1",
        ),
        (
            &["--fail-on", "info", "warning"],
            1,
            "--fail-on info: found 8020 ERR_SDK_INVALID_CANCEL_MESSAGE (sdk/message warning) once, \
                first at warning:1",
        ),
        (
            &["--fail-on", "fatal", "log"],
            1,
            "--fail-on fatal: found -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, \
                first at log:5",
        ),
        (
            &["--fail-on", "error", "log"],
            1,
            "--fail-on error: found -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, \
                first at log:5, and 1 other code",
        ),
        (
            &["--fail-on", "6206", "log"],
            1,
            "--fail-on: found 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 2 times, first at log:1",
        ),
        (
            &["--fail-on=-10112", "log"],
            1,
            "--fail-on: found -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, \
                first at log:5",
        ),
        (&["--fail-on", "6207,7000-7100", "log"], 0, ""),
        (
            &["--fail-on", "1-6205,6206..6300", "log"],
            1,
            "--fail-on: found 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 2 times, first at log:1",
        ),
        (
            &["--fail-on", "unknown", "log"],
            1,
            "--fail-on unknown: found 6707 (unknown) once, first at log:3",
        ),
        (&["--fail-on", "unknown", "warning"], 0, ""),
        (&["--max-errors", "3", "log"], 0, ""),
        (
            &["--max-errors", "2", "log"],
            1,
            "--max-errors 2: found 3 errors: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access \
                fatal) once, first at log:5, and 1 other code",
        ),
        (&["--max-errors", "0", "warning"], 0, ""),
        // Findings that are filtered out violate nothing.
        (&["--fail-on", "error", "--code", "8020", "log"], 0, ""),
    ];
    for (args, status, wanted) in rows {
        let wanted = if wanted.is_empty() { String::new() } else { format!("error: {wanted}\n") };
        assert_eq!(
            status_and_stderr(&run(args, folder.path())),
            (Some(status), wanted.clone()),
            "{args:?}"
        );
        let stats = [&["stats"], args].concat();
        assert_eq!(
            status_and_stderr(&run(&stats, folder.path())),
            (Some(status), wanted),
            "{stats:?}"
        );
    }
}

#[test]
fn an_unknown_code_counts_as_an_error_for_gates_and_reports() {
    let folder = folder(&[("log", "imsdk error_code:6707\n")]);
    let found = "6707 (unknown) once, first at log:1";
    let rows: [(&[&str], String); 5] = [
        (&["--fail-on", "error"], format!("--fail-on error: found {found}")),
        (&["--fail-on", "warning"], format!("--fail-on warning: found {found}")),
        (&["--max-errors", "0"], format!("--max-errors 0: found 1 error: {found}")),
        (&["--fail-on", "fatal"], String::new()),
        (&["--max-errors", "1"], String::new()),
    ];
    for (gate, wanted) in rows {
        let args = [&["--unknown", "--report", "junit=j.xml"], gate, &["log"]].concat();
        let (status, message) = status_and_stderr(&run(&args, folder.path()));
        if wanted.is_empty() {
            assert_eq!((status, message.as_str()), (Some(0), ""), "{gate:?}");
        } else {
            let wanted = format!("error: {wanted}\n");
            assert_eq!((status, message), (Some(1), wanted), "{gate:?}");
        }
        assert!(read(folder.path(), "j.xml").contains("failures=\"1\""), "{gate:?}");
        // Without --unknown, the code is not found at all.
        let args = [&["--report", "junit=j.xml"], gate, &["log"]].concat();
        assert_eq!(
            status_and_stderr(&run(&args, folder.path())),
            (Some(0), String::new()),
            "{gate:?}"
        );
        assert!(read(folder.path(), "j.xml").contains("failures=\"0\""), "{gate:?}");
    }
}

#[test]
fn a_code_after_any_number_of_others_is_found() {
    // More codes than there are rows for, on enough bytes for several threads.
    let line = |code: usize| format!("imsdk error_code:{code} {}\n", "x".repeat(100));
    let many: String = (300_000..311_000).map(line).collect();
    let log = format!("{many}{}", line(7_654_321));
    let folder = folder(&[("logs/a", &log), ("logs/b", &many), ("logs/c", &line(7_654_322))]);
    fn wanted(code: usize, file: &str, line: usize) -> String {
        format!(
            "error: --fail-on: found {code} (unknown) once, first at \
                logs/{file}:{line}\n"
        )
    }
    for threads in ["1", "4"] {
        for (code, file, number) in [(7_654_321, "a", 11_001), (7_654_322, "c", 1)] {
            let code_text = code.to_string();
            let output = format!("out/{threads}/{code}");
            for more in
                [&["--format", "jsonl"][..], &["--unknown", "-q"], &["--unknown", "-o", &output]]
            {
                let args = [&["-r", "-j", threads, "--fail-on", &code_text, "logs"], more].concat();
                assert_eq!(
                    status_and_stderr(&run(&args, folder.path())),
                    (Some(1), wanted(code, file, number)),
                    "{args:?}"
                );
            }
        }
    }
}

#[test]
fn a_new_code_after_any_number_of_baseline_codes_is_found() {
    let many: String =
        (300_000..311_000).map(|code| format!("imsdk error_code:{code}\n")).collect();
    let folder = folder(&[("old", &many), ("new", &format!("{many}imsdk error_code:7654321\n"))]);
    let folder = folder.path();
    assert_eq!(
        status_and_stderr(&run(&["-q", "--unknown", "--write-baseline", "base", "old"], folder)),
        (Some(0), String::new())
    );
    assert_eq!(unknown_gate(folder, "old"), (Some(0), String::new()));
    let wanted = "error: --fail-on unknown: found 7654321 (unknown) once, first at new:11001\n";
    assert_eq!(unknown_gate(folder, "new"), (Some(1), wanted.to_string()));
}

fn unknown_gate(folder: &Path, file: &str) -> (Option<i32>, String) {
    status_and_stderr(&run(&["-q", "--fail-on", "unknown", "--baseline", "base", file], folder))
}

#[test]
fn each_violation_has_a_line() {
    let folder = folder(&[("log", LOG)]);
    let args = [
        "--fail-on",
        "fatal",
        "--fail-on",
        "8020",
        "--fail-on",
        "unknown",
        "--max-errors",
        "9",
        "log",
    ];
    let (status, stderr) = status_and_stderr(&run(&args, folder.path()));
    let options: Vec<&str> =
        stderr.lines().filter_map(|line| line.strip_prefix("error: ")?.split(':').next()).collect();
    assert_eq!(
        (status, options),
        (Some(1), vec!["--fail-on fatal", "--fail-on", "--fail-on unknown"]),
        "{stderr}"
    );
}

#[test]
fn gates_do_not_change_the_output() {
    let folder = folder(&[("log", LOG)]);
    for format in ["auto", "append", "json", "logfmt"] {
        let plain = run(&["--format", format, "log"], folder.path());
        let gated = run(&["--format", format, "--fail-on", "error", "log"], folder.path());
        assert_eq!((plain.status.code(), gated.status.code()), (Some(0), Some(1)));
        assert_eq!(plain.stdout, gated.stdout, "{format}");
    }
}

#[test]
fn errors_take_precedence_over_gates() {
    let folder = folder(&[("log", LOG), ("broken", "{}")]);
    let rows: [&[&str]; 6] = [
        &["--fail-on", "error", "missing", "log"],
        &["--fail-on", "error", "log", "missing"],
        &["-q", "--fail-on", "error", "missing", "log"],
        &["--fail-on", "error", "--baseline", "missing", "log"],
        &["--fail-on", "error", "--report", "sarif=no/folder/a", "log"],
        &["--fail-on", "error", "--no-such-flag", "log"],
    ];
    for args in rows {
        let (status, stderr) = status_and_stderr(&run(args, folder.path()));
        assert_eq!(status, Some(2), "{args:?}: {stderr}");
    }
    // The violation is still reported if the run went on.
    let (_, stderr) =
        status_and_stderr(&run(&["--fail-on", "6206", "missing", "log"], folder.path()));
    let wanted = "error: missing: no such file or directory\nerror: --fail-on: found 6206 ";
    assert!(stderr.starts_with(wanted), "{stderr}");
}

#[test]
fn a_gate_that_read_no_file_fails() {
    let folder = folder(&[("logs/app.log", "nothing\n")]);
    std::fs::create_dir(folder.path().join("empty")).expect("the directory is writable");
    let message =
        "error: no file was read, so the gate checked nothing; check the paths and --glob\n";
    let rows: [(&[&str], i32, &str); 5] = [
        (&["-q", "--fail-on", "error", "empty"], 2, message),
        (&["-q", "--fail-on", "error", "-g", "*.txt", "logs"], 2, message),
        (&["stats", "--max-errors", "0", "empty"], 2, message),
        (&["--fail-on", "error", "logs"], 0, ""),
        // The missing file is reported already.
        (&["--fail-on", "error", "missing"], 2, "error: missing: no such file or directory\n"),
    ];
    for (args, status, message) in rows {
        let result = status_and_stderr(&run(args, folder.path()));
        assert_eq!(result, (Some(status), message.to_string()), "{args:?}");
    }
}

#[test]
fn with_quiet_the_gate_decides_the_exit_status() {
    let folder = folder(&[("log", LOG), ("warning", "imsdk code:8020\n"), ("plain", "nothing\n")]);
    for (file, quiet, gated) in [("log", 0, 1), ("warning", 0, 0), ("plain", 1, 0)] {
        assert_eq!(run(&["-q", file], folder.path()).status.code(), Some(quiet), "{file}");
        let (status, stdout, stderr) =
            status_and_output(&run(&["-q", "--fail-on", "error", file], folder.path()));
        assert_eq!(
            (status, stdout.as_str(), stderr.is_empty()),
            (Some(gated), "", gated == 0),
            "{file}: {stderr}"
        );
    }
    // A document is no gate.
    for (file, status) in [("log", 0), ("plain", 1)] {
        assert_eq!(
            run(&["-q", "--report", "json=a.json", file], folder.path()).status.code(),
            Some(status),
            "{file}"
        );
    }
    let counted = status_and_output(&run(&["-c", "--fail-on", "6206", "log"], folder.path()));
    assert_eq!((counted.0, counted.1.as_str()), (Some(1), "4\n"));
}

/// The reader of the output closes the pipe before the code that violates the gate is found.
#[test]
fn gates_take_precedence_over_a_broken_pipe() {
    let log = format!("{}{}imsdk code:-10112\n", "plain\n".repeat(500_000), LINE.repeat(100_000));
    let folder = folder(&[("log", &log)]);
    let folder = folder.path();
    for file in [None, Some("log")] {
        let name = file.unwrap_or("stdin");
        let wanted = format!(
            "error: --fail-on fatal: found -10112 ERR_SVR_SSO_APPID_WITHOUT_USING \
                (server/access fatal) once, first at {name}:600001\n"
        );
        assert_eq!(
            run_without_reader(folder, &["--fail-on", "fatal"], file),
            (Some(1), wanted.clone())
        );
        assert_eq!(
            run_without_reader(folder, &["--fail-on", "fatal", "--format", "github"], file),
            (Some(1), wanted)
        );
        assert_eq!(
            run_without_reader(folder, &["--fail-on", "70001"], file),
            (Some(0), String::new())
        );
        assert_eq!(run_without_reader(folder, &[], file), (Some(0), String::new()));
        assert_eq!(
            run_without_reader(folder, &["--report", "sarif=a.sarif"], file),
            (Some(0), String::new())
        );
        assert!(read(folder, "a.sarif").ends_with("}\n"), "the report is complete");
    }
    assert_eq!(
        run_without_reader(folder, &["--fail-on", "fatal", "missing"], Some("log")).0,
        Some(2)
    );
}

fn run_without_reader(folder: &Path, args: &[&str], file: Option<&str>) -> (Option<i32>, String) {
    let mut command = binary(folder);
    let input = File::open(folder.join("log")).expect("it was written");
    let mut child = command.args(args).args(file).stdin(input).start();
    drop(child.stdout.take());
    status_and_stderr(&child.wait_with_output().expect("the binary ends"))
}

/// A baseline that lacks some of the codes would fail the next run over the same log.
#[test]
fn a_baseline_has_all_codes_or_is_not_written() {
    let folder = folder(&[("most", &unknown_codes(20_000)), ("more", &unknown_codes(20_001))]);
    let folder = folder.path();
    let refused = "error: base.json: not written, since the inputs have more than 20000 \
                   distinct codes; select fewer, for example without --unknown\n";
    assert_eq!(write_baseline(folder, "more"), (Some(2), refused.to_string()));
    assert!(!folder.join("base.json").exists());
    assert_eq!(write_baseline(folder, "most"), (Some(0), String::new()));
    let gated = ["-q", "--fail-on", "unknown", "--baseline", "base.json", "most"];
    assert_eq!(status_and_stderr(&run(&gated, folder)), (Some(0), String::new()));
}

fn write_baseline(folder: &Path, name: &str) -> (Option<i32>, String) {
    let args = ["-q", "--unknown", "--write-baseline", "base.json", name];
    status_and_stderr(&run(&args, folder))
}

fn unknown_codes(count: u32) -> String {
    (0..count).map(|number| format!("imsdk error_code:{}\n", 2_000_000 + number)).collect()
}

#[test]
fn findings_that_the_baseline_covers_do_not_count() {
    let folder = folder(&[
        ("log", LOG),
        ("more", &format!("{LOG}imsdk code:6206\n")),
        ("new", &format!("{LOG}imsdk code:70107\n")),
    ]);
    let folder = folder.path();
    assert_eq!(
        status_and_stderr(&run(
            &["-q", "--fail-on", "unknown", "--write-baseline", "base.json", "log"],
            folder
        ))
        .0,
        Some(1)
    );
    let wanted = "{\n  \"schema_version\": 1,\n  \"codes\": {\n    \"-10112\": 1,\n    \"6206\": \
        2,\n    \"6707\": 1,\n    \"8020\": 1\n  }\n}\n";
    assert_eq!(read(folder, "base.json"), wanted);
    assert_eq!(error_gate(folder, "log"), (Some(0), String::new()));
    assert_eq!(error_gate(folder, "more").0, Some(1));
    assert!(error_gate(folder, "more").1.starts_with(MESSAGE), "{}", error_gate(folder, "more").1);
    assert_eq!(error_gate(folder, "new").0, Some(1));
    assert!(
        error_gate(folder, "new").1.contains("--fail-on error: found 70107 "),
        "{}",
        error_gate(folder, "new").1
    );
    // A baseline covers findings for --max-errors as well.
    assert_eq!(
        (
            status_with_limit(folder, "0", "log"),
            status_with_limit(folder, "0", "more"),
            status_with_limit(folder, "1", "more")
        ),
        (Some(0), Some(1), Some(0))
    );
    // One run can read a baseline and replace it. The old one counts.
    let args = [
        "-q",
        "--fail-on",
        "error",
        "--baseline",
        "base.json",
        "--write-baseline",
        "base.json",
        "more",
    ];
    assert_eq!(run(&args, folder).status.code(), Some(1));
    assert_eq!(error_gate(folder, "more"), (Some(0), String::new()));
}

fn status_with_limit(folder: &Path, limit: &str, file: &str) -> Option<i32> {
    run(&["-q", "--max-errors", limit, "--baseline", "base.json", file], folder).status.code()
}

fn error_gate(folder: &Path, file: &str) -> (Option<i32>, String) {
    status_and_stderr(&run(&["-q", "--fail-on", "error", "--baseline", "base.json", file], folder))
}

#[test]
fn a_baseline_is_not_written_after_an_error() {
    let folder = folder(&[("log", LOG), ("base.json", "old")]);
    let (status, stderr) = status_and_stderr(&run(
        &["-q", "--write-baseline", "base.json", "log", "missing"],
        folder.path(),
    ));
    assert!(
        status == Some(2)
            && stderr.contains("base.json: not written, since not everything was read"),
        "{stderr}"
    );
    assert_eq!(read(folder.path(), "base.json"), "old");
}

#[test]
fn a_baseline_that_cannot_be_read_ends_the_run() {
    let files = [
        ("log", LOG),
        ("text", "codes"),
        ("old", "{\"schema_version\":9,\"codes\":{}}"),
        ("other", "{\"codes\":[]}"),
        ("empty", ""),
    ];
    let folder = folder(&files);
    for (file, wanted) in [
        ("missing", "no such file or directory"),
        ("text", "is no baseline: "),
        ("old", "is a baseline of schema_version 9; this program reads 1"),
        ("other", "is no baseline: "),
        ("empty", "is no baseline: "),
        (".", ""),
    ] {
        let (status, stdout, stderr) = status_and_output(&run(
            &["--fail-on", "error", "--baseline", file, "log"],
            folder.path(),
        ));
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{file}");
        let cause =
            stderr.strip_prefix(&format!("error: {file}: ")).unwrap_or_else(|| panic!("{stderr}"));
        assert!(
            cause.starts_with(wanted) && cause.ends_with("; --write-baseline writes one\n"),
            "{stderr}"
        );
    }
    let (status, stderr) = status_and_stderr(&run(&["--baseline", "log", "log"], folder.path()));
    assert!(
        status == Some(2) && stderr.contains("--fail-on"),
        "the message names the gates: {stderr}"
    );
}

const REPORTS: [&str; 7] = ["sarif", "gitlab", "junit", "markdown", "json", "csv", "table"];

/// The exit status, standard error, all reports and the baseline of a run over `logs`, written to
/// the folder `to`.
fn run_with_all_reports(folder: &Path, to: &str, args: &[&str]) -> Vec<String> {
    fs::create_dir(folder.join(to)).expect("the folder is writable");
    let reports: Vec<String> =
        REPORTS.iter().map(|kind| format!("--report={kind}={to}/{kind}")).collect();
    let baseline = format!("--write-baseline={to}/baseline");
    let gates =
        ["--fail-on=error", "--fail-on", "unknown", "--max-errors=5", "--summary", "-r", "logs"];
    let mut command = binary(folder);
    let output =
        command.args(args).args(gates).args(reports).arg(baseline).stdout(Stdio::null()).finish();
    let (status, stderr) = status_and_stderr(&output);
    let files =
        REPORTS.iter().chain(&["baseline"]).map(|name| read(folder, &format!("{to}/{name}")));
    let all: Vec<String> = [format!("{status:?}"), stderr].into_iter().chain(files).collect();
    assert!(
        status == Some(1)
            && all[1].matches("\nerror: --").count() == 3
            && all.iter().all(|one| one.len() > 5),
        "{args:?}: {all:?}"
    );
    all
}

#[test]
fn reports_do_not_depend_on_threads_and_output() {
    let codes =
        [6206, 8020, 6707, 70001, 70107, -10112, 10013, 20007, 120_001, 200_001, 9508, 6012];
    let big: String = (0..40_000).map(|number| log_line(number, &codes)).collect();
    let many: Vec<(String, String)> = (0..40)
        .map(|file| {
            (
                format!("logs/many/{}/{file}.log", file % 7),
                (file * 97..file * 97 + file * 50).map(|number| log_line(number, &codes)).collect(),
            )
        })
        .collect();
    let mut files = vec![("logs/a.log", big.as_str()), ("logs/b.log", &big[big.len() / 2..])];
    files.extend(many.iter().map(|(name, content)| (name.as_str(), content.as_str())));
    let folder = folder(&files);
    let folder = folder.path();
    let packed = File::create(folder.join("logs/c.log.gz")).expect("the folder is writable");
    let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    packer
        .write_all(big.as_bytes())
        .and_then(|()| packer.finish().map(drop))
        .expect("the folder is writable");
    let one = run_with_all_reports(folder, "j1", &["-j1"]);
    let rows: [(&str, &[&str]); 7] = [
        ("j2", &["-j2"]),
        ("j8", &["-j8"]),
        ("o1", &["-j1", "-o", "o1/out"]),
        ("o4", &["-j4", "-o", "o4/out"]),
        ("quiet", &["-j2", "-q"]),
        ("count", &["-j2", "-c"]),
        ("jsonl", &["-j4", "--format", "jsonl"]),
    ];
    for (to, args) in rows {
        for (got, wanted) in run_with_all_reports(folder, to, args).iter().zip(&one) {
            assert!(got == wanted, "{args:?}:\n{got:.3000}\nis not\n{wanted:.3000}");
        }
    }
}

fn log_line(number: usize, codes: &[i64]) -> String {
    match number % 20 {
        0 => format!(
            "2026-11-24 10:{:02}:{:02} imsdk code:{} x\n",
            number / 60 % 60,
            number % 60,
            codes[number / 20 % codes.len()]
        ),
        _ => format!("line {number} of a log about other things\n"),
    }
}
