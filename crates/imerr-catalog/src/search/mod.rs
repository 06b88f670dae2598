//! Finding entries by words.

mod query;
mod score;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Reverse;
use std::collections::HashMap;

use query::{normalized, terms};
use score::{SearchedTerm, Texts};
use words::known_words;

use crate::{Entry, Lang, Status};

/// The entries with the words of a query or synonyms of them, in a text of any language, a name or a
/// hint, ignoring case; best first. An English word occurs at the beginning of a word only. If no
/// entry has all words, those with the most are found, which are at least half. Words that a tenth
/// of the entries are about, such as `message`, need not occur if others do. Traditional Chinese
/// characters count as simplified ones, and Chinese text is divided into words.
///
/// Each word counts by how well it fits ([`SearchedTerm::points`]) and how rare it is. Entries that
/// fit much worse than the best one are left out. Of entries that fit alike, those are first that
/// many others refer to, and those with a short meaning. Entries that few apps meet, and deprecated
/// ones, are last.
pub fn search<'e>(entries: &'e [Entry], words: &[&str]) -> Vec<&'e Entry> {
    let query = normalized(words);
    let terms: Vec<SearchedTerm> = terms(&query).into_iter().map(SearchedTerm::new).collect();
    let hits = hits(entries, &terms);
    let spreads: Vec<Spread> = (0..terms.len()).map(|term| Spread::of(term, &hits)).collect();
    let rarities: Vec<f64> = spreads.iter().map(|spread| spread.rarity(entries.len())).collect();
    let references = references(entries);
    let hits = with_fewest_missing(hits, &terms, &spreads, entries.len());
    let mut found = Vec::new();
    for hit in without_weak(hits, &rarities) {
        let references = references.get(&hit.entry.codes.first).copied().unwrap_or(0);
        let has_phrase = terms.len() > 1 && hit.texts.contain_phrase(&query);
        found.push((hit.fit(&rarities) + bonus(hit.entry, has_phrase, references), hit.entry));
    }
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// An entry that has some of the terms.
struct Hit<'e> {
    entry: &'e Entry,
    texts: Texts<'e>,
    /// Of each term.
    points: Vec<f64>,
}

impl Hit<'_> {
    /// How well the terms fit on average, where rare ones count more.
    fn fit(&self, rarities: &[f64]) -> f64 {
        let weighted = self.points.iter().zip(rarities).map(|(points, rarity)| points * rarity);
        weighted.sum::<f64>() / rarities.iter().sum::<f64>()
    }
}

fn hits<'e>(entries: &'e [Entry], terms: &[SearchedTerm]) -> Vec<Hit<'e>> {
    let mut hits = Vec::new();
    for entry in entries {
        let texts = Texts::new(entry);
        let points: Vec<f64> = terms.iter().map(|term| term.points(&texts)).collect();
        if points.iter().any(|points| *points > 0.0) {
            hits.push(Hit { entry, texts, points });
        }
    }
    hits
}

/// So many points show that an entry is about a term.
const TOPIC: f64 = 20.0;
/// The rarity of a term that all entries are about.
const MIN_RARITY: f64 = 0.1;

/// How many entries have a term, and how many are about it.
struct Spread {
    having: usize,
    about: usize,
}

impl Spread {
    fn of(term: usize, hits: &[Hit<'_>]) -> Self {
        let having = hits.iter().filter(|hit| hit.points[term] > 0.0).count();
        let about = hits.iter().filter(|hit| hit.points[term] >= TOPIC).count();
        Self { having, about }
    }

    /// From 0 to 1: 1 if one entry is about the term. A term that no entry has does not count.
    fn rarity(&self, entries: usize) -> f64 {
        if self.having == 0 {
            return 0.0;
        }
        let share = (self.about.max(1) as f64).ln() / (entries.max(2) as f64).ln();
        (1.0 - share).max(MIN_RARITY)
    }
}

/// The hits that lack the fewest of the terms that must occur; none if they lack more than half.
fn with_fewest_missing<'e>(
    mut hits: Vec<Hit<'e>>,
    terms: &[SearchedTerm],
    spreads: &[Spread],
    entries: usize,
) -> Vec<Hit<'e>> {
    let must_occur = (0..terms.len()).filter(|&term| !terms[term].is_optional);
    let (existing, absent): (Vec<usize>, Vec<usize>) =
        must_occur.partition(|&term| spreads[term].having > 0);
    let is_rare = |term: &usize| spreads[*term].about * 10 <= entries;
    let mut needed: Vec<usize> = existing.iter().copied().filter(is_rare).collect();
    if needed.is_empty() {
        needed = existing;
    }
    let missing = |hit: &Hit<'_>| needed.iter().filter(|&&term| hit.points[term] == 0.0).count();
    let fewest = hits.iter().map(missing).min().unwrap_or(0);
    if (absent.len() + fewest) * 2 > absent.len() + needed.len() {
        return Vec::new();
    }
    hits.retain(|hit| missing(hit) == fewest);
    hits
}

/// The least fit, compared to the best one. Below it, a word is only in a remedy or begins another
/// one. The weakest code that a query of the tests means has 0.187 (10007 for `only admin`).
const LEAST_FIT: f64 = 0.18;

/// The hits that fit not much worse than the best one.
fn without_weak<'e>(mut hits: Vec<Hit<'e>>, rarities: &[f64]) -> Vec<Hit<'e>> {
    let best = hits.iter().map(|hit| hit.fit(rarities)).fold(0.0, f64::max);
    hits.retain(|hit| hit.fit(rarities) >= best * LEAST_FIT);
    hits
}

/// The systems that only some apps have. All others have the server's codes, and most the SDK's.
const OF_SOME_APPS: [&str; 4] = ["c-api", "push-sdk", "sdk-v3", "web"];

/// What an entry has in addition to the points of its terms.
fn bonus(entry: &Entry, has_phrase: bool, references: usize) -> f64 {
    let length = entry.texts(Lang::Zh).meaning.chars().count();
    let mut bonus = references.min(15) as f64 - length as f64 / 4.0;
    if has_phrase {
        bonus += 15.0;
    }
    if entry.status == Status::Deprecated {
        bonus -= 15.0;
    }
    if OF_SOME_APPS.contains(&entry.system.as_ref()) {
        bonus -= 8.0;
    }
    bonus
}

/// How many entries refer to each code.
fn references(entries: &[Entry]) -> HashMap<i64, usize> {
    let mut references = HashMap::new();
    for code in entries.iter().flat_map(|entry| entry.see.iter()) {
        *references.entry(*code).or_insert(0) += 1;
    }
    references
}

/// The words of a query that occur in no entry, and the same of the parts of Chinese text, without
/// single characters.
pub fn words_without_entry(entries: &[Entry], words: &[&str]) -> Vec<String> {
    let missing = missing_terms(entries.iter(), words).into_iter();
    missing.filter(|term| !term.is_optional).map(|term| term.text).collect()
}

/// The words of a query that occur in none of the entries that it found.
pub fn words_not_found(found: &[&Entry], words: &[&str]) -> Vec<String> {
    let missing = missing_terms(found.iter().copied(), words).into_iter();
    missing.map(|term| term.text).collect()
}

fn missing_terms<'e>(
    entries: impl Iterator<Item = &'e Entry>,
    words: &[&str],
) -> Vec<SearchedTerm> {
    let mut missing: Vec<SearchedTerm> =
        terms(&normalized(words)).into_iter().map(SearchedTerm::new).collect();
    for entry in entries {
        let texts = Texts::new(entry);
        missing.retain(|term| term.points(&texts) == 0.0);
    }
    missing
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
