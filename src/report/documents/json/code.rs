//! A code and what was seen of it, as JSON members.

use serde::Serialize;

use super::share;
use crate::catalog::Entry;
use crate::report::ReportData;
use crate::report::model::Cause;
use crate::stats::CodeRow;
use crate::timestamp::LocalTimestamp;

/// What was seen of a code.
#[derive(Serialize)]
pub(super) struct Code<'o> {
    code: i64,
    known: bool,
    name: Option<&'o str>,
    system: Option<&'o str>,
    category: Option<&'o str>,
    kind: Option<&'static str>,
    severity: Option<&'static str>,
    confidence: &'static str,
    count: u64,
    share: f64,
    first_file: &'o str,
    first_line: u64,
    last_file: &'o str,
    last_line: u64,
    earliest: Option<String>,
    latest: Option<String>,
    cause: i64,
    meaning: Option<&'o str>,
    remedy: Option<&'o str>,
    retry: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<Alternative<'o>>,
}

/// A further meaning of an ambiguous code.
#[derive(Serialize)]
struct Alternative<'o> {
    name: Option<&'o str>,
    system: &'o str,
    category: &'o str,
    kind: &'static str,
    severity: &'static str,
    meaning: &'o str,
    remedy: &'o str,
    retry: &'static str,
}

impl<'o> Code<'o> {
    pub(super) fn of(cause: &Cause<'o>, row: &'o CodeRow, data: &ReportData<'o>) -> Self {
        let entry = data.entry(&row.key);
        let further = row.key.meanings.ids().iter().skip(1);
        Self {
            code: row.key.code,
            known: entry.is_some(),
            name: entry.and_then(Entry::name),
            system: entry.map(|entry| entry.system.as_ref()),
            category: entry.map(|entry| entry.category.as_ref()),
            kind: entry.map(|entry| entry.kind.as_str()),
            severity: row
                .key
                .meanings
                .known_severity(data.catalog)
                .map(|severity| severity.as_str()),
            confidence: row.confidence.as_str(),
            count: row.count,
            share: share(row.count, data),
            first_file: data.file(&row.first),
            first_line: row.first.line,
            last_file: data.file(&row.last),
            last_line: row.last.line,
            earliest: row.earliest.map(LocalTimestamp::to_iso),
            latest: row.latest.map(LocalTimestamp::to_iso),
            cause: cause.code,
            meaning: entry.map(|entry| entry.meaning.as_ref()),
            remedy: entry.map(|entry| entry.remedy.as_ref()),
            retry: entry.map(|entry| entry.retry.as_str()),
            alternatives: further
                .map(|&place| Alternative::from(data.catalog.entry(place)))
                .collect(),
        }
    }
}

impl<'o> From<&'o Entry> for Alternative<'o> {
    fn from(entry: &'o Entry) -> Self {
        Self {
            name: entry.name(),
            system: &entry.system,
            category: &entry.category,
            kind: entry.kind.as_str(),
            severity: entry.severity.as_str(),
            meaning: &entry.meaning,
            remedy: &entry.remedy,
            retry: entry.retry.as_str(),
        }
    }
}
