//! What holds for every diagnosis, and the logs that showed how causes look.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::samples::{Samples, diagnose_log, times};
use super::signals::Limits;
use super::*;
use crate::annotate::Annotator;
use crate::detect::{Confidence, Detector};
use crate::input::{Events, Feed, Input};
use crate::pipeline::{Interrupt, run, run_parallel};
use crate::stats::OccurrenceRecorder;

/// The built-in causes, read once.
fn built_in() -> Arc<CauseSet> {
    static BUILT_IN: LazyLock<Arc<CauseSet>> = LazyLock::new(|| Arc::new(CauseSet::built_in()));
    Arc::clone(&BUILT_IN)
}

fn diagnosis(log: &str) -> Diagnosis {
    diagnose_log(log, &built_in(), &Detector::built_in())
}

/// `usersig-expired log:1 -10003 x2 usersig-expired x1 -> 6014 x3 event` for each incident, and
/// then the codes that are not explained.
fn summary(diagnosis: &Diagnosis) -> Vec<String> {
    let mut lines = Vec::new();
    for incident in &diagnosis.incidents {
        let mut line = format!("{} :{}", diagnosis.cause(incident).name, incident.first.line);
        for start in &incident.starts {
            line += &format!(" {} x{}", name(&start.kind), start.count);
        }
        for one in &incident.consequences {
            line += &format!(" -> {} x{}", name(&one.signals.kind), one.signals.count);
        }
        lines.push(format!("{line} {}", incident.ending.as_str()));
    }
    for one in &diagnosis.not_explained {
        lines.push(format!("? {} x{}", one.key.code, one.count));
    }
    lines
}

fn name(kind: &SignalKind) -> String {
    match kind {
        SignalKind::Code(key) => key.code.to_string(),
        SignalKind::Event(name) => name.to_string(),
    }
}

/// The findings of each code in all parts of a diagnosis.
fn counts(diagnosis: &Diagnosis) -> BTreeMap<i64, u64> {
    let mut counts = BTreeMap::new();
    for incident in &diagnosis.incidents {
        let consequences = incident.consequences.iter().map(|one| &one.signals);
        for one in incident.starts.iter().chain(consequences) {
            if let SignalKind::Code(key) = one.kind {
                *counts.entry(key.code).or_default() += one.count;
            }
        }
    }
    for one in &diagnosis.not_explained {
        *counts.entry(one.key.code).or_default() += one.count;
    }
    counts
}

