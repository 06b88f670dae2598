//! Runs the examples of the documents.
//!
//! A `console` block shows commands and what they print on a terminal with 100 columns.
//! `UPDATE_EXAMPLES=1 cargo test --test examples` writes the output into the documents; read the
//! diff before you commit it. A `sh` block shows commands without their output.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Limited, text};
use terminal::Terminal;

/// The documents with examples. `tests/docs.rs` runs those of `docs/ci.md`.
const DOCUMENTS: [&str; 6] = [
    "README.md",
    "README.zh-CN.md",
    "docs/guide.md",
    "docs/guide.zh-CN.md",
    "docs/catalog.md",
    "docs/catalog.zh-CN.md",
];
const LOG: &str = include_str!("../fixtures/logs/demo.log");
const COLUMNS: u16 = 100;

/// The logs and programs that the examples name.
const LOGS: [&str; 12] = [
    "app.log",
    "app.log.1",
    "server.log",
    "client.log",
    "customer/app.log",
    "customer/debug/app.log",
    "build/logs/app.log",
    "annotated.log",
    "app.log.gz",
    "server.log.zst",
    "customer.zip",
    "customer.tar.gz",
];
const PROGRAMS: [(&str, &str); 2] = [("app", "cat app.log\n"), ("bin/jq", "cat\n")];
/// Programs other than ours that examples run; all others may not be installed.
const TOOLS: [&str; 2] = ["cmp ", "mkdir "];

fn document(name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    (path, text)
}

/// The fenced blocks of a document in a language.
fn blocks<'t>(document: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("```{language}\n");
    let starts = document.split(opening.as_str()).skip(1);
    starts.map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

/// A directory with the logs and programs of the examples.
fn workplace() -> tempfile::TempDir {
    let files: Vec<(&str, &str)> = LOGS.iter().map(|&name| (name, LOG)).collect();
    let folder = common::folder(&files);
    let root = folder.path();
    for name in ["bin", "codes", "build/empty"] {
        fs::create_dir(root.join(name)).expect("the directory is writable");
    }
    symlink(env!("CARGO_BIN_EXE_imerr-annotate"), root.join("bin/imerr-annotate"))
        .expect("the directory is writable");
    symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), root.join("fixtures"))
        .expect("the directory is writable");
    for (name, script) in PROGRAMS {
        let path = root.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).expect("the directory is writable");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    }
    let template = common::run(&["new-catalog", "my-app"], root).stdout;
    for name in ["my-app.toml", "codes/my-app.toml"] {
        fs::write(root.join(name), &template).expect("the directory is writable");
    }
    let known = "[[known]]\ncause = \"usersig-expired\"\nticket = \"T-1\"\n";
    fs::write(root.join("team.toml"), known).expect("the directory is writable");
    let (_, catalogs) = document("docs/catalog.md");
    let rules = blocks(&catalogs, "toml").into_iter().find(|file| file.starts_with("triggers"));
    fs::write(root.join("my-rules.toml"), rules.expect("it shows rules"))
        .expect("the directory is writable");
    folder
}

fn path_variable(folder: &Path) -> String {
    format!("{}:/usr/bin:/bin", folder.join("bin").display())
}

/// What `command` prints on a terminal, without the blanks at the ends of lines.
fn shown(command: &str, folder: &Path, locale: &str) -> String {
    let path = path_variable(folder);
    let env = [("PATH", path.as_str()), ("NO_COLOR", "1"), ("LANG", locale), ("TZ", "UTC")];
    let seen = Terminal::start("/bin/sh", &["-c", command], folder, COLUMNS, &env).end(COLUMNS);
    let size = |count: u16| count.try_into().expect("the terminal is not empty");
    let mut parser = vt100::Parser::new(size(1000), size(COLUMNS), 0);
    parser.process(seen.out.as_bytes());
    let lines: Vec<String> =
        parser.screen().contents().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    lines.concat()
}

