//! From a candidate and the markers on its line to a finding: which of its meanings, and how sure.

use super::candidate::Candidate;
use super::inner::DetectorInner;
use super::markers::MarkerSet;
use super::nearby::{FittingText, Nearby};
use super::{Confidence, Explanation, Finding, PossibleEntries};
use crate::catalog::{Entry, EntryId};
use crate::rules::Marker;

/// The points that the key of a number in no catalog needs.
const UNKNOWN_KEY: i32 = 35;

/// The points of an assumed marker of the product: those of the built-in ones.
const ASSUMED_PRODUCT: i32 = 50;
/// Numbers from here to its negative are too common to be reported as unknown codes.
const SMALLEST_UNKNOWN: i64 = 10;

/// Resolves the candidates of a line to findings.
pub(super) struct Resolver<'d> {
    pub detector: &'d DetectorInner,
    pub line: &'d [u8],
    /// Whether the line counts as one with a marker of the product.
    pub assumes_product: bool,
    /// The system that a code belongs to where the line does not decide.
    pub preferred: Option<&'d str>,
}

impl<'d> Resolver<'d> {
    /// The finding of a candidate, by the markers that apply to it; None for an unknown number
    /// without enough evidence.
    pub fn resolve(&self, candidate: &Candidate, markers: MarkerSet) -> Option<Finding> {
        let (entries, confidence) = if candidate.entries.is_unknown() {
            let score = self.score(candidate, markers, self.assumes_product);
            if !score.is_enough_for_unknown(candidate) {
                return None;
            }
            (candidate.entries, score.confidence())
        } else {
            self.best_entries(candidate, markers)
        };
        let Candidate { start, end, code, .. } = *candidate;
        Some(Finding { start, end, code, confidence, entries })
    }

    /// The meanings with the highest score, and the confidence in them.
    ///
    /// Meanings differ in their scores where some markers count for certain systems alone, and
    /// where the text near the number fits only some of them.
    fn best_entries(
        &self,
        candidate: &Candidate,
        markers: MarkerSet,
    ) -> (PossibleEntries, Confidence) {
        let mut best = PossibleEntries::default();
        let (mut most, mut confidence) = (i32::MIN, Confidence::Low);
        let mut nearby = None;
        for &id in candidate.entries.ids() {
            let score = self.score_of(id, candidate, markers, &mut nearby);
            if score.points > most {
                (best, most, confidence) =
                    (PossibleEntries::default(), score.points, Confidence::Low);
            }
            if score.points == most {
                best.push(id);
                confidence = confidence.max(score.confidence());
            }
        }
        if best.is_ambiguous() {
            best = self.break_tie(best, self.detector.markers.general(markers));
        }
        (best, confidence)
    }

    /// Those of `markers` that count for the entry.
    pub fn markers_for(&self, id: EntryId, markers: MarkerSet) -> MarkerSet {
        self.detector.systems.of(id).counting(markers)
    }

    /// The score of one meaning. `nearby` keeps the text near the number from one call to the next.
    pub fn score_of(
        &self,
        id: EntryId,
        candidate: &Candidate,
        markers: MarkerSet,
        nearby: &mut Option<Nearby<'d>>,
    ) -> Score {
        let entry = self.entry(id);
        let assumes_product =
            self.assumes_product && !self.detector.systems.of(id).is_other_product();
        let mut score = self.score(candidate, self.markers_for(id, markers), assumes_product);
        let needs_hints = candidate.entries.is_ambiguous() || score.depends_on_hints();
        if needs_hints && !candidate.by_name {
            let text =
                self.detector.fitting_texts[id.index()].get_or_init(|| FittingText::new(entry));
            let nearby = nearby.get_or_insert_with(|| Nearby::new(self.line, candidate));
            if nearby.fits(text) {
                score.hint = self.detector.rules.hint_points;
                score.points += score.hint.unwrap_or_default();
            }
        }
        score
    }

    pub fn score(&self, candidate: &Candidate, markers: MarkerSet, assumes_product: bool) -> Score {
        let assumed = assumes_product.then_some(ASSUMED_PRODUCT);
        Score::new(candidate, self.detector.markers_in(markers), assumed)
    }

