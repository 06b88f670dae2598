//! Going through a block: from one line that may hold a code to the next, with one search for triggers over the whole.

use std::ops::Range;

use super::extract::Candidate;
use super::prefilter::Hit;
use super::{Detector, Finding, merge};

/// A walk through the lines of a block that may hold a code.
///
/// Lines that it skips hold none. What it finds in the others is what [`Detector::detect`] finds in them.
pub struct Scan<'a> {
    detector: &'a Detector,
    block: &'a [u8],
    /// Where the search goes on.
    at: usize,
    /// A trigger that was found already, behind the line that was handed out last.
    ahead: Option<Hit>,
    /// The line that was handed out last.
    line: Range<usize>,
    /// The shapes whose triggers it holds.
    shapes: u64,
    /// Its candidates.
    candidates: Vec<Candidate>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(detector: &'a Detector, block: &'a [u8]) -> Self {
        Self { detector, block, at: 0, ahead: None, line: 0..0, shapes: 0, candidates: Vec::new() }
    }

    /// The next line that may hold a code, without its `\n`.
    pub fn next_line(&mut self) -> Option<Range<usize>> {
        let shared = &*self.detector.shared;
        let extractor = shared.extractor(self.detector.unknown);
        let candidates = &mut self.candidates;
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
                line = Some(line_around(self.block, self.line.end, hit.start));
            }
        }
        self.line = line?;
        Some(self.line.clone())
    }

    /// Writes the codes of the line that was handed out last into `findings`, which is cleared first. `text` is that line, or its
    /// beginning if the rest is not the log's own. Call it once for a line.
    pub fn findings(&mut self, text: &[u8], findings: &mut Vec<Finding>) {
        let start = self.line.start;
        self.candidates.retain_mut(|candidate| {
            candidate.start -= start;
            candidate.end -= start;
            candidate.key = (candidate.key.0 - start, candidate.key.1 - start);
            candidate.end <= text.len()
        });
        let detector = self.detector;
        detector.match_shapes(text, self.shapes, detector.unknown, &mut self.candidates);
        merge(&mut self.candidates);
        detector.judge_candidates(text, &self.candidates, findings);
    }
}

/// The line that contains `at`, without its `\n`; it begins at `from` or later.
fn line_around(block: &[u8], from: usize, at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &block[from..at]).map_or(from, |newline| from + newline + 1);
    let end = memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |newline| at + newline);
    start..end
}
