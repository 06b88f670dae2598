//! `diagnose` as people run it: files, archives, options, exit statuses.

mod common;

use std::fs;
use std::path::Path;

use common::{folder, read, run, run_with_stdin, status_and_output, text};
use serde_json::Value;

const EXPIRED: &str = "2024-05-09 12:51:37.044 E 7325-7398 imsdk: |OnUserSigExpired|\n";
const FAILED: &str = "2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|x\n";
const SENDS: &str = "2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|not login\n";

fn log() -> String {
    [EXPIRED, FAILED, SENDS, SENDS].concat()
}

fn diagnosis(args: &[&str], folder: &Path) -> Value {
    let args = [&["diagnose", "--no-config", "--format", "json"], args].concat();
    let output = run(&args, folder);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_first_line_is_the_verdict() {
    let folder = folder(&[("app.log", &log())]);
    let (status, out, errors) = status_and_output(&run(&["diagnose", "app.log"], folder.path()));
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let wanted = "The UserSig expired (2024-05-09 12:51:37, app.log:1). 2 findings follow from it: \
                  6014 x2.\n  fix: ";
    assert!(out.starts_with(wanted), "{out}");
    let stdin = run_with_stdin(&["diagnose"], folder.path(), log().as_bytes());
    assert!(text(&stdin.stdout).contains("(2024-05-09 12:51:37, line 1)"), "{stdin:?}");
    let chinese = text(&run(&["diagnose", "--lang", "zh", "app.log"], folder.path()).stdout);
    assert!(chinese.starts_with("UserSig 已过期（2024-05-09 12:51:37，app.log:1）。"), "{chinese}");
    assert!(chinese.contains("\n  处理："), "{chinese}");
}

#[test]
fn a_verdict_about_few_findings_says_so_first() {
    let others = "2024-05-09 12:52:00.046 E 7325-7398 imsdk: |error code:10014|full\n".repeat(4);
    let log = [EXPIRED, FAILED, &others].concat();
    let more = [&log[..], SENDS].concat();
    let none = [EXPIRED, &others].concat();
    let folder = folder(&[("one.log", &log), ("two.log", &more), ("none.log", &none)]);
    let rows = [
        (
            "one.log",
            "en",
            "Only 1 of 5 findings has a known cause; see \"Not explained\". The UserSig expired (",
        ),
        (
            "two.log",
            "en",
            "Only 2 of 6 findings have a known cause; see \"Not explained\". The UserSig expired (",
        ),
        (
            "none.log",
            "en",
            "No finding has a known cause; see \"Not explained\". The UserSig expired (",
        ),
        ("one.log", "zh", "5处报错中只有1处找到已知原因，其余见“未归因”。UserSig 已过期（"),
        ("none.log", "zh", "4处报错均未找到已知原因，见“未归因”。UserSig 已过期（"),
    ];
    for (name, lang, wanted) in rows {
        let args = ["diagnose", "--lang", lang, name];
        let out = text(&run(&args, folder.path()).stdout);
        // Lines may be wrapped anywhere.
        let without_blanks = |text: &str| text.replace([' ', '\n'], "");
        assert!(without_blanks(&out).starts_with(&without_blanks(wanted)), "{out}");
        let title = if lang == "en" { "Not explained: 4 of " } else { "未归因：" };
        assert!(out.contains(title), "{out}");
    }
}

#[test]
fn the_timeline_can_be_shortened() {
    let mut log = String::new();
    for process in 1..=12 {
        log += &[EXPIRED, FAILED].concat().replace("7325-", &format!("{process}-"));
    }
    let folder = folder(&[("app.log", &log)]);
    let folder = folder.path();
    let (all, out) = timeline(folder, &[]);
    assert_eq!(all, 12, "{out}");
    assert_eq!(timeline(folder, &["--top", "all"]), (12, out));
    let (one, out) = timeline(folder, &["--top", "8"]);
    assert_eq!(one, 1, "{out}");
    assert!(out.contains("\n--top all lists each of the 12 incidents\n"), "{out}");
    for format in ["json", "markdown"] {
        let args = ["diagnose", "--top", "3", "--format", format, "app.log"];
        let (status, _, errors) = status_and_output(&run(&args, folder));
        let wanted = "error: --top: only the text is shortened; leave out --format\n";
        assert_eq!((status, errors.as_str()), (Some(2), wanted));
    }
}

/// The number of rows of the timeline, and the whole text.
fn timeline(folder: &Path, args: &[&str]) -> (usize, String) {
    let (status, out, errors) =
        status_and_output(&run(&[&["diagnose", "app.log"], args].concat(), folder));
    assert_eq!((status, errors.as_str()), (Some(0), ""), "{args:?}");
    let is_row = |line: &&str| line.trim_start_matches(['>', ' ']).starts_with("05-09 ");
    (out.lines().filter(is_row).count(), out)
}

#[test]
fn rotations_are_one_log_also_in_an_archive() {
    let folder = folder(&[
        ("logs/app.log", SENDS),
        ("logs/app.log.1", FAILED),
        ("logs/app.log.2", EXPIRED),
        ("logs/other_1.log", SENDS),
    ]);
    fn check(document: &Value) {
        assert_eq!(document["incidents"].as_array().map(Vec::len), Some(1 + 1), "{document}");
        let incident = &document["incidents"][0];
        assert_eq!(incident["starts"].as_array().map(Vec::len), Some(2), "{document}");
        assert_eq!(incident["consequences"][0]["count"], 1, "{document}");
        assert_eq!(document["streams"].as_array().map(Vec::len), Some(2), "{document}");
    }
    check(&diagnosis(&["logs"], folder.path()));
    check(&diagnosis(
        &["logs/app.log", "logs/app.log.1", "logs/app.log.2", "logs/other_1.log"],
        folder.path(),
    ));
    let tar = std::process::Command::new("tar")
        .args(["-czf", "all.tar.gz", "logs"])
        .current_dir(folder.path())
        .status();
    if tar.is_ok_and(|status| status.success()) {
        check(&diagnosis(&["all.tar.gz"], folder.path()));
    }
}

#[test]
fn the_counts_are_those_of_stats() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in fs::read_dir(root.join("fixtures/logs")).expect("the logs are there") {
        let path = file.expect("a file").path();
        let name = path.to_str().expect("names are UTF-8");
        let document = diagnosis(&[name], root);
        let stats = run(&["stats", "--no-config", "--format", "json", name], root);
        let stats: Value = serde_json::from_slice(&stats.stdout).expect("JSON");
        assert_eq!(document["findings"], stats["matches"], "{name}");
    }
}

