//! Documents about a whole run, made from its [statistics](crate::stats), and what a CI system
//! reads of a run.
//!
//! The same log always gives the same bytes.

mod bundle;
mod ci;
mod diagnosis;
mod document;
mod documents;
#[cfg(feature = "html")]
mod html;
mod model;
mod page;

pub use bundle::{Bundle, BundleFile};
pub use ci::{
    Azure, CiSystem, CommandFilter, FilteredReport, Github, JsonCommandFilter, StopCommands,
    Teamcity,
};
pub use diagnosis::{DiagnosisJson, DiagnosisMarkdown, DiagnosisText};
pub use document::{Report, ReportData};
pub use documents::{CsvTable, Gitlab, JsonTable, Junit, Markdown, Sarif, Summary};
#[cfg(feature = "html")]
pub use html::Html;
