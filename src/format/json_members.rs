//! JSON text that `json` and `jsonl` share, and the whole characters at the beginning of a line
//! that `jsonl` and `csv` need.

use serde::Serialize;

use crate::catalog::{Catalog, Entry};
use crate::detect::Finding;

/// Writes `before` and the JSON text of `value`.
///
/// Members are joined from pieces like these, because derived `Serialize` records escape every key
/// anew: measured alone, a `match` record of `jsonl` then takes twice the time (370 and 780 ns).
pub(super) fn push_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, before: &str, value: &T) {
    out.extend_from_slice(before.as_bytes());
    serde_json::to_writer(out, value)
        .expect("numbers and strings are JSON, and a Vec takes all bytes");
}

/// Writes `,"known":...` and the catalog's description of the finding.
///
/// Further meanings of an ambiguous code are in `alternatives`, likeliest first. An unknown code
/// has only `known` and `confidence`.
pub(super) fn push_meanings(out: &mut Vec<u8>, finding: &Finding, catalog: &Catalog) {
    push_json(out, ",\"known\":", &!finding.meanings.is_unknown());
    let mut entries = finding.meanings.entries(catalog);
    let Some(first) = entries.next() else {
        return push_json(out, ",\"confidence\":", finding.confidence.as_str());
    };
    out.push(b',');
    push_entry(out, first, Some(finding));
    if finding.meanings.is_ambiguous() {
        out.extend_from_slice(b",\"alternatives\":[");
        for (index, entry) in entries.enumerate() {
            out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            push_entry(out, entry, None);
            out.push(b'}');
        }
        out.push(b']');
    }
}

/// Writes the members for `entry`, with the confidence of `finding`.
fn push_entry(out: &mut Vec<u8>, entry: &Entry, finding: Option<&Finding>) {
    push_json(out, "\"name\":", &entry.name());
    push_json(out, ",\"system\":", &entry.system);
    push_json(out, ",\"category\":", &entry.category);
    push_json(out, ",\"kind\":", entry.kind.as_str());
    push_json(out, ",\"severity\":", entry.severity.as_str());
    if let Some(finding) = finding {
        push_json(out, ",\"confidence\":", finding.confidence.as_str());
    }
    push_json(out, ",\"meaning\":", &entry.meaning);
    push_json(out, ",\"remedy\":", &entry.remedy);
    push_json(out, ",\"retry\":", entry.retry.as_str());
}

/// `text`, the beginning of a line, without a last character that is cut in two.
pub(super) fn whole_characters(text: &[u8]) -> &[u8] {
    // A character has at most four bytes.
    for length in 1..=text.len().min(3) {
        let (rest, last) = text.split_at(text.len() - length);
        if is_incomplete_character(last) {
            return rest;
        }
    }
    text
}

/// Whether `bytes` are the beginning of one UTF-8 character.
fn is_incomplete_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}
