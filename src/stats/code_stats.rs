//! Counts of each code, with the first and last occurrence, and counts of each file.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{CodeKey, Histogram, Occurrence};
use crate::catalog::{Catalog, CodeSet, Severity};
use crate::detect::Confidence;
use crate::timestamp::LocalTimestamp;

/// Exact counts of occurrences, by code, by file and over time.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CodeStats {
    /// The counts of each code, in the order in which the codes were first found.
    pub rows: Vec<CodeRow>,
    /// The counts of each file with occurrences, in input order.
    pub files: Vec<FileRow>,
    /// The occurrences over time.
    pub histogram: Histogram,
    /// All occurrences.
    pub count: u64,
    /// The occurrences that have the time of the line before.
    pub times_from_line_before: u64,
    /// The occurrences of codes that have no row, because of [`CodeStats::UNKNOWN_LIMIT`] or
    /// [`CodeStats::LIMIT`].
    pub overflowed: u64,
    /// The overflowed occurrences whose codes count as errors.
    pub overflowed_errors: u64,
    /// The index of each code's row.
    row_indexes: HashMap<CodeKey, usize>,
    always_counted: Arc<AlwaysCounted>,
    /// Rows of new codes beyond the limits, which exist only because the codes are always counted.
    extra_rows: usize,
}

/// The counts of one code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeRow {
    /// The code and its meanings.
    pub key: CodeKey,
    /// The number of occurrences.
    pub count: u64,
    /// The highest confidence of an occurrence.
    pub confidence: Confidence,
    /// The first occurrence, in input order.
    pub first: Location,
    /// The last occurrence, in input order.
    pub last: Location,
    /// The earliest time of an occurrence, if any has one.
    pub earliest: Option<LocalTimestamp>,
    /// The latest time of an occurrence, if any has one.
    pub latest: Option<LocalTimestamp>,
    /// The occurrences that have the time of the line before.
    pub times_from_line_before: u64,
    /// The first lines, at most [`CodeStats::EXCERPTS`], if excerpts are recorded.
    pub excerpts: Vec<Arc<str>>,
    is_error: bool,
    is_always_counted: bool,
}

/// Where in the inputs a code was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, as an index into the list of inputs.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// The column of the code in code points, from 1.
    pub column: u64,
    /// The column after the code.
    pub end_column: u64,
}

/// The counts of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileRow {
    /// The file, as an index into the list of inputs.
    pub file: usize,
    /// The number of occurrences.
    pub count: u64,
    /// The worst severity of a known code; None if all codes are unknown.
    pub severity: Option<Severity>,
}

impl CodeStats {
    /// The most excerpts of a row.
    pub const EXCERPTS: usize = 3;
    /// The most rows up to which an unknown code gets one. Any number can be an unknown code.
    pub const UNKNOWN_LIMIT: usize = 10_000;
    /// The most rows up to which a known code gets one. A range of a catalog may contain any number
    /// of codes.
    pub const LIMIT: usize = 100_000;

    /// Empty counts, with rows beyond the limits for `always_counted`.
    pub fn new(always_counted: Arc<AlwaysCounted>) -> Self {
        Self { always_counted, ..Self::default() }
    }

    /// Counts an occurrence in `file`.
    pub fn add(&mut self, file: usize, occurrence: &Occurrence, catalog: &Catalog) {
        let entries = occurrence.key.entries;
        let severity = entries.severity(catalog);
        let is_error = severity >= Severity::Error;
        self.count += 1;
        self.times_from_line_before += u64::from(occurrence.is_time_of_line_before);
        self.histogram.add(occurrence.time, is_error);
        let file_row = self.file_row(file);
        file_row.count += 1;
        if !entries.is_unknown() {
            file_row.severity = file_row.severity.max(Some(severity));
        }
        let location = Location {
            file,
            line: occurrence.line,
            column: occurrence.column,
            end_column: occurrence.end_column,
        };
        if let Some(&index) = self.row_indexes.get(&occurrence.key) {
            self.rows[index].add(location, occurrence);
        } else {
            let is_always_counted = self.always_counted.contains(&occurrence.key, severity);
            self.insert(CodeRow::new(location, occurrence, is_error, is_always_counted));
        }
    }

