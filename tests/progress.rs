//! How far a run is, as standard error shows it.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use common::{LINE, folder, run, text};
use terminal::Terminal;

#[test]
fn progress_is_shown_and_goes_away() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let quiet = run(&["a", "b"], folder.path());
    assert_eq!(text(&quiet.stderr), "");
    for extra in [&[][..], &["-o", "out"]] {
        let output =
            run(&[&["--progress", "always", "a", "missing", "b"], extra].concat(), folder.path());
        let said = text(&output.stderr);
        assert!(said.contains(" of 3 files  ") && said.contains(" left"), "{said:?}");
        assert!(
            said.contains("\x1b[2Kimerr-annotate: missing: no such file or directory\n")
                || !extra.is_empty(),
            "{said:?}"
        );
        assert!(said.trim_end_matches('\r').ends_with("\x1b[2K"), "{said:?}");
        assert!(!extra.is_empty() || output.stdout == quiet.stdout);
    }
    let said = text(&run(&["--progress", "never", "a", "b"], folder.path()).stderr);
    assert_eq!(said, "");
}

#[test]
fn progress_stays_away_from_a_terminal_with_output() {
    let folder = folder(&[("a", &LINE.repeat(20_000)), ("b", LINE)]);
    let on_a_terminal = |rest: &str| {
        let command = format!("{} --progress always {rest}", env!("CARGO_BIN_EXE_imerr-annotate"));
        Terminal::start("/bin/sh", &["-c", &command], folder.path(), 80, &[("TERM", "xterm")])
            .end(80)
            .out
    };
    assert_eq!(on_a_terminal("-c a b"), "a:20000\r\nb:1\r\n");
    for rest in ["a b > out", "-q b", "-o tree a b"] {
        let said = on_a_terminal(rest);
        let drawn = said.contains(" of 2 files  ") || rest.starts_with("-q");
        assert!(drawn && said.trim_end_matches('\r').ends_with("\x1b[2K"), "{rest}: {said:?}");
    }
}
