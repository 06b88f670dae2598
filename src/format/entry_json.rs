//! What the catalog knows, as JSON members: the same keys in every command that writes whole entries.

use serde::Serialize;

use crate::catalog::{Entry, Text};

/// An entry as a JSON object, in the order of its fields. What the entry does not have is null or an empty list.
#[derive(Debug, Serialize)]
pub struct EntryJson<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<[i64; 2]>,
    system: &'e str,
    category: &'e str,
    kind: &'static str,
    severity: &'static str,
    names: &'e [Text],
    meaning: &'e str,
    cause: Option<&'e str>,
    remedy: &'e str,
    retry: &'static str,
    same_cause_as: Option<i64>,
    see: &'e [i64],
    status: &'static str,
    since: Option<&'e str>,
    note: Option<&'e str>,
}

impl<'e> From<&'e Entry> for EntryJson<'e> {
    fn from(entry: &'e Entry) -> Self {
        let is_range = entry.codes.is_range();
        Self {
            code: (!is_range).then_some(entry.codes.first),
            range: is_range.then_some([entry.codes.first, entry.codes.last]),
            system: &entry.system,
            category: &entry.category,
            kind: entry.kind.as_str(),
            severity: entry.severity.as_str(),
            names: &entry.names,
            meaning: &entry.meaning,
            cause: entry.cause.as_deref(),
            remedy: &entry.remedy,
            retry: entry.retry.as_str(),
            same_cause_as: entry.same_cause_as,
            see: &entry.see,
            status: entry.status.as_str(),
            since: entry.since.as_deref(),
            note: entry.note.as_deref(),
        }
    }
}
