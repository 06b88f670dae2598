//! From a trigger to a candidate: the key or name at the trigger, and the number after it.

use std::ops::Range;

use super::PossibleEntries;
use super::adjacent::AdjacentBytes;
use super::candidate::Candidate;
use super::code_index::CodeIndex;
use super::identifier::{self, Folded, is_identifier_byte};
use super::json_escapes;
use super::lookup::{NameFilter, PrefixSet, WordEnds, WordSet};
use super::number::{self, Boundaries, Number};
use super::prefilter::Hit;
use super::separator::{self, Separator};
use crate::catalog::Catalog;
use crate::rules::{Key, Rules};

/// The most numbers after one key.
const LIST_LIMIT: usize = 16;

impl CodeNumber {
    fn candidate(self, points: i32, key: (usize, usize)) -> Candidate {
        Candidate {
            start: self.number.start,
            end: self.number.end,
            code: self.number.value,
            points,
            key,
            entries: self.entries,
            by_name: false,
        }
    }
}

/// A key in a text.
#[derive(Clone, Copy)]
struct FoundKey {
    points: i32,
    /// Where it begins and ends; empty for a pattern.
    span: (usize, usize),
    /// Whether commas separate the numbers after it.
    plural: bool,
}

/// A number that can be a code, with what it can mean.
#[derive(Clone, Copy)]
struct CodeNumber {
    number: Number,
    entries: PossibleEntries,
}

/// The result of the quick test of the word at a hit and the text after it.
enum QuickTest {
    /// The word is no name, and no number follows. The word ends here.
    NoCandidate(usize),
    /// The word is no name, and a number follows.
    NumberAfter(CodeNumber, Separator),
    /// The word may be a name, or a word of a longer key. The full test decides.
    Undecided,
}

/// The word lists of the rules, prepared for lookup.
pub(super) struct Lookup {
    keys: WordSet,
    key_ends: WordEnds,
    qualifiers: WordSet,
    last_words: PrefixSet,
    /// Whether the quick test at a hit may leave names to other hits.
    all_stems_have_trigger: bool,
    abbreviations: WordSet,
    name_prefixes: PrefixSet,
    names: NameFilter,
    codes: CodeIndex,
    list_separators: PrefixSet,
    unit_starts: PrefixSet,
}

impl Lookup {
    pub fn new(rules: &Rules, catalog: &Catalog) -> Self {
        let names = catalog.entries().iter().flat_map(|entry| entry.names.iter());
        Self {
            names: NameFilter::new(names),
            codes: CodeIndex::new(catalog),
            keys: WordSet::new(rules.keys.iter().map(|key| &key.folded)),
            key_ends: WordEnds::new(rules.keys.iter().map(|key| &key.folded)),
            qualifiers: WordSet::new(rules.qualifiers.iter()),
            all_stems_have_trigger: rules.stems.iter().all(|stem| stem_has_trigger(stem, rules)),
            last_words: PrefixSet::without_case(&rules.last_words),
            abbreviations: WordSet::new(rules.abbreviations.iter()),
            name_prefixes: PrefixSet::new(&rules.stems),
            list_separators: PrefixSet::new(&rules.list_joints),
            unit_starts: PrefixSet::new(&rules.units),
        }
    }
}

/// Reads candidates from a text, which is a line or a block of lines: nothing here crosses a line
/// end.
#[derive(Clone, Copy)]
pub(super) struct Extractor<'d> {
    pub catalog: &'d Catalog,
    pub rules: &'d Rules,
    pub lookup: &'d Lookup,
    /// Whether numbers that are in no catalog are candidates too.
    pub unknown: bool,
}

