//! The completions, as the shells themselves go by them.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use common::{Limited, folder, text, tool};
use tempfile::TempDir;
use terminal::Terminal;

/// What is typed, some candidates that all shells must offer then, and one that none may offer.
const ROWS: [(&str, &[&str], &str); 24] = [
    ("explain 620", &["6206"], "app.log"),
    ("explain 6205 ERR_USER_SIG_EXP", &["ERR_USER_SIG_EXPIRED"], "app.log"),
    ("explain --color n", &["never"], "app.log"),
    ("config p", &["path"], "search"),
    ("co", &["config", "completions", "config.log"], "comm"),
    ("ap", &["app.log"], "append"),
    ("app.log --onl", &["only"], "config.log"),
    ("--theme ", &["auto", "dark", "light"], "app.log"),
    ("--theme l", &["light"], "list"),
    ("--only --system s", &["sdk-v3", "server"], "stats"),
    ("--severity error,f", &["fatal"], "warning"),
    ("--code 620", &["6206"], "app.log"),
    ("--also r", &["rongcloud"], "app.log"),
    ("stats --format ", &["markdown"], "inline"),
    ("stats ap", &["app.log"], "append"),
    ("diagnose --format ", &["markdown"], "inline"),
    ("list --kind q", &["quota"], "app.log"),
    ("--encoding gb", &["gb18030", "gbk"], "app.log"),
    ("--report s", &["sarif"], "app.log"),
    ("man e", &["explain-line"], "app.log"),
    ("export s", &["splunk", "sqlite"], "csv"),
    ("completions el", &["elvish"], "app.log"),
    ("-- test ap", &["app.log"], "append"),
    ("search a", &[], "app.log"),
];

/// Rows for shells that hand over a word with `=` in one piece. Bash breaks it into three.
const ROWS_WITH_EQUALS: [(&str, &[&str], &str); 4] = [
    ("--theme=l", &["light"], "list"),
    ("--format=be", &["below"], "app.log"),
    ("stats --severity=error,f", &["fatal"], "warning"),
    ("--report sarif=ap", &["app.log"], "append"),
];

fn all_rows() -> Vec<Row> {
    ROWS.into_iter().chain(ROWS_WITH_EQUALS).collect()
}

type Row = (&'static str, &'static [&'static str], &'static str);

/// A folder with the script for `shell`, under the name that zsh looks for, and with some logs to
/// complete.
fn place(shell: &str) -> TempDir {
    let folder = folder(&[("logs/app.log", ""), ("logs/config.log", "")]);
    let script = common::run(&["completions", shell], folder.path());
    assert!(script.status.success());
    std::fs::write(folder.path().join("_imerr-annotate"), script.stdout)
        .expect("the folder is writable");
    folder
}

/// A PATH on which the scripts find the program.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_imerr-annotate"));
    format!("{}:/usr/bin:/bin", binary.parent().expect("it is in a folder").display())
}

/// Checks the candidates of each row.
fn check(rows: &[Row], offered: impl Fn(usize) -> String) {
    for (row, (typed, wanted, unwanted)) in rows.iter().enumerate() {
        let offered = offered(row);
        // In lists and after `=` some shells offer the whole word, with a blank or comma after it.
        let text = offered.replace(['=', ','], " ");
        let words: Vec<&str> =
            text.split_whitespace().map(|word| word.trim_start_matches('-')).collect();
        for wanted in *wanted {
            assert!(words.contains(wanted), "{typed:?} offers {offered:?}, not {wanted}");
        }
        assert!(!words.contains(unwanted), "{typed:?} offers {offered:?}");
    }
}

