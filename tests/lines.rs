//! The labelled lines of `fixtures/lines`: what must be found in each, and what must not.
//!
//! Each line of a file is a JSON object:
//!
//! * `line`: the log line.
//! * `codes`: the codes that must be found with medium or high confidence. No others may be found.
//! * `about`: why.
//! * `min`: `"high"` if the confidence must be high.
//! * `low_ok`: an expert could not decide. `codes` may be found with low or medium confidence, or
//!   not at all.
//! * `unknown`: the numbers that must be reported as unknown codes.
//! * `todo`: why the line is judged wrongly so far. The test fails when it is judged right, so that
//!   the label can go.
//! * `needs`: a catalog that has the codes. The line is skipped if the built-in catalog lacks them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use imerr::detect::{Confidence, Detector, ResolvedFinding};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    line: String,
    codes: Vec<i64>,
    about: String,
    min: Option<Least>,
    #[serde(default)]
    low_ok: bool,
    unknown: Option<Vec<i64>>,
    needs: Option<String>,
    todo: Option<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Least {
    High,
}

#[test]
fn every_line_has_the_findings_on_its_label() {
    let detector = Detector::built_in().with_unknown(true);
    let (mut count, mut wrong) = (0, Vec::new());
    for (location, labelled) in labelled_lines() {
        if labelled.needs.is_some()
            && !labelled
                .codes
                .iter()
                .all(|&code| imerr::catalog::built_in().entries_for_code(code).next().is_some())
        {
            continue;
        }
        let findings = detector.find(labelled.line.as_bytes());
        count += 1;
        let fault = fault(&labelled, &findings);
        if labelled.todo.is_some() && fault.is_none() {
            wrong.push(format!("{location}: right, remove its todo\n  {}", labelled.line));
        }
        if let Some(fault) = fault.filter(|_| labelled.todo.is_none()) {
            wrong.push(format!("{location}: {fault}\n  {}\n  ({})", labelled.line, labelled.about));
        }
    }
    assert!(count > 1500, "only {count} lines");
    assert!(wrong.is_empty(), "{} of {count} lines:\n{}", wrong.len(), wrong.join("\n"));
}

fn labelled_lines() -> Vec<(String, Labelled)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lines");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the fixtures exist")
        .map(|entry| entry.expect("listed").path())
        .collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("the fixtures can be read");
        for (number, line) in text.lines().enumerate() {
            let location = format!(
                "{}:{}",
                path.file_name().unwrap_or_default().to_string_lossy(),
                number + 1
            );
            let labelled =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{location}: {error}"));
            all.push((location, labelled));
        }
    }
    all
}

/// What is wrong with the findings, if anything is.
fn fault(labelled: &Labelled, findings: &[ResolvedFinding<'_>]) -> Option<String> {
    let (mut shown, mut high, mut unknown) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for finding in findings {
        if finding.entries.is_unknown() {
            unknown.insert(finding.code);
        } else if finding.confidence >= Confidence::Medium {
            shown.insert(finding.code);
        }
        if finding.confidence == Confidence::High {
            high.insert(finding.code);
        }
    }
    let wanted: BTreeSet<i64> = labelled.codes.iter().copied().collect();
    let wanted_unknown = labelled.unknown.iter().flatten().copied().collect();
    if unknown != wanted_unknown && !labelled.low_ok {
        return Some(format!("unknown {unknown:?}, wanted {wanted_unknown:?}"));
    }
    if labelled.low_ok {
        if shown.is_subset(&wanted) && high.is_empty() {
            return None;
        }
        return Some(format!(
            "found {shown:?} (high: {high:?}), allowed are {wanted:?} below high"
        ));
    }
    if shown != wanted {
        return Some(format!("found {shown:?}, wanted {wanted:?}"));
    }
    (labelled.min == Some(Least::High) && high != wanted)
        .then(|| format!("high {high:?}, wanted {wanted:?}"))
}
