//! How often each code was seen, where first and last, and in which files.

use std::collections::HashMap;
use std::sync::Arc;

use super::{AlwaysCounted, CodeKey, Histogram, Occurrence};
use crate::catalog::{Catalog, Severity};
use crate::detect::Confidence;
use crate::timestamp::LocalTimestamp;

/// Exact counts of what was seen.
#[derive(Clone, Debug, Default)]
pub struct CodeStats {
    /// In the order in which they were first seen.
    rows: Vec<CodeRow>,
    places: HashMap<CodeKey, usize>,
    asked: Arc<AlwaysCounted>,
    /// Rows that are there only because they are asked for.
    extra: usize,
    /// All occurrences.
    count: u64,
    /// Sightings of codes that found no row left.
    uncounted: u64,
    files: Vec<FileRow>,
    histogram: Histogram,
}

/// What was seen of one code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeRow {
    /// The code and its meanings.
    pub key: CodeKey,
    /// How often.
    pub count: u64,
    /// The most confident occurrence's.
    pub confidence: Confidence,
    /// The first place, in the order in which the inputs were read.
    pub first: Location,
    /// The last one.
    pub last: Location,
    /// The earliest time among the lines that tell one.
    pub earliest: Option<LocalTimestamp>,
    /// The latest one.
    pub latest: Option<LocalTimestamp>,
    /// The first lines, at most [`CodeStats::EXCERPTS`], where excerpts are noted.
    pub excerpts: Vec<Box<str>>,
    is_asked: bool,
}

/// A place in the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, by its place in the list of inputs.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
    /// The column in code points, from 1.
    pub column: u64,
    /// The column behind the code.
    pub end_column: u64,
}

/// What was seen in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileRow {
    /// The file, by its place in the list of inputs.
    pub file: usize,
    /// How many findings.
    pub count: u64,
    /// The worst severity of a known code.
    pub severity: Option<Severity>,
}

impl CodeStats {
    /// The most excerpts of a row.
    pub const EXCERPTS: usize = 3;
    /// The most rows when an unknown code comes that nobody [asks for](AlwaysCounted): any number can be one.
    pub const UNKNOWN_LIMIT: usize = 10_000;
    /// The same for a known code: a range of a catalog may hold any number of codes.
    pub const LIMIT: usize = 100_000;

    /// An empty tally, in which what is asked for has a row however many others come before.
    pub fn new(asked: Arc<AlwaysCounted>) -> Self {
        Self { asked, ..Self::default() }
    }

    /// Counts what was seen in `file`.
    pub fn add(&mut self, file: usize, occurrence: &Occurrence, catalog: &Catalog) {
        let severity = occurrence.key.meanings.known_severity(catalog);
        self.count += 1;
        self.histogram.add(occurrence.time, severity);
        let row = self.file_row(file);
        row.count += 1;
        row.severity = row.severity.max(severity);
        let place = Location {
            file,
            line: occurrence.line,
            column: occurrence.column,
            end_column: occurrence.end_column,
        };
        match self.places.get(&occurrence.key) {
            Some(&at) => self.rows[at].add(place, occurrence),
            None => {
                let is_asked = self.asked.is_about(&occurrence.key, severity);
                self.insert(CodeRow::new(place, occurrence, is_asked));
            }
        }
    }

    /// The row of `file`, in its place. Files mostly come in order.
    fn file_row(&mut self, file: usize) -> &mut FileRow {
        let at = match self.files.last() {
            Some(last) if last.file == file => self.files.len() - 1,
            _ => self.files.partition_point(|row| row.file < file),
        };
        if self.files.get(at).is_none_or(|row| row.file != file) {
            self.files.insert(at, FileRow { file, count: 0, severity: None });
        }
        &mut self.files[at]
    }

    /// Adds the statistics of `later` inputs.
    pub fn merge(&mut self, later: Self) {
        self.histogram.merge(&later.histogram);
        self.count += later.count;
        self.uncounted += later.uncounted;
        for file in later.files {
            let row = self.file_row(file.file);
            row.count += file.count;
            row.severity = row.severity.max(file.severity);
        }
        for row in later.rows {
            match self.places.get(&row.key) {
                Some(&at) => self.rows[at].merge(row),
                None => self.insert(row),
            }
        }
    }

