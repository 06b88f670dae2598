//! Scanning a block for lines that may contain a code, with one trigger search over the whole
//! block.

use std::ops::Range;

use super::candidate::{Candidate, merge};
use super::prefilter::Hit;
use super::rule_set::RuleSet;
use super::{Detector, Finding};

/// The memory of more candidates is freed after a line: a line of 1 MiB can have 100,000.
const CANDIDATES_KEPT: usize = 1 << 12;

/// Iterates over the lines of a block that may contain a code.
///
/// Lines that it skips contain none. In the others it finds what [`Detector::detect`] finds.
pub struct Scan<'a> {
    detector: &'a Detector,
    block: &'a [u8],
    /// Where the search continues.
    at: usize,
    /// A trigger after the current line that was found already.
    next_hit: Option<Hit>,
    /// The line that was returned last.
    line: Range<usize>,
    /// The shapes that its triggers start.
    shapes: RuleSet,
    /// Its candidates.
    candidates: Vec<Candidate>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(detector: &'a Detector, block: &'a [u8]) -> Self {
        Self {
            detector,
            block,
            at: 0,
            next_hit: None,
            line: 0..0,
            shapes: 0,
            candidates: Vec::new(),
        }
    }

    /// The place in the block of the next line that may contain a code, without its `\n`.
    pub fn next_line(&mut self) -> Option<Range<usize>> {
        loop {
            let line = self.next_triggered_line()?;
            let Detector { inner, unknown, .. } = self.detector;
            self.shapes = inner.possible_shapes(&self.block[line.clone()], self.shapes, *unknown);
            if !self.candidates.is_empty() || self.shapes != 0 {
                return Some(line);
            }
        }
    }

    /// The next line with a candidate or with the trigger of a shape.
    fn next_triggered_line(&mut self) -> Option<Range<usize>> {
        let inner = &*self.detector.inner;
        let extractor = inner.extractor(self.detector.unknown);
        self.candidates.clear();
        let mut line: Option<Range<usize>> = None;
        let (mut shapes, mut word_end) = (0, 0);
        while let Some(hit) =
            self.next_hit.take().or_else(|| inner.prefilter.find(self.block, self.at))
        {
            if line.as_ref().is_some_and(|line| hit.start >= line.end) {
                self.next_hit = Some(hit);
                break;
            }
            self.at = hit.end;
            shapes |= inner.shapes_at(self.block, hit, self.detector.unknown);
            if hit.start >= word_end {
                word_end = extractor.candidates_at(self.block, hit, &mut self.candidates);
            }
            if line.is_none() && (!self.candidates.is_empty() || shapes != 0) {
                line = Some(line_around(self.block, self.line.end, hit.start));
            }
        }
        self.shapes = shapes;
        self.line = line?;
        Some(self.line.clone())
    }

    /// Writes the codes of the line that was returned last into `findings`, which is cleared first.
    ///
    /// `text` is that line of the block, or its beginning if the rest is not to be searched, such
    /// as an annotation. Call this at most once per line.
    pub fn findings(&mut self, text: &[u8], findings: &mut Vec<Finding>) {
        let start = self.line.start;
        self.candidates.retain_mut(|candidate| {
            candidate.start -= start;
            candidate.end -= start;
            candidate.key = (candidate.key.0 - start, candidate.key.1 - start);
            candidate.end <= text.len()
        });
        let Detector { inner, unknown, .. } = self.detector;
        inner.match_shapes(text, self.shapes, *unknown, &mut self.candidates);
        merge(&mut self.candidates);
        self.detector.resolve_candidates(text, &self.candidates, findings);
        if self.candidates.len() > CANDIDATES_KEPT {
            self.candidates = Vec::new();
        }
    }
}

/// The line that contains `at`, without its `\n`. It begins at `from` or later.
fn line_around(block: &[u8], from: usize, at: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &block[from..at]).map_or(from, |newline| from + newline + 1);
    let end = memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |newline| at + newline);
    start..end
}
