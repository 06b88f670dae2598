//! The error codes and the rules to find them by: types, a reader for their TOML files, and checks.
//!
//! `imerr` and its build script use this crate. It does no input or output and knows nothing of logs:
//! it turns the text of a data file into entries or rules, or into a list of [`Diagnostic`]s.

mod catalog;
mod characters;
mod data_file;
mod entry;
mod overlay;
mod plain;
mod read;
pub mod rules;
mod search;
mod source;
mod sourced;
mod string_enum;
#[cfg(test)]
mod testutil;
mod validate;

pub use catalog::{Catalog, EntryId};
pub use characters::Hazard;
pub use data_file::{DataFile, read, read_all};
pub use entry::{CodeRange, Entry, Kind, Retry, Severity, Status, Text, sort};
pub use overlay::{GivenWay, Held, left};
pub use read::{check_together, read_catalog};
pub use source::{Diagnostic, Span, nearest};
pub use sourced::SourcedEntry;
pub use validate::is_slug;
