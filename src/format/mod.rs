//! Line formats, written as the stream goes: one file each, behind one [`Render`] trait.
//!
//! A renderer knows how a line with findings is written. It knows nothing of searching, threads or terminals; the caller
//! tells it whether to color. `append.rs` is the smallest example to copy for a new format.

mod append;
mod auto;
#[cfg(feature = "below")]
mod below;
#[cfg(feature = "csv")]
mod csv;
mod entry_json;
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
#[cfg(feature = "below")]
pub use below::{Below, Wrap};
#[cfg(feature = "csv")]
pub use csv::Csv;
pub use entry_json::EntryJson;
#[cfg(all(test, feature = "below"))]
pub(crate) use highlight::WHOLE_LIMIT;
pub use inline::Inline;
pub(crate) use inline::next as next_inline;
pub use json::Json;
pub use json_schema::JsonSchema;
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
    /// The line's number in the file, from 1; 0 unless the renderer [asks for it](Render::needs_line_numbers).
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

/// A format.
pub trait Render: std::fmt::Debug + Send + Sync {
    /// Whether lines without findings are part of the output.
    fn is_passthru(&self) -> bool {
        true
    }

    /// Whether [`Line::number`] is used. Counting lines costs a pass over the input.
    fn needs_line_numbers(&self) -> bool {
        false
    }

    /// Writes what comes before everything else of a run.
    fn start(&self, _out: &mut Vec<u8>) {}

    /// Writes what comes before the first line of `file`, whether it has lines or not.
    fn begin(&self, _file: &str, _out: &mut Vec<u8>) {}

    /// Writes the line with what is said about it, and its end.
    fn line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>);

    /// Writes the line with what is said about it, and its end, given what stands around it.
    fn render_in_context(
        &self,
        line: &Line<'_>,
        _around: &mut LineContext,
        catalog: &Catalog,
        out: &mut Vec<u8>,
    ) {
        self.line(line, catalog, out);
    }

    /// Whether what becomes of a line depends on those before it in the file. Then one stage has to see all blocks of a file,
    /// in order.
    fn is_stateful(&self) -> bool {
        false
    }

    /// Whether lines that an earlier run put below those of the log are left out, since they are written anew.
    fn replaces_previous(&self) -> bool {
        false
    }

    /// Writes what is put before the end of a line that is too long to be held. Of `line` only the beginning is there.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>);

    /// Whether something of the line's own is in the place where this format would put what it says, so that nothing is put
    /// there. AlwaysCounted of lines that came out as they were.
    fn has_key_conflict(&self, _text: &[u8]) -> bool {
        false
    }

    /// Writes what comes after the last line of `file`; `totals` are those of the file.
    fn end(&self, _file: &str, _totals: &Totals, _out: &mut Vec<u8>) {}

    /// Writes what comes after everything else of a run.
    fn finish(&self, _totals: &Totals, _out: &mut Vec<u8>) {}
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
    finding.meanings.places().iter().map(|&place| catalog.entry(place).severity).max()
}

/// The page about a finding's code, likeliest first.
fn page<'c>(finding: &Finding, catalog: &'c Catalog) -> Option<&'c str> {
    finding.meanings.places().iter().find_map(|&place| catalog.entry(place).page.as_deref())
}

/// The finding of the worst severity, the first of several. An unknown code counts as an error, behind known ones.
fn worst<'f>(findings: &'f [Finding], catalog: &Catalog) -> &'f Finding {
    let rank = |finding: &&Finding| {
        let severity = severity(finding, catalog);
        (severity.unwrap_or(Severity::Error), severity.is_some())
    };
    // Of equal ones the last is chosen, so they come in reverse.
    findings.iter().rev().max_by_key(rank).expect("a line is rendered because of its findings")
}
