//! Finds the codes in a line and judges them.
//!
//! The cheap question comes first: a few trigger literals over a whole block, then the key and the number at the
//! trigger, and only where both are there the line around them, the shapes and the evidence. What is said about a line
//! depends on that line alone; [`Detector::detect`] is the whole truth about it, and a [`Scan`] only skips lines
//! about which it says nothing.

mod evidence;
mod explain;
mod extract;
mod finding;
mod first_bytes;
mod gap;
mod judge;
mod number;
#[cfg(test)]
mod oracle;
mod prefilter;
mod scan;
mod shape;
mod word;
mod word_set;

use std::sync::{Arc, OnceLock};

use regex::bytes::Regex;

use crate::catalog::{Catalog, Text};
use crate::rules::{Marker, Rules};
use evidence::Evidence;
pub use explain::{Explanation, Reason};
use extract::{Candidate, Extractor, Lookup};
pub use finding::{Confidence, Finding, Meanings, ResolvedFinding};
use judge::Judge;
use prefilter::Prefilter;
pub use scan::Scan;
use shape::compile;
pub use shape::{ShapeError, check_shape};

/// How often one shape is looked for in one line: each search may read the line to its end, so that without a limit a
/// long line could cost the square of its length.
const SHAPE_MATCH_LIMIT: usize = 1000;

/// Finds codes in lines. Cheap to clone, and one detector can serve several threads.
#[derive(Clone)]
pub struct Detector {
    shared: Arc<Shared>,
    unknown: bool,
    preferred: Option<Arc<str>>,
}

/// Memory that [`Detector::detect`] works in. Keep one per thread and pass it to every call, so that a line costs no
/// allocation.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    candidates: Vec<Candidate>,
}

struct Shared {
    catalog: Catalog,
    rules: Rules,
    /// The regular expressions of the shapes, each compiled when a line first needs it.
    regexes: Vec<OnceLock<Regex>>,
    lookup: Lookup,
    prefilter: Prefilter,
    /// For each literal of the prefilter, the shapes that it is the trigger of, as a set of places.
    shapes_of: Vec<u64>,
    evidence: Evidence,
    /// Whether some markers are about the codes of certain systems alone.
    is_divided: bool,
}

impl Detector {
    /// The detector of the built-in catalogs and rules.
    pub fn built_in() -> Self {
        Self::assemble(crate::catalog::built_in(), crate::rules::built_in())
    }

    /// A detector for the codes of `catalog` by `rules`. Costs the building of two small automata.
    ///
    /// The errors name every shape of which the regular expression is broken, too large or without a group `code`.
    pub fn new(catalog: Catalog, rules: Rules) -> Result<Self, Vec<ShapeError>> {
        let errors: Vec<ShapeError> =
            rules.shapes.iter().filter_map(|shape| check_shape(shape).err()).collect();
        if errors.is_empty() { Ok(Self::assemble(catalog, rules)) } else { Err(errors) }
    }

    /// The same for rules of which the shapes are checked.
    pub(crate) fn assemble(catalog: Catalog, rules: Rules) -> Self {
        let mut literals: Vec<Text> = rules.triggers.to_vec();
        for trigger in rules.shapes.iter().flat_map(|shape| shape.triggers.iter()) {
            if !literals.contains(trigger) {
                literals.push(trigger.clone());
            }
        }
        let shapes_of = literals.iter().map(|literal| {
            let places = rules
                .shapes
                .iter()
                .enumerate()
                .filter(|(_, shape)| shape.triggers.contains(literal));
            places.fold(0, |set, (place, _)| set | 1 << place)
        });
        let shared = Shared {
            prefilter: Prefilter::new(&literals),
            shapes_of: shapes_of.collect(),
            evidence: Evidence::new(&rules.markers),
            lookup: Lookup::of(&rules),
            regexes: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            is_divided: rules.markers.iter().any(|marker| !marker.about.is_empty()),
            catalog,
            rules,
        };
        Self { shared: Arc::new(shared), unknown: false, preferred: None }
    }

    /// The same detector, which also reports numbers that no catalog holds where a good key and a marker of the product
    /// stand on the line. Off by default.
    pub fn with_unknown(mut self, unknown: bool) -> Self {
        self.unknown = unknown;
        self
    }

    /// The same detector, for which a code that can stand for entries of several systems is one of `system` where the line
    /// does not decide. By default it stays ambiguous.
    pub fn with_preferred(mut self, system: Option<&str>) -> Self {
        self.preferred = system.map(Arc::from);
        self
    }

    /// The catalog whose codes are found.
    pub fn catalog(&self) -> &Catalog {
        &self.shared.catalog
    }

    /// Iterates over the lines of `block` that may contain a code: see [`Scan`].
    pub fn scan<'a>(&'a self, block: &'a [u8]) -> Scan<'a> {
        Scan::new(self, block)
    }