/// A block with the commands of `block` and their output in the locale.
fn renewed(block: &str, locale: &str) -> String {
    let folder = workplace();
    let commands = block.lines().filter_map(|line| line.strip_prefix("$ "));
    let shown = |command| format!("$ {command}\n{}", shown(command, folder.path(), locale));
    commands.map(shown).collect()
}

#[test]
fn each_console_block_shows_what_is_printed() {
    for name in DOCUMENTS {
        let (path, old) = document(name);
        let locale = if name.contains(".zh-") { "zh_CN.UTF-8" } else { "C.UTF-8" };
        let mut new = old.clone();
        for block in blocks(&old, "console") {
            new = new.replacen(
                &format!("```console\n{block}```"),
                &format!("```console\n{}```", renewed(block, locale)),
                1,
            );
        }
        if std::env::var_os("UPDATE_EXAMPLES").is_some() {
            fs::write(path, new).expect("the document is writable");
            continue;
        }
        assert!(blocks(&old, "console").len() > 1, "{name} has no examples");
        for (old, new) in old.lines().zip(new.lines()) {
            assert_eq!(old, new, "{name}; UPDATE_EXAMPLES=1 writes what is printed now");
        }
        assert_eq!(old.len(), new.len(), "{name}; UPDATE_EXAMPLES=1 writes what is printed now");
    }
}

#[test]
fn the_readme_in_chinese_has_the_examples_of_the_readme() {
    let (english, chinese) = (commands_of("README.md"), commands_of("README.zh-CN.md"));
    for command in &english {
        assert!(chinese.contains(command), "README.zh-CN.md lacks {command}");
    }
    assert!(english.len() > 3);
}

fn commands_of(name: &str) -> Vec<String> {
    let (_, text) = document(name);
    let console = blocks(&text, "console").concat();
    console.lines().filter(|line| line.starts_with("$ ")).map(str::to_string).collect()
}

/// The commands of `sh` blocks and in tables, by the blocks and tables that they are in.
fn commands(document: &str) -> Vec<Vec<String>> {
    let blocks = blocks(document, "sh").into_iter();
    let mut all: Vec<Vec<String>> =
        blocks.map(|block| block.lines().map(str::to_string).collect()).collect();
    for row in document.lines().filter(|line| line.starts_with('|')) {
        let codes = row.split('`').skip(1).step_by(2).map(|code| code.replace("\\|", "|"));
        all.push(codes.filter(|code| code.starts_with("imerr-annotate ")).collect());
    }
    all
}

/// The part of a command that can run here.
fn runnable(line: &str) -> Option<String> {
    if TOOLS.iter().any(|tool| line.starts_with(tool)) {
        return Some(line.to_string());
    }
    if ["cargo ", "docker ", "curl ", "git "].iter().any(|program| line.starts_with(program)) {
        return None;
    }
    let start = line.find("imerr-annotate")?;
    let command = line[start..].split(" | less").next()?;
    // A followed log has no end, unless the first code ends the run.
    Some(command.replace("annotate -f ", "annotate -q -f "))
}

#[test]
fn each_command_runs() {
    let mut count = 0;
    for name in DOCUMENTS {
        let (_, text) = document(name);
        for block in commands(&text).iter().filter(|block| !block.is_empty()) {
            let folder = workplace();
            for line in block {
                let Some(command) = runnable(line) else { continue };
                run_in(folder.path(), &command, name);
                count += 1;
            }
        }
    }
    assert!(count > 50, "only {count} commands were found");
}

/// The names of the commands, which have manual pages.
fn command_names() -> Vec<String> {
    let manual = common::run(&["man"], Path::new(".")).stdout;
    let manual = text(&manual).replace("\\-", "-");
    let pages = manual.lines().last().unwrap_or_default().split("\\fBimerr-annotate-").skip(1);
    pages.filter_map(|page| page.split("\\fR").next()).map(str::to_string).collect()
}

