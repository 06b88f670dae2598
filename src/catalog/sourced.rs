//! An entry, and where it comes from.

use std::sync::Arc;

use super::entry::Entry;
use super::source::Place;

/// An entry with the place that it was read from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SourcedEntry {
    /// The entry.
    pub entry: Entry,
    /// The file as it was named.
    pub path: Arc<str>,
    /// Where its code stands.
    pub place: Place,
}
