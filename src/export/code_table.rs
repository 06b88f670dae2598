//! `Export`: the trait of all formats, and `CodeTable`: the rows that they write.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::catalog::{Catalog, CodeRange, Entry, Lang, Severity};
use crate::filter::Filter;
use crate::language::{self, Language};

/// Ranges of more codes are one row. Vendors reserve round ranges with both ends, such as 10100 to
/// 10200.
const MAX_EXPANDED: u64 = 101;

/// A kind of table for another program.
pub trait Export: std::fmt::Debug + Send + Sync {
    /// Writes the table. Fails only if `out` fails.
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// The selected entries of a catalog, by code.
///
/// A code has one row, also if it has several meanings. A range of at most 101 codes has a row for
/// each of them; a larger one has one row, whose code is `120001..130000`.
#[derive(Clone, Debug)]
pub struct CodeTable<'c> {
    entries: Vec<&'c Entry>,
    rows: Vec<Row<'c>>,
    lang: Lang,
}

/// The entries of one code, or of one large range.
#[derive(Clone, Debug)]
pub(super) struct Row<'c> {
    codes: CodeRange,
    /// Never empty. Single codes come before ranges.
    entries: Vec<&'c Entry>,
    lang: Lang,
}

/// The columns of a row. Where the meanings of a code differ, identifiers are separated by blanks
/// and texts by the word for "or"; the severity is the worst.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Columns {
    pub code: String,
    pub first: i64,
    pub last: i64,
    pub names: String,
    pub system: String,
    pub category: String,
    pub kind: String,
    pub severity: Severity,
    pub meaning: String,
    pub remedy: String,
    pub retry: String,
}

impl Columns {
    /// The columns without `code`, `first` and `last`.
    pub const TEXTS: [&str; 8] =
        ["names", "system", "category", "kind", "severity", "meaning", "remedy", "retry"];

    /// The values of [`Columns::TEXTS`].
    pub fn values(&self) -> [&str; 8] {
        [
            &self.names,
            &self.system,
            &self.category,
            &self.kind,
            self.severity.as_str(),
            &self.meaning,
            &self.remedy,
            &self.retry,
        ]
    }

    /// The values that are not empty, with the names of their columns.
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts: Vec<(&str, &str)> = Self::TEXTS.into_iter().zip(self.values()).collect();
        texts.retain(|(_, value)| !value.is_empty());
        texts
    }
}

impl<'c> CodeTable<'c> {
    /// The table of the entries and codes of `catalog` that pass `filter`, in its language. Costs a
    /// lookup for each code.
    pub fn new(catalog: &'c Catalog, filter: &Filter) -> Self {
        let mut entries = Vec::new();
        let mut codes = BTreeMap::new();
        for entry in catalog.entries().iter().filter(|entry| filter.selects(entry)) {
            entries.push(entry);
            if entry.codes.last.abs_diff(entry.codes.first) >= MAX_EXPANDED {
                let of_range: &mut Vec<&Entry> = codes.entry(entry.codes).or_default();
                of_range.push(entry);
                continue;
            }
            for code in entry.codes.first..=entry.codes.last {
                if filter.allows_code(code) {
                    let all = catalog.entries_for_code(code);
                    let selected = all.filter(|entry| filter.selects(entry)).collect();
                    codes.insert(CodeRange::one(code), selected);
                }
            }
        }
        let lang = catalog.lang();
        let row = |(codes, entries)| Row { codes, entries: distinct(entries), lang };
        Self { entries, rows: codes.into_iter().map(row).collect(), lang }
    }

    /// Whether no code is selected.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// In ascending order of their codes.
    pub(super) fn rows(&self) -> &[Row<'c>] {
        &self.rows
    }

    /// The entries as the catalog has them: ranges are one entry, and a code can have several.
    pub(super) fn entries(&self) -> &[&'c Entry] {
        &self.entries
    }

    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    pub(super) fn words(&self) -> &'static dyn Language {
        language::of(self.lang)
    }

    /// What wrote the table, and the dates of the vendor's lists.
    pub(super) fn title(&self) -> String {
        let mut dates: Vec<&str> =
            self.entries.iter().filter_map(|one| one.as_of.as_deref()).collect();
        dates.sort_unstable();
        let dates = match (dates.first(), dates.last()) {
            (Some(first), Some(last)) if first != last => Some(self.words().range(first, last)),
            (Some(date), _) => Some((*date).to_string()),
            _ => None,
        };
        self.words().exported_by(env!("CARGO_PKG_VERSION"), dates.as_deref())
    }

    /// Writes the title and what a table cannot do, as comments that begin with `mark`.
    pub(super) fn write_header(&self, mark: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{mark} {}", self.title())?;
        writeln!(out, "{mark} {}", self.words().table_limits())
    }
}

/// Without those that only pass on the code of another system, which say the same.
fn distinct(entries: Vec<&Entry>) -> Vec<&Entry> {
    let mut distinct = Vec::new();
    for &entry in &entries {
        let other = entry.passes_on.as_deref();
        if !other.is_some_and(|other| entries.iter().any(|entry| entry.system == other)) {
            distinct.push(entry);
        }
    }
    if distinct.is_empty() { entries } else { distinct }
}

impl Row<'_> {
    /// `6206`, or `120001..130000` for a large range.
    pub fn code(&self) -> String {
        self.codes.to_string()
    }

    pub fn columns(&self) -> Columns {
        let or = language::of(self.lang).or();
        Columns {
            code: self.code(),
            first: self.codes.first,
            last: self.codes.last,
            names: self.join(" ", |entry| entry.names.join(" ")),
            system: self.join(" ", |entry| entry.system.to_string()),
            category: self.join(" ", |entry| entry.category.to_string()),
            kind: self.join(" ", |entry| entry.kind.to_string()),
            severity: self.severity(),
            meaning: self.join(or, |entry| entry.texts(self.lang).meaning.to_string()),
            remedy: self.join(or, |entry| entry.texts(self.lang).remedy.to_string()),
            retry: self.join(" ", |entry| entry.retry.to_string()),
        }
    }

    /// What an annotation says after the code: `sdk/account error: MEANING -> REMEDY`.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        for entry in &self.entries {
            let texts = entry.texts(self.lang);
            let Entry { system, category, severity, .. } = entry;
            parts.push(format!(
                "{system}/{category} {severity}: {} -> {}",
                texts.meaning, texts.remedy
            ));
        }
        let start = if parts.len() > 1 { "ambiguous: " } else { "" };
        format!("{start}{}", parts.join(" | or "))
    }

    fn severity(&self) -> Severity {
        let severities = self.entries.iter().map(|entry| entry.severity);
        severities.max().unwrap_or(Severity::Info)
    }

    /// The values of the entries that are not empty, each once.
    fn join(&self, separator: &str, value: impl Fn(&Entry) -> String) -> String {
        let mut values = Vec::new();
        for entry in &self.entries {
            let value = value(entry);
            if !value.is_empty() && !values.contains(&value) {
                values.push(value);
            }
        }
        values.join(separator)
    }
}
