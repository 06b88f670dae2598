//! The codes: their entries, and lookup by code, name and words.
//!
//! A [`Catalog`] is either [built in](built_in), as static tables that cost nothing to load, or
//! made from entries read at run time by [`read_catalog`].

// The generated tables name `Cow` by this crate.
extern crate alloc;

pub use imerr_catalog::{
    Catalog, CodeRange, CodeSet, Diagnostic, Entry, EntryId, Hazard, Kind, Lang, Retry, Severity,
    SourcedEntry, Span, Status, Text, Texts, Translation, read_catalog,
};
// For the program.
#[doc(hidden)]
pub use imerr_catalog::{check_together, is_slug, nearest, unknown_word};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// The catalogs that the library contains. Costs nothing: the tables are static.
pub fn built_in() -> Catalog {
    Catalog::from_tables(ENTRIES, CODES, NAMES)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::testutil::json_schema::{read, violations};

    #[test]
    fn the_built_in_tables_have_all_fields_of_the_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns/catalogs/tencent-im");
        let mut entries = Vec::new();
        for file in fs::read_dir(folder).expect("the catalogs are there") {
            let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
            let read = read_catalog("c.toml", &text).expect("the build script checks the files");
            entries.extend(read.into_iter().map(|sourced| sourced.entry));
        }
        assert_eq!(Catalog::from_entries(entries), built_in());
    }

    #[test]
    fn entries_match_the_schema() {
        let schema = read("fixtures/schemas/entry.schema.json");
        for entry in built_in().entries() {
            let json = serde_json::to_value(entry).expect("entries can be serialized");
            assert_eq!(violations(&schema, &json), [""; 0], "{json}");
        }
        let mut wrong = serde_json::to_value(&built_in().entries()[0]).expect("an entry");
        wrong["see"] = "6206".into();
        wrong["surprise"] = 1.into();
        assert_eq!(violations(&schema, &wrong).len(), 2);
    }
}
