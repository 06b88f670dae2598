//! The real binary with gates and baselines: exit statuses, closed pipes, and reports that are the same however it works.

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use common::{LINE, binary, folder, read, run, said, told};

const TOLD: &str =
    "imerr-annotate: gate: --fail-on error: 6206 ERR_USER_SIG_EXPIRED (sdk/account error)";

/// Two errors of one code, a warning, an unknown code and a fatal one.
const LOG: &str =
    "imsdk code:6206\nimsdk code:8020\nimsdk error_code:6707\nimsdk code:6206\nimsdk code:-10112\n";

#[test]
fn gates_trip_for_what_they_name_and_say_where() {
    let folder = folder(&[("log", LOG), ("warning", "imsdk code:8020\n"), ("plain", "nothing\n")]);
    let rows: [(&[&str], i32, &str); 16] = [
        (&["--fail-on", "error", "plain"], 0, ""),
        (&["--fail-on", "error", "warning"], 0, ""),
        (
            &["--fail-on", "warning", "warning"],
            1,
            "--fail-on warning: 8020 ERR_SDK_INVALID_CANCEL_MESSAGE (sdk/message warning) once, first at warning:1",
        ),
        (
            &["--fail-on", "info", "warning"],
            1,
            "--fail-on info: 8020 ERR_SDK_INVALID_CANCEL_MESSAGE (sdk/message warning) once, first at warning:1",
        ),
        (
            &["--fail-on", "fatal", "log"],
            1,
            "--fail-on fatal: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, first at log:5",
        ),
        (
            &["--fail-on", "error", "log"],
            1,
            "--fail-on error: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, first at log:5; 1 other code trips it too",
        ),
        (
            &["--fail-on-code", "6206", "log"],
            1,
            "--fail-on-code: 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 2 times, first at log:1",
        ),
        (
            &["--fail-on-code=-10112", "log"],
            1,
            "--fail-on-code: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, first at log:5",
        ),
        (&["--fail-on-code", "6207,7000-7100", "log"], 0, ""),
        (
            &["--fail-on-code", "1-6205,6206..6300", "log"],
            1,
            "--fail-on-code: 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 2 times, first at log:1",
        ),
        (
            &["--fail-on-unknown", "log"],
            1,
            "--fail-on-unknown: 6707 (unknown) once, first at log:3",
        ),
        (&["--fail-on-unknown", "warning"], 0, ""),
        (&["--max-errors", "3", "log"], 0, ""),
        (
            &["--max-errors", "2", "log"],
            1,
            "--max-errors 2: 3 errors: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, first at log:5; 1 other code trips it too",
        ),
        (&["--max-errors", "0", "warning"], 0, ""),
        // What is filtered out trips nothing.
        (&["--fail-on", "error", "--code", "8020", "log"], 0, ""),
    ];
    for (args, status, wanted) in rows {
        let wanted = if wanted.is_empty() {
            String::new()
        } else {
            format!("imerr-annotate: gate: {wanted}\n")
        };
        assert_eq!(said(&run(args, folder.path())), (Some(status), wanted.clone()), "{args:?}");
        let stats = [&["stats"], args].concat();
        assert_eq!(said(&run(&stats, folder.path())), (Some(status), wanted), "{stats:?}");
    }
}