    /// The codes in `line`, from left to right, each with its entries.
    ///
    /// `line` is one line without its line terminator. Allocates; to search many lines use [`Detector::detect`] or
    /// [`Detector::scan`].
    pub fn find(&self, line: &[u8]) -> Vec<ResolvedFinding<'_>> {
        let mut findings = Vec::new();
        self.detect(line, &mut Scratch::default(), &mut findings);
        findings.into_iter().map(|finding| ResolvedFinding::new(finding, self.catalog())).collect()
    }

    /// Writes the codes in `line`, from left to right, into `findings`, which is cleared first.
    ///
    /// `line` is one line without its line terminator. Costs one trigger search over the line, and one marker search if
    /// the line contains a candidate.
    pub fn detect(&self, line: &[u8], scratch: &mut Scratch, findings: &mut Vec<Finding>) {
        let Scratch { candidates } = scratch;
        self.find_candidates(line, self.unknown, candidates);
        self.judge_candidates(line, candidates, findings);
    }

    /// Judges the candidates of `line` into `findings`, which is cleared first.
    fn judge_candidates(&self, line: &[u8], candidates: &[Candidate], findings: &mut Vec<Finding>) {
        findings.clear();
        if candidates.is_empty() {
            return;
        }
        let seen = self.shared.evidence.in_line(line);
        let judge = self.judge();
        findings.extend(candidates.iter().filter_map(|candidate| {
            let key = &line[candidate.key.0..candidate.key.1];
            judge.verdict(
                candidate,
                self.shared.evidence.applying(
                    seen,
                    &self.shared.rules.markers,
                    key,
                    candidate.code,
                ),
            )
        }));
    }

    /// Why [`Detector::detect`] says of `line` what it says: each number or name that a key, name or shape points at, with
    /// all that was weighed. Numbers that no catalog holds are among them.
    pub fn explain(&self, line: &[u8]) -> Vec<Explanation> {
        let mut candidates = Vec::new();
        self.find_candidates(line, true, &mut candidates);
        let seen = self.shared.evidence.in_line(line);
        let judge = self.judge();
        let explain = |candidate: &Candidate| {
            let key = &line[candidate.key.0..candidate.key.1];
            let markers = self.shared.evidence.applying(
                seen,
                &self.shared.rules.markers,
                key,
                candidate.code,
            );
            let finding = judge.verdict(candidate, markers.clone());
            let markers: Vec<&Marker> =
                match finding.and_then(|finding| finding.meanings.ids().first().copied()) {
                    Some(place) => judge.about(place, markers).collect(),
                    None => markers.filter(|marker| marker.about.is_empty()).collect(),
                };
            Explanation::new(candidate, key, &markers, finding)
        };
        candidates.iter().map(explain).collect()
    }

    fn judge(&self) -> Judge<'_> {
        Judge { shared: &self.shared, preferred: self.preferred.as_deref() }
    }

    /// Puts what may be a code in `line` into `candidates`, which is cleared first, in order and each once.
    fn find_candidates(&self, line: &[u8], unknown: bool, candidates: &mut Vec<Candidate>) {
        candidates.clear();
        let extractor = self.shared.extractor(unknown);
        let (mut shapes, mut at, mut word_end) = (0, 0, 0);
        while let Some(hit) = self.shared.prefilter.find(line, at) {
            at = hit.end;
            shapes |= self.shared.shapes_of[hit.trigger];
            if hit.start >= word_end {
                word_end = extractor.at(line, hit, |candidate| candidates.push(candidate));
            }
        }
        self.match_shapes(line, shapes, unknown, candidates);
        merge(candidates);
    }

    fn match_shapes(
        &self,
        line: &[u8],
        shapes: u64,
        unknown: bool,
        candidates: &mut Vec<Candidate>,
    ) {
        let extractor = self.shared.extractor(unknown);
        for (place, shape) in self
            .shared
            .rules
            .shapes
            .iter()
            .enumerate()
            .filter(|(place, _)| shapes & (1 << place) != 0)
        {
            let regex = self.shared.regexes[place].get_or_init(|| {
                compile(&shape.pattern).expect("shapes are checked before a detector is made")
            });
            for captures in regex.captures_iter(line).take(SHAPE_MATCH_LIMIT) {
                let Some(code) = captures.name("code") else { continue };
                extractor.at_shape(line, code.range(), shape.weight, |candidate| {
                    candidates.push(candidate)
                });
            }
        }
    }
}

