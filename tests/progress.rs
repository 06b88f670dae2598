//! The progress line on standard error.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use common::{LINE, folder, run, text};
use terminal::Terminal;

#[test]
fn progress_is_shown_and_removed() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let quiet = run(&["a", "b"], folder.path());
    assert_eq!(text(&quiet.stderr), "");
    for extra in [&[][..], &["-o", "out"]] {
        let output =
            run(&[&["--progress", "always", "a", "missing", "b"], extra].concat(), folder.path());
        let stderr = text(&output.stderr);
        assert!(stderr.contains(" of 3 files  ") && stderr.contains(" left"), "{stderr:?}");
        assert!(
            stderr.contains("\x1b[2Kimerr-annotate: missing: no such file or directory\n")
                || !extra.is_empty(),
            "{stderr:?}"
        );
        assert!(stderr.trim_end_matches('\r').ends_with("\x1b[2K"), "{stderr:?}");
        assert!(!extra.is_empty() || output.stdout == quiet.stdout);
    }
    let stderr = text(&run(&["--progress", "never", "a", "b"], folder.path()).stderr);
    assert_eq!(stderr, "");
}

#[test]
fn progress_is_hidden_if_the_terminal_shows_the_output() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let on_a_terminal = |rest: &str| {
        let command = format!("{} --progress always {rest}", env!("CARGO_BIN_EXE_imerr-annotate"));
        Terminal::start("/bin/sh", &["-c", &command], folder.path(), 80, &[("TERM", "xterm")])
            .end(80)
            .out
    };
    assert_eq!(on_a_terminal("-c a b"), "a:20000\r\nb:1\r\n");
    for rest in ["a b > out", "-q b", "-o tree a b"] {
        let shown = on_a_terminal(rest);
        let drawn = shown.contains(" of 2 files  ") || rest.starts_with("-q");
        assert!(drawn && shown.trim_end_matches('\r').ends_with("\x1b[2K"), "{rest}: {shown:?}");
    }
}