#[test]
fn a_gate_misses_no_code_behind_any_number_of_others() {
    // More codes than there are rows for, on enough bytes for several threads.
    let line = |code: usize| format!("imsdk error_code:{code} {}\n", "x".repeat(100));
    let many: String = (300_000..311_000).map(line).collect();
    let log = format!("{many}{}", line(7_654_321));
    let folder = folder(&[("logs/a", &log), ("logs/b", &many), ("logs/c", &line(7_654_322))]);
    let wanted = |code: usize, file: &str, line: usize| {
        format!(
            "imerr-annotate: gate: --fail-on-code: {code} (unknown) once, first at logs/{file}:{line}\n"
        )
    };
    for threads in ["1", "4"] {
        for (code, file, number) in [(7_654_321, "a", 11_001), (7_654_322, "c", 1)] {
            let code_text = code.to_string();
            let output = format!("out/{threads}/{code}");
            for more in
                [&["--format", "jsonl"][..], &["--unknown", "-q"], &["--unknown", "-o", &output]]
            {
                let args =
                    [&["-r", "-j", threads, "--fail-on-code", &code_text, "logs"], more].concat();
                assert_eq!(
                    said(&run(&args, folder.path())),
                    (Some(1), wanted(code, file, number)),
                    "{args:?}"
                );
            }
        }
    }
}

#[test]
fn with_a_baseline_a_gate_sees_what_is_new_behind_any_number_of_others() {
    let many: String =
        (300_000..311_000).map(|code| format!("imsdk error_code:{code}\n")).collect();
    let folder = folder(&[("old", &many), ("new", &format!("{many}imsdk error_code:7654321\n"))]);
    assert_eq!(
        said(&run(&["-q", "--unknown", "--write-baseline", "base", "old"], folder.path())),
        (Some(0), String::new())
    );
    let gated = |file: &str| {
        said(&run(&["-q", "--fail-on-unknown", "--baseline", "base", file], folder.path()))
    };
    assert_eq!(gated("old"), (Some(0), String::new()));
    let wanted =
        "imerr-annotate: gate: --fail-on-unknown: 7654321 (unknown) once, first at new:11001\n";
    assert_eq!(gated("new"), (Some(1), wanted.to_string()));
}

#[test]
fn each_gate_that_trips_has_a_line() {
    let folder = folder(&[("log", LOG)]);
    let args = [
        "--fail-on",
        "fatal",
        "--fail-on-code",
        "8020",
        "--fail-on-unknown",
        "--max-errors",
        "9",
        "log",
    ];
    let (status, told) = said(&run(&args, folder.path()));
    let options: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("imerr-annotate: gate: ")?.split(':').next())
        .collect();
    assert_eq!(
        (status, options),
        (Some(1), vec!["--fail-on fatal", "--fail-on-code", "--fail-on-unknown"]),
        "{told}"
    );
}

#[test]
fn a_gate_changes_nothing_of_the_output() {
    let folder = folder(&[("log", LOG)]);
    for format in ["auto", "append", "json", "logfmt"] {
        let plain = run(&["--format", format, "log"], folder.path());
        let gated = run(&["--format", format, "--fail-on", "error", "log"], folder.path());
        assert_eq!((plain.status.code(), gated.status.code()), (Some(0), Some(1)));
        assert_eq!(plain.stdout, gated.stdout, "{format}");
    }
}

#[test]
fn errors_outrank_gates() {
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
        let (status, told) = said(&run(args, folder.path()));
        assert_eq!(status, Some(2), "{args:?}: {told}");
    }
    // The gate is still told where the run went on.
    let (_, told) = said(&run(&["--fail-on-code", "6206", "missing", "log"], folder.path()));
    let wanted = "imerr-annotate: missing: no such file or directory\nimerr-annotate: gate: --fail-on-code: 6206 ";
    assert!(told.starts_with(wanted), "{told}");
}

