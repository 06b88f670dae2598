//! The real binary against GNU grep, where it is installed: random logs and flags.
//!
//! Every line of these logs that has a code is one that a regular expression matches, so both
//! programs select the same lines. What differs on purpose has tests of its own.
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{Limited, binary, folder, text};

/// A number of runs that takes about two seconds.
const CASES: usize = 200;

const PATTERN: &str = "imsdk (error_)?code:[0-9]+";

/// Directories with one file each, since grep reads several in any order, and with none.
const FOLDERS: [&str; 2] = ["folder", "none"];

const LINES: [&[u8]; 12] = [
    b"imsdk code:6206",
    b"imsdk code:6014, desc: not logged in",
    b"12:00:01 E imsdk error_code:70001 x",
    b"imsdk code:6206, then imsdk code:6014",
    b"plain",
    b"",
    b"port 8080, took 12 ms",
    b"--",
    b"imsdk code",
    b"a:b-c",
    b"bytes \xff\x1b[0m",
    b"carriage return\r",
];

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn log(&mut self, lines: usize) -> Vec<u8> {
        let mut log = Vec::new();
        for _ in 0..lines {
            log.extend_from_slice(LINES[self.below(LINES.len())]);
            log.push(b'\n');
        }
        log
    }
}

/// A run, in the words of grep.
struct Case {
    /// Files, and with `-r` directories.
    files: Vec<String>,
    args: Vec<String>,
    /// Whether lines are printed.
    prints_lines: bool,
    /// Whether lines without codes are printed too, unless `--only` is given.
    needs_only: bool,
    is_quiet: bool,
}

impl Case {
    fn random(random: &mut Random, names: &[&str]) -> Self {
        let mut files: Vec<String> =
            (0..random.below(4)).map(|_| names[random.below(names.len())].to_string()).collect();
        let is_recursive = random.one_in(4);
        if is_recursive {
            let folder = FOLDERS[random.below(FOLDERS.len())].to_string();
            files.insert(random.below(files.len() + 1), folder);
        }
        let mut case = Self {
            files,
            args: Vec::new(),
            prints_lines: false,
            needs_only: false,
            is_quiet: false,
        };
        let is_inverted = random.one_in(3);
        case.add(is_inverted, "-v");
        case.add(is_recursive, "-r");
        // Without either, lines and counts are named if there are several inputs.
        let name = ["-H", "-h", ""][random.below(3)];
        match random.below(8) {
            0 => case.add(true, "-l"),
            1 => case.add(true, "-L"),
            2 => {
                case.add(true, "-c");
                case.add(!name.is_empty(), name);
            }
            3 => {
                case.add(true, "-q");
                case.is_quiet = true;
            }
            _ => {
                case.prints_lines = true;
                case.add(!name.is_empty(), name);
                case.add(random.one_in(2), "-n");
                let mut has_context = false;
                for flag in ["-A", "-B", "-C"] {
                    let is_given = random.one_in(4);
                    has_context |= is_given;
                    case.add(is_given, &format!("{flag}{}", 1 + random.below(3)));
                }
                case.needs_only = !has_context && !is_inverted;
            }
        }
        let has_max = random.one_in(4);
        case.needs_only &= !has_max;
        case.add(has_max, &format!("-m{}", 1 + random.below(4)));
        case
    }

    fn add(&mut self, is_given: bool, flag: &str) {
        if is_given {
            self.args.push(flag.to_string());
        }
    }

    /// What grep prints for standard input `stdin`.
    fn of_grep(&self, folder: &Path, stdin: &str) -> Output {
        let mut command = Command::new("grep");
        command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
        command.args(["-a", "-E", "--label=stdin", PATTERN]).args(&self.args).args(&self.files);
        run(&mut command, folder, stdin)
    }

    fn of_ours(&self, folder: &Path, stdin: &str, threads: usize) -> Output {
        let mut command = binary(folder);
        for arg in &self.args {
            command.arg(match arg.as_str() {
                "-h" => "--no-filename",
                "-L" => "--files-without-match",
                other => other,
            });
        }
        command.args(self.needs_only.then_some("--only")).arg(format!("-j{threads}"));
        run(command.args(&self.files), folder, stdin)
    }
}

fn run(command: &mut Command, folder: &Path, stdin: &str) -> Output {
    let stdin = fs::File::open(folder.join(stdin)).expect("it was written");
    command.current_dir(folder).stdin(stdin);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).finish()
}

/// Removes annotations, of which each line has at most two.
fn without_annotations(output: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = output;
    while let Some(start) = memchr::memmem::find(rest, b" [imerr ") {
        let end = memchr::memchr(b']', &rest[start..]).expect("an annotation ends");
        plain.extend_from_slice(&rest[..start]);
        rest = &rest[start + end + 1..];
    }
    plain.extend_from_slice(rest);
    plain
}

fn has_gnu_grep() -> bool {
    let version = Command::new("grep").arg("--version").output();
    let is_gnu = version.is_ok_and(|version| text(&version.stdout).contains("GNU grep"));
    if !is_gnu {
        println!("skipped: GNU grep is not installed");
    }
    is_gnu
}

