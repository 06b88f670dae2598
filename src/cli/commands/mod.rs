//! The commands that read no logs.

mod check;
mod completions;
mod explain;
mod explain_line;
mod list;
mod manual;

pub use check::{check, new_catalog};
pub use completions::{answer_shell, completions};
pub use explain::explain;
pub use explain_line::explain_line;
pub use list::{list, search};
pub use manual::manual;
