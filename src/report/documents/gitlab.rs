//! `gitlab`: GitLab's [code quality report][format], an array with one object for each finding.
//!
//! GitLab stops reading at the first object that does not fit, and shows objects with equal
//! fingerprints as one.
//!
//! [format]: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

use std::io::{self, Write};

use serde::Serializer;
use serde_json::{Value, json};

use crate::catalog::Severity;
use crate::report::model::phrases::explanation;
use crate::report::model::{Fingerprints, fnv1a, relative_path, rule_id};
use crate::report::{JsonCommandFilter, Report, ReportData};
use crate::stats::OccurrenceSample;
use crate::terminal::JsonEscaper;

/// A code quality report.
///
/// If there are more than 25,000 findings, a last object of severity `info` has the number of those
/// that are left out. It has the location of the last finding in the report, since GitLab shows
/// nothing without a location.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gitlab;

/// The most findings of a report. GitLab has no documented limit; this one keeps a report readable
/// and below the limit for artifacts.
const LIMIT: usize = 25_000;

impl Report for Gitlab {
    fn occurrences(&self) -> usize {
        LIMIT
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut fingerprints = Fingerprints::default();
        let (samples, note) = data.occurrences(LIMIT);
        let last = samples.last().zip(note).map(|(last, note)| left_out(&note, last, data));
        let issues = samples.iter().map(|sample| gitlab_issue(sample, data, &mut fingerprints));
        // A file name may contain commands, and the document may be printed to the log of a job.
        let filter = JsonCommandFilter::new(&mut *out);
        serde_json::Serializer::pretty(JsonEscaper(filter)).collect_seq(issues.chain(last))?;
        writeln!(out)
    }
}

fn gitlab_issue(
    sample: &OccurrenceSample,
    data: &ReportData<'_>,
    fingerprints: &mut Fingerprints,
) -> Value {
    let key = &sample.occurrence.key;
    json!({
        "description": explanation(key, data),
        "check_name": rule_id(key, data.catalog),
        "fingerprint": fingerprints.next(&relative_path(&data.file(sample.file)), key.code),
        "severity": severity(data.severity(key)),
        "location": location(sample, data),
    })
}

fn left_out(note: &str, last: &OccurrenceSample, data: &ReportData<'_>) -> Value {
    let check_name = "imerr-left-out";
    json!({
        "description": note,
        "check_name": check_name,
        "fingerprint": format!("{:016x}", fnv1a(check_name.as_bytes())),
        "severity": "info",
        "location": location(last, data),
    })
}

/// GitLab makes a link of a path that is relative to the root of the repository.
fn location(sample: &OccurrenceSample, data: &ReportData<'_>) -> Value {
    let path = relative_path(&data.file(sample.file));
    json!({ "path": path, "lines": { "begin": sample.occurrence.line } })
}

/// No code is a `blocker`: a failure in a log is no reason to stop a merge.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "minor",
        Severity::Error => "major",
        Severity::Fatal => "critical",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testutil::TestRun;

    /// The objects of a document. Checks the rules of the format.
    fn violations(files: &[(&str, &str)], limit: usize) -> Vec<Value> {
        let document = TestRun::from_logs(files, limit).document(&Gitlab);
        assert!(document.starts_with('['), "GitLab takes no byte order mark");
        let violations: Vec<Value> =
            serde_json::from_str(&document).expect("the document is a JSON array");
        let mut fingerprints = HashSet::new();
        for violation in &violations {
            for pointer in ["/description", "/check_name", "/fingerprint", "/location/path"] {
                assert!(!text_at(violation, pointer).is_empty(), "{pointer} of {violation}");
            }
            assert!(
                ["info", "minor", "major", "critical"]
                    .contains(&text_at(violation, "/severity").as_str()),
                "{violation}"
            );
            assert!(violation["location"]["lines"]["begin"].as_u64() >= Some(1), "{violation}");
            assert!(
                fingerprints.insert(text_at(violation, "/fingerprint")),
                "not unique: {violation}"
            );
        }
        violations
    }

    fn text_at(violation: &Value, pointer: &str) -> String {
        violation.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_string()
    }

    #[test]
    fn a_finding_has_all_members_of_the_format() {
        assert_eq!(
            violations(&[("./logs/app.log", "\nimsdk code:6206\n")], 9),
            [json!({
                "description": "6206 ERR_USER_SIG_EXPIRED: The UserSig has expired. \
                    Remedy: Get a new UserSig from your server and log in again.",
                "check_name": "TIM6206",
                "fingerprint": "30b7b39e1bc7cabf",
                "severity": "major",
                "location": { "path": "logs/app.log", "lines": { "begin": 2 } }
            })]
        );
    }

    #[test]
    fn severities_are_those_of_gitlab() {
        let rows = [
            ("imsdk code:6206", "major"),
            ("imsdk error_code:6707", "major"),
            ("imsdk code:8020", "minor"),
            ("imsdk code:10013", "info"),
            ("imsdk code:-10112", "critical"),
        ];
        for (line, wanted) in rows {
            assert_eq!(violations(&[("stdin", line)], 9)[0]["severity"], wanted, "{line}");
        }
    }

    #[test]
    fn a_fingerprint_stays_when_lines_move() {
        assert_eq!(
            fingerprints("imsdk code:6206\nimsdk code:6206\n"),
            fingerprints("started\n\n10:00 imsdk code:6206\n\n10:01 imsdk code:6206\n")
        );
    }

    fn fingerprints(log: &str) -> Vec<Value> {
        violations(&[("a.log", log)], 9).iter().map(|one| one["fingerprint"].clone()).collect()
    }

    #[test]
    fn the_last_object_counts_the_findings_that_are_left_out() {
        let text = "imsdk code:6206\nimsdk code:6206\nimsdk code:6206\n";
        let violations = violations(&[("a.log", text)], 2);
        assert_eq!(violations.len(), 3);
        assert_eq!(violations[2]["check_name"], "imerr-left-out");
        assert_eq!(violations[2]["severity"], "info");
        assert_eq!(violations[2]["location"], json!({ "path": "a.log", "lines": { "begin": 2 } }));
        assert_eq!(violations[2]["description"], "Findings left out beyond the first 2: 1.");
    }

    #[test]
    fn hostile_names_are_only_names() {
        let name = "a\"]},\n::error::\u{202e}\u{1b}[31m.log";
        assert_eq!(violations(&[(name, "imsdk code:6206")], 9)[0]["location"]["path"], name);
        let document = TestRun::from_logs(&[(name, "imsdk code:6206")], 9).document(&Gitlab);
        assert!(document.contains(r"::\u202e\u001b[31m"), "{document}");
        assert_eq!(violations(&[("a.log", "nothing\n")], 9), [] as [Value; 0]);
        let name = "###vso[task.complete]##teamcity[x]\\##.log";
        let files = [(name, "imsdk code:6206")];
        assert_eq!(violations(&files, 9)[0]["location"]["path"], name);
        assert!(!TestRun::from_logs(&files, 9).document(&Gitlab).contains("##"));
    }
}
