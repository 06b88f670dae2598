//! Settings: where they come from, which of them wins, what is told when one is wrong, and what none may do.

mod common;

use std::path::Path;
use std::process::Output;

use common::{LINE, binary, folder, status_and_output, status_and_stderr, text, tree};

const USER: &str = "home/.config/imerr-annotate/config.toml";
const PROJECT: &str = ".imerr-annotate.toml";
/// A catalog with one code of its own.
const ENTRY: &str = "system = \"app\"\n[[entry]]\ncode = 424242\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\n\
                     meaning = \"CustomBuilder.\"\nremedy = \"Do.\"\nretry = \"never\"\nstatus = \"current\"\n";
const README: &str = include_str!("../README.md");

/// Runs in `folder`, whose `home` is that of the user.
fn run(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let home = folder.join("home");
    let mut command = binary(folder);
    command.env("HOME", &home).env("APPDATA", home.join(".config")).envs(variables.iter().copied());
    command.args(args).output().expect("the binary is built before its tests")
}

/// What `config show` says of `key`, without the blanks that align it: `format = "below" # ./x.toml:1`.
fn shown(folder: &Path, variables: &[(&str, &str)], args: &[&str], key: &str) -> String {
    let output = run(folder, variables, &[&["config", "show"], args].concat());
    assert_eq!(status_and_stderr(&output), (Some(0), String::new()), "{args:?}");
    let lines = text(&output.stdout);
    let line =
        lines.lines().find(|line| line.trim_start_matches("# ").split(' ').next() == Some(key));
    line.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Variables, arguments, a key, and what is shown of it.
type Row<'r> = (&'r [(&'r str, &'r str)], &'r [&'r str], &'r str, String);

#[test]
fn the_stronger_source_wins() {
    let folder = folder(&[
        (
            USER,
            "min-confidence = \"low\"\ncolor = \"never\"\nkind = [\"auth\", \"quota\"]\nonly = true\n",
        ),
        (PROJECT, "color = \"always\"\nonly = false\nkind = \"network,timeout\"\n"),
        ("other.toml", "theme = \"light\"\n"),
    ]);
    let folder = folder.path();
    let user = folder.join(USER).display().to_string();
    let color = ("IMERR_ANNOTATE_COLOR", "auto");
    let from = |line: &str, origin: &str, number: usize| format!("{line} # {origin}:{number}");
    let rows: &[Row] = &[
        (&[], &[], "encoding", "encoding = \"auto\" # default".to_string()),
        (&[], &[], "prefer", "# prefer # not set".to_string()),
        (&[], &[], "min-confidence", from("min-confidence = \"low\"", &user, 1)),
        (&[], &[], "color", from("color = \"always\"", "./.imerr-annotate.toml", 1)),
        (&[], &[], "only", from("only = false", "./.imerr-annotate.toml", 2)),
        (&[], &[], "kind", from("kind = [\"network\", \"timeout\"]", "./.imerr-annotate.toml", 3)),
        (&[color], &[], "color", "color = \"auto\" # IMERR_ANNOTATE_COLOR".to_string()),
        (&[color], &["--color", "never"], "color", "color = \"never\" # --color".to_string()),
        (
            &[("IMERR_ANNOTATE_KIND", "quota,auth")],
            &[],
            "kind",
            "kind = [\"quota\", \"auth\"] # IMERR_ANNOTATE_KIND".to_string(),
        ),
        (
            &[("IMERR_ANNOTATE_KIND", "")],
            &[],
            "kind",
            from("kind = [\"network\", \"timeout\"]", "./.imerr-annotate.toml", 3),
        ),
        (
            &[("IMERR_ANNOTATE_ONLY", "yes")],
            &[],
            "only",
            "only = true # IMERR_ANNOTATE_ONLY".to_string(),
        ),
        (&[], &["--config", "other.toml"], "theme", from("theme = \"light\"", "other.toml", 1)),
        (
            &[],
            &["--config", "other.toml"],
            "min-confidence",
            "min-confidence = \"medium\" # default".to_string(),
        ),
        (
            &[("IMERR_ANNOTATE_CONFIG", "other.toml")],
            &[],
            "theme",
            from("theme = \"light\"", "other.toml", 1),
        ),
        (
            &[("IMERR_ANNOTATE_CONFIG", "none.toml")],
            &["--config", "other.toml"],
            "color",
            "color = \"auto\" # default".to_string(),
        ),
        (
            &[color],
            &["--config", "other.toml"],
            "color",
            "color = \"auto\" # IMERR_ANNOTATE_COLOR".to_string(),
        ),
        (&[color], &["--no-config"], "color", "color = \"auto\" # default".to_string()),
        (
            &[("IMERR_ANNOTATE_NO_CONFIG", "1"), color],
            &[],
            "color",
            "color = \"auto\" # IMERR_ANNOTATE_COLOR".to_string(),
        ),
        (&[("IMERR_ANNOTATE_NO_CONFIG", "1")], &[], "only", "only = false # default".to_string()),
        (
            &[("IMERR_ANNOTATE_NO_CONFIG", "0")],
            &[],
            "only",
            from("only = false", "./.imerr-annotate.toml", 2),
        ),
        (
            &[("XDG_CONFIG_HOME", "relative")],
            &[],
            "min-confidence",
            from("min-confidence = \"low\"", &user, 1),
        ),
    ];
    for (variables, args, key, wanted) in rows {
        assert_eq!(&shown(folder, variables, args, key), wanted, "{variables:?} {args:?}");
    }
}

