//! The notes at the end of a run on a terminal.

use std::path::Path;

use crate::TERM;
use crate::common::{self, LINE, Limited, folder, text};
use crate::terminal::{EXPLAIN_NOTE, Terminal, run};

#[test]
fn a_run_that_reads_nothing_says_why() {
    let folder = folder(&[("empty.log", ""), ("also.log", ""), ("logs/app.log", "plain\n")]);
    std::fs::create_dir(folder.path().join("none")).expect("the folder is writable");
    let rows = |args: &[&str]| run(args, folder.path(), 300, &[TERM]).rows().join("|");
    let cases: [(&[&str], &str); 12] = [
        (&["none"], "note: no file to read in none"),
        (&["--lang", "zh", "none"], "说明：none 中没有可读取的文件"),
        (&["-c", "none"], "note: no file to read in none"),
        (&["-g", "*.txt", "logs", "none"], "note: no file in logs, none matches --glob"),
        (&["--lang", "zh", "-g", "*.txt", "logs"], "说明：logs 中没有符合 --glob 的文件"),
        (&["--files-from", "empty.log"], "note: no file to read in empty.log"),
        (&["empty.log"], "note: empty.log is empty"),
        (&["-c", "empty.log"], "0|note: empty.log is empty"),
        (&["empty.log", "also.log"], "note: all 2 files are empty"),
        (&["empty.log", "logs"], "logs/app.log|plain"),
        (&["-q", "none"], ""),
        (&["--tail", "0", "logs/app.log"], ""),
    ];
    for (args, wanted) in cases {
        assert_eq!(rows(args), wanted, "{args:?}");
    }
    for command in ["stats", "diagnose"] {
        let shown = rows(&[command, "none"]);
        assert!(shown.ends_with("|note: no file to read in none"), "{shown}");
    }
    let gate = rows(&["--fail-on", "error", "none"]);
    assert!(gate.starts_with("error: no file was read") && !gate.contains("note:"), "{gate}");
    let output = common::run(&["none"], folder.path());
    assert_eq!(text(&[output.stdout, output.stderr].concat()), "");
}

#[test]
fn the_config_file_can_turn_notes_off() {
    let folder = folder(&[("on.toml", "notes = true\n"), ("off.toml", "notes = false\n")]);
    std::fs::write(folder.path().join("a.log"), LINE).expect("the folder is writable");
    for (config, is_printed) in [("on.toml", true), ("off.toml", false)] {
        let shown = run(&["--config", config, "a.log"], folder.path(), 300, &[TERM]).out;
        assert_eq!(shown.contains("more about 6206"), is_printed, "{config}: {shown}");
        let shown = run(&["--config", config, "none.log"], folder.path(), 300, &[TERM]).out;
        assert!(shown.contains("error"), "{config}: {shown}");
    }
}

#[test]
fn binary_files_are_named_and_not_printed() {
    let folder = folder(&[
        ("core", "a\0b\0 imsdk code:6206\n"),
        ("other", "\u{7f}ELF\0\0\n"),
        ("hole", "\0\0imsdk code:1\n"),
        ("stray", "a\0b imsdk code:6206\n"),
    ]);
    let rows = |args: &[&str]| run(args, folder.path(), 300, &[TERM]).rows().join("|");
    let note = "note: core is binary: searched (1 code found), but not printed; --text prints it";
    for args in [&["core"][..], &["--only", "core"], &["-v", "core"]] {
        assert_eq!(rows(args), note, "{args:?}");
    }
    assert_eq!(rows(&["--strip", "core"]), note.replace(" (1 code found)", ""));
    let both = "note: 2 binary files were searched (1 code found), but not printed, the first is \
                core; --text prints them";
    // The note about a code is only about one that is printed.
    assert!(rows(&["stray"]).starts_with(r"a\x00b imsdk code:6206|"));
    let names_code =
        |args: &[&str]| run(args, folder.path(), 300, &[TERM]).out.contains("more about 6206");
    assert!(names_code(&["core", "stray"]) && !names_code(&["core"]));
    assert_eq!(rows(&["core", "other", "hole"]), format!(r"hole|\x00\x00imsdk code:1|{both}"));
    for option in ["-a", "--text"] {
        assert!(rows(&[option, "core"]).starts_with(r"a\x00b\x00 imsdk code:6206"), "{option}");
    }
    assert!(rows(&["-c", "core"]).starts_with("1|note: core is binary: it has NUL"));
    let gate = run(&["--fail-on", "error", "core"], folder.path(), 300, &[TERM]);
    assert_eq!(gate.status.code(), Some(1));
    let script = format!("{} - < core", env!("CARGO_BIN_EXE_imerr-annotate"));
    let stdin = Terminal::start("/bin/sh", &["-c", &script], folder.path(), 300, &[TERM]).end(300);
    assert_eq!(stdin.rows().join("|"), note.replace("core", "stdin"));
}

