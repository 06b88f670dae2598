//! `sarif`: SARIF 2.1.0, for GitHub code scanning and for viewers of findings.
//!
//! One rule for each code that was seen, one result for each occurrence. The format is the one of
//! the OASIS standard, within the limits that GitHub sets:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

mod help;
mod rule;

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::catalog::Severity;
use crate::detect::Confidence;
use crate::report::model::Fingerprints;
use crate::report::model::{relative_path, uri};
use crate::report::{Report, ReportData};
use crate::stats::{CodeKey, CodeRow, OccurrenceSample};
use rule::Rule;

/// A SARIF document with one run.
///
/// A result's fingerprint is made from file, code and how many times the file had the code before,
/// not from the line: the lines of a log begin with the time and are new in every run. GitHub's
/// upload action makes one from the line, warns where that differs, and keeps the one that is here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sarif;

impl Report for Sarif {
    fn occurrences(&self) -> usize {
        Self::LIMIT
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let document = Document {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run::of(data)],
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")
    }
}

impl Sarif {
    /// The most results of a run that GitHub takes; it is the most rules too.
    pub const LIMIT: usize = 25_000;
}

#[derive(Serialize)]
struct Document<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<[Invocation; 1]>,
    column_kind: &'static str,
    results: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: [Notification; 1],
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

/// A `result` of SARIF.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: PartialFingerprints,
    properties: Properties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartialFingerprints {
    /// The only one that GitHub looks at.
    primary_location_line_hash: String,
}

#[derive(Serialize)]
struct Properties {
    confidence: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl<'r> Run<'r> {
    fn of(data: &ReportData<'r>) -> Self {
        let (kept, left_out) = data.occurrences(Sarif::LIMIT);
        let (subjects, places) = subjects(kept, data.stats.codes.rows());
        let rule =
            |&(subject, confidence): &(CodeKey, Confidence)| Rule::of(&subject, confidence, data);
        let rules: Vec<Rule> = subjects.iter().map(rule).collect();
        let mut fingerprints = Fingerprints::default();
        let result = |kept: &OccurrenceSample| {
            let place = places[&kept.occurrence.key];
            Finding::of(kept, place, rules[place].id(), data, &mut fingerprints)
        };
        let results = kept.iter().map(result).collect();
        Self {
            tool: Tool {
                driver: Driver {
                    name: "imerr-annotate",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            invocations: left_out.map(|text| [Invocation::about_left_out(text)]),
            column_kind: "unicodeCodePoints",
            results,
        }
    }
}

/// The codes that were seen, those of results first, with the best confidence of each; and their
/// places in that list. Every code of a result is among them.
fn subjects(
    kept: &[OccurrenceSample],
    rows: &[CodeRow],
) -> (Vec<(CodeKey, Confidence)>, HashMap<CodeKey, usize>) {
    let kept = kept.iter().map(|kept| (kept.occurrence.key, kept.occurrence.confidence));
    let rows = rows.iter().map(|row| (row.key, row.confidence));
    let mut subjects: Vec<(CodeKey, Confidence)> = Vec::new();
    let mut places: HashMap<CodeKey, usize> = HashMap::new();
    for (subject, confidence) in kept.chain(rows) {
        match places.get(&subject) {
            Some(&place) => subjects[place].1 = subjects[place].1.max(confidence),
            None if subjects.len() < Sarif::LIMIT => {
                places.insert(subject, subjects.len());
                subjects.push((subject, confidence));
            }
            None => {}
        }
    }
    (subjects, places)
}

impl Finding {
    fn of(
        kept: &OccurrenceSample,
        rule_index: usize,
        rule_id: &str,
        data: &ReportData<'_>,
        fingerprints: &mut Fingerprints,
    ) -> Self {
        let OccurrenceSample { file, occurrence } = kept;
        let (name, subject) = (data.name(*file), &occurrence.key);
        let text = format!(
            "{}: {} Remedy: {}",
            data.title(subject),
            data.meaning(subject),
            data.remedy(subject)
        );
        let region = Region {
            start_line: occurrence.line,
            start_column: occurrence.column,
            end_line: occurrence.line,
            end_column: occurrence.end_column,
        };
        Self {
            rule_id: rule_id.to_string(),
            rule_index,
            level: level(data.severity(subject)),
            message: Message { text },
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: ArtifactLocation { uri: uri(name) },
                    region,
                },
            }],
            partial_fingerprints: PartialFingerprints {
                primary_location_line_hash: fingerprints.next(&relative_path(name), subject.code),
            },
            properties: Properties { confidence: occurrence.confidence.as_str() },
        }
    }
}

impl Invocation {
    fn about_left_out(text: String) -> Self {
        let notification = Notification { level: "warning", message: Message { text } };
        Self { execution_successful: true, tool_execution_notifications: [notification] }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests;
