//! A number or a name that may be a code.

use std::cmp::Reverse;

use super::PossibleEntries;

/// A number or a name that may be a code. The markers of its line are not considered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub start: usize,
    pub end: usize,
    pub code: i64,
    /// The points of the key, name or pattern.
    pub points: i32,
    /// Where the key begins and ends; empty for a pattern.
    pub key: (usize, usize),
    pub entries: PossibleEntries,
    /// Whether it is a name without a number after it.
    pub by_name: bool,
}

impl Candidate {
    /// Whether the key is written in JSON escapes.
    pub fn has_escaped_key(&self, text: &[u8]) -> bool {
        text.get(self.key.0) == Some(&b'\\')
    }

    /// The key as it is spelled in `text`.
    pub fn key_in<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        &text[self.key.0..self.key.1]
    }
}

/// Keeps one candidate for each position, the strongest, and drops names whose number is on the
/// line too.
pub(super) fn merge(candidates: &mut Vec<Candidate>) {
    if candidates.len() < 2 {
        return;
    }
    let place = |candidate: &Candidate| (candidate.start, Reverse(candidate.points));
    // Sorting allocates as much memory again, even if the candidates are in order.
    if !candidates.is_sorted_by_key(place) {
        candidates.sort_by_key(place);
    }
    candidates.dedup_by_key(|candidate| candidate.start);
    if candidates.iter().all(|candidate| !candidate.by_name) {
        return;
    }
    let mut numbers = Vec::new();
    for candidate in candidates.iter().filter(|candidate| !candidate.by_name) {
        numbers.push(candidate.code);
    }
    numbers.sort_unstable();
    candidates
        .retain(|candidate| !candidate.by_name || numbers.binary_search(&candidate.code).is_err());
}
