//! Entries with their spans in a file.

use std::sync::Arc;

use crate::{Entry, Span};

/// An entry that was read from a file, and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedEntry {
    /// The entry.
    pub entry: Entry,
    /// The path of the file, as the caller gave it.
    pub path: Arc<str>,
    /// The span of its code or range.
    pub span: Span,
    /// The span of each code in `see`.
    pub see: Vec<Span>,
    /// The span of the code in `same_cause_as`.
    pub same_cause_as: Option<Span>,
}

impl AsRef<Entry> for SourcedEntry {
    fn as_ref(&self) -> &Entry {
        &self.entry
    }
}

impl AsMut<Entry> for SourcedEntry {
    fn as_mut(&mut self) -> &mut Entry {
        &mut self.entry
    }
}
