//! The codes: what is known about each, and how to find it by number, name or words.
//!
//! A [`Catalog`] is either [built in](built_in), as static tables that cost nothing to load, or
//! made from entries read at run time by [`read_catalog`].

// The generated tables name `Cow` by this crate.
extern crate alloc;

pub use imerr_catalog::{
    Catalog, CodeRange, Diagnostic, Entry, EntryId, Hazard, Kind, Lang, Retry, Severity,
    SourcedEntry, Span, Status, Text, Texts, Translation, read_catalog,
};
// For the program.
#[doc(hidden)]
pub use imerr_catalog::{check_together, is_slug, nearest};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// The catalogs that the library contains. Costs nothing: the tables are static.
pub fn built_in() -> Catalog {
    Catalog::from_tables(ENTRIES, CODES, NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_are_those_of_a_catalog_made_at_run_time() {
        let mut entries = built_in().entries().to_vec();
        entries.reverse();
        assert_eq!(Catalog::from_entries(entries), built_in());
    }
}
