//! CodeRange that somebody asks for by name or kind, so that they are counted however many others come before.

use std::collections::BTreeSet;

use super::CodeKey;
use crate::catalog::{CodeRange, Severity};

/// What gets a row of a [`CodeStats`](super::CodeStats) even when there is no room for others.
///
/// Rows beyond the limits are bounded too: by [`AlwaysCounted::LIMIT`] and the number of codes that are in `known_before`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AlwaysCounted {
    /// These codes.
    pub codes: Vec<CodeRange>,
    /// CodeRange that no catalog holds.
    pub unknown: bool,
    /// Known codes of this severity or a worse one.
    pub severity: Option<Severity>,
    /// CodeRange that are nothing new. Their rows leave the room for others, since what is new counts.
    pub known_before: BTreeSet<i64>,
}

impl AlwaysCounted {
    /// The most rows beyond the limits of a tally.
    pub const LIMIT: usize = 10_000;

    /// Whether the code is asked for; `severity` is its worst, None if no catalog holds it.
    pub fn is_about(&self, subject: &CodeKey, severity: Option<Severity>) -> bool {
        let is_severe = match severity {
            Some(severity) => self.severity.is_some_and(|least| severity >= least),
            None => self.unknown,
        };
        is_severe || self.codes.iter().any(|codes| codes.contains(subject.code))
    }
}
