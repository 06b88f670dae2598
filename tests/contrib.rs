//! The files of `contrib/`: each is run as far as that can be done without the system it is for.
//! `.ci/packages` runs what needs an installation.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{LINE, Limited, binary, folder, kill, read, run, text, tool};
use regex::{Captures, Regex};
use serde_json::{Value, json};
use tempfile::TempDir;
use terminal::Terminal;
use yaml_rust2::{Yaml, YamlLoader};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PROGRAM: &str = env!("CARGO_BIN_EXE_imerr-annotate");

/// A file of this repository. The comments of a JSON file go.
fn contrib(name: &str) -> String {
    let text = fs::read_to_string(format!("{ROOT}/{name}"));
    let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
    if !name.ends_with(".json") {
        return text;
    }
    text.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn contrib_json(name: &str) -> Value {
    serde_json::from_str(&contrib(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(name: &str, text: &str) -> Yaml {
    let documents =
        YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let [document] = documents.as_slice() else { panic!("{name} is not one document") };
    document.clone()
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

/// A PATH with the folder `bin` of the test, which has the program.
fn path_with_program(folder: &Path) -> String {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("the folder is writable");
    symlink(PROGRAM, bin.join("imerr-annotate")).expect("the folder is writable");
    path_of(folder)
}

fn path_of(folder: &Path) -> String {
    format!("{}:/usr/bin:/bin", folder.join("bin").display())
}

/// Puts a shell script into the folder `bin`.
fn put_script(folder: &Path, name: &str, script: &str) {
    let path = folder.join("bin").join(name);
    fs::create_dir_all(folder.join("bin")).expect("the folder is writable");
    fs::write(&path, format!("#!/bin/sh\n{script}")).expect("the folder is writable");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
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

/// Prints its arguments, writes a code to both streams, and ends with `STATUS`.
const KUBECTL: &str = "for argument; do printf '<%s>' \"$argument\"; done; echo\n\
    echo 'imsdk error_code:6206'; echo 'imsdk error_code:70001' >&2\n\
    exit \"${STATUS-0}\"\n";

/// A folder with the plugin, the program and a stand-in for kubectl.
fn cluster(kubectl: &str) -> TempDir {
    let folder = folder(&[]);
    put_script(folder.path(), "kubectl", kubectl);
    path_with_program(folder.path());
    let plugin = folder.path().join("bin/kubectl-imerr");
    fs::copy(format!("{ROOT}/contrib/kubectl/kubectl-imerr"), plugin).expect("the plugin exists");
    folder
}

fn kubectl_imerr(folder: &Path, args: &[&str], status: &str) -> Output {
    Command::new(folder.join("bin/kubectl-imerr"))
        .args(args)
        .env_clear()
        .env("PATH", path_of(folder))
        .env("STATUS", status)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .finish()
}

#[test]
fn kubectl_imerr_annotates_both_streams_of_kubectl_logs() {
    let folder = cluster(KUBECTL);
    let odd = ["-f", "a pod", "-c", "it's \"$(x)\" *", ""];
    let output = kubectl_imerr(folder.path(), &odd, "0");
    let printed = text(&output.stdout);
    let (arguments, rest) = printed.split_once('\n').expect("two lines");
    assert_eq!(arguments, "<logs><-f><a pod><-c><it's \"$(x)\" *><>");
    assert!(rest.starts_with("imsdk error_code:6206 [imerr 6206 "), "{rest}");
    assert!(text(&output.stderr).starts_with("imsdk error_code:70001 [imerr 70001 "));
    assert_eq!(output.status.code(), Some(0));

    // Only the first `--` separates. No code is on the line with the arguments.
    let arguments = ["-v", "--", "pod", "--", "x y"];
    let output = kubectl_imerr(folder.path(), &arguments, "0");
    assert_eq!(text(&output.stdout), "<logs><pod><--><x y>\n");
}

#[test]
fn kubectl_imerr_has_the_status_of_kubectl_or_of_a_gate() {
    let folder = cluster(KUBECTL);
    for (args, kubectl, status) in [
        (&["pod"][..], "0", 0),
        (&["pod"], "3", 3),
        (&["--fail-on", "error", "--", "pod"], "0", 1),
        (&["--fail-on", "error", "--", "pod"], "3", 3),
        (&["--no-such-option", "--", "pod"], "0", 2),
        (&[], "3", 0),
        (&["--help"], "3", 0),
    ] {
        let output = kubectl_imerr(folder.path(), args, kubectl);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {output:?}");
    }
}

#[test]
fn kubectl_imerr_finds_the_program_beside_itself() {
    let folder = cluster(KUBECTL);
    let bin = folder.path().join("bin");
    // As krew installs it: a link to a folder that is not in PATH.
    let store = folder.path().join("store");
    fs::create_dir(&store).expect("the folder is writable");
    for name in ["kubectl-imerr", "imerr-annotate"] {
        fs::rename(bin.join(name), store.join(name)).expect("the folder is writable");
    }
    symlink(store.join("kubectl-imerr"), bin.join("kubectl-imerr")).expect("it is free");
    let output = kubectl_imerr(folder.path(), &["--only", "--", "pod"], "0");
    assert!(text(&output.stdout).contains("[imerr 6206 "), "{output:?}");

    fs::remove_file(store.join("imerr-annotate")).expect("it is ours");
    let output = kubectl_imerr(folder.path(), &["pod"], "0");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(text(&output.stderr).starts_with("error: imerr-annotate is neither beside "));
}

#[test]
fn ctrl_c_ends_kubectl_imerr_and_kubectl() {
    let folder = cluster("echo $$ > pid\necho 'imsdk error_code:6206'\nexec sleep 1000\n");
    let plugin = folder.path().join("bin/kubectl-imerr").display().to_string();
    let path = path_of(folder.path());
    let environment = [("PATH", path.as_str()), ("TERM", "xterm")];
    let mut terminal = Terminal::start(&plugin, &["-f", "pod"], folder.path(), 80, &environment);
    terminal.wait_for("The UserSig has expired.");
    terminal.write("\u{3}");
    let seen = terminal.end(80);
    assert_eq!(seen.status.code(), Some(130), "{:?}", seen.out);
    let is_there = format!("kill -0 {}", read(folder.path(), "pid"));
    let is_there = Command::new("/bin/sh").args(["-c", &is_there]).stderr(Stdio::null()).status();
    assert!(!is_there.expect("there is a shell").success(), "kubectl goes on");
}

const UNIT: &str = "contrib/systemd/imerr-annotate@.service";

#[test]
fn the_service_annotates_the_journal_of_its_instance() {
    let unit = contrib(UNIT);
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/"));
    let command = command.expect("the unit starts a program").replace("%i", "chat-server");
    let folder = folder(&[]);
    put_script(
        folder.path(),
        "journalctl",
        "echo \"$*\" > args; echo nothing; echo 'imsdk error_code:6206'\n",
    );
    let path = path_with_program(folder.path());
    let words: Vec<&str> = command.split(' ').collect();
    let output = Command::new(folder.path().join("bin").join(words[0]))
        .args(&words[1..])
        .env_clear()
        .env("PATH", path)
        .current_dir(folder.path())
        .output()
        .expect("the program is there");
    let expected = "--follow --lines=0 --output=cat --unit=chat-server\n";
    assert_eq!(read(folder.path(), "args"), expected);
    assert!(text(&output.stdout).starts_with("imsdk error_code:6206 [imerr 6206 "), "{output:?}");
    assert_eq!(text(&output.stdout).lines().count(), 1, "only lines with codes");
}

#[test]
fn the_service_is_valid() {
    let Some(analyze) = tool("systemd-analyze") else { return };
    // The program has to be where the unit says.
    let unit = contrib(UNIT).replace("/usr/bin/imerr-annotate", PROGRAM);
    let folder = folder(&[("imerr-annotate@.service", &unit)]);
    let output = Command::new(analyze)
        .args(["verify", "--man=no", "./imerr-annotate@.service"])
        .current_dir(folder.path())
        .output()
        .expect("systemd-analyze runs");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

/// The name of the first volume of a container, and where it is.
fn mount(container: &Yaml) -> (&str, &str) {
    let mount = &container["volumeMounts"][0];
    let path = mount["mountPath"].as_str().expect("a path");
    (mount["name"].as_str().expect("a name"), path)
}

#[test]
fn the_sidecar_follows_the_log_of_the_server() {
    let pod = yaml("sidecar.yaml", &contrib("contrib/kubernetes/sidecar.yaml"));
    let spec = &pod["spec"];
    let (sidecar, server) = (&spec["initContainers"][0], &spec["containers"][0]);
    assert_eq!(sidecar["restartPolicy"].as_str(), Some("Always"), "else the server never starts");
    assert_eq!(mount(sidecar), mount(server));
    assert_eq!(spec["volumes"][0]["name"].as_str(), Some(mount(server).0));

    let folder = folder(&[]);
    let log = folder.path().join("app.log");
    let local = folder.path().display().to_string();
    let mut command = binary(folder.path());
    for argument in sidecar["args"].as_vec().expect("a list") {
        command.arg(argument.as_str().expect("a string").replace(mount(server).1, &local));
    }
    // The sidecar starts first.
    let mut child = command.start();
    let mut printed = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut file = fs::File::create(log).expect("the folder is writable");
    for _ in 0..2 {
        file.write_all(format!("nothing\n{LINE}").as_bytes()).expect("the file is writable");
        let mut line = String::new();
        printed.read_line(&mut line).expect("a line is printed");
        assert!(line.starts_with("imsdk error_code:6206 [imerr 6206 "), "{line}");
    }
    kill(&child, "TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}

#[test]
fn the_hooks_for_pre_commit_check_logs_and_catalogs() {
    let hooks = yaml("hooks", &contrib(".pre-commit-hooks.yaml"));
    let files = [("good.log", "fine\n"), ("bad.log", LINE), ("my.txt", LINE)];
    let folder = folder(&files);
    let template = run(&["new-catalog", "my-app"], folder.path()).stdout;
    fs::write(folder.path().join("good.toml"), &template).expect("the folder is writable");
    fs::write(folder.path().join("bad.toml"), [&template[..], b"x"].concat()).expect("as above");
    for (id, files, status) in [
        ("imerr-annotate", &["good.log"][..], 0),
        ("imerr-annotate", &["good.log", "bad.log"], 1),
        ("imerr-check-catalog", &["good.toml"], 0),
        ("imerr-check-catalog", &["bad.toml"], 1),
    ] {
        let mut all = hooks.as_vec().expect("a list").iter();
        let hook = all.find(|hook| hook["id"].as_str() == Some(id)).expect("the hook exists");
        let pattern = Regex::new(hook["files"].as_str().expect("a pattern")).expect("valid");
        assert!(files.iter().all(|file| pattern.is_match(file)) && !pattern.is_match("my.txt"));
        // pre-commit adds `args` and the names of files.
        let entry = hook["entry"].as_str().expect("a command");
        let mut args: Vec<&str> = entry.split(' ').collect();
        assert_eq!(args.remove(0), "imerr-annotate");
        args.extend(hook["args"].as_vec().into_iter().flatten().filter_map(Yaml::as_str));
        args.extend(files);
        let output = run(&args, folder.path());
        assert_eq!(output.status.code(), Some(status), "{args:?}: {output:?}");
    }
}

const TARGETS: [&str; 7] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

fn archive(target: &str) -> String {
    let end = if target.contains("windows") { "zip" } else { "tar.gz" };
    format!("imerr-annotate-1.2.3-{target}.{end}")
}

/// A checksum that is made up.
fn checksum(target: &str) -> String {
    let place = TARGETS.iter().position(|other| *other == target).expect("a target");
    format!("{place}a").repeat(32)
}

/// The checksums of a release, as `sha256sum` prints them.
fn checksums() -> String {
    let line = |target: &&str| format!("{}  {}\n", checksum(target), archive(target));
    TARGETS.iter().map(line).collect()
}

fn fill(folder: &Path, args: &[&str]) -> Output {
    let script = format!("{ROOT}/contrib/packages/fill");
    let output = Command::new(script).args(args).current_dir(folder).output();
    output.expect("there is a shell")
}

const REPOSITORY: &str = "https://github.com/owner/imerr-annotate";

/// A folder with the manifests of a release in `manifests`.
fn filled() -> TempDir {
    let folder = folder(&[("SHA256SUMS", &checksums())]);
    let output = fill(folder.path(), &["1.2.3", REPOSITORY, "SHA256SUMS", "manifests"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    folder
}

/// Checks an address and the checksum beside it; returns the target.
fn target_of(url: &str, sum: &str) -> &'static str {
    let name = url.strip_prefix(&format!("{REPOSITORY}/releases/download/v1.2.3/"));
    let name = name.unwrap_or_else(|| panic!("{url} is not in the release"));
    let target = TARGETS.iter().find(|target| archive(target) == name);
    let target = target.unwrap_or_else(|| panic!("no archive is named {name}"));
    assert_eq!(sum, checksum(target), "{url}");
    target
}

/// The strings after a name in a formula.
fn ruby_values<'t>(formula: &'t str, name: &str) -> Vec<&'t str> {
    let values = formula.lines().filter_map(|line| line.trim().strip_prefix(name));
    values.map(|value| value.trim_matches('"')).collect()
}

#[test]
fn the_manifests_name_the_archives_of_a_release() {
    let folder = filled();
    let file = |name: &str| read(folder.path(), &format!("manifests/{name}"));

    let scoop: Value = serde_json::from_str(&file("scoop/imerr-annotate.json")).expect("JSON");
    let windows = &scoop["architecture"]["64bit"];
    let member = |name: &str| windows[name].as_str().expect("a string");
    let target = target_of(member("url"), member("hash"));
    assert_eq!(member("extract_dir"), format!("imerr-annotate-1.2.3-{target}"));
    assert_eq!(scoop["version"], "1.2.3");

    let krew = yaml("krew", &file("krew/imerr.yaml"));
    let mut targets = Vec::new();
    for platform in krew["spec"]["platforms"].as_vec().expect("a list") {
        let member = |name: &str| platform[name].as_str().expect("a string");
        let target = target_of(member("uri"), member("sha256"));
        let from = platform["files"][0]["from"].as_str().expect("a path");
        assert_eq!(from, format!("imerr-annotate-1.2.3-{target}/{}", member("bin")));
        let arch = platform["selector"]["matchLabels"]["arch"].as_str().expect("a name");
        assert_eq!(arch == "arm64", target.starts_with("aarch64"));
        targets.push(target);
    }
    assert_eq!(targets.len(), 4);
    assert_eq!(krew["spec"]["version"].as_str(), Some("v1.2.3"));
    assert!(krew["spec"]["shortDescription"].as_str().is_some_and(|text| text.len() <= 50));

    for part in ["", ".installer", ".locale.en-US", ".locale.zh-CN"] {
        let name = format!("winget/imerr-annotate.imerr-annotate{part}.yaml");
        let manifest = yaml(&name, &file(&name));
        assert_eq!(manifest["PackageVersion"].as_str(), Some("1.2.3"), "{name}");
        if part == ".installer" {
            let installer = &manifest["Installers"][0];
            let member = |name: &str| installer[name].as_str().expect("a string");
            let target = target_of(member("InstallerUrl"), member("InstallerSha256"));
            let program = manifest["NestedInstallerFiles"][0]["RelativeFilePath"].as_str();
            let expected = format!("imerr-annotate-1.2.3-{target}\\imerr-annotate.exe");
            assert_eq!(program, Some(&*expected));
        }
    }

    let formula = file("homebrew/imerr-annotate.rb");
    let (urls, sums) = (ruby_values(&formula, "url "), ruby_values(&formula, "sha256 "));
    assert_eq!((urls.len(), sums.len()), (4, 4));
    for (url, sum) in urls.iter().zip(sums) {
        target_of(url, sum);
    }
    if let Some(ruby) = tool("ruby") {
        let path = folder.path().join("manifests/homebrew/imerr-annotate.rb");
        let output = Command::new(ruby).arg("-wc").arg(path).output().expect("Ruby runs");
        assert_eq!((text(&output.stdout), text(&output.stderr)), ("Syntax OK\n".into(), "".into()));
    }
}

/// A value of `.SRCINFO`.
fn info_value<'t>(info: &'t str, name: &str) -> &'t str {
    let start = format!("\t{name} = ");
    let value = info.lines().find_map(|line| line.strip_prefix(&start));
    value.unwrap_or_else(|| panic!("no {name} in {info}"))
}

/// The AUR shows `.SRCINFO`, and `makepkg` goes by `PKGBUILD`.
#[test]
fn both_files_for_the_aur_say_the_same() {
    let Some(bash) = tool("bash") else { return };
    let folder = filled();
    let aur = folder.path().join("manifests/aur");
    let script = "source ./PKGBUILD
        for name in pkgdesc pkgver pkgrel url arch license depends provides conflicts options \
            source_x86_64 sha256sums_x86_64 source_aarch64 sha256sums_aarch64; do
            declare -n values=$name
            for value in \"${values[@]}\"; do printf '\\t%s = %s\\n' \"$name\" \"$value\"; done
        done";
    let output = Command::new(bash).args(["-euc", script]).current_dir(&aur).output();
    let output = output.expect("bash runs");
    let info = read(&aur, ".SRCINFO");
    let values: Vec<&str> = info.split_inclusive('\n').filter(|it| it.starts_with('\t')).collect();
    assert_eq!((text(&output.stdout), text(&output.stderr)), (values.concat(), String::new()));
    for target in ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] {
        let processor = target.split('-').next().expect("a target has parts");
        let source = info_value(&info, &format!("source_{processor}"));
        let sum = info_value(&info, &format!("sha256sums_{processor}"));
        assert_eq!(target_of(source, sum), target);
    }
}

#[test]
fn fill_refuses_what_is_no_release() {
    let sums = checksums();
    let others = sums.replace("1.2.3", "1.2.4");
    let (part, _) = sums.rsplit_once("6a").expect("the last line is for Windows");
    let folder = folder(&[("all", &sums), ("others", &others), ("part", part), ("old/x", "")]);
    for (args, expected) in [
        (&["1.2.3", REPOSITORY, "all"][..], "usage: fill "),
        (&["v1.2.3", REPOSITORY, "all", "new"], "VERSION is 'v1.2.3'"),
        (&["1.2.3-rc.1", REPOSITORY, "all", "new"], "VERSION is '1.2.3-rc.1'"),
        (&["1.2.3", "git@github.com:owner/x", "all", "new"], "REPOSITORY is 'git@"),
        (&["1.2.3", "https://x/|e rm", "all", "new"], "REPOSITORY 'https://x/|e rm' has "),
        (&["1.2.3", REPOSITORY, "missing", "new"], "SUMS 'missing' cannot be read"),
        (&["1.2.3", REPOSITORY, "all", "old"], "DIRECTORY 'old' exists"),
        (
            &["1.2.3", REPOSITORY, "part", "new"],
            "'part' has no archive of version 1.2.3 for: x86_64-pc-windows-msvc\n",
        ),
        (&["1.2.3", REPOSITORY, "others", "new"], "'others' has no archive of version 1.2.3 for: "),
    ] {
        let output = fill(folder.path(), args);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {message}");
        assert!(message.starts_with(&format!("error: {expected}")), "{message}");
        assert!(!folder.path().join("new").exists(), "{args:?} leaves a folder");
    }
}
