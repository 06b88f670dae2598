//! `sarif`: one rule for each code, one result for each finding.
//!
//! The document follows the OASIS standard and the [limits that GitHub sets][limits].
//!
//! [limits]: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::rule::{rule, severity_level};
use crate::detect::Confidence;
use crate::report::model::phrases::explanation;
use crate::report::model::{Fingerprints, relative_path, rule_id, uri};
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
        let document = SarifDocument {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [SarifRun::new(data)],
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct SarifDocument<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'r> {
    tool: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<Value>,
    column_kind: &'static str,
    results: Results<'r>,
}

impl<'r> SarifRun<'r> {
    fn new(data: &'r ReportData<'r>) -> Self {
        let (samples, note) = data.occurrences(LIMIT);
        let (keys, indexes) = rule_keys(samples, &data.stats.codes.rows);
        let mut rules = Vec::new();
        for (key, confidence) in keys {
            rules.push(rule(&key, confidence, data));
        }
        let left_out = |note: String| {
            let notification = json!({ "level": "warning", "message": { "text": note } });
            json!([{
                "executionSuccessful": true,
                "toolExecutionNotifications": [notification],
            }])
        };
        Self {
            tool: json!({ "driver": {
                "name": "imerr-annotate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } }),
            invocations: note.map(left_out),
            column_kind: "unicodeCodePoints",
            results: Results { samples, indexes, data },
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

/// The results. Each is made when it is written, so that they are never all in memory.
struct Results<'r> {
    samples: &'r [OccurrenceSample],
    indexes: HashMap<CodeKey, usize>,
    data: &'r ReportData<'r>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fingerprints = Fingerprints::default();
        let samples = self.samples.iter();
        serializer.collect_seq(samples.map(|sample| self.result(sample, &mut fingerprints)))
    }
}

impl Results<'_> {
    fn result(&self, sample: &OccurrenceSample, fingerprints: &mut Fingerprints) -> Value {
        let (file, occurrence) = (self.data.file(sample.file), &sample.occurrence);
        let key = &occurrence.key;
        let region = json!({
            "startLine": occurrence.line,
            "startColumn": occurrence.column,
            "endLine": occurrence.line,
            "endColumn": occurrence.end_column,
        });
        let location = json!({ "artifactLocation": { "uri": uri(file) }, "region": region });
        let fingerprint = fingerprints.next(&relative_path(file), key.code);
        json!({
            "ruleId": rule_id(key, self.data.catalog),
            "ruleIndex": self.indexes[key],
            "level": severity_level(self.data.severity(key)),
            "message": { "text": explanation(key, self.data) },
            "locations": [{ "physicalLocation": location }],
            // GitHub reads no other fingerprint.
            "partialFingerprints": { "primaryLocationLineHash": fingerprint },
            "properties": { "confidence": occurrence.confidence },
        })
    }
}
