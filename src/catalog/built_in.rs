//! The built-in catalogs, as the static tables that the build script writes from `patterns/catalogs`.

use std::borrow::Cow;

use super::{Catalog, CodeRange, Entry, Kind, Retry, Severity, Status, Text};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

impl Catalog {
    /// The catalogs that ship with the library. Costs nothing: the tables are static.
    pub fn built_in() -> Self {
        Self {
            entries: Cow::Borrowed(ENTRIES),
            codes: Cow::Borrowed(CODES),
            names: Cow::Borrowed(NAMES),
        }
    }
}
