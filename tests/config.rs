//! The config file: its path, its keys, their precedence, and errors in it.

mod common;

use std::path::Path;
use std::process::Output;

use common::{LINE, Limited, binary, folder, status_and_output, status_and_stderr, text};

const USER: &str = "home/.config/imerr-annotate/config.toml";
/// A catalog with one code.
const ENTRY: &str = "system = \"app\"\n[[entry]]\ncode = 424242\ncategory = \"c\"\nkind \
    = \"auth\"\nseverity = \"error\"\n\
                     meaning = \"Of the app.\"\nremedy = \"Do.\"\nretry = \"never\"\nstatus \
                         = \"current\"\n";
const APPENDED: &str = "plain\nimsdk error_code:6206 [imerr 6206 ";
const GUIDE: &str = include_str!("../docs/guide.md");

/// Runs in `folder`, whose `home` is the home directory.
fn run(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let home = folder.join("home");
    let mut command = binary(folder);
    command.env("HOME", &home).env("APPDATA", home.join(".config")).envs(variables.iter().copied());
    command.args(args).finish()
}

/// Status, standard output and standard error of a run over two lines with this user's config file.
fn annotated(config: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder(&[(USER, config), ("a.log", &format!("plain\n{LINE}"))]);
    status_and_output(&run(folder.path(), &[], &[args, &["a.log"]].concat()))
}

/// The whole standard output of a run that must succeed silently.
#[track_caller]
fn output(config: &str, args: &[&str]) -> String {
    let (status, out, errors) = annotated(config, args);
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{config} {args:?}");
    out
}

#[test]
fn the_option_outranks_the_variable_and_the_variable_the_user_file() {
    let folder = folder(&[
        (USER, "format = \"inline\"\n"),
        ("xdg/imerr-annotate/config.toml", "format = \"logfmt\"\n"),
        ("below.toml", "format = \"below\"\n"),
        ("append.toml", "format = \"append\"\n"),
        ("a.log", LINE),
    ]);
    let xdg = folder.path().join("xdg").display().to_string();
    let (inline, below, append) =
        ("imsdk error_code:6206(The", "imsdk error_code:6206\n", "imsdk error_code:6206 [imerr");
    let variable = ("IMERR_ANNOTATE_CONFIG", "below.toml");
    /// Environment variables, arguments, and the beginning of the output.
    type Row<'t> = (&'t [(&'t str, &'t str)], &'t [&'t str], &'t str);
    let rows: [Row<'_>; 10] = [
        (&[], &[], inline),
        (&[("XDG_CONFIG_HOME", &xdg)], &[], "imsdk error_code:6206 imerr_code=6206"),
        (&[("XDG_CONFIG_HOME", "relative")], &[], inline),
        (&[variable], &[], below),
        (&[("IMERR_ANNOTATE_CONFIG", "")], &[], inline),
        (&[variable], &["--config", "append.toml"], append),
        (&[], &["--config=below.toml"], below),
        (&[variable], &["--no-config"], append),
        (&[], &["--config", "below.toml", "--no-config"], append),
        (&[], &["--no-config", "--config", "below.toml"], below),
    ];
    for (variables, args, wanted) in rows {
        let (status, out, errors) =
            status_and_output(&run(folder.path(), variables, &[args, &["a.log"]].concat()));
        assert_eq!((status, errors.as_str()), (Some(0), ""), "{variables:?} {args:?}");
        assert!(out.starts_with(wanted), "{variables:?} {args:?}: {out}");
        let path = run(folder.path(), variables, &[&["config", "path"], args].concat());
        assert_eq!(path.status.code(), Some(0));
    }
}

#[test]
fn without_a_home_directory_no_file_is_read() {
    let folder = folder(&[("a.log", LINE), (".config/imerr-annotate/config.toml", "x = 1")]);
    let output = common::run(&["a.log"], folder.path());
    assert_eq!(status_and_stderr(&output), (Some(0), String::new()));
}

