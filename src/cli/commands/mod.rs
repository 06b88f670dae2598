//! The commands that read no logs, one file each.

pub mod check;
pub mod completions;
mod config;
pub mod explain;
pub mod explain_line;
pub mod list;
pub mod manual;
pub mod new_catalog;
pub mod search;

pub use config::config;
