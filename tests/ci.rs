//! The real binary in CI: no text of a log and no name of a file becomes a command.
#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use common::{Limited, binary, folder, run, run_with_stdin, text};

/// Lines that mean something to a CI system, a parser or a terminal, each with a code.
const HOSTILE: &[u8] = include_bytes!("../fixtures/logs/hostile.log");

const SYSTEMS: [&str; 3] = ["github", "azure", "teamcity"];
const DOCUMENTS: [&str; 4] = ["sarif", "gitlab", "junit", "markdown"];

/// The lines of the hostile log, each as a log for itself, and all of them.
fn hostile_logs() -> impl Iterator<Item = &'static [u8]> {
    HOSTILE.split(|&byte| byte == b'\n').chain([HOSTILE])
}

/// What the runner of GitHub makes of what a step writes: the commands that it runs, the tokens
/// that stop them, and whether they are still stopped at the end.
///
/// Lines end at CR and LF, and white space goes; then `::command::` at the beginning is a command,
/// and `##[command]` anywhere.
fn github(output: &[u8]) -> (Vec<String>, Vec<String>, bool) {
    let (mut commands, mut tokens, mut stopped) = (Vec::new(), Vec::new(), false);
    for line in text(output).split(['\n', '\r']) {
        let line = line.trim_start();
        let inside = line.strip_prefix("::").and_then(|line| line.split_once("::"));
        let Some((command, data)) = inside.or_else(|| line.split_once("##[")?.1.split_once(']'))
        else {
            continue;
        };
        match stopped {
            true => stopped = tokens.last().is_none_or(|token| token != command),
            false if command == "stop-commands" => {
                tokens.push(data.to_string());
                stopped = true;
            }
            false => commands.push(line.to_string()),
        }
    }
    (commands, tokens, stopped)
}

/// Whether a command of GitHub is an annotation of ours: `::error ...title=6206 NAME x2::...`.
fn is_annotation(command: &str) -> bool {
    let level = ["::error ", "::warning ", "::notice "]
        .iter()
        .find_map(|level| command.strip_prefix(level));
    let title =
        level.and_then(|rest| rest.split_once("title=")?.1.split_once("::")?.0.split_once(" x"));
    title.is_some_and(|(code, count)| {
        let number = code.split(' ').next().unwrap_or_default();
        number.parse::<i64>().is_ok() && count.parse::<u64>().is_ok()
    })
}

/// Nothing in `output` is a command, but for the annotations of `system`.
fn expect_calm(output: &[u8], system: &str, about: &str) {
    let lossy = text(output);
    let (commands, tokens, is_stopped) = github(output);
    let commands: Vec<&String> =
        commands.iter().filter(|command| system != "github" || !is_annotation(command)).collect();
    // Other systems take no commands of GitHub; documents may be read by any.
    if !["azure", "teamcity"].contains(&system) {
        assert!(commands.is_empty() && !is_stopped, "{about}: {commands:?}");
        assert_eq!(tokens.len(), usize::from(system == "github"), "{about}");
    }
    // A whole line is one command, from the first place where it begins.
    for (of, command, ours) in
        [("azure", "##vso[", "task.logissue type="), ("teamcity", "##teamcity[", "message text='")]
    {
        for line in lossy.split(['\n', '\r']).filter(|line| line.contains(command)) {
            let is_ours = line.strip_prefix(command).is_some_and(|rest| rest.starts_with(ours));
            assert!(
                is_ours && system == of || SYSTEMS.contains(&system) && system != of,
                "{about}: {line}"
            );
        }
    }
}

#[test]
fn no_line_of_a_log_becomes_a_command() {
    let folder = folder(&[]);
    for log in hostile_logs() {
        for format in SYSTEMS.iter().chain(&DOCUMENTS) {
            for end in [&b"\n"[..], b""] {
                let log = [log, end].concat();
                let args = ["--unknown", "--summary", "--fail-on", "info", "--format", format];
                let output = run_with_stdin(&args, folder.path(), &log);
                let about = format!("{format} {}", log.escape_ascii());
                assert!(
                    log.len() < 2 || matches!(output.status.code(), Some(0 | 1)),
                    "{about}: {}",
                    text(&output.stderr)
                );
                expect_calm(&output.stdout, format, &about);
                expect_calm(&output.stderr, "none", &about);
            }
        }
    }
}

/// The bytes between `before` and the first `after`.
fn between<'b>(bytes: &'b [u8], before: &[u8], after: &[u8]) -> &'b [u8] {
    let bytes = bytes.strip_prefix(before).expect("the bytes begin with it");
    &bytes[..memchr::memmem::find(bytes, after).unwrap_or(bytes.len())]
}

