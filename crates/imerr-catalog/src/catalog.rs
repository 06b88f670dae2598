//! The catalog: entries with lookup by code, name and words.
//!
//! A [`Catalog`] is made either of static tables, which cost nothing to load, or of entries that
//! [`read_catalog`](crate::read_catalog) reads at run time.

use std::borrow::Cow;

use crate::range_index::RangeIndex;
use crate::search;
use crate::{Entry, Lang, Text, sort};

/// Identifies an entry of one [`Catalog`]; see [`Catalog::entry`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(u32);

impl EntryId {
    /// The entry at `index` of [`Catalog::entries`].
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// Where the entry is in [`Catalog::entries`].
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The least similarity of names that are suggested for each other: of ten characters, two differ.
const MIN_SIMILARITY: f64 = 0.8;
/// The shortest code that is suggested for another one. Shorter ones are all alike.
const MIN_DIGITS: usize = 4;
/// The shortest part of a name for which the name is suggested.
const MIN_PART: usize = 4;

/// A set of entries with lookup by code, name and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// Single codes in ascending order, then the ranges in ascending order.
    entries: Cow<'static, [Entry]>,
    /// The code of each single entry, in the same order, for the binary search.
    codes: Cow<'static, [i64]>,
    /// Every name with its entry, ascending by name.
    names: Cow<'static, [(Text, EntryId)]>,
    /// The ranges, by their places after the single codes; None if they are few.
    ranges: Option<RangeIndex>,
    /// The language in which outputs print the texts of the entries.
    lang: Lang,
}

/// So many ranges are tested one by one.
const FEW_RANGES: usize = 16;

impl Catalog {
    /// A catalog of static tables, which must be in the order that [`Catalog::from_entries`] makes.
    /// Costs nothing.
    pub const fn from_tables(
        entries: &'static [Entry],
        codes: &'static [i64],
        names: &'static [(Text, EntryId)],
    ) -> Self {
        Self {
            entries: Cow::Borrowed(entries),
            codes: Cow::Borrowed(codes),
            names: Cow::Borrowed(names),
            ranges: None,
            lang: Lang::En,
        }
    }

