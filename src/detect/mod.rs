//! Finds the codes in a line and judges them.
//!
//! The cheap question comes first: a few trigger literals over a whole block, then the key and the number at the
//! trigger, and only where both are there the line around them, the shapes and the evidence. What is said about a line
//! depends on that line alone; [`Detector::detect`] is the whole truth about it, and [`Detector::next_line`] only skips lines
//! about which it says nothing.

mod evidence;
mod extract;
mod finding;
#[cfg(test)]
pub(crate) mod fragments;
mod gap;
mod number;
#[cfg(test)]
mod oracle;
mod prefilter;
mod word;

use std::ops::Range;
use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};

use crate::catalog::{Catalog, Text};
use crate::rules::{Rules, Shape};
use evidence::{Evidence, Seen};
use extract::{Candidate, Extractor};
pub use finding::{Confidence, Finding, Meanings};
use prefilter::Prefilter;

/// Points from which confidence is medium.
const MEDIUM: i32 = 50;
/// Points from which confidence is high, if a marker of the product is there too.
const HIGH: i32 = 80;
/// The memory that one compiled shape may take, in bytes.
const SHAPE_SIZE_LIMIT: usize = 1 << 20;

/// Finds codes in lines. Cheap to clone: each worker takes its own, so that none waits for another's scratch space.
#[derive(Clone)]
pub struct Detector {
    shared: Arc<Shared>,
    unknown: bool,
    /// The shapes, compiled when a line first needs them.
    shapes: Vec<Option<Regex>>,
    candidates: Vec<Candidate>,
}

struct Shared {
    catalog: Catalog,
    rules: Rules,
    prefilter: Prefilter,
    /// For each literal of the prefilter, the shapes that it is the trigger of, as a set of places.
    shapes_of: Vec<u64>,
    evidence: Evidence,
}

/// A shape of the rules cannot be compiled.
#[derive(Clone, Debug)]
pub struct ShapeError {
    /// The name of the shape.
    pub shape: String,
    /// What is wrong with its regular expression.
    pub cause: String,
}

impl std::fmt::Display for ShapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "shape {}: {}", self.shape, self.cause)
    }
}

impl std::error::Error for ShapeError {}

impl Detector {
    /// The detector of the built-in catalogs and rules.
    pub fn built_in() -> Self {
        Self::assemble(Catalog::built_in(), Rules::built_in())
    }

    /// A detector for the codes of `catalog` by `rules`. Costs the building of two small automata.
    ///
    /// The errors name every shape of which the regular expression is broken, too large or without a group `code`.
    pub fn new(catalog: Catalog, rules: Rules) -> Result<Self, Vec<ShapeError>> {
        let errors: Vec<ShapeError> = rules.shapes.iter().filter_map(|shape| check(shape).err()).collect();
        if errors.is_empty() { Ok(Self::assemble(catalog, rules)) } else { Err(errors) }
    }

    fn assemble(catalog: Catalog, rules: Rules) -> Self {
        let mut literals: Vec<Text> = rules.triggers.to_vec();
        for shape in rules.shapes.iter().filter(|shape| !rules.triggers.contains(&shape.trigger)) {
            literals.push(shape.trigger.clone());
        }
        let shapes_of = literals.iter().map(|literal| {
            let places = rules.shapes.iter().enumerate().filter(|(_, shape)| shape.trigger == *literal);
            places.fold(0, |set, (place, _)| set | 1 << place)
        });
        let shared = Shared {
            prefilter: Prefilter::new(&literals),
            shapes_of: shapes_of.collect(),
            evidence: Evidence::new(&rules.markers),
            catalog,
            rules,
        };
        Self { shapes: vec![None; shared.rules.shapes.len()], shared: Arc::new(shared), unknown: false, candidates: Vec::new() }
    }

    /// The same detector, which also reports numbers that no catalog holds where a good key and a marker of the product
    /// stand on the line. Off by default.
    pub fn with_unknown(mut self, unknown: bool) -> Self {
        self.unknown = unknown;
        self
    }

    /// The catalog whose codes are found.
    pub fn catalog(&self) -> &Catalog {
        &self.shared.catalog
    }

