//! Finding the markers of a line: the literals that count for or against its codes.
//!
//! A hash table says for each position of the line whether a literal can begin there, by three
//! bytes. Few positions pass. An automaton of all literals would cost about as much per byte, but
//! takes longer to build than most inputs take to read.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::candidate::Candidate;
use super::identifier::{self, is_identifier_byte};
use super::pattern::compile;
use super::rule_set::{RuleSet, indexes, rules_where};
use crate::catalog::Text;
use crate::rules::{Marker, Rules};

/// The markers of a line.
pub(super) type MarkerSet = RuleSet;

/// Where a literal may match.
#[derive(Clone, Copy)]
enum Anchor {
    /// A whole identifier.
    Word,
    /// At the beginning of an identifier.
    WordStart,
    /// Anywhere.
    Anywhere,
}

/// A literal of a marker.
#[derive(Clone)]
struct Literal {
    anchor: Anchor,
    /// The marker that it belongs to.
    marker: MarkerSet,
    /// `#` stands for a digit. The first three bytes contain none.
    text: Text,
    has_digits: bool,
}

/// The fourth to seventh byte of a short literal, which has fewer than seven bytes or a `#` in them.
#[derive(Clone, Copy)]
struct NextBytes {
    value: u32,
    /// The bytes that the literal has and that are no `#`.
    mask: u32,
}

/// Slots of the hash table. Many more than literals, so that most positions of a line hit an empty
/// one.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 14;

/// Finds the markers of a line and decides which of them count for a code.
pub(super) struct MarkerMatcher {
    /// The literals that are found by their first three bytes.
    short: Slots,
    /// What follows the first three bytes of each of them. Apart from them, so that the literals of
    /// a slot are tested without reading more.
    next_bytes: Vec<NextBytes>,
    /// The literals that are found by their first seven bytes: the names of many calls have three
    /// bytes in common.
    long: Slots,
    /// For each slot, one bit for each fourth byte that its literals have, by the last three bits of
    /// the byte. Most positions of a line read nothing else.
    fourth_bytes: Box<[u8; SLOTS]>,
    /// Markers without literals: they are on every line.
    on_every_line: MarkerSet,
    /// Markers that count only for certain keys, codes or numbers.
    conditional: MarkerSet,
    /// Markers of the product itself.
    product: MarkerSet,
    /// Markers that are not limited to the codes of certain systems.
    general: MarkerSet,
    /// Markers that anybody may write.
    generic: MarkerSet,
    /// The systems of the product.
    product_systems: Vec<Text>,
    /// The markers that are limited to a system, for each such system.
    by_system: Vec<(Text, MarkerSet)>,
    /// The regular expression of each marker that has a pattern, compiled when a line first needs
    /// it.
    regexes: Vec<OnceLock<Regex>>,
}

