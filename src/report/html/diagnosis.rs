//! A diagnosis: the verdict, the incidents with their evidence, and what they do not explain.

use maud::{Markup, html};

use super::bilingual::Bilingual;
use super::code_table::severity;
use super::log_text::{log_text, visible};
use crate::diagnose::{Diagnosis, Incident, NotExplained, Place};
use crate::language::{Label, capitalized};
use crate::report::ReportData;
use crate::report::diagnosis::parts::{self, reasons, story, words};
use crate::report::model::phrases::time_range;
use imerr_catalog::causes::Cause;

/// The most incidents.
const MAX_INCIDENTS: usize = 50;
/// The most codes that are not explained.
const MAX_CODES: usize = 50;

/// What went wrong and what to do, if a diagnosis was asked for and found something.
pub(super) fn verdict(page: &mut Bilingual<'_>) -> Option<Markup> {
    let diagnosis = page.data.diagnosis?;
    let Some(verdict) = &diagnosis.verdict else {
        let text = page.text(|data| words(data).no_incident(diagnosis.findings));
        return (diagnosis.findings > 0).then(|| html! { p { (text) } });
    };
    let known = &diagnosis.incidents[verdict.count.incident].known;
    Some(html! {
        div.cause {
            p { b { (page.text(|data| visible(&parts::verdict(verdict, diagnosis, data)))) } }
            (advice(&diagnosis.causes[verdict.count.cause], page))
            @for one in known {
                p { (page.text(|data| {
                    visible(&words(data).seen_before(&one.ticket, one.note.as_deref()))
                })) }
            }
        }
    })
}

/// The fix, and how to verify it.
fn advice(cause: &Cause, page: &mut Bilingual<'_>) -> Markup {
    html! {
        p.remedy { (page.text(|data| labelled_advice(cause, 0, data))) }
        p { (page.text(|data| labelled_advice(cause, 1, data))) }
    }
}

/// The fix after its label, or with the index 1 how to verify it.
fn labelled_advice(cause: &Cause, index: usize, data: &ReportData<'_>) -> String {
    let texts = cause.texts(data.catalog.lang());
    let text = [&texts.fix, &texts.verify][index];
    let label = capitalized(words(data).labels()[index]);
    format!("{label}{}{text}", data.words().colon())
}

/// The section of the incidents.
pub(super) fn incidents(page: &mut Bilingual<'_>) -> Option<Markup> {
    let diagnosis = page.data.diagnosis?;
    let (shown, left_out) =
        diagnosis.incidents.split_at(diagnosis.incidents.len().min(MAX_INCIDENTS));
    if shown.is_empty() {
        return None;
    }
    Some(html! {
        section aria-labelledby="incidents" {
            h2 id="incidents" { (page.word(|words| words.incidents)) }
            ol.incidents {
                @for one in shown { li { (incident(one, diagnosis, page)) } }
            }
            @if !left_out.is_empty() {
                p.note { (page.text(|data| words(data).more_incidents(left_out.len() as u64))) }
            }
            @if diagnosis.is_coarse {
                p.note { (page.text(|data| words(data).is_coarse().to_string())) }
            }
        }
    })
}

fn incident(incident: &Incident, diagnosis: &Diagnosis, page: &mut Bilingual<'_>) -> Markup {
    let cause = diagnosis.cause(incident);
    let session = diagnosis.session(incident);
    html! {
        p {
            b { (page.text(|data| cause.texts(data.catalog.lang()).title.clone())) }
            (page.text(|data| {
                let session = words(data).session(session.kind, &visible(&session.key));
                data.words().parenthesis(&session)
            }))
            @if parts::is_in_verdict(incident, diagnosis) {
                b { (page.text(|data| data.words().parenthesis(words(data).in_verdict()))) }
            }
            " " (span(incident, page)) " " (place(&incident.first, page))
        }
        p { (page.text(|data| visible(&story(incident, diagnosis, data)))) }
        (advice(cause, page))
        (evidence(incident, diagnosis, page))
    }
}

/// The time from its first to its last signal.
fn span(incident: &Incident, page: &mut Bilingual<'_>) -> Markup {
    let Some((first, last)) = incident.time_span() else { return html! {} };
    page.text(|data| time_range(first, last, data.words()))
}

/// Why its consequences belong to it, and its first lines.
fn evidence(incident: &Incident, diagnosis: &Diagnosis, page: &mut Bilingual<'_>) -> Markup {
    let count = reasons(incident, diagnosis, &page.data).len();
    html! {
        details open="" {
            summary { (page.text(|data| capitalized(words(data).evidence()))) }
            @if count > 0 {
                ul {
                    @for index in 0..count {
                        li {
                            (page.text(|data| visible(&reasons(incident, diagnosis, data)[index])))
                        }
                    }
                }
            }
            pre {
                @for (place, line) in &incident.excerpts {
                    i { (place.line) } " " (log_text(line)) "\n"
                }
            }
        }
    }
}

fn place(place: &Place, page: &Bilingual<'_>) -> Markup {
    html! { code { (log_text(&page.data.file(place.file))) ":" (place.line) } }
}

/// The section of the codes that belong to no incident.
pub(super) fn not_explained(page: &mut Bilingual<'_>) -> Option<Markup> {
    let diagnosis = page.data.diagnosis.filter(|one| !one.incidents.is_empty())?;
    let all = &diagnosis.not_explained;
    let count = diagnosis.not_explained_count();
    let (shown, left_out) = all.split_at(all.len().min(MAX_CODES));
    let findings = left_out.iter().map(|one| one.count).sum::<u64>() + diagnosis.overflowed;
    Some(html! {
        section aria-labelledby="rest" {
            h2 id="rest" { (page.text(|data| words(data).not_explained().to_string())) }
            p { (page.text(|data| words(data).not_explained_share(count, diagnosis.findings))) }
            @if !shown.is_empty() {
                table.numbers {
                    thead { tr {
                        th scope="col" { (page.label(Label::Severity)) }
                        th.number scope="col" { (page.label(Label::Count)) }
                        th scope="col" { (page.label(Label::Code)) }
                        th scope="col" { (page.label(Label::Meaning)) }
                        th scope="col" { (page.word(|words| words.first)) }
                    } }
                    tbody { @for one in shown { (row(one, diagnosis, page)) } }
                }
            }
            @if findings > 0 {
                p.note { (page.text(|data| {
                    capitalized(&words(data).more_codes(left_out.len() as u64, findings))
                })) }
            }
        }
    })
}

fn row(one: &NotExplained, diagnosis: &Diagnosis, page: &mut Bilingual<'_>) -> Markup {
    let known = one.key.entries.known_severity(page.data.catalog);
    let title = page.data.title(&one.key);
    html! {
        tr {
            td { (severity(known, page)) }
            td.number { (one.count) }
            td { b { (title) } }
            td {
                (page.text(|data| data.meaning(&one.key).into_owned()))
                @if let Some(cause) = one.begins_after {
                    " " (page.text(|data| {
                        let texts = diagnosis.causes[cause].texts(data.catalog.lang());
                        words(data).begins_after(&texts.title)
                    }))
                }
            }
            td { (place(&one.first, page)) }
        }
    }
}