#[test]
fn quiet_with_a_gate_asks_the_gate() {
    let folder = folder(&[("log", LOG), ("warning", "imsdk code:8020\n"), ("plain", "nothing\n")]);
    for (file, quiet, gated) in [("log", 0, 1), ("warning", 0, 0), ("plain", 1, 0)] {
        assert_eq!(run(&["-q", file], folder.path()).status.code(), Some(quiet), "{file}");
        let (status, stdout, stderr) =
            told(&run(&["-q", "--fail-on", "error", file], folder.path()));
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
    let counted = told(&run(&["-c", "--fail-on-code", "6206", "log"], folder.path()));
    assert_eq!((counted.0, counted.1.as_str()), (Some(1), "4\n"));
}

/// The reader of the output is gone before the code comes that trips the gate.
#[test]
fn a_gate_outranks_a_closed_pipe() {
    let log = format!("{}{}imsdk code:-10112\n", "plain\n".repeat(500_000), LINE.repeat(100_000));
    let folder = folder(&[("log", &log)]);
    let closed = |args: &[&str], file: Option<&str>| {
        let mut command = binary(folder.path());
        let input = File::open(folder.path().join("log")).expect("it was written");
        let mut child = command
            .args(args)
            .args(file)
            .stdin(input)
            .spawn()
            .expect("the binary is built before its tests");
        drop(child.stdout.take());
        said(&child.wait_with_output().expect("the binary ends"))
    };
    for file in [None, Some("log")] {
        let place = file.unwrap_or("stdin");
        let wanted = format!(
            "imerr-annotate: gate: --fail-on fatal: -10112 ERR_SVR_SSO_APPID_WITHOUT_USING (server/access fatal) once, first at {place}:600001\n"
        );
        assert_eq!(closed(&["--fail-on", "fatal"], file), (Some(1), wanted.clone()));
        assert_eq!(closed(&["--fail-on", "fatal", "--format", "github"], file), (Some(1), wanted));
        assert_eq!(closed(&["--fail-on-code", "70001"], file), (Some(0), String::new()));
        assert_eq!(closed(&[], file), (Some(0), String::new()));
        assert_eq!(closed(&["--report", "sarif=a.sarif"], file), (Some(0), String::new()));
        assert!(
            read(folder.path(), "a.sarif").ends_with("}\n"),
            "a report is written all the same"
        );
    }
    assert_eq!(closed(&["--fail-on", "fatal", "missing"], Some("log")).0, Some(2));
}

#[test]
fn a_baseline_lets_pass_what_was_there() {
    let folder = folder(&[
        ("log", LOG),
        ("more", &format!("{LOG}imsdk code:6206\n")),
        ("new", &format!("{LOG}imsdk code:70107\n")),
    ]);
    let gated = |file: &str| {
        said(&run(&["-q", "--fail-on", "error", "--baseline", "base.json", file], folder.path()))
    };
    assert_eq!(
        said(&run(
            &["-q", "--fail-on-unknown", "--write-baseline", "base.json", "log"],
            folder.path()
        ))
        .0,
        Some(1)
    );
    let wanted = "{\n  \"schema_version\": 1,\n  \"codes\": {\n    \"-10112\": 1,\n    \"6206\": 2,\n    \"6707\": 1,\n    \"8020\": 1\n  }\n}\n";
    assert_eq!(read(folder.path(), "base.json"), wanted);
    assert_eq!(gated("log"), (Some(0), String::new()));
    assert_eq!(gated("more").0, Some(1));
    assert!(gated("more").1.starts_with(TOLD), "{}", gated("more").1);
    assert_eq!(gated("new").0, Some(1));
    assert!(gated("new").1.contains("--fail-on error: 70107 "), "{}", gated("new").1);
    // The counts of a baseline hold for --max-errors too.
    let limited = |limit: &str, file: &str| {
        run(&["-q", "--max-errors", limit, "--baseline", "base.json", file], folder.path())
            .status
            .code()
    };
    assert_eq!(
        (limited("0", "log"), limited("0", "more"), limited("1", "more")),
        (Some(0), Some(1), Some(0))
    );
    // A baseline may be read and written anew in one run, which still judges by the old one.
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
    assert_eq!(run(&args, folder.path()).status.code(), Some(1));
    assert_eq!(gated("more"), (Some(0), String::new()));
}

#[test]
fn half_a_baseline_is_not_written() {
    let folder = folder(&[("log", LOG), ("base.json", "old")]);
    let (status, told) =
        said(&run(&["-q", "--write-baseline", "base.json", "log", "missing"], folder.path()));
    assert!(
        status == Some(2)
            && told.contains("base.json: is not written, since not everything was read"),
        "{told}"
    );
    assert_eq!(read(folder.path(), "base.json"), "old");
}

#[test]
fn a_baseline_that_cannot_be_read_is_named_and_nothing_runs() {
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
        let (status, stdout, stderr) =
            told(&run(&["--fail-on", "error", "--baseline", file, "log"], folder.path()));
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{file}");
        let told = stderr
            .strip_prefix(&format!("imerr-annotate: {file}: "))
            .unwrap_or_else(|| panic!("{stderr}"));
        assert!(
            told.starts_with(wanted) && told.ends_with("; --write-baseline writes one\n"),
            "{stderr}"
        );
    }
    let (status, told) = said(&run(&["--baseline", "log", "log"], folder.path()));
    assert!(
        status == Some(2) && told.contains("--fail-on"),
        "a baseline without a gate names the gates: {told}"
    );
}