#[test]
fn the_samples_of_the_built_in_causes_give_what_they_must() {
    let causes = built_in();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/causes");
    for file in fs::read_dir(folder).expect("the causes are there") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a text");
        let file = imerr_catalog::read_causes(&path.display().to_string(), &text);
        let file = file.expect("the build script checks the files");
        let wrong = wrong_samples(&file, &causes, &Detector::built_in());
        let wrong: Vec<String> = wrong.iter().map(|one| one.to_string()).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// A login that fails twice with the same UserSig, as a native SDK of 2020 logs it.
const STORM: &str = "\
TIM: 2020-03-17 14:20:11.300/I/11984-12040     /Msg         -session.cpp.81  Decode  /sso retcode: -10003
TIM: 2020-03-17 14:20:11.300/I/11984-12040     /Common      -imcore.cpp.266  operator()  /OnUserSigExpired|userSig expired|loginStatus:logining
TIM: 2020-03-17 14:20:11.301/I/11984-12040     /Msg         -task.cpp.81  Decode  /reg|decode|code:-10003|desc:
TIM: 2020-03-17 14:20:11.301/E/11984-12040     /Msg         -task.cpp.83  Decode  /reg push failed, code -10003, msg 
TIM: 2020-03-17 14:20:11.302/I/11984-12040     /Common      -imcore.cpp.280  operator()  /Login|code:6206|errMsg:
TIM: 2020-03-17 14:20:12.900/I/11984-12040     /Common      -imcore.cpp.266  operator()  /OnUserSigExpired|userSig expired|loginStatus:logining
TIM: 2020-03-17 14:20:12.901/E/11984-12040     /Msg         -task.cpp.83  Decode  /reg push failed, code -10003, msg 
TIM: 2020-03-17 14:20:12.902/I/11984-12040     /Common      -imcore.cpp.280  operator()  /Login|code:6206|errMsg:
";

#[test]
fn retries_with_the_same_usersig_are_a_storm() {
    let found = diagnosis(STORM);
    assert_eq!(
        summary(&found),
        ["usersig-expired :1 -10003 x4 usersig-expired x2 6206 x2 end-of-log"]
    );
    assert!(found.incidents[0].is_storm);
    assert_eq!(found.incidents[0].confidence, Confidence::High);
    let once: String = STORM.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert!(!diagnosis(&once).incidents[0].is_storm, "one attempt prints several lines");
}

const EXPIRED: &str = "2024-05-09 12:51:37.044 E PID-7398 imsdk: |OnUserSigExpired|\n";
const NOT_LOGGED_IN: &str =
    "2024-05-09 12:51:40.046 E PID-7398 imsdk: |error code:6014|not login\n";
const LOGGED_IN: &str = "2024-05-09 12:51:50.046 I PID-7398 imsdk: |Login success|task_id:6\n";

fn log(parts: &[&str]) -> String {
    parts.concat().replace("PID", "7325")
}

#[test]
fn a_consequence_comes_after_its_start_and_before_the_end() {
    let rows: [(&[&str], &[&str]); 4] = [
        (
            &[EXPIRED, NOT_LOGGED_IN, LOGGED_IN],
            &["usersig-expired :1 usersig-expired x1 -> 6014 x1 event"],
        ),
        (
            &[EXPIRED, LOGGED_IN, NOT_LOGGED_IN],
            &["usersig-expired :1 usersig-expired x1 event", "? 6014 x1"],
        ),
        (&[NOT_LOGGED_IN, LOGGED_IN], &["used-before-login :1 6014 x1 event"]),
        (&[], &[]),
    ];
    for (parts, wanted) in rows {
        assert_eq!(summary(&diagnosis(&log(parts))), wanted, "{parts:?}");
    }
}

#[test]
fn a_finding_before_every_start_says_that_the_log_may_begin_too_late() {
    let init = "2024-05-09 12:51:00.000 I PID-7398 imsdk: |InitSDK|sdk_app_id:1400000001\n";
    let interrupted = "2024-05-09 12:51:41.000 E PID-7398 imsdk: channel code:7009|interrupted\n";
    fn begins_after(parts: &[&str]) -> bool {
        let found = diagnosis(&log(parts));
        let mut rest = found.not_explained.iter();
        let one = rest.find(|one| one.key.code == 7009).expect("7009 is not explained");
        one.begins_after.is_some()
    }
    assert!(begins_after(&[interrupted]));
    assert!(!begins_after(&[init, interrupted]));
    assert!(!begins_after(&[LOGGED_IN, interrupted]));
}

#[test]
fn without_times_lines_count_and_confidence_is_lower() {
    let strip =
        |line: &str| line.replace("2024-05-09 ", "").split_once(' ').expect("a time").1.to_string();
    let expired = "[E] imsdk: OnUserSigExpired, code: 6206\n";
    let after = strip("12:51:40.046 [E] imsdk: error code:6014|not login\n");
    let near = format!("{expired}{}{after}", "plain\n".repeat(150));
    let far = format!("{expired}{}{after}", "plain\n".repeat(250));
    let found = diagnosis(&near);
    assert_eq!(found.incidents[0].consequence_count(), 1);
    assert_eq!(found.incidents[0].confidence, Confidence::Low);
    assert_eq!(diagnosis(&far).incidents[0].consequence_count(), 0);
}

/// Logs in memory as files, read with this many threads and as the collector of a run would.
fn diagnose_files(files: &[(&str, &str)], threads: usize, limits: Option<Limits>) -> Diagnosis {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let mut inputs = Vec::new();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is writable");
        fs::write(&path, text).expect("the folder is writable");
        inputs.push(Input::Path(path));
    }
    let causes = built_in();
    let mut feed = Feed::new(inputs);
    let mut collector =
        SignalCollector::new(Arc::clone(&causes), feed.inputs(), SessionKey::default());
    if let Some(limits) = limits {
        collector = collector.with_limits(limits);
    }
    let mut observer = Samples { collector, times: times(), pending: Vec::new() };
    let annotator = Annotator::new(Detector::built_in(), None)
        .with_recorder(Some(OccurrenceRecorder::default()));
    let mut stage = EventStage::new(annotator, Some(EventSearch::new(&causes)));
    let interrupt = Interrupt::default();
    let mut out = std::io::sink();
    let totals = if threads == 1 {
        run(&mut feed, &mut stage, &mut out, &mut observer, &interrupt)
    } else {
        run_parallel(&mut feed, &mut stage, &mut out, &mut observer, &interrupt, threads)
    };
    totals.expect("a sink takes everything");
    diagnose(&observer.collector, Detector::built_in().catalog())
}

