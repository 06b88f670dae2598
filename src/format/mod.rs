//! Line formats, written as the stream goes: one file each, behind one [`Render`] trait.
//!
//! A renderer knows how a line with findings is written. It knows nothing of searching, threads or terminals; the caller
//! tells it whether to color. `append.rs` is the smallest example to copy for a new format.

mod append;
mod auto;
mod below;
mod csv;
pub(crate) mod highlight;
pub(crate) mod inline;
mod json;
mod json_schema;
mod jsonl;
pub(crate) mod logfmt;
mod rdjsonl;
mod repeats;

use crate::catalog::{Catalog, Severity};
use crate::detect::Finding;
use crate::stats::Totals;

pub use append::Append;
pub use auto::Auto;
pub use below::{Below, Wrap};
pub use csv::Csv;
pub use inline::Inline;
pub(crate) use inline::next as next_inline;
pub use json::Json;
pub use json_schema::LogSchema;
pub use jsonl::Jsonl;
pub use logfmt::Logfmt;
pub use rdjsonl::Rdjsonl;
pub use repeats::{LineContext, Repeat};

/// A line with what was found in it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Line<'l> {
    /// The file's [name](crate::input::Input::name).
    pub file: &'l str,
    /// The line's number in the file, from 1; 0 unless the format [uses it](FormatProperties::line_numbers).
    pub number: u64,
    /// Where the line begins in the file, in bytes.
    pub offset: u64,
    /// The line without its end and without an annotation; only its beginning if it is too long to be held.
    pub text: &'l [u8],
    /// `\n`, `\r\n`, or nothing at the end of a file.
    pub end: &'l [u8],
    /// The findings, in order; never empty.
    pub findings: &'l [Finding],
}

/// A line format.
///
/// A run calls [`begin_run`](Render::begin_run), then for each file [`begin_file`](Render::begin_file), one method for each
/// line with findings, and [`end_file`](Render::end_file), and in the end [`end_run`](Render::end_run).
pub trait Render: std::fmt::Debug + Send + Sync {
    /// What the rest of a run has to know of the format. The same at every call.
    fn properties(&self) -> FormatProperties {
        FormatProperties::default()
    }

    /// Writes what comes before all other output of a run.
    fn begin_run(&self, _out: &mut Vec<u8>) {}

    /// Writes what comes before the first line of `file`, also if the file has no lines.
    fn begin_file(&self, _file: &str, _out: &mut Vec<u8>) {}

    /// Writes the output for a line with findings, including the line end.
    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>);

    /// Writes the same where the output may depend on what is printed around the line.
    fn render_in_context(
        &self,
        line: &Line<'_>,
        _context: &mut LineContext,
        catalog: &Catalog,
        out: &mut Vec<u8>,
    ) {
        self.render_line(line, catalog, out);
    }

    /// Writes what is inserted before the end of a line that is too long to be held in memory. `line` has only the beginning
    /// of the text.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>);

    /// Whether the format annotates no line like `text` because the line has a key of its own where the annotation belongs.
    /// Called only for lines that the format left unchanged.
    fn has_key_conflict(&self, _text: &[u8]) -> bool {
        false
    }

    /// Writes what comes after the last line of `file`. `totals` are the counts of the file.
    fn end_file(&self, _file: &str, _totals: &Totals, _out: &mut Vec<u8>) {}

    /// Writes what comes after all other output of a run. `totals` are the counts of the run.
    fn end_run(&self, _totals: &Totals, _out: &mut Vec<u8>) {}
}

/// How a format is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatProperties {
    /// Whether lines without findings are printed too.
    pub passthru: bool,
    /// Whether the format uses [`Line::number`]. Counting lines costs a pass over the input.
    pub line_numbers: bool,
    /// Whether the output for a line depends on the lines before it in the file. All blocks of a file then go through one
    /// stage, in order.
    pub stateful: bool,
    /// Whether the format rewrites the lines that an earlier run inserted below lines of the log. The earlier ones are then
    /// not printed.
    pub replaces_previous: bool,
}

impl FormatProperties {
    /// One record for each finding, with line numbers and without the log.
    pub const RECORDS: Self =
        Self { passthru: false, line_numbers: true, stateful: false, replaces_previous: false };
}

impl Default for FormatProperties {
    /// The log with annotations, each line independent of the others.
    fn default() -> Self {
        Self { passthru: true, line_numbers: false, stateful: false, replaces_previous: false }
    }
}

/// The findings of a line with one finding for each code: the most confident, in the order in which the codes first occur.
fn distinct(findings: &[Finding]) -> Vec<Finding> {
    let mut distinct: Vec<Finding> = Vec::with_capacity(findings.len().min(16));
    let mut places = std::collections::HashMap::new();
    for finding in findings {
        let place = *places.entry(finding.code).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some(first) if first.confidence < finding.confidence => *first = *finding,
            Some(_) => {}
            None => distinct.push(*finding),
        }
    }
    distinct
}

/// The worst severity that a finding can have; none if its code is unknown.
fn severity(finding: &Finding, catalog: &Catalog) -> Option<Severity> {
    finding.meanings.known_severity(catalog)
}

/// The page about a finding's code, likeliest first.
fn page<'c>(finding: &Finding, catalog: &'c Catalog) -> Option<&'c str> {
    finding.meanings.ids().iter().find_map(|&id| catalog.entry(id).page.as_deref())
}

/// The finding of the worst severity, the first of several. An unknown code counts as an error, behind known ones.
fn worst<'f>(findings: &'f [Finding], catalog: &Catalog) -> &'f Finding {
    let rank =
        |finding: &&Finding| (finding.meanings.severity(catalog), !finding.meanings.is_unknown());
    // Of equal ones the last is chosen, so they come in reverse.
    findings.iter().rev().max_by_key(rank).expect("a line is rendered because of its findings")
}
