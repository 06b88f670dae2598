//! Occurrences: findings with their location, time and excerpt. Counts, documents and gates are
//! made of them.

use std::sync::Arc;

use crate::detect::{Confidence, Finding, PossibleEntries};
use crate::timestamp::LocalTimestamp;

/// The key of counts: a code and its possible entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeKey {
    /// The code.
    pub code: i64,
    /// The possible entries, likeliest first; none for an unknown code.
    pub entries: PossibleEntries,
}

/// A finding and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occurrence {
    /// The code and its meanings.
    pub key: CodeKey,
    /// How sure it is that the number is a code.
    pub confidence: Confidence,
    /// The number of the line, from 1.
    pub line: u64,
    /// The column of the code in code points, from 1. A byte that is not UTF-8 counts as one.
    pub column: u64,
    /// The column after the code.
    pub end_column: u64,
    /// The offset of the line in the file.
    pub line_offset: u64,
    /// The time of the line, if it is known. A recorder leaves it open, since it can depend on the
    /// lines before: see [`Timeline`](crate::timestamp::Timeline).
    pub time: Option<LocalTimestamp>,
    /// Whether the line has no timestamp, so that the time is that of the line before.
    pub is_time_of_line_before: bool,
    /// The line, cut to [`OccurrenceRecorder::EXCERPT_LIMIT`] characters, if excerpts are recorded.
    pub excerpt: Option<Arc<str>>,
}

impl Occurrence {
    /// The most memory that it takes, in bytes: occurrences of a line share its excerpt.
    pub(crate) fn memory(&self) -> usize {
        /// The counters of an [`Arc`], and what an allocator adds to a small piece of memory.
        const OVERHEAD: usize = 48;
        size_of::<Self>() + self.excerpt.as_deref().map_or(0, |excerpt| excerpt.len() + OVERHEAD)
    }
}

/// An event of a diagnosis and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventOccurrence {
    /// The event, as an index into those of the [`CauseSet`](crate::diagnose::CauseSet).
    pub event: u32,
    /// The number of the line, from 1.
    pub line: u64,
    /// The offset of the line in the file.
    pub line_offset: u64,
}

/// Turns findings into occurrences.
#[derive(Clone, Debug, Default)]
pub struct OccurrenceRecorder {
    /// Whether lines are recorded as excerpts.
    pub excerpts: bool,
}

impl OccurrenceRecorder {
    /// The longest excerpt, in characters.
    pub const EXCERPT_LIMIT: usize = 240;

    /// Appends the findings of line `number`, which is at `offset` in its file, to `occurrences`.
    /// `text` is the line.
    pub fn record(
        &self,
        number: u64,
        offset: u64,
        text: &[u8],
        findings: &[Finding],
        occurrences: &mut Vec<Occurrence>,
    ) {
        occurrences.extend(self.occurrences(number, offset, text, findings));
    }

    /// The findings of line `number` at `offset` as occurrences. `text` is the line.
    pub(crate) fn occurrences(
        &self,
        number: u64,
        offset: u64,
        text: &[u8],
        findings: &[Finding],
    ) -> impl Iterator<Item = Occurrence> {
        let mut columns = ColumnCounter::default();
        let excerpt: Option<Arc<str>> = self.excerpts.then(|| excerpt(text));
        findings.iter().map(move |finding| {
            let column = columns.column_at(text, finding.start);
            let end_column = columns.column_at(text, finding.end);
            Occurrence {
                key: CodeKey { code: finding.code, entries: finding.entries },
                confidence: finding.confidence,
                line: number,
                column,
                end_column,
                line_offset: offset,
                time: None,
                is_time_of_line_before: false,
                excerpt: excerpt.clone(),
            }
        })
    }
}

/// Converts offsets in bytes to columns, counting on from the previous offset.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ColumnCounter {
    bytes: usize,
    characters: u64,
}

impl ColumnCounter {
    /// The column of the byte at `offset` in code points, from 1. `offset` must not be less than
    /// the previous one.
    pub(crate) fn column_at(&mut self, text: &[u8], offset: usize) -> u64 {
        let between = text.get(self.bytes..offset).unwrap_or_default();
        for chunk in between.utf8_chunks() {
            self.characters += (chunk.valid().chars().count() + chunk.invalid().len()) as u64;
        }
        self.bytes = offset.max(self.bytes);
        self.characters + 1
    }
}

/// The beginning of `text`. Bytes that are not UTF-8 become U+FFFD.
pub(crate) fn excerpt(text: &[u8]) -> Arc<str> {
    // A character has at most four bytes.
    let max_bytes = 4 * OccurrenceRecorder::EXCERPT_LIMIT;
    let beginning = String::from_utf8_lossy(&text[..text.len().min(max_bytes)]);
    let mut characters = beginning.chars();
    let kept: String = characters.by_ref().take(OccurrenceRecorder::EXCERPT_LIMIT).collect();
    let is_cut = characters.next().is_some() || text.len() > max_bytes;
    if is_cut { format!("{kept}…").into() } else { kept.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    /// The first column of each code and the one after it.
    type Columns = &'static [(u64, u64)];

    fn recorded(line: &[u8]) -> Vec<Occurrence> {
        let mut occurrences = Vec::new();
        let findings = crate::testutil::findings(&Detector::built_in(), line);
        OccurrenceRecorder { excerpts: true }.record(7, 0, line, &findings, &mut occurrences);
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
                recorded(line).iter().map(|one| (one.column, one.end_column)).collect();
            assert_eq!(columns, wanted, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn excerpts_are_cut_between_characters() {
        let excerpt = |line: &[u8]| recorded(line)[0].excerpt.clone().unwrap_or_default();
        assert_eq!(excerpt(b"imsdk \xff code:6206").as_ref(), "imsdk \u{fffd} code:6206");
        let long = format!("imsdk code:6206 {}", "错".repeat(500));
        assert_eq!(excerpt(long.as_bytes()).chars().count(), OccurrenceRecorder::EXCERPT_LIMIT + 1);
        assert!(excerpt(long.as_bytes()).ends_with("错…"));
    }
}
