#![no_main]
//! What users write around a run: command lines, config files, baselines, and the excerpts of
//! error messages.
//!
//! The command line is not part of the library, so this target includes the modules of the program
//! by their paths, and the program needs no change. `build.rs` lists the modules.

// The target uses a part of the program.
#![allow(dead_code, unused_imports)]

include!(concat!(env!("OUT_DIR"), "/program.rs"));

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use error::Failure;
use imerr::catalog::Span;
use imerr::gate::Baseline;
use imerr_fuzz::Input;
use source_text::SourceText;

imerr_fuzz::target!(fuzz, &[OPTIONS, VALUES, KEYS]);

const OPTIONS: &[&str] = &[
    "\n--format=",
    "\n--only",
    "\n-A",
    "\n-B",
    "\n-C",
    "\n--max-count=",
    "\n--count",
    "\n--quiet",
    "\n--follow",
    "\n--tail=",
    "\n--strip",
    "\n--output-dir=",
    "\n--compress=",
    "\n--report=",
    "\n--fail-on=",
    "\n--max-errors=",
    "\n--baseline=",
    "\n--write-baseline=",
    "\n--summary",
    "\n--by-cause",
    "\n--bundle=",
    "\n--code=",
    "\n--system=",
    "\n--category=",
    "\n--kind=",
    "\n--severity=",
    "\n--retry=",
    "\n--since=",
    "\n--until=",
    "\n--min-confidence=",
    "\n--unknown",
    "\n--no-unknown",
    "\n--prefer-system=",
    "\n--assume-im",
    "\n--theme=",
    "\n--color=",
    "\n--hyperlink=",
    "\n--repeated=",
    "\n--json-fields=",
    "\n--json-key=",
    "\n--encoding=",
    "\n--glob=",
    "\n--files-from=",
    "\n--recursive",
    "\n--threads=",
    "\n--",
    "\nstats",
    "\nexplain",
    "\nsearch",
    "\nlist",
    "\nexplain-line",
    "\ncompletions",
    "\nman",
    "\n-h",
    "\n--help",
    "\n--version",
    "\n-z",
    "\n-",
    "\na.log",
];

const VALUES: &[&str] = &[
    "auto",
    "append",
    "below",
    "inline",
    "json",
    "jsonl",
    "logfmt",
    "csv",
    "rdjsonl",
    "rsyslog",
    "ci",
    "github",
    "sarif",
    "junit",
    "markdown",
    "error",
    "fatal",
    "warning",
    "6206",
    "70001-70020",
    "-10003",
    ",",
    "2h",
    "2026-11-24 10:00",
    "yesterday",
    "always",
    "never",
    "dark",
    "light",
    "none",
    "error=bold red",
    "code=underline on 231",
    "#ff0000",
    "sdk",
    "server",
    "high",
    "gb18030",
    "*.log",
    "!",
    "[a-",
    "**/",
    "sarif=a",
    "18446744073709551615",
    "0",
    "+3",
    "-1",
    "\u{202e}",
    "\x1b]0;x\x07",
    "##vso[task.complete]",
];

const KEYS: &[&str] = &[
    "color = \"always\"\n",
    "theme = \"light\"\n",
    "hyperlink = \"auto\"\n",
    "format = \"below\"\n",
    "repeat = \"short\"\n",
    "schema = \"ecs\"\n",
    "json-key = \"x\"\n",
    "catalog = [\"a.toml\"]\n",
    "rules = \"~/a.toml\"\n",
    "with = [\"a\"]\n",
    "prefer = \"sdk\"\n",
    "assume = \"tencent-im\"\n",
    "unknown = true\n",
    "min-confidence = \"low\"\n",
    "encoding = \"gbk\"\n",
    "threads = 2\n",
    "[",
    "]",
    "'''",
    "\"",
    "\\u202e",
    "{\"schema_version\":1,\"codes\":{",
    "\"6206\":",
    "}}",
];

/// A file that the program reads its config from.
static CONFIG: LazyLock<PathBuf> = LazyLock::new(|| {
    let name = format!("imerr-fuzz-config-{}.toml", std::process::id());
    std::env::temp_dir().join(name)
});

fn fuzz(mut input: Input) {
    input.choose(&[command_line, config_file, baseline, excerpts])(input);
}

fn words(text: &[u8]) -> Vec<OsString> {
    let text = String::from_utf8_lossy(text);
    text.split('\n').filter(|word| !word.is_empty()).map(OsString::from).collect()
}

/// Parses the words of a command line. Nothing is read, written or started.
fn command_line(input: Input) {
    let words = words(input.rest());
    // No file of this machine is read.
    if words.iter().any(|word| word.to_string_lossy().contains("conf")) {
        return;
    }
    let all = ["imerr-annotate", "--no-config"].map(OsString::from).into_iter().chain(words);
    check_failure(config::CommandLine::parse(all).map(|_| ()));
}

/// Reads a config file for a command that is chosen by the first byte.
fn config_file(mut input: Input) {
    const COMMANDS: [&[&str]; 5] = [
        &[],
        &["--format", "jsonl", "--json-fields", "imerr"],
        &["stats", "--fail-on", "error"],
        &["list"],
        &["--strip"],
    ];
    let command = *input.choose(&COMMANDS);
    let text = input.rest();
    fs::write(&*CONFIG, text).expect("the temporary directory is writable");
    let config = CONFIG.as_os_str().to_os_string();
    let words = ["imerr-annotate"].iter().chain(command).map(OsString::from);
    let words = words.chain(["--config".into(), config]);
    check_failure(config::CommandLine::parse(words).map(|_| ()));
}

/// Messages name something, and do not command a terminal.
fn check_failure(result: Result<(), Failure>) {
    match result {
        Err(Failure::Errors(errors)) => {
            assert!(!errors.is_empty(), "a failure has an error");
            for error in errors {
                assert!(!error.to_string().is_empty());
                let excerpt = error.excerpt.unwrap_or_default();
                assert!(!excerpt.contains(['\x1b', '\u{202e}']), "{excerpt:?}");
            }
        }
        Err(Failure::Usage(error)) => assert!(!error.to_string().is_empty()),
        Err(Failure::Stdout(error)) => panic!("nothing is written: {error}"),
        Ok(()) => {}
    }
}

fn baseline(input: Input) {
    let text = String::from_utf8_lossy(input.rest());
    match Baseline::parse(&text) {
        Ok(baseline) => {
            let again = Baseline::parse(&baseline.to_text()).expect("a written baseline is read");
            assert_eq!(again, baseline);
        }
        Err(error) => assert!(error.to_string().starts_with("is ")),
    }
}

/// Excerpts of files with any bytes.
fn excerpts(mut input: Input) {
    let [line, column, length] = [input.byte(), input.byte(), input.byte()].map(usize::from);
    let span = Span { line, column: column.max(1), length };
    if let Some(excerpt) = SourceText::new(input.rest().to_vec()).excerpt(span) {
        assert!(!excerpt.contains(['\x1b', '\r', '\u{202e}']), "{excerpt:?}");
    }
}
