//! TOML data files with positions: typed access to tables that collects every problem it meets.
//!
//! Catalogs and rules are read through this, both by the build script and at run time, so that each
//! problem is told as `path:line:column: problem` and all problems of a file are told at once.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entry::{CodeRange, Text};

/// One thing that is wrong in a data file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file as it was named.
    pub path: String,
    /// Where in it.
    pub place: Span,
    /// What is wrong there.
    pub text: String,
}

/// A place in a data file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters.
    pub column: usize,
    /// How many characters of the line are meant; at least 1.
    pub length: usize,
}

impl Span {
    /// Where the bytes `span` of `text` are, as far as they stand on its first line. Costs a pass over the text.
    pub fn of(text: &str, span: Range<usize>) -> Self {
        Source::new("", text).place_of(span)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.place.line, self.place.column, self.text)
    }
}

/// A data file under reading: its text, and the problems found so far.
pub struct Source<'t> {
    path: &'t str,
    text: &'t str,
    /// Where each line begins, once a line was asked for.
    lines: OnceCell<Vec<usize>>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl<'t> Source<'t> {
    /// A file named `path` with the content `text`.
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self { path, text, lines: OnceCell::new(), problems: RefCell::default() }
    }

    /// The file as it was named.
    pub fn path(&self) -> &'t str {
        self.path
    }

    /// The top-level table of the file. Syntax errors become problems; what parses is still returned.
    pub fn parse(&self) -> DeTable<'t> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            self.problem(error.span().unwrap_or(0..0), error.message().to_string());
        }
        table.into_inner()
    }

    /// OccurrenceRecorder what is wrong at `span`.
    pub fn problem(&self, span: Range<usize>, text: String) {
        let problem = Diagnostic { path: self.path.to_string(), place: self.place_of(span), text };
        self.problems.borrow_mut().push(problem);
    }

    /// The place of `span`, as far as it stands on its first line. Costs a binary search, after a pass over the text.
    pub fn place_of(&self, span: Range<usize>) -> Span {
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|newline| newline + 1))
                .collect()
        });
        let at = span.start.min(self.text.len());
        let line = lines.partition_point(|&start| start <= at);
        let start = lines[line - 1];
        let end = lines.get(line).map_or(self.text.len(), |next| next - 1);
        let characters =
            |range: Range<usize>| self.text.get(range).map_or(0, |text| text.chars().count());
        let length = characters(at..span.end.clamp(at, end.max(at)));
        Span { line, column: 1 + characters(start..at), length: length.max(1) }
    }

    /// The problems, in file order.
    pub fn into_problems(self) -> Vec<Diagnostic> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }

    /// Whether something is wrong so far.
    pub fn is_broken(&self) -> bool {
        !self.problems.borrow().is_empty()
    }

    /// The strings of the top-level list `name`; empty when left out.
    pub fn top_texts(&self, top: &DeTable<'t>, name: &str) -> Vec<Text> {
        let record = Record { source: self, table: top, span: 0..0 };
        record.texts(name).into_iter().map(|text| Text::Owned(text.to_string())).collect()
    }

    /// OccurrenceRecorder a problem for every top-level key that `known` lacks; those of the other kind of file are `foreign`.
    pub fn check_keys(&self, top: &DeTable<'t>, known: &[&str], foreign: &[&str]) {
        for key in top.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let told = match foreign.contains(&key.get_ref().as_ref()) {
                true => "a file holds a system with its entries or rules, not both: move one of them to another file".to_string(),
                false => format!("unknown key {}", meant(key.get_ref(), known)),
            };
            self.problem(key.span(), told);
        }
    }

    /// The tables of the array of tables `name`.
    pub fn records<'v>(&'v self, top: &'v DeTable<'t>, name: &str) -> Vec<Record<'v, 't>> {
        let mut records = Vec::new();
        for (key, value) in top.iter().filter(|(key, _)| key.get_ref().as_ref() == name) {
            match value.get_ref() {
                DeValue::Array(items) => {
                    records.extend(items.iter().filter_map(|item| self.record(name, item)))
                }
                other => self.problem(
                    key.span(),
                    format!("{name} must be written [[{name}]], not as {}", other.type_str()),
                ),
            }
        }
        records
    }

    fn record<'v>(&'v self, name: &str, item: &'v Spanned<DeValue<'t>>) -> Option<Record<'v, 't>> {
        let Some(table) = item.get_ref().as_table() else {
            self.problem(item.span(), format!("{name} must be a table"));
            return None;
        };
        Some(Record { source: self, table, span: item.span() })
    }
}

