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
use super::precheck::Precheck;
use super::prefilter::{Hit, Prefilter};
use super::rule_set::{RuleSet, indexes};
use super::systems::Systems;
use super::triggered::TriggeredShapes;
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
    /// The cheap test of each shape, prepared when a line first needs it.
    prechecks: Vec<OnceLock<Precheck>>,
    lookup: Lookup,
    pub prefilter: Prefilter,
    /// The shapes that each literal of the prefilter triggers.
    triggered: Vec<TriggeredShapes>,
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
            triggered: triggers
                .iter()
                .map(|trigger| TriggeredShapes::new(trigger, &rules))
                .collect(),
            markers: MarkerMatcher::new(&rules),
            systems: Systems::new(&catalog, &rules),
            lookup: Lookup::new(&rules, &catalog),
            fitting_texts: catalog.entries().iter().map(|_| OnceLock::new()).collect(),
            regexes: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            prechecks: rules.shapes.iter().map(|_| OnceLock::new()).collect(),
            catalog,
            rules,
        }
    }

    pub fn extractor(&self, unknown: bool) -> Extractor<'_> {
        Extractor { catalog: &self.catalog, rules: &self.rules, lookup: &self.lookup, unknown }
    }

    /// The shapes that a hit triggers, without those that begin or end with their trigger and find
    /// no number near it.
    #[inline]
    pub fn shapes_at(&self, text: &[u8], hit: Hit, unknown: bool) -> RuleSet {
        let triggered = self.triggered[hit.trigger].at(text, hit);
        if triggered == 0 { 0 } else { self.shapes_with_number(text, hit, triggered, unknown) }
    }

    fn shapes_with_number(
        &self,
        text: &[u8],
        hit: Hit,
        triggered: RuleSet,
        unknown: bool,
    ) -> RuleSet {
        let mut shapes = triggered;
        for index in indexes(triggered) {
            let precheck = self.precheck(index);
            let Some(range) = precheck.range(text, hit) else { continue };
            if range.is_empty()
                || !self.extractor(unknown).has_code(
                    text,
                    range,
                    precheck.digits,
                    &precheck.adjacent,
                )
            {
                shapes &= !(1 << index);
            }
        }
        shapes
    }

    fn precheck(&self, shape: usize) -> &Precheck {
        self.prechecks[shape].get_or_init(|| Precheck::new(&self.rules.shapes[shape]))
    }

    /// Those of `shapes` that can have a number of `line`. Costs a small part of what their
    /// regular expressions cost.
    pub fn possible_shapes(&self, line: &[u8], shapes: RuleSet, unknown: bool) -> RuleSet {
        let mut possible = shapes;
        for index in indexes(shapes) {
            let precheck = self.precheck(index);
            let extractor = self.extractor(unknown);
            if precheck.required.is_some_and(|byte| memchr(byte, line).is_none())
                || !extractor.has_code(line, 0..line.len(), precheck.digits, &precheck.adjacent)
            {
                possible &= !(1 << index);
            }
        }
        possible
    }

    /// Adds the candidates of `shapes`, which are possible in `line`, and those that only a line
    /// with another candidate has.
    pub fn match_shapes(
        &self,
        line: &[u8],
        shapes: RuleSet,
        unknown: bool,
        candidates: &mut Vec<Candidate>,
    ) {
        let extractor = self.extractor(unknown);
        for index in indexes(shapes) {
            let shape = &self.rules.shapes[index];
            let regex = self.regexes[index].get_or_init(|| {
                compile(&shape.pattern).expect("patterns are checked before a detector is made")
            });
            // Most lines with a trigger do not match, and captures cost an allocation.
            if !regex.is_match(line) {
                continue;
            }
            for captures in regex.captures_iter(line).take(PATTERN_MATCH_LIMIT) {
                if let Some(code) = captures.name("code") {
                    let span = code.range();
                    extractor.candidates_from_pattern(line, span, shape.weight, candidates);
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