#[test]
fn a_log_passes_unchanged_but_for_broken_commands() {
    let folder = folder(&[]);
    let stripped = |log: &[u8]| run_with_stdin(&["--strip"], folder.path(), log).stdout;
    for log in hostile_logs() {
        let log = [log, b"\n"].concat();
        let broken = String::from_utf8_lossy(&log)
            .replace("##[", "## [")
            .replace("##vso[", "##vso [")
            .replace("##teamcity[", "##teamcity [");
        for format in SYSTEMS {
            let stdout = run_with_stdin(&["--format", format], folder.path(), &log).stdout;
            let passed = match format {
                "github" => {
                    let token = between(&stdout, b"::stop-commands::", b"\n");
                    between(
                        &stdout,
                        &[b"::stop-commands::", token, b"\n"].concat(),
                        &[b"::", token, b"::\n"].concat(),
                    )
                }
                "azure" => between(&stdout, b"", b"##vso["),
                _ => between(&stdout, b"", b"##teamcity["),
            };
            let back = stripped(passed);
            let is_same = if format == "github" { back == log } else { text(&back) == broken };
            assert!(is_same, "{format}: {} is not {}", back.escape_ascii(), log.escape_ascii());
        }
    }
}

#[test]
fn a_token_is_made_for_each_run() {
    let folder = folder(&[]);
    let (one, other) = (token(folder.path()), token(folder.path()));
    for token in [&one, &other] {
        assert!(
            token.len() == 32
                && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            "{token}"
        );
    }
    assert_ne!(one, other);
}

fn token(folder: &Path) -> String {
    let (_, mut tokens, _) =
        github(&run_with_stdin(&["--format", "github"], folder, HOSTILE).stdout);
    tokens.pop().expect("the log is enclosed")
}

#[test]
fn annotations_alone_need_no_token() {
    let folder = folder(&[]);
    let stdout =
        text(&run_with_stdin(&["--format", "github", "--no-log"], folder.path(), HOSTILE).stdout);
    assert!(stdout.lines().count() > 5 && stdout.lines().all(is_annotation), "{stdout}");
}

#[test]
fn the_environment_chooses_the_format() {
    let folder = folder(&[]);
    let rows = [
        ("GITHUB_ACTIONS", "true", "github"),
        ("GITLAB_CI", "true", "append"),
        ("TF_BUILD", "True", "azure"),
        ("TEAMCITY_VERSION", "2025.11", "teamcity"),
        ("CI", "true", "auto"),
    ];
    for (variable, value, format) in rows {
        assert_eq!(
            without_token(output_in_job(folder.path(), (variable, value), "ci")),
            without_token(output_in_job(folder.path(), (variable, value), format)),
            "{variable}"
        );
    }
}

fn without_token(text: String) -> String {
    match text.strip_prefix("::stop-commands::") {
        Some(rest) => rest.replace(&rest[..32], "TOKEN"),
        None => text,
    }
}

fn output_in_job(folder: &Path, variable: (&str, &str), format: &str) -> String {
    let mut command = binary(folder);
    let log = fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/logs/hostile.log"))
        .expect("it is there");
    text(&command.env(variable.0, variable.1).args(["--format", format]).stdin(log).finish().stdout)
}