/// The text between the marks of each row.
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
    let Some(bash) = tool("bash") else { return };
    let folder = place("bash");
    // If there are no candidates, bash offers files, but only if the script asked for that.
    let mut script = "cd logs; source ../_imerr-annotate
        function=$(complete -p imerr-annotate | sed 's/.*-F //; s/ .*//')
        fallback=$(complete -p imerr-annotate | grep -e '-o default')
        complete_words() {
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); COMPREPLY=()
            $function imerr-annotate \"${COMP_WORDS[-1]}\" \"${COMP_WORDS[-2]}\"
            if [ ${#COMPREPLY[@]} = 0 ] && [ \"$fallback\" ]; then compgen -f \
                -- \"${COMP_WORDS[-1]}\"; fi
            printf '%s\\n' \"${COMPREPLY[@]}\"
        }\n"
    .to_string();
    for (place, (typed, _, _)) in ROWS.iter().enumerate() {
        let words: String = typed.split(' ').map(|word| format!(" '{word}'")).collect();
        let _ = writeln!(
            script,
            "echo '[begin {place}]'; COMP_WORDS=(imerr-annotate{words}); complete_words; echo \
                '[end {place}]'"
        );
    }
    let output = Command::new(bash)
        .args(["--noprofile", "--norc", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path())
        .output();
    let output = output.expect("bash runs");
    let out = text(&output.stdout);
    check(&ROWS, |place| between_marks(&out, place));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn fish_completes() {
    let Some(fish) = tool("fish") else { return };
    let folder = place("fish");
    let rows = all_rows();
    let mut script = "cd logs; source ../_imerr-annotate\n".to_string();
    for (place, (typed, _, _)) in rows.iter().enumerate() {
        let _ = writeln!(
            script,
            "echo '[begin {place}]'; complete -C 'imerr-annotate {typed}' | string replace -r \
                '\\t.*' ''; echo '[end {place}]'"
        );
    }
    let mut command = Command::new(fish);
    let output = command
        .args(["--no-config", "-c", &script])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("PATH", path())
        .output();
    let output = output.expect("fish runs");
    let out = text(&output.stdout);
    check(&rows, |place| between_marks(&out, place));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn zsh_completes() {
    let Some(zsh) = tool("zsh") else { return };
    let folder = place("zsh");
    let rows = all_rows();
    let path = path();
    let env = [("TERM", "dumb"), ("PATH", path.as_str()), ("PS1", "")];
    let zsh = zsh.to_str().expect("a path in Unicode");
    let mut terminal = Terminal::start(zsh, &["-f", "-i"], &folder.path().join("logs"), 400, &env);
    // Marks come from the line editor itself, which has the terminal then: what is typed before
    // would not reach it as keys. They are written in two parts, so that what is typed is none.
    terminal.write(
        "fpath=(.. $fpath); autoload -U compinit; compinit -D -u; setopt no_beep \
            no_list_ambiguous; LISTMAX=9999; row=0\n\
         mark() { print -n \"[e\"\"nd $row]\"; print -n \"[be\"\"gin $((++row))]\" }; zle -N \
             mark; bindkey '^T' mark\n\
         zle-line-init() { print -n '[be''gin 0]' }; zle -N zle-line-init\n",
    );
    for (place, (typed, _, _)) in rows.iter().enumerate() {
        terminal.wait_for(&format!("[begin {place}]"));
        terminal.write(&format!("imerr-annotate {typed}\t\u{15}\u{14}"));
    }
    terminal.wait_for(&format!("[end {}]", rows.len() - 1));
    terminal.write("exit\n");
    let out = terminal.end(400).out;
    check(&rows, |place| {
        let between = between_marks(&out, place);
        between.split("imerr-annotate ").skip(1).collect::<Vec<_>>().join(" ")
    });
}

#[test]
fn candidates_are_printed_only_for_the_scripts() {
    let folder = folder(&[("a.log", common::LINE)]);
    let plain = annotated(folder.path(), &[]);
    assert!(plain.contains("[imerr 6206 "), "{plain}");
    for (name, value) in [
        ("COMPLETE", "bash"),
        ("_CLAP_COMPLETE_INDEX", "1"),
        ("COMP_LINE", "imerr-annotate --"),
        ("IMERR_ANNOTATE_COMPLETE", ""),
        ("IMERR_ANNOTATE_COMPLETE", "0"),
    ] {
        assert_eq!(annotated(folder.path(), &[(name, value)]), plain, "{name}={value}");
    }
}

fn annotated(folder: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = common::binary(folder);
    text(&command.arg("a.log").envs(variables.iter().copied()).finish().stdout)
}

#[test]
fn every_shell_has_a_script() {
    let folder = folder(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = common::run(&["completions", shell], folder.path());
        assert!(output.status.success(), "{shell}");
        assert!(text(&output.stdout).contains("IMERR_ANNOTATE_COMPLETE"), "{shell}");
    }
}
