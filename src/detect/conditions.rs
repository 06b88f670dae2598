//! For which keys and codes each marker counts.

use super::candidate::Candidate;
use super::lookup::WordSet;
use super::markers::MarkerSet;
use super::rule_set::rules_where;
use crate::catalog::Text;
use crate::rules::Marker;

/// The conditions of all markers, as sets of those whose condition is met.
pub(super) struct Conditions {
    /// The keys that markers are limited to, as they are spelled.
    keys: WordSet,
    /// For each of those keys, the markers that count for it.
    by_key: Vec<MarkerSet>,
    /// The markers that count for every key.
    for_any_key: MarkerSet,
    /// The markers that count for a code, and the first code from which on they do. Ascending; the
    /// first one begins with the smallest number.
    by_code: Vec<(i64, MarkerSet)>,
}

impl Conditions {
    pub fn new(markers: &[Marker]) -> Self {
        let mut keys: Vec<&Text> = markers.iter().flat_map(|marker| marker.keys.iter()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut by_key = Vec::with_capacity(keys.len());
        for key in &keys {
            by_key.push(rules_where(markers, |one| one.keys.is_empty() || one.keys.contains(key)));
        }
        Self {
            by_key,
            keys: WordSet::new(keys.into_iter()),
            for_any_key: rules_where(markers, |marker| marker.keys.is_empty()),
            by_code: by_code(markers),
        }
    }

    /// The markers that count for the key and the code of a candidate of `line`.
    pub fn met_by(&self, candidate: &Candidate, line: &[u8]) -> MarkerSet {
        let key = self.keys.index_of_exact(candidate.key_in(line));
        let for_key = key.map_or(self.for_any_key, |index| self.by_key[index]);
        let after = self.by_code.partition_point(|&(first, _)| first <= candidate.code);
        for_key & self.by_code[after - 1].1
    }
}

fn by_code(markers: &[Marker]) -> Vec<(i64, MarkerSet)> {
    let mut firsts = vec![i64::MIN];
    for codes in markers.iter().flat_map(|marker| marker.codes.iter()) {
        firsts.extend([codes.first, codes.last.saturating_add(1)]);
    }
    firsts.sort_unstable();
    firsts.dedup();
    firsts.into_iter().map(|first| (first, markers_for(first, markers))).collect()
}

/// The markers that may count for `code`.
fn markers_for(code: i64, markers: &[Marker]) -> MarkerSet {
    rules_where(markers, |one| {
        one.codes.is_empty() || one.codes.iter().any(|codes| codes.contains(code))
    })
}
