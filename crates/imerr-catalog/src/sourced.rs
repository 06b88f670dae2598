//! An entry, and where it comes from.

use std::sync::Arc;

use super::entry::Entry;
use super::source::Span;

/// An entry with the place that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcedEntry {
    /// The entry.
    pub entry: Entry,
    /// The file as it was named.
    pub path: Arc<str>,
    /// Where its code stands.
    pub place: Span,
    /// Where each of the codes of `see` stands.
    pub see: Vec<Span>,
    /// Where the code of `same_cause_as` stands.
    pub same_cause_as: Option<Span>,
}
