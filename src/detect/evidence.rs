//! Weighing the markers in a line for or against a code.
//!
//! A table tells for each place of the line whether a literal can begin there, by its first three bytes; few places pass.
//! Against an automaton of all literals this costs the same for each byte, and nothing to build: an automaton takes longer
//! to build than most inputs take to read.

use super::word::{self, is_part};
use crate::catalog::Text;
use crate::rules::{Marker, Rules};

/// How a literal has to stand in the line.
#[derive(Clone, Copy)]
enum Fit {
    Word,
    Start,
    Part,
}

/// A literal of a marker.
struct Literal {
    fit: Fit,
    /// The place of its marker.
    marker: usize,
    /// `#` stands for a digit, but not among the first bytes.
    text: Box<[u8]>,
    /// Whether there is a `#` in it.
    has_digits: bool,
}

/// Slots of the table, by the hash of three bytes. Many more than literals, so that most places of a line fall into empty ones.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 14;

/// The literals of all markers.
pub(super) struct Evidence {
    /// Ascending by slot.
    literals: Vec<Literal>,
    /// For each slot, where its literals begin; one more for the end of the last.
    slots: Box<[u16]>,
    /// Whether a slot has a literal: all that most places of a line ask.
    filled: Box<[bool; SLOTS]>,
    /// The markers that need no literal in the line.
    always: u64,
    /// The markers that are bound to keys or codes.
    bound: u64,
}

/// The markers that a line holds, by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen(u64);

impl Evidence {
    pub(super) fn new(markers: &[Marker]) -> Self {
        let mut literals = Vec::new();
        for (marker, rule) in markers.iter().enumerate() {
            for (fit, texts) in
                [(Fit::Word, &rule.words), (Fit::Start, &rule.starts), (Fit::Part, &rule.parts)]
            {
                literals.extend(texts.iter().map(|text: &Text| Literal {
                    fit,
                    marker,
                    text: text.as_bytes().into(),
                    has_digits: text.contains('#'),
                }));
            }
        }
        let slot = |literal: &Literal| {
            slot(literal.text.first_chunk().expect("literals are checked to be long enough"))
        };
        literals.sort_by_key(slot);
        let mut slots = vec![0; SLOTS + 1].into_boxed_slice();
        for literal in &literals {
            slots[slot(literal) + 1] += 1;
        }
        for place in 1..slots.len() {
            slots[place] += slots[place - 1];
        }
        let mut filled = Box::new([false; SLOTS]);
        for literal in &literals {
            filled[slot(literal)] = true;
        }
        let has_literals = |marker: &Marker| {
            !(marker.words.is_empty() && marker.starts.is_empty() && marker.parts.is_empty())
        };
        let is_bound = |marker: &Marker| !(marker.keys.is_empty() && marker.codes.is_empty());
        let set = |holds: &dyn Fn(&Marker) -> bool| {
            markers
                .iter()
                .enumerate()
                .filter(|(_, marker)| holds(marker))
                .fold(0, |set, (place, _)| set | 1 << place)
        };
        let (always, bound) = (set(&|marker| !has_literals(marker)), set(&is_bound));
        Self { literals, slots, filled, always, bound }
    }

    /// Those of `markers`, of which this is made, that `seen` holds and that count for `code` behind the key spelled `key`.
    pub(super) fn applying<'m>(
        &self,
        seen: Seen,
        markers: &'m [Marker],
        key: &[u8],
        code: i64,
    ) -> impl Iterator<Item = &'m Marker> + Clone + use<'m> {
        seen.counting(self, markers, key, code).places().map(|place| &markers[place])
    }

    /// The markers in `line`. Costs one pass over it.
    pub(super) fn in_line(&self, line: &[u8]) -> Seen {
        let mut seen = self.always;
        // One load brings four bytes, of which a key takes three.
        for (start, bytes) in line.windows(4).enumerate() {
            let slot =
                slot_of(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) & KEY_MASK);
            if self.filled[slot] {
                seen |= self.in_slot(slot, line, start, seen);
            }
        }
        if let Some(last) = line.last_chunk() {
            let slot = slot(last);
            seen |= self.in_slot(slot, line, line.len() - last.len(), seen);
        }
        Seen(seen)
    }

    /// The markers of the literals of `slot` that stand at `start`, apart from those that are `seen`.
    ///
    /// Not inlined: it is called for few places of a line, and the loop over all of them is tighter without it.
    #[inline(never)]
    fn in_slot(&self, slot: usize, line: &[u8], start: usize, seen: u64) -> u64 {
        let literals =
            &self.literals[usize::from(self.slots[slot])..usize::from(self.slots[slot + 1])];
        let is_new = |literal: &&Literal| seen & (1 << literal.marker) == 0;
        let found = literals.iter().filter(|literal| is_new(literal) && literal.is_at(line, start));
        found.fold(0, |found, literal| found | 1 << literal.marker)
    }
}

