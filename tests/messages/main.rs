//! Messages on standard error: their labels, and what they say about first guesses.

#[path = "../common/mod.rs"]
mod common;
mod guesses;
mod translations;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Limited, binary, folder, run, status_and_output, status_and_stderr};

const OWN: &str = "system = \"my-app\"\n[[entry]]\ncode = 31004\ncategory = \"c\"\nkind = \"auth\"\n\
                   severity = \"error\"\nmeaning = \"Custom.\"\nremedy = \"Do.\"\nretry = \"never\"\n\
                   status = \"current\"\n";

/// The binary with the arguments that `typed` has.
fn command_line(folder: &Path, typed: &str) -> Command {
    let mut command = binary(folder);
    command.args(typed.split(' '));
    command
}

#[test]
fn labels_are_colored_as_the_option_the_config_file_and_the_environment_say() {
    const PLAIN: &str = "error: missing: no such file or directory\n";
    const COLORED: &str =
        "\x1b[1;38;5;231;48;5;160merror:\x1b[22;39;49m missing: no such file or directory\n";
    const LIGHT: &str = "\x1b[1;38;5;160merror:\x1b[22;39m missing: no such file or directory\n";
    const BOLD: &str = "\x1b[1merror:\x1b[22m missing: no such file or directory\n";
    let light = "color = \"always\"\ntheme = \"light\"\n";
    let folder = folder(&[
        ("always.toml", "color = \"always\"\n"),
        ("light.toml", light),
        ("log", "plain\n"),
    ]);
    let rows: [(&[&str], &str, &str); 11] = [
        (&["missing"], "", PLAIN),
        (&["missing"], "FORCE_COLOR", COLORED),
        (&["--color", "always", "missing"], "NO_COLOR", COLORED),
        (&["--color", "never", "missing"], "FORCE_COLOR", PLAIN),
        (&["--config", "always.toml", "missing"], "", COLORED),
        (&["--config", "light.toml", "missing"], "", LIGHT),
        (&["--theme", "light", "missing"], "FORCE_COLOR", LIGHT),
        (&["--theme", "none", "missing"], "FORCE_COLOR", BOLD),
        (&["--theme", "light", "missing"], "", PLAIN),
        (
            &["--color", "always", "-q", "--code", "5", "--min-confidence", "low", "log"],
            "",
            "\x1b[1;38;5;16;48;5;214mwarning:\x1b[22;39;49m --code: 5 is not in any catalog; --unknown finds it on lines \
             about the product\n",
        ),
        (
            &["--color", "always", "--baseline", "log", "--max-errors", "x"],
            "",
            "\x1b[1;38;5;231;48;5;160merror:\x1b[22;39;49m invalid value 'x' for '--max-errors <NUM>': a whole \
             number from 0 on is needed, without a sign\n",
        ),
    ];
    for (args, variable, wanted) in rows {
        let mut command = binary(folder.path());
        if !variable.is_empty() {
            command.env(variable, "1");
        }
        let (_, errors) = status_and_stderr(&command.args(args).finish());
        assert_eq!(errors, wanted, "{args:?} {variable}");
    }
}

#[test]
fn commands_that_only_print_have_a_short_help() {
    let folder = folder(&[]);
    for command in ["man", "completions", "new-catalog"] {
        let (status, out, _) = status_and_output(&run(&[command, "-h"], folder.path()));
        assert!(status == Some(0) && out.matches("\n  -").count() == 1, "{command}: {out}");
        assert!(!out.contains("--c"), "{command}: {out}");
    }
    let (_, out, _) = status_and_output(&run(&["config", "-h"], folder.path()));
    assert!(out.contains("--config <FILE>") && !out.contains("--theme"), "{out}");
    let printed = |args: &[&str]| {
        let mut command = binary(folder.path());
        status_and_output(&command.env("IMERR_ANNOTATE_CONFIG", "c.toml").args(args).finish())
    };
    assert_eq!(printed(&["config", "path"]), (Some(0), "c.toml\n".to_string(), String::new()));
}

#[test]
fn a_notice_of_several_files_is_printed_once() {
    let folder = folder(&[]);
    let gbk =
        [b"imsdk code:6206 ".as_slice(), &[0xb4, 0xed, 0xce, 0xf3].repeat(40), b"\n"].concat();
    for name in ["a.log", "b.log", "c.log", "d.log", "e.log", "f.log", "g.log"] {
        fs::write(folder.path().join(name), &gbk).expect("the folder is writable");
    }
    let notes = |args: &[&str]| status_and_stderr(&run(args, folder.path())).1;
    let first = "note: a.log: looks like GB18030 (GBK); it is converted to UTF-8; --encoding none \
                 turns this off\n";
    assert_eq!(notes(&["--max-errors", "99", "a.log"]), first);
    let two = "note: the note about a.log applies to 1 more file: b.log\n";
    assert_eq!(notes(&["a.log", "b.log"]), format!("{first}{two}"));
    let all = "note: the note about a.log applies to 6 more files: b.log, c.log, d.log, e.log, \
               f.log, ...\n";
    let names = ["a.log", "b.log", "c.log", "d.log", "e.log", "f.log", "g.log"];
    assert_eq!(notes(&names), format!("{first}{all}"));
    let chinese = notes(&["--lang", "zh", "a.log", "b.log"]);
    assert!(chinese.ends_with("说明：另有1个文件与 a.log 情况相同：b.log\n"), "{chinese}");
}

#[test]
fn the_version_is_short_or_long() {
    let folder = folder(&[]);
    let printed = |args: &[&str]| status_and_output(&run(args, folder.path())).1;
    let short = format!("imerr-annotate {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(printed(&["-V"]), short);
    let long = printed(&["--version"]);
    assert!(long.starts_with(&short) && long.contains(" codes and ranges of codes:\n"), "{long}");
    let chinese = printed(&["--version", "--lang", "zh"]);
    assert!(chinese.contains("\n收录") && chinese.contains("截至 2025-12-17"), "{chinese}");
}
