//! The real binary on a real terminal: colors, width, links, control characters, Ctrl-C.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;
mod keyboard;
mod notes;
mod safety;
#[path = "../common/terminal.rs"]
mod terminal;
#[path = "../../src/input/archive/tests/zip_writer.rs"]
mod zip_writer;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use common::{LINE, Limited, binary, folder, install_script, text};
use terminal::{Terminal, run};
use zip_writer::{ZipMember, zip};

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
            &["--color", "never", "--repeated", "full", "log"],
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
        "        fix: Get a new UserSig from your server and log in again.",
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
    assert!(wide > 90 && narrow < 60, "{wide} {narrow}");
    terminal.write("\u{4}");
    terminal.end(60);
}

#[test]
fn prose_is_not_as_wide_as_a_wide_terminal() {
    let folder = folder(&[("log", "imsdk code:9508\n")]);
    for (args, mark) in [(&["log"][..], "fix: "), (&["stats", "log"], "-> ")] {
        let rows = run(args, folder.path(), 200, &[TERM]).rows();
        let first = rows.iter().position(|row| row.trim_start().starts_with(mark));
        let remedy = &rows[first.unwrap_or_else(|| panic!("a remedy: {rows:?}"))..][..2];
        let indent = remedy[0].len() - remedy[0].trim_start().len();
        assert!(remedy.iter().all(|row| row.len() <= indent + mark.len() + 100), "{rows:?}");
        assert!(!remedy[1].trim_start().is_empty(), "the remedy has two rows: {rows:?}");
    }
}

#[test]
fn statistics_fit_a_small_screen() {
    let folder = folder(&[("log", include_str!("../../fixtures/logs/demo.log"))]);
    for (columns, rows) in [(80, 24), (200, 24), (80, 50)] {
        let command = env!("CARGO_BIN_EXE_imerr-annotate");
        let script = format!("stty rows {rows}; {command} stats log");
        let env = [TERM, ("PATH", "/usr/bin:/bin")];
        let args = ["-c", script.as_str()];
        let seen = Terminal::start("/bin/sh", &args, folder.path(), columns, &env).end(columns);
        let shown = seen.rows();
        // A prompt follows.
        assert!(shown.len() < rows, "{shown:?}");
        assert_eq!(shown.iter().any(|row| row.contains("-> ")), rows == 50, "{shown:?}");
        for code in ["-10003 +1", "70107", "10010", "20007"] {
            let row = shown.iter().find(|row| row.contains(&format!("%  {code} ")));
            assert!(row.is_some(), "{code}: {shown:?}");
        }
    }
}

#[test]
fn a_diagnosis_fits_a_small_screen_with_its_notes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let logs = fs::read_dir(root.join("fixtures/logs")).expect("the folder is there");
    for entry in logs {
        let path = entry.expect("the folder can be read").path();
        for lang in ["en", "zh"] {
            let command = env!("CARGO_BIN_EXE_imerr-annotate");
            let file = path.strip_prefix(root).expect("it is in the folder").display().to_string();
            let script = format!("stty rows 24; {command} diagnose --lang {lang} {file}");
            let env = [TERM, ("PATH", "/usr/bin:/bin")];
            let seen = Terminal::start("/bin/sh", &["-c", &script], root, 80, &env).end(80);
            let shown = seen.all_rows();
            // A prompt follows.
            assert!(shown.len() < 24, "{file}: {shown:#?}");
        }
    }
}