#[test]
fn filters_and_time_ranges_apply() {
    let folder = folder(&[("app.log", &log())]);
    let sends = diagnosis(&["--since", "2024-05-09 12:51:39", "app.log"], folder.path());
    let count = |document: &Value| document["findings"].as_u64();
    assert_eq!((count(&sends), &sends["verdict"]["cause"]), (Some(2), &"used-before-login".into()));
    let some = diagnosis(&["--code", "6206", "app.log"], folder.path());
    assert_eq!((count(&some), &some["verdict"]["cause"]), (Some(1), &"usersig-expired".into()));
}

#[test]
fn a_cause_can_fail_the_run() {
    let folder = folder(&[("app.log", &log())]);
    let rows = [
        (
            "usersig-expired",
            1,
            "error: --fail-on-cause usersig-expired: found, first at app.log:1\n",
        ),
        ("kicked", 0, ""),
        ("kicked,usersig-expired", 1, "error: --fail-on-cause usersig-expired: found"),
        ("usersig-expird", 2, "error: --fail-on-cause: 'usersig-expird' is unknown; did you mean"),
        (
            "my-group",
            2,
            "error: --fail-on-cause: 'my-group' is unknown; did you mean one of group-gone, ",
        ),
        (
            "zebra",
            2,
            "error: --fail-on-cause: 'zebra' is unknown; --fail-on-cause help lists the causes\n",
        ),
    ];
    for (names, wanted, message) in rows {
        let output = run(&["diagnose", "--fail-on-cause", names, "app.log"], folder.path());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(wanted), "{names}: {errors}");
        assert!(errors.starts_with(message), "{names}: {errors}");
    }
}

