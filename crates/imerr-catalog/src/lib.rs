//! The error codes and the rules to find them by: types, a reader for their TOML files, and checks.
//!
//! `imerr` and its build script use this crate. It does no input or output and knows nothing of
//! logs: it turns the text of a data file into entries or rules, or into a list of [`Diagnostic`]s.

mod catalog;
pub mod causes;
mod characters;
mod code_range;
mod code_set;
mod diagnostic;
mod entry;
mod overrides;
mod range_index;
pub mod rules;
mod search;
mod sourced_entry;
mod string_enum;
#[cfg(test)]
mod testutil;
mod toml;

pub use catalog::{Catalog, EntryId};
pub use characters::Hazard;
pub use code_range::CodeRange;
pub use code_set::CodeSet;
pub use diagnostic::{Diagnostic, Span, nearest, unknown_word};
pub use entry::{Entry, Kind, Lang, Retry, Severity, Status, Text, Texts, Translation, sort};
pub use overrides::{Overridden, retain_not_overridden};
pub use sourced_entry::SourcedEntry;
pub use toml::{
    DataFile, KnownIncident, PatternSpan, RuleFile, Sample, check_causes, check_together, is_slug,
    read, read_catalog, read_causes, read_known, read_recoverable, read_rules,
};
