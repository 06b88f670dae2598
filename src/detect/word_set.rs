//! Looking a word up in a list: by its length first, since few words of a list have the same.

use super::word::LIMIT;
use crate::catalog::Text;

/// Words with their places in the list that they come from.
pub(super) struct WordSet {
    /// Ascending by length.
    words: Vec<(Text, usize)>,
    /// For each length, where its words begin; one more for the end of the longest.
    starts: [u16; LIMIT + 2],
}

impl WordSet {
    /// The words of a list. Those that are longer than any identifier is looked at are never found.
    pub(super) fn of<'t>(list: impl Iterator<Item = &'t Text>) -> Self {
        let mut words: Vec<(Text, usize)> =
            list.cloned().enumerate().map(|(place, word)| (word, place)).collect();
        words.retain(|(word, _)| word.len() <= LIMIT);
        words.sort_by_key(|(word, _)| word.len());
        let mut starts = [0; LIMIT + 2];
        for (word, _) in &words {
            starts[word.len() + 1] += 1;
        }
        for length in 1..starts.len() {
            starts[length] += starts[length - 1];
        }
        Self { words, starts }
    }

    /// The place of `word` in the list, compared without case.
    pub(super) fn place_of(&self, word: &[u8]) -> Option<usize> {
        let length = word.len();
        let range =
            usize::from(*self.starts.get(length)?)..usize::from(*self.starts.get(length + 1)?);
        self.words[range]
            .iter()
            .find(|(one, _)| one.as_bytes().eq_ignore_ascii_case(word))
            .map(|&(_, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_their_place_without_case() {
        let list = ["http", "exit", "a", "", "status"].map(Text::from);
        let set = WordSet::of(list.iter());
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
            assert_eq!(set.place_of(word.as_bytes()), wanted, "{word}");
        }
        assert_eq!(set.place_of(&[b'x'; LIMIT + 1]), None);
    }
}
