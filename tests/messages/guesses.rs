//! Words and options that are wrong, and the messages that help.

use std::fs;

use crate::common::{Limited, folder, run, status_and_output, status_and_stderr};
use crate::{OWN, command_line};

/// What stands in front of the way to further help.
fn first_part(errors: &str) -> &str {
    errors.strip_suffix("\n\nFor more information, try '--help'.\n").unwrap_or(errors).trim_end()
}

fn expect_guesses<S: AsRef<str>>(rows: &[(S, S)]) {
    let folder = folder(&[("app.log", "plain\n"), ("since.toml", "since = \"2h\"\n")]);
    fs::create_dir(folder.path().join("bin")).expect("the folder is writable");
    fs::write(folder.path().join("bin/sh"), "").expect("the folder is writable");
    for (typed, wanted) in rows {
        let (typed, wanted) = (typed.as_ref(), wanted.as_ref());
        let mut command = command_line(folder.path(), typed);
        command.env("PATH", folder.path().join("bin"));
        let (status, errors) = status_and_stderr(&command.finish());
        assert_eq!((status, first_part(&errors)), (Some(2), wanted), "{typed}");
    }
}

#[cfg(all(unix, not(portable)))]
#[test]
fn a_program_with_options_needs_two_dashes() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder(&[("app", ""), ("log", "")]);
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path().join("app"), executable).expect("the file is ours");
    let rows =
        [("./app", "\n\n  tip: to run a command: imerr-annotate -- ./app ..."), ("./log", "")];
    for (name, tip) in rows {
        let output = command_line(folder.path(), &format!("{name} --flag")).finish();
        let (status, errors) = status_and_stderr(&output);
        let wanted = format!("error: unexpected argument '--flag' found{tip}");
        assert_eq!((status, first_part(&errors)), (Some(2), &*wanted), "{name}");
    }
}

/// The error for an option that is unknown, with a tip.
fn unexpected((typed, option, tip): (&str, &str, &str)) -> (String, String) {
    let wanted = format!("error: unexpected argument '{option}' found\n\n  tip: {tip}");
    (typed.to_string(), wanted)
}

/// The error for a value of an option, with its cause.
fn invalid((option, value, metavar, cause): (&str, &str, &str, &str)) -> (String, String) {
    let wanted = format!("error: invalid value '{value}' for '{option} <{metavar}>'{cause}");
    (format!("{option} {value} app.log"), wanted)
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
            "error: no file named 'check'; did you mean the command 'check-catalog'?",
        ),
        (
            "strip app.log",
            "error: no file named 'strip'; did you mean 'imerr-annotate --strip app.log'?",
        ),
        ("tail app.log", "error: no file named 'tail'; did you mean 'imerr-annotate -f app.log'?"),
        (
            "tail -f app.log",
            "error: no file named 'tail'; did you mean 'imerr-annotate -f app.log'?",
        ),
        ("find 6206", "error: no file named 'find'; did you mean 'imerr-annotate explain 6206'?"),
        (
            "find app.log",
            "error: no file named 'find'; did you mean 'imerr-annotate --only app.log'?",
        ),
        (
            "grep error app.log",
            "error: no file named 'grep'; did you mean 'imerr-annotate --only app.log'?",
        ),
        (
            "mask app.log",
            "error: no file named 'mask'; did you mean 'imerr-annotate diagnose --bundle out.zip \
             app.log'?",
        ),
        (
            "update",
            "error: no file named 'update'; the codes are part of the program, so a newer version \
             has newer ones",
        ),
        ("count app.log", "error: no file named 'count'; did you mean the command 'stats'?"),
        (
            "report bin",
            "error: no file named 'report'; did you mean 'imerr-annotate --report \
             html=report.html bin'?",
        ),
        ("strip", "error: no file named 'strip'; did you mean 'imerr-annotate --strip FILE'?"),
        (
            "vresion",
            "error: no file named 'vresion'; to print the version: imerr-annotate --version",
        ),
        ("stat app.log", "error: no file named 'stat'; did you mean the command 'stats'?"),
        (
            "stats diagnose app.log",
            "error: no file named 'diagnose'; a command comes first, and only one at a time: \
             imerr-annotate diagnose ...",
        ),
        (
            "app.log stats",
            "error: stats: no such file or directory; a command comes first, and only one at a time: \
             imerr-annotate stats ...",
        ),
        ("lookup 6206", "error: no file named 'lookup'; did you mean the command 'explain'?"),
        ("WARN", "error: no file named 'WARN'; to select codes by severity: --severity warning"),
        ("stats 100", "error: no file named '100'; to read the last lines of a file: --tail 100"),
        ("6260", "error: no file named '6260'; to look up the code: imerr-annotate explain 6260"),
        ("20240509", "error: 20240509: no such file or directory"),
        ("app.log/x", "error: app.log/x: not a directory"),
        (
            "version",
            "error: no file named 'version'; to print the version: imerr-annotate --version",
        ),
        ("stats customer", "error: customer: no such file or directory"),
        ("aap.log", "error: aap.log: no such file or directory; did you mean 'app.log'?"),
        ("app.txt", "error: app.txt: no such file or directory; did you mean 'app.log'?"),
        ("bin/shh", "error: bin/shh: no such file or directory; did you mean 'bin/sh'?"),
        ("web.log", "error: web.log: no such file or directory"),
    ]);
}

