//! Reads data files and reports all of their problems at once, each with its line and column.

mod causes;
mod check;
mod data_file;
mod deserialize;
mod document;
mod entries;
mod known;
mod rules;
mod table;
mod validate;

pub use causes::{check_causes, read_causes};
pub use check::check_together;
pub use data_file::{DataFile, read, read_recoverable};
pub use entries::read_catalog;
pub use known::{KnownIncident, read_known};
pub use rules::{PatternSpan, RuleFile, Sample, read_rules};
pub use validate::is_slug;