#[test]
fn messages_are_wrapped_at_words() {
    let folder = folder(&[("log", "imsdk code:6206\n")]);
    let rows = |columns: u16| run(&["missing", "log"], folder.path(), columns, &[TERM]).rows();
    let wide = rows(200);
    let error = wide.iter().find(|row| row.starts_with("error: ")).expect("it is missing");
    let narrow = rows(40);
    let first = narrow.iter().position(|row| row.starts_with("error: ")).expect("it is missing");
    assert!(error.len() > 40 && narrow[first + 1].starts_with("  "), "{narrow:#?}");
    let joined = format!("{} {}", narrow[first], narrow[first + 1].trim_start());
    assert!(error.starts_with(&joined), "{error}: {narrow:#?}");
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
        (60..100).contains(&usual)
            && longest(Some("60")) < 60
            && (90..=108).contains(&longest(Some("200"))),
        "{usual}"
    );
    for odd in ["", "0", "-1", "x"] {
        assert_eq!(longest(Some(odd)), usual, "{odd:?}");
    }
    let binary = env!("CARGO_BIN_EXE_imerr-annotate");
    for args in ["--format below log", "diagnose log", "stats log"] {
        let piped = format!("{binary} {args} | cat");
        let env = [TERM, ("PATH", "/usr/bin:/bin")];
        let seen = Terminal::start("/bin/sh", &["-c", &piped], folder.path(), 60, &env).end(200);
        assert!(seen.rows().iter().all(|row| row.len() <= 60), "{}", seen.rows().join("\n"));
    }
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
    assert_eq!(foreground(&[], &[TERM]), (Idx(231), true, true));
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
fn lines_of_several_files_are_under_their_names() {
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
    assert_eq!(append(&["-m1", "-j4", "none", "a"]), "a 6206");
    assert_eq!(append(&["--only", "d"]), "d/b 6208");
    assert_eq!(append(&["--only", "d/b"]), "6208");
    assert_eq!(append(&["--only", "--no-filename", "a", "d"]), "6206 6208 6208");
    assert_eq!(append(&["--only", "-H", "a", "d"]), "a:6206 a:6208 d/b:6208");
    assert_eq!(append(&["a", "none"]), "a 6206 1 2 6208  none 3");
    assert_eq!(append(&["d/b"]), "6208 4");
    assert_eq!(append(&["--no-filename", "a", "none"]), "6206 1 2 6208 3");
    assert_eq!(rows(&["--strip", "a", "none"]), "6206 1 2 6208 3");
    assert_eq!(rows(&["--format", "json", "none", "none"]), "3 3");
    assert!(rows(&["--format", "csv", "-m1", "a", "d"]).starts_with("file,"));
    let colored = run(&["--only", "a", "d"], folder.path(), 80, &[TERM]);
    let cell = colored.screen().screen().cell(0, 0).map(|cell| cell.fgcolor());
    assert!(cell.is_some_and(|color| color != vt100::Color::Default), "{}", colored.out);
}

#[test]
fn files_of_folders_and_archives_are_under_their_names() {
    let folder = folder(&[("d/a", "imsdk code:6206\n"), ("d/empty", ""), ("d/b", "1\n2")]);
    let members = [ZipMember::new("m/x", b"3\n", 8), ZipMember::new("y", b"imsdk code:6206", 8)];
    fs::write(folder.path().join("c.zip"), zip(&members)).expect("folder is writable");
    let rows = |args: &[&str]| run(args, folder.path(), 100, &[TERM]).rows();
    let archive = ["c.zip/m/x", "3", "", "c.zip/y", "imsdk code:6206"];
    assert_eq!(rows(&["c.zip"])[..5], archive);
    let code = [
        "d/a",
        "imsdk code:6206",
        "           ^^^^ error 6206 (sdk/account): The UserSig has expired.",
        "        fix: Get a new UserSig from your server and log in again.",
    ];
    let all = rows(&["-r"]);
    assert_eq!(all[..5], archive, "{all:?}");
    let after_archive = all.iter().position(|row| row == "d/a").expect("the folder is read");
    assert_eq!(rows(&["d"]), [&code[..], &["", "d/b", "1", "2"]].concat());
    assert_eq!(all[after_archive + 3..], ["", "d/b", "1", "2"], "{all:?}");
    // In a pipe, the lines are those of the files alone.
    let piped = common::run(&["--strip", "d"], folder.path());
    assert_eq!(text(&piped.stdout), "imsdk code:6206\n1\n2");
    let piped = common::run(&["--format", "below", "d/b", "d/b"], folder.path());
    assert_eq!(text(&piped.stdout), "1\n21\n2");
}

