//! How well the words of a query fit an entry.

use super::query::Term;
use super::words::{is_han, longer_words, synonyms};
use crate::{Entry, Lang};

/// A term with what its words need to be found.
pub(super) struct SearchedTerm {
    pub text: String,
    /// A single Chinese character that is no known word.
    pub is_optional: bool,
    /// The word itself and its synonyms.
    words: Vec<SearchedWord>,
    /// The pairs of characters of Chinese text.
    pairs: Vec<SearchedWord>,
}

impl SearchedTerm {
    pub fn new(term: Term) -> Self {
        let (mut words, mut pairs, mut is_optional) = (Vec::new(), Vec::new(), false);
        let text = match term {
            Term::Known(word) => {
                words.extend(synonyms(word).into_iter().map(|one| SearchedWord::new(one, true)));
                word.to_string()
            }
            Term::Word(word) => word,
            Term::Chinese(text) => {
                let characters: Vec<char> = text.chars().collect();
                let texts = characters.windows(2).map(|pair| pair.iter().collect::<String>());
                pairs.extend(texts.map(|pair| SearchedWord::new(&pair, false)));
                is_optional = characters.len() == 1;
                text
            }
        };
        words.push(SearchedWord::new(&text, false));
        Self { text, is_optional, words, pairs }
    }

    /// How well the term fits an entry, in sum over its texts; 0 if it does not occur. A whole name
    /// or code has 100 points.
    pub fn points(&self, texts: &Texts<'_>) -> f64 {
        let points = points(&self.words, texts).max(self.points_of_pairs(texts));
        if self.is_optional { points / 4.0 } else { points }
    }

    /// How well the pairs fit on average; 0 if less than half of them occur.
    fn points_of_pairs(&self, texts: &Texts<'_>) -> f64 {
        let all = self.pairs.iter().map(|pair| points(std::slice::from_ref(pair), texts));
        let found: Vec<f64> = all.filter(|points| *points > 0.0).collect();
        if found.len() * 2 < self.pairs.len() {
            return 0.0;
        }
        found.iter().sum::<f64>() * 0.75 / self.pairs.len().max(1) as f64
    }
}

pub(super) struct SearchedWord {
    text: String,
    is_synonym: bool,
    /// Chinese words with the word in another sense.
    longer: Vec<&'static str>,
}

impl SearchedWord {
    pub fn new(text: &str, is_synonym: bool) -> Self {
        let longer = if text.contains(is_han) { longer_words(text) } else { Vec::new() };
        Self { text: text.to_string(), is_synonym, longer }
    }
}

/// What is searched of an entry, in lower case.
pub(super) struct Texts<'e> {
    code: String,
    /// With blanks for underscores.
    names: Vec<String>,
    sections: [&'e str; 3],
    /// Words that logs print beside the code.
    hints: Vec<String>,
    meanings: Vec<String>,
    /// What the meanings begin with, up to a comma or a semicolon.
    subjects: Vec<String>,
    causes: Vec<String>,
    /// Remedies, notes and checks.
    details: Vec<String>,
}

impl<'e> Texts<'e> {
    pub fn new(entry: &'e Entry) -> Self {
        let (mut meanings, mut causes, mut details) = (Vec::new(), Vec::new(), Vec::new());
        for lang in Lang::ALL {
            let texts = entry.texts(*lang);
            meanings.push(texts.meaning.to_lowercase());
            causes.extend(texts.cause.map(str::to_lowercase));
            details.push(texts.remedy.to_lowercase());
            details.extend(texts.note.map(str::to_lowercase));
            details.extend(texts.check.iter().map(|line| line.to_lowercase()));
        }
        let subjects = meanings.iter().map(|meaning| subject(meaning).to_string()).collect();
        let names = entry.names.iter().map(|name| name.to_lowercase().replace('_', " "));
        Self {
            code: entry.codes.to_string(),
            names: names.collect(),
            sections: [entry.category.as_ref(), entry.kind.as_str(), entry.system.as_ref()],
            hints: entry.hints.iter().map(|hint| hint.to_lowercase()).collect(),
            meanings,
            subjects,
            causes,
            details,
        }
    }

    /// All but the code.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.names, &self.hints, &self.meanings, &self.causes, &self.details];
        texts.into_iter().flatten().map(String::as_str).chain(self.sections)
    }

    /// Whether a meaning or a name has the query as it is.
    pub fn contain_phrase(&self, query: &str) -> bool {
        self.meanings.iter().chain(&self.names).any(|text| text.contains(query))
    }
}

/// What a meaning says first, which is what an entry is about.
fn subject(meaning: &str) -> &str {
    let end = meaning.find(['，', '；', ',', ';']).unwrap_or(meaning.len());
    &meaning[..end]
}

/// The most points of a word in each kind of text.
const MEANING: f64 = 35.0;
const SUBJECT: f64 = 10.0;
const NAME: f64 = 20.0;
const SECTION: f64 = 10.0;
const HINT: f64 = 10.0;
const CAUSE: f64 = 12.0;
const DETAIL: f64 = 6.0;

/// What a synonym counts for, compared to the word itself.
const SYNONYM: f64 = 0.9;

/// How well the best of the words fits each kind of text, in sum.
fn points(words: &[SearchedWord], texts: &Texts<'_>) -> f64 {
    let mut best = [0.0_f64; 7];
    for word in words {
        let name = word.text.replace('_', " ");
        let is_whole = texts.code == word.text || texts.names.contains(&name);
        if is_whole && !word.is_synonym {
            return 100.0;
        }
        let in_sections = texts.sections.contains(&word.text.as_str());
        let factor = if word.is_synonym { SYNONYM } else { 1.0 };
        let found = [
            MEANING * share(&texts.meanings, word),
            SUBJECT * share(&texts.subjects, word),
            NAME * share(&texts.names, word),
            SECTION * f64::from(u8::from(in_sections)),
            HINT * share(&texts.hints, word),
            CAUSE * share(&texts.causes, word),
            DETAIL * share(&texts.details, word),
        ];
        for (best, found) in best.iter_mut().zip(found) {
            *best = best.max(found * factor);
        }
    }
    best.iter().sum()
}

/// What the best fit of a word in `texts` counts for, from 0 to 1.
fn share(texts: &[String], word: &SearchedWord) -> f64 {
    match texts.iter().filter_map(|text| Fit::of(text, word)).max() {
        None => 0.0,
        Some(Fit::Inside) => 0.15,
        Some(Fit::Beginning) => 0.3,
        Some(Fit::Form) => 0.9,
        Some(Fit::Whole) => 1.0,
    }
}

/// How well a word fits the words of a text, from the worst to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
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
    pub fn of(text: &str, word: &SearchedWord) -> Option<Self> {
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
