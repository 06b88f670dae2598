//! Finding entries by words.

mod query;
mod words;

use std::cmp::Reverse;
use std::collections::HashMap;

use query::{Term, normalized, terms};
use words::{is_han, known_words, longer_words};

use crate::{Entry, Lang, Status};

/// The entries in which every word occurs, or a synonym of it, in a text of any language or in a
/// name, ignoring case; best first. Traditional Chinese characters count as simplified ones.
/// Chinese text is divided into words; if no entry has all of them, those with the most are found,
/// which are at least half.
///
/// A word counts most if it is a whole name or code, then in the meaning, inside a name, or as the
/// kind or the category, and least in cause, remedy, check and note. Within a text, the word itself
/// counts most, then its forms (`signed`), then longer words that begin with it (`signature`), and
/// least the inside of others (`assign`): these are often words of another sense. A synonym counts
/// a little less. Of entries that fit alike, those are first that many others refer to, and those
/// with a short meaning; deprecated ones are last.
pub fn search<'e>(entries: &'e [Entry], words: &[&str]) -> Vec<&'e Entry> {
    let query = normalized(words);
    let terms: Vec<SearchedTerm> = terms(&query).into_iter().map(SearchedTerm::new).collect();
    if terms.is_empty() {
        return Vec::new();
    }
    let references = references(entries);
    let mut found: Vec<(usize, i32, &Entry)> = Vec::new();
    for entry in entries {
        let texts = Texts::new(entry);
        let Some((missing, rank)) = rank_of_terms(&terms, &texts) else { continue };
        let is_phrase = terms.len() > 1 && texts.contain_phrase(&query);
        let references = references.get(&entry.codes.first).copied().unwrap_or(0);
        found.push((missing, rank + rank_of_entry(entry, references, is_phrase), entry));
    }
    let fewest = found.iter().map(|&(missing, ..)| missing).min().unwrap_or(0);
    if fewest > 0 && (!query.contains(is_han) || fewest * 2 > terms.len()) {
        return Vec::new();
    }
    found.retain(|&(missing, ..)| missing == fewest);
    found.sort_by_key(|&(_, rank, _)| Reverse(rank));
    found.into_iter().map(|(.., entry)| entry).collect()
}

/// The words of a query that occur in no entry, and the same of the parts of Chinese text.
pub fn words_without_entry(entries: &[Entry], words: &[&str]) -> Vec<String> {
    let terms = terms(&normalized(words)).into_iter().map(SearchedTerm::new);
    let mut missing: Vec<SearchedTerm> = terms.filter(|term| term.need != Need::Any).collect();
    for entry in entries {
        let texts = Texts::new(entry);
        missing.retain(|term| term.rank(&texts).is_none());
    }
    missing.into_iter().map(|term| term.text).collect()
}

/// The shortest word that has similar ones.
const MIN_LENGTH: usize = 4;

/// Up to `count` words of the entries, or synonyms of them, from which `word` differs least: at most
/// one edit in four characters, where two swapped characters are one edit. Frequent words come
/// first.
pub fn similar_words(entries: &[Entry], word: &str, count: usize) -> Vec<String> {
    let word = word.to_lowercase();
    let most_edits = word.chars().count() / MIN_LENGTH;
    let mut similar: Vec<(usize, Reverse<usize>, String)> = Vec::new();
    for (other, occurrences) in vocabulary(entries) {
        let edits = strsim::osa_distance(&word, &other);
        if edits <= most_edits {
            similar.push((edits, Reverse(occurrences), other));
        }
    }
    similar.sort();
    let fewest = similar.first().map_or(0, |(edits, ..)| *edits);
    similar.retain(|(edits, ..)| *edits == fewest);
    similar.into_iter().take(count).map(|(.., word)| word).collect()
}

/// The English words that can be found, and how often each occurs.
fn vocabulary(entries: &[Entry]) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    known_words().for_each(|text| add_words(text, &mut words));
    for entry in entries {
        Texts::new(entry).all().for_each(|text| add_words(text, &mut words));
    }
    words
}

fn add_words(text: &str, words: &mut HashMap<String, usize>) {
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if word.len() >= MIN_LENGTH {
            *words.entry(word.to_string()).or_insert(0) += 1;
        }
    }
}

/// How many entries refer to each code.
fn references(entries: &[Entry]) -> HashMap<i64, i32> {
    let mut references = HashMap::new();
    for code in entries.iter().flat_map(|entry| entry.see.iter()) {
        *references.entry(*code).or_insert(0) += 1;
    }
    references
}

/// The part of the rank that does not depend on the single words.
fn rank_of_entry(entry: &Entry, references: i32, is_phrase: bool) -> i32 {
    let mut rank = references.min(15);
    rank -= entry.texts(Lang::Zh).meaning.chars().count() as i32 / 4;
    if entry.status == Status::Deprecated {
        rank -= 10;
    }
    if is_phrase {
        rank += 30;
    }
    rank
}

