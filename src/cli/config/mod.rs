//! The file of option defaults.
//!
//! One TOML file, chosen by the user, sets defaults for long options. Filters, gates and baselines
//! are not keys, so nothing in the file can switch a gate off. No file is looked for in the current
//! directory, which may contain files of other people.

mod command_line;
mod file;

pub use command_line::CommandLine;
pub use file::{print, print_path};