    /// A catalog of `entries`, in any order. Costs a sort.
    pub fn from_entries(mut entries: Vec<Entry>) -> Self {
        sort(&mut entries);
        let singles = entries.partition_point(|entry| !entry.codes.is_range());
        let codes = entries[..singles].iter().map(|entry| entry.codes.first).collect();
        let ranges = (entries.len() - singles > FEW_RANGES)
            .then(|| RangeIndex::new(entries[singles..].iter().map(|entry| entry.codes)));
        let mut names: Vec<(Text, EntryId)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let id = EntryId::new(index as u32);
            names.extend(entry.names.iter().map(|name| (name.clone(), id)));
        }
        names.sort();
        let (entries, codes, names) = (Cow::Owned(entries), Cow::Owned(codes), Cow::Owned(names));
        Self { entries, codes, names, ranges, lang: Lang::En }
    }

    /// The same catalog, with the language in which outputs print the texts of its entries. New
    /// catalogs speak English.
    #[must_use]
    pub fn with_lang(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }

    /// The language in which outputs print the texts of the entries.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// All entries: single codes in ascending order, then ranges.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with the id that this catalog gave it. Panics if it has no such entry.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.index()]
    }

    /// The entries that the number `code` can mean, single codes before ranges, without those that
    /// are found by their names only. Costs two binary searches.
    pub fn ids_for_number(&self, code: i64) -> impl Iterator<Item = EntryId> + '_ {
        self.ids_for_code(code).filter(|&id| !self.entry(id).name_only)
    }

    /// The entries with `code`, single codes before ranges. Costs two binary searches.
    pub fn ids_for_code(&self, code: i64) -> impl Iterator<Item = EntryId> + '_ {
        let first = self.codes.partition_point(|&one| one < code);
        let singles = self.codes[first..].iter().take_while(move |&&one| one == code).count();
        let singles = (first..first + singles).map(|index| EntryId::new(index as u32));
        singles.chain(self.range_ids(code))
    }

    /// The entries of ranges with `code`. Costs one binary search.
    pub fn range_ids(&self, code: i64) -> impl Iterator<Item = EntryId> + '_ {
        let (mut indexed, mut tested) = (&[][..], self.codes.len()..self.entries.len());
        if let Some(ranges) = &self.ranges {
            (indexed, tested) = (ranges.find(code), 0..0);
        }
        let tested = tested.filter(move |&index| self.entries[index].codes.contains(code));
        let indexed = indexed.iter().map(|&place| self.codes.len() + place as usize);
        tested.chain(indexed).map(|index| EntryId::new(index as u32))
    }

    /// The codes of the entries that are no ranges, which come first in [`Catalog::entries`].
    pub fn single_codes(&self) -> &[i64] {
        &self.codes
    }

    /// As [`Catalog::ids_for_code`], but the entries themselves.
    pub fn entries_for_code(&self, code: i64) -> impl Iterator<Item = &Entry> {
        self.ids_for_code(code).map(|id| self.entry(id))
    }

    /// The entries with the name, compared byte by byte. Costs a binary search.
    pub fn ids_for_name<'c>(&'c self, name: &'c [u8]) -> impl Iterator<Item = EntryId> + 'c {
        let first = self.names.partition_point(|(one, _)| one.as_bytes() < name);
        self.names[first..]
            .iter()
            .take_while(move |(one, _)| one.as_bytes() == name)
            .map(|&(_, id)| id)
    }

    /// As [`Catalog::ids_for_name`], but the entries themselves.
    pub fn entries_for_name<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Entry> {
        self.ids_for_name(name.as_bytes()).map(|id| self.entry(id))
    }

    /// Up to `count` entries with a code that `code` is likely to be a misspelling of. First are
    /// those of which the sign is wrong, then two digits are swapped, then a digit is doubled, then
    /// one is missing or too much, then one is wrong.
    pub fn similar_codes(&self, code: i64, count: usize) -> Vec<&Entry> {
        let digits = code.to_string();
        let mut similar: Vec<&Entry> = Vec::new();
        for entry in self.entries.iter().filter(|entry| !entry.codes.is_range()) {
            let other = entry.codes.first.to_string();
            let is_long = digits.len().min(other.len()) >= MIN_DIGITS;
            if is_long && strsim::osa_distance(&digits, &other) == 1 {
                similar.push(entry);
            }
        }
        similar.sort_by_key(|entry| {
            (slip(&digits, &entry.codes.first.to_string()), entry.codes.distance(code))
        });
        // Entries of several systems have one code.
        similar.dedup_by_key(|entry| entry.codes);
        similar.truncate(count);
        similar
    }

    /// The entries that have `part`, in capitals, in a name as whole words: `SIG_EXPIRED`, not `RATE`
    /// in `OPERATE`. Costs a walk over all names.
    pub fn entries_with_name_part(&self, part: &str) -> Vec<&Entry> {
        let mut ids = Vec::new();
        for (name, id) in self.names.iter() {
            if has_words(name, part) && !ids.contains(id) {
                ids.push(*id);
            }
        }
        ids.into_iter().map(|id| self.entry(id)).collect()
    }

    /// Up to `count` names that `name` is likely to be a misspelling or a part of, with their
    /// entries, most similar first.
    pub fn similar_names(&self, name: &str, count: usize) -> Vec<(&str, &Entry)> {
        let name = name.to_ascii_uppercase();
        let mut similar: Vec<(f64, &str, EntryId)> = Vec::new();
        for (other, id) in self.names.iter() {
            let similarity = similarity(&name, other);
            if similarity >= MIN_SIMILARITY {
                similar.push((similarity, other, *id));
            }
        }
        similar.sort_by(|a, b| b.0.total_cmp(&a.0));
        similar.truncate(count);
        similar.into_iter().map(|(_, name, id)| (name, self.entry(id))).collect()
    }

    /// The entries with all of `words`, or most of them if no entry has all, or synonyms of them, in
    /// any text or name, ignoring case; best first. Words that many entries have need not occur.
    pub fn search(&self, words: &[&str]) -> Vec<&Entry> {
        search::search(&self.entries, words)
    }

    /// Those of `words` that occur in no entry, in lower case; of Chinese text, the parts.
    pub fn words_without_entry(&self, words: &[&str]) -> Vec<String> {
        search::words_without_entry(&self.entries, words)
    }

    /// Those of `words` that occur in none of the entries that a [`search`](Self::search) for them
    /// found, in lower case; of Chinese text, the parts.
    pub fn words_not_found(found: &[&Entry], words: &[&str]) -> Vec<String> {
        search::words_not_found(found, words)
    }

    /// Up to `count` words, names or codes of the entries that `word` is likely to be a misspelling
    /// of, most similar first.
    pub fn similar_words(&self, word: &str, count: usize) -> Vec<String> {
        if let Ok(code) = word.parse() {
            let similar = self.similar_codes(code, count);
            return similar.iter().map(|entry| entry.codes.to_string()).collect();
        }
        if word.contains('_') {
            let similar = self.similar_names(word, count);
            return similar.iter().map(|(name, _)| name.to_string()).collect();
        }
        search::similar_words(&self.entries, word, count)
    }
}

/// Whether `part` is in `name`, with `_` or an end of the name on both sides.
fn has_words(name: &str, part: &str) -> bool {
    name.match_indices(part).any(|(start, _)| {
        let (before, after) = (&name[..start], &name[start + part.len()..]);
        (before.is_empty() || before.ends_with('_')) && (after.is_empty() || after.starts_with('_'))
    })
}

