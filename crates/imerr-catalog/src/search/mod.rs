//! Finding entries by words.

mod words;

use std::cmp::Reverse;

use words::synonyms;

use crate::{Entry, Lang};

/// The entries in which every word occurs, or a synonym of it, in a text of any language or in a
/// name, ignoring case; best first. Traditional Chinese characters count as simplified ones.
///
/// A word counts most if it is a whole name or code, less inside a name, then in the meaning, the
/// kind or the category, and least in cause, remedy, check and note. Within a text, the word itself
/// counts most, then its forms (`signed`), then longer words that begin with it (`signature`), and
/// least the inside of others (`assign`): these are often words of another sense. A synonym counts
/// half. Entries of equal rank keep their order.
pub fn search<'e>(entries: &'e [Entry], words: &[&str]) -> Vec<&'e Entry> {
    let words = self::words::words(words);
    if words.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<(u32, &Entry)> = Vec::new();
    for entry in entries {
        let ranks: Option<Vec<u32>> = words.iter().map(|word| best_rank(entry, word)).collect();
        ranked.extend(ranks.map(|ranks| (ranks.iter().sum(), entry)));
    }
    ranked.sort_by_key(|&(rank, _)| Reverse(rank));
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// How well a word or its best synonym fits the entry; None if none of them occurs.
fn best_rank(entry: &Entry, word: &str) -> Option<u32> {
    let of_synonyms = synonyms(word).filter_map(|other| rank(entry, other)).map(|rank| rank / 2);
    rank(entry, word).into_iter().chain(of_synonyms).max()
}

/// How well a lower-case word fits the entry; None if it does not occur.
fn rank(entry: &Entry, word: &str) -> Option<u32> {
    let is_name = entry.names.iter().any(|name| name.to_lowercase() == word);
    if is_name || entry.codes.to_string() == word {
        return Some(100);
    }
    let sections = [entry.category.as_ref(), entry.kind.as_str(), entry.system.as_ref()];
    let mut rank = 0;
    if entry.names.iter().any(|name| contains(name, word)) {
        rank += 20;
    }
    if sections.into_iter().any(|section| contains_whole(section, word)) {
        rank += 10;
    }
    let texts = Lang::ALL.iter().map(|&lang| rank_in(entry, lang, word));
    rank += texts.max().unwrap_or(0);
    (rank > 0).then_some(rank)
}

/// How well the word fits the texts of one language.
fn rank_in(entry: &Entry, lang: Lang, word: &str) -> u32 {
    let texts = entry.texts(lang);
    let in_meaning = match Fit::of(texts.meaning, word) {
        None => 0,
        Some(Fit::Inside) => 8,
        Some(Fit::Beginning) => 15,
        Some(Fit::Form) => 40,
        Some(Fit::Whole) => 45,
    };
    let details = [texts.cause, Some(texts.remedy), texts.note].into_iter().flatten();
    let details = details.chain(texts.check.iter().map(AsRef::as_ref));
    let in_details = match details.filter_map(|text| Fit::of(text, word)).max() {
        None => 0,
        Some(Fit::Inside) => 1,
        Some(Fit::Beginning) => 2,
        Some(Fit::Form | Fit::Whole) => 3,
    };
    in_meaning + in_details
}

/// How well a word fits the words of a text, from the worst to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is inside another word.
    Inside,
    /// Another word begins with it.
    Beginning,
    /// Another word is a form of it.
    Form,
    /// It is a word of the text.
    Whole,
}

/// What forms of English words end with.
const ENDINGS: [&str; 6] = ["s", "es", "d", "ed", "ing", "'s"];

impl Fit {
    /// The best fit of the lower-case `word` in `text`. Chinese has no blanks, so there each word
    /// that occurs is whole.
    fn of(text: &str, word: &str) -> Option<Self> {
        if !contains(text, word) {
            return None;
        }
        if !word.is_ascii() {
            return Some(Self::Whole);
        }
        let text = text.to_lowercase();
        let parts = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
        let fits = parts.map(|part| match part.strip_prefix(word) {
            Some("") => Self::Whole,
            Some(ending) if ENDINGS.contains(&ending) => Self::Form,
            Some(_) => Self::Beginning,
            None => Self::Inside,
        });
        fits.max()
    }
}

fn contains(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

/// Whether `word` stands between blanks and punctuation. Chinese has no blanks, so there each word
/// that occurs counts.
fn contains_whole(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return contains(text, word);
    }
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::Fit;
    use crate::testutil;

    fn codes(words: &[&str]) -> Vec<i64> {
        testutil::catalog().search(words).iter().map(|entry| entry.codes.first).collect()
    }

    #[test]
    fn a_whole_code_or_name_comes_first() {
        assert_eq!(codes(&["6206"])[0], 6206);
        assert_eq!(codes(&["err_user_sig_expired"])[0], 6206);
    }

    #[test]
    fn all_words_must_occur() {
        let found = codes(&["UserSig", "expired"]);
        assert!(found.iter().take(4).any(|&code| code == 6206), "{found:?}");
        assert!(found.contains(&70001));
        assert!(codes(&["usersig", "xylophone"]).is_empty());
    }

    #[test]
    fn synonyms_are_found_in_both_languages() {
        let rows: [(&[&str], i64); 7] = [
            (&["签名", "过期"], 6206),
            (&["签名过期"], 6206),
            (&["簽名過期"], 6206),
            (&["票据过期"], 6206),
            (&["黑名单"], 20007),
            (&["拉黑"], 20007),
            (&["mute"], 10017),
        ];
        for (words, wanted) in rows {
            let found = codes(words);
            assert!(found.iter().take(10).any(|&code| code == wanted), "{words:?}: {found:?}");
        }
        assert!(codes(&["禁言"]).iter().take(8).any(|&code| code == 10017));
    }

    #[test]
    fn words_of_another_sense_come_last() {
        let rows = [
            ("The UserSig is signed again.", "sign", Some(Fit::Form)),
            ("Sign it.", "sign", Some(Fit::Whole)),
            ("The signaling invitation is unknown.", "sign", Some(Fit::Beginning)),
            ("The role is assigned.", "sign", Some(Fit::Inside)),
            ("签名已过期。", "签名", Some(Fit::Whole)),
            ("The UserSig expired.", "sign", None),
        ];
        for (text, word, wanted) in rows {
            assert_eq!(Fit::of(text, word), wanted, "{text}");
        }
    }

    #[test]
    fn one_argument_may_contain_several_words() {
        assert_eq!(codes(&["usersig expired"]), codes(&["usersig", "expired"]));
        assert!(codes(&[" "]).is_empty());
    }
}
