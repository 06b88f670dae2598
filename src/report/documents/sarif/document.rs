//! `sarif`: one rule for each code, one result for each finding.
//!
//! The document follows the OASIS standard and the [limits that GitHub sets][limits].
//!
//! [limits]: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde::Serialize;

use super::rule::Rule;
use crate::catalog::Severity;
use crate::detect::Confidence;
use crate::report::model::{Fingerprints, relative_path, uri};
use crate::report::{Report, ReportData};
use crate::stats::{CodeKey, CodeRow, OccurrenceSample};

/// A SARIF document with one run.
///
/// The fingerprint of a result does not depend on the text of the line, because lines of a log
/// begin with the time and are new in every run. GitHub's upload action computes a fingerprint from
/// the text, warns that this one differs, and keeps this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sarif;

/// The most results of a run, and the most rules, that GitHub accepts.
pub(super) const LIMIT: usize = 25_000;

impl Report for Sarif {
    fn occurrences(&self) -> usize {
        LIMIT
    }

    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let document = Document {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run::new(data)],
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")
    }
}

/// An object with one member.
pub(super) type OneMember<T> = BTreeMap<&'static str, T>;

pub(super) fn one_member<T>(name: &'static str, value: T) -> OneMember<T> {
    BTreeMap::from([(name, value)])
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
    tool: OneMember<Driver<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<[Invocation; 1]>,
    column_kind: &'static str,
    results: Vec<SarifResult>,
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
    message: OneMember<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: OneMember<String>,
    locations: [OneMember<PhysicalLocation>; 1],
    partial_fingerprints: OneMember<String>,
    properties: OneMember<Confidence>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: OneMember<String>,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    start_column: u64,
    end_line: u64,
    end_column: u64,
}

impl<'r> Run<'r> {
    fn new(data: &ReportData<'r>) -> Self {
        let (samples, note) = data.occurrences(LIMIT);
        let (keys, indexes) = rule_keys(samples, &data.stats.codes.rows);
        let mut rules = Vec::new();
        for (key, confidence) in keys {
            rules.push(Rule::new(&key, confidence, data));
        }
        let mut fingerprints = Fingerprints::default();
        let mut results = Vec::new();
        for sample in samples {
            let index = indexes[&sample.occurrence.key];
            let id = rules[index].id.clone();
            results.push(SarifResult::new(sample, index, id, data, &mut fingerprints));
        }
        let (name, semantic_version) = ("imerr-annotate", env!("CARGO_PKG_VERSION"));
        Self {
            tool: one_member("driver", Driver { name, semantic_version, rules }),
            invocations: note.map(|note| [Invocation::left_out(note)]),
            column_kind: "unicodeCodePoints",
            results,
        }
    }
}

/// The codes that need a rule, each with its best confidence, and their indexes in that list.
///
/// The codes of results come first, so each of them has a rule although the number of rules is
/// limited.
fn rule_keys(
    samples: &[OccurrenceSample],
    rows: &[CodeRow],
) -> (Vec<(CodeKey, Confidence)>, HashMap<CodeKey, usize>) {
    let samples = samples.iter().map(|one| (one.occurrence.key, one.occurrence.confidence));
    let rows = rows.iter().map(|row| (row.key, row.confidence));
    let mut keys: Vec<(CodeKey, Confidence)> = Vec::new();
    let mut indexes: HashMap<CodeKey, usize> = HashMap::new();
    for (key, confidence) in samples.chain(rows) {
        if let Some(&index) = indexes.get(&key) {
            keys[index].1 = keys[index].1.max(confidence);
        } else if keys.len() < LIMIT {
            indexes.insert(key, keys.len());
            keys.push((key, confidence));
        }
    }
    (keys, indexes)
}

impl SarifResult {
    fn new(
        sample: &OccurrenceSample,
        rule_index: usize,
        rule_id: String,
        data: &ReportData<'_>,
        fingerprints: &mut Fingerprints,
    ) -> Self {
        let (file, occurrence) = (data.file(sample.file), &sample.occurrence);
        let key = &occurrence.key;
        let (title, meaning, remedy) = (data.title(key), data.meaning(key), data.remedy(key));
        let region = Region {
            start_line: occurrence.line,
            start_column: occurrence.column,
            end_line: occurrence.line,
            end_column: occurrence.end_column,
        };
        let artifact_location = one_member("uri", uri(file));
        let location = PhysicalLocation { artifact_location, region };
        let fingerprint = fingerprints.next(&relative_path(file), key.code);
        Self {
            rule_id,
            rule_index,
            level: level(data.severity(key)),
            message: one_member("text", format!("{title}: {meaning} Remedy: {remedy}")),
            locations: [one_member("physicalLocation", location)],
            // GitHub reads no other fingerprint.
            partial_fingerprints: one_member("primaryLocationLineHash", fingerprint),
            properties: one_member("confidence", occurrence.confidence),
        }
    }
}

impl Invocation {
    fn left_out(note: String) -> Self {
        let notification = Notification { level: "warning", message: one_member("text", note) };
        Self { execution_successful: true, tool_execution_notifications: [notification] }
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