#[test]
fn small_binary_files_are_not_printed() {
    let folder = folder(&[]);
    let files: [(&str, &[u8]); 5] = [
        // The first line has no NUL byte.
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15"),
        ("b.gif", b"GIF89a\x01\x02\x01\x02\x80\n"),
        ("c.jpg", b"\xff\xd8\xff\xe0\n\x10JFIF\n"),
        ("d.pdf", b"%PDF-1.4 \xff\xfe\xfd\n1 0 obj\n"),
        ("e.class", b"\xca\xfe\xba\xbe\0\0\0\x34\n"),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("the folder is writable");
        let rows = run(&[name], folder.path(), 300, &[TERM]).rows().join("|");
        let note = format!("note: {name} is binary: searched, but not printed; --text prints it");
        assert_eq!(rows, note);
    }
}

#[test]
fn a_log_with_codes_ends_with_a_note_about_explain() {
    let files = [("a", LINE), ("b", LINE), ("none", "no code\n"), ("open", LINE.trim_end())];
    let folder = folder(&files);
    for (args, is_noted) in [
        (&["a", "b"][..], true),
        (&["--format", "append", "open"], true),
        (&["--format", "append", "a"], true),
        (&["--only", "a", "none"], true),
        (&["none"], false),
        (&["-v", "none"], false),
        (&["-v", "a", "none"], false),
        (&["-c", "a"], false),
        (&["-q", "a"], false),
        (&["--strip", "a"], false),
        (&["--format", "jsonl", "a"], false),
        (&["stats", "a"], false),
    ] {
        let rows = run(args, folder.path(), 100, &[TERM]).all_rows();
        let count = rows.iter().filter(|row| row.starts_with(EXPLAIN_NOTE)).count();
        assert_eq!(count, usize::from(is_noted), "{args:?} {rows:?}");
        let note = "note: more about 6206: imerr-annotate explain 6206";
        assert_eq!(rows.last().is_some_and(|row| row == note), is_noted, "{args:?}");
    }
    let script = format!("{} a | cat", env!("CARGO_BIN_EXE_imerr-annotate"));
    let env = [TERM, ("PATH", "/usr/bin:/bin")];
    let piped = Terminal::start("/bin/sh", &["-c", &script], folder.path(), 100, &env).end(100);
    assert_eq!(piped.rows(), piped.all_rows());
}

#[test]
fn the_note_about_explain_names_the_first_of_the_worst_codes() {
    let folder = folder(&[
        ("a", "imsdk code:20007\nimsdk code:6206\nimsdk code:70001\n"),
        ("b", "imsdk code:70020\n"),
        ("unknown", "imsdk code:6707\n"),
    ]);
    for (args, code) in [(&["a"][..], "6206"), (&["a", "b"], "70020"), (&["-m1", "a"], "20007")] {
        let rows = run(args, folder.path(), 100, &[TERM]).all_rows();
        let note = format!("note: more about {code}: imerr-annotate explain {code}");
        assert_eq!(rows.last(), Some(&note), "{args:?}");
    }
    let rows = run(&["--unknown", "unknown"], folder.path(), 100, &[TERM]).all_rows();
    assert!(!rows.iter().any(|row| row.starts_with(EXPLAIN_NOTE)), "{rows:?}");
}

