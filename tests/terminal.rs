//! The real binary on a real terminal: colors, width, links, control characters, Ctrl-C.
#![cfg(unix)]

mod common;
#[path = "common/terminal.rs"]
mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use common::{LINE, Limited, binary, folder, text};
use terminal::{EXPLAIN_NOTE, Terminal, run};

/// Lines under which carets are not where their bytes are: tabs, wide and combining characters,
/// colors, an end of line of its own.
const LINES: &str = "plain imsdk error_code:6206\n\
                     \timsdk\terror_code:6206\r\n\
                     [错误] imsdk 登录失败，错误码：6206，请重试\n\
                     caf\u{65}\u{301} imsdk error_code:6206\n\
                     \u{1b}[33mimsdk\u{1b}[0m error_code:6206 done\n";

const TERM: (&str, &str) = ("TERM", "xterm-256color");

/// The rows and columns where the first digit of each code is, and where the first caret.
fn places(rows: &[String], wanted: char, next: &str) -> Vec<(usize, usize)> {
    fn width(text: &str) -> usize {
        text.chars()
            .map(|c| if c as u32 >= 0x1100 { 2 } else { usize::from(c != '\u{301}') })
            .sum::<usize>()
    }
    let found = rows.iter().enumerate().filter_map(|(row, text)| {
        let at = text
            .match_indices(wanted)
            .map(|(at, _)| at)
            .find(|&at| text[at..].starts_with(next))?;
        Some((row, width(&text[..at])))
    });
    found.collect()
}

#[test]
fn carets_are_under_the_code_at_every_width() {
    let folder = folder(&[("log", LINES)]);
    for columns in [60, 80, 200] {
        let seen = run(
            &["--format", "below", "--repeated", "full", "log"],
            folder.path(),
            columns,
            &[TERM],
        );
        let rows = seen.rows();
        // The block names the code as well.
        let of_log: Vec<String> = rows
            .iter()
            .map(|row| if row.contains("error 6206 ") { String::new() } else { row.clone() })
            .collect();
        let (codes, carets) = (places(&of_log, '6', "6206"), places(&rows, '^', "^^^^"));
        assert_eq!(codes.len(), 5, "{columns} columns:\n{}", rows.join("\n"));
        let below: Vec<(usize, usize)> =
            codes.iter().map(|&(row, column)| (row + 1, column)).collect();
        assert_eq!(carets, below, "{columns} columns:\n{}", rows.join("\n"));
        let screen = seen.screen();
        let wraps = (0..rows.len()).filter(|&row| screen.screen().row_wrapped(row as u16)).count();
        assert_eq!(
            wraps,
            0,
            "no line of a block is broken by the terminal at {columns} columns:\n{}",
            rows.join("\n")
        );
    }
}

#[test]
fn a_block_is_as_wide_as_the_terminal() {
    let folder = folder(&[("log", "imsdk code:9508\n")]);
    let help = |columns: u16| {
        let rows = run(&["--format", "below", "log"], folder.path(), columns, &[TERM]).rows();
        let longest = rows.iter().map(String::len).max().unwrap_or_default();
        assert!(longest < columns.into(), "{columns} columns:\n{}", rows.join("\n"));
        rows.len()
    };
    let (narrow, usual, wide) = (help(40), help(80), help(200));
    assert!(narrow > usual && usual > wide, "{narrow} {usual} {wide}");
}

#[test]
fn auto_is_below_on_a_terminal() {
    let json = "{\"msg\":\"imsdk login failed\",\"error_code\":6206}\n";
    let folder = folder(&[("log", &format!("imsdk code:6206\nimsdk code:6206\n{json}"))]);
    let wanted = [
        "imsdk code:6206",
        "           ^^^^ error 6206 (sdk/account): The UserSig has expired.",
        "                fix: Get a new UserSig from your server and log in again.",
        "imsdk code:6206",
        "           ^^^^ error 6206 (see above)",
        json.trim_end(),
        "                                         ^^^^ error 6206 (see above)",
    ];
    for format in [&[][..], &["--format", "auto"], &["--format", "ci"]] {
        let seen = run(&[format, &["log"]].concat(), folder.path(), 100, &[TERM]);
        assert_eq!(seen.rows()[..7], wanted, "{format:?}");
    }
    let piped = text(&common::run(&["log"], folder.path()).stdout);
    assert!(piped.contains("6206 [imerr 6206 ") && piped.contains(",\"imerr\":{"), "{piped}");
}