/// A directory of unpacked logs may contain any file.
#[test]
fn a_file_in_the_current_directory_changes_nothing() {
    let settings = [
        "severity = \"fatal\"\n",
        "code = [1]\n",
        "min-confidence = \"high\"\n",
        "catalog = \"codes.toml\"\n",
        "format = \"inline\"\ncolor = \"always\"\n",
        "broken = \n",
    ];
    let lower = ENTRY.replace("424242", "6206").replace("\"error\"", "\"info\"");
    for config in settings {
        let folder = folder(&[
            (".imerr-annotate.toml", config),
            ("imerr-annotate.toml", config),
            ("config.toml", config),
            (".config/imerr-annotate/config.toml", config),
            ("codes.toml", &lower),
            ("a.log", LINE),
        ]);
        for args in [&["a.log"][..], &["--fail-on", "error", "a.log"], &["stats", "a.log"]] {
            let without = run(folder.path(), &[], &[args, &["--no-config"]].concat());
            assert_eq!(
                status_and_output(&run(folder.path(), &[], args)),
                status_and_output(&without),
                "{config} {args:?}"
            );
        }
        let gate = run(folder.path(), &[], &["--fail-on", "error", "a.log"]);
        assert_eq!(gate.status.code(), Some(1), "{config}");
    }
}

/// Options had variables once, and scripts may still set them.
#[test]
fn other_variables_set_no_option() {
    let folder = folder(&[("a.log", LINE)]);
    let plain = status_and_output(&run(folder.path(), &[], &["a.log"]));
    for name in ["FORMAT", "EXCLUDE_SEVERITY", "CODE", "NO_CONFIG"] {
        let variable = format!("IMERR_ANNOTATE_{name}");
        assert_eq!(
            status_and_output(&run(folder.path(), &[(&variable, "x")], &["a.log"])),
            plain,
            "{name}"
        );
    }
}

#[test]
fn no_key_hides_a_code_from_a_gate() {
    for key in [
        "code = 1",
        "code = \"!6206\"",
        "severity = \"fatal\"",
        "system = \"web\"",
        "category = \"group\"",
        "kind = \"network\"",
        "retry = \"never\"",
        "since = \"2h\"",
        "fail-on = \"fatal\"",
        "max-errors = 9",
        "baseline = \"b.json\"",
        "only = true",
        "quiet = true",
        "glob = \"*.txt\"",
        "output = \"out\"",
        "report = \"sarif=x\"",
        "config = \"x\"",
    ] {
        let (status, out, errors) = annotated(key, &["--fail-on", "error"]);
        assert_eq!((status, out.as_str()), (Some(2), ""), "{key}");
        let is_refused = ["unknown key '", "' cannot be set in a config file; use --"]
            .iter()
            .any(|cause| errors.contains(cause));
        assert!(errors.contains("config.toml:1:1: ") && is_refused, "{key}: {errors}");
    }
    // Of this line the confidence is medium.
    let log = "error_code:6206\n";
    let folder = folder(&[(USER, "min-confidence = \"high\"\n"), ("a.log", log)]);
    let folder = folder.path();
    assert_eq!(counted(folder, &["--no-config"]), (Some(0), "1\n".to_string()));
    assert_eq!(counted(folder, &[]), (Some(0), "0\n".to_string()));
    assert_eq!(counted(folder, &["--max-errors", "0"]), (Some(1), "1\n".to_string()));
    let typed = ["--max-errors", "0", "--min-confidence", "high"];
    assert_eq!(counted(folder, &typed), (Some(0), "0\n".to_string()));
}

fn counted(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, &[], &[args, &["--count", "a.log"]].concat());
    (output.status.code(), text(&output.stdout))
}

