//! From a trigger to a candidate: which key or name stands there, and which number hangs on it.

use super::gap::{self, Gap};
use super::number::{self, Edges, Number};
use super::prefilter::Hit;
use super::word::{self, Folded};
use crate::catalog::Catalog;
use crate::rules::{Key, Rules};

/// What a qualifier such as `http` before a key costs.
const QUALIFIER_COST: i32 = 30;

/// A number or a name that may be a code; its line has not been weighed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub start: usize,
    pub end: usize,
    pub code: i64,
    /// Points for the key or name.
    pub points: i32,
    /// The key as it is spelled in the line.
    pub key: (usize, usize),
    /// Whether it is a name without a number of its own.
    pub by_name: bool,
}

/// Reads candidates out of texts. The text may be a line or a block of lines: nothing here looks beyond a line end.
#[derive(Clone, Copy)]
pub(super) struct Extractor<'d> {
    pub catalog: &'d Catalog,
    pub rules: &'d Rules,
    /// Whether numbers that no catalog holds are candidates too.
    pub unknown: bool,
}

impl Extractor<'_> {
    /// Hands the candidates of the key or name at `hit` to `found`, and returns where that key or name ends: another trigger
    /// in it says nothing new.
    #[inline]
    pub(super) fn at(&self, text: &[u8], hit: Hit, mut found: impl FnMut(Candidate)) -> usize {
        if !text[hit.start].is_ascii() {
            return self.at_literal_key(text, hit, found);
        }
        let Some(word) = word::around(text, hit.start) else { return hit.end };
        let end = word.end.max(hit.end);
        let spelled = &text[word.clone()];
        if self.rules.stems.iter().any(|stem| spelled.starts_with(stem.as_bytes())) {
            self.at_name(text, word, found);
            return end;
        }
        // The number is the cheaper test: most words that hold a trigger have none behind them.
        if let Some((number, gap)) = self.number_behind(text, word.end)
            && let Some((points, key_start)) = self.key_points(text, word.clone(), gap)
        {
            found(Candidate::number(number, points, (key_start, word.end)));
        }
        end
    }

    fn at_literal_key(&self, text: &[u8], hit: Hit, mut found: impl FnMut(Candidate)) -> usize {
        let rest = &text[hit.start..];
        let Some(key) = self.rules.literal_keys.iter().find(|key| rest.starts_with(key.words.as_bytes())) else { return hit.end };
        let end = hit.start + key.words.len();
        if let Some((number, gap)) = self.number_behind(text, end) {
            found(Candidate::number(number, points(key, gap), (hit.start, end)));
        }
        end
    }

    fn at_name(&self, text: &[u8], word: std::ops::Range<usize>, mut found: impl FnMut(Candidate)) {
        let names = &self.rules.names;
        let key = (word.start, word.end);
        let number = self.number_behind(text, word.end);
        match self.catalog.places_named(&text[word.clone()]).next().map(|place| self.catalog.entry(place).codes.first) {
            Some(code) => {
                let own_number = number.filter(|(number, _)| number.value == code);
                found(match own_number {
                    Some((number, _)) => Candidate::number(number, names.known, key),
                    None => Candidate { start: word.start, end: word.end, code, points: names.known, key, by_name: true },
                });
            }
            None => {
                if let Some((number, _)) = number {
                    found(Candidate::number(number, names.unknown, key));
                }
            }
        }
    }

    /// The number behind a key that ends at `end`, if it can be a code at all.
    #[inline]
    fn number_behind(&self, text: &[u8], end: usize) -> Option<(Number, Gap)> {
        let (start, gap) = gap::read(text, end)?;
        let number = number::read(text, start, self.edges())?;
        self.can_be_code(number.value).then_some((number, gap))
    }

    /// Whether `code` is worth a look. 0 is success and never is.
    pub(super) fn can_be_code(&self, code: i64) -> bool {
        code != 0 && (self.unknown || self.catalog.places_of(code).next().is_some())
    }

    pub(super) fn edges(&self) -> Edges<'_> {
        Edges { right_edges: &self.rules.right_edges, units: &self.rules.units }
    }

    /// The points of the key that ends with `word`, and where that key begins; None when it is no key.
    fn key_points(&self, text: &[u8], word: std::ops::Range<usize>, gap: Gap) -> Option<(i32, usize)> {
        let spelled = &text[word.clone()];
        let before = word::before(text, word.start);
        let joined = before.clone().and_then(|before| {
            let key = self.key(Folded::new(&[&text[before.clone()], spelled]).as_bytes())?;
            Some((key, before.start))
        });
        let alone = || self.key(Folded::new(&[spelled]).as_bytes()).map(|key| (key, word.start));
        let suffix = || {
            let key = self.rules.keys.iter().filter(|key| key.suffix).find(|key| word::ends_in(spelled, key.folded.as_bytes()));
            key.map(|key| (key, word.start))
        };
        let (key, start) = joined.or_else(alone).or_else(suffix)?;
        let qualified = word::before(text, start).is_some_and(|before| self.is_qualifier(&text[before]));
        Some((points(key, gap) - if qualified { QUALIFIER_COST } else { 0 }, start))
    }

    fn key(&self, folded: &[u8]) -> Option<&Key> {
        let place = self.rules.keys.binary_search_by(|key| key.folded.as_bytes().cmp(folded)).ok()?;
        Some(&self.rules.keys[place])
    }

    fn is_qualifier(&self, word: &[u8]) -> bool {
        self.rules.qualifiers.iter().any(|qualifier| qualifier.as_bytes().eq_ignore_ascii_case(word))
    }
}

impl Candidate {
    pub(super) fn number(number: Number, points: i32, key: (usize, usize)) -> Self {
        Self { start: number.start, end: number.end, code: number.value, points, key, by_name: false }
    }
}

fn points(key: &Key, gap: Gap) -> i32 {
    match gap {
        Gap::Sign => key.weight,
        Gap::Bare => key.bare,
    }
}
