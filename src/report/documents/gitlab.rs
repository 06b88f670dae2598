//! `gitlab`: GitLab's code quality report, an array with one object for each finding.
//!
//! The format is the one of
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>. GitLab stops
//! reading at the first object that does not fit, and shows those with equal fingerprints as one.

use std::io::{self, Write};

use serde::Serialize;

use crate::catalog::Severity;
use crate::report::model::relative_path;
use crate::report::model::rule_id;
use crate::report::model::{Fingerprints, fnv1a};
use crate::report::{JsonCommandFilter, Report, ReportData};
use crate::stats::OccurrenceSample;

/// A code quality report.
///
/// Where there are more findings than [`Gitlab::LIMIT`], a last object of severity `info` tells how
/// many are left out: it stands at the place of the last finding that is there, since GitLab shows
/// nothing without a place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gitlab;

impl Gitlab {
    /// The most findings of a report. GitLab names no limit; this one keeps a report readable and
    /// below its limit for artifacts.
    pub const LIMIT: usize = 25_000;
}

impl Report for Gitlab {
    fn occurrences(&self) -> usize {
        Self::LIMIT
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut fingerprints = Fingerprints::default();
        let (kept, left_out) = data.occurrences(Self::LIMIT);
        let mut violations: Vec<Violation> =
            kept.iter().map(|one| Violation::of(one, data, &mut fingerprints)).collect();
        if let (Some(last), Some(left_out)) = (kept.last(), left_out) {
            violations.push(Violation::about_left_out(left_out, last, data));
        }
        // Build servers that see the document on standard output run `##vso[` and `##teamcity[` in
        // the name of a file.
        serde_json::to_writer_pretty(JsonCommandFilter::new(&mut *out), &violations)?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Violation {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    /// GitLab links it where it is relative to the root of the repository.
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

impl Violation {
    fn of(kept: &OccurrenceSample, data: &ReportData<'_>, fingerprints: &mut Fingerprints) -> Self {
        let subject = &kept.occurrence.key;
        let (title, meaning, remedy) =
            (data.title(subject), data.meaning(subject), data.remedy(subject));
        let location = Location::of(kept, data);
        Self {
            description: format!("{title}: {meaning} Remedy: {remedy}"),
            check_name: rule_id(subject, data.catalog),
            fingerprint: fingerprints.next(&location.path, subject.code),
            severity: severity(data.severity(subject)),
            location,
        }
    }

    fn about_left_out(description: String, last: &OccurrenceSample, data: &ReportData<'_>) -> Self {
        let check_name = "imerr-left-out".to_string();
        Self {
            description,
            fingerprint: format!("{:016x}", fnv1a(check_name.as_bytes())),
            check_name,
            severity: "info",
            location: Location::of(last, data),
        }
    }
}

impl Location {
    fn of(kept: &OccurrenceSample, data: &ReportData<'_>) -> Self {
        Self {
            path: relative_path(data.name(kept.file)),
            lines: Lines { begin: kept.occurrence.line },
        }
    }
}

/// No code is a `blocker`: that a log tells of a failure stops nobody from merging.
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

    use serde_json::{Value, json};

    use super::*;
    use crate::testutil::TestRun;

    /// The objects of a document, each of which keeps the rules of the format.
    fn violations(files: &[(&str, &str)], limit: usize) -> Vec<Value> {
        let document = TestRun::from_logs(files, limit).document(&Gitlab);
        assert!(document.starts_with('['), "GitLab takes no byte order mark");
        let violations: Vec<Value> =
            serde_json::from_str(&document).expect("the document is a JSON array");
        let mut fingerprints = HashSet::new();
        for violation in &violations {
            let text = |pointer: &str| {
                violation.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_string()
            };
            for pointer in ["/description", "/check_name", "/fingerprint", "/location/path"] {
                assert!(!text(pointer).is_empty(), "{pointer} of {violation}");
            }
            assert!(
                ["info", "minor", "major", "critical"].contains(&text("/severity").as_str()),
                "{violation}"
            );
            assert!(violation["location"]["lines"]["begin"].as_u64() >= Some(1), "{violation}");
            assert!(fingerprints.insert(text("/fingerprint")), "twice: {violation}");
        }
        violations
    }

    #[test]
    fn a_finding_has_all_that_the_format_asks_for() {
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
        let of = |text: &str| -> Vec<Value> {
            violations(&[("a.log", text)], 9).iter().map(|one| one["fingerprint"].clone()).collect()
        };
        assert_eq!(
            of("imsdk code:6206\nimsdk code:6206\n"),
            of("started\n\n10:00 imsdk code:6206\n\n10:01 imsdk code:6206\n")
        );
    }

    #[test]
    fn what_is_left_out_is_told_last() {
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
        assert_eq!(violations(&[("a.log", "nothing\n")], 9), [] as [Value; 0]);
        let name = "###vso[task.complete]##teamcity[x]\\##.log";
        let files = [(name, "imsdk code:6206")];
        assert_eq!(violations(&files, 9)[0]["location"]["path"], name);
        assert!(!TestRun::from_logs(&files, 9).document(&Gitlab).contains("##"));
    }
}
