//! All that a run keeps of what was seen.

use std::sync::Arc;

use super::{AlwaysCounted, BlockOutcome, CodeStats, Occurrence, Totals};
use crate::catalog::Catalog;

/// The books of a run: counts, and as many single occurrences as are asked for.
#[derive(Clone, Debug, Default)]
pub struct RunStats {
    /// What was read and found.
    pub totals: Totals,
    /// How often each code was seen, and where.
    pub codes: CodeStats,
    kept: Vec<OccurrenceSample>,
    limit: usize,
}

/// A occurrence in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OccurrenceSample {
    /// The file, by its place in the list of inputs.
    pub file: usize,
    /// What was seen.
    pub occurrence: Occurrence,
}

impl RunStats {
    /// A ledger that keeps the first `limit` occurrences.
    pub fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// The same ledger, which must be empty still; it counts what is asked for however many other codes come before.
    pub fn with_always_counted(self, asked: Arc<AlwaysCounted>) -> Self {
        Self { codes: CodeStats::new(asked), ..self }
    }

    /// Enters what was seen in `file`.
    pub fn add(&mut self, file: usize, seen: BlockOutcome, catalog: &Catalog) {
        self.totals += seen.totals;
        for occurrence in seen.occurrences {
            self.codes.add(file, &occurrence, catalog);
            if self.kept.len() < self.limit {
                self.kept.push(OccurrenceSample { file, occurrence });
            }
        }
    }

    /// Adds the statistics of `later` inputs.
    ///
    /// To count each input on its own and merge in input order gives the same as to count all inputs in one go. Both
    /// sides number the files alike.
    pub fn merge(&mut self, later: Self) {
        self.totals += later.totals;
        self.codes.merge(later.codes);
        let room = self.limit - self.kept.len();
        self.kept.extend(later.kept.into_iter().take(room));
    }

    /// The first occurrences, in order.
    pub fn samples(&self) -> &[OccurrenceSample] {
        &self.kept
    }
}
