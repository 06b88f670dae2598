//! Documents about a whole run, all behind one [`Report`] trait and made from its
//! [statistics](crate::stats).
//!
//! A report knows nothing of threads, files or terminals, and the same log always gives the same
//! bytes.

mod ci;
mod document;
mod documents;
mod model;

pub use ci::{
    Azure, CiSystem, CommandFilter, FilteredReport, Github, JsonCommandFilter, StopCommands,
    Teamcity,
};
pub use document::Report;
pub use documents::{CsvTable, Gitlab, JsonTable, Junit, Markdown, Sarif, Summary};
pub use model::ReportData;
