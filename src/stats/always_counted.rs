//! Codes that are counted however many other codes were seen before.

use std::collections::BTreeSet;

use super::CodeKey;
use crate::catalog::{CodeRange, Severity};

/// Codes that get a row of [`CodeStats`](super::CodeStats) even when its limits are reached,
/// because a gate depends on their counts.
///
/// These extra rows are bounded as well: by [`AlwaysCounted::LIMIT`] plus the number of codes in
/// `known_before`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AlwaysCounted {
    /// Codes in one of these ranges.
    pub codes: Vec<CodeRange>,
    /// Codes that are in no catalog.
    pub unknown: bool,
    /// Codes of this severity or a worse one. An unknown code counts as an error.
    pub severity: Option<Severity>,
    /// Codes of the baseline. They do not use up [`AlwaysCounted::LIMIT`], which is left to new
    /// codes.
    pub known_before: BTreeSet<i64>,
}

impl AlwaysCounted {
    /// The most rows of new codes beyond the limits of [`CodeStats`](super::CodeStats).
    pub const LIMIT: usize = 10_000;

    /// Whether `key`, which has this severity, is one of these codes.
    pub fn contains(&self, key: &CodeKey, severity: Severity) -> bool {
        self.severity.is_some_and(|least| severity >= least)
            || self.unknown && key.meanings.is_unknown()
            || self.codes.iter().any(|range| range.contains(key.code))
    }
}
