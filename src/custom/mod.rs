//! Custom codes and rules, and the optional catalogs, merged with the built-in ones.
//!
//! [`CustomBuilder`] collects files, which have the form of those in `patterns/`.
//! [`CustomBuilder::finish`] merges them into one catalog and one set of rules, or returns every
//! problem of every file.

mod builder;
mod checks;
mod samples;

pub use builder::{CustomBuilder, FileSummary, Loaded, Override};
pub use imerr_catalog::{DataFile, Diagnostic, Span, read};