impl Shared {
    fn extractor(&self, unknown: bool) -> Extractor<'_> {
        Extractor { catalog: &self.catalog, rules: &self.rules, lookup: &self.lookup, unknown }
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
        let mut numbers: Vec<i64> = candidates
            .iter()
            .filter(|candidate| !candidate.by_name)
            .map(|candidate| candidate.code)
            .collect();
        numbers.sort_unstable();
        candidates.retain(|candidate| {
            !candidate.by_name || numbers.binary_search(&candidate.code).is_err()
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::rules::{Sample, samples};
    use crate::testutil::fragments;

    /// Building a detector takes longer than a test case, in a debug build above all.
    static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::built_in);

    /// The codes found in `line` with medium or high confidence.
    fn shown(detector: &Detector, line: &str) -> Vec<i64> {
        let findings = detector.find(line.as_bytes());
        findings
            .iter()
            .filter(|finding| finding.confidence >= Confidence::Medium)
            .map(|finding| finding.code)
            .collect()
    }

    #[test]
    fn every_rule_finds_and_ignores_its_samples() {
        let detector = Detector::built_in();
        let wrong: Vec<Sample> = samples()
            .into_iter()
            .filter(|sample| shown(&detector, &sample.line).is_empty() == sample.found)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// A line of samples cut and joined, so that its fragments are those of real lines.
    fn spliced_samples() -> impl Strategy<Value = Vec<u8>> {
        let lines: Vec<Vec<u8>> =
            samples().into_iter().map(|sample| sample.line.into_bytes()).collect();
        let piece = (proptest::sample::select(lines), any::<proptest::sample::Index>()).prop_map(
            |(line, cut)| {
                let cut = cut.index(line.len() + 1);
                line[cut..].to_vec()
            },
        );
        proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(fragments::config())]

        #[test]
        fn the_detector_agrees_with_the_oracle(line in prop_oneof![fragments::line(), spliced_samples()], unknown: bool) {
            let detector = DETECTOR.clone().with_unknown(unknown);
            let mut findings = Vec::new();
            detector.detect(&line, &mut Scratch::default(), &mut findings);
            prop_assert_eq!(&findings, &oracle::detect(&detector, &line), "{}", line.escape_ascii());
        }

        #[test]
        fn a_scan_finds_what_detect_finds(
            lines in proptest::collection::vec(prop_oneof![fragments::line(), spliced_samples()], 0..8),
            end in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let detector = DETECTOR.clone().with_unknown(true);
            let mut scratch = Scratch::default();
            let block = lines.iter().flat_map(|line| [line, end.as_bytes()].concat()).collect::<Vec<u8>>();
            let (mut found, mut findings) = (Vec::new(), Vec::new());
            let mut scan = detector.scan(&block);
            while let Some(line) = scan.next_line() {
                let text = block[line.clone()].strip_suffix(b"\r").unwrap_or(&block[line.clone()]);
                scan.findings(text, &mut findings);
                found.extend(findings.iter().map(|&finding| (line.start, finding)));
            }
            let mut wanted = Vec::new();
            let mut start = 0;
            for line in block.split(|&byte| byte == b'\n') {
                detector.detect(line.strip_suffix(b"\r").unwrap_or(line), &mut scratch, &mut findings);
                wanted.extend(findings.iter().map(|&finding| (start, finding)));
                start += line.len() + 1;
            }
            prop_assert_eq!(found, wanted, "{}", block.escape_ascii());
        }
    }

    #[test]
    fn the_line_decides_which_of_several_meanings() {
        let rows: [(&str, &[&str]); 18] = [
            ("TIM 10:00:00.000:TIM.create failed. error: {\"code\":2001}", &["web"]),
            ("Chat 10:00:00.000 login failed. error: {\"message\":\"\",\"code\":2002}", &["web"]),
            ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":2001}", &["server"]),
            ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":2100}", &["server"]),
            ("imsdk error_code:2003", &["server"]),
            ("error_code:2003", &["server", "web"]),
            ("Chat 10:00:00.000 hello answer code:1002", &["web"]),
            ("{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"\",\"ErrorCode\":1002}", &["server"]),
            ("errCode = 1002", &["server", "web"]),
            ("error_code:70001", &["server"]),
            ("imsdk: TIM: error_code:70001", &["server"]),
            ("Chat 10:00:00.000 x failed. error: {\"message\":\"\",\"code\":70001}", &["web"]),
            ("error_code:8010", &["sdk"]),
            ("Chat 10:00:00.000 SignalingModule code:8010", &["web"]),
            ("    \"ErrorCode\": 2003,", &["server"]),
            ("\x1b[31mErrorCode: 2003", &["server"]),
            ("error_code:93000", &["server"]),
            ("error_code:91101", &["server"]),
        ];
        for (line, wanted) in rows {
            assert_eq!(systems(&DETECTOR, line), wanted, "{line}");
        }
        let preferring = DETECTOR.clone().with_preferred(Some("web"));
        assert_eq!(systems(&preferring, "error_code:2003"), ["web"]);
        assert_eq!(
            systems(&preferring, "{\"ActionStatus\":\"FAIL\",\"ErrorCode\":2003}"),
            ["server"]
        );
    }

    fn systems(detector: &Detector, line: &str) -> Vec<String> {
        let findings = detector.find(line.as_bytes());
        let [finding] = findings.as_slice() else { panic!("{line}: {findings:?}") };
        finding.entries().map(|entry| entry.system.to_string()).collect()
    }

    #[test]
    fn the_built_in_shapes_are_valid() {
        assert!(Detector::new(crate::catalog::built_in(), crate::rules::built_in()).is_ok());
    }
}
