//! The verdict: which cause explains most, and why it is that one.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Cause, CauseCount, Incident, Verdict, VerdictReason};

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

/// The cause that explains most of the findings, where those of what is no fault count half; of
/// several, the one that came first.
pub(super) fn verdict(counts: &[CauseCount], causes: &[Cause]) -> Option<Verdict> {
    let first = counts.iter().max_by_key(|count| {
        let is_fault = causes[count.cause].fault;
        let weight = if is_fault { 2 } else { 1 };
        (weight * count.findings(), is_fault, Reverse(count.incident))
    })?;
    Some(Verdict { count: *first, reason: reason(first, counts, causes) })
}

/// Why a cause is named before the others; None if there are none.
fn reason(first: &CauseCount, counts: &[CauseCount], causes: &[Cause]) -> Option<VerdictReason> {
    let is_fault = |count: &CauseCount| causes[count.cause].fault;
    let mut rivals = counts
        .iter()
        .filter(|count| count.cause != first.cause && count.findings() >= first.findings());
    if counts.len() < 2 {
        None
    } else if rivals.clone().next().is_none() {
        Some(VerdictReason::MostFindings)
    } else if is_fault(first) && !rivals.any(is_fault) {
        Some(VerdictReason::Fault)
    } else {
        Some(VerdictReason::First)
    }
}