#[test]
fn typed_options_win() {
    let rows: [(&str, &[&str], &str); 11] = [
        ("format = \"inline\"", &[], "plain\nimsdk error_code:6206(The UserSig has expired)"),
        ("format = \"inline\"", &["--format", "append"], APPENDED),
        ("format = \"inline\"", &["--format", "auto"], APPENDED),
        ("color = \"always\"", &["--color", "never"], APPENDED),
        ("color = \"always\"", &["--color=auto"], APPENDED),
        // A default that conflicts with an option on the command line is ignored.
        ("format = \"below\"", &["--strip"], "plain\nimsdk error_code:6206\n"),
        ("format = \"below\"", &["--count"], "1\n"),
        ("format = \"below\"", &["-l"], "a.log\n"),
        ("json-fields = \"ecs\"", &["--format", "append"], APPENDED),
        ("format = \"append\"", &["--json-fields", "ecs"], APPENDED),
        ("unknown = true", &["--severity", "error", "-q"], ""),
    ];
    for (config, args, wanted) in rows {
        let out = output(config, args);
        assert!(out.starts_with(wanted), "{config} {args:?}: {out}");
    }
}

#[test]
fn every_key_takes_effect() {
    let json = "{\"error_code\":6206,\"logger\":\"imsdk\"}\n";
    let unknown = "imsdk error_code:6707\n";
    let other = "imsdk error_code:424242 timsdk\n";
    let rows: [(&str, &str, &[&str]); 12] = [
        ("color = \"always\"", LINE, &[]),
        ("color = \"always\"\ntheme = \"code=bold red\"", LINE, &["--color", "always"]),
        ("hyperlink = \"always\"", LINE, &[]),
        ("format = \"logfmt\"", LINE, &[]),
        (
            "repeated = \"none\"",
            "imsdk error_code:6206\nimsdk error_code:6206\n",
            &["--format", "below"],
        ),
        ("json-fields = \"otel\"", json, &[]),
        ("json-key = \"tencent\"", json, &[]),
        ("catalog = \"codes.toml\"", other, &["--config", "conf/c.toml"]),
        ("also = \"rongcloud\"", "rong error_code:31004 RC_CONN_TOKEN_INCORRECT\n", &[]),
        ("unknown = true", unknown, &[]),
        ("min-confidence = \"high\"", "error_code:6206\n", &[]),
        ("encoding = \"utf-16le\"", LINE, &[]),
    ];
    for (config, log, args) in rows {
        let folder = folder(&[
            (USER, config),
            ("conf/c.toml", config),
            ("conf/codes.toml", ENTRY),
            ("a.log", log),
        ]);
        let args = [args, &["a.log"]].concat();
        let with = run(folder.path(), &[], &args);
        let without = run(folder.path(), &[], &[&args, &["--no-config"][..]].concat());
        assert_eq!(
            (with.status.code(), without.status.code()),
            (Some(0), Some(0)),
            "{config}: {}",
            text(&with.stderr)
        );
        assert_ne!(text(&with.stdout), text(&without.stdout), "{config}");
    }
}

#[test]
fn prefer_and_threads_take_effect() {
    let log = "error_code: 20003\n";
    let folder = folder(&[(USER, "prefer-system = \"server\"\n"), ("a.log", log)]);
    let typed = run(folder.path(), &[], &["--no-config", "--prefer-system", "server", "a.log"]);
    assert_eq!(status_and_output(&run(folder.path(), &[], &["a.log"])), status_and_output(&typed));
    let explained = run(folder.path(), &[], &["explain-line", log]);
    let typed =
        run(folder.path(), &[], &["explain-line", "--no-config", "--prefer-system", "server", log]);
    assert_eq!(status_and_output(&explained), status_and_output(&typed));
    // More threads give the same bytes; that the number is read shows in what is refused.
    assert_eq!(output("threads = 2", &[]), output("", &[]));
    assert!(
        annotated("threads = 257", &[])
            .2
            .contains("config.toml:1:11: a whole number from 1 to 256 is")
    );
}

