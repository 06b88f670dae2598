//! Texts in two languages: one in the page, the other one in data for the script.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::language::{Label, PageWords, capitalized};
use crate::report::ReportData;

/// The data of a run in the language of the page and in the other one.
pub(super) struct Bilingual<'r> {
    pub data: ReportData<'r>,
    other: ReportData<'r>,
    /// The texts in the other language. An element has the index of its text.
    pub other_texts: Vec<String>,
    indexes: HashMap<(String, String), usize>,
}

impl<'r> Bilingual<'r> {
    pub(super) fn new(data: ReportData<'r>, other: ReportData<'r>) -> Self {
        Self { data, other, other_texts: Vec::new(), indexes: HashMap::new() }
    }

    pub(super) fn words(&self) -> &'static PageWords {
        self.data.words().page()
    }

    pub(super) fn other_words(&self) -> &'static PageWords {
        self.other.words().page()
    }

    /// An element with a text, which the script can replace.
    pub(super) fn text(&mut self, text: impl Fn(&ReportData<'r>) -> String) -> Markup {
        let (own, other) = (text(&self.data), text(&self.other));
        if own == other {
            return html! { (own) };
        }
        let index = self.index(own.clone(), other);
        html! { span data-t=(index) { (own) } }
    }

    /// The results for both languages.
    pub(super) fn both<T>(&self, value: impl Fn(&ReportData<'r>) -> T) -> (T, T) {
        (value(&self.data), value(&self.other))
    }

    /// The index of a text that is `own` in this language.
    fn index(&mut self, own: String, other: String) -> usize {
        let next = self.other_texts.len();
        let index = *self.indexes.entry((own, other.clone())).or_insert(next);
        if index == next {
            self.other_texts.push(other);
        }
        index
    }

    pub(super) fn word(&mut self, word: impl Fn(&PageWords) -> &'static str) -> Markup {
        self.text(|data| word(data.words().page()).to_string())
    }

    /// The word for a column, with a capital at its beginning.
    pub(super) fn label(&mut self, label: Label) -> Markup {
        self.text(|data| capitalized(data.words().label(label)))
    }
}
