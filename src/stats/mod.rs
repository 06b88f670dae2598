//! What was seen in a run: counts, and what was found where and when.
//!
//! A stage tells what it has [seen](BlockOutcome) in a block; blocks come back in input order, so that a [`RunStats`] filled from them
//! is the same for every number of threads. What a ledger keeps is bounded by the number of codes, files and the limit that it
//! is given, never by the number of findings.

mod always_counted;
mod code_stats;
mod histogram;
mod occurrence;
mod run_stats;
mod totals;

pub use always_counted::AlwaysCounted;
pub use code_stats::{CodeRow, CodeStats, FileRow, Location};
pub use histogram::{Counts, Histogram, Intervals};
pub(crate) use occurrence::ColumnCounter;
pub use occurrence::{CodeKey, Occurrence, OccurrenceRecorder};
pub use run_stats::{OccurrenceSample, RunStats};
pub use totals::Totals;

/// What was seen in a block.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BlockOutcome {
    /// The counts.
    pub totals: Totals,
    /// The findings, in order, where they are asked for.
    pub occurrences: Vec<Occurrence>,
    /// Whether nothing more of the file is needed.
    pub file_done: bool,
    /// Whether what was written last has no line end.
    pub termination: LineTermination,
    /// Where in the file the first line begins, in bytes, that has a member of its own in the place of an annotation, and so
    /// got none.
    pub key_conflict_offset: Option<u64>,
}

/// Whether a line that was written has its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineTermination {
    /// It has.
    #[default]
    Complete,
    /// It has none, as the last line of a file; what comes next may stand right behind it, as in the log.
    Missing,
    /// It has none, and these bytes have to stand between it and what comes next.
    MustTerminate(&'static [u8]),
}

impl From<Totals> for BlockOutcome {
    fn from(totals: Totals) -> Self {
        Self { totals, ..Self::default() }
    }
}

impl std::ops::AddAssign for BlockOutcome {
    fn add_assign(&mut self, other: Self) {
        self.totals += other.totals;
        self.occurrences.extend(other.occurrences);
        self.file_done |= other.file_done;
        self.termination = other.termination;
        self.key_conflict_offset = self.key_conflict_offset.or(other.key_conflict_offset);
    }
}