    /// The meanings that the line leaves, likeliest first.
    ///
    /// Markers vote for systems, and only the meanings with most votes stay. A system that passes
    /// on another's code unchanged means the same, so it stays only if it has more votes than the
    /// other. If several meanings are left, those of the preferred system stay.
    fn break_tie(&self, entries: PossibleEntries, markers: MarkerSet) -> PossibleEntries {
        let distinct = entries.filtered(|id| !self.only_passes_on(id, entries, markers));
        let most =
            distinct.ids().iter().map(|&id| self.votes(&self.entry(id).system, markers)).max();
        let left =
            distinct.filtered(|id| Some(self.votes(&self.entry(id).system, markers)) == most);
        if left.is_ambiguous() {
            let preferred = left.filtered(|id| self.preferred == Some(&*self.entry(id).system));
            if !preferred.is_unknown() {
                return preferred;
            }
        }
        left
    }

    /// Whether the entry only passes on the code of another one in `meanings`.
    fn only_passes_on(&self, id: EntryId, entries: PossibleEntries, markers: MarkerSet) -> bool {
        let Some(other) = self.entry(id).passes_on.as_deref() else { return false };
        let has_other =
            entries.in_catalog(&self.detector.catalog).any(|entry| entry.system == other);
        has_other && self.votes(&self.entry(id).system, markers) <= self.votes(other, markers)
    }

    fn votes(&self, system: &str, markers: MarkerSet) -> i32 {
        let mut votes = 0;
        for marker in self.detector.markers_in(markers) {
            if marker.systems.iter().any(|one| one == system) {
                votes += marker.weight.max(1);
            }
        }
        votes
    }

    fn entry(&self, id: EntryId) -> &Entry {
        self.detector.catalog.entry(id)
    }
}

/// The points for and against a candidate.
///
/// That a line was written by the product is one fact, however many markers show it: of those, the
/// strongest counts.
pub(super) struct Score {
    pub points: i32,
    /// Those of them that an assumed marker of the product brings.
    pub assumed: Option<i32>,
    /// Those of them that text near the number brings, which fits the meaning.
    pub hint: Option<i32>,
    /// Whether the line has a marker of the product.
    has_product: bool,
    /// Whether a specific (not generic) marker counts against the candidate. Such a line reports no
    /// unknown code.
    has_counter_evidence: bool,
}

impl Score {
    /// `assumed` are the points of a marker of the product that the user knows to be there.
    pub fn new<'m>(
        candidate: &Candidate,
        markers: impl Iterator<Item = &'m Marker>,
        assumed: Option<i32>,
    ) -> Self {
        let (mut points, mut generic, mut product) = (candidate.points, 0, assumed);
        let mut has_counter_evidence = false;
        for marker in markers {
            if marker.product {
                product = product.max(Some(marker.weight));
            } else if marker.generic {
                generic += marker.weight;
            } else {
                points += marker.weight;
                has_counter_evidence |= marker.weight < 0;
            }
        }
        let has_product = product.is_some();
        Self {
            points: points + product.unwrap_or(generic),
            assumed,
            hint: None,
            has_product,
            has_counter_evidence,
        }
    }

    /// Whether more points could raise the confidence.
    fn depends_on_hints(&self) -> bool {
        let limit =
            if self.has_product { Confidence::HIGH_POINTS } else { Confidence::MEDIUM_POINTS };
        self.points < limit
    }

    fn confidence(&self) -> Confidence {
        match self.points {
            Confidence::HIGH_POINTS.. if self.has_product => Confidence::High,
            Confidence::MEDIUM_POINTS.. => Confidence::Medium,
            _ => Confidence::Low,
        }
    }

    fn is_enough_for_unknown(&self, candidate: &Candidate) -> bool {
        self.has_product
            && !self.has_counter_evidence
            && self.points >= Explanation::UNKNOWN_POINTS
            && candidate.points >= UNKNOWN_KEY
            && candidate.code.abs() >= SMALLEST_UNKNOWN
    }
}
