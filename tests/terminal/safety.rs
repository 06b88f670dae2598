//! Control characters of a log, which must not reach the terminal.

use crate::TERM;
use crate::common::{self, LINE, binary, folder, text};
use crate::terminal::run;

#[test]
fn control_characters_are_escaped_on_a_terminal_only() {
    let folder = folder(&[(
        "log",
        "a\u{1b}[2J\u{7}\u{1b}]0;title\u{7}b\tc \u{1b}[32mgreen\u{1b}[0m imsdk code:6206\n",
    )]);
    let shown = run(&["log"], folder.path(), 200, &[TERM]);
    assert!(
        shown.rows()[0].starts_with(r"a\x1b[2J\x07\x1b]0;title\x07b   c green imsdk code:6206"),
        "{:?}",
        shown.rows()
    );
    assert!(!shown.out.contains("\u{1b}[2J") && !shown.out.contains('\u{7}'));
    let table = run(&["--format", "csv", "log"], folder.path(), 200, &[TERM]);
    assert!(table.out.contains(r"a\x1b[2J\x07\x1b]0;title\x07b"), "{:?}", table.out);
    assert!(!table.out.contains("\u{1b}[2J") && !table.out.contains('\u{7}'));
    let piped = common::run(&["log"], folder.path());
    assert!(
        text(&piped.stdout).starts_with("a\u{1b}[2J\u{7}\u{1b}]0;title\u{7}b\tc "),
        "a pipe gets the log as it is"
    );
}

#[test]
fn file_names_cannot_control_the_terminal() {
    let name = "a\u{1b}[31mX\nY\u{202e}gol.txt";
    let folder = folder(&[(name, LINE), ("b", LINE)]);
    for args in [&["-H"][..], &["-n", "-H"], &["-l"], &["-c"], &["-f", "-m1"]] {
        let seen =
            run(&[args, &["--color", "never", name, "b"]].concat(), folder.path(), 200, &[TERM]);
        assert!(
            !seen.out.contains('\u{202e}')
                && !seen.out.contains("\u{1b}[31m")
                && seen.out.contains("a\u{fffd}[31mX\u{fffd}Y\u{fffd}gol.txt"),
            "{args:?}: {:?}",
            seen.out
        );
    }
}

/// Controls that a terminal obeys: a title, a command of C1, a direction, DEL, a build server's
/// command.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{9b}2J\u{9d}0;x\u{9c}\u{202e}\u{2066}\u{7f}##vso[x]";

#[test]
fn nothing_that_is_shown_commands_the_terminal() {
    let name = format!("a{HOSTILE}.log");
    let log = format!(
        "imsdk code:6206 {HOSTILE}\n{{\"msg\":\"{HOSTILE}\",\"error_code\":10010}}\n{HOSTILE}\n"
    );
    let catalog = format!("c{HOSTILE}.toml");
    let entry = "system = \"app\"\n[[entry]]\ncode = 880000\ncategory = \"c\"\nkind = \"auth\"\n\
                 severity = \"error\"\nmeaning = \"M.\"\nremedy = \"R.\"\nretry = \"never\"\n\
                 status = \"current\"\n";
    let folder = folder(&[(&name, &log), ("b.log", "plain\n"), (&catalog, entry)]);
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in [
        "auto", "append", "below", "inline", "json", "logfmt", "jsonl", "csv", "rdjsonl",
        "rsyslog", "github", "azure", "teamcity", "gitlab", "sarif", "junit", "markdown",
    ] {
        runs.push(vec!["--format", format, &name, "b.log"]);
    }
    for format in ["table", "json", "csv", "markdown"] {
        runs.push(vec!["stats", "--format", format, &name]);
    }
    for options in ["-H", "-c", "-l", "-v", "--files-without-match", "--summary", "--strip", "-C1"]
    {
        runs.push(vec![options, &name, "b.log"]);
    }
    // Arguments that are repeated in messages.
    for option in [
        "--format",
        "--code",
        "--since",
        "--glob",
        "--system",
        "--theme",
        "--encoding",
        "--fail-on",
        "--also",
        "-j",
        "--catalog",
        "--config",
        "--files-from",
        "--report",
        "--json-key",
    ] {
        runs.push(vec![option, HOSTILE, "b.log"]);
    }
    let unknown_option = format!("--{HOSTILE}");
    runs.push(vec![&unknown_option]);
    for command in [
        "explain",
        "search",
        "export",
        "explain-line",
        "check-catalog",
        "new-catalog",
        "completions",
        "man",
        "--",
    ] {
        runs.push(vec![command, HOSTILE]);
    }
    runs.push(vec!["list", "--system", HOSTILE]);
    runs.extend([
        vec!["check-catalog", &name],
        vec!["check-catalog", &catalog],
        vec!["--catalog", &name],
    ]);
    for args in runs {
        let seen = run(&args, folder.path(), 100, &[TERM, ("COLORTERM", "truecolor")]);
        let plain = seen.out.replace("\u{1b}]8;;", "").replace("\u{1b}\\", "");
        let shown = imerr::terminal::escape_controls(plain.as_bytes());
        assert_eq!(text(&shown), plain, "{args:?}");
    }
    let mut piped = binary(folder.path());
    let piped = piped.args([&unknown_option]).output().expect("the binary is built");
    let message = text(&piped.stderr);
    assert!(message.contains("##vso [x]") && !message.contains("##vso["), "{message}");
}