#[test]
fn the_causes_are_listed_on_standard_output() {
    let folder = folder(&[]);
    for (lang, title) in [("en", "The UserSig expired"), ("zh", "UserSig 已过期")] {
        let typed = ["diagnose", "--lang", lang, "--fail-on-cause", "help"];
        let output = run(&typed, folder.path());
        let (out, errors) = (text(&output.stdout), text(&output.stderr));
        assert_eq!((output.status.code(), errors.as_str()), (Some(0), ""));
        let line = out.lines().find(|line| line.starts_with("usersig-expired  "));
        assert!(line.is_some_and(|line| line.ends_with(title)), "{out}");
    }
}

#[test]
fn tickets_of_a_team_are_named() {
    let known = "[[known]]\ncause = \"usersig-expired\"\nticket = \"https://example.com/17\"\n\
                 note = \"renew earlier\"\n[[known]]\ntext = \"error_code:6206\"\nticket = \"T-2\"\n\
                 [[known]]\ntext = \"other\"\nticket = \"T-3\"\n";
    let wrong = "[[known]]\nticket = \"T\"\n[[known]]\ncause = \"x\"\ntikket = \"T\"\n";
    let files = [("app.log", &log()[..]), ("k.toml", known), ("w.toml", wrong)];
    let folder = folder(&files);
    let out = text(&run(&["diagnose", "--known", "k.toml", "app.log"], folder.path()).stdout);
    let lines = "\n  seen before: https://example.com/17 (renew earlier)\n  seen before: T-2\n";
    assert!(out.contains(lines) && !out.contains("T-3"), "{out}");
    let output = run(&["diagnose", "--known", "w.toml", "app.log"], folder.path());
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("w.toml:5:1: unknown field 'tikket'; did you mean 'ticket'?"),
        "{errors}"
    );
    assert!(errors.contains("a ticket needs the name of a cause, a text, or both"), "{errors}");
}

const CAUSES: &str = r#"[[event]]
name = "cart-closed"
any = ["CartService closed"]

[[cause]]
name = "cart-service-down"
rank = 99
fault = true
title = "The cart service is down"
fix = "Start the cart service again."
verify = "The next checkout succeeds."
evidence = "seen"
source = "https://example.com/tickets/17"
quiet = "5m"
starts = { events = ["cart-closed"] }
leads_to = { codes = [6014] }

[cause.zh]
title = "购物车服务不可用"
fix = "重启购物车服务。"
verify = "下一次结算成功。"

[[cause.sample]]
log = '''
2026-03-04 10:00:00 CartService closed
2026-03-04 10:00:01 imsdk code: 6014
'''
expect = { first = 1, starts = 1, consequences = { 6014 = 1 } }
"#;

#[test]
fn custom_causes_are_checked_and_used() {
    let closed = "2024-05-09 12:51:30.000 E 7325-7398 CartService closed\n";
    let wrong_sample = CAUSES.replace("6014 = 1", "6014 = 2");
    let wrong = CAUSES
        .replace("codes = [6014]", "codes = [424242]")
        .replace("events = [\"cart-closed\"]", "events = [\"cart-closd\"]")
        .replace("quiet = \"5m\"", "quiet = \"5\"\nbefore = { within = \"5s\" }")
        .replace("title = \"购", "titel = \"购");
    let log = [closed, SENDS].concat();
    let folder = folder(&[
        ("app.log", &log[..]),
        ("c.toml", CAUSES),
        ("s.toml", &wrong_sample),
        ("w.toml", &wrong),
    ]);
    let document = diagnosis(&["--causes", "c.toml", "app.log"], folder.path());
    assert_eq!(document["verdict"]["cause"], "cart-service-down");
    let rows: [(&str, i32, &[&str]); 3] = [
        ("c.toml", 0, &["c.toml: 1 cause with 1 sample\n"]),
        (
            "s.toml",
            1,
            &["s.toml:24:7: cart-service-down: consequences is 6014 = 1, not 6014 = 2\n"],
        ),
        (
            "w.toml",
            1,
            &[
                "quiet must be a span such as 10s, 2m or 1h",
                "before needs codes, ranges or kinds",
                "unknown field 'titel'",
            ],
        ),
    ];
    for (name, wanted, messages) in rows {
        let (status, out, _) = status_and_output(&run(&["check-catalog", name], folder.path()));
        assert_eq!(status, Some(wanted), "{name}: {out}");
        assert!(messages.iter().all(|message| out.contains(message)), "{name}: {out}");
    }
    let dangling = wrong.replace("titel", "title").replace("quiet = \"5\"", "quiet = \"5m\"");
    let dangling = dangling.replace("\nbefore = { within = \"5s\" }", "");
    fs::write(folder.path().join("d.toml"), dangling).expect("the folder is writable");
    let out = text(&run(&["check-catalog", "d.toml"], folder.path()).stdout);
    let event = "d.toml:15:22: cart-service-down: the event 'cart-closd' is unknown; did you mean \
                 'cart-closed'?";
    assert!(out.contains(event), "{out}");
    assert!(out.contains("d.toml:16:23: cart-service-down: 424242 is in no catalog"), "{out}");
}

