//! The commands that read no logs.

mod causes;
mod check_catalog;
mod completions;
mod entry_text;
mod explain;
mod explain_line;
mod export;
mod lookup;
mod manual;
mod query;
mod text_page;

pub use causes::causes;
pub use check_catalog::{check_catalog, new_catalog};
pub use completions::{answer_shell, completions};
pub use explain::explain;
pub use explain_line::explain_line;
pub use export::export;
pub use lookup::{list, search};
pub use manual::manual;
pub use query::{Answer, Problem, answers};
