//! Golden cases: one directory each in `fixtures/golden`, which anyone can add without Rust.
//!
//! A case has `args` (one argument per line) and, if it needs them, `stdin`, `env` (`NAME=VALUE`
//! lines) and input files. The program runs in the directory of the case with an otherwise empty
//! environment. `stdout`, `stderr` and `status` are the expected results; a missing file means
//! that nothing is printed, or status 0. If the program writes files, `outputs` names them, one
//! per line, and `written/` has their expected content; such a case runs in a copy of its
//! directory.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes the expected results. Read the diff before
//! you commit it.

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::Limited;

/// The most columns of a line on standard error. Longer messages have a tip on a line of its own.
const MAX_MESSAGE: usize = 160;

#[test]
fn messages_fit_two_rows_of_a_terminal() {
    for case in cases() {
        let errors = fs::read_to_string(case.join("stderr")).unwrap_or_default();
        let long = errors.lines().find(|line| line.chars().count() > MAX_MESSAGE);
        assert_eq!(long, None, "{}", case.display());
    }
}

#[test]
fn every_case_has_the_expected_results() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut failures = Vec::new();
    let cases = cases();
    assert!(!cases.is_empty(), "fixtures/golden has no case");
    for case in cases {
        let got = outcome(&case);
        if update {
            write(&case, &got);
        } else {
            failures.extend(differences(&case, &got));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden");
    let entries =
        fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut cases: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the directory can be listed").path()).collect();
    cases.sort();
    cases
}

/// What a case prints, returns and writes, by the names of its files of expected results.
type Outcome = Vec<(String, Vec<u8>)>;

fn outcome(case: &Path) -> Outcome {
    let outputs = fs::read_to_string(case.join("outputs")).unwrap_or_default();
    if outputs.is_empty() {
        return printed(&run(case, case));
    }
    let copy = tempfile::tempdir().expect("a temporary directory");
    for file in files(case) {
        fs::copy(&file, copy.path().join(file.file_name().expect("it was listed")))
            .expect("the directory is writable");
    }
    let mut outcome = printed(&run(case, copy.path()));
    let written = |name: &str| fs::read(copy.path().join(name)).unwrap_or_default();
    outcome.extend(outputs.lines().map(|name| (format!("written/{name}"), written(name))));
    outcome
}

/// The files in a directory.
fn files(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries =
        fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries
        .map(|entry| entry.expect("the directory can be listed").path())
        .filter(|path| path.is_file())
}

fn run(case: &Path, directory: &Path) -> Output {
    let args = fs::read_to_string(case.join("args"))
        .unwrap_or_else(|error| panic!("{}/args: {error}", case.display()));
    let variables = fs::read_to_string(case.join("env")).unwrap_or_default();
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let mut child = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"))
        .args(args.lines())
        .current_dir(directory)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .start();
    let input = fs::read(case.join("stdin")).unwrap_or_default();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // The program may exit before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer does not panic");
    output
}

fn printed(output: &Output) -> Outcome {
    let status = output
        .status
        .code()
        .filter(|&code| code != 0)
        .map_or(Vec::new(), |code| format!("{code}\n").into_bytes());
    let parts =
        [("stdout", output.stdout.clone()), ("stderr", output.stderr.clone()), ("status", status)];
    parts.map(|(name, bytes)| (name.to_string(), bytes)).into()
}

fn write(case: &Path, outcome: &Outcome) {
    for (name, bytes) in outcome {
        let path = case.join(name);
        if bytes.is_empty() {
            drop(fs::remove_file(path));
            continue;
        }
        let directory = path.parent().expect("it is in the directory of the case");
        let written = fs::create_dir_all(directory).and_then(|()| fs::write(&path, bytes));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

fn differences(case: &Path, outcome: &Outcome) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, got) in outcome {
        let wanted = fs::read(case.join(name)).unwrap_or_default();
        if wanted != *got {
            let (wanted, got) = (wanted.escape_ascii().to_string(), got.escape_ascii().to_string());
            differences.push(format!(
                "{}/{name}\n wanted {}\n got    {}",
                case.display(),
                lines(&wanted),
                lines(&got)
            ));
        }
    }
    differences
}

fn lines(escaped: &str) -> String {
    escaped.replace("\\n", "\\n\n        ")
}
