//! Word lists of the rules, prepared for lookup.

use super::identifier::MAX_LENGTH;
use crate::catalog::Text;

/// A list of words, looked up without case, by a hash of a few of their letters.
pub(super) struct WordSet {
    /// The words with their indexes in the list, sorted by hash.
    words: Vec<(Text, usize)>,
    /// For each hash, the index of its first word; at the end the number of words.
    starts: [u16; Self::HASHES + 1],
}

impl WordSet {
    /// More than words, so that few have the same.
    const HASHES: usize = 256;

    /// A set of the words in `list`. Words that are longer than any identifier are never found.
    pub fn new<'t>(list: impl Iterator<Item = &'t Text>) -> Self {
        let mut words = Vec::new();
        for (index, word) in list.enumerate() {
            if word.len() <= MAX_LENGTH {
                words.push((word.clone(), index));
            }
        }
        words.sort_by_key(|(word, _)| Self::hash(word.as_bytes()));
        let mut starts = [0; Self::HASHES + 1];
        for (word, _) in &words {
            starts[Self::hash(word.as_bytes()) + 1] += 1;
        }
        for hash in 1..starts.len() {
            starts[hash] += starts[hash - 1];
        }
        Self { words, starts }
    }

    /// The index of `word` in the list.
    #[inline]
    pub fn index_of(&self, word: &[u8]) -> Option<usize> {
        let mut alike = self.with_hash_of(word).iter();
        let found = alike.find(|(one, _)| one.as_bytes().eq_ignore_ascii_case(word))?;
        Some(found.1)
    }

    /// The index of the word of the list that is spelled as `word` is.
    pub fn index_of_exact(&self, word: &[u8]) -> Option<usize> {
        let found = self.with_hash_of(word).iter().find(|(one, _)| one.as_bytes() == word)?;
        Some(found.1)
    }

    #[inline]
    fn with_hash_of(&self, word: &[u8]) -> &[(Text, usize)] {
        let hash = Self::hash(word);
        &self.words[usize::from(self.starts[hash])..usize::from(self.starts[hash + 1])]
    }

    /// A hash of the length and three letters, whose case does not count.
    #[inline]
    fn hash(word: &[u8]) -> usize {
        let letter = |at: usize| word.get(at).map_or(0, |byte| usize::from(byte | 0x20));
        let length = word.len();
        let last = letter(length.saturating_sub(1));
        (length + 3 * letter(0) + 7 * letter(length / 2) + 31 * last) % Self::HASHES
    }
}

/// The first and last letters of a list of words: a cheap test before two words are joined and
/// looked up. Case and `_` do not count.
pub(super) struct WordEnds {
    /// For each first letter, one bit for each last letter, by the last five bits of the letters.
    lasts: [u32; 32],
}

impl WordEnds {
    pub fn new<'t>(words: impl Iterator<Item = &'t Text>) -> Self {
        let mut lasts = [0; 32];
        for word in words {
            if let (Some(first), Some(last)) = (word.bytes().next(), word.bytes().last()) {
                lasts[usize::from(first & 31)] |= 1 << (last & 31);
            }
        }
        Self { lasts }
    }

    /// Whether a word of the list may begin as `first` does and end as `last` does.
    #[inline]
    pub fn may_contain(&self, first: &[u8], last: &[u8]) -> bool {
        let is_letter = |byte: &&u8| **byte != b'_';
        let (first, last) = (first.iter().find(is_letter), last.iter().rfind(is_letter));
        let (Some(first), Some(last)) = (first, last) else { return true };
        self.lasts[usize::from(first & 31)] & (1 << (last & 31)) != 0
    }
}

/// The first bytes of a list of prefixes: a cheap test before the prefixes themselves are compared.
#[derive(Clone)]
pub(super) struct PrefixSet([bool; 256]);

impl PrefixSet {
    pub fn new(prefixes: &[Text]) -> Self {
        let mut set = [false; 256];
        for byte in prefixes.iter().filter_map(|prefix| prefix.bytes().next()) {
            set[usize::from(byte)] = true;
        }
        Self(set)
    }

