//! What a line format is: the trait, the line that it writes, and its properties.

use crate::catalog::Catalog;
use crate::detect::Finding;
use crate::format::LineContext;
use crate::stats::Totals;

/// A line of the log with its findings.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Line<'l> {
    /// The [name](crate::input::Input::name) of the file.
    pub file: &'l str,
    /// The number of the line in the file, from 1; 0 unless the format [uses
    /// it](FormatProperties::line_numbers).
    pub number: u64,
    /// The position of the line in the file, in bytes.
    pub offset: u64,
    /// The original line, without annotations of earlier runs and without its end. If the line is
    /// too long to be held in memory, only its beginning.
    pub text: &'l [u8],
    /// `\n`, `\r\n`, or nothing at the end of a file.
    pub end: &'l [u8],
    /// The findings, in order of their position; never empty.
    pub findings: &'l [Finding],
}

/// A line format.
///
/// A run calls [`begin_run`](Render::begin_run), then for each file
/// [`begin_file`](Render::begin_file), one method for each line with findings, and
/// [`end_file`](Render::end_file), and in the end [`end_run`](Render::end_run).
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

    /// Writes what is inserted before the end of a line that is too long to be held in memory.
    /// `line` has only the beginning of the text.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>);

    /// Whether the format annotates no line like `text` because the line has a key of its own where
    /// the annotation belongs. Called only for lines that the format left unchanged.
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
    /// Whether the output for a line depends on the lines before it in the file. All blocks of a
    /// file then go through one stage, in order.
    pub stateful: bool,
    /// Whether the format rewrites the lines that an earlier run inserted below lines of the log.
    /// The earlier ones are then not printed.
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