    /// Takes in the row of a code that has none, if there is room.
    fn insert(&mut self, row: CodeRow) {
        let limit = if row.key.meanings.is_unknown() { Self::UNKNOWN_LIMIT } else { Self::LIMIT };
        if self.rows.len() >= limit {
            let is_new = !self.asked.known_before.contains(&row.key.code);
            if !row.is_asked || is_new && self.extra >= AlwaysCounted::LIMIT {
                self.uncounted += row.count;
                return;
            }
            self.extra += usize::from(is_new);
        }
        self.places.insert(row.key, self.rows.len());
        self.rows.push(row);
    }

    /// What was seen of each code, in the order in which they were first seen.
    pub fn rows(&self) -> &[CodeRow] {
        &self.rows
    }

    /// What was seen of each code, what to look at first coming first: by severity, then by count. Unknown codes count as
    /// errors, behind those that are known.
    pub fn worst_first(&self, catalog: &Catalog) -> Vec<&CodeRow> {
        let mut rows: Vec<&CodeRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| {
            let severity = row.key.meanings.known_severity(catalog);
            (
                std::cmp::Reverse(severity.unwrap_or(Severity::Error)),
                severity.is_none(),
                std::cmp::Reverse(row.count),
                row.key.code,
            )
        });
        rows
    }

    /// The files in which something was seen, in order.
    pub fn files(&self) -> &[FileRow] {
        &self.files
    }

    /// Sightings of codes that have no row of their own, beyond [`CodeStats::UNKNOWN_LIMIT`] or [`CodeStats::LIMIT`] rows.
    pub fn overflowed(&self) -> u64 {
        self.uncounted
    }

    /// All occurrences.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When things were seen.
    pub fn histogram(&self) -> &Histogram {
        &self.histogram
    }
}

impl CodeRow {
    fn new(place: Location, occurrence: &Occurrence, is_asked: bool) -> Self {
        Self {
            key: occurrence.key,
            count: 1,
            confidence: occurrence.confidence,
            first: place,
            last: place,
            earliest: occurrence.time,
            latest: occurrence.time,
            excerpts: occurrence.excerpt.iter().cloned().collect(),
            is_asked,
        }
    }

    fn add(&mut self, place: Location, occurrence: &Occurrence) {
        self.count += 1;
        self.confidence = self.confidence.max(occurrence.confidence);
        self.last = place;
        self.earliest = earliest(self.earliest, occurrence.time);
        self.latest = self.latest.max(occurrence.time);
        if self.excerpts.len() < CodeStats::EXCERPTS {
            self.excerpts.extend(occurrence.excerpt.clone());
        }
    }

    fn merge(&mut self, later: Self) {
        self.count += later.count;
        self.confidence = self.confidence.max(later.confidence);
        self.last = later.last;
        self.earliest = earliest(self.earliest, later.earliest);
        self.latest = self.latest.max(later.latest);
        self.excerpts.extend(later.excerpts);
        self.excerpts.truncate(CodeStats::EXCERPTS);
    }
}

