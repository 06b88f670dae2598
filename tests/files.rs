//! The real binary with directories and lists of files, and how it names files.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use common::{LINE, expect, folder, make_fifo, run, run_with_stdin, status_and_output, text, tree};

/// Concatenates files whose last lines have no end, and strips the output.
#[test]
fn last_lines_without_an_end_are_not_merged_and_are_restored() {
    let large = format!("{}imsdk code:6206", "plain imsdk code:6208\n".repeat(60_000));
    let long = format!("imsdk code:6206 {}", "x".repeat(2 << 20));
    let files = [
        ("hit", "a\nimsdk code:6206"),
        ("json", r#"{"ErrorCode":70107,"ErrorInfo":"imsdk"}"#),
        ("plain", "a\nplain"),
        ("named", "TIM ERR_USER_SIG_EXPIRED"),
        ("large", &large),
        ("long", &long),
        ("last", "imsdk code:6206"),
    ];
    let folder = folder(&files);
    let folder = folder.path();
    let names: Vec<&str> = files.iter().chain(&files[..4]).map(|(name, _)| *name).collect();
    let log: String = files.iter().chain(&files[..4]).map(|(_, text)| *text).collect();
    for format in ["auto", "append", "below", "inline", "json", "logfmt"] {
        for threads in ["1", "4"] {
            let out =
                run(&[&["--format", format, "-j", threads], &names[..]].concat(), folder).stdout;
            let again = run_with_stdin(&["--format", format], folder, &out).stdout;
            assert!(
                format == "below" || again == out,
                "{format}: annotating again changes something"
            );
            let back = run_with_stdin(&["--strip"], folder, &out).stdout;
            assert!(text(&back) == log, "{format}, {threads} threads");
        }
    }
    assert_eq!(
        (
            line_count(folder, &["--only"]),
            line_count(folder, &["-n"]),
            line_count(folder, &["-H"]),
            line_count(folder, &["-v"]),
            line_count(folder, &["-C1"])
        ),
        (3, 7, 7, 4, 7)
    );
}

fn line_count(folder: &Path, args: &[&str]) -> usize {
    text(&run(&[args, &["hit", "plain", "hit", "json"]].concat(), folder).stdout).lines().count()
}

#[test]
fn directories_are_read_in_path_order_with_hidden_files() {
    let folder = folder(&[
        ("logs/b", LINE),
        ("logs/a/z", "plain\n"),
        ("logs/.git/c", LINE),
        ("logs/.gitignore", "*\n"),
    ]);
    expect(
        &["-r", "-c", "logs"],
        folder.path(),
        0,
        "logs/.git/c:1\nlogs/.gitignore:0\nlogs/a/z:0\nlogs/b:1\n",
        "",
    );
}

#[test]
fn the_current_directory_is_read_if_no_file_is_named() {
    let folder = folder(&[("a.log", "imsdk code:6206\n"), ("b/c.log", "plain\n")]);
    let (status, out, errors) = status_and_output(&run(&["-r", "--count"], folder.path()));
    assert_eq!((status, out.as_str(), errors.as_str()), (Some(0), "a.log:1\nb/c.log:0\n", ""));
    let piped = run_with_stdin(&["-r", "--count"], folder.path(), b"imsdk code:6206\n");
    assert_eq!(status_and_output(&piped).1, "1\n");
}

#[test]
fn globs_select_files_as_in_ripgrep() {
    let folder = folder(&[
        ("logs/a.log", LINE),
        ("logs/deep/b.log", LINE),
        ("logs/deep/c.txt", LINE),
        ("d.txt", LINE),
    ]);
    let rows: [(&[&str], &str); 6] = [
        (&["--glob", "*.log"], "logs/a.log:1\nlogs/deep/b.log:1\nd.txt:1\n"),
        (&["--glob", "!*.log"], "logs/deep/c.txt:1\nd.txt:1\n"),
        (&["--glob", "!deep"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "logs/*.log"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "*.log", "--glob", "!b*"], "logs/a.log:1\nd.txt:1\n"),
        (&["--glob", "*.none"], "d.txt:1\n"),
    ];
    for (globs, expected) in rows {
        // A file that is named itself is always read.
        let args = [&["-c", "logs", "d.txt"], globs].concat();
        expect(&args, folder.path(), 0, expected, "");
    }
    let output = run(&["-g", "[", "logs"], folder.path());
    assert!(
        text(&output.stderr).starts_with("error: invalid value '[' for '--glob <GLOB>'"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn links_in_directories_are_skipped_and_others_followed() {
    let folder = folder(&[("logs/a", LINE), ("else/b", LINE)]);
    let path = |name: &str| folder.path().join(name);
    symlink("../else", path("logs/there")).expect("the directory is writable");
    symlink(".", path("logs/up")).expect("the directory is writable");
    symlink("nowhere", path("logs/broken")).expect("the directory is writable");
    expect(&["-r", "-c", "logs"], folder.path(), 0, "logs/a:1\n", "");
    // A link that is named itself is always followed.
    expect(&["-r", "-c", "logs/there"], folder.path(), 0, "logs/there/b:1\n", "");
}

/// A 7z archive with a stored log, so that the log can be seen in the bytes of the archive.
fn seven_zip() -> Vec<u8> {
    [b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0", LINE.as_bytes()].concat()
}

#[test]
fn formats_that_are_not_read_are_named_and_never_searched() {
    let folder = folder(&[("hit", LINE)]);
    fs::write(folder.path().join("a.7z"), seven_zip()).expect("the folder is writable");
    let message = "is a 7z archive, which is not read; use 7z x -so FILE | imerr-annotate";
    let of_file = format!("error: a.7z: {}\n", message.replace("FILE", "a.7z"));
    let args: [&[&str]; 9] = [
        &[],
        &["-c"],
        &["-l"],
        &["--files-without-match"],
        &["-q"],
        &["--strip"],
        &["--only", "-n"],
        &["--tail", "5"],
        &["--format", "csv", "--no-filename"],
    ];
    for args in args {
        let output = run(&[args, &["a.7z"]].concat(), folder.path());
        let header = if args.contains(&"csv") { text(&output.stdout) } else { String::new() };
        assert!(header.lines().count() <= 1, "{header}");
        assert_eq!(status_and_output(&output), (Some(2), header, of_file.clone()), "{args:?}");
        if !args.contains(&"--tail") {
            let output = run_with_stdin(args, folder.path(), &seven_zip());
            let (status, _, stderr) = status_and_output(&output);
            assert_eq!((status, stderr), (Some(2), format!("error: stdin: {message}\n")));
            assert!(!text(&output.stdout).contains("6206"), "{args:?}");
        }
    }
    expect(&["-c", "a.7z", "hit"], folder.path(), 2, "hit:1\n", &of_file);
    let no_output = of_file.replace('\n', "; no output was written for it\n");
    expect(&["-o", "out", "a.7z", "hit"], folder.path(), 2, "", &no_output);
    assert_eq!(tree(&folder.path().join("out")), ["hit"]);
    let tripped = run(&["-q", "--fail-on", "error", "a.7z"], folder.path());
    assert_eq!(tripped.status.code(), Some(2));
}

#[test]
fn a_fifo_in_a_directory_is_left_out() {
    let folder = folder(&[("logs/a", LINE)]);
    make_fifo(&folder.path().join("logs/fifo"));
    expect(&["-r", "-c", "logs"], folder.path(), 0, "logs/a:1\n", "");
}

#[test]
fn a_directory_that_cannot_be_listed_is_reported() {
    let folder = folder(&[("logs/a", LINE), ("logs/locked/b", LINE)]);
    let locked = folder.path().join("logs/locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("the folder is ours");
    let may_read_all = fs::read_dir(&locked).is_ok();
    let output = run(&["-r", "-c", "logs"], folder.path());
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
    if !may_read_all {
        assert_eq!(
            status_and_output(&output),
            (Some(2), "logs/a:1\n".into(), "error: logs/locked: permission denied\n".into())
        );
    }
}

#[test]
fn a_directory_is_read_with_and_without_the_option() {
    let folder = folder(&[("logs/a", LINE), ("logs/deep/.b", LINE)]);
    expect(&["-c", "logs"], folder.path(), 0, "logs/a:1\nlogs/deep/.b:1\n", "");
    expect(&["-c", "-r", "logs"], folder.path(), 0, "logs/a:1\nlogs/deep/.b:1\n", "");
    expect(&["-L", "logs"], folder.path(), 0, "", "");
}

#[test]
fn lists_name_files() {
    let folder = folder(&[
        ("a", LINE),
        ("b c", LINE),
        ("logs/d", LINE),
        ("list", "b c\n\nlogs/d"),
        ("none", ""),
    ]);
    expect(&["-c", "--files-from", "list"], folder.path(), 0, "b c:1\nlogs/d:1\n", "");
    expect(&["-c", "--files-from", "list", "a"], folder.path(), 0, "a:1\nb c:1\nlogs/d:1\n", "");
    // An empty list means no file, not standard input.
    expect(&["--files-from", "none"], folder.path(), 0, "", "");
    let output = run_with_stdin(&["-c", "--files-from", "-"], folder.path(), b"a\nb c\n");
    assert_eq!(status_and_output(&output), (Some(0), "a:1\nb c:1\n".into(), String::new()));
    for list in [&b"b c\0\0logs\0"[..], b"b c\0logs"] {
        let output = run_with_stdin(&["-c", "--files-from", "-"], folder.path(), list);
        let wanted = (Some(0), "b c:1\nlogs/d:1\n".into(), String::new());
        assert_eq!(status_and_output(&output), wanted);
    }
}

#[test]
fn lists_may_have_windows_line_ends() {
    let folder = folder(&[("a", LINE), ("b", LINE), ("c\r", LINE), ("c", "plain\n")]);
    fs::write(folder.path().join("list"), "a\r\n\r\nb\r\nmissing\r\n").expect("it is writable");
    let error = "error: missing: no such file or directory\n";
    expect(&["-c", "--files-from", "list"], folder.path(), 2, "a:1\nb:1\n", error);
    // A file of exactly this name is preferred.
    let output = run_with_stdin(&["-c", "--files-from", "-"], folder.path(), b"c\r\n");
    assert_eq!(status_and_output(&output), (Some(0), "1\n".into(), String::new()));
}

#[test]
fn bad_lists_are_reported_and_the_files_are_read() {
    let folder = folder(&[("a", LINE), ("list", "a\n\0b\n")]);
    let rows: [(&[&str], &str); 3] = [
        (
            &["-c", "a", "--files-from", "missing"],
            "missing: no such file or directory; --files-from needs a file with names of files",
        ),
        (&["-c", "a", "--files-from", "list"], "b: file name contained an unexpected NUL byte"),
        (
            &["-c", "a", "--files-from", "."],
            ".: is a directory; --files-from needs a file with names of files",
        ),
    ];
    for (args, expected) in rows {
        let output = run(args, folder.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(expected), "{args:?}: {}", text(&output.stderr));
    }
    expect(
        &["-c", "a", "--files-from", "missing"],
        folder.path(),
        2,
        "1\n",
        "error: missing: no such file or directory; --files-from needs a file with names \
            of files\n",
    );
    assert_eq!(run(&["--files-from", "-", "-"], folder.path()).status.code(), Some(2));
    let output = run_with_stdin(&["--files-from", "-"], folder.path(), b"-\n");
    assert_eq!(
        status_and_output(&output),
        (Some(2), String::new(), "error: -: is the list of files already\n".into())
    );
}

#[test]
fn file_names_before_lines_follow_the_last_flag() {
    let folder = folder(&[("a", "plain\r\nimsdk code:6206"), ("b", "{\"ErrorCode\":70001}\n")]);
    let named = text(&run(&["-H", "a", "b"], folder.path()).stdout);
    assert!(named.starts_with("a:plain\r\na:imsdk code:6206 [imerr 6206 "), "{named}");
    // The last line of `a` has no end; the next file begins on a new line.
    assert!(named.contains("]\nb:{\"ErrorCode\":70001,\"imerr\":{"), "{named}");
    let plain = run(&["a", "b"], folder.path()).stdout;
    for args in [&["--no-filename", "a", "b"][..], &["-H", "--no-filename", "a", "b"]] {
        assert_eq!(run(args, folder.path()).stdout, plain, "{args:?}");
    }
    assert_eq!(text(&run(&["--no-filename", "-H", "a", "b"], folder.path()).stdout), named);
    assert!(
        text(&run(&["-H", "--only", "a"], folder.path()).stdout).starts_with("a:imsdk code:6206 [")
    );
    assert_eq!(
        run(&["-H", "--format", "jsonl", "a"], folder.path()).stdout,
        run(&["--format", "jsonl", "a"], folder.path()).stdout
    );
    expect(&["-c", "-H", "a"], folder.path(), 0, "a:1\n", "");
    expect(&["-c", "--no-filename", "a", "b"], folder.path(), 0, "1\n1\n", "");
    assert_eq!(run(&["-H", "--strip", "a"], folder.path()).status.code(), Some(2));
}

#[test]
fn a_very_long_line_gets_its_file_name_once() {
    let long = "x".repeat(3 << 20);
    let folder = folder(&[("a", &format!("{long}\n{LINE}"))]);
    let named = text(&run(&["-H", "a"], folder.path()).stdout);
    assert!(named.starts_with("a:xxx") && named.matches("a:").count() == 2, "{}", named.len());
    assert_eq!(named.replace("a:", "").len(), run(&["a"], folder.path()).stdout.len());
}