impl MarkerMatcher {
    pub fn new(rules: &Rules) -> Self {
        let markers = &*rules.markers;
        let literals = literals(markers);
        let mut fourth_bytes = Box::new([0; SLOTS]);
        for literal in &literals {
            fourth_bytes[literal.slot()] |= literal.fourth_bytes();
        }
        let is_long = |literal: &Literal| literal.next_bytes().mask == u32::MAX;
        let (long, short): (Vec<_>, Vec<_>) = literals.into_iter().partition(is_long);
        let short = Slots::new(&short, Literal::slot);
        Self {
            next_bytes: short.literals.iter().map(Literal::next_bytes).collect(),
            short,
            long: Slots::new(&long, Literal::long_slot),
            fourth_bytes,
            on_every_line: rules_where(markers, |marker| {
                marker.words.is_empty() && marker.starts.is_empty() && marker.parts.is_empty()
            }),
            conditional: rules_where(markers, |marker| {
                !marker.keys.is_empty() || !marker.codes.is_empty() || marker.pattern.is_some()
            }),
            product: rules_where(markers, |marker| marker.product),
            general: rules_where(markers, |marker| marker.about.is_empty()),
            generic: rules_where(markers, |marker| marker.generic),
            product_systems: rules.product_systems.to_vec(),
            by_system: by_system(markers),
            regexes: markers.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The markers in `line`. Costs one pass over it.
    pub fn find(&self, line: &[u8]) -> MarkerSet {
        let mut found = self.on_every_line;
        // One load reads the four bytes of five positions.
        let mut start = 0;
        while let Some(bytes) = line[start..].first_chunk() {
            let bytes = u64::from_le_bytes(*bytes);
            for offset in 0..5 {
                let four = (bytes >> (8 * offset)) as u32;
                if let Some(slot) = self.slot_for(four) {
                    found |= self.match_slot(slot, line, start + offset, found);
                }
            }
            start += 5;
        }
        for (offset, bytes) in line[start..].windows(4).enumerate() {
            let four = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            if let Some(slot) = self.slot_for(four) {
                found |= self.match_slot(slot, line, start + offset, found);
            }
        }
        if let Some(last) = line.last_chunk() {
            let slot = slot_of(key(last));
            if self.fourth_bytes[slot] != 0 {
                found |= self.match_slot(slot, line, line.len() - last.len(), found);
            }
        }
        found
    }

    /// The slot of the literals that may begin with four bytes, if there are any.
    #[inline]
    fn slot_for(&self, four: u32) -> Option<usize> {
        let slot = slot_of(four & KEY_MASK);
        let fourth = (four >> 24) as u8;
        (self.fourth_bytes[slot] & bit(fourth) != 0).then_some(slot)
    }

    /// The markers whose literals in `slot` match at `start`, without those in `known`.
    ///
    /// Not inlined: few positions of a line get here, and the loop over all positions is faster
    /// without it.
    #[inline(never)]
    fn match_slot(&self, slot: usize, line: &[u8], start: usize, known: MarkerSet) -> MarkerSet {
        let mut found = 0;
        let there = next_bytes_at(line, start);
        let short = self.short.range(slot);
        for index in short {
            let next = self.next_bytes[index];
            if there & next.mask == next.value {
                found |= self.short.literals[index].marker_at(line, start, known);
            }
        }
        let slot = long_slot_of(&line[start..], there);
        for index in self.long.range(slot) {
            found |= self.long.literals[index].marker_at(line, start, known);
        }
        found
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
        for index in indexes(applying & self.conditional) {
            let marker = &markers[index];
            if !has_code_and_key(marker, candidate, line)
                || !self.has_pattern(index, marker, candidate, line)
            {
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
        let regex = self.regexes[index].get_or_init(|| {
            compile(pattern).expect("patterns are checked before a detector is made")
        });
        let from = candidate.start.saturating_sub(Rules::PATTERN_REACH);
        let to = line.len().min(candidate.end + Rules::PATTERN_REACH);
        if !regex.is_match(&line[from..to]) {
            return false;
        }
        for captures in regex.captures_iter(&line[from..to]) {
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

    /// Whether `system` belongs to another product, with markers of its own.
    pub fn is_other_product(&self, system: &str) -> bool {
        self.by_system.iter().any(|(name, only)| name == system && only & self.product != 0)
    }

    /// Those of the markers in `found` that count for codes of `system`: see [`Marker::about`].
    pub fn for_system(&self, found: MarkerSet, system: &str) -> MarkerSet {
        let mut general = found & self.general;
        if !self.product_systems.iter().any(|one| one == system) {
            general &= !self.generic;
        }
        let Some((_, only)) = self.by_system.iter().find(|(name, _)| name == system) else {
            return general;
        };
        let specific = found & *only;
        if specific & self.product != 0 {
            return specific;
        }
        if only & self.product != 0 {
            // The system is another product: markers of the main one say nothing about its codes.
            general &= !self.product;
        }
        specific | general
    }
}

fn literals(markers: &[Marker]) -> Vec<Literal> {
    let mut literals = Vec::new();
    for (index, marker) in markers.iter().enumerate() {
        let lists = [
            (Anchor::Word, &marker.words),
            (Anchor::WordStart, &marker.starts),
            (Anchor::Anywhere, &marker.parts),
        ];
        for (anchor, texts) in lists {
            for text in texts.iter() {
                literals.push(Literal {
                    anchor,
                    marker: 1 << index,
                    text: text.clone(),
                    has_digits: text.contains('#'),
                });
            }
        }
    }
    literals
}

/// Literals in the slots of a hash table.
struct Slots {
    /// The literals, sorted by slot.
    literals: Vec<Literal>,
    /// The index of the first literal of each slot, and at the end the number of literals.
    starts: Box<[u16]>,
}

impl Slots {
    fn new(literals: &[Literal], slot_of: impl Fn(&Literal) -> usize) -> Self {
        let mut starts = vec![0; SLOTS + 1].into_boxed_slice();
        for literal in literals {
            starts[slot_of(literal) + 1] += 1;
        }
        for slot in 1..starts.len() {
            starts[slot] += starts[slot - 1];
        }
        let mut sorted = literals.to_vec();
        let mut next = starts.clone();
        for literal in literals {
            let index = &mut next[slot_of(literal)];
            sorted[usize::from(*index)] = literal.clone();
            *index += 1;
        }
        Self { literals: sorted, starts }
    }

    /// The indexes of the literals in `slot`.
    #[inline]
    fn range(&self, slot: usize) -> std::ops::Range<usize> {
        usize::from(self.starts[slot])..usize::from(self.starts[slot + 1])
    }
}

/// The systems that markers are limited to, each with its markers.
fn by_system(markers: &[Marker]) -> Vec<(Text, MarkerSet)> {
    let mut by_system: Vec<(Text, MarkerSet)> = Vec::new();
    for system in markers.iter().flat_map(|marker| marker.about.iter()) {
        if by_system.iter().all(|(name, _)| name != system) {
            let set = rules_where(markers, |marker| marker.about.contains(system));
            by_system.push((system.clone(), set));
        }
    }
    by_system
}

fn has_code_and_key(marker: &Marker, candidate: &Candidate, line: &[u8]) -> bool {
    let code = candidate.code;
    if !marker.codes.is_empty() && !marker.codes.iter().any(|codes| codes.contains(code)) {
        return false;
    }
    let key = candidate.key_in(line);
    marker.keys.is_empty() || marker.keys.iter().any(|one| one.as_bytes() == key)
}

/// The three bytes of a hash key, in the order of a little-endian load.
const KEY_MASK: u32 = 0xff_ffff;

#[inline]
fn slot_of(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)) as usize
}

/// The slot of the long literals that begin with the first three bytes of `text` and with `next`.
#[inline]
fn long_slot_of(text: &[u8], next: u32) -> usize {
    let first = text.first_chunk().map_or(0, key);
    slot_of(first.rotate_left(16) ^ next)
}

fn key(&[first, second, third]: &[u8; Rules::MARKER_LITERAL_MIN]) -> u32 {
    u32::from_le_bytes([first, second, third, 0])
}

/// The fourth to seventh byte after `start`; 0 for those behind the end of the line.
#[inline]
fn next_bytes_at(line: &[u8], start: usize) -> u32 {
    let rest = &line[start + Rules::MARKER_LITERAL_MIN..];
    if let Some(next) = rest.first_chunk() {
        return u32::from_le_bytes(*next);
    }
    let mut next = [0; 4];
    next[..rest.len()].copy_from_slice(rest);
    u32::from_le_bytes(next)
}

/// The bit of a fourth byte.
#[inline]
fn bit(byte: u8) -> u8 {
    1 << (byte & 7)
}

impl Literal {
    /// The bits of the bytes that can be the fourth one of this literal.
    fn fourth_bytes(&self) -> u8 {
        match self.text.as_bytes().get(3) {
            None | Some(b'#') => u8::MAX,
            Some(&byte) => bit(byte),
        }
    }

    fn next_bytes(&self) -> NextBytes {
        let (mut value, mut mask) = (0, 0);
        for (index, byte) in self.text.bytes().skip(3).take(4).enumerate() {
            if byte != b'#' {
                value |= u32::from(byte) << (8 * index);
                mask |= 0xff << (8 * index);
            }
        }
        NextBytes { value, mask }
    }

    fn slot(&self) -> usize {
        let text = self.text.as_bytes();
        let first = text.first_chunk().expect("literals are checked to be long enough");
        slot_of(key(first))
    }

    /// The slot of a long literal.
    fn long_slot(&self) -> usize {
        long_slot_of(self.text.as_bytes(), self.next_bytes().value)
    }

    /// The marker if the literal matches at `start` and the marker is not known yet.
    #[inline]
    fn marker_at(&self, line: &[u8], start: usize, known: MarkerSet) -> MarkerSet {
        let is_new = known & self.marker == 0 && self.matches_at(line, start);
        if is_new { self.marker } else { 0 }
    }

    /// Whether the literal matches at `start`, with the boundaries that its anchor asks for.
    fn matches_at(&self, line: &[u8], start: usize) -> bool {
        let end = start + self.text.len();
        let Some(bytes) = line.get(start..end) else { return false };
        if !self.equals(bytes) {
            return false;
        }
        let starts_word = || !is_identifier_byte(line[start]) || identifier::begins_at(line, start);
        let ends_word = || {
            let next = line.get(end).copied().unwrap_or(b' ');
            !(is_identifier_byte(line[end - 1]) && is_identifier_byte(next))
        };
        match self.anchor {
            Anchor::Word => starts_word() && ends_word(),
            Anchor::WordStart => starts_word(),
            Anchor::Anywhere => true,
        }
    }

    /// Whether `bytes`, which are as long as the literal, are equal to it.
    fn equals(&self, bytes: &[u8]) -> bool {
        if self.has_digits {
            return bytes.iter().zip(self.text.bytes()).all(|(byte, wanted)| {
                *byte == wanted || (wanted == b'#' && byte.is_ascii_digit())
            });
        }
        // The literals of a slot often have the first bytes in common, but not the last one.
        let text = self.text.as_bytes();
        bytes.last() == text.last() && bytes == text
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::catalog::CodeRange;
    use crate::detect::Meanings;

    fn texts(texts: &[&'static str]) -> Cow<'static, [Text]> {
        texts.iter().copied().map(Text::from).collect()
    }

    fn marker(words: &[&'static str], starts: &[&'static str], parts: &[&'static str]) -> Marker {
        Marker {
            name: Text::from("m"),
            reason: None,
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
            let found = matcher.find(line.as_bytes());
            assert_eq!([0, 1, 2].map(|index| found & (1 << index) != 0), wanted, "{line}");
        }
    }

    #[test]
    fn a_hash_stands_for_a_digit() {
        let matcher = matcher(&[marker(&["Chat ##:##:##"], &[], &[])]);
        for (line, wanted) in [
            ("Chat 10:00:59.123 x", true),
            ("Chat 1x:00:59", false),
            ("aChat 10:00:59", false),
            ("Chat 10:00", false),
        ] {
            assert_eq!(matcher.find(line.as_bytes()) != 0, wanted, "{line}");
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
            meanings: Meanings::default(),
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
            let found = matcher.find(line.as_bytes());
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
            assert_eq!(matcher.find(word.as_bytes()), 1 << index, "{word}");
        }
        let all = matcher.find(words.join(" ").as_bytes());
        assert_eq!(all.count_ones() as usize, Rules::MARKER_LIMIT);
    }
}
