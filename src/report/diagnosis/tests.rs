//! What all documents about a diagnosis keep to.

use std::sync::Arc;

use serde_json::Value;

use super::{DiagnosisJson, DiagnosisMarkdown, DiagnosisText};
use crate::catalog::Lang;
use crate::detect::Detector;
use crate::diagnose::{CauseSet, Diagnosis, diagnose_log};
use crate::report::{Report, ReportData};
use crate::terminal::width;
use crate::testutil::TestRun;
use crate::testutil::json_schema::{read, violations};

/// Four incidents in two sessions, and codes that no cause explains.
const LOG: &str = "\
2024-05-09 12:51:37.044 E 7325-7398 imsdk: |OnUserSigExpired|
2024-05-09 12:51:37.046 E 7325-7398 imsdk: |Login failed|error_code:6206|userSig expired
2024-05-09 12:51:40.046 E 7325-7398 imsdk: |error code:6014|error message:not login
2024-05-09 12:51:49.046 I 7325-7398 imsdk: |Login success|task_id:6|error_code:0
2024-05-09 12:52:10.000 W 7325-7398 imsdk: onKickedOffline
2024-05-09 12:52:11.000 E 7325-7398 imsdk: |error code:6014|error message:not login
2024-05-09 12:53:10.000 E 8000-8001 imsdk: |error code:20007|blocked </script>`x` | @all \u{202e}
2024-05-09 12:53:20.000 E 8000-8001 imsdk: |error code:80001|dirty word
2024-05-09 12:53:40.000 E 8000-8001 imsdk: |error code:10014|no right
2024-05-09 12:53:41.000 E 8000-8001 imsdk: |error code:10015|bad group id
";

fn found(log: &str) -> Diagnosis {
    diagnose_log(log, &Arc::new(CauseSet::built_in()), &Detector::built_in())
}

/// The document about `log` in a language.
fn document(report: &dyn Report, log: &str, lang: Lang) -> String {
    let diagnosis = found(log);
    let run = TestRun::from_logs(&[("app.log", log)], 0);
    let data = run.data();
    let catalog = data.catalog.clone().with_lang(lang);
    let data = ReportData { diagnosis: Some(&diagnosis), catalog: &catalog, ..data };
    let mut out = Vec::new();
    report.write(&data, &mut out).expect("a Vec takes all bytes");
    String::from_utf8(out).expect("documents are UTF-8")
}

#[test]
fn documents_match_the_schema() {
    let schema = read("fixtures/schemas/diagnosis.schema.json");
    for log in [LOG, "", "imsdk code:10014\n", "code: 6206, imsdk onUserSigExpired\n"] {
        let text = document(&DiagnosisJson, log, Lang::En);
        let document: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(violations(&schema, &document), [""; 0], "{document}");
        let mut explained = 0;
        for one in document["incidents"].as_array().expect("a list") {
            explained += count_of_codes(&one["starts"]) + count_of_codes(&one["consequences"]);
        }
        assert_eq!(document["explained"], explained);
        assert_eq!(document["findings"], explained + count_of_codes(&document["not_explained"]));
    }
    let mut wrong: Value =
        serde_json::from_str(&document(&DiagnosisJson, LOG, Lang::En)).expect("JSON");
    wrong["incidents"][0]["rounds"] = "1".into();
    wrong["surprise"] = 1.into();
    assert_eq!(violations(&schema, &wrong).len(), 2);
}

fn count_of_codes(list: &Value) -> u64 {
    let counts = list.as_array().expect("a list").iter();
    let codes = counts.filter(|one| one.get("event").is_none());
    codes.map(|one| one["count"].as_u64().expect("a number")).sum()
}

#[test]
fn the_text_is_one_screen_in_both_languages() {
    for lang in [Lang::En, Lang::Zh] {
        let text = document(&DiagnosisText::PLAIN, LOG, lang);
        assert!(text.lines().count() <= 24, "{text}");
        assert!(text.lines().all(|line| width(line) <= 100), "{text}");
        let first = text.lines().next().unwrap_or_default();
        let title = match lang {
            Lang::En => "The UserSig expired (2024-05-09 12:51:37, app.log:1). 1 finding follows",
            Lang::Zh => "UserSig 已过期（2024-05-09 12:51:37，app.log:1）。由此引发1处报错：6014",
        };
        assert!(first.starts_with(title), "{first}");
    }
}

