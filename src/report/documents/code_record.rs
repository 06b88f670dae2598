//! The record of a code: an element of `codes` in JSON, and a row of CSV.

use std::borrow::Cow;

use serde::Serialize;

use crate::catalog::{Entry, Kind, Retry, Severity};
use crate::detect::Confidence;
use crate::report::ReportData;
use crate::report::model::{Cause, breakdown};
use crate::stats::CodeRow;
use crate::timestamp::LocalTimestamp;

/// The findings of a code. The fields are the keys of JSON and the columns of CSV, in order.
#[derive(Serialize)]
pub(super) struct CodeRecord<'r> {
    code: i64,
    /// Only in JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
    name: Option<&'r str>,
    system: Option<&'r str>,
    category: Option<&'r str>,
    kind: Option<Kind>,
    severity: Option<Severity>,
    confidence: Confidence,
    count: u64,
    pub share: Share,
    pub first_file: Cow<'r, str>,
    first_line: u64,
    pub last_file: Cow<'r, str>,
    last_line: u64,
    earliest: Option<String>,
    latest: Option<String>,
    cause: i64,
    pub meaning: Option<Cow<'r, str>>,
    pub remedy: Option<Cow<'r, str>>,
    retry: Option<Retry>,
    /// Only in JSON.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative<'r>>,
}

/// A share in percent, to a thousandth.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Share {
    /// `50.0`, for JSON.
    Number(f64),
    /// `50.000`, for CSV.
    Text(String),
}

/// A further meaning of an ambiguous code.
#[derive(Serialize)]
pub(super) struct Alternative<'r> {
    name: Option<&'r str>,
    system: &'r str,
    category: &'r str,
    kind: Kind,
    severity: Severity,
    meaning: &'r str,
    remedy: &'r str,
    retry: Retry,
}

impl<'r> CodeRecord<'r> {
    /// The record for JSON.
    pub(super) fn new(cause: &Cause<'r>, row: &'r CodeRow, data: &ReportData<'r>) -> Self {
        let entry = data.entry(&row.key);
        let alternatives = row.key.meanings.entries(data.catalog).skip(1);
        Self {
            code: row.key.code,
            known: Some(entry.is_some()),
            name: entry.and_then(Entry::name),
            system: entry.map(|entry| &*entry.system),
            category: entry.map(|entry| &*entry.category),
            kind: entry.map(|entry| entry.kind),
            severity: row.key.meanings.known_severity(data.catalog),
            confidence: row.confidence,
            count: row.count,
            share: share(row.count, data),
            first_file: data.file(row.first.file).into(),
            first_line: row.first.line,
            last_file: data.file(row.last.file).into(),
            last_line: row.last.line,
            earliest: row.earliest.map(LocalTimestamp::to_iso),
            latest: row.latest.map(LocalTimestamp::to_iso),
            cause: cause.code,
            meaning: entry.map(|entry| Cow::Borrowed(&*entry.meaning)),
            remedy: entry.map(|entry| Cow::Borrowed(&*entry.remedy)),
            retry: entry.map(|entry| entry.retry),
            alternatives: alternatives.map(Alternative::new).collect(),
        }
    }
}

impl<'r> Alternative<'r> {
    fn new(entry: &'r Entry) -> Self {
        Self {
            name: entry.name(),
            system: &entry.system,
            category: &entry.category,
            kind: entry.kind,
            severity: entry.severity,
            meaning: &entry.meaning,
            remedy: &entry.remedy,
            retry: entry.retry,
        }
    }
}

/// The share of `count` in all findings, for JSON.
pub(super) fn share(count: u64, data: &ReportData<'_>) -> Share {
    Share::Number((breakdown::share(count, data) * 1000.0).round() / 1000.0)
}
