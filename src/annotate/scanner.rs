//! Finds the lines of a block that have codes, as they were before an earlier run annotated them.

use std::borrow::Cow;
use std::ops::Range;

use crate::detect::{Confidence, Detector, Finding, Scan, Scratch};
use crate::filter::Filter;
use crate::input::split_terminator;
use crate::stats::{Totals, UnknownCodes};
use crate::strip::{PriorAnnotations, is_below_line};
use crate::syntax::TAGGED_SGR;

/// Decides whether a line has codes.
#[derive(Clone)]
pub(super) struct Scanner {
    pub detector: Detector,
    pub filter: Filter,
    /// The key of annotations in JSON lines.
    pub json_key: String,
    pub collects_unknown: bool,
}

/// A line with codes.
#[derive(Debug)]
pub(super) struct ScannedLine<'b> {
    /// The line in its block, with its terminator.
    pub range: Range<usize>,
    /// The line without its terminator and without the annotations of earlier runs.
    pub original: Cow<'b, [u8]>,
    /// `\n`, `\r\n`, or nothing. An earlier run may have added one to the last line of a log; that
    /// one does not count.
    pub terminator: &'b [u8],
    pub prior: PriorAnnotations,
    /// The number of the line; 0 until the annotator sets it.
    pub number: u64,
}

/// An iteration over the lines with codes of a block.
pub(super) struct LineScan<'a> {
    scanner: &'a Scanner,
    block: &'a [u8],
    scan: Scan<'a>,
    /// The next line, once `scan` has returned it.
    scanned: Option<Option<Range<usize>>>,
    /// The next line with a tagged sequence, if those are visited.
    tagged: Option<Range<usize>>,
    scratch: Scratch,
    /// The findings in the last line that pass the filter, by their place in the original line.
    pub findings: Vec<Finding>,
    /// How many findings the filter rejected.
    pub rejected: Rejected,
    /// The unknown codes that the filter rejected, if they are collected.
    pub unknown: UnknownCodes,
}

impl Scanner {
    /// Starts with the first line of `block`, which has whole lines. A highlight of an earlier run
    /// can hide a code; with `visits_highlights`, all lines with highlights are visited.
    pub fn scan<'a>(&'a self, block: &'a [u8], visits_highlights: bool) -> LineScan<'a> {
        LineScan {
            scanner: self,
            block,
            scan: self.detector.scan(block),
            scanned: None,
            tagged: if visits_highlights { tagged_line(block, 0) } else { None },
            scratch: Scratch::default(),
            findings: Vec::new(),
            rejected: Rejected::default(),
            unknown: UnknownCodes::default(),
        }
    }

    /// The findings in `start`, the beginning of a longer line.
    ///
    /// A number that reaches the end is left out: it may go on after it.
    ///
    /// Also returns how many findings the filter rejected.
    pub fn findings_in_start(&self, start: &[u8]) -> (Vec<Finding>, Rejected) {
        let mut findings = Vec::new();
        self.detector.detect(start, &mut Scratch::default(), &mut findings);
        findings.retain(|finding| finding.end < start.len());
        let mut rejected = Rejected::default();
        self.apply_filter(&mut findings, &mut rejected);
        (findings, rejected)
    }

    /// Removes the findings that the filter rejects, and counts them.
    fn apply_filter(&self, findings: &mut Vec<Finding>, rejected: &mut Rejected) {
        let (sure, guesses) = count_known(findings);
        self.filter.apply(findings, self.detector.catalog());
        let (sure_left, guesses_left) = count_known(findings);
        rejected.sure += sure - sure_left;
        rejected.guesses += guesses - guesses_left;
    }
}

/// How many findings are of known codes: those that a run without filters reports, and those of low
/// confidence.
fn count_known(findings: &[Finding]) -> (u64, u64) {
    let (mut sure, mut guesses) = (0, 0);
    for finding in findings.iter().filter(|finding| !finding.entries.is_unknown()) {
        match finding.confidence {
            Confidence::Low => guesses += 1,
            Confidence::Medium | Confidence::High => sure += 1,
        }
    }
    (sure, guesses)
}

/// How many findings of known codes the filter rejected, as in [`Totals`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rejected {
    sure: u64,
    guesses: u64,
}

impl Rejected {
    pub fn add_to(self, totals: &mut Totals) {
        totals.filtered += self.sure;
        totals.guesses += self.guesses;
    }
}

impl<'a> LineScan<'a> {
    /// The next line with codes. Lines that an earlier run inserted are skipped.
    pub fn next_line(&mut self) -> Option<ScannedLine<'a>> {
        let Scanner { detector, filter, json_key, collects_unknown } = self.scanner;
        while let Some((line, is_scanned)) = self.next_candidate() {
            let range = line.start..self.block.len().min(line.end + 1);
            let (text, mut terminator) = split_terminator(&self.block[range.clone()]);
            if is_below_line(text) {
                continue;
            }
            let prior = PriorAnnotations::find(text, json_key, detector.catalog());
            let original = prior.original(text);
            match &original {
                Cow::Borrowed(original) if is_scanned => {
                    self.scan.findings(original, &mut self.findings);
                }
                // The annotations inside the line have moved its codes.
                original => detector.detect(original, &mut self.scratch, &mut self.findings),
            }
            if *collects_unknown {
                for finding in &self.findings {
                    if filter.rejects_as_unknown(finding) {
                        self.unknown.insert(finding.code);
                    }
                }
            }
            self.scanner.apply_filter(&mut self.findings, &mut self.rejected);
            if self.findings.is_empty() {
                continue;
            }
            if prior.added_line_end.is_some() {
                terminator = b"";
            }
            return Some(ScannedLine { range, original, terminator, prior, number: 0 });
        }
        None
    }
}