#[test]
fn unknown_options_and_commands_name_what_takes_their_place() {
    let pattern = "codes are found without a pattern; for another one: grep ... | imerr-annotate";
    let glob = "use --glob '*.log', or --glob '!*.log' for all others";
    let null = "--files-from FILE reads what `find -print0` writes";
    let masked = "use imerr-annotate diagnose --bundle out.zip FILE";
    let no_recursion = "directories are always read with all files in them; leave it out";
    let all_counts =
        "codes are counted by problem, category, kind, file and time without an option";
    let rows = [
        ("-help", "-e", "use --help"),
        ("-version", "-e", "use --version"),
        ("-kind=network app.log", "-k", "use --kind"),
        ("-5 app.log", "-5", "to print the lines around each one with a code: -C 5"),
        ("stats -5 app.log", "-5", "to list only the first 5: --top 5"),
        ("diagnose -20 app.log", "-2", "to list only the first 20: --top 20"),
        ("stats -10003", "-1", "to look up the code: imerr-annotate explain -10003"),
        ("-0 app.log", "-0", null),
        ("-t log app.log", "-t", glob),
        ("-S app.log", "-S", pattern),
        ("--mask app.log", "--mask", masked),
        ("stats --anonymize app.log", "--anonymize", masked),
        ("--min-severity error app.log", "--min-severity", "use --severity error"),
        ("--timezone UTC app.log", "--timezone", "use TZ=Asia/Shanghai imerr-annotate ..."),
        ("--josn app.log", "--josn", "use --format jsonl"),
        ("stats --markdwon app.log", "--markdwon", "use --format markdown"),
        ("--json app.log", "--json", "use --format jsonl"),
        ("stats --json app.log", "--json", "use --format json"),
        ("--csv app.log", "--csv", "use --format csv"),
        ("--sort count app.log", "--sort", "use imerr-annotate stats --sort"),
        ("stats -n app.log", "-n", "it is an option for annotating logs, without a command"),
        ("explain --only 6206", "--only", "it is an option for annotating logs, without a command"),
        ("-e error app.log", "-e", pattern),
        ("-i app.log", "-i", pattern),
        ("--include *.log app.log", "--include", glob),
        ("stats --exclude=*.gz app.log", "--exclude", glob),
        ("-R logs", "-R", no_recursion),
        ("--no-color app.log", "--no-color", "use --color never"),
        (
            "--pretty app.log",
            "--pretty",
            "terminals get the format for people; for a pager: imerr-annotate --format below --color \
             always ... | less -R",
        ),
        ("list 6206", "6206", "to look up the code: imerr-annotate explain 6206"),
        ("list rate", "rate", "use imerr-annotate search rate"),
        ("sh --flag", "--flag", "to run a command: imerr-annotate -- sh ..."),
        ("--last 1h app.log", "--last", "use --since 2h, or --tail NUM"),
        ("--range x app.log", "--range", "use --since TIME --until TIME"),
        ("stats --timeline app.log", "--timeline", "use imerr-annotate stats"),
        ("--before 10:00 app.log", "--before", "use --until TIME"),
        ("--head 5 app.log", "--head", "use head -n NUM FILE | imerr-annotate"),
        ("completions --shell bash", "--shell", "use imerr-annotate completions bash"),
        ("--worst app.log", "--worst", "use imerr-annotate stats --sort severity"),
        ("--errors app.log", "--errors", "use --severity error"),
        ("--today app.log", "--today", "use --since today"),
        ("--zh app.log", "--zh", "use --lang zh"),
        ("--chinese app.log", "--chinese", "use --lang zh"),
        ("--dedup app.log", "--dedup", "use --repeated none"),
        ("--count-matches app.log", "--count-matches", "use imerr-annotate stats"),
        ("--brief app.log", "--brief", "use --format append"),
        ("stats --brief app.log", "--brief", "use --top 5"),
        ("stats --by file app.log", "--by", all_counts),
        ("stats --group-by file app.log", "--group-by", all_counts),
        ("--group-by code app.log", "--group-by", "use imerr-annotate stats"),
        ("--stat app.log", "--stat", "use imerr-annotate stats"),
        ("--only-errors app.log", "--only-errors", "use --severity error"),
        ("list --level error", "--level", "use --severity error"),
        ("--no-ignore logs", "--no-ignore", no_recursion),
        ("-uu logs", "-u", no_recursion),
        ("--passthru app.log", "--passthru", "that is the default; leave it out"),
        ("-Z app.log", "-Z", null),
        ("--exclude-kind network app.log", "--exclude-kind", "use --kind '!VALUE'"),
        ("--schema ecs app.log", "--schema", "use --json-fields ecs"),
        ("--rules my.toml app.log", "--rules", "use --catalog FILE"),
        ("list 6000..6300", "6000..6300", "use imerr-annotate list --code 6000..6300"),
        ("list --status deprecated", "--status", "use imerr-annotate list --format csv"),
        ("--fail-on-code 6206 app.log", "--fail-on-code", "use --fail-on 6206,70001-70020"),
        ("--formt below", "--formt", "a similar argument exists: '--format'"),
        ("--output out app.log", "--output", "use > FILE"),
        ("--level error app.log", "--level", "use --severity error"),
        ("stats --log-level=warn app.log", "--log-level", "use --severity error"),
        ("stats -l error app.log", "-l", "to select codes by severity: --severity error"),
        ("stats -l app.log", "-l", "it is an option for annotating logs, without a command"),
        ("--lines 5 app.log", "--lines", "use --tail NUM"),
        ("-50 app.log", "-5", "to read the last lines of a file: --tail 50"),
        ("-n50 app.log", "-5", "to read the last lines of a file: --tail 50"),
        ("-10003", "-1", "to look up the code: imerr-annotate explain -10003"),
        ("--grep x app.log", "--grep", pattern),
        ("--pattern x app.log", "--pattern", pattern),
        ("-F app.log", "-F", "use --follow alone, which goes on with the new file after rotation"),
        (
            "--no-pager app.log",
            "--no-pager",
            "no pager is started; for one: imerr-annotate --format below --color always ... | less -R",
        ),
        ("--stats app.log", "--stats", "use imerr-annotate stats"),
        ("--html app.log", "--html", "use --report html=report.html"),
        ("stats --sarif app.log", "--sarif", "use --report sarif=report.sarif"),
    ];
    expect_guesses(&rows.map(unexpected));
    expect_guesses(&[
        ("--xyz app.log", "error: unexpected argument '--xyz' found"),
        ("--heading app.log", "error: unexpected argument '--heading' found"),
        (
            "stats --sort worst app.log",
            "error: invalid value 'worst' for '--sort <ORDER>': use one of severity, count, \
             first",
        ),
        (
            "help explian",
            "error: unrecognized subcommand 'explian'\n\n  tip: a similar subcommand exists: 'explain'",
        ),
        (
            "help nosuch",
            "error: unrecognized subcommand 'nosuch'\n\n  tip: commands are stats, diagnose, explain, \
             search, list, export, explain-line, mcp, check-catalog, new-catalog, config, completions, \
             man, help",
        ),
        (
            "completions tcsh",
            "error: invalid value 'tcsh' for '<SHELL>': there are completions for bash, elvish, \
             fish, powershell, zsh",
        ),
        (
            "search",
            "error: the following required arguments were not provided:\n  <WORD>...\n\n  tip: for \
             example: imerr-annotate search expired",
        ),
        (
            "explain",
            "error: the following required arguments were not provided:\n  \
             <CODE|NAME|TEXT>...\n\n  tip: for example: imerr-annotate explain 6206",
        ),
        (
            "completions",
            "error: the following required arguments were not provided:\n  <SHELL>\n\n  tip: for \
             example: imerr-annotate completions bash; possible values: bash, elvish, fish, \
             powershell, zsh",
        ),
        (
            "export",
            "error: the following required arguments were not provided:\n  <FORMAT>\n\n  tip: for \
             example: imerr-annotate export csv > codes.csv; possible values: csv, rsyslog, \
             syslog-ng, logstash, elastic, splunk, splunk-conf, otel, fluent-bit, lnav, sqlite, \
             markdown",
        ),
        (
            "--baseline base app.log",
            "error: the following required arguments were not provided:\n  <--fail-on \
             <LIST>|--max-errors <NUM>>\n\n  tip: for example: --fail-on error --baseline \
             imerr-baseline.json",
        ),
        (
            "--follow=name app.log",
            "error: unexpected value 'name' for '--follow' found; no more were expected\n\n  tip: \
             use --follow alone, which goes on with the new file after rotation",
        ),
        (
            "--format html app.log",
            "error: invalid value 'html' for '--format <FORMAT>'\n\n  tip: use --report \
             html=report.html",
        ),
        (
            "--format text app.log",
            "error: invalid value 'text' for '--format <FORMAT>'\n\n  tip: use --format below",
        ),
        (
            "stats --format sarif app.log",
            "error: invalid value 'sarif' for '--format <FORMAT>'\n\n  tip: use --report \
             sarif=report.sarif",
        ),
        (
            "diagnose --format html app.log",
            "error: invalid value 'html' for '--format <FORMAT>'\n\n  tip: use --report \
             html=report.html",
        ),
        (
            "config set lang zh",
            "error: unrecognized subcommand 'set'\n\n  tip: edit the config file, as in lang = \"zh\"; \
             'imerr-annotate config path' prints its name",
        ),
        ("man explian", "error: command 'explian' is unknown; did you mean 'explain'?"),
    ]);
}

