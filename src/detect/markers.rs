//! The markers of a line: what counts for or against its codes.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::adjacent::{AdjacentBytes, RequiredBytes};
use super::candidate::Candidate;
use super::conditions::Conditions;
use super::literals::Literals;
use super::pattern::{compile, parse};
use super::rule_set::{RuleSet, indexes, rules_where};
use crate::rules::{Marker, Rules};

/// The markers of a line.
pub(super) type MarkerSet = RuleSet;

/// Finds the markers of a line and decides which of them count for a code.
pub(super) struct MarkerMatcher {
    /// Made when a line first needs it, which no line does of a run that explains codes.
    literals: OnceLock<Literals>,
    conditions: Conditions,
    /// Markers without literals: they are on every line.
    on_every_line: MarkerSet,
    /// Markers that count only for certain keys, codes or numbers.
    conditional: MarkerSet,
    /// Markers that have a pattern.
    with_pattern: MarkerSet,
    /// Markers of the product itself.
    product: MarkerSet,
    /// Markers that are not limited to the codes of certain systems.
    general: MarkerSet,
    /// Markers that any program may write.
    generic: MarkerSet,
    /// The cheap test of each marker that has a pattern, prepared when a line first needs it.
    prechecks: Vec<OnceLock<MarkerPrecheck>>,
    /// The regular expression of each marker that has a pattern, compiled when a line first needs
    /// it.
    regexes: Vec<OnceLock<Regex>>,
}

/// What the pattern of a marker needs around the number, derived from its regular expression.
struct MarkerPrecheck {
    adjacent: AdjacentBytes,
    required: RequiredBytes,
}