#[test]
fn an_inverse_resets_an_option_of_the_file() {
    let folder = folder(&[
        (
            USER,
            "catalog = \"codes.toml\"\nunknown = true\nprefer-system = \"server\"\nthreads = 2\n",
        ),
        ("home/.config/imerr-annotate/codes.toml", ENTRY),
        ("a.log", "imsdk error_code:6707\n"),
    ]);
    let status = |args: &[&str]| run(folder.path(), &[], args).status.code();
    assert_eq!(status(&["explain", "424242"]), Some(0));
    assert_eq!(status(&["explain", "424242", "--no-catalog"]), Some(1));
    let with = ("with.toml", "also = [\"rongcloud\"]\n");
    std::fs::write(folder.path().join(with.0), with.1).expect("the folder is writable");
    let explain = ["explain", "RC_CONN_ID_REJECT", "--config", with.0];
    assert_eq!(status(&explain), Some(0));
    assert_eq!(status(&[&explain[..], &["--no-also"]].concat()), Some(1));
    assert_eq!(
        status(&["--no-catalog", "--no-also", "--no-prefer-system", "--no-threads", "a.log"]),
        Some(0)
    );
    let counted =
        |args: &[&str]| text(&run(folder.path(), &[], &[args, &["-c", "a.log"]].concat()).stdout);
    assert_eq!(counted(&[]), "1\n");
    assert_eq!(counted(&["--no-unknown"]), "0\n");
    assert_eq!(counted(&["--no-unknown", "--unknown"]), "1\n");
    assert_eq!(counted(&["--unknown", "--no-unknown"]), "0\n");
    // Others have values for that.
    for option in ["--no-color", "--no-theme", "--no-only", "--no-format", "--passthru"] {
        assert_eq!(status(&[option, "a.log"]), Some(2), "{option}");
    }
}

#[test]
fn a_broken_file_is_reported_with_line_and_column() {
    let rows = [
        ("x = \n", ":1:5: "),
        ("color = \"always\"\ncolor = \"never\"\n", ":2:1: duplicate key"),
        ("\nformt = \"below\"\n", ":2:1: unknown key 'formt'; did you mean 'format'?"),
        (
            "min_confidence = \"low\"\n",
            ":1:1: unknown key 'min_confidence'; did you mean 'min-confidence'?",
        ),
        ("zebra = 1\n", ":1:1: unknown key 'zebra'; known keys are color, lang, theme, "),
        ("\"\" = 1\n", ":1:1: unknown key ''; known keys are color, "),
        ("[stats]\nformat = \"csv\"\n", ":1:2: unknown key 'stats'; "),
        ("color = \"alway\"\n", ":1:9: 'alway' is unknown; did you mean 'always'?"),
        (
            "format = \"jsonl\"\n",
            ":1:10: only a format that keeps the log can be a default: auto, ",
        ),
        ("format = \"belo\"\n", ":1:10: 'belo' is unknown; did you mean 'below'?"),
        ("min-confidence = \"lo\"\n", ":1:18: "),
        ("theme = \"error=redd\"\n", ":1:9: "),
        ("theme = { error = \"red\" }\n", ":1:9: must be a string"),
        ("encoding = \"utf-9\"\n", ":1:12: "),
        ("json-key = \"\"\n", ":1:12: must not be empty"),
        ("threads = 0\n", ":1:11: a whole number from 1 to 256 is"),
        ("threads = \"2\"\n", ":1:11: must be a number"),
        ("unknown = 1\n", ":1:11: must be true or false"),
        ("notes = \"no\"\n", ":1:9: must be true or false"),
        ("catalog = 1\n", ":1:11: must be a string or a list of strings"),
        ("catalog = [\"a.toml\", \"\"]\n", ":1:11: must not be empty"),
        ("also = [\"zebra\"]\n", ":1:8: 'zebra' is none of rongcloud"),
        ("prefer-system = \"skd\"\n", ":1:17: prefer-system: 'skd' is "),
        ("# 码\nprefer-system = \"skd\"\n", ":2:17: prefer-system: 'skd' is "),
    ];
    for (config, wanted) in rows {
        let (status, out, errors) = annotated(config, &[]);
        assert_eq!((status, out.as_str()), (Some(2), ""), "{config}");
        assert!(errors.contains(&format!("config.toml{wanted}")), "{config}: {errors}");
    }
    let (_, _, errors) = annotated("\ncolor = \"alway\"\n", &[]);
    assert!(errors.ends_with("\n2 | color = \"alway\"\n  |         ^^^^^^^\n"), "{errors}");
}

