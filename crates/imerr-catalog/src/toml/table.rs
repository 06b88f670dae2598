//! A table of a data file: typed access to its fields, and their spans.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::deserialize::{Fields, Value};
use super::document::Document;
use crate::{Span, Text, nearest};

/// A table of a data file.
pub struct Table<'v, 't> {
    pub(super) document: &'v Document<'t>,
    pub(super) fields: &'v DeTable<'t>,
    pub(super) range: Range<usize>,
    is_top: bool,
}

impl<'v, 't> Table<'v, 't> {
    /// The top-level table of a document.
    pub fn top(document: &'v Document<'t>, fields: &'v DeTable<'t>) -> Self {
        Self { document, fields, range: 0..0, is_top: true }
    }

    /// The table as a `T`. Wrong and missing fields become diagnostics and get a placeholder, so
    /// that all problems are found. Fields that `T` does not have become diagnostics too, except
    /// those in `others`.
    ///
    /// None if `T` refuses a placeholder.
    pub fn read<T: Deserialize<'v>>(&self, others: &[&str]) -> Option<T> {
        T::deserialize(Fields::new(self, others))
            .map_err(|error| self.report(error.to_string()))
            .ok()
    }

    /// One field as a `T`. None if it is missing or if it is wrong, which becomes a diagnostic.
    pub fn field<T: Deserialize<'v>>(&self, name: &'v str) -> Option<T> {
        let count = self.document.problem_count();
        let value = Value::of_field(self, name);
        let read =
            T::deserialize(value).map_err(|error| self.report_field(name, error.to_string()));
        read.ok().filter(|_| self.has(name) && self.document.problem_count() == count)
    }

    /// The string in a field. None if the field is missing or not a string; neither becomes a
    /// diagnostic.
    pub fn raw_text(&self, name: &str) -> Option<&'v str> {
        self.fields.get(name)?.get_ref().as_str()
    }

    /// The strings of a list with their spans; empty if the field is missing.
    pub fn spanned_texts(&self, name: &'v str) -> Vec<(Text, Span)> {
        let texts: Vec<Text> = self.field(name).unwrap_or_default();
        texts.into_iter().zip(self.item_spans(name)).collect()
    }

    /// The span of each item of a list.
    pub fn item_spans(&self, name: &str) -> Vec<Span> {
        let items = self.fields.get(name).and_then(|value| value.get_ref().as_array());
        let items = items.into_iter().flat_map(|items| items.iter());
        items.map(|item| self.document.span(item.span())).collect()
    }

    /// The tables of the array of tables `name`.
    pub fn tables(&self, name: &str) -> Vec<Table<'v, 't>> {
        let Some((key, value)) = self.fields.get_key_value(name) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let written = value.get_ref().type_str();
            let message = format!("{name} must be written [[{name}]], not as {written}");
            self.document.report(key.span(), message);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.nested(name, item)).collect()
    }

    /// The table in the field `name`. None if it is missing or not a table, which becomes a
    /// diagnostic.
    pub fn table(&self, name: &str) -> Option<Table<'v, 't>> {
        self.nested(name, self.fields.get(name)?)
    }

    fn nested(&self, name: &str, value: &'v Spanned<DeValue<'t>>) -> Option<Table<'v, 't>> {
        let Some(fields) = value.get_ref().as_table() else {
            self.document.report(value.span(), format!("{name} must be a table"));
            return None;
        };
        Some(Table { document: self.document, fields, range: value.span(), is_top: false })
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &'v str> + use<'v, 't> {
        self.fields.keys().map(|key| key.get_ref().as_ref())
    }

    /// Whether the table has the field.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// The span of the table.
    pub fn span(&self) -> Span {
        self.document.span(self.range.clone())
    }

    /// The span of a field's value; of the table if it has no such field.
    pub fn span_of(&self, name: &str) -> Span {
        self.document.span(self.range_of(name))
    }

    /// The span of `text`, the string in a field, without its quotes. None if the string is written
    /// with escapes.
    pub fn span_within(&self, name: &str, text: &str) -> Option<Span> {
        let range = self.range_of(name);
        let start = range.start + self.document.slice(range.clone())?.find(text)?;
        Some(self.document.span(start..range.end))
    }

    fn range_of(&self, name: &str) -> Range<usize> {
        self.fields.get(name).map_or(self.range.clone(), |value| value.span())
    }

    /// Records a problem with the table.
    pub fn report(&self, message: impl Into<String>) {
        self.document.report(self.range.clone(), message.into());
    }

    /// Records a problem with a field.
    pub fn report_field(&self, name: &str, message: impl Into<String>) {
        self.document.report(self.range_of(name), message.into());
    }

    /// Records a problem for every field that is neither in `fields` nor in `others`.
    pub fn check_fields(&self, fields: &[&str], others: &[&str]) {
        self.values_of(fields, others);
    }

    /// The values of `fields`, in one pass over the table. Fields that are neither among these nor
    /// in `others` become diagnostics.
    pub(super) fn values_of(
        &self,
        fields: &[&str],
        others: &[&str],
    ) -> Vec<Option<&'v Spanned<DeValue<'t>>>> {
        let mut values = vec![None; fields.len()];
        for (key, value) in self.fields {
            let name: &str = key.get_ref();
            if let Some(index) = fields.iter().position(|field| *field == name) {
                values[index] = Some(value);
            } else if !others.contains(&name) {
                let known = [others, fields].concat();
                self.document.report(key.span(), self.unknown(name, &known));
            }
        }
        values
    }

    fn unknown(&self, name: &str, known: &[&str]) -> String {
        let kind = if self.is_top { "key" } else { "field" };
        match nearest(name, known.iter().copied()) {
            Some(choice) => format!("unknown {kind} '{name}'; did you mean '{choice}'?"),
            None => format!("unknown {kind} '{name}', known are {}", known.join(", ")),
        }
    }
}
