//! The result of a stage for one block.

use std::ops::AddAssign;

use super::{EventOccurrence, Occurrence, UnknownCodes};
use crate::catalog::{Catalog, Severity};
use crate::detect::Finding;
use crate::timestamp::LocalTimestamp;

/// The findings in a block, and the state in which the stage left the output.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BlockOutcome {
    /// The counts of the block.
    pub totals: Totals,
    /// The findings in order, if the stage records them and the output has not taken them yet.
    pub occurrences: Vec<Occurrence>,
    /// The events in order, if the stage looks for them.
    pub events: Vec<EventOccurrence>,
    /// Whether the rest of the file is not needed.
    pub file_done: bool,
    /// Whether the line that was written last has its end.
    pub termination: LineTermination,
    /// The offset in the file, in bytes, of the first line that was not annotated because it has a
    /// member of its own under the key of the annotation.
    pub key_conflict_offset: Option<u64>,
    /// The unknown codes that the filter rejected, if the stage collects them.
    pub unknown_codes: UnknownCodes,
    /// The first of the worst known codes, if the stage looks for it.
    pub worst_code: Option<WorstCode>,
}

/// A known code that is not less severe than any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorstCode {
    /// The severity.
    pub severity: Severity,
    /// The code.
    pub code: i64,
}

impl WorstCode {
    /// The worse one of two; the first one if both are as severe.
    pub fn worse(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        let (Some(one), Some(other)) = (first, second) else { return first.or(second) };
        if other.severity > one.severity { second } else { first }
    }

    /// The worst one of `findings`; None if all are unknown.
    pub fn of(findings: &[Finding], catalog: &Catalog) -> Option<Self> {
        let mut worst = None;
        for finding in findings {
            let severity = finding.entries.known_severity(catalog);
            let one = severity.map(|severity| Self { severity, code: finding.code });
            worst = Self::worse(worst, one);
        }
        worst
    }
}

/// Whether the last written line has its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineTermination {
    /// The line has its end.
    #[default]
    Complete,
    /// The line has no end, as the last line of a file. The output may continue right after it, as
    /// in the log.
    Missing,
    /// The line has no end, and these bytes must be written before anything else.
    MustTerminate(&'static [u8]),
}

/// Counts of a block, a file or a whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Files that were read to their end.
    pub files: u64,
    /// Lines that were read; 0 if lines are not counted.
    pub lines: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Lines with a finding.
    pub matched_lines: u64,
    /// Selected lines: those with a finding or, if the selection is inverted, those without.
    pub selected_lines: u64,
    /// Findings.
    pub matches: u64,
    /// Further findings of known codes, which the filter rejected though their confidence is not
    /// low.
    pub filtered: u64,
    /// Further findings of known codes that the filter rejected, of low confidence.
    pub guesses: u64,
    /// Lines outside of the time range.
    pub lines_out_of_range: u64,
    /// The times of these lines.
    pub times_out_of_range: Option<TimesOutOfRange>,
    /// Whether times with and without an offset disagree in a file that was searched for lines of a
    /// time range, as in [`Timeline::zones_disagree`](crate::timestamp::Timeline::zones_disagree).
    pub zones_disagree: bool,
}

/// A time range, and the times of the lines outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimesOutOfRange {
    /// The first point in time in the range, in the first file that has lines outside of it.
    /// Unbounded if there is none.
    pub since: Option<LocalTimestamp>,
    /// The first point in time after it.
    pub until: Option<LocalTimestamp>,
    /// The earliest time of a line outside of it.
    pub earliest: LocalTimestamp,
    /// The latest one.
    pub latest: LocalTimestamp,
}

impl BlockOutcome {
    /// An outcome that has nothing but these occurrences.
    pub fn of_occurrences(occurrences: Vec<Occurrence>) -> Self {
        Self { occurrences, ..Self::default() }
    }
}

impl Totals {
    /// Adds the times of further lines outside of the time range.
    pub fn add_times_out_of_range(&mut self, times: TimesOutOfRange) {
        let all = self.times_out_of_range.get_or_insert(times);
        all.earliest = all.earliest.min(times.earliest);
        all.latest = all.latest.max(times.latest);
    }
}

impl AddAssign for BlockOutcome {
    /// Adds the outcome of the next part of the same block.
    fn add_assign(&mut self, next: Self) {
        self.totals += next.totals;
        self.occurrences.extend(next.occurrences);
        self.events.extend(next.events);
        self.file_done |= next.file_done;
        self.termination = next.termination;
        self.key_conflict_offset = self.key_conflict_offset.or(next.key_conflict_offset);
        self.unknown_codes += next.unknown_codes;
        self.worst_code = WorstCode::worse(self.worst_code, next.worst_code);
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.matched_lines += other.matched_lines;
        self.selected_lines += other.selected_lines;
        self.matches += other.matches;
        self.filtered += other.filtered;
        self.guesses += other.guesses;
        self.lines_out_of_range += other.lines_out_of_range;
        self.zones_disagree |= other.zones_disagree;
        if let Some(times) = other.times_out_of_range {
            self.add_times_out_of_range(times);
        }
    }
}
