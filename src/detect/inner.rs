//! The tables that all clones of a detector share: catalog, rules, and what is prepared from them.

use std::sync::OnceLock;

use memchr::memchr;
use regex::bytes::Regex;

use super::candidate::Candidate;
use super::extract::{Extractor, Lookup};
use super::json_escapes;
use super::markers::{MarkerMatcher, MarkerSet};
use super::nearby::FittingText;
use super::pattern::compile;
use super::prefilter::{Hit, Prefilter};
use super::reach::Reach;
use super::rule_set::{RuleSet, indexes};
use super::systems::Systems;
use super::wakes::Wakes;
use crate::catalog::{Catalog, Text};
use crate::rules::{Marker, Rules};

/// The most matches of one pattern in one line. Each search may read the line to its end, so
/// without a limit a long line could cost the square of its length.
pub(super) const PATTERN_MATCH_LIMIT: usize = 1000;

/// The tables of a detector, which do not change after it is made.
pub(super) struct DetectorInner {
    pub catalog: Catalog,
    pub rules: Rules,
    /// The regular expressions of the shapes, each compiled when a line first needs it.
    regexes: Vec<OnceLock<Regex>>,
    /// What a quick look at a text can say about each shape, computed when a line first needs it.
    reaches: Vec<OnceLock<Reach>>,
    lookup: Lookup,
    pub prefilter: Prefilter,
    /// The shapes that each literal of the prefilter wakes.
    wakes: Vec<Wakes>,
    pub markers: MarkerMatcher,
    pub systems: Systems,
    /// What text near a number fits each entry, prepared when a line first needs it.
    pub fitting_texts: Vec<OnceLock<FittingText>>,
}

impl DetectorInner {
    /// `rules` are checked.
    pub fn new(catalog: Catalog, rules: Rules) -> Self {
        let triggers = searched_triggers(&rules);
        Self {
            prefilter: Prefilter::new(&triggers),
            wakes: triggers.iter().map(|trigger| Wakes::new(trigger, &rules)).collect(),
            markers: MarkerMatcher::new(&rules),
            systems: Systems::new(&catalog, &rules),
            lookup: Lookup::new(&rules, &catalog),
            fitting_texts: catalog.entries().iter().map(|_| OnceLock::new()).collect(),
            regexes: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            reaches: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            catalog,
            rules,
        }
    }

    pub fn extractor(&self, unknown: bool) -> Extractor<'_> {
        Extractor { catalog: &self.catalog, rules: &self.rules, lookup: &self.lookup, unknown }
    }

    /// The shapes that a hit wakes, without those that begin or end with their trigger and find no
    /// number near it.
    #[inline]
    pub fn shapes_at(&self, text: &[u8], hit: Hit, unknown: bool) -> RuleSet {
        let woken = self.wakes[hit.trigger].at(text, hit);
        if woken == 0 { 0 } else { self.shapes_within_reach(text, hit, woken, unknown) }
    }

    fn shapes_within_reach(&self, text: &[u8], hit: Hit, woken: RuleSet, unknown: bool) -> RuleSet {
        let mut shapes = woken;
        for index in indexes(woken) {
            let reach = self.reach(index);
            let Some(range) = reach.range(text, hit) else { continue };
            if range.is_empty()
                || !self.extractor(unknown).has_code(text, range, reach.digits, &reach.beside)
            {
                shapes &= !(1 << index);
            }
        }
        shapes
    }

    fn reach(&self, shape: usize) -> &Reach {
        self.reaches[shape].get_or_init(|| Reach::new(&self.rules.shapes[shape]))
    }

    /// Those of `patterns` that can capture a number of `line`. Costs a small part of what their
    /// regular expressions cost.
    pub fn possible_patterns(&self, line: &[u8], patterns: RuleSet, unknown: bool) -> RuleSet {
        let mut possible = patterns;
        for index in indexes(patterns) {
            let reach = self.reach(index);
            let extractor = self.extractor(unknown);
            if reach.required.is_some_and(|byte| memchr(byte, line).is_none())
                || !extractor.has_code(line, 0..line.len(), reach.digits, &reach.beside)
            {
                possible &= !(1 << index);
            }
        }
        possible
    }

    /// Adds the candidates of `patterns`, which are possible in `line`, and those that only a line with
    /// another candidate has.
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
    pub fn find_markers(&self, line: &[u8], candidates: &[Candidate]) -> MarkerSet {
        let mut found = self.markers.find(&self.rules.markers, line);
        if candidates.iter().any(|candidate| candidate.has_escaped_key(line)) {
            found |= self.markers.find(&self.rules.markers, &json_escapes::decode(line));
        }
        found
    }

    /// Those of the markers in `found` that count for the candidate.
    pub fn applying(&self, found: MarkerSet, candidate: &Candidate, line: &[u8]) -> MarkerSet {
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
