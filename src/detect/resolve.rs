//! From a candidate and the markers on its line to a finding: which of its meanings, and how sure.

use super::detector::DetectorInner;
use super::extract::Candidate;
use super::markers::MarkerSet;
use super::{Confidence, Finding, Meanings};
use crate::catalog::{Entry, EntryId};
use crate::rules::Marker;

/// Points from which confidence is medium.
const MEDIUM: i32 = 50;
/// Points from which confidence is high, if the line has a marker of the product.
const HIGH: i32 = 80;
/// Points from which a number that is in no catalog is reported, if the line has a marker of the
/// product ...
const UNKNOWN: i32 = 70;
/// ... and the key has this many.
const UNKNOWN_KEY: i32 = 35;

/// Resolves candidates to findings.
pub(super) struct Resolver<'d> {
    pub detector: &'d DetectorInner,
    /// The system that a code belongs to where the line does not decide.
    pub preferred: Option<&'d str>,
}

impl Resolver<'_> {
    /// The finding of a candidate, by the markers that apply to it; None for an unknown number
    /// without enough evidence.
    pub fn resolve(&self, candidate: &Candidate, markers: MarkerSet) -> Option<Finding> {
        let (meanings, confidence) = if candidate.meanings.is_unknown() {
            let score = self.score(candidate, markers);
            if !score.is_enough_for_unknown(candidate) {
                return None;
            }
            (candidate.meanings, score.confidence())
        } else {
            self.best_meanings(candidate, markers)
        };
        let Candidate { start, end, code, .. } = *candidate;
        Some(Finding { start, end, code, confidence, meanings })
    }

    /// The meanings with the highest score, and the confidence in them.
    ///
    /// Meanings differ in their scores only where some markers count for certain systems alone.
    fn best_meanings(&self, candidate: &Candidate, markers: MarkerSet) -> (Meanings, Confidence) {
        let mut best = Meanings::default();
        let (mut most, mut confidence) = (i32::MIN, Confidence::Low);
        for &id in candidate.meanings.ids() {
            let score = self.score(candidate, self.markers_for(id, markers));
            if score.points > most {
                (best, most, confidence) = (Meanings::default(), score.points, Confidence::Low);
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
        self.detector.markers.for_system(markers, &self.entry(id).system)
    }

    fn score(&self, candidate: &Candidate, markers: MarkerSet) -> Score {
        Score::new(candidate, self.detector.markers_in(markers))
    }

    /// The meanings that the line leaves, likeliest first.
    ///
    /// Markers vote for systems, and only the meanings with most votes stay. A system that passes
    /// on another's code unchanged means the same, so it stays only if it has more votes than the
    /// other. If several meanings are left, those of the preferred system stay.
    fn break_tie(&self, meanings: Meanings, markers: MarkerSet) -> Meanings {
        let distinct = meanings.filtered(|id| !self.only_passes_on(id, meanings, markers));
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
    fn only_passes_on(&self, id: EntryId, meanings: Meanings, markers: MarkerSet) -> bool {
        let Some(other) = self.entry(id).passes_on.as_deref() else { return false };
        let has_other = meanings.entries(&self.detector.catalog).any(|entry| entry.system == other);
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
    /// Whether the line has a marker of the product.
    has_product: bool,
}

impl Score {
    pub fn new<'m>(candidate: &Candidate, markers: impl Iterator<Item = &'m Marker>) -> Self {
        let (mut points, mut generic, mut product) = (candidate.points, 0, None);
        for marker in markers {
            if marker.product {
                product = product.max(Some(marker.weight));
            } else if marker.generic {
                generic += marker.weight;
            } else {
                points += marker.weight;
            }
        }
        Self { points: points + product.unwrap_or(generic), has_product: product.is_some() }
    }

    fn confidence(&self) -> Confidence {
        match self.points {
            HIGH.. if self.has_product => Confidence::High,
            MEDIUM.. => Confidence::Medium,
            _ => Confidence::Low,
        }
    }

    fn is_enough_for_unknown(&self, candidate: &Candidate) -> bool {
        self.has_product && self.points >= UNKNOWN && candidate.points >= UNKNOWN_KEY
    }
}