/// The number of terms that the entry lacks, and the sum of the ranks of the others; None if it has
/// none, or if it lacks one that is needed.
fn rank_of_terms(terms: &[SearchedTerm], texts: &Texts<'_>) -> Option<(usize, i32)> {
    let (mut missing, mut sum) = (0, 0);
    for term in terms {
        match term.rank(texts) {
            Some(rank) => sum += rank,
            None if term.need == Need::All => return None,
            None if term.need == Need::Most => missing += 1,
            None => {}
        }
    }
    (sum > 0).then_some((missing, sum))
}

/// Whether entries without a term can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    All,
    Most,
    /// A single Chinese character that is no known word.
    Any,
}

/// A term with what its words need to be found.
struct SearchedTerm {
    text: String,
    need: Need,
    /// The word itself and its synonyms.
    words: Vec<SearchedWord>,
    /// The pairs of characters of Chinese text.
    pairs: Vec<SearchedWord>,
}

impl SearchedTerm {
    fn new(term: Term) -> Self {
        match term {
            Term::Known(word, group) => {
                let synonyms = group.words().filter(|other| *other != word);
                let synonyms = synonyms.map(|other| SearchedWord::new(other, true));
                let words = [SearchedWord::new(word, false)].into_iter().chain(synonyms).collect();
                Self { text: word.to_string(), need: Need::Most, words, pairs: Vec::new() }
            }
            Term::Word(word) => {
                let words = vec![SearchedWord::new(&word, false)];
                Self { text: word, need: Need::All, words, pairs: Vec::new() }
            }
            Term::Chinese(text) => {
                let characters: Vec<char> = text.chars().collect();
                let pairs = characters.windows(2).map(|pair| pair.iter().collect::<String>());
                let pairs = pairs.map(|pair| SearchedWord::new(&pair, false)).collect();
                let need = if characters.len() == 1 { Need::Any } else { Need::Most };
                let words = vec![SearchedWord::new(&text, false)];
                Self { text, need, words, pairs }
            }
        }
    }

    /// How well the best of the words fits each text, in sum; None if none of them occurs.
    fn rank(&self, texts: &Texts<'_>) -> Option<i32> {
        let mut rank = rank(&self.words, texts);
        if self.need == Need::Any {
            rank /= 4;
        }
        let rank = rank.max(self.rank_of_pairs(texts));
        (rank > 0).then_some(rank)
    }

    /// How well the pairs fit on average; 0 if less than half of them occur.
    fn rank_of_pairs(&self, texts: &Texts<'_>) -> i32 {
        let ranks = self.pairs.iter().map(|pair| rank(std::slice::from_ref(pair), texts));
        let ranks: Vec<i32> = ranks.filter(|rank| *rank > 0).collect();
        if ranks.is_empty() || ranks.len() * 2 < self.pairs.len() {
            return 0;
        }
        ranks.iter().sum::<i32>() * 3 / 4 / self.pairs.len() as i32
    }
}

struct SearchedWord {
    text: String,
    is_synonym: bool,
    /// Chinese words with the word in another sense.
    longer: Vec<&'static str>,
}

impl SearchedWord {
    fn new(text: &str, is_synonym: bool) -> Self {
        let longer = if text.contains(is_han) { longer_words(text) } else { Vec::new() };
        Self { text: text.to_string(), is_synonym, longer }
    }

    /// What the word counts for, of `points`.
    fn of(&self, points: i32) -> i32 {
        if self.is_synonym { points * 19 / 20 } else { points }
    }
}

/// What is searched of an entry, in lower case.
struct Texts<'e> {
    code: String,
    /// With blanks for underscores.
    names: Vec<String>,
    sections: [&'e str; 3],
    /// The meaning and the other texts in each language.
    languages: Vec<(String, Vec<String>)>,
}

impl<'e> Texts<'e> {
    fn new(entry: &'e Entry) -> Self {
        let mut languages = Vec::new();
        for lang in Lang::ALL {
            let texts = entry.texts(*lang);
            let details = [texts.cause, Some(texts.remedy), texts.note].into_iter().flatten();
            let details = details.chain(texts.check.iter().map(AsRef::as_ref));
            let details = details.map(str::to_lowercase).collect();
            languages.push((texts.meaning.to_lowercase(), details));
        }
        let names = entry.names.iter().map(|name| name.to_lowercase().replace('_', " "));
        Self {
            code: entry.codes.to_string(),
            names: names.collect(),
            sections: [entry.category.as_ref(), entry.kind.as_str(), entry.system.as_ref()],
            languages,
        }
    }