#[test]
fn times_of_two_clocks_are_not_compared() {
    // The SDK writes UTC, and the console local time, with a date or without one.
    for console in ["2024-05-09 20:51", "20:51", "2024-05-09 04:51", "04:51"] {
        let [first, second, third] = [38, 40, 41].map(|time| refused_at(console, time));
        let text = log(&[EXPIRED, &first, EXPIRED, &second, &third, LOGGED_IN]);
        let found = diagnosis(&text);
        let incident = &found.incidents[0];
        assert_eq!(found.incidents.len(), 1, "{console}: {:?}", summary(&found));
        assert_eq!(incident.consequence_count(), 3, "{console}: {:?}", summary(&found));
        assert!(incident.clocks_differ, "{console}");
        assert_eq!(incident.confidence, Confidence::Medium, "{console}");
        let (first, last) = incident.time_span().expect("it has a time");
        assert!(first <= last, "{console}");
    }
    let in_order = log(&[EXPIRED, NOT_LOGGED_IN]);
    assert!(!diagnosis(&in_order).incidents[0].clocks_differ);
}

fn refused_at(console: &str, second: u32) -> String {
    format!("{console}:{second:02}.000 E 7325-7398 imsdk: |error code:6014|not login\n")
}

#[test]
fn rotations_are_read_in_their_order_and_devices_stay_apart() {
    let failed = "2024-05-09 12:51:37.046 E PID-7398 imsdk: |Login failed|error_code:6206|x\n";
    let (old, new) = (log(&[failed]), log(&[NOT_LOGGED_IN]));
    let one = ["usersig-expired :1 6206 x1 -> 6014 x1 end-of-log"];
    let none = ["usersig-expired :1 6206 x1 end-of-log", "used-before-login :1 6014 x1 end-of-log"];
    let rows: [(&str, &str, &[&str]); 4] = [
        ("app.log", "app.log.1", &one),
        ("app-20240510.log", "app-20240509.log", &one),
        ("phone_2.log", "phone_1.log", &none),
        ("b/app.log", "a/app.log", &none),
    ];
    for (newer, older, wanted) in rows {
        let found = diagnose_files(&[(newer, &new), (older, &old)], 1, None);
        assert_eq!(summary(&found), wanted, "{newer}");
    }
}

#[test]
fn threads_and_blocks_change_nothing() {
    let mut text = String::new();
    for number in 0..6_000 {
        let pid = 7000 + number % 7;
        text += &log(&[EXPIRED, NOT_LOGGED_IN, NOT_LOGGED_IN, LOGGED_IN, NOT_LOGGED_IN])
            .replace("7325", &pid.to_string());
    }
    let reference = summary(&diagnose_files(&[("a.log", &text)], 1, None));
    assert_eq!(reference, summary(&diagnose_files(&[("a.log", &text)], 3, None)));
    let mut feed = Feed::from_reader(Cursor::new(text.into_bytes()));
    assert_eq!(feed.inputs().len(), 1);
    feed.skip_file(0);
}

#[test]
fn beyond_the_limits_counts_are_kept() {
    let mut text = String::new();
    for number in 0..500 {
        let pid = 7000 + number % 50;
        text += &log(&[EXPIRED, "PID imsdk code:10010\n", NOT_LOGGED_IN, LOGGED_IN])
            .replace("7325", &pid.to_string());
    }
    let exact = diagnose_files(&[("a.log", &text)], 1, None);
    let limits = Limits { runs: 100, sessions: 5, kinds: 20, excerpts: 3, incidents: 9 };
    let coarse = diagnose_files(&[("a.log", &text)], 1, Some(limits));
    assert!(coarse.is_coarse && !exact.is_coarse && coarse.incidents.len() <= 10);
    let few = Limits { incidents: 9, ..Limits::DEFAULT };
    let few = diagnose_files(&[("a.log", &text)], 1, Some(few));
    assert!(few.is_coarse && few.incidents.len() <= 10);
    assert_eq!(counts(&few), counts(&exact));
    // The numbers of the verdict are exact, only its incidents are merged.
    assert_eq!(numbers_of_verdict(&few), numbers_of_verdict(&exact));
    assert_eq!(coarse.findings, exact.findings);
    assert_eq!(counts(&coarse), counts(&exact));
    let few = Limits { kinds: 2, ..limits };
    let few = diagnose_files(&[("a.log", &text)], 1, Some(few));
    assert_eq!(few.findings, exact.findings);
    assert_eq!(few.overflowed + counts(&few).values().sum::<u64>(), few.findings);
}