impl Extractor<'_> {
    /// Adds the candidates of the key or name at `hit`. Returns where that key or name ends: other
    /// triggers in it find nothing new.
    #[inline]
    pub fn candidates_at(&self, text: &[u8], hit: Hit, candidates: &mut Vec<Candidate>) -> usize {
        if !text[hit.start].is_ascii() {
            return self.at_literal_key(text, hit, candidates);
        }
        if text[hit.start] == b'u' && text[..hit.start].ends_with(b"\\") {
            return self.at_escaped_key(text, hit, candidates);
        }
        let number = match self.test_quickly(text, hit) {
            QuickTest::NoCandidate(end) => return end,
            QuickTest::NumberAfter(number, separator) => Some((number, separator)),
            QuickTest::Undecided => None,
        };
        let Some(word) = identifier::around(text, hit.start) else {
            return identifier::long_end_from(text, hit.start).unwrap_or(hit.end);
        };
        let end = word.end.max(hit.end);
        let spelled = &text[word.clone()];
        if self.has_name_prefix(spelled) {
            self.at_name(text, word, candidates);
            return end;
        }
        // The number is the cheaper test: most words with a trigger have none after them.
        if let Some((number, separator)) = number.or_else(|| self.number_after(text, word.end))
            && let Some(key) = self.key_before(text, &word, separator)
        {
            self.push_list(text, number, key, candidates);
        } else if let Some((key, key_end)) = self.key_with_next_word(text, &word) {
            if let Some((number, separator)) = self.number_after(text, key_end) {
                self.push_list(
                    text,
                    number,
                    found(key, separator, word.start, key_end),
                    candidates,
                );
            }
            return key_end;
        } else if is_constant(spelled) {
            self.at_name(text, word, candidates);
        }
        end
    }

    /// Tests whether a number follows a word that is no name. Most hits end here.
    #[inline]
    fn test_quickly(&self, text: &[u8], hit: Hit) -> QuickTest {
        let Some(end) = self.end_of_plain_word(text, hit) else { return QuickTest::Undecided };
        if let Some((number, separator)) = self.number_after(text, end) {
            return QuickTest::NumberAfter(number, separator);
        }
        if self.may_go_on(text, end) { QuickTest::Undecided } else { QuickTest::NoCandidate(end) }
    }

    /// Where the word at `hit` ends, if a few bytes show that it is no name that other hits do not
    /// find: one with a small letter is no constant, and a stem at its beginning has a hit of its
    /// own.
    #[inline]
    fn end_of_plain_word(&self, text: &[u8], hit: Hit) -> Option<usize> {
        let (first, last) = (text[hit.start], text[hit.end - 1]);
        if !self.lookup.all_stems_have_trigger || self.has_name_prefix(&text[hit.start..]) {
            return None;
        }
        let from = if is_identifier_byte(last) { hit.end } else { hit.start };
        let end = identifier::end_from(text, from)?;
        if first.is_ascii_lowercase() || last.is_ascii_lowercase() {
            return Some(end);
        }
        let is_whole = hit.start == 0 || !is_identifier_byte(text[hit.start - 1]);
        (is_whole && !text[hit.start..end].contains(&b'_')).then_some(end)
    }

    /// Whether a last word such as `number` may follow the word that ends at `end`.
    #[inline]
    fn may_go_on(&self, text: &[u8], end: usize) -> bool {
        let Some(next) = text.get(end + 1..) else { return false };
        if !next.first().is_some_and(|&byte| self.lookup.last_words.may_begin(byte)) {
            return false;
        }
        for word in self.rules.last_words.iter() {
            let beginning = next.get(..word.len());
            if beginning.is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes())) {
                return true;
            }
        }
        false
    }

    /// Adds the number that a pattern captured at `span`, if it is whole and can be a code, and the
    /// list after it.
    pub fn candidates_from_pattern(
        &self,
        text: &[u8],
        span: Range<usize>,
        points: i32,
        candidates: &mut Vec<Candidate>,
    ) {
        let Some(number) = self.code_at(text, span.start) else { return };
        if number.number.end == span.end {
            let key = FoundKey { points, span: (span.start, span.start), plural: false };
            self.push_list(text, number, key, candidates);
        }
    }

    /// The whole number at `start`, if it can be a code.
    fn code_at(&self, text: &[u8], start: usize) -> Option<CodeNumber> {
        if start > 0 && text[start].is_ascii_digit() && text[start - 1].is_ascii_digit() {
            return None;
        }
        self.read_code(text, start)
    }

    /// Whether a number that can be a code ends in `range` of `text`: with at least `digits`
    /// digits, and beside it the bytes that a pattern allows. Reads few of the bytes.
    pub fn has_code(
        &self,
        text: &[u8],
        range: Range<usize>,
        digits: usize,
        adjacent: &AdjacentBytes,
    ) -> bool {
        let is_other = |byte: &u8| !byte.is_ascii_digit();
        let mut at = range.start + digits - 1;
        while at < range.end {
            if is_other(&text[at]) {
                at += digits;
                continue;
            }
            let start = text[..at].iter().rposition(is_other).map_or(0, |other| other + 1);
            let end = text[at..].iter().position(is_other).map_or(text.len(), |other| at + other);
            if end - start >= digits {
                // The byte in front of the digits may be a sign.
                for start in [Some(start), start.checked_sub(1)].into_iter().flatten() {
                    if adjacent.fits(text, start, end) && self.code_at(text, start).is_some() {
                        return true;
                    }
                }
            }
            at = end + digits;
        }
        false
    }

    /// Adds the number after a key, and the known codes of a list that goes on after it:
    /// `错误码：6206、70001`, `codes 6206 and 70001`.
    fn push_list(
        &self,
        text: &[u8],
        first: CodeNumber,
        key: FoundKey,
        candidates: &mut Vec<Candidate>,
    ) {
        candidates.push(first.candidate(key.points, key.span));
        let mut end = first.number.end;
        for _ in 1..LIST_LIMIT {
            let Some(next) = self.next_in_list(text, end, key.plural) else { return };
            candidates.push(next.candidate(key.points, key.span));
            end = next.number.end;
        }
    }

    /// The known code after the separator at `end`.
    fn next_in_list(&self, text: &[u8], end: usize, plural: bool) -> Option<CodeNumber> {
        let separators = &self.rules.list_joints;
        let rest = &text[end..];
        let length = match self.lookup.list_separators.find(separators, rest) {
            Some(separator) => separator.len(),
            None if plural && rest.starts_with(b", ") => 2,
            None => return None,
        };
        self.read_code(text, end + length).filter(|code| !code.entries.is_unknown())
    }

    /// Adds the candidates of a key that is not ASCII, such as `错误码`. Returns where the key ends.
    fn at_literal_key(&self, text: &[u8], hit: Hit, candidates: &mut Vec<Candidate>) -> usize {
        let rest = &text[hit.start..];
        let Some(key) = self.literal_key_at_start_of(rest) else { return hit.end };
        let end = hit.start + key.words.len();
        if let Some((number, separator)) = self.number_after(text, end) {
            self.push_list(text, number, found(key, separator, hit.start, end), candidates);
        }
        end
    }

    fn literal_key_at_start_of(&self, text: &[u8]) -> Option<&Key> {
        // The third byte differs in most of them.
        let third = text.get(2);
        for key in self.rules.literal_keys.iter() {
            let words = key.words.as_bytes();
            if words.get(2) == third && text.starts_with(words) {
                return Some(key);
            }
        }
        None
    }

    /// Adds the candidates of a key that is written in JSON escapes, such as `\u9519\u8bef\u7801`.
    /// Returns where the key ends. The trigger can be its second character, as in `报错`.
    fn at_escaped_key(&self, text: &[u8], hit: Hit, candidates: &mut Vec<Candidate>) -> usize {
        let start = hit.start - 1;
        for start in [Some(start), json_escapes::start_before(text, start)].into_iter().flatten() {
            for key in self.rules.literal_keys.iter() {
                let Some(end) = json_escapes::end_of(&key.words, text, start) else { continue };
                if let Some((number, separator)) = self.number_after(text, end) {
                    self.push_list(text, number, found(key, separator, start, end), candidates);
                }
                return end.max(hit.end);
            }
        }
        hit.end
    }

    /// Adds the candidates of the names without a stem in `line`, such as `KICKED_OUT_REST_API`.
    /// For lines that have another candidate: these names contain no trigger.
    pub fn at_constants(&self, line: &[u8], candidates: &mut Vec<Candidate>) {
        let mut word_end = 0;
        for at in memchr::memchr_iter(b'_', line) {
            let is_constant_byte = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_uppercase);
            if at < word_end || at == 0 || !is_constant_byte(line.get(at - 1)) {
                continue;
            }
            let Some(word) = identifier::around(line, at) else { continue };
            word_end = word.end;
            let spelled = &line[word.clone()];
            if is_constant(spelled) && !self.has_name_prefix(spelled) {
                self.at_name(line, word, candidates);
            }
        }
    }

    /// Adds the candidate of a symbolic name: its number on the line, or else the name itself.
    fn at_name(&self, text: &[u8], word: Range<usize>, candidates: &mut Vec<Candidate>) {
        let name = &text[word.clone()];
        if !self.lookup.names.may_contain(name) && !self.has_name_prefix(name) {
            return;
        }
        let key = (word.start, word.end);
        let number = self.number_after(text, word.end).map(|(number, _)| number);
        let Some(id) = self.catalog.ids_for_name(name).next() else {
            if let Some(number) = number.filter(|_| self.has_name_prefix(name)) {
                candidates.push(number.candidate(self.rules.names.unknown, key));
            }
            return;
        };
        let code = self.catalog.entry(id).codes.first;
        if code == 0 {
            return;
        }
        let points = self.name_points(name);
        // Versions give one name different numbers: the number on the line counts.
        if let Some(number) = number
            && (number.number.value == code || !number.entries.is_unknown())
        {
            candidates.push(number.candidate(points, key));
            return;
        }
        let entries = PossibleEntries::new(self.catalog.ids_for_name(name));
        let Range { start, end } = word;
        candidates.push(Candidate { start, end, code, points, key, entries, by_name: true });
    }

    fn has_name_prefix(&self, name: &[u8]) -> bool {
        self.lookup.name_prefixes.find(&self.rules.stems, name).is_some()
    }

    /// The points of a name that is in a catalog.
    fn name_points(&self, name: &[u8]) -> i32 {
        let names = &self.rules.names;
        let words = name.split(|&byte| byte == b'_').count();
        if self.has_name_prefix(name) {
            names.known
        } else if words >= names.long_words as usize {
            names.long
        } else {
            names.short
        }
    }

    /// The number after a key that ends at `end`, if it can be a code, and what is between them.
    #[inline]
    fn number_after(&self, text: &[u8], end: usize) -> Option<(CodeNumber, Separator)> {
        let (start, separator) = separator::read(text, end)?;
        let code = self.read_code(text, start)?;
        let rest = &text[code.number.end..];
        if &text[end..start] == b"[" && rest.starts_with(b"]:") && is_tag(text, end) {
            return None;
        }
        Some((code, separator))
    }

    /// The number that begins at `start`, with its meanings, if it is whole and can be a code. 0 is
    /// success and never is one.
    fn read_code(&self, text: &[u8], start: usize) -> Option<CodeNumber> {
        let number = number::read(text, start)?;
        if number.value == 0 {
            return None;
        }
        let entries = self.lookup.codes.entries(self.catalog, number.value);
        if entries.is_unknown() && !self.unknown {
            return None;
        }
        let boundaries = Boundaries {
            right_edges: &self.rules.right_edges,
            units: &self.rules.units,
            unit_starts: &self.lookup.unit_starts,
        };
        number::is_whole(text, number, boundaries).then_some(CodeNumber { number, entries })
    }

    /// The key that ends with `word`, with its points on this line; None if there is no key.
    fn key_before(
        &self,
        text: &[u8],
        word: &Range<usize>,
        separator: Separator,
    ) -> Option<FoundKey> {
        let (key, start) = self.key_ending_with(text, word)?;
        let mut found = found(key, separator, start, word.end);
        if separator == Separator::Bare && key.level && is_level(text, word) {
            found.points = self.rules.level_points.unwrap_or_default();
        }
        if self.is_qualified(text, start, text[word.start].is_ascii_uppercase()) {
            found.points -= self.rules.qualifier_cost.unwrap_or_default();
        }
        Some(found)
    }

    /// The key that ends with `word`, and where it begins: two words, the word itself, or the end
    /// of the word.
    fn key_ending_with(&self, text: &[u8], word: &Range<usize>) -> Option<(&Key, usize)> {
        let spelled = &text[word.clone()];
        if let Some(before) = identifier::before(text, word.start)
            && self.lookup.key_ends.may_contain(&text[before.clone()], spelled)
            && let Some(key) = self.key(&[&text[before.clone()], spelled])
        {
            return Some((key, before.start));
        }
        if let Some(key) = self.key(&[spelled]) {
            return Some((key, word.start));
        }
        for key in self.rules.keys.iter().filter(|key| key.suffix) {
            if identifier::ends_in(spelled, key.folded.as_bytes()) {
                return Some((key, word.start));
            }
        }
        None
    }

    /// A key such as `error number`, whose last word has no trigger, and where it ends.
    fn key_with_next_word(&self, text: &[u8], word: &Range<usize>) -> Option<(&Key, usize)> {
        if !self.may_go_on(text, word.end) {
            return None;
        }
        let next = identifier::after(text, word.end)?;
        let key = self.key(&[&text[word.clone()], &text[next.clone()]])?;
        Some((key, next.end))
    }

    /// The key that consists of `words`.
    fn key(&self, words: &[&[u8]]) -> Option<&Key> {
        let index = match words {
            [word] if !word.contains(&b'_') => self.lookup.keys.index_of(word),
            _ => self.lookup.keys.index_of(Folded::new(words).as_bytes()),
        };
        Some(&self.rules.keys[index?])
    }

    /// Whether a word before the key that begins at `start` makes it mean something else: `http
    /// code`. Before a key in title case, abbreviations do so too: `IFSC Code`.
    fn is_qualified(&self, text: &[u8], start: usize, is_title: bool) -> bool {
        let Some(before) = identifier::before(text, start) else { return false };
        let word = &text[before];
        if self.lookup.qualifiers.index_of(word).is_some() {
            return true;
        }
        is_title
            && word.len() > 1
            && word.iter().all(u8::is_ascii_uppercase)
            && self.lookup.abbreviations.index_of(word).is_none()
    }
}

