//! A code as a rule, which GitHub shows beside every result of the rule.

use serde_json::{Value, json};

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
pub(super) fn rule(key: &CodeKey, confidence: Confidence, data: &ReportData<'_>) -> Value {
    let entries: Vec<&Entry> = key.meanings.entries(data.catalog).collect();
    let meaning = data.meaning(key);
    let causes: Vec<&str> = entries.iter().filter_map(|entry| entry.cause.as_deref()).collect();
    let full = format!("{meaning} {}", causes.join(" Or: "));
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

pub(super) fn severity_level(severity: Severity) -> &'static str {
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
struct Section {
    title: String,
    points: Vec<(&'static str, String)>,
}

/// A section for each meaning.
fn sections(entries: &[&Entry], data: &ReportData<'_>, key: &CodeKey) -> Vec<Section> {
    if entries.is_empty() {
        let (meaning, remedy) = (data.meaning(key).into_owned(), data.remedy(key).into_owned());
        let points = vec![("Meaning", meaning), ("Remedy", remedy)];
        return vec![Section { title: format!("{}, unknown", key.code), points }];
    }
    entries.iter().map(|entry| section(entry, key.code)).collect()
}

fn section(entry: &Entry, code: i64) -> Section {
    let Entry { system, category, severity, kind, .. } = entry;
    let name = entry.name().map(|name| format!(" {name}")).unwrap_or_default();
    let related: Vec<String> = entry.see.iter().map(i64::to_string).collect();
    let mut points = vec![
        ("Meaning", entry.meaning.to_string()),
        ("Cause", entry.cause.as_deref().unwrap_or_default().to_string()),
        ("Remedy", entry.remedy.to_string()),
        ("Retry", format!("{}: {}", entry.retry, entry.retry.explained())),
        ("Note", entry.note.as_deref().unwrap_or_default().to_string()),
        ("Related codes", related.join(", ")),
    ];
    points.retain(|(_, point)| !point.is_empty());
    Section { title: format!("{code}{name}, {system}/{category}, {kind}, {severity}"), points }
}

/// The sections as text and as Markdown.
fn help(sections: &[Section]) -> (String, String) {
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
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_cut_at_their_limit() {
        let cut = |count: usize| {
            let description = description(&"错".repeat(count));
            description["text"].as_str().expect("a text").to_string()
        };
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
