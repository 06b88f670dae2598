//! What a bundle has, and what it must not have.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::catalog::Lang;
use crate::detect::Detector;
use crate::diagnose::{CauseSet, diagnose, diagnose_log, signals};
use crate::mask::Masker;
use crate::testutil::TestRun;

/// The bundle of a log in a file.
fn bundle(file: &str, log: &str, lang: Lang) -> Bundle {
    let detector = Detector::built_in();
    let mut signals = signals(log, &Arc::new(CauseSet::built_in()), &detector);
    let diagnosis = diagnose(&signals, detector.catalog());
    let surroundings = signals.take_surroundings();
    let run = TestRun::from_logs(&[(file, log)], 0);
    let data = run.data();
    let catalog = data.catalog.clone().with_lang(lang);
    Bundle::new(
        &ReportData { diagnosis: Some(&diagnosis), catalog: &catalog, ..data },
        &surroundings,
    )
}

/// A file of a bundle as text.
fn content(bundle: &Bundle, name: &str) -> String {
    let file = bundle.files.iter().find(|file| file.name == name).expect(name);
    String::from_utf8(file.bytes.clone()).expect("UTF-8")
}

const LOG: &str = "\
TIM: ======  SDK Version: 8.0.5903
TIM: ======  Device ID:   BC4E34C4D0-24E9-69D9
2024-05-09 12:51:30.000 I 7325-7398 app: nothing here
2024-05-09 12:51:36.000 I 7325-7398 imsdk: Login begin|task_id:1|userid:lily77|mail lily@example.com
2024-05-09 12:51:37.044 E 7325-7398 imsdk: |OnUserSigExpired|
2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|userSig:eJxabc123|userid:lily77
2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|lily77 not login|client ip:198.51.100.7
2024-05-09 12:51:41.000 I 7325-7398 app: password=tiger9 phone 13800138000
2024-05-09 12:51:42.000 I 7325-7398 app: far away 1
2024-05-09 12:51:43.000 I 7325-7398 app: far away 2
2024-05-09 12:51:49.046 I 7325-7398 imsdk: |Login success|task_id:6|error_code:0
";

#[test]
fn a_bundle_tells_the_story_without_names() {
    let again = bundle("lily77/app.log", LOG, Lang::En);
    let bundle = bundle("lily77/app.log", LOG, Lang::En);
    let names: Vec<&str> = bundle.files.iter().map(|file| file.name).collect();
    let wanted = [
        "MASKED.txt",
        "diagnosis.json",
        "diagnosis.md",
        "diagnosis.txt",
        "excerpts.txt",
        "versions.txt",
    ];
    assert_eq!(names, wanted);
    let excerpts = "\
== user-1/app.log:3-11  The UserSig expired
3- 2024-05-09 12:51:30.000 I 7325-7398 app: nothing here
4- 2024-05-09 12:51:36.000 I 7325-7398 imsdk: Login begin|task_id:1|userid:user-1|mail mail-1
5: 2024-05-09 12:51:37.044 E 7325-7398 imsdk: |OnUserSigExpired|
6: 2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|userSig:usersig-1|userid:user-1
7: 2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|user-1 not login|client ip:ip-1
8- 2024-05-09 12:51:41.000 I 7325-7398 app: password=secret-1 phone phone-1
9- 2024-05-09 12:51:42.000 I 7325-7398 app: far away 1
10- 2024-05-09 12:51:43.000 I 7325-7398 app: far away 2
11: 2024-05-09 12:51:49.046 I 7325-7398 imsdk: |Login success|task_id:6|error_code:0
";
    assert_eq!(content(&bundle, "excerpts.txt"), excerpts);
    assert_eq!(
        content(&bundle, "versions.txt"),
        "user-1/app.log:1: TIM: ======  SDK Version: 8.0.5903\n"
    );
    assert!(content(&bundle, "diagnosis.txt").starts_with("The UserSig expired (2024-05-09"));
    let list = content(&bundle, "MASKED.txt");
    for line in [
        "  usersig-1, ...: UserSigs, 1 value in ",
        "  secret-1, ...: tokens, passwords and keys, 1 value in 1 place\n",
        "  user-1, ...: IDs and names of users, 1 value in ",
    ] {
        assert!(list.contains(line), "{list}");
    }
    assert_eq!(bundle.masked_values(), 6);
    assert_eq!(again, bundle, "the same log gives the same bytes");
}

#[test]
fn a_bundle_is_in_the_language_of_the_catalog() {
    let zh = bundle("app.log", LOG, Lang::Zh);
    assert!(content(&zh, "MASKED.txt").contains("  user-1 等：用户的 ID 和名字，1个值，共"));
    assert!(content(&zh, "excerpts.txt").starts_with("== app.log:3-11  UserSig 已过期\n"));
    let nothing = bundle("app.log", "plain\n", Lang::Zh);
    assert_eq!(content(&nothing, "excerpts.txt"), "没有与报错有关的日志行。\n");
    assert!(content(&nothing, "MASKED.txt").contains("已脱敏：\n  无\n"));
}

#[test]
fn excerpts_are_bounded() {
    let mut log = String::new();
    for number in 0..3000 {
        let pid = 1000 + number % 1500;
        log += &format!(
            "2024-05-09 12:51:37.044 E {pid}-1 imsdk: |OnUserSigExpired|{}\n",
            "x ".repeat(500)
        );
        log += &format!("2024-05-09 12:51:37.046 E {pid}-1 imsdk: |error_code:6206|\n");
    }
    let excerpts = content(&bundle("app.log", &log, Lang::En), "excerpts.txt");
    assert!(excerpts.len() < Bundle::EXCERPTS + (64 << 10), "{}", excerpts.len());
    let last = excerpts.lines().last().expect("lines");
    assert!(last.starts_with("Left out for lack of room: "), "{last}");
}

