//! From a trigger to a candidate: which key or name stands there, and which number hangs on it.

use super::Meanings;
use super::first_bytes::FirstBytes;
use super::gap::{self, Gap};
use super::number::{self, Edges, Number};
use super::prefilter::Hit;
use super::word::{self, Folded};
use super::word_set::WordSet;
use crate::catalog::Catalog;
use crate::rules::{Key, Rules};

/// What a qualifier such as `http` before a key costs.
const QUALIFIER_COST: i32 = 30;
/// What a word is worth as a key when it is a log level: `ERROR 6206 --- [main]`, `[error] 6206`.
const LEVEL_POINTS: i32 = 5;
/// The most numbers that hang on one key.
const LIST_LIMIT: usize = 16;
/// Names of so many words are told by themselves; shorter ones could be anybody's.
const LONG_NAME: usize = 4;

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
    /// The entries that it can stand for.
    pub meanings: Meanings,
    /// Whether it is a name without a number of its own.
    pub by_name: bool,
}

/// A number that can be a code, with the entries that it can stand for.
type Listed = (Number, Meanings);

/// The lists of the rules in forms that are looked up fast.
pub(super) struct Lookup {
    keys: WordSet,
    qualifiers: WordSet,
    abbreviations: WordSet,
    stems: FirstBytes,
    list_joints: FirstBytes,
}

impl Lookup {
    pub(super) fn of(rules: &Rules) -> Self {
        Self {
            keys: WordSet::of(rules.keys.iter().map(|key| &key.folded)),
            qualifiers: WordSet::of(rules.qualifiers.iter()),
            abbreviations: WordSet::of(rules.abbreviations.iter()),
            stems: FirstBytes::of(&rules.stems),
            list_joints: FirstBytes::of(&rules.list_joints),
        }
    }
}

/// Reads candidates out of texts. The text may be a line or a block of lines: nothing here looks beyond a line end.
#[derive(Clone, Copy)]
pub(super) struct Extractor<'d> {
    pub catalog: &'d Catalog,
    pub rules: &'d Rules,
    pub lookup: &'d Lookup,
    /// Whether numbers that no catalog holds are candidates too.
    pub unknown: bool,
}

