//! What editors and GitHub find in the output: the line, code and severity of each annotation.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use regex::{Captures, Regex};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PROGRAM, ROOT, contrib, path_with_program};
use crate::common::{self, Limited, folder, read, run, text, tool};
use crate::terminal::Terminal;

fn contrib_json(name: &str) -> Value {
    serde_json::from_str(&contrib(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Options that find more codes than the defaults: unknown and ambiguous ones.
const ALL_CODES: [&str; 3] = ["--unknown", "--min-confidence", "low"];

/// A folder with logs, and their names: those of `fixtures`, and some that are hard for a pattern.
fn logs() -> (TempDir, Vec<String>) {
    let folder = folder(&[
        ("聊天 日志.log", "登录失败，错误码：70001\r\nimsdk error_code:6206\r\n"),
        ("a:1.log", "imsdk error_code:10010 and error_code:6206\nfile.c:12: imsdk code:6014\n"),
        ("ambiguous.log", "code:2001\nnothing\nimsdk error_code:8888\n"),
    ]);
    for entry in fs::read_dir(format!("{ROOT}/fixtures/logs")).expect("there are logs") {
        let path = entry.expect("the folder can be listed").path();
        let name = path.file_name().expect("a file has a name");
        // Lone CR in it: to an editor these are the ends of lines.
        if name != "hostile.log" {
            fs::copy(&path, folder.path().join(name)).expect("the folder is writable");
        }
    }
    let names = common::tree(folder.path());
    assert!(names.len() > 15);
    (folder, names)
}

fn strings(value: &Value) -> Vec<&str> {
    let array = value.as_array().expect("an array");
    array.iter().map(|value| value.as_str().expect("a string")).collect()
}

fn words(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The records of `jsonl` by file and line.
fn records(folder: &Path, names: &[String], lang: &str) -> BTreeMap<(String, u64), Vec<Value>> {
    let options = [&ALL_CODES[..], &["--format", "jsonl", "--lang", lang]].concat();
    let output = run(&[options, words(names)].concat(), folder);
    let mut records: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in text(&output.stdout).lines() {
        let record: Value = serde_json::from_str(line).expect("a line is JSON");
        if record["type"] != "match" {
            continue;
        }
        let file = record["file"].as_str().expect("a record has a file").to_string();
        let line = record["line"].as_u64().expect("a record has a line");
        records.entry((file, line)).or_default().push(record);
    }
    records
}

/// The severity that counts for a record. Unknown codes are errors, as they are for gates.
fn severity(record: &Value) -> &str {
    record["severity"].as_str().unwrap_or("error")
}

/// The worst severity of all meanings of all codes of a line, as GitHub names it.
fn worst(records: &[Value]) -> &'static str {
    let mut worst = 0;
    for record in records {
        let others = record["alternatives"].as_array();
        for meaning in others.into_iter().flatten().chain([record]) {
            let rank = ["info", "warning", "error"].iter().position(|it| *it == severity(meaning));
            worst = worst.max(rank.unwrap_or(2));
        }
    }
    ["notice", "warning", "error"][worst]
}

/// A member of a pattern, which is the number of a group, in what the pattern captures.
fn group<'t>(captures: &Captures<'t>, pattern: &Value, member: &str) -> Option<&'t str> {
    let index = pattern[member].as_u64().unwrap_or_else(|| panic!("{pattern} has no {member}"));
    captures.get(usize::try_from(index).expect("a small number")).map(|group| group.as_str())
}

fn place(captures: &Captures<'_>, pattern: &Value) -> (String, u64) {
    let file = group(captures, pattern, "file").expect("a file");
    let line = group(captures, pattern, "line").expect("a line");
    (file.to_string(), line.parse().expect("a number"))
}

/// Compares what the `patterns` capture in Node.js with what they capture here.
fn compare_with_node(patterns: &[&Value], output: &str) {
    let Some(node) = tool("node") else { return };
    let regexps: Vec<&str> = patterns.iter().filter_map(|it| it["regexp"].as_str()).collect();
    let lines: Vec<&str> = output.lines().collect();
    let mut expected = Vec::new();
    for regexp in &regexps {
        let regex = Regex::new(regexp).expect("it was used before");
        for line in &lines {
            let captures = regex.captures(line);
            expected.push(captures.map(|captures| {
                captures.iter().map(|group| group.map(|group| group.as_str())).collect::<Vec<_>>()
            }));
        }
    }
    let folder = folder(&[("in.json", &json!([regexps, lines]).to_string())]);
    let script = "const [regexps, lines] = JSON.parse(require('fs').readFileSync('in.json'));
        const captures = (regexp, line) => {
            const found = line.match(new RegExp(regexp));
            return found && [...found].map(group => group ?? null);
        };
        console.log(JSON.stringify(regexps.flatMap(it => lines.map(line => captures(it, line)))));";
    let output = Command::new(node).args(["-e", script]).current_dir(folder.path()).output();
    let output = output.expect("Node.js runs");
    assert_eq!(text(&output.stderr), "");
    let found: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    assert_eq!(found, json!(expected));
}

/// The arguments of the task for these logs.
fn task_arguments<'t>(task: &'t Value, names: &'t [String]) -> Vec<&'t str> {
    let mut arguments = strings(&task["args"]);
    assert_eq!(arguments.pop(), Some("${relativeFile}"));
    assert_eq!(task["command"], "imerr-annotate");
    arguments.extend(names.iter().map(String::as_str));
    arguments
}

#[test]
fn the_problem_matcher_of_vs_code_has_each_line_with_codes() {
    let tasks = contrib_json("contrib/vscode/tasks.json");
    let task = &tasks["tasks"][0];
    let pattern = &task["problemMatcher"]["pattern"];
    assert_eq!(task["problemMatcher"]["severity"], "error", "that of an unknown code");
    let regex = Regex::new(pattern["regexp"].as_str().expect("a pattern has one")).expect("valid");
    let (folder, names) = logs();
    for lang in ["en", "zh"] {
        let arguments = [task_arguments(task, &names), ALL_CODES.to_vec(), vec!["--lang", lang]];
        let output = text(&run(&arguments.concat(), folder.path()).stdout);
        let records = records(folder.path(), &names, lang);
        let mut severities: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for line in output.lines() {
            let captures = regex.captures(line).unwrap_or_else(|| panic!("no problem in {line}"));
            let place = place(&captures, pattern);
            let first = &records.get(&place).unwrap_or_else(|| panic!("no codes in {line}"))[0];
            assert_eq!(group(&captures, pattern, "code"), Some(&*first["code"].to_string()));
            let severity = group(&captures, pattern, "severity");
            assert_eq!(severity, first["severity"].as_str(), "{line}");
            let message = group(&captures, pattern, "message").expect("a message");
            let meaning = first["meaning"].as_str().unwrap_or_default();
            assert!(message.starts_with(meaning), "{meaning}: {line}");
            *severities.entry(severity).or_default() += 1;
            found.push(place);
        }
        found.sort();
        assert_eq!(found, records.keys().cloned().collect::<Vec<_>>());
        for severity in [None, Some("info"), Some("warning"), Some("error")] {
            assert!(severities.contains_key(&severity), "{severity:?} is not tested");
        }
        compare_with_node(&[pattern], &output);
    }
}

/// VS Code runs tasks in a terminal, which knows links.
#[test]
fn a_task_of_vs_code_prints_the_same_in_a_terminal() {
    let tasks = contrib_json("contrib/vscode/tasks.json");
    let names = ["demo.log".to_string()];
    let arguments = task_arguments(&tasks["tasks"][0], &names);
    let logs = Path::new(ROOT).join("fixtures/logs");
    let environment = [("TERM", "xterm-256color"), ("TERM_PROGRAM", "vscode")];
    let environment = [&environment[..], &[("COLORTERM", "truecolor")]].concat();
    let seen = Terminal::start(PROGRAM, &arguments, &logs, 80, &environment).end(80);
    let piped = text(&run(&arguments, &logs).stdout);
    assert!(!piped.is_empty());
    assert!(seen.out.starts_with(&piped.replace('\n', "\r\n")), "{:?}", seen.out);
}

#[test]
fn the_problem_matchers_of_github_give_each_line_its_worst_severity() {
    let matchers = contrib_json("contrib/github/imerr-problem-matcher.json");
    let matchers = matchers["problemMatcher"].as_array().expect("an array");
    let mut patterns = Vec::new();
    for matcher in matchers {
        let [pattern] = matcher["pattern"].as_array().expect("an array").as_slice() else {
            panic!("{matcher} has several patterns")
        };
        let regex = Regex::new(pattern["regexp"].as_str().expect("a pattern has one"));
        patterns.push((pattern, regex.expect("valid"), &matcher["severity"]));
    }
    let (folder, names) = logs();
    let options = ["--format", "append", "--only", "-H", "-n", "--lang"];
    for lang in ["en", "zh"] {
        let arguments = [&options[..], &[lang], &ALL_CODES, &words(&names)].concat();
        let output = text(&run(&arguments, folder.path()).stdout);
        let records = records(folder.path(), &names, lang);
        let mut found = Vec::new();
        for line in output.lines() {
            // The first matcher that matches a line takes it.
            let matched = patterns.iter().find(|(_, regex, _)| regex.is_match(line));
            let (pattern, regex, severity) = matched.unwrap_or_else(|| panic!("none takes {line}"));
            let captures = regex.captures(line).expect("it matched");
            let place = place(&captures, pattern);
            let records = records.get(&place).unwrap_or_else(|| panic!("no codes in {line}"));
            assert_eq!(severity.as_str(), Some(worst(records)), "{line}");
            let code = records[0]["code"].to_string();
            assert_eq!(group(&captures, pattern, "code"), Some(&*code), "{line}");
            let message = group(&captures, pattern, "message").expect("a message");
            assert!(message.starts_with(&code), "{line}");
            found.push(place);
        }
        found.sort();
        assert_eq!(found, records.keys().cloned().collect::<Vec<_>>());
        let patterns: Vec<&Value> = patterns.iter().map(|(pattern, ..)| *pattern).collect();
        compare_with_node(&patterns, &output);
    }
}

#[test]
fn the_quickfix_list_of_vim_has_each_line_with_codes() {
    let Some(vim) = tool("vim") else { return };
    let (folder, names) = logs();
    let quoted: Vec<String> = names.iter().map(|name| name.replace(' ', "\\ ")).collect();
    let make = format!("silent make! {} {}", ALL_CODES.join(" "), quoted.join(" "));
    let list = "map(getqflist(), {_, it -> \
        json_encode([bufname(it.bufnr), it.lnum, it.type, it.valid, it.text])})";
    let runtime = format!("set nocompatible encoding=utf-8 runtimepath+={ROOT}/contrib/vim");
    let write = format!("call writefile({list}, 'out')");
    let commands: [&str; 5] = [&runtime, "compiler imerr", &make, &write, "qall!"];
    let output = Command::new(vim)
        .args(["-es", "-u", "NONE", "-i", "NONE"])
        .args(commands.iter().flat_map(|command| ["-c", *command]))
        .env_clear()
        .env("PATH", path_with_program(folder.path()))
        .env("HOME", folder.path())
        .env("LANG", "C.UTF-8")
        .env("SHELL", "/bin/sh")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .finish();
    assert!(output.status.success(), "{output:?}");
    let records = records(folder.path(), &names, "en");
    let mut found = Vec::new();
    for line in read(folder.path(), "out").lines() {
        let entry: Value = serde_json::from_str(line).expect("Vim writes JSON");
        let place = (entry[0].as_str().expect("a file").to_string(), entry[1].as_u64());
        let place = (place.0, place.1.expect("a number"));
        let first = &records.get(&place).unwrap_or_else(|| panic!("no codes for {entry}"))[0];
        let letter = match severity(first) {
            "info" => "I",
            "warning" => "W",
            _ => "E",
        };
        assert_eq!((&entry[2], &entry[3]), (&json!(letter), &json!(1)), "{first}");
        let message = entry[4].as_str().expect("a text");
        assert!(message.starts_with(&first["code"].to_string()), "{entry}");
        found.push(place);
    }
    found.sort();
    assert_eq!(found, records.keys().cloned().collect::<Vec<_>>());
}