    /// The next line of `block` that begins at `from` or behind it and may hold a code, without its `\n`.
    ///
    /// `from` must be the start of a line. Lines that are skipped hold none: [`Detector::detect`] finds nothing in them.
    pub fn next_line(&self, block: &[u8], from: usize) -> Option<Range<usize>> {
        let extractor = self.shared.extractor(self.unknown);
        let (mut at, mut word_end) = (from, from);
        while let Some(hit) = self.shared.prefilter.find(block, at) {
            at = hit.end;
            let mut awake = self.shared.shapes_of[hit.trigger] != 0;
            if hit.start >= word_end {
                word_end = extractor.at(block, hit, |_| awake = true);
            }
            if awake {
                let start = memchr::memrchr(b'\n', &block[from..hit.start]).map_or(from, |newline| from + newline + 1);
                let end = memchr::memchr(b'\n', &block[hit.start..]).map_or(block.len(), |newline| hit.start + newline);
                return Some(start..end);
            }
        }
        None
    }

    /// The codes of `line`, in order, into `findings`, which is cleared first.
    ///
    /// `line` is one line without its end. Costs a pass of the trigger search over the line, and a pass of the
    /// markers if there is a candidate.
    pub fn detect(&mut self, line: &[u8], findings: &mut Vec<Finding>) {
        findings.clear();
        self.candidates.clear();
        let extractor = self.shared.extractor(self.unknown);
        let (mut shapes, mut at, mut word_end) = (0, 0, 0);
        while let Some(hit) = self.shared.prefilter.find(line, at) {
            at = hit.end;
            shapes |= self.shared.shapes_of[hit.trigger];
            if hit.start >= word_end {
                word_end = extractor.at(line, hit, |candidate| self.candidates.push(candidate));
            }
        }
        self.match_shapes(line, shapes);
        if self.candidates.is_empty() {
            return;
        }
        merge(&mut self.candidates);
        let seen = self.shared.evidence.in_line(line);
        findings.extend(self.candidates.iter().filter_map(|candidate| self.shared.judge(line, candidate, seen)));
    }

    fn match_shapes(&mut self, line: &[u8], shapes: u64) {
        let extractor = self.shared.extractor(self.unknown);
        for (place, shape) in self.shared.rules.shapes.iter().enumerate().filter(|(place, _)| shapes & (1 << place) != 0) {
            let regex = self.shapes[place]
                .get_or_insert_with(|| compile(&shape.pattern).expect("shapes are checked before a detector is made"));
            for captures in regex.captures_iter(line) {
                let Some(code) = captures.name("code") else { continue };
                let number = number_of(&extractor, line, code.range());
                self.candidates
                    .extend(number.map(|number| Candidate::number(number, shape.weight, (code.start(), code.start()))));
            }
        }
    }
}

impl Shared {
    fn extractor(&self, unknown: bool) -> Extractor<'_> {
        Extractor { catalog: &self.catalog, rules: &self.rules, unknown }
    }

    /// The verdict on a candidate; None for an unknown number without good evidence.
    fn judge(&self, line: &[u8], candidate: &Candidate, seen: Seen) -> Option<Finding> {
        let key = &line[candidate.key.0..candidate.key.1];
        let (mut points, mut product) = (candidate.points, false);
        for marker in seen.applying(&self.rules.markers, key, candidate.code) {
            points += marker.weight;
            product |= marker.product;
        }
        let confidence = match points {
            HIGH.. if product => Confidence::High,
            MEDIUM.. => Confidence::Medium,
            _ => Confidence::Low,
        };
        let meanings = match candidate.by_name {
            true => Meanings::new(self.catalog.places_named(key)),
            false => Meanings::new(self.catalog.places_of(candidate.code)),
        };
        let doubtful = confidence == Confidence::Low || !product || candidate.points < MEDIUM;
        if meanings.is_unknown() && doubtful {
            return None;
        }
        Some(Finding { start: candidate.start, end: candidate.end, code: candidate.code, confidence, meanings })
    }
}

