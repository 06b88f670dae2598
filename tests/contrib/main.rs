//! The files of `contrib/`: each is run as far as that can be done without the system it is for.
//! `.ci/packages` runs what needs an installation.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;
mod kubectl;
mod manifests;
mod problem_matchers;
#[path = "../common/terminal.rs"]
mod terminal;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use common::{LINE, Limited, binary, folder, install_script, kill, read, run, text, tool};
use regex::Regex;
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

fn yaml(name: &str, text: &str) -> Yaml {
    let documents =
        YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let [document] = documents.as_slice() else { panic!("{name} is not one document") };
    document.clone()
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
    let source = path.with_extension("sh");
    fs::write(&source, format!("#!/bin/sh\n{script}")).expect("the folder is writable");
    install_script(&source, &path);
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
