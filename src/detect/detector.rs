//! The detector: a catalog and rules, prepared for searching lines.

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

use regex::bytes::Regex;

use super::extract::{Candidate, Extractor, Lookup};
use super::json_escapes;
use super::markers::{MarkerMatcher, MarkerSet};
use super::pattern::{PatternError, check_pattern, compile};
use super::prefilter::{Hit, Prefilter};
use super::resolve::{FittingText, Resolver};
use super::rule_set::{RuleSet, indexes, rules_where};
use super::{Explanation, Finding, ResolvedFinding, Scan};
use crate::catalog::{Catalog, Text};
use crate::rules::{Marker, Rules};

/// The most matches of one pattern in one line. Each search may read the line to its end, so
/// without a limit a long line could cost the square of its length.
pub(super) const PATTERN_MATCH_LIMIT: usize = 1000;

/// Finds codes in lines. Cheap to clone; threads can also share one.
#[derive(Clone)]
pub struct Detector {
    pub(super) inner: Arc<DetectorInner>,
    pub(super) unknown: bool,
    assumes_product: bool,
    preferred: Option<Arc<str>>,
}

/// Memory that [`Detector::detect`] works in. Keep one per thread and pass it to every call, so
/// that a line costs no allocation.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    candidates: Vec<Candidate>,
}

/// What all clones of a detector share.
pub(super) struct DetectorInner {
    pub catalog: Catalog,
    pub rules: Rules,
    /// The regular expressions of the shapes, each compiled when a line first needs it.
    regexes: Vec<OnceLock<Regex>>,
    lookup: Lookup,
    pub prefilter: Prefilter,
    /// The shapes that each literal of the prefilter wakes.
    wakes: Vec<Wakes>,
    pub markers: MarkerMatcher,
    /// What text near a number fits each entry, prepared when a line first needs it.
    pub fitting_texts: Vec<OnceLock<FittingText>>,
}

impl Detector {
    /// The detector of the built-in catalog and rules. Costs the building of two small search
    /// tables.
    pub fn built_in() -> Self {
        Self::from_checked(crate::catalog::built_in(), crate::rules::built_in())
    }

    /// A detector for the codes of `catalog` by `rules`. Costs the building of two small search
    /// tables.
    ///
    /// Fails with an error for every pattern whose regular expression is broken, too large or
    /// without a group `code`.
    pub fn new(catalog: Catalog, rules: Rules) -> Result<Self, Vec<PatternError>> {
        let mut errors = Vec::new();
        for (rule, pattern) in rules.patterns() {
            errors.extend(check_pattern(&rule, pattern).err());
        }
        if errors.is_empty() { Ok(Self::from_checked(catalog, rules)) } else { Err(errors) }
    }

    /// A detector for rules whose patterns are checked.
    pub(crate) fn from_checked(catalog: Catalog, rules: Rules) -> Self {
        let triggers = searched_triggers(&rules);
        let inner = DetectorInner {
            prefilter: Prefilter::new(&triggers),
            wakes: triggers.iter().map(|trigger| Wakes::new(trigger, &rules)).collect(),
            markers: MarkerMatcher::new(&rules),
            lookup: Lookup::new(&rules),
            fitting_texts: catalog.entries().iter().map(|_| OnceLock::new()).collect(),
            regexes: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            catalog,
            rules,
        };
        Self { inner: Arc::new(inner), unknown: false, assumes_product: false, preferred: None }
    }

    /// The same detector; with `unknown`, it also reports numbers that are in no catalog, if they
    /// follow a good key and the line has a marker of the product. Off by default.
    pub fn with_unknown(mut self, unknown: bool) -> Self {
        self.unknown = unknown;
        self
    }

    /// The same detector; with `assumes_product`, every line counts as one that has a marker of the
    /// product. For logs of an app or server that is known to use it. Off by default.
    pub fn with_assumed_product(mut self, assumes_product: bool) -> Self {
        self.assumes_product = assumes_product;
        self
    }

    /// The same detector, which resolves a code of several systems to `system` where the line does
    /// not decide. Without a preferred system the code stays ambiguous.
    pub fn with_preferred(mut self, system: Option<&str>) -> Self {
        self.preferred = system.map(Arc::from);
        self
    }

    /// The catalog that the entry ids of findings are in.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    /// Iterates over the lines of `block` that may contain a code: see [`Scan`].
    pub fn scan<'a>(&'a self, block: &'a [u8]) -> Scan<'a> {
        Scan::new(self, block)
    }