/// One table of a data file.
pub struct Record<'v, 't> {
    source: &'v Source<'t>,
    table: &'v DeTable<'t>,
    span: Range<usize>,
}

impl<'v, 't> Record<'v, 't> {
    /// OccurrenceRecorder what is wrong with the record as a whole.
    pub fn problem(&self, text: impl Into<String>) {
        self.source.problem(self.span.clone(), text.into());
    }

    /// OccurrenceRecorder what is wrong with `field`, at its line.
    pub fn field_problem(&self, field: &str, text: impl Into<String>) {
        self.source.problem(self.span_of(field), text.into());
    }

    fn span_of(&self, field: &str) -> Range<usize> {
        self.table.get(field).map_or(self.span.clone(), |value| value.span())
    }

    /// Where `field` stands; the record if it has none of that name.
    pub fn place_of(&self, field: &str) -> Span {
        self.source.place_of(self.span_of(field))
    }

    /// Where `text`, the string of `field`, begins within its quotes; None if it is not written there as it is, but with escapes.
    pub fn place_within(&self, field: &str, text: &str) -> Option<Span> {
        let span = self.span_of(field);
        let at = span.start + self.source.text.get(span.clone())?.find(text)?;
        Some(self.source.place_of(at..span.end))
    }

    /// Whether the record has `field`.
    pub fn has(&self, field: &str) -> bool {
        self.table.contains_key(field)
    }

    /// Every field must be one of `fields`.
    pub fn only(&self, fields: &[&str]) {
        for (key, _) in self.table {
            let key_text: &str = key.get_ref();
            if !fields.contains(&key_text) {
                self.source
                    .problem(key.span(), format!("unknown field {}", meant(key_text, fields)));
            }
        }
    }