    /// The row of `file`, which is inserted where it is missing. Files mostly arrive in order.
    fn file_row(&mut self, file: usize) -> &mut FileRow {
        let index = match self.files.last() {
            Some(last) if last.file == file => self.files.len() - 1,
            _ => self.files.partition_point(|row| row.file < file),
        };
        if self.files.get(index).is_none_or(|row| row.file != file) {
            self.files.insert(index, FileRow { file, count: 0, severity: None });
        }
        &mut self.files[index]
    }

    /// Adds the counts of `later` inputs.
    pub fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.times_from_line_before += later.times_from_line_before;
        self.overflowed += later.overflowed;
        self.overflowed_errors += later.overflowed_errors;
        self.histogram.merge(&later.histogram);
        for file in later.files {
            let row = self.file_row(file.file);
            row.count += file.count;
            row.severity = row.severity.max(file.severity);
        }
        for row in later.rows {
            match self.row_indexes.get(&row.key) {
                Some(&index) => self.rows[index].merge(row),
                None => self.insert(row),
            }
        }
    }

    /// Replaces each file index `i` by `places[i]`.
    pub(super) fn renumber_files(&mut self, places: &[usize]) {
        for row in &mut self.rows {
            row.first.file = places[row.first.file];
            row.last.file = places[row.last.file];
        }
        for row in &mut self.files {
            row.file = places[row.file];
        }
        self.files.sort_by_key(|row| row.file);
    }

    /// Inserts the row of a code that has none, if there is room for it.
    fn insert(&mut self, row: CodeRow) {
        let limit = if row.key.entries.is_unknown() { Self::UNKNOWN_LIMIT } else { Self::LIMIT };
        if self.rows.len() >= limit {
            let is_new = !self.always_counted.known_before.contains(&row.key.code);
            if !row.is_always_counted || is_new && self.extra_rows >= AlwaysCounted::LIMIT {
                self.overflowed += row.count;
                if row.is_error {
                    self.overflowed_errors += row.count;
                }
                return;
            }
            self.extra_rows += usize::from(is_new);
        }
        self.row_indexes.insert(row.key, self.rows.len());
        self.rows.push(row);
    }

    /// The rows by severity, then by count, both from high to low. Unknown codes come last among
    /// the errors.
    pub fn worst_first(&self, catalog: &Catalog) -> Vec<&CodeRow> {
        let mut rows: Vec<&CodeRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| {
            let entries = row.key.entries;
            (
                Reverse(entries.severity(catalog)),
                entries.is_unknown(),
                Reverse(row.count),
                row.key.code,
            )
        });
        rows
    }
}

impl CodeRow {
    fn new(
        location: Location,
        occurrence: &Occurrence,
        is_error: bool,
        is_always_counted: bool,
    ) -> Self {
        Self {
            key: occurrence.key,
            count: 1,
            confidence: occurrence.confidence,
            first: location,
            last: location,
            earliest: occurrence.time,
            latest: occurrence.time,
            times_from_line_before: u64::from(occurrence.is_time_of_line_before),
            excerpts: occurrence.excerpt.iter().cloned().collect(),
            is_error,
            is_always_counted,
        }
    }

    fn add(&mut self, location: Location, occurrence: &Occurrence) {
        self.count += 1;
        self.confidence = self.confidence.max(occurrence.confidence);
        self.last = location;
        self.earliest = earliest(self.earliest, occurrence.time);
        self.latest = self.latest.max(occurrence.time);
        self.times_from_line_before += u64::from(occurrence.is_time_of_line_before);
        if self.excerpts.len() < CodeStats::EXCERPTS {
            self.excerpts.extend(occurrence.excerpt.clone());
        }
    }

    fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.times_from_line_before += later.times_from_line_before;
        self.confidence = self.confidence.max(later.confidence);
        self.last = later.last;
        self.earliest = earliest(self.earliest, later.earliest);
        self.latest = self.latest.max(later.latest);
        self.excerpts.extend(later.excerpts);
        self.excerpts.truncate(CodeStats::EXCERPTS);
    }
}