#[test]
fn a_broken_file_cannot_control_the_terminal_or_the_ci_system() {
    let config = "\"\\u001b[2J##vso[task.complete]\" = 1 # \x1b ##vso[task.complete]\n";
    let (status, _, errors) = annotated(config, &[]);
    assert_eq!(status, Some(2));
    assert!(!errors.contains('\x1b') && !errors.contains("##vso["), "{errors}");
}

#[test]
fn a_file_that_cannot_be_read_is_reported() {
    let folder = folder(&[("a.log", LINE), ("not-utf8.toml", "")]);
    std::fs::write(folder.path().join("not-utf8.toml"), b"prefer-system = \"\xff\"")
        .expect("the folder is writable");
    std::fs::create_dir_all(folder.path().join(USER)).expect("the folder is writable");
    let user = folder.path().join(USER).display().to_string();
    let mut rows: Vec<(&[&str], String)> = vec![
        (&["--config", "none.toml"], "none.toml: no such file or directory".to_string()),
        (&["--config", "not-utf8.toml"], "not-utf8.toml: not valid UTF-8".to_string()),
        (&["--config", "home"], "home: is a directory".to_string()),
        (&[], format!("{user}: is a directory")),
    ];
    if cfg!(windows) {
        rows.truncate(2);
    }
    for (args, wanted) in rows {
        let (status, out, errors) =
            status_and_output(&run(folder.path(), &[], &[args, &["a.log"]].concat()));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(errors.to_lowercase(), format!("error: {wanted}\n").to_lowercase(), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_read_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[(USER, ""), ("a.log", LINE)]);
    let path = folder.path().join(USER);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("it is ours");
    if std::fs::read(&path).is_ok() {
        eprintln!("left out: root may read everything");
        return;
    }
    let (status, errors) = status_and_stderr(&run(folder.path(), &[], &["a.log"]));
    assert!(status == Some(2) && errors.contains("config.toml: permission denied"), "{errors}");
}

#[test]
fn wrong_usage_is_reported_before_the_file_is_read() {
    let folder = folder(&[(USER, "x = \n"), ("a.log", LINE)]);
    for args in [
        &["--zebra", "a.log"][..],
        &["--format", "a.log"],
        &["-j", "x"],
        &["--strip", "--only"],
        &["stats", "--only"],
        &["explain"],
        &["config", "shw"],
        &["--force", "a.log"],
    ] {
        let (status, errors) = status_and_stderr(&run(folder.path(), &[], args));
        assert!(status == Some(2) && errors.starts_with("error: "), "{args:?}: {errors}");
        assert!(!errors.contains("config.toml"), "{args:?}: {errors}");
    }
}

#[test]
fn commands_that_need_no_file_run_with_a_broken_one() {
    let folder = folder(&[(USER, "x = \n"), ("codes.toml", ENTRY), ("a.log", LINE)]);
    for args in [
        &["man"][..],
        &["completions", "bash"],
        &["new-catalog", "app"],
        &["check-catalog", "codes.toml"],
        &["--help"],
        &["-h"],
        &["--version"],
        &["config", "path"],
        &["config", "path", "-h"],
        &["config", "path", "--help"],
        &["--no-config", "a.log"],
    ] {
        assert_eq!(
            status_and_stderr(&run(folder.path(), &[], args)),
            (Some(0), String::new()),
            "{args:?}"
        );
    }
    for args in [&["a.log"][..], &["stats", "a.log"], &["explain", "6206"]] {
        assert_eq!(run(folder.path(), &[], args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn paths_are_relative_to_the_file_or_the_home_directory() {
    let folder = folder(&[
        ("conf/a.toml", ""),
        ("conf/codes.toml", ENTRY),
        ("home/codes.toml", &ENTRY.replace("424242", "424243")),
        ("codes.toml", &ENTRY.replace("424242", "424244")),
    ]);
    let absolute = folder.path().join("codes.toml").display().to_string();
    let rows = [
        ("codes.toml", "424242"),
        ("./codes.toml", "424242"),
        ("~/codes.toml", "424243"),
        ("../codes.toml", "424244"),
        (&absolute, "424244"),
    ];
    for (path, code) in rows {
        let config = format!("catalog = [{path:?}]\n");
        std::fs::write(folder.path().join("conf/a.toml"), config).expect("the folder is writable");
        let output = run(folder.path(), &[], &["explain", code, "--config", "conf/a.toml"]);
        assert_eq!(status_and_stderr(&output), (Some(0), String::new()), "{path}");
    }
}

#[test]
fn catalogs_that_cannot_be_loaded_are_traced_to_the_file() {
    let (status, _, errors) = annotated("\ncatalog = \"none.toml\"\n", &[]);
    let lines: Vec<&str> = errors.lines().collect();
    assert!(status == Some(2) && lines[0].contains("none.toml: no such file"), "{errors}");
    assert!(lines[1].contains("config.toml:2:11: catalog: cannot"), "{errors}");
    // Not if they are typed.
    let (status, _, errors) = annotated("catalog = \"none.toml\"\n", &["--catalog", "no.toml"]);
    assert!(status == Some(2) && !errors.contains("config.toml"), "{errors}");
    let (status, _, errors) = annotated("prefer-system = \"skd\"\n", &["--prefer-system", "xyz"]);
    assert!(status == Some(2) && !errors.contains("config.toml"), "{errors}");
}

#[test]
fn stats_and_lookups_use_the_file() {
    let config =
        "color = \"always\"\nformat = \"inline\"\ncatalog = \"codes.toml\"\nunknown = true\n";
    let folder = folder(&[
        (USER, config),
        ("home/.config/imerr-annotate/codes.toml", ENTRY),
        ("a.log", &format!("{LINE}imsdk error_code:6707\n")),
    ]);
    let folder = folder.path();
    assert!(output_of(folder, &["explain", "424242"]).starts_with("\x1b[1;38;5;"));
    assert!(output_of(folder, &["list", "--color", "never"]).contains("424242  app/c"));
    assert!(output_of(folder, &["search", "app"]).contains("424242"));
    let stats = output_of(folder, &["stats", "a.log"]);
    assert!(stats.contains("6707") && stats.contains('\x1b'), "{stats}");
    assert!(output_of(folder, &["stats", "--format", "csv", "a.log"]).contains(",severity,"));
}

fn output_of(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, &[], args);
    assert_eq!(status_and_stderr(&output), (Some(0), String::new()), "{args:?}");
    text(&output.stdout)
}

#[test]
fn all_problems_are_reported_at_once() {
    let config = "colour = \"always\"\nformat = \"belo\"\nlang = \"en\"\nthreads = 0\n";
    let (status, _, errors) = annotated(config, &[]);
    let wanted = [
        ":1:1: unknown key 'colour'; did you mean 'color'?",
        ":2:10: 'belo' is unknown; did you mean 'below'?",
        ":4:11: a whole number from 1 to 256 is needed",
    ];
    let found: Vec<&str> = errors.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!((status, found.len()), (Some(2), wanted.len()), "{errors}");
    for (line, wanted) in found.iter().zip(wanted) {
        assert!(line.contains(wanted), "{line}");
    }
}

#[test]
fn config_shows_what_is_set_and_where() {
    let config = "# ours\nunknown = true\n\nformat = \"below\"\nalso = [\"rongcloud\"]\n\
                  catalog = \"codes\"\nlang = \"en\"\n";
    let folder = folder(&[(USER, config), ("broken.toml", "x = 1\n")]);
    let folder = folder.path();
    let path = folder.join(USER);
    let path = path.display();
    let codes = folder.join("home/.config/imerr-annotate/codes");
    let zh = [("IMERR_ANNOTATE_LANG", "zh")];
    let (status, out, errors) = shown_config(folder, &[], &[]);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let mut lines = Vec::new();
    for line in out.lines() {
        lines.push(line.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let wanted = [
        format!("# {path}"),
        "unknown = true # line 2".to_string(),
        "format = \"below\" # line 4".to_string(),
        "also = \"rongcloud\" # line 5".to_string(),
        format!("catalog = {codes:?} # line 6"),
        "lang = \"en\" # line 7".to_string(),
    ];
    assert_eq!(lines, wanted);
    // It is a config file that sets the same.
    std::fs::write(folder.join("shown.toml"), &out).expect("the folder is writable");
    let (_, again, _) = shown_config(folder, &[], &["--config", "shown.toml"]);
    assert_eq!(without_places(&again), without_places(&out));
    let (_, out, _) = shown_config(folder, &zh, &[]);
    assert!(out.ends_with("lang = \"zh\"  # IMERR_ANNOTATE_LANG\n") || out.contains("# IMERR"));
    assert!(out.contains("第2行") && !out.contains("\"en\""), "{out}");
    let (status, out, _) = shown_config(folder, &[], &["--no-config"]);
    assert_eq!(status, Some(0));
    assert!(out.starts_with("# no option is set; these can be: color, lang, "), "{out}");
    let (status, _, errors) = shown_config(folder, &[], &["--config", "broken.toml"]);
    assert!(status == Some(2) && errors.contains("broken.toml:1:1: unknown key 'x'"), "{errors}");
}

fn without_places(text: &str) -> String {
    let lines = text.lines().skip(1).map(|line| line.split('#').next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn shown_config(
    folder: &Path,
    variables: &[(&str, &str)],
    args: &[&str],
) -> (Option<i32>, String, String) {
    let args = [&["config"], args].concat();
    status_and_output(&run(folder, variables, &args))
}

#[test]
fn config_path_prints_the_path() {
    let folder = folder(&[]);
    let folder = folder.path();
    assert_eq!(config_path(folder, &[], &[]), format!("{}\n", folder.join(USER).display()));
    assert_eq!(config_path(folder, &[], &["--config", "x"]), "x\n");
    assert_eq!(config_path(folder, &[("IMERR_ANNOTATE_CONFIG", "y")], &[]), "y\n");
    assert_eq!(config_path(folder, &[], &["--no-config"]), "");
}

fn config_path(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> String {
    text(&run(folder, variables, &[&["config", "path"], args].concat()).stdout)
}

#[test]
fn the_example_of_the_guide_is_valid() {
    let example = GUIDE
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide has an example");
    let folder = folder(&[
        (USER, example),
        ("home/.config/imerr-annotate/codes/my-app.toml", ENTRY),
        ("a.log", LINE),
    ]);
    assert!(example.lines().filter(|line| line.contains(" = ")).count() >= 4, "{example}");
    assert_eq!(status_and_stderr(&run(folder.path(), &[], &["a.log"])), (Some(0), String::new()));
    assert_eq!(
        status_and_stderr(&run(folder.path(), &[], &["stats", "a.log"])),
        (Some(0), String::new())
    );
}