    /// All but the code.
    fn all(&self) -> impl Iterator<Item = &str> {
        let texts = self.languages.iter().flat_map(|(meaning, details)| {
            [meaning].into_iter().chain(details).map(String::as_str)
        });
        self.names.iter().map(String::as_str).chain(self.sections).chain(texts)
    }

    /// Whether a meaning or a name has the query as it is.
    fn contain_phrase(&self, query: &str) -> bool {
        let mut meanings = self.languages.iter().map(|(meaning, _)| meaning);
        meanings.any(|meaning| meaning.contains(query))
            || self.names.iter().any(|name| name.contains(query))
    }
}

/// How well the words fit an entry; 0 if none of them occurs.
fn rank(words: &[SearchedWord], texts: &Texts<'_>) -> i32 {
    let (mut in_names, mut in_sections, mut in_meaning, mut in_details) = (0, 0, 0, 0);
    for word in words {
        let name = word.text.replace('_', " ");
        let is_whole = texts.code == word.text || texts.names.contains(&name);
        if is_whole && !word.is_synonym {
            return 100;
        }
        if texts.names.iter().any(|one| one.contains(&name)) {
            in_names = in_names.max(word.of(20));
        }
        if texts.sections.contains(&word.text.as_str()) {
            in_sections = in_sections.max(word.of(20));
        }
        for (meaning, details) in &texts.languages {
            let points = match Fit::of(meaning, word) {
                None => 0,
                Some(Fit::Inside) => 8,
                Some(Fit::Beginning) => 15,
                Some(Fit::Form) => 40,
                Some(Fit::Whole) => 45,
            };
            in_meaning = in_meaning.max(word.of(points));
            in_details = in_details.max(rank_in_details(details, word));
        }
    }
    in_names + in_sections + in_meaning + in_details
}

