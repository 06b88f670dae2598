//! Terminals: control sequences, styles, widths, and unsafe characters.

pub(crate) mod ansi;
mod sanitize;
mod style;
mod wrap;

pub(crate) use sanitize::{CI_COMMANDS, JsonEscaper, escape_json, escape_name, is_annotation_text};
pub use sanitize::{Policy, escape_controls, neutralize_ci_commands, replace_unsafe};
pub(crate) use style::{LINK, LINK_END, STRING_END};
pub use style::{Role, Style, Styles, Theme};
pub use wrap::{MAX_PROSE_COLUMNS, padded, width, wrap};
pub(crate) use wrap::{characters, columns, fitted, has_unsure_width};
