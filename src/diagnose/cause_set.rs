//! The causes of a run: the built-in ones and those of custom files.

use std::cmp::Reverse;

use imerr_catalog::causes::{Cause, CauseFile, Codes, Event, EventRef};
use imerr_catalog::{check_causes, read_causes};

use crate::catalog::{Catalog, CodeRange};
use crate::custom::{Diagnostic, Span};
use crate::stats::CodeKey;

include!(concat!(env!("OUT_DIR"), "/causes.rs"));

/// Causes and the events that they refer to.
#[derive(Clone, Debug, Default)]
pub struct CauseSet {
    /// The events. Signals refer to them by index.
    pub(super) events: Vec<Event>,
    /// The causes, the highest rank first.
    pub(super) causes: Vec<Cause>,
    /// The different literals of [`Starts::text`](imerr_catalog::causes::Starts::text).
    pub(super) texts: Vec<String>,
    /// The bits of these literals for each cause that has some, with its index.
    with_text: Vec<(usize, u32)>,
}

impl CauseSet {
    /// The built-in causes. Costs about a millisecond.
    pub fn built_in() -> Self {
        let mut set = Self::default();
        for (path, text) in CAUSES {
            set.add(read_causes(path, text).expect("the build script checks the files"));
        }
        set
    }

    /// Adds the causes and events of a file. They replace those of the same name.
    pub fn add(&mut self, file: CauseFile) {
        for event in file.events {
            match self.events.iter_mut().find(|other| other.name == event.name) {
                Some(other) => *other = event,
                None => self.events.push(event),
            }
        }
        for cause in file.causes {
            self.causes.retain(|other| other.name != cause.name);
            // In front of others of its rank.
            self.causes.insert(0, cause);
        }
        self.causes.sort_by_key(|cause| Reverse(cause.rank));
        let mut texts: Vec<String> =
            self.causes.iter().flat_map(|cause| cause.starts.text.iter().cloned()).collect();
        texts.sort();
        texts.dedup();
        self.texts = texts;
        self.with_text.clear();
        for (index, cause) in self.causes.iter().enumerate() {
            let bits = self.text_bits(cause);
            if bits != 0 {
                self.with_text.push((index, bits));
            }
        }
    }

    /// The problems of a file that is added to this set: references to events and codes that do not
    /// exist, and more than a run has room for.
    pub fn problems(&self, file: &CauseFile, catalog: &Catalog) -> Vec<Diagnostic> {
        let has_event = |name: &str| self.events.iter().any(|event| event.name == name);
        let mut problems = check_causes(file, has_event, |codes| systems_of(codes, catalog));
        let mut merged = self.clone();
        merged.add(file.clone());
        let literals: usize = merged.events.iter().map(|event| event.any.len()).sum();
        let counts = [
            ("literals of events", literals, Event::SEARCH_LIMIT),
            ("literals of starts.text", merged.texts.len(), Cause::TEXT_LIMIT),
        ];
        for (kind, count, limit) in counts {
            if count > limit {
                let total = format!("with those built in and those of other files, {count} {kind}");
                let message = format!("{total} are more than the {limit} that are possible");
                problems.push(Diagnostic::new(&file.path, Span::START, message));
            }
        }
        problems
    }

    /// The causes, the highest rank first.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The index of an event; None if there is none of this name.
    pub(super) fn event(&self, name: &str) -> Option<usize> {
        self.events.iter().position(|event| event.name == name)
    }

    /// The indexes of events.
    pub(super) fn event_indexes(&self, refs: &[EventRef]) -> Vec<usize> {
        refs.iter().filter_map(|event| self.event(&event.name)).collect()
    }

    /// The literals of `starts.text` that are on `line`, as a set of bits: of those of the causes
    /// that `code` starts.
    pub(super) fn texts_on(&self, line: &[u8], code: i64) -> u32 {
        let mut wanted = 0;
        for &(cause, bits) in &self.with_text {
            let codes = &self.causes[cause].starts.codes;
            if codes.contains(code) || !codes.kinds.is_empty() {
                wanted |= bits;
            }
        }
        let mut bits = 0;
        for (index, text) in self.texts.iter().enumerate() {
            if wanted & 1 << index != 0 && memchr::memmem::find(line, text.as_bytes()).is_some() {
                bits |= 1 << index;
            }
        }
        bits
    }

    /// The bits of the literals of a cause.
    pub(super) fn text_bits(&self, cause: &Cause) -> u32 {
        let mut bits = 0;
        for (index, text) in self.texts.iter().enumerate() {
            bits |= u32::from(cause.starts.text.contains(text)) << index;
        }
        bits
    }
}

/// The systems in which a catalog has one of the codes.
pub(super) fn systems_of(codes: CodeRange, catalog: &Catalog) -> Vec<String> {
    let mut systems = Vec::new();
    for entry in catalog.entries() {
        if entry.codes.overlaps(codes) && !systems.contains(&entry.system.to_string()) {
            systems.push(entry.system.to_string());
        }
    }
    systems
}

/// Whether a finding is one of `codes` with the meaning that `cause` gives it.
pub(super) fn has_code(cause: &Cause, codes: &Codes, key: &CodeKey, catalog: &Catalog) -> bool {
    if codes.contains(key.code) {
        let meaning = cause.meanings.iter().find(|(code, ..)| *code == key.code);
        let Some((_, systems, _)) = meaning else { return true };
        let mut entries = key.entries.in_catalog(catalog);
        return entries.any(|entry| systems.iter().any(|system| *system == entry.system));
    }
    let Some(entry) = key.entries.in_catalog(catalog).next() else { return false };
    codes.kinds.contains(&entry.kind) && crate::rules::is_product_system(&entry.system)
}