#[test]
fn the_examples_of_each_help_run() {
    let names = command_names();
    assert!(names.len() > 10, "{names:?}");
    for name in [String::new()].into_iter().chain(names) {
        let folder = workplace();
        fs::create_dir_all(folder.path().join(".local/share/bash-completion/completions"))
            .expect("the directory is writable");
        let args: Vec<&str> =
            [&*name, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        let help = text(&common::run(&args, folder.path()).stdout);
        let examples = help.split("\nExamples:\n").nth(1).unwrap_or_default();
        let commands: Vec<&str> =
            examples.lines().map_while(|line| line.strip_prefix("  ")).collect();
        assert!(!commands.is_empty() || name == "man", "{name} has no examples");
        let manual: Vec<&str> = ["man", &name].into_iter().filter(|arg| !arg.is_empty()).collect();
        let manual = text(&common::run(&manual, folder.path()).stdout).replace("\\-", "-");
        for line in commands {
            assert!(manual.contains(&line.replace('\'', "\\*(Aq")), "{name}: {line}");
            let command = runnable(line).unwrap_or_else(|| panic!("{name}: {line}"));
            run_in(folder.path(), &command, &name);
        }
    }
}

fn run_in(folder: &Path, command: &str, document: &str) {
    let input = if command.contains("--files-from -") { "app.log\0" } else { LOG };
    fs::write(folder.join("input"), input).expect("the directory is writable");
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .env_clear()
        .env("PATH", path_variable(folder))
        .env("HOME", folder)
        .current_dir(folder)
        .stdin(fs::File::open(folder.join("input")).expect("it was written"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .finish();
    let wanted = i32::from(command.contains("--fail-on"));
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(wanted), "{document}: {command}\n{stderr}");
}

#[test]
fn each_catalog_and_rule_file_is_valid() {
    for name in ["docs/catalog.md", "docs/catalog.zh-CN.md"] {
        let (_, text) = document(name);
        let files = blocks(&text, "toml");
        assert!(files.len() > 3, "{name} shows files");
        files.into_iter().for_each(check_catalog);
    }
}

fn check_catalog(file: &str) {
    let folder = workplace();
    fs::write(folder.path().join("shown.toml"), file).expect("the directory is writable");
    // The samples of rules contain codes of the catalog.
    let catalog = if file.starts_with("system") { "" } else { "my-app.toml" };
    run_in(folder.path(), &format!("imerr-annotate check-catalog {catalog} shown.toml"), file);
}

#[test]
fn the_filter_for_jq_reads_one_code_and_several() {
    let jq = Command::new("jq").arg("--version").output();
    if !jq.is_ok_and(|output| output.status.success()) {
        println!("skipped: jq is not installed");
        return;
    }
    let (_, guide) = document("docs/guide.md");
    let filter = guide.split("jq -r '.imerr").nth(1).and_then(|rest| rest.split('\'').next());
    let filter = format!(".imerr{}", filter.expect("the guide has a filter"));
    let log = "{\"msg\":\"plain\"}\n{\"imsdk code\":6206}\n{\"imsdk code\":70001,\"x\":\"imsdk code:6208\"}\n";
    let folder = common::folder(&[("log", log)]);
    let annotated = common::run(&["--format", "json", "log"], folder.path()).stdout;
    fs::write(folder.path().join("annotated"), &annotated).expect("the folder is writable");
    let output =
        Command::new("jq").args(["-r", &filter, "annotated"]).current_dir(&folder).output();
    let output = output.expect("jq is installed");
    assert_eq!(
        text(&output.stdout),
        "6206 error\n70001 error\n6208 warning\n",
        "{}",
        text(&annotated)
    );
    let help = text(&common::run(&["--help"], folder.path()).stdout);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = ".imerr // empty | arrays // [.] | .[]";
    assert!(filter.starts_with(short) && help.contains(short), "{filter}");
}