/// The earlier time. Unlike `Option::min`, None is not less than a time.
fn earliest(one: Option<LocalTimestamp>, other: Option<LocalTimestamp>) -> Option<LocalTimestamp> {
    one.into_iter().chain(other).min()
}

/// Codes that get a row of [`CodeStats`] even when its limits are reached,
/// because a gate depends on their counts.
///
/// These extra rows are bounded as well: by [`AlwaysCounted::LIMIT`] plus the number of codes in
/// `known_before`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AlwaysCounted {
    /// These codes.
    pub codes: CodeSet,
    /// Codes that are in no catalog.
    pub unknown: bool,
    /// Codes of this severity or a worse one. An unknown code counts as an error.
    pub severity: Option<Severity>,
    /// Codes of the baseline. They do not use up [`AlwaysCounted::LIMIT`], which is left to new
    /// codes.
    pub known_before: BTreeSet<i64>,
}

impl AlwaysCounted {
    /// The most rows of new codes beyond the limits of [`CodeStats`].
    pub const LIMIT: usize = 10_000;

    /// Whether `key`, which has this severity, is one of these codes.
    pub fn contains(&self, key: &CodeKey, severity: Severity) -> bool {
        self.severity.is_some_and(|least| severity >= least)
            || self.unknown && key.entries.is_unknown()
            || self.codes.contains(key.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CodeRange;
    use crate::detect::PossibleEntries;

    fn occurrence(code: i64, line: u64, catalog: &Catalog) -> Occurrence {
        let key = CodeKey { code, entries: PossibleEntries::new(catalog.ids_for_code(code)) };
        let time = Some(LocalTimestamp::from_millis(1000 - line as i64));
        let confidence = if line == 2 { Confidence::High } else { Confidence::Low };
        let excerpt = Some(format!("line {line}").into());
        let line_offset = 10 * line;
        Occurrence {
            key,
            confidence,
            line,
            column: 1,
            end_column: 5,
            line_offset,
            time,
            is_time_of_line_before: line > 3,
            excerpt,
        }
    }

    fn counted(codes: impl IntoIterator<Item = i64>, file: usize) -> CodeStats {
        counted_with(AlwaysCounted::default(), codes, file)
    }

    fn counted_with(
        always_counted: AlwaysCounted,
        codes: impl IntoIterator<Item = i64>,
        file: usize,
    ) -> CodeStats {
        let (catalog, mut stats) =
            (crate::catalog::built_in(), CodeStats::new(Arc::new(always_counted)));
        for (line, code) in (1..).zip(codes) {
            stats.add(file, &occurrence(code, line, &catalog), &catalog);
        }
        stats
    }

    /// All counts, as text.
    fn dump(stats: &CodeStats) -> String {
        let counts = (stats.count, stats.overflowed);
        format!(
            "{:?} {:?} {:?} {counts:?}",
            stats.rows,
            stats.files,
            stats.histogram.intervals(1000)
        )
    }

    #[test]
    fn a_row_keeps_the_first_and_the_last_occurrence() {
        let stats = counted([6206, 6206, 70001, 6206, 6206], 3);
        let row = &stats.rows[0];
        assert_eq!(
            (row.count, row.first.line, row.last.line, row.confidence),
            (4, 1, 5, Confidence::High)
        );
        assert_eq!((row.times_from_line_before, stats.times_from_line_before), (2, 2));
        assert_eq!(
            (row.earliest, row.latest),
            (Some(LocalTimestamp::from_millis(995)), Some(LocalTimestamp::from_millis(999)))
        );
        assert_eq!(row.excerpts.len(), CodeStats::EXCERPTS);
        assert_eq!(stats.files, [FileRow { file: 3, count: 5, severity: Some(Severity::Error) }]);
    }

    #[test]
    fn merged_files_equal_files_counted_in_one_go() {
        let parts: [&[i64]; 3] = [&[6206, 70001, 424_242], &[], &[424_242, 6208, 6206, 6206, 6206]];
        let (catalog, mut whole, mut merged) =
            (crate::catalog::built_in(), CodeStats::default(), CodeStats::default());
        for (file, part) in parts.into_iter().enumerate() {
            for (line, &code) in (1..).zip(part) {
                whole.add(file, &occurrence(code, line, &catalog), &catalog);
            }
            merged.merge(counted(part.iter().copied(), file));
        }
        assert_eq!(dump(&whole), dump(&merged));
        assert_eq!(whole.count, 8);
    }

    #[test]
    fn rows_are_sorted_by_severity_and_count() {
        let catalog = crate::catalog::built_in();
        let stats = counted([424_242, 424_242, 424_242, 6206, 70107, 70107, 6208], 0);
        let codes: Vec<i64> = stats.worst_first(&catalog).iter().map(|row| row.key.code).collect();
        let severities: Vec<_> =
            [6206, 70107, 6208].map(|code| counted([code], 0).files[0].severity).to_vec();
        assert_eq!(
            severities,
            [Some(Severity::Error), Some(Severity::Error), Some(Severity::Warning)]
        );
        assert_eq!(codes, [70107, 6206, 424_242, 6208]);
    }

    #[test]
    fn unknown_codes_get_a_bounded_number_of_rows() {
        let many = CodeStats::UNKNOWN_LIMIT as i64 + 5;
        let unknown = |from: i64| (from..from + many).chain([6206]);
        let mut stats = counted(unknown(10_000_000), 0);
        assert_eq!((stats.rows.len(), stats.overflowed), (CodeStats::UNKNOWN_LIMIT + 1, 5));
        stats.merge(counted(unknown(20_000_000), 1));
        assert_eq!(stats.rows.len(), CodeStats::UNKNOWN_LIMIT + 1);
        assert_eq!(stats.count, 2 * (many as u64 + 1));
        assert_eq!(
            stats.count,
            stats.overflowed + stats.rows.iter().map(|row| row.count).sum::<u64>()
        );
    }

    #[test]
    fn errors_without_a_row_are_counted() {
        let severity = Some(Severity::Error);
        let always_counted = AlwaysCounted { severity, ..AlwaysCounted::default() };
        let rows = (CodeStats::UNKNOWN_LIMIT + AlwaysCounted::LIMIT) as i64;
        let mut stats = counted_with(always_counted, 10_000_000..10_000_000 + rows + 7, 0);
        assert_eq!((stats.rows.len() as i64, stats.overflowed_errors), (rows, 7));
        stats.merge(counted([20_000_000], 1));
        assert_eq!(stats.overflowed_errors, 8);
    }

    #[test]
    fn always_counted_codes_have_a_row_beyond_the_limits() {
        let many = CodeStats::UNKNOWN_LIMIT as i64 + 5;
        let has = |stats: &CodeStats, code: i64| stats.rows.iter().any(|row| row.key.code == code);
        let always_counted = AlwaysCounted {
            codes: CodeSet::from_iter([CodeRange { first: 30_000_000, last: 90_000_000 }]),
            ..AlwaysCounted::default()
        };
        let mut stats = counted_with(
            always_counted.clone(),
            (10_000_000..10_000_000 + many).chain([30_000_000]),
            0,
        );
        assert!(has(&stats, 30_000_000));
        stats.merge(counted_with(
            always_counted,
            (20_000_000..20_000_000 + many).chain([40_000_000]),
            1,
        ));
        assert!(has(&stats, 40_000_000) && stats.rows.len() == CodeStats::UNKNOWN_LIMIT + 2);
        // These codes are bounded as well, except those of the baseline.
        let known_before = (10_000_000..10_000_000 + 3 * many).collect();
        let always_counted =
            AlwaysCounted { unknown: true, known_before, ..AlwaysCounted::default() };
        let stats = counted_with(
            always_counted,
            (10_000_000..10_000_000 + 3 * many).chain(50_000_000..50_000_000 + many),
            0,
        );
        assert!(has(&stats, 10_000_000 + 3 * many - 1) && has(&stats, 50_000_000));
        assert_eq!(stats.rows.len() as i64, 3 * many + AlwaysCounted::LIMIT as i64);
        assert_eq!(
            stats.count,
            stats.overflowed + stats.rows.iter().map(|row| row.count).sum::<u64>()
        );
    }
}
