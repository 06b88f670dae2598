//! One file or folder for each kind of document.

mod csv;
mod gitlab;
pub(in crate::report) mod json;
mod junit;
mod markdown;
mod sarif;
mod summary;

pub use csv::CsvTable;
pub use gitlab::Gitlab;
pub use json::JsonTable;
pub use junit::Junit;
pub use markdown::Markdown;
pub use sarif::Sarif;
pub use summary::Summary;
