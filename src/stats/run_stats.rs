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
    pub tally: CodeStats,
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
    pub fn with_asked(self, asked: Arc<AlwaysCounted>) -> Self {
        Self { tally: CodeStats::new(asked), ..self }
    }

    /// Enters what was seen in `file`.
    pub fn enter(&mut self, file: usize, seen: BlockOutcome, catalog: &Catalog) {
        self.totals += seen.totals;
        for occurrence in seen.occurrences {
            self.tally.add(file, &occurrence, catalog);
            if self.kept.len() < self.limit {
                self.kept.push(OccurrenceSample { file, occurrence });
            }
        }
    }

    /// Enters what another ledger holds about inputs behind these, which it counts from 0 on and are from `file` on here.
    pub fn append(&mut self, other: Self, file: usize) {
        self.totals += other.totals;
        self.tally.append(other.tally, file);
        let room = self.limit - self.kept.len();
        self.kept.extend(
            other
                .kept
                .into_iter()
                .take(room)
                .map(|kept| OccurrenceSample { file: kept.file + file, ..kept }),
        );
    }

    /// The first occurrences, in order.
    pub fn kept(&self) -> &[OccurrenceSample] {
        &self.kept
    }

    /// How many occurrences there were beyond those that are kept.
    pub fn left_out(&self) -> u64 {
        self.tally.count() - self.kept.len() as u64
    }
}
