//! `sarif`: SARIF 2.1.0, for GitHub code scanning and for viewers of findings.
//!
//! There is one rule for each code, and one result for each finding.
//! The document follows the OASIS standard and the [limits that GitHub sets][limits].
//!
//! [limits]: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::catalog::{Entry, Lang, Severity, Status};
use crate::detect::Confidence;
use crate::language::{self, Label, capitalized};
use crate::report::model::phrases::explanation;
use crate::report::model::{Fingerprints, relative_path, rule_id, uri};
use crate::report::{Report, ReportData};
use crate::stats::{CodeKey, CodeRow, OccurrenceSample};
use crate::terminal::JsonEscaper;

/// A SARIF document with one run.
///
/// The fingerprint of a result does not depend on the text of the line, because lines of a log
/// begin with the time and are new in every run. GitHub's upload action computes a fingerprint from
/// the text, warns that this one differs, and keeps this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sarif;

/// The most results of a run, and the most rules, that GitHub accepts.
const LIMIT: usize = 25_000;
/// The longest description, in characters.
const DESCRIPTION_LIMIT: usize = 1024;
/// The longest name, in characters.
const NAME_LIMIT: usize = 255;

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
        serde_json::to_writer_pretty(JsonEscaper(&mut *out), &document)?;
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
    automation_details: Value,
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
        let invocations = note.map(|note| {
            json!([{
                "executionSuccessful": true,
                "toolExecutionNotifications": [{ "level": "warning", "message": { "text": note } }],
            }])
        });
        Self {
            tool: json!({ "driver": {
                "name": "imerr-annotate",
                "fullName": concat!("imerr-annotate ", env!("CARGO_PKG_VERSION")),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } }),
            // Runs with the same category replace each other. The part after the slash, which
            // identifies one run, is empty.
            automation_details: json!({ "id": "imerr-annotate/" }),
            invocations,
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
        let (file, occurrence) = (self.data.name(sample.file), &sample.occurrence);
        let key = &occurrence.key;
        let region = json!({
            "startLine": occurrence.line,
            "startColumn": occurrence.column,
            "endLine": occurrence.line,
            "endColumn": occurrence.end_column,
        });
        let location = json!({ "artifactLocation": { "uri": uri(file) }, "region": region });
        let path = relative_path(&self.data.file(sample.file));
        let fingerprint = fingerprints.next(&path, key.code);
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

/// A code as a `reportingDescriptor`, which GitHub shows beside every result of the rule.
fn rule(key: &CodeKey, confidence: Confidence, data: &ReportData<'_>) -> Value {
    let entries: Vec<&Entry> = key.entries.in_catalog(data.catalog).collect();
    let meaning = data.meaning(key);
    let lang = data.catalog.lang();
    let causes: Vec<&str> = entries.iter().filter_map(|entry| entry.texts(lang).cause).collect();
    let full = format!("{meaning} {}", causes.join(data.words().or()));
    let level = severity_level(data.severity(key));
    let (text, markdown) = help(&sections(&entries, data, key));
    let mut rule = json!({ "id": rule_id(key, data.catalog) });
    if let [entry] = entries[..]
        && let Some(name) = entry.name()
        && name.len() <= NAME_LIMIT
    {
        rule["name"] = name.into();
    }
    rule["shortDescription"] = description(&format!("{}: {meaning}", key.code));
    rule["fullDescription"] = description(full.trim_end());
    rule["help"] = json!({ "text": text, "markdown": markdown });
    rule["defaultConfiguration"] = json!({ "level": level });
    rule["properties"] = json!({
        "tags": tags(&entries),
        // SARIF has one level above ours, `very-high`.
        "precision": confidence,
        "problem.severity": if level == "note" { "recommendation" } else { level },
    });
    rule
}

fn severity_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn description(text: &str) -> Value {
    let mut text = text.to_string();
    if text.chars().count() > DESCRIPTION_LIMIT {
        text = text.chars().take(DESCRIPTION_LIMIT - 1).chain(['…']).collect();
    }
    json!({ "text": text })
}

/// The product, and system, category and kind of each meaning: at most 14 tags. GitHub accepts 20
/// and shows 10.
fn tags<'r>(entries: &[&'r Entry]) -> Vec<&'r str> {
    let mut tags = vec!["tencent-im"];
    if entries.is_empty() {
        tags.push("unknown");
    }
    for entry in entries {
        let status = (entry.status == Status::Deprecated).then_some(entry.status.as_str());
        let new = [&*entry.system, &*entry.category, entry.kind.as_str()];
        for tag in new.into_iter().chain(status) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

/// A part of the help: a title and points, each with a label.
type Section = (String, Vec<(String, String)>);

/// A section for each meaning, in the catalog's language, and in English too if that is another
/// one.
fn sections(entries: &[&Entry], data: &ReportData<'_>, key: &CodeKey) -> Vec<Section> {
    if entries.is_empty() {
        let (meaning, remedy) = (data.meaning(key).into_owned(), data.remedy(key).into_owned());
        let [unknown, meaning_label, remedy_label] =
            [Label::Unknown, Label::Meaning, Label::Remedy].map(|label| data.words().label(label));
        let points =
            vec![(capitalized(meaning_label), meaning), (capitalized(remedy_label), remedy)];
        return vec![(format!("{}, {unknown}", key.code), points)];
    }
    let mut langs = vec![data.catalog.lang(), Lang::En];
    langs.dedup();
    let mut sections = Vec::new();
    for lang in langs {
        sections.extend(entries.iter().map(|entry| section(entry, key.code, lang)));
    }
    sections
}

fn section(entry: &Entry, code: i64, lang: Lang) -> Section {
    let (texts, words) = (entry.texts(lang), language::of(lang));
    let Entry { system, category, severity, kind, .. } = entry;
    let name = entry.name().map(|name| format!(" {name}")).unwrap_or_default();
    let related: Vec<String> = entry.see.iter().map(i64::to_string).collect();
    let mut points = vec![
        (Label::Meaning, texts.meaning.to_string()),
        (Label::Cause, texts.cause.unwrap_or_default().to_string()),
        (Label::Remedy, texts.remedy.to_string()),
    ];
    points.extend(texts.check.iter().map(|line| (Label::Check, line.to_string())));
    points.extend([
        (Label::Retry, words.retry_advice(entry).unwrap_or_default()),
        (Label::Note, texts.note.unwrap_or_default().to_string()),
        (Label::Related, related.join(", ")),
    ]);
    points.retain(|(_, point)| !point.is_empty());
    let labeled = |(label, point)| (capitalized(words.label(label)), point);
    let title = format!("{code}{name}, {system}/{category}, {kind}, {severity}");
    (title, points.into_iter().map(labeled).collect())
}

/// The sections as text and as Markdown.
fn help(sections: &[Section]) -> (String, String) {
    let (mut texts, mut markdown) = (Vec::new(), Vec::new());
    for (title, points) in sections {
        let (mut lines, mut items) = (vec![title.clone()], Vec::new());
        for (label, point) in points {
            lines.push(format!("{label}: {point}"));
            items.push(format!("- **{label}:** {}", escape_markdown(point)));
        }
        texts.push(lines.join("\n"));
        markdown.push(format!("**{}**\n\n{}", escape_markdown(title), items.join("\n")));
    }
    (texts.join("\n\n"), markdown.join("\n\n"))
}

/// Escapes the characters that mean something in Markdown. Texts of a catalog may contain
/// `imsdk_*.xlog` or `<UserID>`.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\`*_<>#|~&![]".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests;