/// A file with these settings, and what a run over one line with the code 6206 of the SDK prints.
fn annotated(
    settings: &str,
    variables: &[(&str, &str)],
    args: &[&str],
) -> (Option<i32>, String, String) {
    let folder = folder(&[(PROJECT, settings), ("a.log", &format!("plain\n{LINE}"))]);
    status_and_output(&run(folder.path(), variables, &[args, &["a.log"]].concat()))
}

#[test]
fn what_is_typed_wins_over_settings_and_settings_give_way() {
    let (appended, counted) = ("plain\nimsdk error_code:6206 [imerr 6206 ", "1\n");
    let rows: &[(&str, &[&str], &str)] = &[
        ("format = \"inline\"", &[], "plain\nimsdk error_code:6206(The UserSig has expired)"),
        ("format = \"inline\"", &["--format", "append"], appended),
        ("format = \"inline\"", &["--strip"], "plain\nimsdk error_code:6206\n"),
        ("only = true\nmin-confidence = \"high\"", &["--strip"], "plain\nimsdk error_code:6206\n"),
        ("only = true", &[], "imsdk error_code:6206 [imerr"),
        ("only = false", &[], appended),
        ("kind = [\"network\"]", &[], "plain\nimsdk error_code:6206\n"),
        ("kind = [\"network\"]", &["--kind", "auth"], appended),
        ("with-filename = true", &[], "a.log:plain\na.log:imsdk error_code:6206 [imerr"),
        ("with-filename = true", &["--no-filename"], appended),
        ("with-filename = false", &["-H"], "a.log:plain\n"),
        ("with-filename = true", &["--strip"], "plain\nimsdk error_code:6206\n"),
        // What only the checks behind the definition of the options refuse.
        ("format = \"sarif\"", &["--count"], counted),
        ("schema = \"ecs\"", &["--format", "append"], appended),
        ("severity = [\"error\"]", &["--unknown"], appended),
        // What needs another option holds where that is.
        ("glob = \"*.txt\"", &[], appended),
        ("glob = \"*.txt\"", &["--recursive"], appended),
        ("[stats]\nkind = \"network\"", &[], appended),
        // Quiet is quiet.
        ("summary = true\nprogress = \"always\"", &["-q"], ""),
    ];
    for (settings, args, wanted) in rows {
        let (status, out, errors) = annotated(settings, &[], args);
        assert!(
            status == Some(0) && errors.is_empty() && out.starts_with(wanted),
            "{settings} {args:?}: {status:?}\n{out}\n{errors}"
        );
    }
}