/// More texts with a word show that it is what the entry is about.
fn rank_in_details(details: &[String], word: &SearchedWord) -> i32 {
    let fits: Vec<Fit> = details.iter().filter_map(|text| Fit::of(text, word)).collect();
    let words = fits.iter().filter(|fit| **fit >= Fit::Form).count();
    let points = words.min(4) as i32 * 2;
    points.max(i32::from(!fits.is_empty()))
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
    /// The best fit of the word in `text`, which is in lower case as well.
    fn of(text: &str, word: &SearchedWord) -> Option<Self> {
        text.match_indices(&word.text).map(|(at, _)| Self::at(text, at, word)).max()
    }

    /// The fit of the word at an offset of `text`. Chinese has no blanks, so there a word is whole
    /// unless a longer known one has it.
    fn at(text: &str, at: usize, word: &SearchedWord) -> Self {
        if word.text.contains(is_han) {
            let is_part = word.longer.iter().any(|longer| {
                let start = longer.find(&word.text).and_then(|offset| at.checked_sub(offset));
                start.and_then(|start| text.get(start..)).is_some_and(|t| t.starts_with(longer))
            });
            return if is_part { Self::Inside } else { Self::Whole };
        }
        if text[..at].ends_with(char::is_alphanumeric) {
            return Self::Inside;
        }
        let rest = &text[at + word.text.len()..];
        let is_end = |c: char| is_han(c) || !(c.is_alphanumeric() || c == '\'');
        match &rest[..rest.find(is_end).unwrap_or(rest.len())] {
            "" => Self::Whole,
            ending if ENDINGS.contains(&ending) => Self::Form,
            _ => Self::Beginning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, SearchedWord};
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
        assert!(codes(&["usersig", "xylophone", "过期"]).is_empty());
    }

    /// Queries as people type them, and codes of which one must be among the first three.
    const QUERIES: [(&str, &[i64]); 68] = [
        ("群已解散", &[10010]),
        ("签名过期", &[6206, 70001]),
        ("签名错误", &[70003]),
        ("黑名单", &[20007]),
        ("频率限制", &[60011, 60018, 7008, -10113]),
        ("被踢下线", &[6208, 1002]),
        ("群不存在", &[10010]),
        ("没有权限", &[10007]),
        ("用户不存在", &[70107]),
        ("消息撤回", &[10041, 20016, 10031]),
        ("撤回超时", &[10031]),
        ("禁言", &[10017]),
        ("敏感词", &[40005, 80001, 7015]),
        ("群人数上限", &[10014]),
        ("群满员", &[10014]),
        ("密钥错误", &[70009]),
        ("网络超时", &[9525]),
        ("未登录", &[6014]),
        ("好友上限", &[30010]),
        ("消息过长", &[8001]),
        ("群主不能退群", &[10009]),
        ("已经是群成员", &[10013]),
        ("不在群里", &[10007, 2623]),
        ("登录票据过期", &[-10003, 70001]),
        ("套餐到期", &[80005]),
        ("账号欠费", &[80005]),
        ("请求超时", &[60008, 60014]),
        ("上传失败", &[6008]),
        ("离线推送证书", &[22001]),
        ("SDK未初始化", &[6013]),
        ("UserID不存在", &[70107]),
        ("参数错误", &[6017]),
        ("发送频率过快", &[90057, -10113]),
        ("对方拉黑", &[20007]),
        ("不是好友", &[20009]),
        ("加好友被拒绝", &[30525, 30516]),
        ("rate limit", &[60011, 60018, 7008, -10113]),
        ("too many requests", &[60011, 60018, 7008, -10113]),
        ("expired", &[6206]),
        ("blocked user", &[20007]),
        ("not logged in", &[6014]),
        ("kicked offline", &[6208, 1002]),
        ("group not found", &[10010]),
        ("no permission", &[10007]),
        ("muted", &[10017]),
        ("blocked the sender", &[20007]),
        ("userSig过期", &[6206, 70001]),
        ("blocked", &[20007]),
        ("blocklist", &[20007]),
        ("mute", &[10017]),
        ("message too long", &[8001]),
        ("互踢", &[6208, 3002, 1002]),
        ("好友已满", &[30010]),
        ("文件过大", &[7005]),
        ("断网", &[9523]),
        ("dirty words", &[40005, 80001, 7015]),
        ("sensitive words", &[40005, 80001, 7015]),
        ("profanity", &[40005, 80001, 7015]),
        ("throttled", &[60011, 60018, 7008, -10113]),
        ("quota", &[72000, 72002]),
        ("timed out", &[9518, 9519, 9523]),
        ("kicked", &[6208, 1002]),
        ("logged in elsewhere", &[6208, 3002, 1002]),
        ("silenced", &[10017]),
        ("blacklisted", &[20007]),
        ("permission denied", &[10007]),
        ("revoke", &[10041, 20016, 10031]),
        ("user sig expired", &[6206, 70001]),
    ];

    #[test]
    fn what_is_meant_is_among_the_first_three() {
        let mut wrong = Vec::new();
        for (query, wanted) in QUERIES {
            let mut found = codes(&[query]);
            found.truncate(3);
            if !found.iter().any(|code| wanted.contains(code)) {
                wrong.push(format!("{query}: {found:?}, not {wanted:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn words_that_no_entry_has_are_named() {
        let catalog = testutil::catalog();
        let rows: [(&[&str], &[&str]); 7] = [
            (&["usersig", "expired"], &[]),
            (&["UserSig Expried"], &["expried"]),
            (&["usersig", "zebra", "xylophone"], &["zebra", "xylophone"]),
            (&["userSig龘龘"], &["龘龘"]),
            (&["签名", "zebra"], &["zebra"]),
            (&["usersig", "firebase"], &[]),
            (&[" "], &[]),
        ];
        for (words, wanted) in rows {
            assert_eq!(catalog.words_without_entry(words), wanted, "{words:?}");
        }
    }

    #[test]
    fn misspelled_words_have_similar_ones() {
        let catalog = testutil::catalog();
        let rows = [
            ("expried", Some("expired")),
            ("Permision", Some("permission")),
            ("usersgi", Some("usersig")),
            ("blaklist", Some("blacklist")),
            ("kciked", Some("kicked")),
            ("62066", Some("6206")),
            ("err_usr_sig_expired", Some("ERR_USER_SIG_EXPIRED")),
            ("zebra", None),
            ("xylophone", None),
            ("abc", None),
            ("过旗", None),
        ];
        for (word, wanted) in rows {
            let similar = catalog.similar_words(word, 3);
            assert_eq!(similar.first().map(String::as_str), wanted, "{word}: {similar:?}");
        }
    }

    #[test]
    fn chinese_text_needs_at_least_half_of_its_words() {
        assert!(!codes(&["群主不能退群"]).is_empty());
        assert!(codes(&["群公告翻译成法语的按钮颜色"]).is_empty());
        assert!(codes(&["龘龘"]).is_empty());
    }

    #[test]
    fn words_of_another_sense_come_last() {
        let rows = [
            ("The UserSig is signed again.", "sign", Some(Fit::Form)),
            ("Sign it.", "sign", Some(Fit::Whole)),
            ("The signaling invitation is unknown.", "sign", Some(Fit::Beginning)),
            ("The role is assigned.", "sign", Some(Fit::Inside)),
            ("签名已过期。", "签名", Some(Fit::Whole)),
            ("该话题不在权限组中。", "权限", Some(Fit::Inside)),
            ("权限组的操作者没有权限。", "权限", Some(Fit::Whole)),
            ("The UserSig expired.", "sign", None),
        ];
        for (text, word, wanted) in rows {
            let found = Fit::of(&text.to_lowercase(), &SearchedWord::new(word, false));
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn one_argument_may_contain_several_words() {
        assert_eq!(codes(&["usersig expired"]), codes(&["usersig", "expired"]));
        assert!(codes(&[" "]).is_empty());
    }
}