impl Extractor<'_> {
    /// Hands the candidates of the key or name at `hit` to `found`, and returns where that key or name ends: another trigger
    /// in it says nothing new.
    #[inline]
    pub(super) fn at(&self, text: &[u8], hit: Hit, found: impl FnMut(Candidate)) -> usize {
        if !text[hit.start].is_ascii() {
            return self.at_literal_key(text, hit, found);
        }
        let Some(word) = word::around(text, hit.start) else { return hit.end };
        let end = word.end.max(hit.end);
        let spelled = &text[word.clone()];
        if self.has_stem(spelled) {
            self.at_name(text, word, found);
            return end;
        }
        // The number is the cheaper test: most words that hold a trigger have none behind them.
        if let Some((number, gap)) = self.number_behind(text, word.end)
            && let Some((points, key_start)) = self.key_points(text, word.clone(), gap)
        {
            self.number_and_list(text, number, points, (key_start, word.end), found);
        } else if let Some((key, end)) = self.key_with_next_word(text, &word) {
            // A key such as `error number`, of which the last word holds no trigger.
            if let Some((number, gap)) = self.number_behind(text, end) {
                self.number_and_list(text, number, points(key, gap), (word.start, end), found);
            }
            return end;
        } else if is_constant(spelled) {
            self.at_name(text, word, found);
        }
        end
    }

    /// Only `number`, `num` and `no` are last words without a trigger of their own.
    fn key_with_next_word(
        &self,
        text: &[u8],
        word: &std::ops::Range<usize>,
    ) -> Option<(&Key, usize)> {
        if !matches!(text.get(word.end + 1), Some(b'n' | b'N')) {
            return None;
        }
        let next = word::behind(text, word.end)?;
        let key = self.key(Folded::new(&[&text[word.clone()], &text[next.clone()]]).as_bytes())?;
        Some((key, next.end))
    }

    /// Hands the number that a shape captured at `span` to `found`, if it is whole and can be a code, and those of a list behind it.
    pub(super) fn at_shape(
        &self,
        text: &[u8],
        span: std::ops::Range<usize>,
        points: i32,
        found: impl FnMut(Candidate),
    ) {
        let number = number::read(text, span.start, self.edges());
        if let Some(listed) =
            number.filter(|number| number.end == span.end).and_then(|number| self.listed(number))
        {
            self.number_and_list(text, listed, points, (span.start, span.start), found);
        }
    }

    /// The number behind a key, and those of a list that goes on behind it: `错误码：6206、70001`, `codes 6206 and 70001`.
    fn number_and_list(
        &self,
        text: &[u8],
        first: Listed,
        points: i32,
        key: (usize, usize),
        mut found: impl FnMut(Candidate),
    ) {
        let mut last = first.0.end;
        found(Candidate::number(first, points, key));
        for _ in 1..LIST_LIMIT {
            let joint = self.lookup.list_joints.find(&self.rules.list_joints, &text[last..]);
            let next = joint.and_then(|joint| number::read(text, last + joint.len(), self.edges()));
            let Some(listed) = next
                .and_then(|number| self.listed(number))
                .filter(|(_, meanings)| !meanings.is_unknown())
            else {
                return;
            };
            found(Candidate::number(listed, points, key));
            last = listed.0.end;
        }
    }

    fn at_literal_key(&self, text: &[u8], hit: Hit, found: impl FnMut(Candidate)) -> usize {
        let rest = &text[hit.start..];
        let Some(key) =
            self.rules.literal_keys.iter().find(|key| rest.starts_with(key.words.as_bytes()))
        else {
            return hit.end;
        };
        let end = hit.start + key.words.len();
        if let Some((number, gap)) = self.number_behind(text, end) {
            self.number_and_list(text, number, points(key, gap), (hit.start, end), found);
        }
        end
    }

    fn at_name(&self, text: &[u8], word: std::ops::Range<usize>, mut found: impl FnMut(Candidate)) {
        let key = (word.start, word.end);
        let name = &text[word.clone()];
        let number = self.number_behind(text, word.end).map(|(number, _)| number);
        match self.catalog.ids_for_name(name).next().map(|id| self.catalog.entry(id).codes.first) {
            Some(0) => {}
            Some(code) => {
                let points = self.name_points(name);
                // Versions give one name different numbers: what the line says holds.
                found(
                    match number
                        .filter(|(number, meanings)| number.value == code || !meanings.is_unknown())
                    {
                        Some(number) => Candidate::number(number, points, key),
                        None => {
                            let meanings = Meanings::new(self.catalog.ids_for_name(name));
                            Candidate {
                                start: word.start,
                                end: word.end,
                                code,
                                points,
                                key,
                                meanings,
                                by_name: true,
                            }
                        }
                    },
                );
            }
            None if self.has_stem(name) => {
                if let Some(number) = number {
                    found(Candidate::number(number, self.rules.names.unknown, key));
                }
            }
            None => {}
        }
    }

    fn has_stem(&self, name: &[u8]) -> bool {
        self.lookup.stems.find(&self.rules.stems, name).is_some()
    }

    /// The points of a name that a catalog knows.
    fn name_points(&self, name: &[u8]) -> i32 {
        let names = &self.rules.names;
        let words = name.split(|&byte| byte == b'_').count();
        if self.has_stem(name) {
            names.known
        } else if words >= LONG_NAME {
            names.long
        } else {
            names.short
        }
    }

    /// The number behind a key that ends at `end`, if it can be a code at all.
    #[inline]
    fn number_behind(&self, text: &[u8], end: usize) -> Option<(Listed, Gap)> {
        let (start, gap) = gap::read(text, end)?;
        let number = number::read(text, start, self.edges())?;
        // The head of a syslog line: `error[10010]: restarted`.
        if &text[end..start] == b"[" && text[number.end..].starts_with(b"]:") {
            return None;
        }
        Some((self.listed(number)?, gap))
    }

    /// The number with its entries, if it is worth a look. 0 is success and never is.
    fn listed(&self, number: Number) -> Option<Listed> {
        if number.value == 0 {
            return None;
        }
        let meanings = Meanings::new(self.catalog.ids_for_number(number.value));
        (self.unknown || !meanings.is_unknown()).then_some((number, meanings))
    }

    fn edges(&self) -> Edges<'_> {
        Edges { right_edges: &self.rules.right_edges, units: &self.rules.units }
    }

    /// The points of the key that ends with `word`, and where that key begins; None when it is no key.
    fn key_points(
        &self,
        text: &[u8],
        word: std::ops::Range<usize>,
        gap: Gap,
    ) -> Option<(i32, usize)> {
        let spelled = &text[word.clone()];
        let before = word::before(text, word.start);
        let joined = before.clone().and_then(|before| {
            let key = self.key(Folded::new(&[&text[before.clone()], spelled]).as_bytes())?;
            Some((key, before.start))
        });
        let alone = || self.key(Folded::new(&[spelled]).as_bytes()).map(|key| (key, word.start));
        let suffix = || {
            let key = self
                .rules
                .keys
                .iter()
                .filter(|key| key.suffix)
                .find(|key| word::ends_in(spelled, key.folded.as_bytes()));
            key.map(|key| (key, word.start))
        };
        let (key, start) = joined.or_else(alone).or_else(suffix)?;
        let is_title = spelled.first().is_some_and(u8::is_ascii_uppercase);
        let qualified = word::before(text, start)
            .is_some_and(|before| self.is_qualifier(&text[before], is_title));
        let is_level = gap == Gap::Bare && key.level && is_level(text, &word);
        let weight = if is_level { LEVEL_POINTS } else { points(key, gap) };
        Some((weight - if qualified { QUALIFIER_COST } else { 0 }, start))
    }

    fn key(&self, folded: &[u8]) -> Option<&Key> {
        self.lookup.keys.place_of(folded).map(|place| &self.rules.keys[place])
    }

    /// Whether `word` before a key makes it mean something else; before a key in title case, abbreviations do: `IFSC Code`.
    fn is_qualifier(&self, word: &[u8], is_title: bool) -> bool {
        let is_in = |set: &WordSet| set.place_of(word).is_some();
        let is_abbreviation = || {
            word.len() > 1
                && word.iter().all(u8::is_ascii_uppercase)
                && !is_in(&self.lookup.abbreviations)
        };
        is_in(&self.lookup.qualifiers) || (is_title && is_abbreviation())
    }
}

impl Candidate {
    pub(super) fn number((number, meanings): Listed, points: i32, key: (usize, usize)) -> Self {
        Self {
            start: number.start,
            end: number.end,
            code: number.value,
            points,
            key,
            meanings,
            by_name: false,
        }
    }
}

/// Whether the word is written as log levels are: in capitals, or in brackets.
fn is_level(text: &[u8], word: &std::ops::Range<usize>) -> bool {
    let in_brackets = word.start > 0 && matches!(text[word.start - 1], b'[' | b'<' | b'(');
    in_brackets || text[word.clone()].iter().all(u8::is_ascii_uppercase)
}

/// Whether the word is spelled like a constant: `KICKED_OUT_MULT_DEVICE`.
fn is_constant(word: &[u8]) -> bool {
    word.contains(&b'_')
        && word
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

fn points(key: &Key, gap: Gap) -> i32 {
    match gap {
        Gap::Sign => key.weight,
        Gap::Bare => key.bare,
    }
}
