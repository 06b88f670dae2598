//! A finding with its place: what counts, documents and gates are made of.

use crate::detect::{Confidence, Finding, Meanings};
use crate::timestamp::LocalTimestamp;

/// What is counted as one thing: a code and the entries that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeKey {
    /// The code.
    pub code: i64,
    /// The entries that it can stand for, likeliest first; none if no catalog holds it.
    pub meanings: Meanings,
}

/// A finding and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occurrence {
    /// What was found.
    pub key: CodeKey,
    /// How sure it is.
    pub confidence: Confidence,
    /// The number of the line, from 1.
    pub line: u64,
    /// Where the code begins in the line, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Where the code begins in the line, in code points, from 1. A byte that belongs to none counts as one.
    pub column: u64,
    /// The column behind the code.
    pub end_column: u64,
    /// The time that the line tells, if it does and that is asked for.
    pub time: Option<LocalTimestamp>,
    /// The line, cut to [`OccurrenceRecorder::EXCERPT_LIMIT`] characters, if that is asked for.
    pub excerpt: Option<Box<str>>,
}

/// What is noted of each finding.
#[derive(Clone, Debug, Default)]
pub struct OccurrenceRecorder {
    /// Whether lines are kept as excerpts.
    pub excerpts: bool,
    /// Reads the times of lines, if they are asked for.
    pub timestamps: Option<std::sync::Arc<crate::timestamp::TimestampReader>>,
}

impl OccurrenceRecorder {
    /// The longest excerpt, in characters.
    pub const EXCERPT_LIMIT: usize = 240;

    /// OccurrenceRecorder the findings of line `number`, which is `text`.
    pub fn record(
        &self,
        number: u64,
        text: &[u8],
        findings: &[Finding],
        occurrences: &mut Vec<Occurrence>,
    ) {
        let mut columns = ColumnCounter::default();
        let time = self.time(text);
        for finding in findings {
            let column = columns.column_at(text, finding.start);
            let end_column = columns.column_at(text, finding.end);
            occurrences.push(Occurrence {
                key: CodeKey { code: finding.code, meanings: finding.meanings },
                confidence: finding.confidence,
                line: number,
                start: finding.start,
                end: finding.end,
                column,
                end_column,
                time,
                excerpt: self.excerpts.then(|| excerpt(text)),
            });
        }
    }
}

impl OccurrenceRecorder {
    fn time(&self, text: &[u8]) -> Option<LocalTimestamp> {
        self.timestamps.as_ref().and_then(|timestamps| timestamps.read(text))
    }
}

/// A column, found by going on from the one before.
#[derive(Default)]
pub(crate) struct ColumnCounter {
    bytes: usize,
    characters: u64,
}

impl ColumnCounter {
    /// The column of the byte at `place`, from 1. `place` is not before the one asked for last.
    pub(crate) fn column_at(&mut self, text: &[u8], place: usize) -> u64 {
        let between = text.get(self.bytes..place).unwrap_or_default();
        self.characters += between
            .utf8_chunks()
            .map(|chunk| (chunk.valid().chars().count() + chunk.invalid().len()) as u64)
            .sum::<u64>();
        self.bytes = place.max(self.bytes);
        self.characters + 1
    }
}

/// The beginning of `text`. What is not UTF-8 becomes U+FFFD.
fn excerpt(text: &[u8]) -> Box<str> {
    // A character has at most four bytes.
    let beginning =
        String::from_utf8_lossy(&text[..text.len().min(4 * OccurrenceRecorder::EXCERPT_LIMIT)]);
    let mut characters = beginning.chars();
    let kept: String = characters.by_ref().take(OccurrenceRecorder::EXCERPT_LIMIT).collect();
    let is_cut = characters.next().is_some() || text.len() > 4 * OccurrenceRecorder::EXCERPT_LIMIT;
    if is_cut { format!("{kept}…").into() } else { kept.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    /// The columns of a line's codes.
    type Columns = &'static [(u64, u64)];

    fn noted(line: &[u8]) -> Vec<Occurrence> {
        let mut occurrences = Vec::new();
        let findings = crate::testutil::findings(&Detector::built_in(), line);
        OccurrenceRecorder { excerpts: true, ..OccurrenceRecorder::default() }.record(
            7,
            line,
            &findings,
            &mut occurrences,
        );
        occurrences
    }

    #[test]
    fn columns_are_code_points() {
        let rows: [(&[u8], Columns); 4] = [
            (b"imsdk code:6206", &[(12, 16)]),
            ("登录失败，错误码：6206、70001".as_bytes(), &[(10, 14), (15, 20)]),
            (b"\xff\xfe imsdk code:6206", &[(15, 19)]),
            ("imsdk \u{1f600} code:-10003|code:6206".as_bytes(), &[(14, 20), (26, 30)]),
        ];
        for (line, wanted) in rows {
            let columns: Vec<(u64, u64)> =
                noted(line).iter().map(|one| (one.column, one.end_column)).collect();
            assert_eq!(columns, wanted, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn excerpts_are_cut_between_characters() {
        let excerpt = |line: &[u8]| noted(line)[0].excerpt.clone().unwrap_or_default();
        assert_eq!(excerpt(b"imsdk \xff code:6206").as_ref(), "imsdk \u{fffd} code:6206");
        let long = format!("imsdk code:6206 {}", "错".repeat(500));
        assert_eq!(excerpt(long.as_bytes()).chars().count(), OccurrenceRecorder::EXCERPT_LIMIT + 1);
        assert!(excerpt(long.as_bytes()).ends_with("错…"));
    }
}