#[test]
fn the_note_about_explain_names_the_options_that_it_needs() {
    let catalog = common::run(&["new-catalog", "my-app"], Path::new("."));
    let folder = folder(&[("a", "checkout failed, code: 100001\n"), ("my app.toml", "")]);
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("the folder is writable");
    };
    write("my app.toml", &catalog.stdout);
    write("config.toml", b"catalog = ['my app.toml']\n");
    write("empty.toml", b"");
    for (args, options) in [
        (&["--catalog", "my app.toml", "a"][..], "--catalog 'my app.toml' "),
        (&["--config", "config.toml", "a"], "--config config.toml "),
        (&["--config", "empty.toml", "--catalog=my app.toml", "a"], "--catalog 'my app.toml' "),
    ] {
        let rows = run(args, folder.path(), 100, &[TERM]).all_rows();
        let note = format!("note: more about 100001: imerr-annotate explain {options}100001");
        assert_eq!(rows.last(), Some(&note), "{args:?}");
    }
    let env = [TERM, ("IMERR_ANNOTATE_CONFIG", "config.toml")];
    let rows = run(&["a"], folder.path(), 100, &env).all_rows();
    assert!(rows.last().is_some_and(|row| row.ends_with(" explain 100001")), "{rows:?}");
}

#[test]
fn documents_that_were_written_are_named() {
    let folder = folder(&[("a", LINE)]);
    for (args, note) in [
        (&["diagnose", "--report", "html=r.html", "a"][..], "note: wrote r.html"),
        (&["stats", "--report=csv=r.csv", "--report=sarif=s", "a"], "note: wrote r.csv, s"),
        (&["--lang", "zh", "-c", "--report=csv=r.csv", "a"], "说明：已写入 r.csv"),
        (
            &["stats", "--report=csv=r.csv", "--write-baseline=b", "a"],
            "note: wrote r.csv, b (1 occurrence)",
        ),
        (&["--lang", "zh", "-c", "--write-baseline=b", "a", "a"], "说明：已写入 b（2处错误码）"),
        (&["-q", "--report", "csv=r.csv", "a"], ""),
        (&["-q", "--write-baseline", "b", "a"], ""),
        (&["-q", "--report", "csv=/dev/null", "a"], ""),
    ] {
        let rows = run(args, folder.path(), 100, &[TERM]).rows();
        assert_eq!(rows.last().map_or("", |row| row.as_str()), note, "{args:?} {rows:?}");
        assert_eq!(text(&common::run(args, folder.path()).stderr), "", "{args:?}");
    }
}

#[test]
fn notes_are_in_the_language_of_the_locale() {
    let folder = folder(&[("a", LINE)]);
    for (locale, note) in [
        ("zh_CN.UTF-8", "说明：查看 6206 的详情：imerr-annotate explain 6206"),
        ("C.UTF-8", "note: more about 6206: imerr-annotate explain 6206"),
    ] {
        let rows = run(&["a"], folder.path(), 100, &[TERM, ("LANG", locale)]).all_rows();
        assert_eq!(rows.last().map(String::as_str), Some(note), "{locale}");
        let mut command = common::binary(folder.path());
        let missing = command.env("LANG", locale).arg("missing").finish();
        assert_eq!(text(&missing.stderr), "error: missing: no such file or directory\n");
    }
}

#[test]
fn unknown_codes_have_a_note_at_the_end() {
    let log = "TIM: x|error_code:6707|error_message:packet timeout\nimsdk code:6206\n";
    let folder = folder(&[("log", log)]);
    let note = "note: 1 code that no catalog knows (6707); --unknown shows it";
    for (args, is_noted) in [
        (&["log"][..], true),
        (&["--only", "log"], true),
        (&["-c", "log"], true),
        (&["stats", "log"], true),
        (&["--unknown", "log"], false),
        (&["--code", "6206", "log"], false),
        (&["--system", "sdk", "log"], false),
        (&["--format", "jsonl", "log"], false),
        (&["--strip", "log"], false),
        (&["-q", "log"], false),
        (&["-l", "log"], false),
    ] {
        let rows = run(args, folder.path(), 100, &[TERM]).rows();
        assert_eq!(rows.last().is_some_and(|row| row == note), is_noted, "{args:?} {rows:?}");
        let piped = common::run(args, folder.path());
        assert_eq!(text(&piped.stderr), "", "{args:?}");
    }
}

/// A code after a word that systems use for their own codes too.
const GUESS: &str = "errno 6206\n";

