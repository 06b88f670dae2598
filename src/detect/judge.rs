//! From a candidate and the markers on its line to a verdict: how sure, and which of its meanings.

use super::extract::Candidate;
use super::{Confidence, Finding, Meanings, Shared};
use crate::catalog::EntryId;
use crate::rules::Marker;

/// Points from which confidence is medium.
const MEDIUM: i32 = 50;
/// Points from which confidence is high, if a marker of the product is there too.
const HIGH: i32 = 80;
/// Points from which a number that no catalog holds is reported, if a marker of the product is there too...
const UNKNOWN: i32 = 70;
/// ... and its key alone has this many.
const UNKNOWN_KEY: i32 = 35;

/// Judges candidates.
pub(super) struct Judge<'d> {
    pub shared: &'d Shared,
    /// The system that is meant where the line does not decide.
    pub preferred: Option<&'d str>,
}

/// The sum of what speaks for and against. That the line is the product's is one fact, however many markers tell it: of
/// those, the strongest counts.
pub(super) struct Weight {
    pub points: i32,
    pub product: bool,
}

impl Judge<'_> {
    /// The verdict on a candidate, with the markers that count for it; None for an unknown number without good evidence.
    pub(super) fn verdict<'m>(
        &self,
        candidate: &Candidate,
        markers: impl Iterator<Item = &'m Marker> + Clone,
    ) -> Option<Finding> {
        if self.shared.is_divided && !candidate.meanings.is_unknown() {
            return Some(self.divided_verdict(candidate, markers));
        }
        let weight = Weight::of(candidate, markers.clone());
        let meanings = candidate.meanings;
        if meanings.is_unknown() && !weight.is_enough_for_unknown(candidate) {
            return None;
        }
        let meanings =
            if meanings.is_ambiguous() { self.decide(meanings, markers) } else { meanings };
        Some(Finding {
            start: candidate.start,
            end: candidate.end,
            code: candidate.code,
            confidence: weight.confidence(),
            meanings,
        })
    }

    /// The verdict where codes belong to several products: each meaning is weighed by what is about it, and the best stay.
    fn divided_verdict<'m>(
        &self,
        candidate: &Candidate,
        markers: impl Iterator<Item = &'m Marker> + Clone,
    ) -> Finding {
        let weigh = |place: EntryId| Weight::of(candidate, self.about(place, markers.clone()));
        let most =
            candidate.meanings.ids().iter().map(|&place| weigh(place).points).max().unwrap_or(0);
        let best = candidate.meanings.filtered(|place| weigh(place).points == most);
        let confidence = best
            .ids()
            .iter()
            .map(|&place| weigh(place).confidence())
            .max()
            .unwrap_or(Confidence::Low);
        let general = markers.filter(|marker| marker.about.is_empty());
        let meanings = if best.is_ambiguous() { self.decide(best, general) } else { best };
        Finding {
            start: candidate.start,
            end: candidate.end,
            code: candidate.code,
            confidence,
            meanings,
        }
    }

    /// Those of `markers` that count for the entry at `place`: see [`Marker::about`].
    pub(super) fn about<'m>(
        &self,
        place: EntryId,
        markers: impl Iterator<Item = &'m Marker> + Clone,
    ) -> impl Iterator<Item = &'m Marker> + Clone {
        let system = self.shared.catalog.entry(place).system.clone();
        let is_about = move |marker: &Marker| marker.about.contains(&system);
        let told = markers.clone().any(|marker| marker.product && is_about(marker));
        let has_product =
            self.shared.rules.markers.iter().any(|marker| marker.product && is_about(marker));
        let is_general = move |marker: &Marker| {
            marker.about.is_empty() && !told && !(has_product && marker.product)
        };
        markers.filter(move |marker| is_about(marker) || is_general(marker))
    }

    /// The meanings that the line leaves, likeliest first.
    ///
    /// Markers vote for systems, and only the meanings with most votes stay. A system that hands on another's code
    /// unchanged means the same, so that it is worth naming only with more votes than the other has. What is then still
    /// undecided is settled by the preferred system.
    fn decide<'m>(
        &self,
        meanings: Meanings,
        markers: impl Iterator<Item = &'m Marker> + Clone,
    ) -> Meanings {
        let entry = |place: EntryId| self.shared.catalog.entry(place);
        let voters = markers.filter(|marker| !marker.systems.is_empty());
        let votes = |system: &str| -> i32 {
            let voting =
                voters.clone().filter(|marker| marker.systems.iter().any(|one| one == system));
            voting.map(|marker| marker.weight.max(1)).sum()
        };
        let own = meanings.filtered(|place| {
            let other = entry(place).passes_on.as_deref();
            let other =
                other.filter(|other| meanings.ids().iter().any(|&one| entry(one).system == *other));
            other.is_none_or(|other| votes(&entry(place).system) > votes(other))
        });
        let most = own.ids().iter().map(|&id| votes(&entry(id).system)).max().unwrap_or(0);
        let left = own.filtered(|id| votes(&entry(id).system) == most);
        let preferred = left.filtered(|place| self.preferred == Some(entry(place).system.as_ref()));
        if left.is_ambiguous() && !preferred.is_unknown() { preferred } else { left }
    }
}

impl Weight {
    pub(super) fn of<'m>(candidate: &Candidate, markers: impl Iterator<Item = &'m Marker>) -> Self {
        let (mut points, mut generic, mut most) = (candidate.points, 0, None);
        for marker in markers {
            if marker.product {
                most = most.max(Some(marker.weight));
            } else if marker.generic {
                generic += marker.weight;
            } else {
                points += marker.weight;
            }
        }
        Self { points: points + most.unwrap_or(generic), product: most.is_some() }
    }

    pub(super) fn confidence(&self) -> Confidence {
        match self.points {
            HIGH.. if self.product => Confidence::High,
            MEDIUM.. => Confidence::Medium,
            _ => Confidence::Low,
        }
    }

    fn is_enough_for_unknown(&self, candidate: &Candidate) -> bool {
        self.product && self.points >= UNKNOWN && candidate.points >= UNKNOWN_KEY
    }
}