#[test]
fn a_narrow_terminal_has_narrow_blocks() {
    let folder = folder(&[("log", "imsdk code:6206\n")]);
    let seen = run(&["log"], folder.path(), 26, &[TERM]);
    let wanted = [
        "imsdk code:6206",
        "           ^^^^",
        "        error 6206",
        "         (sdk/account):",
        "         The UserSig has",
        "         expired.",
        "        fix: Get a new",
        "         UserSig from",
        "         your server and",
        "         log in again.",
    ];
    assert_eq!(seen.rows()[..wanted.len()], wanted);
}

#[test]
fn a_block_follows_a_resize_of_the_terminal() {
    let folder = folder(&[]);
    let args = ["--format", "below", "--repeated", "full", "-"];
    let mut terminal = Terminal::start(
        env!("CARGO_BIN_EXE_imerr-annotate"),
        &args,
        folder.path(),
        200,
        &[TERM, ("NO_COLOR", "1")],
    );
    let mut longest = |columns: u16| {
        terminal.resize(columns);
        terminal.out.clear();
        terminal.write("imsdk code:9508\n");
        terminal.wait_for("onConnectSuccess.");
        let out = String::from_utf8_lossy(&terminal.out);
        out.lines().map(|line| line.trim_end().len()).max().unwrap_or_default()
    };
    let (wide, narrow) = (longest(200), longest(60));
    assert!(wide > 100 && narrow < 60, "{wide} {narrow}");
    terminal.write("\u{4}");
    terminal.end(60);
}

#[test]
fn output_for_a_pager_is_as_wide_as_its_terminal() {
    let folder = folder(&[("log", "imsdk code:9508\n")]);
    let longest = |columns: Option<&str>| {
        let mut command = binary(folder.path());
        command.args(["--format", "below", "log"]);
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        let output = command.finish();
        text(&output.stdout).lines().map(|line| line.trim_end().len()).max().unwrap_or_default()
    };
    let usual = longest(None);
    assert!(
        (60..100).contains(&usual) && longest(Some("60")) < 60 && longest(Some("200")) > 100,
        "{usual}"
    );
    for odd in ["", "0", "-1", "x"] {
        assert_eq!(longest(Some(odd)), usual, "{odd:?}");
    }
    let binary = env!("CARGO_BIN_EXE_imerr-annotate");
    let piped = format!("{binary} --format below log | cat");
    let seen = Terminal::start(
        "/bin/sh",
        &["-c", &piped],
        folder.path(),
        60,
        &[TERM, ("PATH", "/usr/bin:/bin")],
    )
    .end(200);
    assert!(seen.rows().iter().all(|row| row.len() < 60), "{}", seen.rows().join("\n"));
}

#[test]
fn lookups_fit_the_terminal() {
    let folder = folder(&[]);
    let style = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("hardcoded pattern must compile");
    for args in [
        &["explain", "6206"][..],
        &["search", "expired"],
        &["list", "--system", "web", "--kind", "auth"],
    ] {
        let seen = run(args, folder.path(), 80, &[TERM]);
        let piped = text(&common::run(args, folder.path()).stdout);
        assert!(piped.lines().any(|line| line.len() > 80), "{args:?} has lines to wrap: {piped}");
        let colored = seen.out.replace("\r\n", "\n");
        let plain = style.replace_all(&colored, "");
        assert!(plain.len() < colored.len(), "{args:?} has colors");
        let address = |line: &str| line.contains("https://");
        assert!(plain.lines().all(|line| line.len() <= 80 || address(line)), "{args:?}: {plain}");
        assert_eq!(
            plain.split_whitespace().collect::<Vec<_>>(),
            piped.split_whitespace().collect::<Vec<_>>()
        );
    }
}

#[test]
fn colors_are_for_terminals_that_support_them() {
    let folder = folder(&[("log", LINE)]);
    let foreground = |args: &[&str], env: &[(&str, &str)]| {
        let args = [args, &["--format", "append", "log"]].concat();
        let seen = run(&args, folder.path(), 200, env);
        let screen = seen.screen();
        let (code, bracket) = (screen.screen().cell(0, 17), screen.screen().cell(0, 22));
        let (code, bracket) =
            (code.expect("it is on the screen"), bracket.expect("it is on the screen"));
        assert_eq!((code.contents(), bracket.contents()), ("6", "["), "{:?}", seen.rows());
        (code.fgcolor(), code.underline(), bracket.dim())
    };
    use vt100::Color::{Default, Idx, Rgb};
    assert_eq!(foreground(&[], &[TERM]), (Idx(131), true, true));
    let all_colors = [TERM, ("COLORTERM", "truecolor")];
    assert_eq!(foreground(&[], &all_colors), (Rgb(0xee, 0, 0), true, true));
    assert_eq!(foreground(&["--theme", "light,error=blue"], &[TERM]), (Idx(4), true, true));
    assert_eq!(foreground(&["--theme", "none"], &[TERM]), (Default, true, false));
    for plain in [
        foreground(&[], &[TERM, ("NO_COLOR", "1")]),
        foreground(&[], &[("TERM", "dumb")]),
        foreground(&["--color", "never"], &[TERM]),
        foreground(&[], &[TERM, ("CLICOLOR", "0")]),
    ] {
        assert_eq!(plain, (Default, false, false));
    }
    let piped = binary(folder.path()).arg("log").env("TERM", "xterm-256color").finish();
    assert!(!text(&piped.stdout).contains('\u{1b}'), "a pipe gets no colors");
}