/// The summary is on standard error.
#[test]
fn a_summary_that_is_set_comes_where_it_tells_something() {
    let tells = |settings: &str, args: &[&str]| {
        let (status, _, errors) = annotated(settings, &[], args);
        assert_eq!(status, Some(0), "{settings} {args:?}: {errors}");
        errors.contains("1 finding of 1 code")
    };
    let summary = "summary = true\n";
    assert!(tells(summary, &[]));
    assert!(tells(summary, &["--count"]));
    assert!(tells(summary, &["--quiet", "--no-quiet"]));
    assert!(tells("", &["--quiet", "--summary"]));
    assert!(!tells(summary, &["--quiet"]));
    // What `stats` prints is the summary.
    assert!(!tells(summary, &["stats"]));
    assert!(tells("[stats]\nsummary = true\n", &["stats", "--format", "csv"]));
}

#[test]
fn a_command_has_settings_of_its_own() {
    let stats = |settings: &str, args: &[&str]| {
        let (status, out, errors) = annotated(settings, &[], &[&["stats"], args].concat());
        assert_eq!((status, errors), (Some(0), String::new()), "{settings}");
        (out.contains(",severity,"), out.contains("6206"))
    };
    let own = "[stats]\nformat = \"csv\"\n";
    assert_eq!(stats("", &[]), (false, true));
    assert_eq!(stats("format = \"csv\"\n", &[]), (false, true));
    assert_eq!(stats(own, &[]), (true, true));
    assert_eq!(stats(own, &["--format", "table"]), (false, true));
    assert_eq!(stats(own, &["--no-config"]), (false, true));
    assert_eq!(stats(&format!("kind = \"network\"\n{own}"), &[]), (true, false));
    assert_eq!(stats(&format!("kind = \"network\"\n{own}kind = \"auth\"\n"), &[]), (true, true));
}

#[test]
fn what_is_typed_may_need_a_setting() {
    let baseline = r#"{"schema_version":1,"codes":[]}"#;
    let folder = folder(&[(PROJECT, "fail-on = \"error\""), ("a.log", LINE), ("b.json", baseline)]);
    let written = run(folder.path(), &[], &["--no-config", "--write-baseline", "b.json", "a.log"]);
    assert_eq!(status_and_stderr(&written), (Some(0), String::new()));
    assert_eq!(run(folder.path(), &[], &["a.log"]).status.code(), Some(1));
    assert_eq!(
        status_and_stderr(&run(folder.path(), &[], &["--baseline", "b.json", "a.log"])),
        (Some(0), String::new())
    );
    // Beside one that gives way, and one of a stronger source.
    let variables = [
        ("IMERR_ANNOTATE_WITH_FILENAME", "1"),
        ("IMERR_ANNOTATE_FORMAT", "append"),
        ("IMERR_ANNOTATE_SCHEMA", "ecs"),
    ];
    let (status, out, errors) =
        status_and_output(&run(folder.path(), &variables[..1], &["--baseline", "b.json", "a.log"]));
    assert!(
        status == Some(0) && out.starts_with("a.log:imsdk") && errors.is_empty(),
        "{out}{errors}"
    );
    let typed = ["--baseline", "b.json", "--format", "append", "a.log"];
    let (status, out, errors) = status_and_output(&run(folder.path(), &variables, &typed));
    assert!(
        status == Some(0) && out.starts_with("a.log:imsdk") && errors.is_empty(),
        "{out}{errors}"
    );
    assert_eq!(
        run(folder.path(), &[], &["--no-config", "--baseline", "b.json", "a.log"]).status.code(),
        Some(2)
    );
}

