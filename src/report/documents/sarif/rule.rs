//! A code as a rule, which GitHub shows beside every result of the rule.

use std::borrow::Cow;

use serde::Serialize;

use super::document::{OneMember, level, one_member};
use crate::catalog::{Entry, Severity, Status};
use crate::detect::Confidence;
use crate::report::ReportData;
use crate::report::model::rule_id;
use crate::stats::CodeKey;

/// The longest description, in characters.
const DESCRIPTION_LIMIT: usize = 1024;
/// The longest name, in characters.
const NAME_LIMIT: usize = 255;

/// A `reportingDescriptor` of SARIF.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'r> {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    short_description: OneMember<String>,
    full_description: OneMember<String>,
    help: Help,
    default_configuration: OneMember<&'static str>,
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Properties<'r> {
    tags: Vec<&'r str>,
    /// SARIF has one level above ours, `very-high`.
    precision: Confidence,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

impl<'r> Rule<'r> {
    pub(super) fn new(key: &CodeKey, confidence: Confidence, data: &ReportData<'r>) -> Self {
        let entries: Vec<&Entry> = key.meanings.entries(data.catalog).collect();
        let name = if let [entry] = entries[..] { entry.name() } else { None };
        let meaning = data.meaning(key);
        let causes: Vec<&str> = entries.iter().filter_map(|entry| entry.cause.as_deref()).collect();
        let full = format!("{meaning} {}", causes.join(" Or: "));
        let severity = data.severity(key);
        let is_info = severity == Severity::Info;
        Self {
            id: rule_id(key, data.catalog),
            name: name.filter(|name| name.len() <= NAME_LIMIT),
            short_description: description(&format!("{}: {meaning}", key.code)),
            full_description: description(full.trim_end()),
            help: Help::new(&sections(&entries, data, key)),
            default_configuration: one_member("level", level(severity)),
            properties: Properties {
                tags: tags(&entries),
                precision: confidence,
                problem_severity: if is_info { "recommendation" } else { level(severity) },
            },
        }
    }
}

fn description(text: &str) -> OneMember<String> {
    let mut text = text.to_string();
    if text.chars().count() > DESCRIPTION_LIMIT {
        text = text.chars().take(DESCRIPTION_LIMIT - 1).chain(['…']).collect();
    }
    one_member("text", text)
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
struct Section<'e> {
    title: String,
    points: Vec<(&'static str, Cow<'e, str>)>,
}

/// A section for each meaning.
fn sections<'e>(entries: &[&'e Entry], data: &ReportData<'e>, key: &CodeKey) -> Vec<Section<'e>> {
    if entries.is_empty() {
        let points = vec![("Meaning", data.meaning(key)), ("Remedy", data.remedy(key))];
        return vec![Section { title: format!("{}, unknown", key.code), points }];
    }
    entries.iter().map(|entry| Section::new(entry, key.code)).collect()
}

impl<'e> Section<'e> {
    fn new(entry: &'e Entry, code: i64) -> Self {
        let Entry { system, category, severity, kind, .. } = entry;
        let name = entry.name().map(|name| format!(" {name}")).unwrap_or_default();
        let mut points = vec![("Meaning", Cow::Borrowed(&*entry.meaning))];
        points.extend(entry.cause.as_deref().map(|cause| ("Cause", cause.into())));
        points.push(("Remedy", Cow::Borrowed(&*entry.remedy)));
        points.push(("Retry", format!("{}: {}", entry.retry, entry.retry.explained()).into()));
        points.extend(entry.note.as_deref().map(|note| ("Note", note.into())));
        let related: Vec<String> = entry.see.iter().map(i64::to_string).collect();
        if !related.is_empty() {
            points.push(("Related codes", related.join(", ").into()));
        }
        Self { title: format!("{code}{name}, {system}/{category}, {kind}, {severity}"), points }
    }
}

impl Help {
    fn new(sections: &[Section<'_>]) -> Self {
        let (mut texts, mut markdown) = (Vec::new(), Vec::new());
        for Section { title, points } in sections {
            let (mut lines, mut items) = (vec![title.clone()], Vec::new());
            for (label, point) in points {
                lines.push(format!("{label}: {point}"));
                items.push(format!("- **{label}:** {}", escape_markdown(point)));
            }
            texts.push(lines.join("\n"));
            markdown.push(format!("**{}**\n\n{}", escape_markdown(title), items.join("\n")));
        }
        Self { text: texts.join("\n\n"), markdown: markdown.join("\n\n") }
    }
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
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_cut_at_their_limit() {
        let cut = |count: usize| description(&"错".repeat(count))["text"].clone();
        for (count, length) in [(1023, 1023), (1024, 1024), (1025, 1024)] {
            assert_eq!(cut(count).chars().count(), length);
        }
        assert!(cut(1025).ends_with("错…"));
    }

    #[test]
    fn markdown_is_escaped() {
        let rows = [
            ("send support imsdk_*.xlog", "send support imsdk\\_\\*.xlog"),
            ("<UserID> & `x`", "\\<UserID\\> \\& \\`x\\`"),
            ("No change (here), 10.", "No change (here), 10."),
        ];
        for (text, wanted) in rows {
            assert_eq!(escape_markdown(text), wanted);
        }
    }
}