/// Whether the word that ends at `end` can be the name of a program at the beginning of a syslog
/// line, whose process id follows: `error[10010]: restarted`. `onError` is a callback.
fn is_tag(text: &[u8], end: usize) -> bool {
    let Some(word) = end.checked_sub(1).and_then(|last| identifier::around(text, last)) else {
        return true;
    };
    let word = &text[word];
    let has_capital = word.iter().any(u8::is_ascii_uppercase);
    !has_capital || word.iter().all(|byte| !byte.is_ascii_lowercase())
}

/// Whether a name with the stem is found at a hit that [`Extractor::end_of_plain_word`] does not
/// pass.
fn stem_has_trigger(stem: &str, rules: &Rules) -> bool {
    if !stem.contains('_') {
        return false;
    }
    for trigger in rules.triggers.iter() {
        let is_upper = trigger.bytes().all(|byte| byte.is_ascii_uppercase());
        if stem.starts_with(trigger.as_ref()) || is_upper && stem.contains(trigger.as_ref()) {
            return true;
        }
    }
    false
}

/// Whether the word is written as log levels are: in capitals, or in brackets.
fn is_level(text: &[u8], word: &Range<usize>) -> bool {
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

fn found(key: &Key, separator: Separator, start: usize, end: usize) -> FoundKey {
    let points = match separator {
        Separator::Sign => key.weight,
        Separator::Bare => key.bare,
    };
    FoundKey { points, span: (start, end), plural: key.plural }
}