/// How unlikely it is that `code`, which is one edit away, was typed as `typed`.
fn slip(typed: &str, code: &str) -> u8 {
    if typed.trim_start_matches('-') == code.trim_start_matches('-') {
        return 0;
    }
    let [mut typed_digits, mut digits] = [typed, code].map(|text| text.as_bytes().to_vec());
    if typed.len() == code.len() {
        typed_digits.sort_unstable();
        digits.sort_unstable();
        return if typed_digits == digits { 1 } else { 4 };
    }
    typed_digits.dedup();
    digits.dedup();
    if typed_digits == digits { 2 } else { 3 }
}

/// From 0.0 for unrelated names to 1.0 for equal ones.
fn similarity(name: &str, known: &str) -> f64 {
    let similarity = strsim::normalized_damerau_levenshtein(name, known);
    let is_part = name.len() >= MIN_PART && known.contains(name);
    if is_part { similarity.max(MIN_SIMILARITY) } else { similarity }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil;

    fn systems(catalog: &Catalog, code: i64) -> Vec<&str> {
        catalog.entries_for_code(code).map(|entry| entry.system.as_ref()).collect()
    }

    #[test]
    fn a_part_of_a_name_is_whole_words() {
        let catalog = testutil::catalog();
        let rows: [(&str, &[i64]); 4] = [
            ("SIG_EXPIRED", &[6206]),
            ("ERR_USER_SIG_EXPIRED", &[6206]),
            ("RATE", &[]),
            ("SIG_EXP", &[]),
        ];
        for (part, wanted) in rows {
            let found = catalog.entries_with_name_part(part);
            let codes: Vec<i64> = found.iter().map(|entry| entry.codes.first).collect();
            assert_eq!(codes, wanted, "{part}");
        }
    }

    #[test]
    fn codes_are_found_with_their_sign_and_length() {
        let catalog = testutil::catalog();
        let rows: [(i64, &[&str]); 8] = [
            (6206, &["sdk"]),
            (-10003, &["server"]),
            (70101, &["sdk-v3"]),
            (120001, &["server"]),
            (130000, &["server"]),
            (130001, &[]),
            (-6206, &[]),
            (620, &[]),
        ];
        for (code, wanted) in rows {
            assert_eq!(systems(&catalog, code), wanted, "{code}");
        }
    }

    #[test]
    fn names_are_found_whole_only() {
        let catalog = testutil::catalog();
        assert_eq!(code_of(&catalog, "ERR_USER_SIG_EXPIRED"), Some(6206));
        assert_eq!(code_of(&catalog, "ERR_SVR_GROUP_ALLREADY_MEMBER"), Some(10013));
        assert_eq!(code_of(&catalog, "ERR_USER_SIG"), None);
        assert_eq!(code_of(&catalog, "ERR_USER_SIG_EXPIRED_"), None);
    }

    fn code_of(catalog: &Catalog, name: &str) -> Option<i64> {
        catalog.ids_for_name(name.as_bytes()).map(|id| catalog.entry(id).codes.first).next()
    }

    #[test]
    fn only_similar_codes_are_suggested() {
        let catalog = testutil::catalog();
        let rows: [(i64, &[i64]); 9] = [
            (62_066, &[6206]),
            (6260, &[6206, 2660, 6250]),
            (700_001, &[70_001, 800_001]),
            (60_206, &[60_026, 6206, 6026]),
            (-6206, &[6206]),
            (-20_003, &[20_003, -20_009, -10_003]),
            (999_999, &[]),
            (9_999_999_999, &[]),
            (i64::MIN, &[]),
        ];
        for (code, wanted) in rows {
            let similar = catalog.similar_codes(code, 3);
            let codes: Vec<i64> = similar.iter().map(|entry| entry.codes.first).collect();
            assert_eq!(codes, wanted, "{code}");
        }
    }

    #[test]
    fn only_similar_names_are_suggested() {
        let catalog = testutil::catalog();
        let rows = [
            ("ERR_USER_SIG_EXPIRD", Some("ERR_USER_SIG_EXPIRED")),
            ("err_usersig_expired", Some("ERR_USER_SIG_EXPIRED")),
            ("USER_SIG_EXPIRED", Some("ERR_USER_SIG_EXPIRED")),
            ("ERR_SVR_SIG_EXPIRED_BY_PEER", None),
            ("zzz", None),
            ("hallo", None),
            ("99999999999999999999", None),
            ("", None),
        ];
        for (name, wanted) in rows {
            let first = catalog.similar_names(name, 3).first().map(|(name, _)| *name);
            assert_eq!(first, wanted, "{name}");
        }
    }
}