fn numbers_of_verdict(one: &Diagnosis) -> (CauseCount, Option<VerdictReason>) {
    let verdict = one.verdict.expect("there are incidents");
    (verdict.count, verdict.reason)
}

#[test]
fn sessions_beyond_the_limit_are_counted() {
    let mut text = String::new();
    for process in 1..=20_000 {
        text +=
            &format!("imsdk pid:{process} |OnUserSigExpired|\nimsdk error code:6014|not login\n");
        // Every second one has another cause, too.
        if process % 2 == 0 {
            text += "imsdk error code:20007|blocked\n";
        }
    }
    let found = diagnosis(&text);
    let counts: Vec<_> = found
        .counts
        .iter()
        .map(|one| (found.causes[one.cause].name.as_str(), one.incidents, one.sessions))
        .collect();
    let wanted = [("usersig-expired", 20_000, 20_000), ("blocked-or-not-friends", 10_000, 10_000)];
    assert_eq!(counts, wanted);
    let verdict = found.verdict.expect("there are incidents").count;
    assert_eq!((verdict.sessions, verdict.consequences), (20_000, 20_000));
    assert_eq!(found.streams.iter().map(|one| one.sessions).sum::<usize>(), 20_000);
    assert_eq!(found.findings, 30_000);
    assert!(found.is_coarse);
}

#[test]
fn a_verdict_says_why_it_comes_before_other_causes() {
    const BLOCKED: &str = "PID imsdk code:20007\n";
    const DIRTY: &str = "PID imsdk code:80001\n";
    const NO_GROUP: &str = "PID imsdk code:10010\n";
    const RESET: &str = "PID imsdk code:9517\n";
    let rows: [(&[&str], Option<VerdictReason>); 10] = [
        (&[EXPIRED, NOT_LOGGED_IN], None),
        (&[EXPIRED, NOT_LOGGED_IN, NOT_LOGGED_IN, BLOCKED], Some(VerdictReason::MostFindings)),
        (&[BLOCKED, EXPIRED, NOT_LOGGED_IN], Some(VerdictReason::Fault)),
        (&[BLOCKED, BLOCKED, EXPIRED, NOT_LOGGED_IN], Some(VerdictReason::Fault)),
        (&[BLOCKED, BLOCKED, BLOCKED, EXPIRED, NOT_LOGGED_IN], Some(VerdictReason::Fault)),
        (&[BLOCKED, BLOCKED, BLOCKED, NO_GROUP], Some(VerdictReason::MostFindings)),
        (&[NO_GROUP, NO_GROUP, NO_GROUP, EXPIRED, NOT_LOGGED_IN], Some(VerdictReason::Blocks)),
        // Both block, and explain as much.
        (
            &[EXPIRED, NOT_LOGGED_IN, NOT_LOGGED_IN, NOT_LOGGED_IN, RESET, RESET, RESET],
            Some(VerdictReason::First),
        ),
        (&[BLOCKED, NO_GROUP], Some(VerdictReason::Fault)),
        (&[BLOCKED, DIRTY], Some(VerdictReason::First)),
    ];
    for (lines, wanted) in rows {
        let found = diagnosis(&log(lines));
        let verdict = found.verdict.expect("there is an incident");
        assert_eq!(verdict.reason, wanted, "{lines:?}: {:?}", summary(&found));
    }
    // Without times, the order of lines counts, and not the ranks of causes.
    for lines in
        [["imsdk code:20007\n", "imsdk code:80001\n"], ["imsdk code:80001\n", "imsdk code:20007\n"]]
    {
        let found = diagnosis(&lines.concat());
        let verdict = found.verdict.expect("there are incidents");
        let first = &found.incidents[verdict.count.incident];
        assert_eq!((verdict.reason, first.first.line), (Some(VerdictReason::First), 1));
    }
}

