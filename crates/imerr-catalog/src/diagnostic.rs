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

impl std::error::Error for Diagnostic {}

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

/// The one of `choices` that `word` is likely to be a misspelling or an abbreviation of, in any
/// case.
pub fn nearest<'c>(word: &str, choices: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let choices: Vec<&str> = choices.into_iter().collect();
    let by_distance = choices.iter().map(|choice| (strsim::osa_distance(&word, choice), *choice));
    let (distance, choice) = by_distance.min()?;
    if distance <= (word.chars().count() / 4).max(1) {
        return Some(choice);
    }
    let abbreviated = choices.into_iter().filter(|choice| is_abbreviation(&word, choice));
    abbreviated.min_by_key(|choice| choice.len())
}

/// Whether `word` begins as `choice` does and has some more of its characters, in their order:
/// `grp`, `perm`.
fn is_abbreviation(word: &str, choice: &str) -> bool {
    let mut rest = choice.chars();
    word.chars().count() > 1
        && word.chars().next() == choice.chars().next()
        && word.chars().all(|wanted| rest.any(|c| c == wanted))
}

/// The error for a word that is none of `choices`: it names a near one, or lists all.
pub fn unknown_word(word: &str, choices: &[&str]) -> String {
    match nearest(word, choices.iter().copied()) {
        Some(near) => format!("'{word}' is unknown; did you mean '{near}'?"),
        None => format!("'{word}' is none of {}", choices.join(", ")),
    }
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
            ("SEE", Some("see")),
            ("mng", Some("meaning")),
            ("same_c", Some("same_cause_as")),
            ("s", None),
            ("gnn", None),
            ("xyz", None),
        ];
        for (word, wanted) in rows {
            assert_eq!(nearest(word, choices), wanted, "{word}");
        }
    }
}