#[test]
fn a_value_that_the_first_lines_cut_is_not_left() {
    let far = "x".repeat(crate::stats::OccurrenceRecorder::EXCERPT_LIMIT - 70);
    let log = format!("2024-05-09 12:51:37.046 E 1-1 imsdk: |error_code:6206|{far} 13800138000|\n");
    let bundle = bundle("app.log", &log, Lang::En);
    for file in &bundle.files {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        assert!(!text.contains("1380"), "{}: {text}", file.name);
    }
}

/// What a diagnosis says, without what masking changes: lines and the keys of sessions.
fn statement(log: &str) -> String {
    static CAUSES: LazyLock<Arc<CauseSet>> = LazyLock::new(|| Arc::new(CauseSet::built_in()));
    let mut diagnosis = diagnose_log(log, &CAUSES, &Detector::built_in());
    diagnosis.causes = Arc::default();
    diagnosis.events = Arc::default();
    for incident in &mut diagnosis.incidents {
        for (_, text) in &mut incident.excerpts {
            *text = Arc::default();
        }
    }
    for session in &mut diagnosis.sessions {
        session.key = Arc::default();
    }
    format!("{diagnosis:#?}")
}

/// A log with placeholders.
fn masked(log: &str) -> String {
    static MASKER: LazyLock<Masker> = LazyLock::new(|| Masker::new(Detector::built_in().catalog()));
    MASKER.clone().mask(log)
}

/// The logs of all systems, and the samples of all causes.
fn logs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut logs = Vec::new();
    for file in fs::read_dir(folder.join("fixtures/logs")).expect("the logs are there") {
        let bytes = fs::read(file.expect("a file").path()).expect("a log");
        logs.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    for cause in CauseSet::built_in().causes() {
        logs.extend(cause.samples.iter().map(|sample| sample.log.clone()));
    }
    logs.sort();
    logs
}

#[test]
fn the_diagnosis_of_a_masked_log_is_the_same() {
    let logs = logs();
    assert!(logs.len() > 50, "{}", logs.len());
    for log in logs {
        let masked = masked(&log);
        assert_eq!(statement(&masked), statement(&log), "{log}\n{masked}");
    }
}

fn codes(detector: &Detector, line: &str) -> Vec<i64> {
    detector.find(line.as_bytes()).iter().map(|finding| finding.code).collect()
}

/// A line of a log, and what must not be seen of it.
fn line() -> impl Strategy<Value = (String, Vec<String>)> {
    let user = "[a-z]{4,8}[0-9]{2,5}";
    let secret = "[A-Za-z]{3}[0-9][A-Za-z0-9]{8,20}";
    let phone = "1[3-9][0-9]{9}";
    let parts = (user, secret, phone, 0..7_usize, 0..60_u32);
    parts.prop_map(|(user, secret, phone, form, second)| {
        let text = text_with(&user, &secret, &phone, form);
        let line = format!("2024-05-09 12:51:{second:02}.000 E 7325-7398 imsdk: {text}");
        let values = [user, secret, phone];
        let values = values.into_iter().filter(|value| line.contains(value.as_str())).collect();
        (line, values)
    })
}

fn text_with(user: &str, secret: &str, phone: &str, form: usize) -> String {
    match form {
        0 => format!("|Login failed|error_code:6206|userid:{user}|userSig:{secret}"),
        1 => format!(r#"{{"From_Account":"{user}","ErrorCode":20007,"token":"{secret}"}}"#),
        2 => format!("|error code:6014|not login|{user}"),
        3 => format!("手机号：{phone}，用户：{user}，错误码：9519"),
        4 => format!("GET https://x.example/v4?identifier={user}&usersig={secret} code=9508"),
        5 => format!(r#"OnUserSigExpired {{\"userId\":\"{user}\"}}"#),
        _ => format!("app line with password={secret} of userID={user} {phone}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Lines of all systems, mixed with lines that have secrets.
    #[test]
    fn the_diagnosis_of_mixed_masked_logs_is_the_same(
        picks in prop::collection::vec((any::<prop::sample::Index>(), line()), 1..40),
    ) {
        static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
            logs().iter().flat_map(|log| log.lines().map(str::to_string).collect::<Vec<_>>()).collect()
        });
        let mut log = String::new();
        for (index, (line, _)) in &picks {
            log += &format!("{}\n{line}\n", index.get(&LINES));
        }
        let masked = masked(&log);
        prop_assert_eq!(statement(&masked), statement(&log), "{}\n{}", log, masked);
    }

    #[test]
    fn no_masked_value_is_in_any_file(lines in prop::collection::vec(line(), 1..25)) {
        let mut log = String::new();
        for (line, _) in &lines {
            log += &format!("{line}\n");
        }
        // A user who is only named without a key is no known name.
        let keyed: Vec<&String> = lines
            .iter()
            .filter(|(line, _)| !line.contains("not login|"))
            .flat_map(|(_, values)| values)
            .collect();
        let bundle = bundle("app.log", &log, Lang::En);
        for file in &bundle.files {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            for value in &keyed {
                prop_assert!(!text.contains(value.as_str()), "{value} in {}: {text}", file.name);
            }
        }
        let detector = Detector::built_in();
        // Each line with a finding is a line of the log with the same codes.
        for line in content(&bundle, "excerpts.txt").lines() {
            let Some((number, text)) = line.split_once(": ") else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            let in_log = codes(&detector, &lines[number - 1].0);
            prop_assert_eq!(codes(&detector, text), in_log, "{}", text);
        }
    }
}