    /// The first letters of `words` in both cases.
    pub fn without_case(words: &[Text]) -> Self {
        let mut set = Self::new(words);
        for letter in b'a'..=b'z' {
            let is_first = set.0[usize::from(letter)];
            set.0[usize::from(letter.to_ascii_uppercase())] |= is_first;
        }
        set
    }

    /// Whether a prefix begins with `byte`.
    pub fn may_begin(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// The first of `prefixes`, the list that the set was made of, that `text` begins with.
    #[inline]
    pub fn find<'t>(&self, prefixes: &'t [Text], text: &[u8]) -> Option<&'t Text> {
        let first = *text.first()?;
        if !self.0[usize::from(first)] {
            return None;
        }
        prefixes.iter().find(|prefix| text.starts_with(prefix.as_bytes()))
    }
}

/// Which names a catalog may have: a cheap test before the binary search.
pub(super) struct NameFilter {
    /// One bit for each hash.
    bits: Box<[u64; Self::HASHES / 64]>,
}

impl NameFilter {
    /// Many more than names, so that few other words pass.
    const HASHES: usize = 1 << 14;

    pub fn new<'n>(names: impl Iterator<Item = &'n Text>) -> Self {
        let mut bits = Box::new([0; Self::HASHES / 64]);
        for name in names {
            let hash = Self::hash(name.as_bytes());
            bits[hash / 64] |= 1 << (hash % 64);
        }
        Self { bits }
    }

    pub fn may_contain(&self, name: &[u8]) -> bool {
        let hash = Self::hash(name);
        self.bits[hash / 64] & (1 << (hash % 64)) != 0
    }

    /// A hash of the length and the last bytes, since many names begin alike.
    fn hash(name: &[u8]) -> usize {
        let mut last = [0; 8];
        for (byte, &there) in last.iter_mut().zip(name.iter().rev()) {
            *byte = there;
        }
        let key = u64::from_le_bytes(last).wrapping_add(name.len() as u64);
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::HASHES.ilog2())) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_without_case() {
        let list = ["http", "exit", "a", "", "status"].map(Text::from);
        let set = WordSet::new(list.iter());
        let rows = [
            ("HTTP", Some(0)),
            ("exit", Some(1)),
            ("a", Some(2)),
            ("", Some(3)),
            ("status", Some(4)),
            ("statuses", None),
            ("b", None),
        ];
        for (word, wanted) in rows {
            assert_eq!(set.index_of(word.as_bytes()), wanted, "{word}");
        }
        assert_eq!(set.index_of(&[b'x'; MAX_LENGTH + 1]), None);
    }

    #[test]
    fn names_pass_the_filter_and_most_other_words_do_not() {
        let catalog = crate::catalog::built_in();
        let names = || catalog.entries().iter().flat_map(|entry| entry.names.iter());
        let filter = NameFilter::new(names());
        assert!(names().all(|name| filter.may_contain(name.as_bytes())));
        let passed = (0..1000).filter(|n| filter.may_contain(format!("E_{n}_FAIL").as_bytes()));
        assert!(passed.count() < 100);
        assert!(!NameFilter::new([].into_iter()).may_contain(b""));
    }

    #[test]
    fn words_of_a_list_pass_the_test_of_their_ends() {
        let list = ["errorcode", "failret"].map(Text::from);
        let ends = WordEnds::new(list.iter());
        let rows = [
            ("error", "code", true),
            ("_ERROR", "CODE_", true),
            ("fail", "ret", true),
            ("__", "code", true),
            ("login", "code", false),
            ("error", "ret", false),
        ];
        for (first, last, wanted) in rows {
            assert_eq!(
                ends.may_contain(first.as_bytes(), last.as_bytes()),
                wanted,
                "{first} {last}"
            );
        }
    }

    #[test]
    fn the_first_prefix_that_matches_is_found() {
        let prefixes = [Text::from("ab"), Text::from("a"), Text::from("、")];
        let set = PrefixSet::new(&prefixes);
        let find = |text: &str| set.find(&prefixes, text.as_bytes()).map(|prefix| prefix.as_ref());
        let found = [find("abc"), find("ac"), find("、x"), find("b"), find("")];
        assert_eq!(found, [Some("ab"), Some("a"), Some("、"), None, None]);
    }
}
