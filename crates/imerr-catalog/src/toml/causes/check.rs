//! Checks causes across files: names, ranks, events, and the meanings of codes.

use crate::causes::{Cause, CauseFile, Starts};
use crate::{CodeRange, Diagnostic, Span, unknown_word};

/// Reports names and ranks that a file has twice, and references to events and meanings that are
/// missing. `has_event` says whether other files have an event; `systems` returns the systems in
/// which a catalog has a code.
pub fn check_causes(
    file: &CauseFile,
    has_event: impl Fn(&str) -> bool,
    systems: impl Fn(CodeRange) -> Vec<String>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check_unique(file, &mut found);
    for cause in &file.causes {
        let names: Vec<&str> = file.events.iter().map(|event| event.name.as_str()).collect();
        let Starts { events, without, after, .. } = &cause.starts;
        let after = after.iter().map(|(event, _)| event);
        for event in events.iter().chain(without).chain(after).chain(&cause.ends) {
            if !event.name.is_empty()
                && !names.contains(&event.name.as_str())
                && !has_event(&event.name)
            {
                let problem = unknown_word(&event.name, &names);
                found.push(problem_of(cause, file, event.span, &format!("the event {problem}")));
            }
        }
        let before = cause.before.iter().flat_map(|(codes, _)| &codes.ranges);
        let ranges = cause.starts.codes.ranges.iter().chain(&cause.leads_to.ranges);
        for &(codes, span) in ranges.chain(before) {
            if let Some(problem) = meaning_problem(cause, codes, &systems(codes)) {
                found.push(problem_of(cause, file, span, &problem));
            }
        }
        for (code, _, span) in &cause.meanings {
            if !cause.starts.codes.contains(*code) && !cause.leads_to.contains(*code) {
                let problem = format!("meaning names {code}, which the cause does not have");
                found.push(problem_of(cause, file, *span, &problem));
            }
        }
    }
    found.sort();
    found
}

fn problem_of(cause: &Cause, file: &CauseFile, span: Span, problem: &str) -> Diagnostic {
    Diagnostic::new(&file.path, span, format!("{}: {problem}", cause.name))
}

fn check_unique(file: &CauseFile, found: &mut Vec<Diagnostic>) {
    for (index, event) in file.events.iter().enumerate() {
        if file.events[..index].iter().any(|other| other.name == event.name) {
            let problem = format!("the file has an event {} already", event.name);
            found.push(Diagnostic::new(&file.path, event.span, problem));
        }
    }
    for (index, cause) in file.causes.iter().enumerate() {
        let earlier = &file.causes[..index];
        if earlier.iter().any(|other| other.name == cause.name) {
            let problem = format!("the file has a cause {} already", cause.name);
            found.push(Diagnostic::new(&file.path, cause.span, problem));
        }
        if let Some(other) = earlier.iter().find(|other| other.rank == cause.rank) {
            let (name, rank) = (&cause.name, cause.rank);
            let problem = format!("{name}: {} has the rank {rank} already", other.name);
            found.push(Diagnostic::new(&file.path, cause.span, problem));
        }
    }
}

/// What is wrong with the meaning of codes that catalogs have in `systems`.
fn meaning_problem(cause: &Cause, codes: CodeRange, systems: &[String]) -> Option<String> {
    if systems.is_empty() {
        return Some(format!("{codes} is in no catalog"));
    }
    let meaning = cause.meanings.iter().find(|(code, ..)| codes == CodeRange::one(*code));
    let known = systems.join(", ");
    match meaning {
        None if systems.len() > 1 => {
            Some(format!("{codes} has several meanings ({known}); name one in meaning"))
        }
        None => None,
        Some((_, named, _)) => {
            let wrong = named.iter().find(|system| !systems.contains(system))?;
            Some(format!("meaning: {codes} is not in the system {wrong}, but in {known}"))
        }
    }
}
