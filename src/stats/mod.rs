//! Statistics of a run: counts per code, per file and over time, and the first occurrences.
//!
//! A stage returns a [`BlockOutcome`] for each block. Blocks arrive in input order, so the
//! [`RunStats`] made from them are the same for every number of threads. Their size is bounded by
//! the number of codes and files and by the given limits, never by the number of findings.

mod block_outcome;
mod cause_order;
mod code_stats;
mod histogram;
mod occurrence;
mod passages;
mod run_stats;
mod unknown_codes;

pub use block_outcome::{BlockOutcome, LineTermination, TimesOutOfRange, Totals, WorstCode};
pub use cause_order::CauseOrder;
pub use code_stats::{AlwaysCounted, CodeRow, CodeStats, FileRow, Location};
pub use histogram::{Counts, Histogram, Intervals};
pub use occurrence::{CodeKey, EventOccurrence, Occurrence, OccurrenceRecorder};
pub(crate) use occurrence::{ColumnCounter, excerpt};
pub use passages::{CodePassages, Passage, Passages, Quote};
pub use run_stats::{OccurrenceSample, RunStats};
pub use unknown_codes::UnknownCodes;
