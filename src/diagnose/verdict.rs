//! The verdict: which cause explains most.

use std::collections::HashMap;

use super::{Cause, Incident, Verdict};

/// What is counted of a cause.
#[derive(Default)]
pub(super) struct Tally {
    pub incidents: usize,
    pub sessions: usize,
    /// The last session with an incident.
    pub session: Option<u32>,
    /// The index of the last incident that is kept.
    pub last: usize,
}

/// The cause that explains most of the findings; of several, the one that came first.
pub(super) fn verdict(
    incidents: &[Incident],
    causes: &[Cause],
    tallies: &HashMap<usize, Tally>,
) -> Option<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    for (index, one) in incidents.iter().enumerate() {
        let place = verdicts.iter().position(|verdict| verdict.cause == one.cause);
        let place = place.unwrap_or_else(|| {
            verdicts.push(Verdict {
                cause: one.cause,
                incident: index,
                incidents: tallies[&one.cause].incidents,
                sessions: tallies[&one.cause].sessions,
                starts: 0,
                consequences: 0,
            });
            verdicts.len() - 1
        });
        let verdict = &mut verdicts[place];
        verdict.starts += one.start_findings();
        verdict.consequences += one.consequence_count();
    }
    verdicts.into_iter().max_by_key(|verdict| {
        let cause = &causes[verdict.cause];
        let weight = if cause.fault { 2 } else { 1 };
        let findings = weight * (verdict.starts + verdict.consequences);
        (findings, cause.fault, std::cmp::Reverse(verdict.incident))
    })
}