const REPORTS: [&str; 7] = ["sarif", "gitlab", "junit", "markdown", "json", "csv", "table"];

/// Everything that is told of the files below `logs`: status, standard error, all reports and the baseline.
fn everything(folder: &Path, to: &str, args: &[&str]) -> Vec<String> {
    fs::create_dir(folder.join(to)).expect("the folder is writable");
    let reports: Vec<String> =
        REPORTS.iter().map(|kind| format!("--report={kind}={to}/{kind}")).collect();
    let baseline = format!("--write-baseline={to}/baseline");
    let gates =
        ["--fail-on=error", "--fail-on-unknown", "--max-errors=5", "--summary", "-r", "logs"];
    let mut command = binary(folder);
    let output = command
        .args(args)
        .args(gates)
        .args(reports)
        .arg(baseline)
        .stdout(Stdio::null())
        .output()
        .expect("the binary is built");
    let (status, stderr) = said(&output);
    let files =
        REPORTS.iter().chain(&["baseline"]).map(|name| read(folder, &format!("{to}/{name}")));
    let all: Vec<String> = [format!("{status:?}"), stderr].into_iter().chain(files).collect();
    assert!(
        status == Some(1)
            && all[1].matches("gate: ").count() == 3
            && all.iter().all(|one| one.len() > 5),
        "{args:?}: {all:?}"
    );
    all
}

#[test]
fn threads_outputs_and_compression_change_no_report() {
    let codes =
        [6206, 8020, 6707, 70001, 70107, -10112, 10013, 20007, 120_001, 200_001, 9508, 6012];
    let line = |number: usize| match number % 20 {
        0 => format!(
            "2026-11-24 10:{:02}:{:02} imsdk code:{} x\n",
            number / 60 % 60,
            number % 60,
            codes[number / 20 % codes.len()]
        ),
        _ => format!("line {number} of a log that tells of other things\n"),
    };
    let big: String = (0..40_000).map(line).collect();
    let many: Vec<(String, String)> = (0..40)
        .map(|file| {
            (
                format!("logs/many/{}/{file}.log", file % 7),
                (file * 97..file * 97 + file * 50).map(line).collect(),
            )
        })
        .collect();
    let mut files = vec![("logs/a.log", big.as_str()), ("logs/b.log", &big[big.len() / 2..])];
    files.extend(many.iter().map(|(name, content)| (name.as_str(), content.as_str())));
    let folder = folder(&files);
    let packed = File::create(folder.path().join("logs/c.log.gz")).expect("the folder is writable");
    let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    packer
        .write_all(big.as_bytes())
        .and_then(|()| packer.finish().map(drop))
        .expect("the folder is writable");
    let one = everything(folder.path(), "j1", &["-j1"]);
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
        for (got, wanted) in everything(folder.path(), to, args).iter().zip(&one) {
            assert!(got == wanted, "{args:?}:\n{got:.3000}\nis not\n{wanted:.3000}");
        }
    }
}
