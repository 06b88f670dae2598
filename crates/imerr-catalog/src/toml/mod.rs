//! Reads data files and reports all of their problems at once, each with its line and column.

mod check;
mod data_file;
mod deserialize;
mod document;
mod entries;
mod rules;
mod table;
mod validate;

pub use check::check_together;
pub use data_file::{DataFile, read, read_recoverable};
pub use entries::read_catalog;
pub use rules::{PatternSpan, RuleFile, Sample, read_rules};
pub use validate::is_slug;
