//! Runs that read the terminal, and the keys Ctrl-C and Ctrl-D.

use crate::TERM;
use crate::common::folder;
use crate::terminal::Terminal;

#[test]
fn a_command_that_reads_typed_lines_says_so() {
    let folder = folder(&[]);
    let mut seen = Terminal::start(
        env!("CARGO_BIN_EXE_imerr-annotate"),
        &["explain-line"],
        folder.path(),
        100,
        &[TERM],
    );
    seen.wait_for("type or paste lines of a log; Ctrl-D ends the input");
    seen.write("imsdk code:6206\n\u{4}");
    assert!(seen.end(100).out.contains("6206"), "the line is explained");
}

#[test]
fn ctrl_c_ends_a_run_that_reads_the_terminal() {
    let folder = folder(&[]);
    let mut terminal = Terminal::start(
        env!("CARGO_BIN_EXE_imerr-annotate"),
        &["--summary", "-"],
        folder.path(),
        80,
        &[TERM],
    );
    terminal.write("imsdk code:6206\n");
    terminal.wait_for("(sdk/account)");
    terminal.write("half a line\u{3}");
    let seen = terminal.end(80);
    assert_eq!(seen.status.code(), Some(130));
    let summary = seen
        .rows()
        .iter()
        .position(|row| row.contains("1 finding"))
        .expect("the summary comes at the end");
    assert!(
        !seen.rows()[..summary]
            .iter()
            .any(|row| row.starts_with("half a line") && row.contains("imerr")),
        "{:?}",
        seen.rows()
    );
}

#[test]
fn a_command_receives_ctrl_c_once() {
    // USR1 comes from another process and is passed on, after an INT that would be passed on
    // wrongly.
    let inner = "n=0; trap 'n=$((n+1)); /bin/sh -c \"kill -USR1 $PPID\"' INT; trap is_told=yes \
        USR1; echo ready\n\
                 until [ $is_told ]; do /bin/sleep 0.01; done; echo came $n; exit 7\n";
    let folder = folder(&[("inner.sh", inner)]);
    let args = ["--", "/bin/sh", "inner.sh"];
    let mut terminal =
        Terminal::start(env!("CARGO_BIN_EXE_imerr-annotate"), &args, folder.path(), 80, &[TERM]);
    terminal.wait_for("ready");
    terminal.write("\u{3}");
    let seen = terminal.end(80);
    // The terminal shows what was typed as well.
    let last = seen.rows().last().map(|row| row.trim_start_matches("^C").to_string());
    assert_eq!(
        (last.as_deref(), seen.status.code()),
        (Some("came 1"), Some(7)),
        "{:?}",
        seen.rows()
    );
}

#[test]
fn ctrl_d_ends_the_input() {
    let folder = folder(&[]);
    let mut terminal = Terminal::start(
        env!("CARGO_BIN_EXE_imerr-annotate"),
        &["-c", "-"],
        folder.path(),
        80,
        &[TERM],
    );
    terminal.write("imsdk code:6206\n\u{4}");
    let seen = terminal.end(80);
    assert_eq!((seen.status.code(), seen.rows().last().map(String::as_str)), (Some(0), Some("1")));
}

#[test]
fn a_run_without_a_log_does_not_wait_for_the_keyboard() {
    let folder = folder(&[]);
    for args in [&[] as &[&str], &["--only"], &["stats"], &["--severity", "error", "stats"]] {
        let program = env!("CARGO_BIN_EXE_imerr-annotate");
        let seen = Terminal::start(program, args, folder.path(), 80, &[TERM]).end(80);
        assert_eq!(seen.status.code(), Some(2), "{args:?}");
        assert!(seen.out.contains("no log to read; name files"), "{args:?}: {}", seen.out);
    }
}
