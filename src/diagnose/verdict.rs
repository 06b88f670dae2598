//! The verdict: which cause explains most, and why it is that one.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Cause, CauseCount, Ending, Incident, Verdict, VerdictReason};

/// A blocking incident that lasts less is short.
const SHORT_MILLIS: i64 = 60_000;

/// What is counted of a cause.
#[derive(Default)]
pub(super) struct Tally {
    /// The incidents that were found.
    pub found: usize,
    /// The incidents that there are. Of sessions beyond the limit, only one is found for all.
    pub incidents: usize,
    pub sessions: usize,
    /// The last session with an incident.
    pub session: Option<u32>,
    /// The index of the last incident that is kept.
    pub last: usize,
}

/// The counts of each cause that has an incident, in the order of their first incidents.
pub(super) fn counts(incidents: &[Incident], tallies: &HashMap<usize, Tally>) -> Vec<CauseCount> {
    let mut counts: Vec<CauseCount> = Vec::new();
    for (index, one) in incidents.iter().enumerate() {
        let place = counts.iter().position(|count| count.cause == one.cause);
        let place = place.unwrap_or_else(|| {
            counts.push(CauseCount {
                cause: one.cause,
                incident: index,
                incidents: tallies[&one.cause].incidents,
                sessions: tallies[&one.cause].sessions,
                starts: 0,
                consequences: 0,
            });
            counts.len() - 1
        });
        counts[place].starts += one.start_findings();
        counts[place].consequences += one.consequence_count();
    }
    counts
}

/// The cause that explains most of the findings by their weights; of several, the one that came
/// first.
pub(super) fn verdict(
    incidents: &[Incident],
    counts: &[CauseCount],
    causes: &[Cause],
) -> Option<Verdict> {
    let weighted = |count: &CauseCount| {
        let of_cause = incidents.iter().filter(|incident| incident.cause == count.cause);
        let cause = &causes[count.cause];
        of_cause.map(|one| weight(one, cause) * one.findings()).sum()
    };
    let weighted: Vec<u64> = counts.iter().map(weighted).collect();
    let first = (0..counts.len()).max_by_key(|index| {
        let count = &counts[*index];
        (weighted[*index], causes[count.cause].fault, Reverse(count.incident))
    })?;
    Some(Verdict { count: counts[first], reason: reason(first, counts, &weighted, causes) })
}

/// How much a finding of the incident counts.
///
/// A user who cannot log in or connect sends hardly any request that could fail, so the few
/// findings of such a cause outweigh many refused requests. A short one, such as a weak network for
/// some seconds, counts like a refused request.
fn weight(incident: &Incident, cause: &Cause) -> u64 {
    if !cause.fault {
        return 1;
    }
    if cause.blocks && !is_short(incident) { 32 } else { 2 }
}

/// Whether the incident lasted less than a minute and is known to be over.
fn is_short(incident: &Incident) -> bool {
    let Some((first, last)) = incident.time_span() else { return false };
    let is_over = !matches!(incident.ending, Ending::EndOfLog);
    is_over && last.millis() - first.millis() < SHORT_MILLIS
}

/// Why the cause at `first` is named before the others; None if there are none.
fn reason(
    first: usize,
    counts: &[CauseCount],
    weighted: &[u64],
    causes: &[Cause],
) -> Option<VerdictReason> {
    if counts.len() < 2 {
        return None;
    }
    let rivals: Vec<usize> = (0..counts.len())
        .filter(|index| *index != first && counts[*index].findings() >= counts[first].findings())
        .collect();
    let cause = &causes[counts[first].cause];
    Some(if rivals.is_empty() {
        VerdictReason::MostFindings
    } else if cause.fault && !rivals.iter().any(|rival| causes[counts[*rival].cause].fault) {
        VerdictReason::Fault
    } else if cause.blocks && rivals.iter().all(|rival| weighted[*rival] < weighted[first]) {
        VerdictReason::Blocks
    } else {
        VerdictReason::First
    })
}