#[test]
fn values_that_are_no_words_of_a_list_get_a_near_one() {
    let rows = [
        ("--kind", "auht", "LIST", "; did you mean 'auth'?"),
        ("--kind", "!auht", "LIST", ": 'auht' is unknown; did you mean 'auth'?"),
        ("--system", "web2", "LIST", "; did you mean 'web'?"),
        ("--category", "grp", "LIST", "; did you mean 'group'?"),
        ("--category", "zzz", "LIST", "; 'imerr-annotate list' shows the categories"),
        ("--category", "server/grop", "LIST", "; did you mean 'server/group'?"),
        ("--severity", "=eror", "LIST", ": 'eror' is unknown; did you mean 'error'?"),
        ("--fail-on", "eror", "LIST", "; did you mean 'error'?"),
        ("--retry", "nevr", "LIST", "; did you mean 'never'?"),
        ("--retry", "x", "LIST", ": use one of never, immediate, backoff, after-fix"),
        ("--min-confidence", "hgh", "LEVEL", "; did you mean 'high'?"),
        ("--format", "belo", "FORMAT", "; did you mean 'below'?"),
        ("--color", "alwys", "WHEN", "; did you mean 'always'?"),
        ("--color", "x", "WHEN", ": use one of auto, always, never"),
        ("--repeated", "shrt", "HOW", "; did you mean 'short'?"),
        ("--json-fields", "esc", "SCHEMA", "; did you mean 'ecs'?"),
        ("--theme", "drak", "THEME", "; did you mean 'dark'?"),
        ("--theme", "error=rd", "THEME", ": 'rd' is no color or attribute; did you mean 'red'?"),
        ("--encoding", "gb1830", "ENCODING", ": it is no encoding; did you mean 'gb18030'?"),
        ("--report", "sraif=x", "KIND=FILE", ": 'sraif' is unknown; did you mean 'sarif'?"),
        ("--also", "rongclod", "LIST", "; did you mean 'rongcloud'?"),
        ("--since", "yestreday", "TIME", ": it is not a time; did you mean 'yesterday'?"),
        ("--kind", "鉴全", "LIST", "; did you mean '鉴权'?"),
        ("--severity", "警报", "LIST", "; did you mean '警告'?"),
        ("--severity", "苹果", "LIST", ": use one of 提示, 警告, 错误, 严重"),
        ("--severity", "鉴权", "LIST", ": use one of 提示, 警告, 错误, 严重"),
        ("--retry", "苹果", "LIST", ": use one of 不可重试, 可立即重试, 退避重试, 处理后重试"),
        ("--min-confidence", "苹果", "LEVEL", ": use one of 低, 中, 高"),
        ("--fail-on", "苹果", "LIST", ": use one of 提示, 警告, 错误, 严重, 未收录"),
        ("--fail-on", "警报", "LIST", "; did you mean '警告'?"),
        (
            "--code",
            "错误",
            "LIST",
            ": it is neither a code nor a range of codes such as 70001-70020",
        ),
        ("--threads", "0", "NUM", ": a whole number from 1 to 256 is needed"),
    ];
    expect_guesses(&rows.map(invalid));
    expect_guesses(&[
        (
            "--tail app.log",
            "error: invalid value 'app.log' for '--tail <NUM>': a whole number from 0 on is \
             needed, without a sign, or 'all'\n\n  tip: for example: --tail 10 app.log",
        ),
        (
            "-m app.log",
            "error: invalid value 'app.log' for '--max-count <NUM>': a whole number from 0 on is \
             needed, without a sign\n\n  tip: for example: --max-count 10 app.log",
        ),
    ]);
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
        let output = command_line(folder.path(), typed).finish();
        let (status, out, errors) = status_and_output(&output);
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
                   system with [[entry]] tables, nor rules such as [[key]] or [[marker]], nor a \
                   [[cause]]\n";
    assert!(out.starts_with(problem) && out.lines().count() == 4, "{out}");
    let note = "note: to annotate a log: imerr-annotate app.log\n";
    assert_eq!((status, errors.as_str()), (Some(1), note));
}
