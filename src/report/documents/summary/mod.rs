//! The table for a terminal.

mod cause_table;
mod chart;
mod document;

pub use document::Summary;
