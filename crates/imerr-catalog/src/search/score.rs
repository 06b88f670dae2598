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

/// A text that is searched.
pub(super) struct Text<'e> {
    /// What is written, in which capitals begin words: `AVChatRoom`.
    written: &'e str,
    /// The same in lower case, and with blanks for the underscores of names, at the same offsets.
    lower: String,
}

impl<'e> Text<'e> {
    pub fn new(written: &'e str) -> Self {
        Self { written, lower: written.chars().map(lower).collect() }
    }

    fn of_name(name: &'e str) -> Self {
        Self { written: name, lower: Self::new(name).lower.replace('_', " ") }
    }

    /// What the text says first, up to a comma or a semicolon, which is what an entry is about.
    fn subject(&self) -> Self {
        let end = self.written.find(['，', '；', ',', ';']).unwrap_or(self.written.len());
        Self { written: &self.written[..end], lower: self.lower[..end].to_string() }
    }

    /// Whether a word begins inside another one at an offset: `Chat` and `Room` in `AVChatRoom`.
    fn begins_inner_word(&self, at: usize) -> bool {
        let mut rest = self.written[at..].chars();
        let is_capital = rest.next().is_some_and(char::is_uppercase);
        let ends_capitals = rest.next().is_some_and(char::is_lowercase);
        is_capital && (ends_capitals || !self.written[..at].ends_with(char::is_uppercase))
    }
}

/// A character in lower case, unless that has another length.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) if one.len_utf8() == c.len_utf8() => one,
        _ => c,
    }
}

/// What is searched of an entry.
pub(super) struct Texts<'e> {
    code: String,
    names: Vec<Text<'e>>,
    sections: [&'e str; 3],
    /// Words that logs print beside the code.
    hints: Vec<Text<'e>>,
    meanings: Vec<Text<'e>>,
    /// What the meanings say first.
    subjects: Vec<Text<'e>>,
    causes: Vec<Text<'e>>,
    /// Remedies, notes and checks.
    details: Vec<Text<'e>>,
}

impl<'e> Texts<'e> {
    pub fn new(entry: &'e Entry) -> Self {
        let (mut meanings, mut causes, mut details) = (Vec::new(), Vec::new(), Vec::new());
        for lang in Lang::ALL {
            let texts = entry.texts(*lang);
            meanings.push(Text::new(texts.meaning));
            causes.extend(texts.cause.map(Text::new));
            details.push(Text::new(texts.remedy));
            details.extend(texts.note.map(Text::new));
            details.extend(texts.check.iter().map(|line| Text::new(line)));
        }
        Self {
            code: entry.codes.to_string(),
            names: entry.names.iter().map(|name| Text::of_name(name)).collect(),
            sections: [entry.category.as_ref(), entry.kind.as_str(), entry.system.as_ref()],
            hints: entry.hints.iter().map(|hint| Text::new(hint)).collect(),
            subjects: meanings.iter().map(Text::subject).collect(),
            meanings,
            causes,
            details,
        }
    }

    /// All but the code.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.names, &self.hints, &self.meanings, &self.causes, &self.details];
        texts.into_iter().flatten().map(|text| text.lower.as_str()).chain(self.sections)
    }

    /// Whether a meaning or a name has the query as it is.
    pub fn contain_phrase(&self, query: &str) -> bool {
        self.meanings.iter().chain(&self.names).any(|text| text.lower.contains(query))
    }
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
        let is_whole = texts.code == word.text || texts.names.iter().any(|one| one.lower == name);
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
fn share(texts: &[Text<'_>], word: &SearchedWord) -> f64 {
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
    /// An inner word of another one begins with it, or a longer Chinese word has it.
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
    /// The best fit of the word in `text`.
    pub fn of(text: &Text<'_>, word: &SearchedWord) -> Option<Self> {
        text.lower.match_indices(&word.text).filter_map(|(at, _)| Self::at(text, at, word)).max()
    }

    /// The fit of the word at an offset of `text`; None if an English word has it that does not
    /// begin there, as `disbanded` has `banned`. Chinese has no blanks, so there a word is whole
    /// unless a longer known one has it.
    fn at(text: &Text<'_>, at: usize, word: &SearchedWord) -> Option<Self> {
        let (before, rest) = text.lower.split_at(at);
        if word.text.contains(is_han) {
            let is_part = word.longer.iter().any(|longer| {
                let start = longer.find(&word.text).and_then(|offset| at.checked_sub(offset));
                start
                    .and_then(|start| text.lower.get(start..))
                    .is_some_and(|t| t.starts_with(longer))
            });
            return Some(if is_part { Self::Inside } else { Self::Whole });
        }
        if before.ends_with(|c: char| c.is_alphanumeric() && !is_han(c)) {
            return text.begins_inner_word(at).then_some(Self::Inside);
        }
        let rest = &rest[word.text.len()..];
        let is_end = |c: char| is_han(c) || !(c.is_alphanumeric() || c == '\'');
        Some(match &rest[..rest.find(is_end).unwrap_or(rest.len())] {
            "" => Self::Whole,
            ending if ENDINGS.contains(&ending) => Self::Form,
            _ => Self::Beginning,
        })
    }
}