#[test]
fn codes_link_to_their_page_if_the_terminal_supports_it() {
    let folder = folder(&[("log", LINE)]);
    let links = |args: &[&str], env: &[(&str, &str)]| {
        let seen = run(&[args, &["log"]].concat(), folder.path(), 80, env);
        seen.out.contains("\u{1b}]8;;https://")
    };
    let able = [TERM, ("VTE_VERSION", "7600")];
    assert!(links(&[], &able));
    assert!(!links(&[], &[TERM]), "a terminal that is not known to take links gets none");
    assert!(!links(&["--hyperlink", "never"], &able));
    assert!(links(&["--hyperlink", "always"], &[TERM]));
    assert!(!links(&[], &[("TERM", "dumb"), ("VTE_VERSION", "7600")]));
}

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

#[test]
fn selected_lines_of_several_files_are_under_their_names() {
    let folder = folder(&[
        ("a", "imsdk code:6206\n1\n2\nimsdk code:6208\n"),
        ("none", "3\n"),
        ("d/b", "imsdk code:6208\n4"),
    ]);
    let rows = |args: &[&str]| {
        let seen = run(&[&["--color", "never"], args].concat(), folder.path(), 400, &[TERM]);
        let mut rows = Vec::new();
        for row in seen.rows() {
            rows.push(row.split(" [imerr").next().unwrap_or_default().replace("imsdk code:", ""));
        }
        rows.join(" ")
    };
    let append = |args: &[&str]| rows(&[&["--format", "append"], args].concat());
    let all = ["a", "none", "d"];
    assert_eq!(append(&[&["--only"], &all[..]].concat()), "a 6206 6208  d/b 6208");
    assert_eq!(append(&[&["-v", "-n"], &all[..]].concat()), "a 2:1 3:2  none 1:3  d/b 2:4");
    assert_eq!(append(&["-A1", "a", "d"]), "a 6206 1 -- 6208  d/b 6208 4");
    assert_eq!(append(&["-m1", "-j4", "none", "a"]), "none 3  a 6206");
    assert_eq!(append(&["--only", "d"]), "d/b 6208");
    assert_eq!(append(&["--only", "d/b"]), "6208");
    assert_eq!(append(&["--only", "--no-filename", "a", "d"]), "6206 6208 6208");
    assert_eq!(append(&["--only", "-H", "a", "d"]), "a:6206 a:6208 d/b:6208");
    assert_eq!(append(&["a", "none"]), "6206 1 2 6208 3");
    assert!(rows(&["--format", "csv", "-m1", "a", "d"]).starts_with("file,"));
    let colored = run(&["--only", "a", "d"], folder.path(), 80, &[TERM]);
    let cell = colored.screen().screen().cell(0, 0).map(|cell| cell.fgcolor());
    assert!(cell.is_some_and(|color| color != vt100::Color::Default), "{}", colored.out);
}

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
        (&["empty.log", "logs"], "plain"),
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
    assert_eq!(rows(&["core", "other", "hole"]), format!(r"\x00\x00imsdk code:1|{both}"));
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
fn a_line_that_is_wider_by_a_cell_is_printed_once() {
    let line = format!("{} imsdk code:6206 {}", "x".repeat(20), "y".repeat(44));
    assert_eq!(line.len(), 81);
    let folder = folder(&[("log", &format!("{line}\n"))]);
    let rows = run(&["--format", "below", "log"], folder.path(), 80, &[TERM]).rows();
    let wanted = [&line[..80], "y", "                                ^^^^"];
    assert_eq!(rows[..2], wanted[..2]);
    assert!(rows[2].starts_with(wanted[2]), "{rows:?}");
    assert!(!rows.iter().any(|row| row.contains(" | ")), "{rows:?}");
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

#[test]
fn a_run_that_leaves_nothing_says_why() {
    let log = "2026-11-24 10:00:00 imsdk code:6206\n2026-11-24 10:00:01 imsdk code:70001\n";
    let folder = folder(&[("log", log), ("one", LINE), ("none", "plain\n")]);
    let filtered = "note: 2 codes were found, none passes the filters";
    let out_of_range = "note: no code is in the time range; the lines outside of it are from \
                        2026-11-24 10:00:00 to 2026-11-24 10:00:01";
    for (args, note) in [
        (&["--only", "--severity", "fatal", "log"][..], filtered),
        (&["--severity", "fatal", "log"], filtered),
        (&["--code", "30001", "-c", "log"], filtered),
        (&["-l", "--system", "web", "log"], filtered),
        (&["--code", "70001", "one"], "note: 1 code was found, but does not pass the filters"),
        (&["--only", "--since", "2026-11-25", "log"], out_of_range),
        (&["--until", "11-24 09:00:00", "log"], out_of_range),
        (&["--lang", "zh", "--severity", "fatal", "log"], "说明：发现2处错误码，均不符合筛选条件"),
        (
            &["--lang", "zh", "--since", "2026-11-25", "log"],
            "说明：时间范围内没有错误码；范围外的日志时间为 2026-11-24 10:00:00 至 2026-11-24 10:00:01",
        ),
        (&["--code", "6206", "log"], ""),
        (&["none"], ""),
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

/// The terminal is stopped until the run has taken long enough to show its progress.
#[test]
fn progress_leaves_nothing_on_the_terminal() {
    let folder = folder(&[("a", LINE), ("b", LINE)]);
    for (args, wanted) in [("-c a b", "go|a:1|b:1"), ("-l a b", "go|a|b"), ("-q none a b", "")] {
        let script = format!("read go; exec {} {args}", env!("CARGO_BIN_EXE_imerr-annotate"));
        let mut pause = Duration::from_millis(700);
        loop {
            let args = ["-c", &script];
            let mut terminal = Terminal::start("/bin/sh", &args, folder.path(), 80, &[TERM]);
            terminal.write("\u{13}go\n");
            thread::sleep(pause);
            terminal.write("\u{11}");
            let seen = terminal.end(80);
            let rows = seen.rows().join("|");
            let is_right = rows == wanted || wanted.is_empty() && rows.ends_with("directory");
            assert!(is_right, "{args:?}: {rows}");
            if seen.out.contains(" files, ") {
                break;
            }
            pause *= 2;
            assert!(pause < common::LIMIT, "{args:?}: no progress in {}", seen.out);
        }
    }
    let quick = run(&["-c", "a", "b"], folder.path(), 80, &[TERM, ("TERM", "dumb")]);
    assert!(!quick.out.contains(" files, "), "{}", quick.out);
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

#[test]
fn the_manual_page_is_shown_by_man() {
    let folder = folder(&[("bin/man", "#!/bin/sh\necho \"man $*\"\nexec cat\n"), ("none/x", "")]);
    let man = folder.path().join("bin/man");
    fs::set_permissions(man, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    let shown = |path: &str, args: &[&str]| {
        let seen = run(args, folder.path(), 100, &[TERM, ("PATH", path)]);
        (seen.status.code(), seen.out.replace('\r', ""))
    };
    let path = format!("{}:/usr/bin:/bin", folder.path().join("bin").display());
    let (status, page) = shown(&path, &["man", "stats"]);
    assert!(status == Some(0) && page.starts_with("man -l -\n"), "{page}");
    assert!(page.contains("\n.SH NAME\n"), "{page}");
    let (status, message) = shown("none", &["man"]);
    assert!(
        status == Some(2) && message.contains("cannot show the page with 'man'; "),
        "{message}"
    );
    let (status, message) = shown("none", &["man", "--lang", "zh"]);
    assert!(status == Some(2) && message.contains("无法用 man 显示手册；可查看"), "{message}");
}

#[test]
fn usage_errors_follow_the_color_option() {
    let folder = folder(&[]);
    let is_colored = |args: &[&str], env: &[(&str, &str)]| {
        run(&[args, &["--formt"]].concat(), folder.path(), 80, env).out.contains("\u{1b}[")
    };
    assert!(is_colored(&[], &[TERM]));
    assert!(
        !is_colored(&["--color", "never"], &[TERM]) && !is_colored(&["--color=never"], &[TERM])
    );
    assert!(
        !is_colored(&[], &[TERM, ("NO_COLOR", "1")])
            && !is_colored(&[], &[TERM, ("CLICOLOR", "0")])
    );
}

#[test]
fn the_short_help_fits_the_screen() {
    let folder = folder(&[]);
    for columns in [80, 200] {
        let rows = run(&["-h"], folder.path(), columns, &[TERM]).rows();
        assert!(rows.len() < 24 && rows[0].starts_with("Finds Tencent Cloud IM"), "{rows:?}");
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
