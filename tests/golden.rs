//! Golden cases: one folder each in `fixtures/golden`, which anyone can add without Rust.
//!
//! A case holds `args` (one argument a line), and as far as it needs them `stdin`, `env` (`NAME=VALUE` lines) and input
//! files; the binary runs in the folder, with nothing else in its environment. What it must print and return is in `stdout`,
//! `stderr` and `status`; a missing file means nothing printed, or status 0. `UPDATE_GOLDEN=1 cargo test --test golden`
//! writes the three anew: read the diff before you keep it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[test]
fn every_case_prints_what_it_must() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut failures = Vec::new();
    let cases = cases();
    assert!(!cases.is_empty(), "fixtures/golden holds no case");
    for case in cases {
        let output = run(&case);
        if update {
            write(&case, &output);
        } else {
            failures.extend(differences(&case, &output));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    cases.sort();
    cases
}

fn run(case: &Path) -> Output {
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|error| panic!("{}/args: {error}", case.display()));
    let variables = fs::read_to_string(case.join("env")).unwrap_or_default();
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let mut child = Command::new(env!("CARGO_BIN_EXE_imerr-annotate"))
        .args(args.lines())
        .current_dir(case)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built before its tests");
    let input = fs::read(case.join("stdin")).unwrap_or_default();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // The binary may end before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer does not panic");
    output
}

fn parts(output: &Output) -> [(&'static str, Vec<u8>); 3] {
    let status = output.status.code().filter(|&code| code != 0).map_or(Vec::new(), |code| format!("{code}\n").into_bytes());
    [("stdout", output.stdout.clone()), ("stderr", output.stderr.clone()), ("status", status)]
}

fn write(case: &Path, output: &Output) {
    for (name, bytes) in parts(output) {
        let path = case.join(name);
        match bytes.is_empty() {
            true => drop(fs::remove_file(path)),
            false => fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    }
}

fn differences(case: &Path, output: &Output) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, got) in parts(output) {
        let wanted = fs::read(case.join(name)).unwrap_or_default();
        if wanted != got {
            let (wanted, got) = (wanted.escape_ascii().to_string(), got.escape_ascii().to_string());
            differences.push(format!("{}/{name}\n wanted {}\n got    {}", case.display(), lines(&wanted), lines(&got)));
        }
    }
    differences
}

fn lines(escaped: &str) -> String {
    escaped.replace("\\n", "\\n\n        ")
}