/// A line of one of three processes: a code or an event.
fn line() -> impl Strategy<Value = (usize, usize)> {
    (0..3_usize, 0..LINES.len())
}

const LINES: [&str; 8] = [
    "OnUserSigExpired",
    "imsdk error code:6014|not login",
    "imsdk error code:6206",
    "imsdk error code:10010",
    "Login success|",
    "|InitSDK|sdk_app_id:1400000001",
    "onForceOffline",
    "imsdk channel|error_code:9508|error_message:ERR_ACCESS_DENIED",
];

/// The log of these lines, one each second.
fn timed(lines: &[(usize, usize)]) -> String {
    let mut text = String::new();
    for (second, (process, line)) in lines.iter().enumerate() {
        let (minute, second) = (second / 60, second % 60);
        let pid = 100 + process;
        let line = LINES[*line];
        text += &format!("2024-05-09 12:{minute:02}:{second:02}.000 E {pid}-1 imsdk: {line}\n");
    }
    text
}

proptest! {
    #[test]
    fn interleaved_sessions_give_what_the_sessions_give_apart(
        lines in prop::collection::vec(line(), 0..60),
    ) {
        let text = timed(&lines);
        let mut apart = Vec::new();
        for process in 0..3 {
            let pid = format!(" {}-1 ", 100 + process);
            // The lines of the others stay as empty ones, so that places are the same.
            let mut log = String::new();
            for line in text.lines() {
                if line.contains(&pid) {
                    log += line;
                }
                log.push('\n');
            }
            apart.extend(summary(&diagnosis(&log)));
        }
        let mut together = summary(&diagnosis(&text));
        apart.retain(|line| !line.starts_with('?'));
        together.retain(|line| !line.starts_with('?'));
        apart.sort();
        together.sort();
        prop_assert_eq!(apart, together);
    }

    #[test]
    fn every_finding_is_in_one_incident_or_not_explained(
        lines in prop::collection::vec(line(), 0..80),
    ) {
        let text = timed(&lines);
        let found = diagnosis(&text);
        let mut wanted: BTreeMap<i64, u64> = BTreeMap::new();
        for line in text.lines() {
            for finding in Detector::built_in().find(line.as_bytes()) {
                if finding.confidence >= Confidence::Medium && finding.entry().is_some() {
                    *wanted.entry(finding.code).or_default() += 1;
                }
            }
        }
        prop_assert_eq!(found.findings, wanted.values().sum::<u64>());
        prop_assert_eq!(counts(&found), wanted);
    }

    #[test]
    fn consequences_before_all_starts_do_not_attach(
        lines in prop::collection::vec((0..3_usize, 0..LINES.len()), 0..40),
    ) {
        let mut sorted = lines;
        // All consequences, then everything else.
        sorted.sort_by_key(|(_, line)| *line != 1);
        let found = diagnosis(&timed(&sorted));
        for incident in &found.incidents {
            for one in &incident.consequences {
                prop_assert!(name(&one.signals.kind) != "6014", "{:?}", summary(&found));
            }
        }
    }
}

#[test]
fn trap_lines_give_no_incident() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut logs = Vec::new();
    for file in fs::read_dir(folder.join("lines")).expect("the lines are there") {
        let path = file.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        if !name.contains("traps") {
            continue;
        }
        let mut log = String::new();
        for line in fs::read_to_string(&path).expect("a text").lines() {
            let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
            // Files with traps have near misses too, which are codes, and traps that are not
            // recognized yet.
            let is_trap = record["codes"].as_array().is_some_and(Vec::is_empty);
            if !is_trap || record.get("todo").is_some() {
                continue;
            }
            let text = record["line"].as_str().unwrap_or_default();
            log += &format!("{}\n", text.replace('\n', " "));
        }
        assert!(!log.trim().is_empty(), "{name} has lines");
        logs.push((name, log));
    }
    let traps = fs::read_to_string(folder.join("logs/mixed-traps.log")).expect("a text");
    logs.push(("mixed-traps.log".to_string(), traps));
    assert!(logs.len() > 10);
    for (name, log) in logs {
        let found = diagnosis(&log);
        assert!(found.incidents.is_empty(), "{name}: {:?}", summary(&found));
    }
}
