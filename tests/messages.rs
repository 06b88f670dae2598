//! Messages on standard error: their labels, and what they say about first guesses.

mod common;

use std::fs;

use common::{Limited, binary, folder, run, status_and_output, status_and_stderr};

const OWN: &str = "system = \"my-app\"\n[[entry]]\ncode = 31004\ncategory = \"c\"\nkind = \"auth\"\n\
                   severity = \"error\"\nmeaning = \"Custom.\"\nremedy = \"Do.\"\nretry = \"never\"\n\
                   status = \"current\"\n";

#[test]
fn labels_are_colored_as_the_option_the_config_file_and_the_environment_say() {
    const PLAIN: &str = "error: missing: no such file or directory\n";
    const COLORED: &str = "\x1b[1;31merror:\x1b[0m missing: no such file or directory\n";
    let folder = folder(&[("always.toml", "color = \"always\"\n"), ("log", "plain\n")]);
    let rows: [(&[&str], &str, &str); 7] = [
        (&["missing"], "", PLAIN),
        (&["missing"], "FORCE_COLOR", COLORED),
        (&["--color", "always", "missing"], "NO_COLOR", COLORED),
        (&["--color", "never", "missing"], "FORCE_COLOR", PLAIN),
        (&["--config", "always.toml", "missing"], "", COLORED),
        (
            &["--color", "always", "-q", "--code", "5", "--min-confidence", "low", "log"],
            "",
            "\x1b[1;33mwarning:\x1b[0m --code: 5 is not in any catalog; --unknown finds it on lines \
             about the product\n",
        ),
        (
            &["--color", "always", "--baseline", "log", "--max-errors", "x"],
            "",
            "\x1b[1m\x1b[31merror:\x1b[0m invalid value '\x1b[33mx\x1b[0m' for '\x1b[1m--max-errors \
             <NUM>\x1b[0m': a whole number from 0 on is needed, without a sign\n\nFor more \
             information, try '\x1b[1m--help\x1b[0m'.\n",
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

/// What stands in front of the way to further help.
fn first_part(errors: &str) -> &str {
    errors.strip_suffix("\n\nFor more information, try '--help'.\n").unwrap_or(errors).trim_end()
}

fn expect_guesses(rows: &[(&str, &str)]) {
    let folder = folder(&[("app.log", "plain\n"), ("since.toml", "since = \"2h\"\n")]);
    fs::create_dir(folder.path().join("bin")).expect("the folder is writable");
    fs::write(folder.path().join("bin/sh"), "").expect("the folder is writable");
    for (typed, wanted) in rows {
        let mut command = binary(folder.path());
        command.env("PATH", folder.path().join("bin")).args(typed.split(' '));
        let (status, errors) = status_and_stderr(&command.finish());
        assert_eq!((status, first_part(&errors)), (Some(2), *wanted), "{typed}");
    }
}

#[test]
fn words_that_are_no_files_get_a_hint() {
    expect_guesses(&[
        ("6206", "error: no file named '6206'; to look up the code: imerr-annotate explain 6206"),
        (
            "6206 70001",
            "error: no file named '6206'; to look up the code: imerr-annotate explain 6206 70001",
        ),
        ("explian 6206", "error: no file named 'explian'; did you mean the command 'explain'?"),
        (
            "stats ERR_USER_SIG_EXPIRED",
            "error: no file named 'ERR_USER_SIG_EXPIRED'; to look up the code: imerr-annotate \
             explain ERR_USER_SIG_EXPIRED",
        ),
        ("sh -c x", "error: no file named 'sh'; to run a command: imerr-annotate -- sh ..."),
        (
            "check app.log",
            "error: check: no such file or directory; did you mean the command 'check-catalog'?",
        ),
        (
            "version",
            "error: no file named 'version'; to print the version: imerr-annotate --version",
        ),
        ("stats customer", "error: customer: no such file or directory"),
    ]);
}

#[test]
fn unknown_options_and_commands_name_what_takes_their_place() {
    let pattern = "codes are found without a pattern; for another one: grep ... | imerr-annotate";
    let glob = "use --glob '*.log', or --glob '!*.log' for all others";
    for (typed, option, tip) in [
        ("--json app.log", "--json", "use --format jsonl"),
        ("stats --json app.log", "--json", "use --format json"),
        ("--csv app.log", "--csv", "use --format csv"),
        ("--sort count app.log", "--sort", "use imerr-annotate stats --sort"),
        ("stats -n app.log", "-n", "it is an option for reading logs, without a command"),
        ("explain --only 6206", "--only", "it is an option for reading logs, without a command"),
        ("-e error app.log", "-e", pattern),
        ("-i app.log", "-i", pattern),
        ("--include *.log app.log", "--include", glob),
        ("stats --exclude=*.gz app.log", "--exclude", glob),
        ("-R logs", "-R", "directories are always read with all files in them; leave it out"),
        ("--no-color app.log", "--no-color", "use --color never"),
        ("--formt below", "--formt", "a similar argument exists: '--format'"),
        ("--output out app.log", "--output", "a similar argument exists: '--output-dir'"),
    ] {
        let wanted = format!("error: unexpected argument '{option}' found\n\n  tip: {tip}");
        expect_guesses(&[(typed, &wanted)]);
    }
    expect_guesses(&[
        ("--xyz app.log", "error: unexpected argument '--xyz' found"),
        (
            "help explian",
            "error: unrecognized subcommand 'explian'\n\n  tip: a similar subcommand exists: 'explain'",
        ),
        (
            "help nosuch",
            "error: unrecognized subcommand 'nosuch'\n\n  tip: commands are stats, explain, search, \
             list, explain-line, check-catalog, new-catalog, config, completions, man, help",
        ),
        ("man explian", "error: command 'explian' is unknown; did you mean 'explain'?"),
    ]);
}

#[test]
fn values_that_are_no_words_of_a_list_get_a_near_one() {
    for (option, value, metavar, cause) in [
        ("--kind", "auht", "LIST", "'auht' is unknown; did you mean 'auth'?"),
        ("--kind", "!auht", "LIST", "'auht' is unknown; did you mean 'auth'?"),
        ("--system", "web2", "LIST", "'web2' is unknown; did you mean 'web'?"),
        ("--category", "grp", "LIST", "'grp' is unknown; did you mean 'group'?"),
        (
            "--category",
            "server/grop",
            "LIST",
            "'server/grop' is unknown; did you mean 'server/group'?",
        ),
        ("--severity", "=eror", "SEVERITY", "'eror' is unknown; did you mean 'error'?"),
        ("--fail-on", "eror", "LIST", "'eror' is unknown; did you mean 'error'?"),
        ("--retry", "nevr", "LIST", "'nevr' is unknown; did you mean 'never'?"),
        ("--retry", "x", "LIST", "'x' is none of never, immediate, backoff, after-fix"),
        ("--min-confidence", "hgh", "LEVEL", "'hgh' is unknown; did you mean 'high'?"),
        ("--format", "belo", "FORMAT", "'belo' is unknown; did you mean 'below'?"),
        ("--color", "alwys", "WHEN", "'alwys' is unknown; did you mean 'always'?"),
        ("--color", "x", "WHEN", "'x' is none of auto, always, never"),
        ("--repeated", "shrt", "HOW", "'shrt' is unknown; did you mean 'short'?"),
        ("--json-fields", "esc", "SCHEMA", "'esc' is unknown; did you mean 'ecs'?"),
        ("--theme", "drak", "THEME", "'drak' is unknown; did you mean 'dark'?"),
        ("--theme", "error=rd", "THEME", "'rd' is no color or attribute; did you mean 'red'?"),
        ("--encoding", "gb1830", "ENCODING", "'gb1830' is no encoding; did you mean 'gb18030'?"),
        ("--report", "sraif=x", "KIND=FILE", "'sraif' is unknown; did you mean 'sarif'?"),
        ("--also", "rongclod", "LIST", "'rongclod' is unknown; did you mean 'rongcloud'?"),
        ("--since", "yestreday", "TIME", "'yestreday' is not a time; did you mean 'yesterday'?"),
        ("--threads", "0", "NUM", "a whole number from 1 to 256 is needed"),
    ] {
        let wanted = format!("error: invalid value '{value}' for '{option} <{metavar}>': {cause}");
        expect_guesses(&[(&format!("{option} {value} app.log"), &wanted)]);
    }
    expect_guesses(&[(
        "--config since.toml app.log",
        "error: since.toml:1:1: 'since' cannot be set in a config file; use --since\n  |\n\
         1 | since = \"2h\"\n  | ^^^^^",
    )]);
}

#[test]
fn options_may_stand_before_a_command() {
    let folder = folder(&[("app.log", "imsdk code:6206\n"), ("own.toml", OWN)]);
    for (typed, wanted) in [
        ("--color always explain 6206", "ERR_USER_SIG_EXPIRED"),
        ("--catalog own.toml explain 31004", "31004"),
        ("--severity error stats app.log", "1 finding of 1 code"),
        ("--severity fatal stats app.log", "1 finding in 1 line of 1 file, none passes"),
    ] {
        let (status, out, errors) =
            status_and_output(&binary(folder.path()).args(typed.split(' ')).finish());
        assert_eq!((status, errors.as_str()), (Some(0), ""), "{typed}");
        assert!(out.contains(wanted), "{typed}: {out}");
    }
}

#[test]
fn a_log_in_place_of_a_catalog_has_one_problem() {
    let log = "05-09 12:51:36.118 I ChatApp : start\n".repeat(9);
    let folder = folder(&[("app.log", &log), ("own.toml", OWN)]);
    let (status, out, errors) =
        status_and_output(&run(&["check-catalog", "own.toml", "app.log"], folder.path()));
    let problem = "app.log:1:7: key with no value, expected `=`; the file contains neither a \
                   system with [[entry]] tables nor rules such as [[key]] or [[marker]]\n";
    assert!(out.starts_with(problem) && out.lines().count() == 4, "{out}");
    let note = "note: to annotate a log: imerr-annotate app.log\n";
    assert_eq!((status, errors.as_str()), (Some(1), note));
}

#[test]
fn commands_that_only_print_have_a_short_help() {
    let folder = folder(&[]);
    for command in ["man", "completions", "new-catalog"] {
        let (status, out, _) = status_and_output(&run(&[command, "-h"], folder.path()));
        assert!(status == Some(0) && out.matches("\n  -").count() == 1, "{command}: {out}");
        assert!(!out.contains("--c"), "{command}: {out}");
    }
    let printed = |args: &[&str]| {
        let mut command = binary(folder.path());
        status_and_output(&command.env("IMERR_ANNOTATE_CONFIG", "c.toml").args(args).finish())
    };
    let path = (Some(0), "c.toml\n".to_string(), String::new());
    assert_eq!([printed(&["config"]), printed(&["config", "path"])], [path.clone(), path]);
}