#[test]
fn a_code_is_explained_once_for_all_files() {
    let log = "plain\nimsdk code:6206\n";
    // The first file is binary, so what it explains is not printed.
    let files = [("a", "x\0\0\0 imsdk code:6206\n"), ("b", log), ("c", log), ("d/e", log)];
    let folder = folder(&files);
    let explained = "error 6206 (sdk/account): The UserSig has expired.";
    for options in [&[][..], &["-n"], &["-j4"], &["--only"], &["--repeated", "none"]] {
        let args = [options, &["a", "b", "c", "d"]].concat();
        let seen = run(&args, folder.path(), 100, &[TERM]).rows().join("\n");
        assert_eq!(seen.matches(explained).count(), 1, "{args:?}: {seen}");
        assert_eq!(seen.matches("fix: ").count(), 1, "{args:?}: {seen}");
        assert_eq!(seen.matches("^^^^ error 6206 (see b:2)").count(), 2, "{args:?}: {seen}");
    }
    let full = run(&["--repeated", "full", "b", "c"], folder.path(), 100, &[TERM]).rows();
    assert_eq!(full.iter().filter(|row| row.contains(explained)).count(), 2, "{full:?}");
    // Each file of a pipe or folder stands alone.
    let piped = common::run(&["--format", "below", "b", "c"], folder.path());
    assert_eq!(text(&piped.stdout).matches(explained).count(), 2);
}

#[test]
fn without_colors_every_selected_line_shows_its_code() {
    let folder = folder(&[("log", "imsdk code:6206\nimsdk code:6206\n")]);
    for (color, wanted) in [("always", 1), ("never", 2)] {
        let args = ["--color", color, "--only", "log"];
        let rows = run(&args, folder.path(), 100, &[TERM]).rows();
        assert_eq!(rows.iter().filter(|row| row.contains("^^^^")).count(), wanted, "{rows:?}");
    }
}

#[test]
fn an_address_is_on_one_line_if_that_is_wide_enough() {
    let folder = folder(&[]);
    for columns in [60, 80] {
        let rows = run(&["explain", "6206"], folder.path(), columns, &[TERM]).rows();
        let address = "https://www.tencentcloud.com/document/product/1047/34348";
        assert!(rows.iter().any(|row| row.contains(address)), "{columns}: {rows:?}");
    }
}

#[test]
fn a_line_as_wide_as_the_terminal_is_printed_once() {
    // The mark of a row of carets needs the last two columns.
    for (length, carets) in [(77, 4), (78, 4), (79, 3), (80, 2), (81, 0)] {
        let line = format!("{} imsdk code:6206", "x".repeat(length - 16));
        let folder = folder(&[("log", &format!("{line}\n"))]);
        let rows = |color: &str| {
            let seen = run(&["--color", color, "log"], folder.path(), 80, &[TERM]);
            assert!(!seen.screen().screen().row_wrapped(1), "{}", seen.out);
            seen.rows()
        };
        let log = [&line[..length.min(80)], &line[length.min(80)..]];
        let log: Vec<&str> = log.into_iter().filter(|row| !row.is_empty()).collect();
        let error = "        error 6206 (sdk/account): The UserSig has expired.";
        let colored = rows("always");
        assert_eq!(colored[..log.len()], log);
        assert_eq!(colored[log.len()], error, "{length}: {colored:?}");
        let plain = rows("never");
        let pointer = format!("{}{}", " ".repeat(length - 4), "^".repeat(carets));
        if carets > 0 {
            assert_eq!(plain[..3], [&*line, &pointer, error]);
        } else {
            // No row has the whole code.
            assert!(plain[2].starts_with("        | ..."), "{plain:?}");
        }
    }
}

#[test]
fn a_line_that_wraps_has_no_carets_below_other_text() {
    let line = format!("{} imsdk code:6206 {}", "x".repeat(20), "y".repeat(54));
    let folder = folder(&[("log", &format!("{line}\n"))]);
    let rows = run(&["log"], folder.path(), 80, &[TERM]).rows();
    assert_eq!(rows[..2], [&line[..80], &line[80..]]);
    assert!(rows[2].starts_with("        error 6206 "), "{rows:?}");
    let rows = run(&["--color", "never", "log"], folder.path(), 80, &[TERM]).rows();
    assert!(rows[2].starts_with("        | ...xxx") && rows[3].contains(" ^^^^"), "{rows:?}");
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
fn the_manual_page_is_shown_by_man() {
    let folder =
        folder(&[("bin/man.sh", "#!/bin/sh\necho \"man $*\"\nexec cat\n"), ("none/x", "")]);
    let bin = folder.path().join("bin");
    install_script(&bin.join("man.sh"), &bin.join("man"));
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
