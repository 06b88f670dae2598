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
}

/// Slots of the table, by the hash of three bytes.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 13;

/// The literals of all markers.
pub(super) struct Evidence {
    /// Ascending by slot.
    literals: Vec<Literal>,
    /// For each slot, where its literals begin; one more for the end of the last.
    slots: Box<[u16]>,
}

/// The markers that a line holds, by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen(u64);

impl Evidence {
    pub(super) fn new(markers: &[Marker]) -> Self {
        let mut literals = Vec::new();
        for (marker, rule) in markers.iter().enumerate() {
            for (fit, texts) in [(Fit::Word, &rule.words), (Fit::Start, &rule.starts), (Fit::Part, &rule.parts)] {
                literals.extend(texts.iter().map(|text: &Text| Literal { fit, marker, text: text.as_bytes().into() }));
            }
        }
        literals.sort_by_key(|literal| slot(&literal.text));
        let mut slots = vec![0; SLOTS + 1].into_boxed_slice();
        for literal in &literals {
            slots[slot(&literal.text) + 1] += 1;
        }
        for place in 1..slots.len() {
            slots[place] += slots[place - 1];
        }
        Self { literals, slots }
    }

    /// The markers in `line`. Costs one pass over it.
    pub(super) fn in_line(&self, line: &[u8]) -> Seen {
        let mut seen = 0;
        for (start, window) in line.windows(Rules::MARKER_LITERAL_MIN).enumerate() {
            let slot = slot(window);
            let (first, end) = (self.slots[slot], self.slots[slot + 1]);
            for literal in &self.literals[usize::from(first)..usize::from(end)] {
                if seen & (1 << literal.marker) == 0 && literal.is_at(line, start) {
                    seen |= 1 << literal.marker;
                }
            }
        }
        Seen(seen)
    }
}

/// The slot of a literal, or of a place in a line, by its first three bytes.
#[inline]
fn slot(text: &[u8]) -> usize {
    let key = u32::from(text[0]) | u32::from(text[1]) << 8 | u32::from(text[2]) << 16;
    (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS)) as usize
}

impl Seen {
    /// The markers of `markers` that count for `code` behind the key spelled `key`.
    pub(super) fn applying<'m>(
        self,
        markers: &'m [Marker],
        key: &'m [u8],
        code: i64,
    ) -> impl Iterator<Item = &'m Marker> + Clone {
        let mut left = self.0;
        let seen = std::iter::from_fn(move || {
            let place = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            markers.get(place)
        });
        seen.filter(move |marker| {
            (marker.codes.is_empty() || marker.codes.iter().any(|codes| codes.contains(code)))
                && (marker.keys.is_empty() || marker.keys.iter().any(|spelling| spelling.as_bytes() == key))
        })
    }
}

impl Literal {
    /// Whether the literal stands at `start` as it must.
    fn is_at(&self, line: &[u8], start: usize) -> bool {
        let end = start + self.text.len();
        let Some(there) = line.get(start..end) else { return false };
        let is_same = there == &*self.text
            || there.iter().zip(&self.text).all(|(byte, wanted)| byte == wanted || (*wanted == b'#' && byte.is_ascii_digit()));
        let open_left = || !is_part(line[start]) || word::begins_at(line, start);
        let open_right = || !is_part(line[end - 1]) || !line.get(end).is_some_and(|&byte| is_part(byte));
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
    use crate::catalog::Codes;

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
        let markers = [marker(&["TIM"], &[], &[]), marker(&[], &["TIM"], &[]), marker(&[], &[], &["TIM"])];
        let evidence = Evidence::new(&markers);
        for (line, wanted) in rows {
            let Seen(seen) = evidence.in_line(line.as_bytes());
            assert_eq!([0, 1, 2].map(|place| seen & (1 << place) != 0), wanted, "{line}");
        }
    }

    #[test]
    fn a_hash_stands_for_a_digit() {
        let evidence = Evidence::new(&[marker(&["Chat ##:##:##"], &[], &[])]);
        for (line, wanted) in
            [("Chat 10:00:59.123 x", true), ("Chat 1x:00:59", false), ("aChat 10:00:59", false), ("Chat 10:00", false)]
        {
            assert_eq!(evidence.in_line(line.as_bytes()), Seen(u64::from(wanted)), "{line}");
        }
    }

    #[test]
    fn markers_can_be_bound_to_a_key_and_to_codes() {
        let bound = Marker {
            keys: texts(&["errcode"]),
            codes: Cow::Owned(vec![Codes { first: 1000, last: 1015 }]),
            ..marker(&["xyz"], &[], &[])
        };
        let markers = [bound];
        let seen = Evidence::new(&markers).in_line(b"xyz");
        let counts = |key: &[u8], code| seen.applying(&markers, key, code).count() == 1;
        assert!(counts(b"errcode", 1006));
        assert!(!counts(b"errCode", 1006));
        assert!(!counts(b"errcode", 6206));
    }
}
