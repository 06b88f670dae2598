//! Parts that several documents about a diagnosis have.

use crate::diagnose::{Diagnosis, Ending, Incident, Place, SignalCount, SignalKind, Verdict};
use crate::language::diagnosis::{self, DiagnosisWords, VerdictText};
use crate::report::ReportData;
use crate::terminal::{escape_name, fitted};

/// The most consequences that a sentence names.
const NAMED: usize = 5;

/// The most columns of a place in a sentence.
const PLACE: usize = 40;

/// The words of a diagnosis in the language of the document.
pub(in crate::report) fn words(data: &ReportData<'_>) -> &'static dyn DiagnosisWords {
    diagnosis::of(data.catalog.lang())
}

/// What went wrong, when, where, and what followed from it.
pub(crate) fn verdict(verdict: &Verdict, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    let count = &verdict.count;
    let incident = &diagnosis.incidents[count.incident];
    let texts = diagnosis.causes[count.cause].texts(data.catalog.lang());
    let time = incident.first.time.map(|time| seconds(&time.to_string()));
    let text = words.verdict(&VerdictText {
        title: &texts.title,
        confidence: incident.confidence,
        time: time.as_deref(),
        place: &fitted(&place(&incident.first, data), PLACE, "..."),
        incidents: count.incidents as u64,
        sessions: count.sessions as u64,
        starts: count.starts,
        consequences: count.consequences,
        named: &named_consequences(count.cause, diagnosis, data),
        note: note(count.cause, diagnosis, data),
        reason: verdict.reason,
        causes: diagnosis.counts.len() as u64,
        findings: diagnosis.findings,
    });
    let text = text.replace("....", "...");
    if !diagnosis.explains_little() {
        return text;
    }
    let few = words.few_explained(diagnosis.explained(), diagnosis.findings);
    format!("{few}{}{text}", words.sentence_gap())
}

/// Whether the verdict is about this incident, so that it has a mark among several.
pub(in crate::report) fn is_in_verdict(incident: &Incident, diagnosis: &Diagnosis) -> bool {
    let Some(verdict) = &diagnosis.verdict else { return false };
    let named = &diagnosis.incidents[verdict.count.incident];
    diagnosis.incidents.len() > 1 && std::ptr::eq(incident, named)
}

/// A time to the second: milliseconds say nothing to a reader.
pub(super) fn seconds(time: &str) -> String {
    time.split('.').next().unwrap_or(time).to_string()
}

/// What a storm of the cause means, or several rounds, if there are any.
fn note<'d>(cause: usize, diagnosis: &'d Diagnosis, data: &ReportData<'_>) -> Option<&'d str> {
    let mut of_cause = diagnosis.incidents.iter().filter(|one| one.cause == cause);
    let texts = diagnosis.causes[cause].texts(data.catalog.lang());
    if of_cause.clone().any(|one| one.is_storm) {
        return texts.storm.as_deref();
    }
    if of_cause.any(|one| one.rounds > 1) { texts.recurs.as_deref() } else { None }
}

/// The note about one incident.
pub(in crate::report) fn incident_note<'d>(
    incident: &Incident,
    diagnosis: &'d Diagnosis,
    data: &ReportData<'_>,
) -> Option<&'d str> {
    let texts = diagnosis.causes[incident.cause].texts(data.catalog.lang());
    match incident.rounds {
        _ if incident.is_storm => texts.storm.as_deref(),
        1 => None,
        _ => texts.recurs.as_deref(),
    }
}

/// The most frequent consequences of all incidents of a cause.
fn named_consequences(cause: usize, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let mut counts: Vec<(String, u64)> = Vec::new();
    for incident in diagnosis.incidents.iter().filter(|one| one.cause == cause) {
        for one in &incident.consequences {
            add(&mut counts, name(&one.signals.kind, diagnosis, data), one.signals.count);
        }
    }
    named(counts, data)
}

fn add(counts: &mut Vec<(String, u64)>, name: String, count: u64) {
    match counts.iter_mut().find(|(other, _)| *other == name) {
        Some((_, total)) => *total += count,
        None => counts.push((name, count)),
    }
}

