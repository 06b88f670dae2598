//! The plugin for kubectl, with a stand-in for kubectl.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::{ROOT, path_of, path_with_program, put_script};
use crate::common::{Limited, folder, install_script, read, text};
use crate::terminal::Terminal;

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
    install_script(Path::new(&format!("{ROOT}/contrib/kubectl/kubectl-imerr")), &plugin);
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