#[test]
fn a_session_key_of_the_user_divides_a_log() {
    let line = |device: &str, rest: &str| format!("2024-05-09 12:51:37 device={device} {rest}\n");
    let text = [
        line("a", "imsdk OnUserSigExpired"),
        line("b", "imsdk error code:6014"),
        line("a", "imsdk error code:6014"),
    ]
    .concat();
    let folder = folder(&[("app.log", &text)]);
    let folder = folder.path();
    assert_eq!(consequence_counts(folder, &[]), [Some(2)]);
    assert_eq!(
        consequence_counts(folder, &["--session-key", "device=(?<session>\\w+)"]),
        [Some(1)]
    );
    let output = run(&["diagnose", "--session-key", "(", "app.log"], folder);
    assert_eq!(output.status.code(), Some(2));
}

fn consequence_counts(folder: &Path, args: &[&str]) -> Vec<Option<u64>> {
    let document = diagnosis(&[args, &["app.log"]].concat(), folder);
    let incidents = document["incidents"].as_array().expect("a list").iter();
    let found = incidents.filter(|one| one["cause"] == "usersig-expired");
    found.map(|one| one["consequences"][0]["count"].as_u64()).collect::<Vec<_>>()
}

#[test]
fn reports_are_written_beside_it() {
    let folder = folder(&[("app.log", &log())]);
    let args = ["diagnose", "--report", "json=stats.json", "app.log"];
    let output = run(&args, folder.path());
    assert!(read(folder.path(), "stats.json").starts_with("{\"schema_version\":1"));
    assert!(text(&output.stdout).starts_with("The UserSig expired"));
}

/// The files of an archive by name.
fn unzipped(path: &Path) -> Vec<(String, String)> {
    let bytes = fs::read(path).expect("the archive exists");
    let archive = rawzip::ZipArchive::from_slice(&bytes).expect("an archive");
    let mut files = Vec::new();
    for entry in archive.entries() {
        let entry = entry.expect("an entry");
        let name = String::from_utf8(entry.file_path().as_ref().to_vec()).expect("UTF-8");
        assert_eq!(entry.compression_method(), rawzip::CompressionMethod::DEFLATE);
        let data = archive.get_entry(entry.wayfinder()).expect("its data").data().to_vec();
        let mut content = String::new();
        let mut reader = flate2::read::DeflateDecoder::new(&data[..]);
        std::io::Read::read_to_string(&mut reader, &mut content).expect("UTF-8");
        files.push((name, content));
    }
    files
}

#[test]
fn filters_that_leave_codes_out_have_a_note() {
    let folder = folder(&[("app.log", &log()), ("off.toml", "notes = false\n")]);
    let note = "note: the filters leave out 1 code, which may be the cause\n";
    let rows: [(&[&str], &str); 6] = [
        (&["diagnose", "--code", "!6206", "app.log"], note),
        (&["stats", "--by-cause", "--code", "!6206", "app.log"], note),
        (
            &["diagnose", "--lang", "zh", "--code", "!6206", "app.log"],
            "说明：筛选条件排除了1处错误码，原因可能就在其中\n",
        ),
        (&["diagnose", "app.log"], ""),
        (&["stats", "--code", "!6206", "app.log"], ""),
        (&["diagnose", "--config", "off.toml", "--code", "!6206", "app.log"], ""),
    ];
    for (args, wanted) in rows {
        assert_eq!(text(&run(args, folder.path()).stderr), wanted, "{args:?}");
    }
}