    /// The codes in `line`, from left to right, each with its entries.
    ///
    /// `line` is one line without its line terminator. Allocates: to search many lines, use
    /// [`Detector::detect`] or [`Detector::scan`].
    pub fn find(&self, line: &[u8]) -> Vec<ResolvedFinding<'_>> {
        let mut findings = Vec::new();
        self.detect(line, &mut Scratch::default(), &mut findings);
        let catalog = self.catalog();
        findings.into_iter().map(|finding| ResolvedFinding { finding, catalog }).collect()
    }

    /// Writes the codes in `line`, from left to right, into `findings`, which is cleared first.
    ///
    /// `line` is one line without its line terminator. Costs one trigger search over the line, and
    /// one marker search if the line has a candidate.
    pub fn detect(&self, line: &[u8], scratch: &mut Scratch, findings: &mut Vec<Finding>) {
        self.find_candidates(line, self.unknown, &mut scratch.candidates);
        self.resolve_candidates(line, &scratch.candidates, findings);
    }

    /// Why [`Detector::detect`] finds in `line` what it finds: every number after a key, name or
    /// pattern, and every known name, with all points. Numbers that are in no catalog are included.
    pub fn explain(&self, line: &[u8]) -> Vec<Explanation> {
        let mut candidates = Vec::new();
        self.find_candidates(line, true, &mut candidates);
        let found = self.inner.find_markers(line, &candidates);
        candidates.iter().map(|candidate| self.explain_candidate(candidate, line, found)).collect()
    }

    fn explain_candidate(
        &self,
        candidate: &Candidate,
        line: &[u8],
        found: MarkerSet,
    ) -> Explanation {
        let inner = &*self.inner;
        let markers = inner.applying(found, candidate, line);
        let resolver = self.resolver(line);
        let finding = resolver.resolve(candidate, markers);
        let likeliest = finding.and_then(|finding| finding.meanings.ids().first().copied());
        let (markers, score) = match likeliest {
            Some(id) => {
                let score = resolver.score_of(id, candidate, markers, &mut None);
                (resolver.markers_for(id, markers), score)
            }
            None => {
                let markers = inner.markers.general(markers);
                (markers, resolver.score(candidate, markers, self.assumes_product))
            }
        };
        let markers: Vec<&Marker> = inner.markers_in(markers).collect();
        Explanation::new(candidate, candidate.key_in(line), &markers, score, finding)
    }

    /// Writes the findings of `candidates` into `findings`, which is cleared first.
    pub(super) fn resolve_candidates(
        &self,
        line: &[u8],
        candidates: &[Candidate],
        findings: &mut Vec<Finding>,
    ) {
        findings.clear();
        if candidates.is_empty() {
            return;
        }
        let found = self.inner.find_markers(line, candidates);
        let resolver = self.resolver(line);
        for candidate in candidates {
            let markers = self.inner.applying(found, candidate, line);
            findings.extend(resolver.resolve(candidate, markers));
        }
    }

    pub(super) fn resolver<'d>(&'d self, line: &'d [u8]) -> Resolver<'d> {
        Resolver {
            detector: &self.inner,
            line,
            assumes_product: self.assumes_product,
            preferred: self.preferred.as_deref(),
        }
    }

    /// Writes the candidates of `line` into `candidates`, which is cleared first, in order and each
    /// once.
    fn find_candidates(&self, line: &[u8], unknown: bool, candidates: &mut Vec<Candidate>) {
        candidates.clear();
        let extractor = self.inner.extractor(unknown);
        let mut patterns = 0;
        let (mut at, mut word_end) = (0, 0);
        while let Some(hit) = self.inner.prefilter.find(line, at) {
            at = hit.end;
            patterns |= self.inner.shapes_at(line, hit);
            if hit.start >= word_end {
                word_end = extractor.candidates_at(line, hit, candidates);
            }
        }
        self.inner.match_patterns(line, patterns, unknown, candidates);
        merge(candidates);
    }
}

