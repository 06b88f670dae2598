//! Problems in data files, with their spans.

use std::fmt;

/// A problem in a data file. Displays as `path:line:column: message`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The path of the file, as the caller gave it.
    pub path: String,
    /// Where the problem is.
    pub span: Span,
    /// The problem.
    pub message: String,
}

impl Diagnostic {
    /// A problem in the file `path`.
    pub fn new(path: &str, span: Span, message: impl Into<String>) -> Self {
        Self { path: path.to_string(), span, message: message.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.span.line, self.span.column, self.message)
    }
}

/// A part of one line of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters.
    pub column: usize,
    /// The number of characters; at least 1.
    pub length: usize,
}

impl Span {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1, length: 1 };
}

/// The one of `choices` that `word` is likely to be a misspelling of.
pub fn nearest<'c>(word: &str, choices: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let by_distance =
        choices.into_iter().map(|choice| (strsim::osa_distance(word, choice), choice));
    let (distance, choice) = by_distance.min()?;
    (distance <= word.chars().count().div_ceil(3)).then_some(choice)
}

/// The error for a word that is none of `choices`: it lists them, and names one that is near.
pub fn unknown_word(word: &str, choices: &[&str]) -> String {
    let mut message = format!("'{word}' is none of {}", choices.join(", "));
    if let Some(near) = nearest(word, choices.iter().copied()) {
        message.push_str(&format!("; did you mean '{near}'?"));
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_word_has_a_nearest_choice() {
        let choices = ["code", "meaning", "see", "same_cause_as"];
        let rows = [
            ("meening", Some("meaning")),
            ("sea", Some("see")),
            ("same_cause", Some("same_cause_as")),
            ("cause", None),
            ("Code", Some("code")),
            ("xyz", None),
        ];
        for (word, wanted) in rows {
            assert_eq!(nearest(word, choices), wanted, "{word}");
        }
    }
}