/// `6014 x14, 9519 x2, ...`, the most frequent ones.
fn named(mut counts: Vec<(String, u64)>, data: &ReportData<'_>) -> String {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let comma = words(data).list_comma();
    let more = if counts.len() > NAMED { format!("{comma}...") } else { String::new() };
    let shown = counts.iter().take(NAMED);
    let shown: Vec<String> = shown.map(|(name, count)| words(data).times(name, *count)).collect();
    format!("{}{more}", shown.join(comma))
}

/// What texts call a signal: the code, or the title of the event.
fn name(kind: &SignalKind, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    match kind {
        SignalKind::Code(key) => key.code.to_string(),
        SignalKind::Event(name) => event_title(name, diagnosis, data).to_string(),
    }
}

/// What texts call an event.
fn event_title<'d>(name: &'d str, diagnosis: &'d Diagnosis, data: &ReportData<'_>) -> &'d str {
    diagnosis.event(name).map_or(name, |event| event.title(data.catalog.lang()))
}

/// Signals as `6014 x14, 9519 x2, ...`, the most frequent ones.
pub(super) fn named_signals<'c>(
    signals: impl Iterator<Item = &'c SignalCount>,
    diagnosis: &Diagnosis,
    data: &ReportData<'_>,
) -> String {
    let mut counts = Vec::new();
    for one in signals {
        add(&mut counts, name(&one.kind, diagnosis, data), one.count);
    }
    named(counts, data)
}

/// `app.log:12`, or `line 12` of standard input.
pub(super) fn place(place: &Place, data: &ReportData<'_>) -> String {
    let name = data.file(place.file);
    if data.files.len() < 2 && name == crate::input::STDIN {
        return data.words().line(place.line);
    }
    format!("{}:{}", escape_name(&name), place.line)
}

/// How an incident ended, in words.
pub(super) fn ending(incident: &Incident, diagnosis: &Diagnosis, data: &ReportData<'_>) -> String {
    let words = words(data);
    match &incident.ending {
        Ending::Event(name, at) => {
            let time = at.time.filter(|_| !incident.clocks_differ);
            let time = time.map(|time| seconds(&time.to_string()));
            let day = incident.first.time.map(|time| time.to_string());
            let at = time.map_or_else(|| place(at, data), |time| short(&time, day.as_deref()));
            words.ended_by(event_title(name, diagnosis, data), &at)
        }
        Ending::Quiet => words.went_quiet().to_string(),
        Ending::NewSession => words.new_session().to_string(),
        Ending::EndOfLog => words.end_of_log().to_string(),
    }
}

/// A time without its date if that is the date of another one.
pub(super) fn short(time: &str, other: Option<&str>) -> String {
    match (time.split_once(' '), other.and_then(|other| other.split_once(' '))) {
        (Some((date, clock)), Some((same, _))) if date == same => clock.to_string(),
        _ => time.to_string(),
    }
}

/// Why the consequences of an incident belong to it.
pub(in crate::report) fn reasons(
    incident: &Incident,
    diagnosis: &Diagnosis,
    data: &ReportData<'_>,
) -> Vec<String> {
    let cause = diagnosis.cause(incident);
    let mut ends: Vec<&str> = Vec::new();
    for event in &cause.ends {
        ends.push(event_title(&event.name, diagnosis, data));
    }
    let ends = ends.join(words(data).or());
    let session = diagnosis.session(incident).kind;
    let mut reasons = Vec::new();
    for one in &incident.consequences {
        if let SignalKind::Code(key) = one.signals.kind {
            reasons.push(words(data).because(key.code, one.after, session, &ends));
        }
    }
    reasons
}

/// What an incident began with, what followed from it, and how it ended.
pub(in crate::report) fn story(
    incident: &Incident,
    diagnosis: &Diagnosis,
    data: &ReportData<'_>,
) -> String {
    let words = words(data);
    let mut parts = vec![named_signals(incident.starts.iter(), diagnosis, data)];
    if !incident.consequences.is_empty() {
        let followed = incident.consequences.iter().map(|one| &one.signals);
        parts.push(words.then(&named_signals(followed, diagnosis, data)));
    }
    parts.push(ending(incident, diagnosis, data));
    parts.extend(incident_note(incident, diagnosis, data).map(str::to_string));
    if incident.clocks_differ {
        parts.push(words.clocks_differ().to_string());
    }
    if incident.is_beginning_unknown {
        parts.push(words.beginning_unknown().to_string());
    }
    parts.join(words.semicolon())
}