#[test]
fn a_run_that_leaves_nothing_says_why() {
    let log = "2026-11-24 10:00:00 imsdk code:6206\n2026-11-24 10:00:01 imsdk code:70001\n";
    let folder = folder(&[("log", log), ("one", LINE), ("none", "plain\n"), ("guess", GUESS)]);
    let filtered = "note: 2 codes were found, none passes the filters";
    let out_of_range = "note: no code is in the time range (since 2026-11-25 00:00:00); the lines \
                        outside of it are from 2026-11-24 10:00:00 to 2026-11-24 10:00:01";
    let before_year = "note: no code is in the time range (since 2026-11-01 00:00:00 until \
                       2026-11-24 09:00:00); the lines outside of it are from 2026-11-24 10:00:00 \
                       to 2026-11-24 10:00:01";
    let no_code = "note: no code was found in 1 line; 'imerr-annotate explain-line LINE' says why a \
                   number is none";
    let no_code_zh =
        "说明：1行中没有发现错误码；imerr-annotate explain-line LINE 可说明某个数字为何不是错误码";
    for (args, note) in [
        (&["--only", "--severity", "fatal", "log"][..], filtered),
        (&["--severity", "fatal", "log"], filtered),
        (&["--code", "30001", "-c", "log"], filtered),
        (&["-l", "--system", "web", "log"], filtered),
        (&["--code", "70001", "one"], "note: 1 code was found, but does not pass the filters"),
        (&["--only", "--since", "2026-11-25", "log"], out_of_range),
        (&["--since", "11-01", "--until", "11-24 09:00:00", "log"], before_year),
        (&["--lang", "zh", "--severity", "fatal", "log"], "说明：发现2处错误码，均不符合筛选条件"),
        (
            &["--lang", "zh", "--since", "2026-11-25", "log"],
            "说明：时间范围（自 2026-11-25 00:00:00 起）内没有错误码；范围外的日志时间为 2026-11-24 10:00:00 至 2026-11-24 10:00:01",
        ),
        (&["--code", "6206", "log"], ""),
        (&["guess"], "note: no code, but 1 guess; --min-confidence low shows it"),
        (&["--only", "guess"], "note: no code, but 1 guess; --min-confidence low shows it"),
        (
            &["--lang", "zh", "guess"],
            "说明：没有确定的错误码，有1处可能是；--min-confidence low 可显示",
        ),
        (&["--no-filename", "guess", "log"], ""),
        (&["--min-confidence", "low", "guess"], ""),
        (&["none"], ""),
        (&["--only", "none"], no_code),
        (&["--format", "jsonl", "none"], no_code),
        (&["-l", "none"], no_code),
        (&["--lang", "zh", "--only", "none"], no_code_zh),
        (&["-L", "log"], ""),
        (&["-q", "none"], ""),
        (&["-c", "none"], ""),
        (&["--format", "rsyslog", "none"], ""),
        (&["-v", "--severity", "fatal", "log"], ""),
        (&["-q", "--severity", "fatal", "log"], ""),
        (&["--strip", "log"], ""),
        (&["stats", "--severity", "fatal", "log"], ""),
    ] {
        let rows = run(args, folder.path(), 200, &[TERM]).rows();
        let noted = rows.last().filter(|row| row.starts_with("note: ") || row.starts_with("说明"));
        assert_eq!(noted.map_or("", |row| row.as_str()), note, "{args:?} {rows:?}");
        assert_eq!(text(&common::run(args, folder.path()).stderr), "", "{args:?}");
    }
}

#[test]
fn a_pipe_that_gets_nothing_has_a_note_too() {
    let log = "2026-11-24 10:00:00 imsdk code:6206\n";
    let unknown = "TIM: x|error_code:6707|error_message:packet timeout\n";
    let folder = folder(&[("log", log), ("none", "1\n2\n"), ("empty", ""), ("unknown", unknown)]);
    let nothing = "note: no code was found in 2 lines; 'imerr-annotate explain-line LINE' says why \
                   a number is none";
    let rows: [(&str, &str); 9] = [
        ("--only none", nothing),
        ("--format csv none", nothing),
        ("--format jsonl none", nothing),
        ("--only empty", "note: empty is empty"),
        (
            "--only --since 2026-11-25 log",
            "note: no code is in the time range (since 2026-11-25 00:00:00); the lines outside of \
             it are from 2026-11-24 10:00:00 to 2026-11-24 10:00:00",
        ),
        ("-l --code 70001 log", "note: 1 code was found, but does not pass the filters"),
        ("--only unknown", "note: 1 code that no catalog knows (6707); --unknown shows it"),
        ("none", "1|2"),
        ("-q none", ""),
    ];
    for (args, wanted) in rows {
        let script = format!("{} {args} | cat", env!("CARGO_BIN_EXE_imerr-annotate"));
        let env = [TERM, ("PATH", "/usr/bin:/bin")];
        let seen = Terminal::start("/bin/sh", &["-c", &script], folder.path(), 200, &env).end(200);
        let shown = seen.rows().join("|");
        assert!(shown.contains(wanted) && shown.is_empty() == wanted.is_empty(), "{args}: {shown}");
    }
}

