//! Going through a block: from one line that may hold a code to the next, with one search for triggers over the whole.

use std::ops::Range;

use super::extract::Candidate;
use super::prefilter::Hit;
use super::{Detector, Finding, merge};

/// A walk through the lines of a block that may hold a code.
///
/// Lines that it skips hold none. What it finds in the others is what [`Detector::detect`] finds in them.
pub struct Scan<'b> {
    block: &'b [u8],
    /// Where the search goes on.
    at: usize,
    /// A trigger that was found already, behind the line that was handed out last.
    ahead: Option<Hit>,
    /// The line that was handed out last.
    line: Range<usize>,
    /// The shapes whose triggers it holds.
    shapes: u64,
}

impl<'b> Scan<'b> {
    pub(super) fn new(block: &'b [u8]) -> Self {
        Self { block, at: 0, ahead: None, line: 0..0, shapes: 0 }
    }

    /// The next line that may hold a code, without its `\n`.
    pub fn next_line(&mut self, detector: &mut Detector) -> Option<Range<usize>> {
        let Detector { shared, candidates, unknown, .. } = detector;
        let extractor = shared.extractor(*unknown);
        let mut line: Option<Range<usize>> = None;
        let mut word_end = 0;
        candidates.clear();
        self.shapes = 0;
        while let Some(hit) =
            self.ahead.take().or_else(|| shared.prefilter.find(self.block, self.at))
        {
            if line.as_ref().is_some_and(|line| hit.start >= line.end) {
                self.ahead = Some(hit);
                break;
            }
            self.at = hit.end;
            self.shapes |= shared.shapes_of[hit.trigger];
            if hit.start >= word_end {
                word_end = extractor.at(self.block, hit, |candidate| candidates.push(candidate));
            }
            if line.is_none() && (!candidates.is_empty() || self.shapes != 0) {
                line = Some(self.line_around(hit.start));
            }
        }
        self.line = line?;
        Some(self.line.clone())
    }

    /// The codes of the line that was handed out last, into `findings`, which is cleared first. `text` is that line, or its
    /// beginning if the rest is not the log's own.
    pub fn findings(&self, detector: &mut Detector, text: &[u8], findings: &mut Vec<Finding>) {
        let start = self.line.start;
        let shift = |candidate: &Candidate| Candidate {
            start: candidate.start - start,
            end: candidate.end - start,
            key: (candidate.key.0 - start, candidate.key.1 - start),
            ..*candidate
        };
        detector.candidates.retain_mut(|candidate| {
            *candidate = shift(candidate);
            candidate.end <= text.len()
        });
        detector.match_shapes(text, self.shapes, detector.unknown);
        merge(&mut detector.candidates);
        detector.judge_candidates(text, findings);
    }

    fn line_around(&self, at: usize) -> Range<usize> {
        let before = &self.block[self.line.end..at];
        let start = memchr::memrchr(b'\n', before)
            .map_or(self.line.end, |newline| self.line.end + newline + 1);
        let end = memchr::memchr(b'\n', &self.block[at..])
            .map_or(self.block.len(), |newline| at + newline);
        start..end
    }
}
