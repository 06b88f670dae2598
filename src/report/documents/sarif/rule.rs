//! A code as a rule: what GitHub shows beside every result of it.

use serde::Serialize;

use super::help::{markdown, text};
use super::{Message, level};
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
    id: String,
    /// The constant. Most codes of servers have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'r> {
    tags: Vec<&'r str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

impl<'r> Rule<'r> {
    pub(super) fn of(subject: &CodeKey, confidence: Confidence, data: &ReportData<'r>) -> Self {
        let entries: Vec<&Entry> = subject.meanings.entries(data.catalog).collect();
        let severity = data.severity(subject);
        let name = if let [entry] = entries.as_slice() { entry.name() } else { None };
        let meaning = data.meaning(subject);
        let causes: Vec<&str> = entries.iter().filter_map(|entry| entry.cause.as_deref()).collect();
        let full = if causes.is_empty() {
            meaning.clone()
        } else {
            format!("{meaning} {}", causes.join(" Or: "))
        };
        Self {
            id: rule_id(subject, data.catalog),
            name: name.filter(|name| name.len() <= NAME_LIMIT),
            short_description: description(&format!("{}: {meaning}", subject.code)),
            full_description: description(&full),
            help: Help {
                text: text(&entries, data, subject),
                markdown: markdown(&entries, data, subject),
            },
            default_configuration: Configuration { level: level(severity) },
            properties: Properties {
                tags: tags(subject, data),
                // SARIF's own scale goes one step higher than ours.
                precision: confidence.as_str(),
                problem_severity: problem_severity(severity),
            },
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

fn description(text: &str) -> Message {
    let limit = text.char_indices().nth(DESCRIPTION_LIMIT);
    let text = match limit {
        None => text.to_string(),
        Some(_) => text.chars().take(DESCRIPTION_LIMIT - 1).chain(['…']).collect(),
    };
    Message { text }
}

/// The product, then system, category and kind of each meaning: 14 at most, where GitHub takes 20
/// and shows 10.
fn tags<'r>(subject: &CodeKey, data: &ReportData<'r>) -> Vec<&'r str> {
    let mut tags = vec!["tencent-im"];
    let mut add = |tag: &'r str| {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    };
    if subject.meanings.is_unknown() {
        add("unknown");
    }
    let catalog = data.catalog;
    for &place in subject.meanings.ids() {
        let Entry { system, category, kind, status, .. } = catalog.entry(place);
        add(system);
        add(category);
        add(kind.as_str());
        if *status == Status::Deprecated {
            add(status.as_str());
        }
    }
    tags
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_cut_at_their_limit() {
        let length = |count: usize| description(&"错".repeat(count)).text.chars().count();
        assert_eq!((length(1023), length(1024), length(1025)), (1023, 1024, 1024));
        assert!(description(&"错".repeat(1025)).text.ends_with("错…"));
    }
}