fn earliest(one: Option<LocalTimestamp>, other: Option<LocalTimestamp>) -> Option<LocalTimestamp> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CodeRange;
    use crate::detect::Meanings;

    fn occurrence(code: i64, line: u64, catalog: &Catalog) -> Occurrence {
        let subject = CodeKey { code, meanings: Meanings::new(catalog.ids_for_code(code)) };
        let time = Some(LocalTimestamp::from_millis(1000 - line as i64));
        let confidence = if line == 2 { Confidence::High } else { Confidence::Low };
        let excerpt = Some(format!("line {line}").into());
        Occurrence {
            key: subject,
            confidence,
            line,
            start: 0,
            end: 4,
            column: 1,
            end_column: 5,
            time,
            excerpt,
        }
    }

    fn of(codes: impl IntoIterator<Item = i64>, file: usize) -> CodeStats {
        of_asked(AlwaysCounted::default(), codes, file)
    }

    fn of_asked(
        asked: AlwaysCounted,
        codes: impl IntoIterator<Item = i64>,
        file: usize,
    ) -> CodeStats {
        let (catalog, mut tally) = (crate::catalog::built_in(), CodeStats::new(Arc::new(asked)));
        for (line, code) in (1..).zip(codes) {
            tally.add(file, &occurrence(code, line, &catalog), &catalog);
        }
        tally
    }

    /// All that a tally tells, as text.
    fn told(tally: &CodeStats) -> String {
        let counts = (tally.count, tally.uncounted);
        format!(
            "{:?} {:?} {:?} {counts:?}",
            tally.rows,
            tally.files,
            tally.histogram.intervals(1000)
        )
    }

    #[test]
    fn a_row_keeps_the_first_and_the_last() {
        let tally = of([6206, 6206, 70001, 6206, 6206], 3);
        let row = &tally.rows()[0];
        assert_eq!(
            (row.count, row.first.line, row.last.line, row.confidence),
            (4, 1, 5, Confidence::High)
        );
        assert_eq!(
            (row.earliest, row.latest),
            (Some(LocalTimestamp::from_millis(995)), Some(LocalTimestamp::from_millis(999)))
        );
        assert_eq!(row.excerpts.len(), CodeStats::EXCERPTS);
        assert_eq!(tally.files(), [FileRow { file: 3, count: 5, severity: Some(Severity::Error) }]);
    }

    #[test]
    fn tallies_of_files_add_up_to_that_of_all() {
        let parts: [&[i64]; 3] = [&[6206, 70001, 424_242], &[], &[424_242, 6208, 6206, 6206, 6206]];
        let (catalog, mut whole, mut joined) =
            (crate::catalog::built_in(), CodeStats::default(), CodeStats::default());
        for (file, part) in parts.into_iter().enumerate() {
            for (line, &code) in (1..).zip(part) {
                whole.add(file, &occurrence(code, line, &catalog), &catalog);
            }
            joined.merge(of(part.iter().copied(), file));
        }
        assert_eq!(told(&whole), told(&joined));
        assert_eq!(whole.count(), 8);
    }

    #[test]
    fn what_to_look_at_first_comes_first() {
        let catalog = crate::catalog::built_in();
        let tally = of([424_242, 424_242, 424_242, 6206, 70107, 70107, 6208], 0);
        let codes: Vec<i64> = tally.worst_first(&catalog).iter().map(|row| row.key.code).collect();
        let severities: Vec<_> =
            [6206, 70107, 6208].map(|code| of([code], 0).files()[0].severity).to_vec();
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
        let mut tally = of(unknown(10_000_000), 0);
        assert_eq!((tally.rows().len(), tally.overflowed()), (CodeStats::UNKNOWN_LIMIT + 1, 5));
        tally.merge(of(unknown(20_000_000), 1));
        assert_eq!(tally.rows().len(), CodeStats::UNKNOWN_LIMIT + 1);
        assert_eq!(tally.count(), 2 * (many as u64 + 1));
        assert_eq!(
            tally.count(),
            tally.overflowed() + tally.rows().iter().map(|row| row.count).sum::<u64>()
        );
    }

    #[test]
    fn what_is_asked_for_has_a_row_however_many_come_before() {
        let many = CodeStats::UNKNOWN_LIMIT as i64 + 5;
        let has =
            |tally: &CodeStats, code: i64| tally.rows().iter().any(|row| row.key.code == code);
        let asked = AlwaysCounted {
            codes: vec![CodeRange { first: 30_000_000, last: 90_000_000 }],
            ..AlwaysCounted::default()
        };
        let mut tally =
            of_asked(asked.clone(), (10_000_000..10_000_000 + many).chain([30_000_000]), 0);
        assert!(has(&tally, 30_000_000));
        tally.merge(of_asked(asked, (20_000_000..20_000_000 + many).chain([40_000_000]), 1));
        assert!(has(&tally, 40_000_000) && tally.rows().len() == CodeStats::UNKNOWN_LIMIT + 2);
        // What is asked for is bounded as well, and what is known before takes no room.
        let known_before = (10_000_000..10_000_000 + 3 * many).collect();
        let asked = AlwaysCounted { unknown: true, known_before, ..AlwaysCounted::default() };
        let tally = of_asked(
            asked,
            (10_000_000..10_000_000 + 3 * many).chain(50_000_000..50_000_000 + many),
            0,
        );
        assert!(has(&tally, 10_000_000 + 3 * many - 1) && has(&tally, 50_000_000));
        assert_eq!(tally.rows().len() as i64, 3 * many + AlwaysCounted::LIMIT as i64);
        assert_eq!(
            tally.count(),
            tally.overflowed() + tally.rows().iter().map(|row| row.count).sum::<u64>()
        );
    }
}