#[test]
fn lines_are_selected_and_printed_as_grep_does() {
    if !has_gnu_grep() {
        return;
    }
    let folder = folder(&[]);
    let mut random = Random(7);
    let names = ["empty", "a", "b.log", "c", "large"];
    // The last one is large enough for several threads.
    for (name, lines) in names.iter().zip([0, 3, 12, 40, 80_000]) {
        fs::write(folder.path().join(name), random.log(lines)).expect("the folder is writable");
    }
    for folder_name in FOLDERS {
        fs::create_dir(folder.path().join(folder_name)).expect("the folder is writable");
    }
    let inner = folder.path().join(FOLDERS[0]).join("inner.log");
    fs::write(inner, random.log(9)).expect("the folder is writable");
    for number in 0..CASES {
        // Each large file takes longer than ten others.
        let names = if number % 10 == 0 { &names[..] } else { &names[..4] };
        let case = Case::random(&mut random, names);
        let stdin = names[random.below(4)];
        let wanted = case.of_grep(folder.path(), stdin);
        let got = case.of_ours(folder.path(), stdin, 1 + random.below(3));
        let about = format!("case {number}: {:?} {:?} < {stdin}", case.args, case.files);
        assert_eq!((text(&wanted.stderr), text(&got.stderr)), Default::default(), "{about}");
        if case.is_quiet {
            assert_eq!(got.status.code(), wanted.status.code(), "{about}");
        }
        let out = if case.prints_lines { without_annotations(&got.stdout) } else { got.stdout };
        let is_same = out == wanted.stdout;
        assert!(is_same, "{about}\n{}\n\n{}", out.escape_ascii(), wanted.stdout.escape_ascii());
    }
}

/// The output of grep and ours for `args`.
fn both(args: &[&str], log: &str) -> [String; 2] {
    let folder = folder(&[("log", log)]);
    let mut grep = Command::new("grep");
    grep.args(["-a", "-E", PATTERN]).args(args).arg("log");
    let mut ours = binary(folder.path());
    let grep = run(&mut grep, folder.path(), "log");
    let ours = run(ours.args(args).arg("log"), folder.path(), "log");
    [text(&grep.stdout), text(&without_annotations(&ours.stdout))]
}

/// grep adds the line end that the last line of a file lacks; here every line passes as it is.
#[test]
fn a_last_line_without_an_end_gets_none() {
    if has_gnu_grep() {
        let lines = ["imsdk code:6206\n", "imsdk code:6206"];
        assert_eq!(both(&["-A1"], "imsdk code:6206"), lines);
    }
}

/// With `-m0`, grep stops before it reads anything, and counts nothing.
#[test]
fn a_count_of_at_most_no_lines_is_printed() {
    if has_gnu_grep() {
        let log = "imsdk code:6206\n";
        assert_eq!(both(&["-m0"], log), ["", ""]);
        assert_eq!(both(&["-c", "-m0"], log), ["", "0\n"]);
    }
}

/// Where the whole log passes, nothing is named unless asked for, and the hyphen of context after a
/// number shows which lines have no code.
#[test]
fn numbers_of_lines_without_codes_have_the_separator_of_context() {
    let folder = folder(&[("a", "1\nimsdk code:1\nimsdk code:6206\n"), ("b", "2\n")]);
    let folder = folder.path();
    assert_eq!(log_lines(folder, &["-n"]), "1-1\n2-imsdk code:1\n3:imsdk code:6206\n1-2\n");
    assert_eq!(log_lines(folder, &["-H"]), "a:1\na:imsdk code:1\na:imsdk code:6206\nb:2\n");
    assert_eq!(log_lines(folder, &["-Hnv"]), "a:1:1\na:2:imsdk code:1\nb:1:2\n");
    assert_eq!(log_lines(folder, &["-Hn", "--only"]), "a:3:imsdk code:6206\n");
    assert_eq!(log_lines(folder, &[]), "1\nimsdk code:1\nimsdk code:6206\n2\n");
    let json = log_lines(folder, &["--format", "json", "-m9"]);
    assert!(json.starts_with("imsdk code:6206"), "{json}");
    assert_eq!(log_lines(folder, &["--format", "logfmt", "-v"]), "1\nimsdk code:1\n2\n");
}

fn log_lines(folder: &Path, args: &[&str]) -> String {
    let output = binary(folder).args(args).args(["a", "b"]).finish();
    text(&without_annotations(&output.stdout))
}

/// grep separates lines that are not neighbors with `-C0` too; ripgrep does not, nor do we.
#[test]
fn no_context_has_no_separators() {
    if has_gnu_grep() {
        let log = "imsdk code:6206\nplain\nimsdk code:6206\n";
        let lines =
            ["imsdk code:6206\n--\nimsdk code:6206\n", "imsdk code:6206\nimsdk code:6206\n"];
        assert_eq!(both(&["-C0"], log), lines);
    }
}
