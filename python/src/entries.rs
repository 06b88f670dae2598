//! Looks codes up in a catalog.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use imerr::catalog::{Catalog, Entry};
use imerr::filter::Filter;
use pyo3::exceptions::PyLookupError;
use pyo3::prelude::*;

/// The most codes or names that an error suggests.
const SUGGESTIONS: usize = 3;

/// The entries of a code or a name that pass `filter`, each as a JSON object. The entries of one that
/// exists may all be left out.
pub fn explain(catalog: &Catalog, filter: &Filter, subject: &str) -> PyResult<Vec<String>> {
    let mut found: Vec<&Entry> = match subject.parse() {
        Ok(code) => catalog.entries_for_code(code).collect(),
        Err(_) => {
            let name = subject.to_ascii_uppercase();
            catalog.ids_for_name(name.as_bytes()).map(|id| catalog.entry(id)).collect()
        }
    };
    if found.is_empty() {
        let near = similar(catalog, subject);
        let hint = if near.is_empty() {
            "imerr.search finds codes by words".to_string()
        } else {
            format!("near ones are {}", near.join(", "))
        };
        return Err(PyLookupError::new_err(format!("{subject} is in no catalog; {hint}")));
    }
    found.retain(|entry| filter.selects(entry));
    Ok(json(&found, catalog))
}

fn similar(catalog: &Catalog, subject: &str) -> Vec<String> {
    match subject.parse() {
        Ok(code) => {
            let entries = catalog.similar_codes(code, SUGGESTIONS);
            entries.iter().map(|entry| entry.codes.to_string()).collect()
        }
        Err(_) => {
            let names = catalog.similar_names(subject, SUGGESTIONS);
            names.iter().map(|(name, _)| name.to_string()).collect()
        }
    }
}

/// The entries in which all or most words occur and that pass `filter`, best first, each as a JSON object.
pub fn search(catalog: &Catalog, filter: &Filter, words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut found = catalog.search(&words);
    found.retain(|entry| filter.selects(entry));
    json(&found, catalog)
}

fn json(entries: &[&Entry], catalog: &Catalog) -> Vec<String> {
    let to_json = |entry: &&Entry| {
        let entry = entry.in_lang(catalog.lang());
        serde_json::to_string(&*entry).expect("an entry has texts and numbers only")
    };
    entries.iter().map(to_json).collect()
}

/// The catalog as a table: a row for each entry. Lists are separated by blanks, and the lines of
/// `check` by bars, as in the program's `list --format csv`.
pub fn table(catalog: &Catalog, entries: &[&Entry]) -> (SchemaRef, Vec<RecordBatch>) {
    let entries: Vec<_> = entries.iter().map(|entry| entry.in_lang(catalog.lang())).collect();
    let number = |get: fn(&Entry) -> Option<i64>| -> ArrayRef {
        Arc::new(entries.iter().map(|entry| get(entry)).collect::<Int64Array>())
    };
    let text = |get: fn(&Entry) -> Option<String>| -> ArrayRef {
        Arc::new(entries.iter().map(|entry| get(entry)).collect::<StringArray>())
    };
    let columns: [(&str, ArrayRef); 19] = [
        ("code", number(|entry| (!entry.codes.is_range()).then_some(entry.codes.first))),
        ("first", number(|entry| Some(entry.codes.first))),
        ("last", number(|entry| Some(entry.codes.last))),
        ("system", text(|entry| Some(entry.system.to_string()))),
        ("category", text(|entry| Some(entry.category.to_string()))),
        ("kind", text(|entry| Some(entry.kind.to_string()))),
        ("severity", text(|entry| Some(entry.severity.to_string()))),
        ("names", text(|entry| Some(entry.names.join(" ")))),
        ("meaning", text(|entry| Some(entry.meaning.to_string()))),
        ("cause", text(|entry| entry.cause.as_deref().map(str::to_string))),
        ("remedy", text(|entry| Some(entry.remedy.to_string()))),
        ("check", text(|entry| Some(entry.check.join(" | ")))),
        ("retry", text(|entry| Some(entry.retry.to_string()))),
        ("see", text(|entry| Some(see(entry)))),
        ("status", text(|entry| Some(entry.status.to_string()))),
        ("since", text(|entry| entry.since.as_deref().map(str::to_string))),
        ("note", text(|entry| entry.note.as_deref().map(str::to_string))),
        ("page", text(|entry| entry.page.as_deref().map(str::to_string))),
        ("as_of", text(|entry| entry.as_of.as_deref().map(str::to_string))),
    ];
    let field = |(name, column): &(&str, ArrayRef)| {
        Field::new(*name, column.data_type().clone(), *column.data_type() != DataType::Null)
    };
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
    (schema, vec![batch.expect("the columns have equal lengths")])
}

fn see(entry: &Entry) -> String {
    let codes: Vec<String> = entry.see.iter().map(i64::to_string).collect();
    codes.join(" ")
}
