//! What terminals do: control sequences, styles, widths, and which characters are unsafe.

pub(crate) mod ansi;
mod controls;
mod style;
mod wrap;

pub use controls::shown;
pub(crate) use controls::shown_line;
pub(crate) use style::{LINK, LINK_END, STRING_END};
pub use style::{Role, Style, Styles, Theme};
pub use wrap::{lines, width};