#[test]
fn the_incident_of_the_verdict_is_marked_among_several() {
    // The fault is named, not the kick before it.
    let lines: Vec<&str> = LOG.lines().collect();
    let log = [&lines[4..6], &lines[..4], &lines[6..]].concat().join("\n");
    for (width, lang) in [(40, Lang::En), (100, Lang::En), (100, Lang::Zh)] {
        let text = document(&DiagnosisText { width, ..DiagnosisText::PLAIN }, &log, lang);
        let marked: Vec<&str> = text.lines().filter(|line| line.starts_with("> ")).collect();
        assert!(matches!(marked[..], [row] if row.contains("05-09 12:51:37")), "{text}");
    }
    for (lang, wanted) in [(Lang::En, " (named above)\n"), (Lang::Zh, "（见上方结论）\n")] {
        let text = document(&DiagnosisMarkdown, &log, lang);
        let marked: Vec<&str> = text.split("\n#### ").filter(|one| one.contains(wanted)).collect();
        assert!(matches!(marked[..], [one] if one.contains("12:51:37")), "{text}");
    }
    // One incident needs none.
    let one = lines[..4].join("\n");
    assert!(!document(&DiagnosisText::PLAIN, &one, Lang::En).contains("\n> "));
    assert!(!document(&DiagnosisMarkdown, &one, Lang::En).contains("named above"));
}

#[test]
fn many_incidents_are_one_line_for_each_cause() {
    let mut log = String::new();
    for number in 0..50 {
        log += &LOG.replace("7325-", &format!("{}-", 1000 + number));
    }
    let limited = |max_incidents| DiagnosisText { max_incidents, ..DiagnosisText::PLAIN };
    let all = found(&log).incidents.len();
    let text = document(&limited(DiagnosisText::LIMIT), &log, Lang::En);
    assert!(text.lines().count() <= 24, "{text}");
    assert!(text.contains("in 50 sessions"), "{text}");
    // Whose an incident is does not get a line of its own.
    let row = "Another device or page took over the login               app.log:5\n";
    assert!(text.contains(row) && text.contains(" 50 sessions; notice of the kick x50;"), "{text}");
    assert!(text.contains(&format!("\n--top all lists each of the {all} incidents\n")), "{text}");
    let text = document(&limited(1), &log, Lang::En);
    assert!(text.contains(&format!(" more incidents; --top all lists all {all}\n")), "{text}");
    let text = document(&DiagnosisText::PLAIN, &log, Lang::En);
    let is_row = |line: &&str| line.trim_start_matches(['>', ' ']).starts_with("05-09 ");
    assert_eq!(text.lines().filter(is_row).count(), all, "{text}");
    assert!(!text.contains("--top"), "{text}");
}

#[test]
fn few_rows_have_the_verdict_and_the_first_incidents() {
    for (columns, lang) in [(80, Lang::En), (80, Lang::Zh), (200, Lang::En), (40, Lang::En)] {
        let page = DiagnosisText { width: columns, ..DiagnosisText::PLAIN };
        let all = document(&page, LOG, lang);
        let least = document(&DiagnosisText { max_rows: 0, ..page.clone() }, LOG, lang);
        for max_rows in 0..40 {
            let text = document(&DiagnosisText { max_rows, ..page.clone() }, LOG, lang);
            let rows = text.lines().count();
            assert!(rows <= max_rows || text == least, "{max_rows}: {text}");
            assert_eq!(text == all, all.lines().count() <= max_rows, "{max_rows}: {text}");
            assert!(text.lines().all(|line| width(line) <= columns), "{text}");
            assert!(text.matches("\n> 05-09").count() + text.matches("\n  05-09").count() >= 3);
            assert!(text == all || text.contains("--top all"), "{text}");
        }
    }
    let brief = DiagnosisText { width: 80, max_rows: 14, ..DiagnosisText::PLAIN };
    let text = document(&brief, LOG, Lang::En);
    let row = "\n> 05-09 12:51:37  The UserSig expired ";
    assert!(text.contains(row) && text.contains("  line 1\n"), "{text}");
    let codes = "\nNot explained: 1 of 7 findings (10014 x1)\n";
    assert!(text.contains(codes), "{text}");
}