/// Standard output of a run in `folder`, with the variable of a CI system or without.
fn stdout_in(folder: &Path, variable: Option<(&str, &str)>, args: &[&str]) -> String {
    let output = binary(folder).envs(variable).args(args).finish();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn records_and_tables_contain_no_commands_in_a_job() {
    let name = "##vso[task.complete]##teamcity[x]##[group].log";
    let line =
        "imsdk code:6206 ##vso[task.complete] ##[section]a ##teamcity[buildStop] # ## \\##[error]";
    let folder = folder(&[(name, &format!("{line}\n")), ("b.log", "imsdk code:70001\n")]);
    let folder = folder.path();
    let rows: [(&[&str], bool); 6] = [
        (&["--format", "jsonl"], true),
        (&["--format", "rdjsonl"], true),
        (&["--format", "csv"], false),
        (&["stats", "--format", "json"], true),
        (&["stats", "--format", "csv"], false),
        (&["stats", "--format", "table"], false),
    ];
    let jobs = [("TF_BUILD", "True"), ("TEAMCITY_VERSION", "2025.11"), ("GITHUB_ACTIONS", "true")];
    for (args, is_json) in rows {
        let args = [args, &[name, "b.log"]].concat();
        let outside = stdout_in(folder, None, &args);
        assert!(outside.contains("##vso[task.complete]##teamcity[x]##[group].log"), "{outside}");
        assert_eq!(stdout_in(folder, Some(("CI", "true")), &args), outside, "{args:?}");
        assert_eq!(stdout_in(folder, Some(("GITLAB_CI", "true")), &args), outside, "{args:?}");
        for job in jobs {
            let inside = stdout_in(folder, Some(job), &args);
            for command in ["##[", "##vso[", "##teamcity["] {
                assert!(!inside.contains(command), "{args:?} {job:?}: {inside}");
            }
            if is_json {
                assert_eq!(json_lines(&inside), json_lines(&outside), "{args:?} {job:?}");
            } else if args[1] != "--format" || args[2] != "table" {
                let broken = outside
                    .replace("##[", "## [")
                    .replace("##vso[", "##vso [")
                    .replace("##teamcity[", "##teamcity [");
                assert_eq!(inside, broken, "{args:?} {job:?}");
            }
        }
    }
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn azure_does_not_format_its_log_by_commands_of_the_log() {
    let folder = folder(&[]);
    let log = b"##[group]a\n##[section]b\n##[error]c\nimsdk code:6206\n";
    let stdout = text(&run_with_stdin(&["--format", "azure"], folder.path(), log).stdout);
    assert!(stdout.starts_with("## [group]a\n## [section]b\n## [error]c\nimsdk "), "{stdout}");
    assert!(!stdout.contains("##["), "{stdout}");
}

#[test]
fn names_of_files_command_nothing() {
    let folder = folder(&[]);
    let names: [&[u8]; 14] = [
        b"a\n::error::x.log",
        b"::error::x.log",
        b"\r::stop-commands::x",
        b"##vso[task.complete result=Failed;]x",
        b"##teamcity[buildStop]",
        b"##[add-mask]x",
        b"a|b'[].log",
        b"]]><!--&\".log",
        b"100%0A%.log",
        b"a,b;c]=.log",
        b"-c",
        b"\xff\xfe.log",
        b"\x1b[31m\x07.log",
        "\u{202e}gol.\u{2028}\u{85}".as_bytes(),
    ];
    fs::create_dir(folder.path().join("d")).expect("the folder is writable");
    for name in names {
        // All files have the same codes, and each file is the first one of its own run: the limit
        // of annotations would hide names of further codes.
        let path = folder.path().join("d").join(OsStr::from_bytes(name));
        fs::write(&path, "imsdk code:6206\nimsdk code:8020\n").expect("the folder is writable");
        for format in SYSTEMS.iter().chain(&DOCUMENTS) {
            let args = ["-r", "d", "--summary", "--fail-on", "error", "-H", "--format", format];
            // A dash would make it an option.
            let missing =
                if name.starts_with(b"-") { [b"./", name].concat() } else { name.to_vec() };
            let output = binary(folder.path()).args(args).arg(OsStr::from_bytes(&missing)).finish();
            let about = format!("{format} {}", name.escape_ascii());
            assert_eq!(output.status.code(), Some(2), "{about}: {}", text(&output.stderr));
            expect_calm(&output.stdout, format, &about);
            expect_calm(&output.stderr, "none", &about);
            let shown = text(&output.stderr);
            assert!(
                !shown.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'),
                "{about}: {shown:?}"
            );
        }
        fs::remove_file(path).expect("the folder is ours");
    }
}

#[test]
fn a_name_that_is_not_utf_8_keeps_its_bytes_where_the_format_has_a_way() {
    let folder = folder(&[]);
    let folder = folder.path();
    let name = OsStr::from_bytes(b"bad\xff\xe6.log");
    if fs::write(folder.join(name), "imsdk code:6206\n").is_err() {
        // macOS has no such names.
        return;
    }
    let jsonl = output_for(folder, &["--format", "jsonl"], name);
    assert_eq!(jsonl.matches("\"file\":{\"bytes\":\"YmFk/+YubG9n\"}").count(), 3, "{jsonl}");
    let stats = output_for(folder, &["stats", "--format", "json"], name);
    assert_eq!(stats.matches("_file\":{\"bytes\":\"YmFk/+YubG9n\"}").count(), 2, "{stats}");
    let sarif = output_for(folder, &["--format", "sarif"], name);
    assert!(sarif.contains("\"uri\": \"bad%FF%E6.log\""), "{sarif}");
    for format in ["csv", "rdjsonl", "gitlab", "junit", "markdown", "github"] {
        let document = output_for(folder, &["--format", format], name);
        assert!(document.contains("bad\u{fffd}\u{fffd}.log"), "{document}");
    }
}

fn output_for(folder: &Path, args: &[&str], name: &OsStr) -> String {
    let output = binary(folder).args(args).arg(name).output();
    text(&output.expect("the binary is built before its tests").stdout)
}

#[test]
fn explained_lines_and_listed_names_command_nothing() {
    let name = "##vso[task.complete]a.log";
    let folder = folder(&[(name, "imsdk code:6206 ##vso[task.complete]\n")]);
    let line = fs::read_to_string(folder.path().join(name)).expect("the file was written");
    let rows: [&[&str]; 4] =
        [&["explain-line", &line], &["-l", name], &["-c", "-H", name], &["-L", name]];
    for args in rows {
        let output = binary(folder.path()).env("TF_BUILD", "True").args(args).finish();
        let shown = text(&output.stdout);
        assert!(!shown.contains("##vso["), "{args:?}: {shown}");
        let outside = run(args, folder.path());
        let wanted = if args[0] == "-L" { 0 } else { 1 };
        assert_eq!(text(&outside.stdout).matches("##vso[").count(), wanted, "{args:?}");
    }
}
