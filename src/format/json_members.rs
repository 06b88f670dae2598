//! Writing JSON members: numbers, texts, and what a catalog says about a finding.

use serde::Serialize;

use crate::catalog::{Catalog, Entry, EntryId, Lang};
use crate::detect::ResolvedFinding;
use crate::terminal::escape_json;

/// Writes `before` and the JSON text of `value`.
///
/// Members are joined from pieces like these because a derived `Serialize` escapes every key of
/// every record. Measured alone, a `match` record of `jsonl` then takes 780 ns instead of 370 ns.
pub(super) fn push_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, before: &str, value: &T) {
    out.extend_from_slice(before.as_bytes());
    serde_json::to_writer(&mut *out, value)
        .expect("numbers and strings are JSON, and a Vec takes all bytes");
}

/// As [`push_json`], for a string.
pub(super) fn push_text(out: &mut Vec<u8>, before: &str, text: &str) {
    if needs_escapes(text) {
        return push_json(out, before, text);
    }
    out.extend_from_slice(before.as_bytes());
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Whether a string with this text has escapes. Few have; to test all bytes at once takes a small
/// part of the time that `serde_json` takes to look for the first one.
fn needs_escapes(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (chunks, rest) = bytes.as_chunks::<16>();
    if chunks.iter().any(|chunk| any_needs_escape(chunk)) {
        return true;
    }
    // The last 16 bytes, of which some are tested twice, take less time than the rest one by one.
    match bytes.last_chunk::<16>() {
        Some(last) => any_needs_escape(last),
        None => any_needs_escape(rest),
    }
}

#[inline]
fn any_needs_escape(bytes: &[u8]) -> bool {
    let mut any = false;
    for &byte in bytes {
        any |= (byte < b' ') | (byte == b'"') | (byte == b'\\');
    }
    any
}

/// As [`push_text`], for text of a log and names of files, which may contain control characters.
/// Texts of catalogs contain none. To test all 18 pieces of a record costs a quarter of `jsonl`.
pub(super) fn push_log_text(out: &mut Vec<u8>, before: &str, text: &str) {
    let start = out.len();
    push_text(out, before, text);
    escape_json(out, start);
}

/// Writes `,"known":...` and the catalog's description of the finding.
///
/// Further meanings of an ambiguous code are in `alternatives`, likeliest first. An unknown code
/// has only `known` and `confidence`.
pub(super) fn push_meanings(
    out: &mut Vec<u8>,
    finding: &ResolvedFinding<'_>,
    members: &mut EntryMembers,
) {
    push_json(out, ",\"known\":", &!finding.entries.is_unknown());
    let Some((&first, others)) = finding.entries.ids().split_first() else {
        return push_text(out, ",\"confidence\":", finding.confidence.as_str());
    };
    out.push(b',');
    let entry = members.of(first, finding.catalog);
    out.extend_from_slice(&entry.identity);
    push_text(out, ",\"confidence\":", finding.confidence.as_str());
    out.extend_from_slice(&entry.texts);
    if others.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"alternatives\":[");
    for (index, &id) in others.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
        let entry = members.of(id, finding.catalog);
        out.extend_from_slice(&entry.identity);
        out.extend_from_slice(&entry.texts);
        out.push(b'}');
    }
    out.push(b']');
}

/// The members of the entries that occurred last. To write those of an entry again for each finding
/// takes half of the time of `jsonl`.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryMembers {
    /// Where the entries of the catalog are in memory, and its language.
    catalog: (usize, Option<Lang>),
    /// By the last bits of the ids of their entries.
    slots: Vec<Option<(EntryId, EntryText)>>,
}

/// The members of an entry. Between them is the confidence of a finding.
#[derive(Clone, Debug)]
struct EntryText {
    /// `"name":...` to `"severity":...`
    identity: Box<[u8]>,
    /// `,"meaning":...` to `"retry":...`
    texts: Box<[u8]>,
}

/// So many entries are kept, so that memory is bounded.
const ENTRIES_KEPT: usize = 1 << 10;

impl EntryMembers {
    fn of(&mut self, id: EntryId, catalog: &Catalog) -> &EntryText {
        let identity = (catalog.entries().as_ptr().addr(), Some(catalog.lang()));
        if self.catalog != identity {
            *self = Self { catalog: identity, slots: vec![None; ENTRIES_KEPT] };
        }
        let slot = &mut self.slots[id.index() % ENTRIES_KEPT];
        if slot.as_ref().is_none_or(|(one, _)| *one != id) {
            *slot = None;
        }
        &slot.get_or_insert_with(|| (id, EntryText::new(catalog.entry(id), catalog.lang()))).1
    }
}

impl EntryText {
    fn new(entry: &Entry, lang: Lang) -> Self {
        let mut identity = Vec::new();
        push_json(&mut identity, "\"name\":", &entry.name());
        push_text(&mut identity, ",\"system\":", &entry.system);
        push_text(&mut identity, ",\"category\":", &entry.category);
        push_text(&mut identity, ",\"kind\":", entry.kind.as_str());
        push_text(&mut identity, ",\"severity\":", entry.severity.as_str());
        let mut texts = Vec::new();
        push_text(&mut texts, ",\"meaning\":", entry.texts(lang).meaning);
        push_text(&mut texts, ",\"remedy\":", entry.texts(lang).remedy);
        push_text(&mut texts, ",\"retry\":", entry.retry.as_str());
        Self { identity: identity.into(), texts: texts.into() }
    }
}
