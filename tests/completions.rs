//! The completions, as the shells themselves go by them.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use common::{folder, text};
use tempfile::TempDir;
use terminal::Terminal;

/// What is typed, some of what is offered then in all shells, and something that is not.
const ROWS: [(&str, &[&str], &str); 28] = [
    ("explain 620", &["6206"], "app.log"),
    ("explain 6205 ERR_USER_SIG_EXP", &["ERR_USER_SIG_EXPIRED"], "app.log"),
    ("explain --color n", &["never"], "app.log"),
    ("config s", &["show"], "search"),
    ("co", &["config", "completions", "config.log"], "comm"),
    ("ap", &["app.log"], "append"),
    ("app.log co", &["config.log"], "completions"),
    ("app.log --onl", &["only"], "config.log"),
    ("--kind config exp", &["explain"], "app.log"),
    ("--theme ", &["dark", "light"], "app.log"),
    ("--theme l", &["light"], "list"),
    ("--theme=l", &["light"], "list"),
    ("--format=be", &["below"], "app.log"),
    ("--only --system s", &["sdk-v3", "server"], "stats"),
    ("--severity error,f", &["fatal"], "warning"),
    ("stats --severity=error,f", &["fatal"], "warning"),
    ("stats --format ", &["markdown"], "inline"),
    ("stats ap", &["app.log"], "append"),
    ("list --kind q", &["quota"], "app.log"),
    ("--encoding gb", &["gb18030", "gbk"], "app.log"),
    ("--report s", &["sarif"], "app.log"),
    ("--report sarif=ap", &["app.log"], "append"),
    ("man e", &["explain-line"], "app.log"),
    ("help e", &["explain-line"], "app.log"),
    ("completions el", &["elvish"], "app.log"),
    ("-- lis", &[], "list"),
    ("-- test ap", &["app.log"], "append"),
    ("search a", &[], "app.log"),
];

/// A folder with the script for `shell`, under the name that this shell looks for, and with some logs to complete.
fn place(shell: &str) -> TempDir {
    let folder = folder(&[("logs/app.log", ""), ("logs/config.log", "")]);
    let script = common::run(&["completions", shell], folder.path());
    assert!(script.status.success());
    std::fs::write(folder.path().join("_imerr-annotate"), script.stdout)
        .expect("the folder is writable");
    folder
}

/// The program of this name; if there is none, says that a test is left out.
fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("left out: there is no {name} here");
    }
    found
}

/// Checks what was offered for each row.
fn check(offered: impl Fn(usize) -> String) {
    let told = |place: usize| format!("{:?} offers {:?}", ROWS[place].0, offered(place));
    for (place, (_, wanted, unwanted)) in ROWS.iter().enumerate() {
        // In lists and behind `=` some shells offer the whole word, with a blank or comma behind it.
        let text = offered(place).replace(['=', ','], " ");
        let words: Vec<&str> =
            text.split_whitespace().map(|word| word.trim_start_matches('-')).collect();
        for wanted in *wanted {
            assert!(words.contains(wanted), "{}", told(place));
        }
        assert!(!words.contains(unwanted), "{}", told(place));
    }
}

/// What stands between the marks of each row.
fn between_marks(out: &str, place: usize) -> String {
    let start = out
        .find(&format!("[begin {place}]"))
        .unwrap_or_else(|| panic!("row {place} is missing: {out}"));
    let end = out
        .find(&format!("[end {place}]"))
        .unwrap_or_else(|| panic!("row {place} does not end: {out}"));
    out[start..end].split_once(']').map(|(_, rest)| rest.to_string()).unwrap_or_default()
}

#[test]
fn bash_completes() {
    let Some(bash) = program("bash") else { return };
    let folder = place("bash");
    // Where nothing is found, bash falls back to files, unless the script takes that back.
    let mut script = "cd logs; source ../_imerr-annotate
        function=$(complete -p imerr-annotate | sed 's/.*-F //; s/ .*//')
        compopt() { if [[ \"$*\" == *'+o default'* ]]; then fallback=; fi; }
        complete_words() {
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); COMPREPLY=(); fallback=yes
            $function imerr-annotate \"${COMP_WORDS[-1]}\" \"${COMP_WORDS[-2]}\"
            if [ ${#COMPREPLY[@]} = 0 ] && [ $fallback ]; then compgen -f -- \"${COMP_WORDS[-1]}\"; fi
            printf '%s\\n' \"${COMPREPLY[@]}\"
        }\n"
    .to_string();
    for (place, (typed, _, _)) in ROWS.iter().enumerate() {
        // As bash breaks a line into words.
        let words: String =
            typed.replace('=', " = ").split(' ').map(|word| format!(" '{word}'")).collect();
        let _ = writeln!(
            script,
            "echo '[begin {place}]'; COMP_WORDS=(imerr-annotate{words}); complete_words; echo '[end {place}]'"
        );
    }
    let output = Command::new(bash)
        .args(["--noprofile", "--norc", "-c", &script])
        .current_dir(folder.path())
        .output();
    let output = output.expect("bash runs");
    let out = text(&output.stdout);
    check(|place| between_marks(&out, place));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn fish_completes() {
    let Some(fish) = program("fish") else { return };
    let folder = place("fish");
    let mut script = "cd logs; source ../_imerr-annotate\n".to_string();
    for (place, (typed, _, _)) in ROWS.iter().enumerate() {
        let _ = writeln!(
            script,
            "echo '[begin {place}]'; complete -C 'imerr-annotate {typed}' | string replace -r '\\t.*' ''; echo '[end {place}]'"
        );
    }
    let mut command = Command::new(fish);
    let output = command
        .args(["--no-config", "-c", &script])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .output();
    let output = output.expect("fish runs");
    let out = text(&output.stdout);
    check(|place| between_marks(&out, place));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn zsh_completes() {
    let Some(zsh) = program("zsh") else { return };
    let folder = place("zsh");
    let env = [("TERM", "dumb"), ("PATH", "/usr/bin:/bin"), ("PS1", "")];
    let zsh = zsh.to_str().expect("a path in Unicode");
    let mut terminal = Terminal::start(zsh, &["-f", "-i"], &folder.path().join("logs"), 400, &env);
    // Marks come from the line editor itself, which has the terminal then: what is typed before would not reach it as keys. They are
    // written in two parts, so that what is typed is none.
    terminal.write(
        "fpath=(.. $fpath); autoload -U compinit; compinit -D -u; setopt no_beep no_list_ambiguous; LISTMAX=9999; row=0\n\
         mark() { print -n \"[e\"\"nd $row]\"; print -n \"[be\"\"gin $((++row))]\" }; zle -N mark; bindkey '^T' mark\n\
         zle-line-init() { print -n '[be''gin 0]' }; zle -N zle-line-init\n",
    );
    for (place, (typed, _, _)) in ROWS.iter().enumerate() {
        terminal.wait_for(&format!("[begin {place}]"));
        terminal.write(&format!("imerr-annotate {typed}\t\u{15}\u{14}"));
    }
    terminal.wait_for(&format!("[end {}]", ROWS.len() - 1));
    terminal.write("exit\n");
    let out = terminal.end(400).out;
    check(|place| {
        let between = between_marks(&out, place);
        between.split("imerr-annotate ").skip(1).collect::<Vec<_>>().join(" ")
    });
}
