//! The table for a terminal.

mod brief_table;
mod cause_table;
mod chart;
mod document;

pub use document::Summary;