impl MarkerMatcher {
    pub fn new(rules: &Rules) -> Self {
        let markers = &*rules.markers;
        Self {
            literals: OnceLock::new(),
            conditions: Conditions::new(markers),
            on_every_line: rules_where(markers, |marker| {
                marker.words.is_empty() && marker.starts.is_empty() && marker.parts.is_empty()
            }),
            conditional: rules_where(markers, |marker| {
                !marker.keys.is_empty() || !marker.codes.is_empty() || marker.pattern.is_some()
            }),
            with_pattern: rules_where(markers, |marker| marker.pattern.is_some()),
            product: rules_where(markers, |marker| marker.product),
            general: general_markers(rules),
            generic: rules_where(markers, |marker| marker.generic),
            prechecks: markers.iter().map(|_| OnceLock::new()).collect(),
            regexes: markers.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The markers in `line`. `markers` is the list that the matcher was made of. Costs one pass
    /// over the line.
    pub fn find(&self, markers: &[Marker], line: &[u8]) -> MarkerSet {
        let literals = self.literals.get_or_init(|| Literals::new(markers));
        self.on_every_line | literals.find(markers, line)
    }

    /// Those of the markers in `found`, the markers of `line`, that count for the candidate.
    /// `markers` is the list that the matcher was made of.
    pub fn applying(
        &self,
        found: MarkerSet,
        markers: &[Marker],
        candidate: &Candidate,
        line: &[u8],
    ) -> MarkerSet {
        // Generic markers count nothing beside one of the product.
        let has_product = found & self.product & !self.conditional != 0;
        let ignored = if has_product { self.generic & self.conditional } else { 0 };
        let mut applying = found & !ignored;
        if applying & self.conditional == 0 {
            return applying;
        }
        applying &= self.conditions.met_by(candidate, line);
        for index in indexes(applying & self.with_pattern) {
            if !self.has_pattern(index, &markers[index], candidate, line) {
                applying &= !(1 << index);
            }
        }
        applying
    }

    /// Whether the pattern of the marker, if it has one, captures the number of the candidate.
    fn has_pattern(
        &self,
        index: usize,
        marker: &Marker,
        candidate: &Candidate,
        line: &[u8],
    ) -> bool {
        let Some(pattern) = &marker.pattern else { return true };
        let precheck = self.prechecks[index].get_or_init(|| MarkerPrecheck::new(pattern));
        if !candidate.by_name && !precheck.adjacent.fits(line, candidate.start, candidate.end) {
            return false;
        }
        let from = candidate.start.saturating_sub(Rules::PATTERN_REACH);
        let to = line.len().min(candidate.end + Rules::PATTERN_REACH);
        let text = &line[from..to];
        if !precheck.required.are_in(text, candidate.start - from, candidate.end - from) {
            return false;
        }
        let regex = self.regexes[index].get_or_init(|| {
            compile(pattern).expect("patterns are checked before a detector is made")
        });
        if !regex.is_match(text) {
            return false;
        }
        for captures in regex.captures_iter(text) {
            let code = captures.name("code");
            if code.is_some_and(|code| from + code.start() == candidate.start) {
                return true;
            }
        }
        false
    }

    /// Those of the markers in `found` that are not limited to certain systems.
    pub fn general(&self, found: MarkerSet) -> MarkerSet {
        found & self.general
    }
}

impl MarkerPrecheck {
    fn new(pattern: &str) -> Self {
        let hir = parse(pattern);
        Self { adjacent: AdjacentBytes::new(&hir), required: RequiredBytes::new(&hir) }
    }
}

/// The markers that are not limited to the codes of certain systems.
pub(super) fn general_markers(rules: &Rules) -> MarkerSet {
    rules_where(&rules.markers, |marker| marker.about.is_empty())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::catalog::{CodeRange, Text};
    use crate::detect::PossibleEntries;

    fn texts(texts: &[&'static str]) -> Cow<'static, [Text]> {
        texts.iter().copied().map(Text::from).collect()
    }

    fn marker(words: &[&'static str], starts: &[&'static str], parts: &[&'static str]) -> Marker {
        Marker {
            name: Text::from("m"),
            reason: None,
            reason_zh: None,
            product: true,
            generic: false,
            weight: 1,
            words: texts(words),
            starts: texts(starts),
            parts: texts(parts),
            keys: texts(&[]),
            codes: Cow::default(),
            pattern: None,
            systems: texts(&[]),
            about: texts(&[]),
        }
    }

    fn matcher(markers: &[Marker]) -> MarkerMatcher {
        let markers = Cow::Owned(markers.to_vec());
        MarkerMatcher::new(&Rules { markers, ..Rules::default() })
    }

    #[test]
    fn literals_match_as_words_starts_or_parts() {
        let rows: [(&str, [bool; 3]); 7] = [
            ("TIM", [true, true, true]),
            ("TIM: x", [true, true, true]),
            ("TIMManager", [false, true, true]),
            ("OPTIM", [false, false, true]),
            ("OPTIMIZE", [false, false, true]),
            ("的TIM的", [true, true, true]),
            ("tim", [false, false, false]),
        ];
        let markers =
            [marker(&["TIM"], &[], &[]), marker(&[], &["TIM"], &[]), marker(&[], &[], &["TIM"])];
        let matcher = matcher(&markers);
        for (line, wanted) in rows {
            let found = matcher.find(&markers, line.as_bytes());
            assert_eq!([0, 1, 2].map(|index| found & (1 << index) != 0), wanted, "{line}");
        }
    }

    #[test]
    fn a_hash_stands_for_a_digit() {
        let markers = [marker(&["Chat ##:##:##"], &[], &[])];
        let matcher = matcher(&markers);
        for (line, wanted) in [
            ("Chat 10:00:59.123 x", true),
            ("Chat 1x:00:59", false),
            ("aChat 10:00:59", false),
            ("Chat 10:00", false),
        ] {
            assert_eq!(matcher.find(&markers, line.as_bytes()) != 0, wanted, "{line}");
        }
    }

    /// The number at `key.len() + 1` of a line that begins with the key.
    fn candidate(key: &str, code: i64) -> Candidate {
        Candidate {
            start: key.len() + 1,
            end: key.len() + 5,
            code,
            points: 50,
            key: (0, key.len()),
            entries: PossibleEntries::default(),
            by_name: false,
        }
    }

    #[test]
    fn markers_can_be_limited_to_a_key_to_codes_and_to_a_pattern() {
        let limited = Marker {
            keys: texts(&["errcode"]),
            codes: Cow::Owned(vec![CodeRange { first: 1000, last: 1015 }]),
            pattern: Some(Text::from("(?P<code>\\d+),")),
            ..marker(&["xyz"], &[], &[])
        };
        let markers = [limited];
        let matcher = matcher(&markers);
        let rows = [
            ("errcode", 1006, "errcode:1006, xyz", true),
            ("errCode", 1006, "errCode:1006, xyz", false),
            ("errcode", 6206, "errcode:6206, xyz", false),
            ("errcode", 1006, "errcode:1006; xyz 1006,", false),
        ];
        for (key, code, line, wanted) in rows {
            let found = matcher.find(&markers, line.as_bytes());
            let applying =
                matcher.applying(found, &markers, &candidate(key, code), line.as_bytes());
            assert_eq!(applying != 0, wanted, "{line}");
        }
    }

    #[test]
    fn as_many_markers_as_the_limit_are_told_apart() {
        let words: Vec<String> =
            (0..Rules::MARKER_LIMIT).map(|number| format!("word{number}")).collect();
        let markers: Vec<Marker> = words
            .iter()
            .map(|word| Marker {
                words: vec![Text::from(word.clone())].into(),
                ..marker(&[], &[], &[])
            })
            .collect();
        let matcher = matcher(&markers);
        for (index, word) in words.iter().enumerate() {
            assert_eq!(matcher.find(&markers, word.as_bytes()), 1 << index, "{word}");
        }
        let all = matcher.find(&markers, words.join(" ").as_bytes());
        assert_eq!(all.count_ones() as usize, Rules::MARKER_LIMIT);
    }
}
