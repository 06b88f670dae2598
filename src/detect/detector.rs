//! The detector: a catalog and rules, prepared for searching lines.

use std::sync::Arc;

use super::candidate::{Candidate, merge};
use super::inner::DetectorInner;
use super::markers::MarkerSet;
use super::pattern::{PatternError, check_pattern};
use super::resolve::Resolver;
use super::{Explanation, Finding, ResolvedFinding, Scan};
use crate::catalog::Catalog;
use crate::rules::{Marker, Rules};

/// Finds codes in lines. `Send` and `Sync`, so threads can share one. Cheap to clone: clones share
/// the catalog and the search tables.
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

impl Detector {
    /// The detector of the built-in catalog and rules. Costs the building of two small search
    /// tables.
    pub fn built_in() -> Self {
        Self::from_checked(crate::catalog::built_in(), crate::rules::built_in())
    }

    /// A detector for the codes of `catalog` by `rules`. Costs the building of two small search
    /// tables.
    ///
    /// # Errors
    ///
    /// One for every pattern whose regular expression is broken, too large or without a group
    /// `code`. Each displays as `rule: cause`.
    pub fn new(catalog: Catalog, rules: Rules) -> Result<Self, Vec<PatternError>> {
        let mut errors = Vec::new();
        for (rule, pattern) in rules.patterns() {
            errors.extend(check_pattern(&rule, pattern).err());
        }
        if errors.is_empty() { Ok(Self::from_checked(catalog, rules)) } else { Err(errors) }
    }

    /// A detector for rules whose patterns are checked.
    pub(crate) fn from_checked(catalog: Catalog, rules: Rules) -> Self {
        let inner = DetectorInner::new(catalog, rules);
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
    pub fn explain<'d>(
        &'d self,
        line: &'d [u8],
    ) -> impl ExactSizeIterator<Item = Explanation> + use<'d> {
        let mut candidates = Vec::new();
        self.find_candidates(line, true, &mut candidates);
        let found = self.inner.find_markers(line, &candidates);
        candidates.into_iter().map(move |candidate| self.explain_candidate(&candidate, line, found))
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
        let likeliest = finding.and_then(|finding| finding.entries.ids().first().copied());
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
        let mut shapes = 0;
        let (mut at, mut word_end) = (0, 0);
        while let Some(hit) = self.inner.prefilter.find(line, at) {
            at = hit.end;
            shapes |= self.inner.shapes_at(line, hit, unknown);
            if hit.start >= word_end {
                word_end = extractor.candidates_at(line, hit, candidates);
            }
        }
        let shapes = self.inner.possible_shapes(line, shapes, unknown);
        self.inner.match_shapes(line, shapes, unknown, candidates);
        merge(candidates);
    }
}
