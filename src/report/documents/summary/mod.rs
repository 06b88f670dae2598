//! The table for a terminal.

mod cause_table;
mod chart;
mod document;
mod page;

pub use document::{CauseOrder, Summary};