impl DetectorInner {
    pub fn extractor(&self, unknown: bool) -> Extractor<'_> {
        Extractor { catalog: &self.catalog, rules: &self.rules, lookup: &self.lookup, unknown }
    }

    /// The shapes that a hit wakes.
    #[inline]
    pub fn shapes_at(&self, text: &[u8], hit: Hit) -> RuleSet {
        let wakes = &self.wakes[hit.trigger];
        let mut shapes = wakes.shapes;
        for covered in &wakes.covered {
            if covered.is_at(text, hit) {
                shapes |= covered.shapes;
            }
        }
        shapes
    }

    /// Adds the candidates of `patterns` in `line`, and those that only a line with another candidate
    /// has.
    pub fn match_patterns(
        &self,
        line: &[u8],
        patterns: RuleSet,
        unknown: bool,
        candidates: &mut Vec<Candidate>,
    ) {
        let extractor = self.extractor(unknown);
        for index in indexes(patterns) {
            let pattern = &self.rules.shapes[index];
            let regex = self.regexes[index].get_or_init(|| {
                compile(&pattern.pattern).expect("patterns are checked before a detector is made")
            });
            // Most lines with a trigger do not match, and captures cost an allocation.
            if !regex.is_match(line) {
                continue;
            }
            for captures in regex.captures_iter(line).take(PATTERN_MATCH_LIMIT) {
                if let Some(code) = captures.name("code") {
                    let span = code.range();
                    extractor.candidates_from_pattern(line, span, pattern.weight, candidates);
                }
            }
        }
        if !candidates.is_empty() {
            extractor.at_constants(line, candidates);
        }
    }

    /// The markers of a line. If a key of it is written in JSON escapes, other words are so too.
    fn find_markers(&self, line: &[u8], candidates: &[Candidate]) -> MarkerSet {
        let mut found = self.markers.find(line);
        if candidates.iter().any(|candidate| candidate.has_escaped_key(line)) {
            found |= self.markers.find(&json_escapes::decode(line));
        }
        found
    }

    /// Those of the markers in `found` that count for the candidate.
    fn applying(&self, found: MarkerSet, candidate: &Candidate, line: &[u8]) -> MarkerSet {
        self.markers.applying(found, &self.rules.markers, candidate, line)
    }

    pub fn markers_in(&self, set: MarkerSet) -> impl Iterator<Item = &Marker> {
        indexes(set).map(|index| &self.rules.markers[index])
    }
}

/// The literals that the prefilter searches for: the triggers of keys, then those of shapes that do
/// not begin with one of them.
fn searched_triggers(rules: &Rules) -> Vec<Text> {
    let mut triggers: Vec<Text> = rules.triggers.to_vec();
    for trigger in rules.shapes.iter().flat_map(|shape| shape.triggers.iter()) {
        if !triggers.iter().any(|earlier| trigger.starts_with(earlier.as_ref())) {
            triggers.push(trigger.clone());
        }
    }
    triggers
}

/// The shapes that a trigger wakes.
struct Wakes {
    shapes: RuleSet,
    /// Triggers that can begin inside this one. The search goes on after a hit, so it does not report
    /// them.
    covered: Vec<Covered>,
}

struct Covered {
    /// How many bytes before the end of the hit the trigger begins.
    from_end: usize,
    trigger: Box<[u8]>,
    shapes: RuleSet,
}

impl Covered {
    #[inline]
    fn is_at(&self, text: &[u8], hit: Hit) -> bool {
        // One byte decides for most hits.
        let is_next = match self.trigger.get(self.from_end) {
            None => true,
            Some(byte) => text.get(hit.end) == Some(byte),
        };
        is_next && text[hit.end - self.from_end..].starts_with(&self.trigger)
    }
}

impl Wakes {
    fn new(trigger: &Text, rules: &Rules) -> Self {
        let mut covered: Vec<Covered> = Vec::new();
        for other in rules.shapes.iter().flat_map(|shape| shape.triggers.iter()) {
            if other == trigger || covered.iter().any(|one| *one.trigger == *other.as_bytes()) {
                continue;
            }
            for from_end in 1..=trigger.len() {
                let end = &trigger.as_bytes()[trigger.len() - from_end..];
                if other.as_bytes().starts_with(end) || end.starts_with(other.as_bytes()) {
                    covered.push(Covered {
                        from_end,
                        trigger: other.as_bytes().into(),
                        shapes: shapes_with(other, rules),
                    });
                }
            }
        }
        Self { shapes: shapes_with(trigger, rules), covered }
    }
}

fn shapes_with(trigger: &Text, rules: &Rules) -> RuleSet {
    rules_where(&rules.shapes, |shape| shape.triggers.contains(trigger))
}

/// Keeps one candidate for each position, the strongest, and drops names whose number is on the
/// line too.
pub(super) fn merge(candidates: &mut Vec<Candidate>) {
    if candidates.len() < 2 {
        return;
    }
    candidates.sort_by_key(|candidate| (candidate.start, Reverse(candidate.points)));
    candidates.dedup_by_key(|candidate| candidate.start);
    if candidates.iter().all(|candidate| !candidate.by_name) {
        return;
    }
    let mut numbers = Vec::new();
    for candidate in candidates.iter().filter(|candidate| !candidate.by_name) {
        numbers.push(candidate.code);
    }
    numbers.sort_unstable();
    candidates
        .retain(|candidate| !candidate.by_name || numbers.binary_search(&candidate.code).is_err());
}