#[test]
fn settings_of_two_sources_give_way_and_those_of_one_do_not_contradict() {
    let folder = folder(&[
        (USER, "schema = \"ecs\"\n"),
        (PROJECT, "format = \"append\"\n"),
        ("a.log", LINE),
    ]);
    assert_eq!(status_and_stderr(&run(folder.path(), &[], &["a.log"])), (Some(0), String::new()));
    assert_eq!(shown(folder.path(), &[], &[], "schema"), "schema = \"imerr\" # default");
    assert_eq!(
        shown(folder.path(), &[], &[], "format"),
        "format = \"append\" # ./.imerr-annotate.toml:1"
    );
    let (status, _, errors) = annotated("unknown = true\nseverity = \"error\"\n", &[], &[]);
    let wanted = "imerr-annotate: ./.imerr-annotate.toml:2:1: 'severity' does not go together with 'unknown' of \
                  ./.imerr-annotate.toml:1: codes that no catalog holds have no";
    assert!(status == Some(2) && errors.starts_with(wanted), "{errors}");
    assert!(errors.ends_with("\n2 | severity = \"error\"\n  | ^^^^^^^^\n"), "{errors}");
    let variables = [("IMERR_ANNOTATE_UNKNOWN", "1")];
    assert_eq!(annotated("severity = \"error\"\n", &variables, &[]).0, Some(0));
}

#[test]
fn all_problems_of_all_sources_are_told_at_once() {
    let project = "formt = \"below\"\nmin-confidence = \"lo\"\nkind = [\"auth\", \"netwrk\"]\nthreads = 0\nonly = 1\n\
                   stats = true\nlist = {}\n[theme]\ncode = \"redd\"\neror = \"red\"\n";
    let folder = folder(&[(USER, "count = true\n"), (PROJECT, project), ("a.log", LINE)]);
    let variables = [("IMERR_ANNOTATE_STATS_FORMAT", "xml"), ("IMERR_ANNOTATE_ONLY", "maybe")];
    let user = format!("{}:1:1", folder.path().join(USER).display());
    let wanted = [
        (
            user.as_str(),
            "'count' is no setting, since it says what one run is for; give it as --count",
        ),
        ("./.imerr-annotate.toml:1:1", "unknown key 'formt'; did you mean 'format'?"),
        ("./.imerr-annotate.toml:2:18", "min-confidence: 'lo' is none of low, medium, high"),
        ("./.imerr-annotate.toml:3:17", "kind: 'netwrk' is none of auth, permission,"),
        ("./.imerr-annotate.toml:4:11", "threads: 0 is not in 1..=256"),
        ("./.imerr-annotate.toml:5:8", "only must be true or false, not an integer"),
        ("./.imerr-annotate.toml:6:1", "stats must be a table, written [stats]"),
        ("./.imerr-annotate.toml:7:1", "unknown key 'list'; 'imerr-annotate config show' lists"),
        ("./.imerr-annotate.toml:9:8", "code: 'redd' is no color or attribute;"),
        ("./.imerr-annotate.toml:10:1", "unknown role 'eror'; did you mean 'error'?"),
        ("IMERR_ANNOTATE_ONLY", "'maybe' is none of 1, 0, true, false, yes, no"),
        ("IMERR_ANNOTATE_STATS_FORMAT", "'xml' is none of table, json, markdown, csv"),
    ];
    for args in [
        &["a.log"][..],
        &["--format", "append", "--only", "a.log"],
        &["explain", "6206"],
        &["config", "show"],
    ] {
        let (status, out, errors) = status_and_output(&run(folder.path(), &variables, args));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{args:?}");
        let lines: Vec<&str> =
            errors.lines().filter_map(|line| line.strip_prefix("imerr-annotate: ")).collect();
        assert_eq!(lines.len(), wanted.len(), "{errors}");
        for (line, (subject, what)) in lines.iter().zip(wanted) {
            assert!(
                line.starts_with(&format!("{subject}: {what}")),
                "{line}\nnot\n{subject}: {what}"
            );
        }
        assert!(
            errors.contains("\n3 | kind = [\"auth\", \"netwrk\"]\n  |                 ^^^^^^^^\n"),
            "{errors}"
        );
    }
}

