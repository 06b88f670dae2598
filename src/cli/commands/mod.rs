//! The commands that read no logs, one file or folder each.

pub mod check;
pub mod completions;
pub mod explain;
pub mod explain_line;
mod hanging;
pub mod list;
pub mod manual;
pub mod new_catalog;
pub mod search;