/// The bytes of a key, in the order of a little-endian load.
const KEY_MASK: u32 = 0xff_ffff;

#[inline]
fn slot_of(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)) as usize
}

/// The slot of a literal, by its first three bytes.
fn slot(&[first, second, third]: &[u8; Rules::MARKER_LITERAL_MIN]) -> usize {
    slot_of(u32::from_le_bytes([first, second, third, 0]))
}

impl Seen {
    /// Those of the markers that count for `code` behind the key spelled `key`.
    fn counting(self, evidence: &Evidence, markers: &[Marker], key: &[u8], code: i64) -> Self {
        let bound = Seen(self.0 & evidence.bound);
        let counts = |marker: &Marker| {
            (marker.codes.is_empty() || marker.codes.iter().any(|codes| codes.contains(code)))
                && (marker.keys.is_empty()
                    || marker.keys.iter().any(|spelling| spelling.as_bytes() == key))
        };
        let out = bound
            .places()
            .filter(|&place| !counts(&markers[place]))
            .fold(0, |out, place| out | 1 << place);
        Seen(self.0 & !out)
    }

    fn places(self) -> impl Iterator<Item = usize> + Clone {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (place < u64::BITS as usize).then_some(place)
        })
    }
}

impl Literal {
    /// Whether the literal stands at `start` as it must.
    fn is_at(&self, line: &[u8], start: usize) -> bool {
        let end = start + self.text.len();
        let Some(there) = line.get(start..end) else { return false };
        // The first bytes chose the slot; the last one tells most literals of a slot apart.
        let is_same = there[there.len() - 1] == self.text[there.len() - 1] || self.has_digits;
        let is_same = is_same
            && match self.has_digits {
                false => there == &*self.text,
                true => there.iter().zip(&self.text).all(|(byte, wanted)| {
                    byte == wanted || (*wanted == b'#' && byte.is_ascii_digit())
                }),
            };
        let open_left = || !is_part(line[start]) || word::begins_at(line, start);
        let open_right =
            || !is_part(line[end - 1]) || !line.get(end).is_some_and(|&byte| is_part(byte));
        is_same
            && match self.fit {
                Fit::Word => open_left() && open_right(),
                Fit::Start => open_left(),
                Fit::Part => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::catalog::CodeRange;

    fn texts(texts: &[&'static str]) -> Cow<'static, [Text]> {
        texts.iter().copied().map(Text::from).collect()
    }

    fn marker(words: &[&'static str], starts: &[&'static str], parts: &[&'static str]) -> Marker {
        Marker {
            name: Text::from("m"),
            product: true,
            generic: false,
            weight: 1,
            words: texts(words),
            starts: texts(starts),
            parts: texts(parts),
            keys: texts(&[]),
            codes: Cow::default(),
            systems: texts(&[]),
            about: texts(&[]),
        }
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
        let evidence = Evidence::new(&markers);
        for (line, wanted) in rows {
            let Seen(seen) = evidence.in_line(line.as_bytes());
            assert_eq!([0, 1, 2].map(|place| seen & (1 << place) != 0), wanted, "{line}");
        }
    }

    #[test]
    fn a_hash_stands_for_a_digit() {
        let evidence = Evidence::new(&[marker(&["Chat ##:##:##"], &[], &[])]);
        for (line, wanted) in [
            ("Chat 10:00:59.123 x", true),
            ("Chat 1x:00:59", false),
            ("aChat 10:00:59", false),
            ("Chat 10:00", false),
        ] {
            assert_eq!(evidence.in_line(line.as_bytes()), Seen(u64::from(wanted)), "{line}");
        }
    }

    #[test]
    fn markers_can_be_bound_to_a_key_and_to_codes() {
        let bound = Marker {
            keys: texts(&["errcode"]),
            codes: Cow::Owned(vec![CodeRange { first: 1000, last: 1015 }]),
            ..marker(&["xyz"], &[], &[])
        };
        let markers = [bound];
        let evidence = Evidence::new(&markers);
        let counts = |key: &[u8], code| {
            evidence.applying(evidence.in_line(b"xyz"), &markers, key, code).count() == 1
        };
        assert!(counts(b"errcode", 1006));
        assert!(!counts(b"errCode", 1006));
        assert!(!counts(b"errcode", 6206));
    }
}