#[test]
fn a_variable_that_is_no_setting_is_told_and_nothing_more() {
    let rows = [
        ("VERSION", "is ignored, since --version is no setting: it says what one run is for"),
        ("FORMT", "is ignored, being no setting; did you mean IMERR_ANNOTATE_FORMAT?"),
        ("Format", "is ignored, being no setting; did you mean IMERR_ANNOTATE_FORMAT?"),
        ("STATS_FORMT", "is ignored, being no setting; did you mean IMERR_ANNOTATE_STATS_FORMAT?"),
        ("BUILD_HOST", "is ignored, being no setting; 'imerr-annotate config show' lists those"),
        ("NO_ONLY", "is ignored; it is written IMERR_ANNOTATE_ONLY=0"),
    ];
    let folder = folder(&[("a.log", LINE)]);
    let plain = status_and_output(&run(folder.path(), &[], &["a.log"]));
    for (name, wanted) in rows {
        let name = format!("IMERR_ANNOTATE_{name}");
        let wanted = format!("imerr-annotate: {name}: {wanted}\n");
        assert_eq!(
            status_and_output(&run(folder.path(), &[(&name, "1")], &["a.log"])),
            (plain.0, plain.1.clone(), wanted.clone())
        );
        assert_eq!(
            status_and_stderr(&run(folder.path(), &[(&name, "1")], &["config", "show"])),
            (Some(0), wanted)
        );
        assert_eq!(
            status_and_stderr(&run(folder.path(), &[(&name, "1")], &["--no-config", "a.log"])),
            (Some(0), String::new())
        );
        assert_eq!(
            status_and_stderr(&run(folder.path(), &[(&name, "")], &["a.log"])),
            (Some(0), String::new())
        );
    }
    assert_eq!(
        run(folder.path(), &[("IMERR_ANNOTATE_NO_CONFIG", "maybe")], &["a.log"]).status.code(),
        Some(2)
    );
}

#[test]
fn commands_that_settings_do_not_concern_run_with_broken_ones() {
    let folder = folder(&[(PROJECT, "x = \n"), ("a.log", LINE)]);
    for args in [
        &["man"][..],
        &["completions", "bash"],
        &["new-catalog", "app"],
        &["--help"],
        &["--version"],
        &["config", "path"],
    ] {
        assert_eq!(
            status_and_stderr(&run(folder.path(), &[("IMERR_ANNOTATE_X", "1")], args)),
            (Some(0), String::new()),
            "{args:?}"
        );
    }
    assert_eq!(run(folder.path(), &[], &["--no-config", "a.log"]).status.code(), Some(0));
}

