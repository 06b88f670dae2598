//! `DiagnosisMarkdown`: a diagnosis to paste into a ticket, in GitHub-flavored Markdown.

use std::io::{self, Write};

use super::parts::{self, is_in_verdict, place, reasons, seconds, story, words};
use crate::diagnose::{Diagnosis, Incident};
use crate::language::{Label, capitalized};
use crate::markdown::{code_span, escape};
use crate::report::model::phrases::headline;
use crate::report::{Report, ReportData};

/// A diagnosis to paste into a ticket. Of the log it contains the first lines of the incidents.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiagnosisMarkdown;

/// The most incidents with their evidence.
const MAX_INCIDENTS: usize = 20;
/// The most codes that are not explained.
const MAX_CODES: usize = 50;

impl Report for DiagnosisMarkdown {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let text = match data.diagnosis {
            Some(diagnosis) if diagnosis.findings > 0 || !diagnosis.incidents.is_empty() => {
                document(diagnosis, data)
            }
            _ => format!("### {}\n", escape(&headline(data))),
        };
        out.write_all(text.as_bytes())
    }
}

fn document(diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    let mut text = match &diagnosis.verdict {
        Some(verdict) => format!("### {}\n", escape(&parts::verdict(verdict, diagnosis, data))),
        None => format!("### {}\n", escape(&words.no_incident(diagnosis.findings))),
    };
    for incident in diagnosis.incidents.iter().take(MAX_INCIDENTS) {
        text += &section(incident, diagnosis, data);
    }
    if diagnosis.incidents.len() > MAX_INCIDENTS {
        let more = diagnosis.incidents.len() - MAX_INCIDENTS;
        text += &format!("\n{}\n", escape(&words.more_incidents(more as u64)));
    }
    text += &not_explained(diagnosis, data);
    if diagnosis.is_coarse {
        text += &format!("\n{}\n", words.is_coarse());
    }
    text
}

fn section(incident: &Incident, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    let texts = diagnosis.cause(incident).texts(data.catalog.lang());
    let session = diagnosis.session(incident);
    let session = words.session(session.kind, &session.key);
    let mut title = texts.title.clone();
    if is_in_verdict(incident, diagnosis) {
        title += &data.words().parenthesis(words.in_verdict());
    }
    let mut text = format!("\n#### {}\n\n", escape(&title));
    let time = incident.first.time.map_or(String::new(), |time| seconds(&time.to_string()) + " ");
    let place = code_span(&place(&incident.first, data));
    text += &format!("- {time}{place}{}\n", escape(&data.words().parenthesis(&session)));
    text += &format!("- {}\n", escape(&story(incident, diagnosis, data)));
    for reason in reasons(incident, diagnosis, data) {
        text += &format!("  - {}\n", escape(&reason));
    }
    for (label, value) in words.labels().into_iter().zip([&texts.fix, &texts.verify]) {
        let label = capitalized(label) + data.words().colon().trim_end();
        text += &format!("- **{label}** {}\n", escape(value));
    }
    for one in &incident.known {
        let seen = words.seen_before(&one.ticket, one.note.as_deref());
        text += &format!("- {}\n", escape(&seen));
    }
    text + &excerpts(incident, data)
}

/// The first lines as a code block, with the mark of the block longer than any in the lines.
fn excerpts(incident: &Incident, data: &ReportData<'_>) -> String {
    if incident.excerpts.is_empty() {
        return String::new();
    }
    let mut lines = String::new();
    for (_, line) in &incident.excerpts {
        lines += &format!("{}\n", crate::terminal::replace_unsafe(line));
    }
    let mut fence = "```".to_string();
    while lines.contains(&fence) {
        fence.push('`');
    }
    let title = words(data).evidence();
    format!("\n{title}{}\n\n{fence}text\n{lines}{fence}\n", data.words().colon().trim_end())
}

fn not_explained(diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    if diagnosis.not_explained.is_empty() {
        return String::new();
    }
    let share = words.not_explained_share(diagnosis.not_explained_count(), diagnosis.findings);
    let mut text = format!("\n#### {}\n\n{share}\n\n", words.not_explained());
    for label in [Label::Code, Label::Count, Label::Meaning, Label::Remedy, Label::Seen] {
        text += &format!("| {} ", capitalized(data.words().label(label)));
    }
    text += "|\n|--:|--:|:--|:--|:--|\n";
    for one in diagnosis.not_explained.iter().take(MAX_CODES) {
        let (code, count) = (one.key.code, one.count);
        let (meaning, remedy) = (escape(&data.meaning(&one.key)), escape(&data.remedy(&one.key)));
        let place = code_span(&place(&one.first, data));
        text += &format!("| {code} | {count} | {meaning} | {remedy} | {place} |\n");
    }
    let rest = diagnosis.not_explained.iter().skip(MAX_CODES);
    let findings = rest.clone().map(|one| one.count).sum::<u64>() + diagnosis.overflowed;
    if findings > 0 {
        let more = words.more_codes(rest.count() as u64, findings);
        text += &format!("\n{}\n", capitalized(&more));
    }
    text
}
