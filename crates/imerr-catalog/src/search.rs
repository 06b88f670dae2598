//! Finding entries by words.

use super::entry::Entry;

/// The entries in which every word occurs, in any text or name, ignoring case; best first.
///
/// A word counts most where it is a whole name or code, less inside a name, then in the meaning, the kind or the
/// category, and least in cause, remedy and note. Entries of equal rank keep their order.
pub fn search<'e>(entries: &'e [Entry], words: &[&str]) -> Vec<&'e Entry> {
    let words: Vec<String> =
        words.iter().flat_map(|word| word.split_whitespace()).map(str::to_lowercase).collect();
    let mut ranked: Vec<(u32, &Entry)> = entries
        .iter()
        .filter_map(|entry| {
            let ranks: Option<Vec<u32>> = words.iter().map(|word| rank(entry, word)).collect();
            Some((ranks?.iter().sum(), entry))
        })
        .filter(|&(rank, _)| rank > 0)
        .collect();
    ranked.sort_by_key(|&(rank, _)| std::cmp::Reverse(rank));
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// How well one lower-case word fits the entry; None when it does not occur.
fn rank(entry: &Entry, word: &str) -> Option<u32> {
    let holds = |text: &str| text.to_lowercase().contains(word);
    let whole_word = |text: &str| {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
    };
    if entry.codes.to_string() == word || entry.names.iter().any(|name| name.to_lowercase() == word)
    {
        return Some(100);
    }
    let sections = [entry.category.as_ref(), entry.kind.as_str(), entry.system.as_ref()];
    let details = [entry.cause.as_deref(), Some(entry.remedy.as_ref()), entry.note.as_deref()];
    let rank = [
        (30, whole_word(&entry.meaning)),
        (20, entry.names.iter().any(|name| holds(name))),
        (15, holds(&entry.meaning)),
        (10, sections.into_iter().any(whole_word)),
        (3, details.into_iter().flatten().any(holds)),
    ];
    let best: u32 = rank.iter().filter(|(_, fits)| *fits).map(|(points, _)| points).sum();
    (best > 0).then_some(best)
}

#[cfg(test)]
mod tests {
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
    fn every_word_must_occur() {
        let found = codes(&["UserSig", "expired"]);
        assert!(found.iter().take(4).any(|&code| code == 6206), "{found:?}");
        assert!(found.contains(&70001));
        assert!(codes(&["usersig", "xylophone"]).is_empty());
    }

    #[test]
    fn words_may_come_as_one_argument() {
        assert_eq!(codes(&["usersig expired"]), codes(&["usersig", "expired"]));
        assert!(codes(&[" "]).is_empty());
    }
}