#[test]
fn a_message_after_a_row_without_an_end_has_a_row_of_its_own() {
    let folder = folder(&[("open", "plain\n登录 错误")]);
    let log = std::fs::read(folder.path().join("open")).expect("the folder is readable");
    // The archive is cut within the last character.
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(log.len() as u64);
    builder.append_data(&mut header, "log", &*log).expect("a vector takes everything");
    let mut archive = builder.into_inner().expect("a vector takes everything");
    archive.truncate(512 + log.len() - 1);
    std::fs::write(folder.path().join("cut.tar"), archive).expect("the folder is writable");
    let rows = run(&["cut.tar"], folder.path(), 100, &[TERM]).rows();
    let cut = rows.iter().position(|row| row.starts_with("登录 错")).expect("it is printed");
    assert!(!rows[cut].contains(": "), "{rows:?}");
    // Both errors are below the text.
    assert_eq!((cut, rows.len()), (2, 5), "{rows:?}");
    assert!(rows[cut + 1].starts_with("error: cut.tar/log: "), "{rows:?}");
    assert!(rows[cut + 2].starts_with("error: cut.tar: "), "{rows:?}");
    let rows = run(&["open", "none", "open"], folder.path(), 100, &[TERM]).rows();
    let wanted = ["open", "plain", "登录 错误", "error: none: no such file or directory"];
    assert_eq!(rows[..4], wanted);
    // One blank row is in front of a name.
    assert_eq!(rows[4..6], ["", "open"], "{rows:?}");
    for args in [&["--no-filename", "open", "none"][..], &["--summary", "open"]] {
        let rows = run(args, folder.path(), 100, &[TERM]).rows();
        assert!(rows.iter().any(|row| row == "登录 错误"), "{args:?}: {rows:?}");
    }
    // Elsewhere, the output stays the log.
    let piped = common::run(&["cut.tar"], folder.path());
    assert!("plain\n登录 错误".as_bytes().starts_with(&piped.stdout), "{}", text(&piped.stdout));
    assert!(text(&piped.stderr).starts_with("error: "), "{}", text(&piped.stderr));
}

#[test]
fn errors_above_the_log_are_named_below_it() {
    let folder = folder(&[("log", "plain\n"), ("empty", ""), ("list", "foo\nlog\n")]);
    let one = "warning: an error about foo is above the log";
    for (args, wanted) in [
        (&["foo", "log"][..], one),
        (&["foo", "bar", "log"], "warning: errors about 2 files are above the log: foo, bar"),
        (&["--lang", "zh", "foo", "log"], "注意：日志上方有关于 foo 的错误"),
        (&["log", "foo"], "error: foo: no such file or directory"),
        (&["foo", "empty"], "error: foo: no such file or directory"),
        // The list of files, and a file in a list.
        (&["--files-from", "foo", "log"], one),
        (&["--files-from", "list"], one),
        (&["-c", "foo", "log"], "1"),
    ] {
        let seen = run(args, folder.path(), 100, &[TERM]);
        assert_eq!(seen.status.code(), Some(2), "{args:?}");
        if args[0] == "-c" {
            assert!(!seen.out.contains("above the log"), "{}", seen.out);
        } else {
            assert_eq!(seen.rows().last().map(String::as_str), Some(wanted), "{args:?}");
        }
        let piped = text(&common::run(args, folder.path()).stderr);
        assert!(!piped.contains("above") && !piped.contains("上方"), "{args:?}: {piped}");
    }
}