#[test]
fn a_bundle_has_the_diagnosis_and_excerpts_without_names() {
    let text_of_log = log()
        + "2024-05-09 12:51:41.000 I 7325-7398 imsdk: |userid:lily77|error_code:20007\n\
                               TIM: ======  SDK Version: 8.0.5903\n";
    let folder = folder(&[("lily77.log", &text_of_log)]);
    let args = ["diagnose", "--bundle", "out.zip", "lily77.log"];
    let (status, out, errors) = status_and_output(&run(&args, folder.path()));
    assert_eq!(status, Some(0), "{errors}");
    assert!(out.starts_with("The UserSig expired"), "{out}");
    let written = errors.strip_prefix("note: wrote out.zip: 6 files, ").expect(&errors);
    assert!(
        written.ends_with(" bytes, 1 value masked; look at it before you send it\n"),
        "{errors}"
    );
    let files = unzipped(&folder.path().join("out.zip"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.is_sorted() && names.len() == 6, "{names:?}");
    for (name, content) in &files {
        assert!(!content.contains("lily77"), "{name}: {content}");
    }
    let json: Value = serde_json::from_str(&files[1].1).expect("JSON");
    assert_eq!(json["verdict"]["cause"], "usersig-expired");
    assert!(files[4].1.starts_with("== user-1.log:1-"), "{}", files[4].1);
    assert!(files[4].1.contains("5: 2024-05-09 12:51:41.000 I 7325-7398 imsdk: |userid:user-1|"));
    assert!(files[5].1.contains("SDK Version: 8.0.5903"), "{}", files[5].1);
    let first = fs::read(folder.path().join("out.zip")).expect("it was written");
    let chinese = ["diagnose", "--bundle", "out.zip", "--lang", "zh", "lily77.log"];
    let errors = text(&run(&chinese, folder.path()).stderr);
    assert!(errors.contains("1个值已脱敏；发送之前请先查看"), "{errors}");
    let files = unzipped(&folder.path().join("out.zip"));
    for (name, content) in files.iter().take(4) {
        assert!(content.contains("已过期") || content.contains("脱敏"), "{name}: {content}");
    }
    run(&args, folder.path());
    assert_eq!(fs::read(folder.path().join("out.zip")).expect("it was written"), first);
}

#[test]
fn a_bundle_never_replaces_an_input() {
    let folder = folder(&[("app.zip", &log())]);
    for input in ["app.zip", "."] {
        let args = ["diagnose", "--bundle", "app.zip", input];
        let (status, _, errors) = status_and_output(&run(&args, folder.path()));
        assert_eq!(status, Some(2), "{errors}");
        assert!(errors.contains("is the same file as the input"), "{errors}");
        assert_eq!(read(folder.path(), "app.zip"), log());
    }
    let args = ["diagnose", "--bundle", "missing/out.zip", "app.zip"];
    assert_eq!(run(&args, folder.path()).status.code(), Some(2));
}

#[test]
fn a_bundle_has_the_name_of_a_zip_archive() {
    let folder = folder(&[("app.log", &log())]);
    for name in ["out.tar", "out.tar.gz", "out.7z", "out.txt", "out.TGZ"] {
        let args = ["diagnose", "--bundle", name, "app.log"];
        let found = status_and_output(&run(&args, folder.path()));
        let wanted = format!("error: {name}: a bundle is a ZIP archive; name it out.zip\n");
        assert_eq!(found, (Some(2), String::new(), wanted));
        assert!(!folder.path().join(name).exists());
    }
    let args = ["diagnose", "--lang", "zh", "--bundle", "日志/out.7z", "app.log"];
    let (_, _, errors) = status_and_output(&run(&args, folder.path()));
    assert!(errors.contains("ZIP 压缩包") && errors.contains("请命名为 日志/out.zip"), "{errors}");
    for name in ["out", "OUT.ZIP"] {
        let args = ["diagnose", "--bundle", name, "app.log"];
        assert_eq!(run(&args, folder.path()).status.code(), Some(0));
        assert_eq!(unzipped(&folder.path().join(name)).len(), 6);
    }
}