#[test]
fn times_have_their_year_where_years_differ() {
    let log = "\
2023-12-31 23:59:58.000 E 7325-7398 imsdk: |OnUserSigExpired|
2023-12-31 23:59:58.100 E 7325-7398 imsdk: |Login failed|error_code:6206|userSig expired
2024-01-01 00:00:03.000 E 7325-7398 imsdk: |error code:6014|error message:not login
2024-01-01 00:00:09.000 I 7325-7398 imsdk: |Login success|task_id:6|error_code:0
";
    let wide = DiagnosisText { width: 200, ..DiagnosisText::PLAIN };
    let text = document(&wide, log, Lang::En);
    assert!(text.contains("\n2023-12-31 23:59:58 - 2024-01-01 00:00:03  "), "{text}");
    assert!(text.contains("; until login at 2024-01-01 00:00:09\n"), "{text}");
    let text = document(&DiagnosisMarkdown, log, Lang::En);
    assert!(text.contains("; until login at 2024-01-01 00:00:09\n"), "{text}");
    // Two incidents, each within a year.
    let both = LOG.to_string() + &LOG.replace("2024-05-09", "2025-05-09");
    let text = document(&DiagnosisText::PLAIN, &both, Lang::En);
    assert!(text.contains("\n> 2024-05-09 12:51:37 - 12:51:40"), "{text}");
    // One year.
    let text = document(&DiagnosisText::PLAIN, LOG, Lang::En);
    assert!(text.contains("\n> 05-09 12:51:37 - 12:51:40"), "{text}");
}

#[test]
fn a_timeline_without_times_has_no_column_for_them() {
    let log = "imsdk pid:12 |OnUserSigExpired|\nimsdk pid:12 error_code:6206\n";
    let text = document(&DiagnosisText::PLAIN, log, Lang::En);
    assert!(text.contains("\nWhat ") && !text.contains("When"), "{text}");
    assert!(text.contains("\nThe UserSig expired (process 12)"), "{text}");
}

#[test]
fn events_have_a_title_in_each_language() {
    let english = document(&DiagnosisText::PLAIN, LOG, Lang::En);
    assert!(english.contains("; until login at 12:51:49"), "{english}");
    let chinese = document(&DiagnosisText::PLAIN, LOG, Lang::Zh);
    assert!(chinese.contains("12:51:49 登录成功后结束"), "{chinese}");
    let json = document(&DiagnosisJson, LOG, Lang::En);
    assert!(json.contains(r#""event":"logged-in""#) && json.contains("no login between"), "{json}");
}

#[test]
fn narrow_pages_are_not_overrun() {
    for columns in [40, 60, 80] {
        let page = DiagnosisText { width: columns, ..DiagnosisText::PLAIN };
        for lang in [Lang::En, Lang::Zh] {
            let text = document(&page, LOG, lang);
            assert!(text.lines().all(|line| width(line) <= columns), "{columns}: {text}");
        }
    }
}

#[test]
fn a_table_has_room_for_each_column_or_its_rows_are_below_each_other() {
    // The widest column of the times, and the widest place, leave the rest for what happened.
    for (columns, is_table) in [(60, false), (70, false), (100, true), (200, true)] {
        let page = DiagnosisText { width: columns, ..DiagnosisText::PLAIN };
        let text = document(&page, LOG, Lang::En);
        assert_eq!(text.contains("\n  When "), is_table, "{columns}: {text}");
        assert!(!text.contains('…'), "{columns}: {text}");
    }
}

#[test]
fn lines_of_the_log_stay_text_in_markdown() {
    let log = LOG.replace("dirty word", "```` <img onerror> \u{1b}[31m");
    let text = document(&DiagnosisMarkdown, &log, Lang::En);
    assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
    let mut fence = None;
    let outside = text.lines().filter(|line| {
        let marks = line.bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            None if marks >= 3 => fence = Some(marks),
            Some(open) if marks == open && line.len() == marks => fence = None,
            Some(_) => {}
            None => return true,
        }
        false
    });
    let outside: Vec<&str> = outside.collect();
    assert!(outside.iter().all(|line| !line.contains("<img") && !line.contains("</script")));
    assert_eq!(fence, None, "{text}");
    assert!(outside.iter().any(|line| line.starts_with("### The UserSig expired")), "{text}");
}

#[test]
fn nothing_found_says_what_was_read() {
    for report in [&DiagnosisText::PLAIN as &dyn Report, &DiagnosisMarkdown] {
        let text = document(report, "plain\n", Lang::En);
        assert!(text.contains("No error codes found in 1 line of 1 file"), "{text}");
    }
    let text = document(&DiagnosisText::PLAIN, "imsdk code:10014\n", Lang::En);
    assert!(text.starts_with("No known cause explains the finding below.\n"), "{text}");
    assert!(text.contains("10014 x1  app.log:1: "), "{text}");
}