    /// A text that must be there; a missing one is a problem and gives "".
    pub fn text(&self, field: &str) -> &'v str {
        self.optional_text(field).unwrap_or_else(|| {
            if !self.has(field) {
                self.problem(format!("{field} is missing"));
            }
            ""
        })
    }

    /// A text that may be left out, but not be empty.
    pub fn optional_text(&self, field: &str) -> Option<&'v str> {
        let value = self.table.get(field)?;
        match value.get_ref().as_str() {
            Some("") => self.field_problem(field, format!("{field} is empty")),
            Some(text) => return Some(text),
            None => self.wrong_type(field, value, "a string"),
        }
        None
    }

    /// A word of an enum that must be there; None is already noted as a problem.
    pub fn word<T: FromStr<Err = String>>(&self, field: &str) -> Option<T> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        T::from_str(text)
            .map_err(|error| self.field_problem(field, format!("{field} {error}")))
            .ok()
    }

    /// An integer that may be left out.
    pub fn optional_integer(&self, field: &str) -> Option<i64> {
        let value = self.table.get(field)?;
        self.integer_of(field, value)
    }

    /// A truth value; false when left out.
    pub fn flag(&self, field: &str) -> bool {
        let Some(value) = self.table.get(field) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(field, value, "true or false");
            false
        })
    }

    /// A list of integers; empty when left out.
    pub fn integers(&self, field: &str) -> Vec<i64> {
        self.items(field)
            .into_iter()
            .flatten()
            .filter_map(|item| self.integer_of(field, item))
            .collect()
    }

    /// The same, each with where it stands.
    pub fn placed_integers(&self, field: &str) -> Vec<(i64, Span)> {
        let placed =
            |item| Some((self.integer_of(field, item)?, self.source.place_of(item.span())));
        self.items(field).into_iter().flatten().filter_map(placed).collect()
    }

    /// A list of integers, each one of them; None when the list or something in it is already noted as a problem.
    pub fn all_integers(&self, field: &str) -> Option<Vec<i64>> {
        let integers: Vec<Option<i64>> =
            self.items(field)?.into_iter().map(|item| self.integer_of(field, item)).collect();
        integers.into_iter().collect()
    }

    /// A list of strings, none of them empty; an empty list when left out.
    pub fn texts(&self, field: &str) -> Vec<&'v str> {
        self.placed_texts(field).into_iter().map(|(text, _)| text).collect()
    }

    /// The same, each with where it stands.
    pub fn placed_texts(&self, field: &str) -> Vec<(&'v str, Span)> {
        let mut texts = Vec::new();
        for item in self.items(field).into_iter().flatten() {
            match item.get_ref().as_str() {
                Some("") => {
                    self.source.problem(item.span(), format!("{field} holds an empty string"))
                }
                Some(text) => texts.push((text, self.source.place_of(item.span()))),
                None => self.wrong_type(field, item, "a string"),
            }
        }
        texts
    }

    /// What a list holds, nothing when left out; None when it is no list, which is noted as a problem.
    fn items(&self, field: &str) -> Option<Vec<&'v Spanned<DeValue<'t>>>> {
        let Some(value) = self.table.get(field) else { return Some(Vec::new()) };
        let items = value.get_ref().as_array().map(|items| items.iter().collect());
        if items.is_none() {
            self.wrong_type(field, value, "an array");
        }
        items
    }

    fn integer_of(&self, field: &str, value: &Spanned<DeValue<'t>>) -> Option<i64> {
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(field, value, "an integer");
            return None;
        };
        let parsed = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
        if parsed.is_none() {
            let told = format!(
                "{field} holds a number that is too large; possible is what has at most {} digits",
                CodeRange::DIGITS
            );
            self.source.problem(value.span(), told);
        }
        parsed
    }

    fn wrong_type(&self, field: &str, value: &Spanned<DeValue<'t>>, wanted: &str) {
        self.source.problem(
            value.span(),
            format!("{field} must be {wanted}, not {}", value.get_ref().type_str()),
        );
    }
}

/// `word` in quotes, with the choice that is nearest to it in spelling, or with all of them.
fn meant(word: &str, choices: &[&str]) -> String {
    match nearest(word, choices.iter().copied()) {
        Some(near) => format!("'{word}'; did you mean '{near}'?"),
        None => format!("'{word}', known are {}", choices.join(", ")),
    }
}

/// The one of `choices` that `word` is likely to be a misspelling of.
pub fn nearest<'c>(word: &str, choices: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let near =
        choices.into_iter().map(|choice| (strsim::osa_distance(word, choice), choice)).min()?;
    (near.0 <= word.chars().count().div_ceil(3)).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "a = 1\r\nmeaning = \"码 x\"\n\nlast";
        let source = Source::new("a.toml", text);
        let rows = [
            (0..1, (1, 1, 1)),
            (4..5, (1, 5, 1)),
            (17..24, (2, 11, 5)),
            (21..22, (2, 13, 1)),
            (4..20, (1, 5, 2)),
            (25..25, (3, 1, 1)),
            (26..30, (4, 1, 4)),
            (99..99, (4, 5, 1)),
        ];
        for (span, (line, column, length)) in rows {
            let place = Span { line, column, length };
            assert_eq!(
                (source.place_of(span.clone()), Span::of(text, span.clone())),
                (place, place),
                "{span:?}"
            );
        }
    }

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