impl LineScan<'_> {
    /// The next line that may have codes, without its line feed, and whether `scan` returned it.
    fn next_candidate(&mut self) -> Option<(Range<usize>, bool)> {
        let scanned = self.scanned.take().unwrap_or_else(|| self.scan.next_line());
        let Some(tagged) = self.tagged.clone() else { return Some((scanned?, true)) };
        let is_tagged_first = scanned.as_ref().is_none_or(|line| tagged.start < line.start);
        if is_tagged_first {
            self.scanned = Some(scanned);
            self.tagged = tagged_line(self.block, tagged.end);
            return Some((tagged, false));
        }
        if scanned.as_ref().is_some_and(|line| tagged.start == line.start) {
            self.tagged = tagged_line(self.block, tagged.end);
        }
        Some((scanned?, true))
    }
}

/// The first line with a tagged sequence at or after `from`, without its line feed.
fn tagged_line(block: &[u8], from: usize) -> Option<Range<usize>> {
    let at = from + memchr::memmem::find(&block[from..], TAGGED_SGR)?;
    let start = memchr::memrchr(b'\n', &block[from..at]).map_or(from, |newline| from + newline + 1);
    let end = memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |newline| at + newline);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{CodeRange, CodeSet};
    use crate::strip::DEFAULT_KEY;

    fn scanner(filter: Filter) -> Scanner {
        let (detector, json_key) = (Detector::built_in(), DEFAULT_KEY.to_string());
        Scanner { detector, filter, json_key, collects_unknown: false }
    }

    /// The lines with codes: the original line, its terminator and the codes, with `|` in between.
    fn scanned(scanner: &Scanner, block: &str) -> Vec<String> {
        let mut lines = scanner.scan(block.as_bytes(), true);
        let mut rows = Vec::new();
        while let Some(line) = lines.next_line() {
            let codes: Vec<String> =
                lines.findings.iter().map(|finding| finding.code.to_string()).collect();
            let text = line.original.escape_ascii();
            let terminator = line.terminator.escape_ascii();
            rows.push(format!("{text}|{terminator}|{}", codes.join(",")));
        }
        rows
    }

    #[test]
    fn lines_with_codes_are_found_without_earlier_annotations() {
        let rows: [(&str, &[&str]); 10] = [
            ("plain\n", &[]),
            ("a\nimsdk code:6206\nb", &["imsdk code:6206|\\n|6206"]),
            ("imsdk code:6206\r\n", &["imsdk code:6206|\\r\\n|6206"]),
            ("imsdk code:6206", &["imsdk code:6206||6206"]),
            ("imsdk code:6206 code:6208\n", &["imsdk code:6206 code:6208|\\n|6206,6208"]),
            ("imsdk code:6206 [imerr 6206 sdk/account error: x]\n", &["imsdk code:6206|\\n|6206"]),
            (
                "{\"msg\":\"imsdk code:6206\",\"imerr\":{\"code\":6206,\"known\":true}}\n",
                &["{\\\"msg\\\":\\\"imsdk code:6206\\\"}|\\n|6206"],
            ),
            // The terminator was added for the annotation.
            ("imsdk code:6206       \t \t\n", &["imsdk code:6206||6206"]),
            ("imsdk code:6206\n       \t= imsdk code:6208 \t \n", &["imsdk code:6206|\\n|6206"]),
            // Highlights, of which the second hides the name.
            (
                "imsdk code:\x1b[00031m6206\x1b[00039m\n\x1b[31m\x1b[0000;1mTIM_ERR_JSON\x1b[0000;31m\n",
                &["imsdk code:6206|\\n|6206", "\\x1b[31mTIM_ERR_JSON|\\n|-3"],
            ),
        ];
        for (block, wanted) in rows {
            assert_eq!(scanned(&scanner(Filter::default()), block), wanted, "{block:?}");
        }
    }

    #[test]
    fn findings_that_the_filter_rejects_do_not_count() {
        let filter =
            Filter { codes: CodeSet::from_iter([CodeRange::one(6208)]), ..Filter::default() };
        let block = "imsdk code:6206\nimsdk code:6206 code:6208\n";
        assert_eq!(scanned(&scanner(filter), block), ["imsdk code:6206 code:6208|\\n|6208"]);
    }

    #[test]
    fn a_number_at_the_cut_of_a_long_line_does_not_count() {
        let scanner = scanner(Filter::default());
        let count = |start: &str| scanner.findings_in_start(start.as_bytes()).0.len();
        assert_eq!((count("imsdk code:6206 "), count("imsdk code:6206")), (1, 0));
    }
}
