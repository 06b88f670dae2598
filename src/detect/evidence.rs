//! Weighing the markers in a line for or against a code.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::word::{self, is_part};
use crate::catalog::Text;
use crate::rules::Marker;

/// How a literal has to stand in the line.
#[derive(Clone, Copy)]
enum Fit {
    Word,
    Start,
    Part,
}

/// The literals of all markers as one automaton.
pub(super) struct Evidence {
    automaton: AhoCorasick,
    /// For each literal of the automaton: how it must stand, and the place of its marker.
    literals: Vec<(Fit, usize)>,
}

/// The markers that a line holds, by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen(u64);

impl Evidence {
    pub(super) fn new(markers: &[Marker]) -> Self {
        let mut literals = Vec::new();
        let mut patterns: Vec<&[u8]> = Vec::new();
        for (place, marker) in markers.iter().enumerate() {
            for (fit, texts) in [(Fit::Word, &marker.words), (Fit::Start, &marker.starts), (Fit::Part, &marker.parts)] {
                patterns.extend(texts.iter().map(|text: &Text| text.as_bytes()));
                literals.resize(patterns.len(), (fit, place));
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).kind(Some(AhoCorasickKind::DFA)).build(patterns);
        Self { automaton: automaton.expect("marker literals are few and short"), literals }
    }

    /// The markers in `line`. Costs one pass over it.
    pub(super) fn in_line(&self, line: &[u8]) -> Seen {
        let mut seen = 0;
        for found in self.automaton.find_overlapping_iter(line) {
            let (fit, place) = self.literals[found.pattern().as_usize()];
            if seen & (1 << place) == 0 && fits(line, found.start(), found.end(), fit) {
                seen |= 1 << place;
            }
        }
        Seen(seen)
    }
}

impl Seen {
    /// The markers of `markers` that count for `code` behind the key spelled `key`.
    pub(super) fn applying<'m>(self, markers: &'m [Marker], key: &'m [u8], code: i64) -> impl Iterator<Item = &'m Marker> {
        markers
            .iter()
            .enumerate()
            .filter(move |&(place, marker)| {
                self.0 & (1 << place) != 0
                    && marker.codes.is_none_or(|codes| codes.contains(code))
                    && (marker.keys.is_empty() || marker.keys.iter().any(|spelling| spelling.as_bytes() == key))
            })
            .map(|(_, marker)| marker)
    }
}

fn fits(line: &[u8], start: usize, end: usize, fit: Fit) -> bool {
    let open_left = || !is_part(line[start]) || word::begins_at(line, start);
    let open_right = || !is_part(line[end - 1]) || !line.get(end).is_some_and(|&byte| is_part(byte));
    match fit {
        Fit::Word => open_left() && open_right(),
        Fit::Start => open_left(),
        Fit::Part => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Codes;

    fn texts(texts: &[&'static str]) -> std::borrow::Cow<'static, [Text]> {
        texts.iter().copied().map(Text::from).collect()
    }

    fn marker(words: &[&'static str], starts: &[&'static str], parts: &[&'static str]) -> Marker {
        Marker {
            name: Text::from("m"),
            product: true,
            weight: 1,
            words: texts(words),
            starts: texts(starts),
            parts: texts(parts),
            keys: texts(&[]),
            codes: None,
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
    fn markers_can_be_bound_to_a_key_and_to_codes() {
        let bound =
            Marker { keys: texts(&["errcode"]), codes: Some(Codes { first: 1000, last: 1015 }), ..marker(&["x"], &[], &[]) };
        let markers = [bound];
        let seen = Evidence::new(&markers).in_line(b"x");
        let counts = |key: &[u8], code| seen.applying(&markers, key, code).count() == 1;
        assert!(counts(b"errcode", 1006));
        assert!(!counts(b"errCode", 1006));
        assert!(!counts(b"errcode", 6206));
    }
}
