//! Line formats: one file each, behind the trait [`Render`].
//!
//! A format writes a line with findings. It does not search, and it knows neither threads nor
//! terminals; the caller decides about colors. `logfmt.rs` is the smallest example to copy for a
//! new format.

mod append;
mod auto;
mod below;
mod csv;
#[allow(
    clippy::module_inception,
    reason = "the folder only re-exports; its base types need a file"
)]
mod format;
mod highlight;
mod inline;
mod json;
mod json_members;
mod jsonl;
mod log_schema;
mod logfmt;
mod rdjsonl;
mod rsyslog;

pub use append::Append;
pub use auto::Auto;
pub use below::{Below, Wrap};
pub use csv::Csv;
pub use format::{FormatProperties, Line, LineContext, Record, Render, Repeat};
pub(crate) use format::{LinePart, whole_characters};
pub use inline::Inline;
pub use json::Json;
pub use jsonl::Jsonl;
pub use log_schema::LogSchema;
pub use logfmt::Logfmt;
pub use rdjsonl::Rdjsonl;
pub use rsyslog::Rsyslog;