/// One candidate for each number, the strongest; no name of which the number stands on the line too.
fn merge(candidates: &mut Vec<Candidate>) {
    if candidates.len() < 2 {
        return;
    }
    candidates.sort_by_key(|candidate| (candidate.start, std::cmp::Reverse(candidate.points)));
    candidates.dedup_by_key(|candidate| candidate.start);
    if candidates.iter().any(|candidate| candidate.by_name) {
        let mut numbers: Vec<i64> =
            candidates.iter().filter(|candidate| !candidate.by_name).map(|candidate| candidate.code).collect();
        numbers.sort_unstable();
        candidates.retain(|candidate| !candidate.by_name || numbers.binary_search(&candidate.code).is_err());
    }
}

/// The number that a shape captured, if it is whole and can be a code.
fn number_of(extractor: &Extractor<'_>, line: &[u8], span: Range<usize>) -> Option<number::Number> {
    let number = number::read(line, span.start, extractor.edges())?;
    (number.end == span.end && extractor.can_be_code(number.value)).then_some(number)
}

fn check(shape: &Shape) -> Result<(), ShapeError> {
    let cause = match compile(&shape.pattern) {
        Ok(regex) if regex.capture_names().flatten().any(|name| name == "code") => return Ok(()),
        Ok(_) => "the regular expression has no group (?P<code>...)".to_string(),
        Err(error) => error.to_string(),
    };
    Err(ShapeError { shape: shape.name.to_string(), cause })
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(SHAPE_SIZE_LIMIT).build()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Sample, samples};

    /// Building a detector takes longer than a test case, in a debug build above all.
    static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::built_in);

    /// The codes found in `line` with medium or high confidence.
    fn shown(detector: &mut Detector, line: &str) -> Vec<i64> {
        let mut findings = Vec::new();
        detector.detect(line.as_bytes(), &mut findings);
        findings.iter().filter(|finding| finding.confidence >= Confidence::Medium).map(|finding| finding.code).collect()
    }

    #[test]
    fn every_rule_finds_and_ignores_its_samples() {
        let mut detector = Detector::built_in();
        let wrong: Vec<Sample> =
            samples().into_iter().filter(|sample| shown(&mut detector, &sample.line).is_empty() == sample.found).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// A line of samples cut and joined, so that its fragments are those of real lines.
    fn spliced_samples() -> impl Strategy<Value = Vec<u8>> {
        let lines: Vec<Vec<u8>> = samples().into_iter().map(|sample| sample.line.into_bytes()).collect();
        let piece = (proptest::sample::select(lines), any::<proptest::sample::Index>()).prop_map(|(line, cut)| {
            let cut = cut.index(line.len() + 1);
            line[cut..].to_vec()
        });
        proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn the_detector_agrees_with_the_oracle(line in prop_oneof![fragments::line(), spliced_samples()], unknown: bool) {
            let mut detector = DETECTOR.clone().with_unknown(unknown);
            let mut findings = Vec::new();
            detector.detect(&line, &mut findings);
            prop_assert_eq!(&findings, &oracle::detect(&detector, &line), "{}", line.escape_ascii());
        }

        #[test]
        fn no_line_with_a_code_is_skipped(
            lines in proptest::collection::vec(prop_oneof![fragments::line(), spliced_samples()], 0..8),
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let mut detector = DETECTOR.clone().with_unknown(true);
            let block = lines.iter().flat_map(|line| [line, end.as_bytes()].concat()).collect::<Vec<u8>>();
            let mut offered = Vec::new();
            let mut at = 0;
            while let Some(line) = detector.next_line(&block, at) {
                at = line.end + 1;
                offered.push(block[line].to_vec());
            }
            let mut findings = Vec::new();
            for line in block.split(|&byte| byte == b'\n') {
                detector.detect(line, &mut findings);
                prop_assert!(findings.is_empty() || offered.iter().any(|one| one == line), "{} skipped", line.escape_ascii());
            }
        }
    }

    #[test]
    fn the_built_in_shapes_are_valid() {
        assert!(Detector::new(Catalog::built_in(), Rules::built_in()).is_ok());
    }
}