#[test]
fn wrong_usage_is_told_before_settings_are_read() {
    let folder = folder(&[(PROJECT, "x = \n"), ("a.log", LINE)]);
    let wrong = [
        &["--zebra", "a.log"][..],
        &["--format", "a.log"],
        &["-j", "x"],
        &["--strip", "--only"],
        &["stats", "--only"],
    ];
    for args in wrong.into_iter().chain([&["config"][..], &["config", "shw"]]) {
        let (status, errors) =
            status_and_stderr(&run(folder.path(), &[("IMERR_ANNOTATE_X", "1")], args));
        assert!(status == Some(2) && errors.contains("--help"), "{args:?}: {errors}");
    }
    // What is missing might come from a setting.
    let other = [("IMERR_ANNOTATE_CONFIG", "a.toml")];
    std::fs::write(folder.path().join("a.toml"), "only = true").expect("the folder is writable");
    for (args, wanted) in
        [(&["explain"][..], "<CODE|NAME>..."), (&["--force", "a.log"], "--output <DIR>")]
    {
        let (status, errors) = status_and_stderr(&run(folder.path(), &other, args));
        assert!(
            status == Some(2) && errors.contains(wanted) && errors.contains("--help"),
            "{args:?}: {errors}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let large = "#".repeat((1 << 20) + 1);
    let folder = folder(&[("large.toml", &large), ("a.log", LINE), ("not-utf8.toml", "")]);
    std::fs::write(folder.path().join("not-utf8.toml"), b"prefer = \"\xff\"")
        .expect("the folder is writable");
    std::fs::create_dir(folder.path().join(PROJECT)).expect("the folder is writable");
    let rows: [(&[&str], &str); 4] = [
        (&["--config", "none.toml"], "none.toml: no such file or directory"),
        (
            &["--config", "large.toml"],
            "large.toml: is larger than 1 MiB, the limit for files with settings",
        ),
        (&["--config", "not-utf8.toml"], "not-utf8.toml: is not UTF-8, as TOML must be"),
        (
            &[],
            "./.imerr-annotate.toml: is no file with settings, but a directory or something else; move it away",
        ),
    ];
    for (args, wanted) in rows {
        let output = run(folder.path(), &[], &[args, &["a.log"]].concat());
        assert_eq!(
            status_and_stderr(&output),
            (Some(2), format!("imerr-annotate: {wanted}\n")),
            "{args:?}"
        );
    }
}

#[test]
fn a_name_that_no_catalog_has_is_told_with_its_place() {
    let (status, _, errors) = annotated("\nsystem = [\"sdk\", \"skd\"]\n", &[], &[]);
    let wanted = "imerr-annotate: ./.imerr-annotate.toml:2:1: system: 'skd' is none of ";
    assert!(status == Some(2) && errors.starts_with(wanted), "{errors}");
    let (status, _, errors) = annotated("system = \"skd\"\n", &[], &["--system", "sdk"]);
    assert_eq!((status, errors), (Some(0), String::new()));
    let (status, _, errors) = annotated("", &[("IMERR_ANNOTATE_PREFER", "skd")], &[]);
    assert!(
        status == Some(2)
            && errors.starts_with("imerr-annotate: IMERR_ANNOTATE_PREFER: prefer: 'skd' is"),
        "{errors}"
    );
}

#[test]
fn lookups_go_by_the_settings_that_concern_them() {
    let settings = "catalog = \".\"\ncolor = \"always\"\nkind = \"network\"\nformat = \"csv\"\n";
    let folder = folder(&[
        ("conf/.imerr-annotate.toml", settings),
        ("conf/codes.toml", ENTRY),
        ("a.log", LINE),
    ]);
    // Paths count from the file.
    let out = text(
        &run(folder.path(), &[], &["explain", "424242", "--config", "conf/.imerr-annotate.toml"])
            .stdout,
    );
    assert!(out.starts_with("\x1b[1m424242"), "{out}");
    let out =
        text(&run(folder.path(), &[], &["list", "--config", "conf/.imerr-annotate.toml"]).stdout);
    assert!(
        out.contains("424242  app/c") && out.contains("sdk/account"),
        "a list shows all codes: {out}"
    );
}

#[test]
fn paths_count_from_the_file_or_from_the_home_directory() {
    let folder = folder(&[
        ("conf/a.toml", ""),
        ("home/codes.toml", ENTRY),
        ("conf/~/codes.toml", ENTRY),
        ("codes.toml", ENTRY),
    ]);
    let path_of = |path: &str| {
        let setting = format!("catalog = [{path:?}]\nbaseline = {path:?}\nfail-on = \"error\"\n");
        std::fs::write(folder.path().join("conf/a.toml"), setting).expect("the folder is writable");
        let of_key = |key| shown(folder.path(), &[], &["--config", "conf/a.toml"], key);
        let (list, one) = (of_key("catalog"), of_key("baseline"));
        let path = one.split('"').nth(1).unwrap_or_default().to_string();
        assert!(list.starts_with(&format!("catalog = [{path:?}] # conf/a.toml:1")), "{list}");
        path
    };
    let below = |path: &str| folder.path().join(path).display().to_string();
    assert_eq!(path_of("~/codes.toml"), below("home/codes.toml"));
    assert_eq!(path_of("./~/codes.toml"), below("conf/~/codes.toml"));
    assert_eq!(path_of("../codes.toml"), below("conf/../codes.toml"));
    // What is typed is for the shell.
    assert_eq!(
        run(folder.path(), &[], &["explain", "424242", "--catalog", "~/codes.toml"]).status.code(),
        Some(2)
    );
    assert_eq!(
        run(folder.path(), &[], &["explain", "424242", "--catalog", "home/codes.toml"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn what_is_shown_is_a_file_with_the_same_settings() {
    let settings = "format = \"below\"\nonly = true\nthreads = 3\nkind = [\"auth\"]\ncode = [6206, \"-10003--10001\"]\nbaseline = \"b.json\"\njson-key = \"a\\\"b\\u202e\\u007f\\n#\"\nrules = [\"r.toml\", \"s.toml\"]\nwith = \"rongcloud\"\n\
                    with-filename = false\n[theme]\nbase = \"light\"\ncode = \"bold red\"\n[stats]\nformat = \"csv\"\nthreads = 1\n";
    let other = ENTRY.replace("424242", "424243");
    let folder = folder(&[
        ("in/first.toml", settings),
        ("second.toml", ""),
        ("in/r.toml", ENTRY),
        ("in/s.toml", &other),
    ]);
    let show = |file: &str| {
        let output = run(folder.path(), &[], &["config", "show", "--config", file]);
        assert_eq!(status_and_stderr(&output), (Some(0), String::new()));
        text(&output.stdout)
    };
    let first = show("in/first.toml");
    std::fs::write(folder.path().join("second.toml"), &first).expect("the folder is writable");
    let without_origins = |shown: &str| -> Vec<String> {
        shown
            .lines()
            .map(|line| {
                line.rsplit_once("  # ").map_or(line, |(line, _)| line).trim_end().to_string()
            })
            .collect()
    };
    assert_eq!(without_origins(&show("second.toml")), without_origins(&first));
    for line in [
        "threads = 3",
        "code = [6206, \"-10003--10001\"]",
        "json-key = \"a\\\"b\\u202e\\u007f\\n#\"",
        "theme = \"light,code=bold red\"",
        "with-filename = false",
        "threads = 1",
        &format!("baseline = {:?}", folder.path().join("in/b.json").display().to_string()),
    ] {
        assert!(without_origins(&first).iter().any(|one| one == line), "{line} is not in\n{first}");
    }
}

#[test]
fn what_is_shown_is_followed_by_what_a_run_would_refuse() {
    let rows = [
        (
            "\nsystem = [\"sdkk\"]\n",
            "imerr-annotate: ./.imerr-annotate.toml:2:1: system: 'sdkk' is none of ",
        ),
        (
            "[stats]\ncategory = \"x\"\n",
            "imerr-annotate: ./.imerr-annotate.toml:2:1: category: 'x' is none of ",
        ),
        (
            "catalog = \"none.toml\"\n",
            "imerr-annotate: ./none.toml: no such file or directory\nimerr-annotate: ./.imerr-annotate.toml:1:1: ",
        ),
        ("catalog = \"a.toml\"\n", "imerr-annotate: ./a.toml:1:1: "),
    ];
    for (settings, wanted) in rows {
        let folder = folder(&[(PROJECT, settings), ("a.log", LINE), ("a.toml", "zebra = 1\n")]);
        let (status, out, errors) =
            status_and_output(&run(folder.path(), &[], &["config", "show"]));
        assert!(
            status == Some(2) && out.contains("\n[stats]\n") && errors.starts_with(wanted),
            "{settings}: {out}{errors}"
        );
        let command: &[&str] =
            if settings.starts_with("[stats]") { &["stats", "a.log"] } else { &["a.log"] };
        let run = status_and_output(&run(folder.path(), &[], command));
        assert_eq!(run, (Some(2), String::new(), errors), "{settings}");
    }
    // What is typed wins here too.
    let folder = folder(&[(PROJECT, "catalog = \"none.toml\"\n"), ("a.toml", ENTRY)]);
    assert_eq!(
        status_and_stderr(&run(folder.path(), &[], &["config", "show", "--catalog", "a.toml"])),
        (Some(0), String::new())
    );
}

#[test]
fn the_places_of_files_are_told() {
    let folder = folder(&[(PROJECT, "")]);
    let user = folder.path().join(USER).display().to_string();
    let lines = |args: &[&str]| {
        text(&run(folder.path(), &[], &[&["config", "path"], args].concat()).stdout)
    };
    assert_eq!(lines(&[]), format!("{user}: is not there\n./.imerr-annotate.toml: is there\n"));
    assert_eq!(lines(&["--config", "x"]), "x: is not there\n");
    assert_eq!(lines(&["--no-config"]), "");
}

#[test]
fn a_file_in_a_foreign_directory_writes_and_hides_nothing() {
    for (setting, why) in [
        ("output = \"out\"", "writes files"),
        ("force = true", "writes files"),
        ("report = \"sarif=x.sarif\"", "writes files"),
        ("write-baseline = \"x.json\"", "writes files"),
        ("quiet = true", "says what one run is for"),
        ("strip = true", "says what one run is for"),
        ("files-from = \"x\"", "says what one run reads"),
        ("config = \"x\"", "says where settings are"),
        ("baseline = \"x.json\"", "hides from a gate what the log shows"),
        ("raw-control-chars = true", "lets a log command the terminal"),
        ("follow-links = true", "leads out of the directory"),
        #[cfg(unix)]
        ("catalog = \"/dev/zero\"", "/dev/zero is neither a file nor a directory"),
    ] {
        let folder = folder(&[(PROJECT, setting), ("a.log", LINE)]);
        let (status, out, errors) =
            status_and_output(&run(folder.path(), &[], &["--fail-on", "error", "a.log"]));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{setting}");
        assert!(
            errors.starts_with("imerr-annotate: ./.imerr-annotate.toml:1:") && errors.contains(why),
            "{setting}: {errors}"
        );
        assert_eq!(tree(folder.path()), [PROJECT, "a.log"], "{setting}");
    }
    // Its text commands nothing either.
    let folder = folder(&[
        (PROJECT, "\"\\u001b[2J\" = 1 # \x1b\n\"##vso[task.complete]\" = 1\n"),
        ("a.log", LINE),
    ]);
    let errors = text(&run(folder.path(), &[], &["a.log"]).stderr);
    assert!(
        !errors.contains('\x1b') && !errors.contains("##vso[") && errors.lines().count() > 1,
        "{errors}"
    );
}

#[test]
fn the_example_of_the_readme_holds() {
    let example = README
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the README has an example");
    let entry = "system = \"my-app\"\n[[entry]]\ncode = 424242\ncategory = \"c\"\nkind = \"auth\"\nseverity = \"error\"\n\
                 meaning = \"CustomBuilder.\"\nremedy = \"Do.\"\nretry = \"never\"\nstatus = \"current\"\n";
    let folder = folder(&[
        (USER, example),
        ("home/.config/imerr-annotate/codes/my-app.toml", entry),
        ("a.log", LINE),
    ]);
    let shown = run(folder.path(), &[], &["config", "show"]);
    let from_file =
        text(&shown.stdout).lines().filter(|line| line.contains("config.toml:")).count();
    assert!(
        shown.status.success() && from_file >= 5,
        "{}{}",
        text(&shown.stdout),
        text(&shown.stderr)
    );
    assert_eq!(status_and_stderr(&run(folder.path(), &[], &["a.log"])), (Some(0), String::new()));
    assert_eq!(
        status_and_stderr(&run(folder.path(), &[], &["stats", "a.log"])),
        (Some(0), String::new())
    );
}
