//! What is to be told at the end of a run, as the arguments ask for it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imerr::format::Render;
use imerr::gate::{Baseline, Gate};
use imerr::input::{Input, describe};
use imerr::report::{CsvTable, Gitlab, JsonTable, Junit, Markdown, Report, Sarif, Summary};
use imerr::stats::{OccurrenceRecorder, RunStats};
use imerr::timestamp::TimestampReader;

use crate::args::{DocumentKind, GateArgs, ReportArgs};
use crate::messages;

/// What is to be told at the end of a run.
#[derive(Default)]
pub struct Plan {
    /// The format of the records on standard output, of which the last one tells what was read. Comes before documents.
    pub records: Option<Arc<dyn Render>>,
    /// In the order in which they are written.
    pub documents: Vec<(Box<dyn Report>, Destination)>,
    pub gate: Gate,
    pub baseline: Option<Baseline>,
    pub write_baseline: Option<PathBuf>,
}

/// Where a document goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
    /// A file, which it replaces.
    File(PathBuf),
    /// The end of a file.
    Appended(PathBuf),
}

/// How documents for people look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The columns that there are.
    pub width: usize,
    pub color: bool,
    pub ascii: bool,
    /// The most causes that are told.
    pub causes: usize,
}

impl Look {
    /// In a file.
    pub const FILE: Self = Self { width: 120, color: false, ascii: false, causes: usize::MAX };

    fn summary(self) -> Summary {
        Summary::new(self.width)
            .with_color(self.color)
            .with_ascii(self.ascii)
            .with_limit(self.causes)
    }
}

impl Plan {
    /// What is asked for, apart from the summary. None if it cannot be: that is reported already.
    pub fn new(reports: &ReportArgs, gates: &GateArgs, inputs: &[Input]) -> Option<Self> {
        let mut gate = Gate::default();
        gate.fail_on = gates.fail_on;
        gate.codes.clone_from(&gates.fail_on_code);
        gate.unknown = gates.fail_on_unknown;
        gate.max_errors = gates.max_errors;
        let baseline = gates.baseline.as_deref().map(read_baseline);
        let written = reports
            .report
            .iter()
            .map(|report| report.file.as_path())
            .chain(gates.write_baseline.as_deref());
        let written: Vec<&Path> = written.collect();
        let refused: Vec<bool> = written.iter().map(|path| is_refused(path, inputs)).collect();
        if refused.contains(&true)
            || are_refused_together(&written)
            || matches!(baseline, Some(None))
        {
            return None;
        }
        let report = |kind| document(kind, Look::FILE);
        let documents = reports
            .report
            .iter()
            .map(|one| (report(one.kind), Destination::File(one.file.clone())));
        Some(Self {
            records: None,
            documents: documents.collect(),
            gate,
            baseline: baseline.flatten(),
            write_baseline: gates.write_baseline.clone(),
        })
    }

    /// Whether there is anything to tell but the last record.
    pub fn is_needed(&self) -> bool {
        !self.documents.is_empty() || self.gate.is_set() || self.write_baseline.is_some()
    }

    /// Whether what is read has to be counted.
    pub fn needs_books(&self) -> bool {
        self.is_needed() || self.records.is_some()
    }

    /// How many single occurrences the documents have room for.
    fn occurrences(&self) -> usize {
        self.documents.iter().map(|(report, _)| report.occurrences()).max().unwrap_or(0)
    }

    /// An empty ledger for what the documents have room for and the gate asks for.
    pub fn ledger(&self) -> RunStats {
        let mut asked = self.gate.always_counted(self.baseline.as_ref());
        // What a baseline lacks is new the next time.
        asked.unknown |= self.write_baseline.is_some();
        RunStats::new(self.occurrences()).with_always_counted(Arc::new(asked))
    }

    /// What is to be noted of each finding, if anything.
    pub fn notes(&self) -> Option<OccurrenceRecorder> {
        let excerpts = self.documents.iter().any(|(report, _)| report.needs_excerpts());
        let timestamps = (!self.documents.is_empty()).then(|| Arc::new(TimestampReader::started()));
        self.is_needed().then_some(OccurrenceRecorder { excerpts, timestamps })
    }
}

/// A document of a kind.
pub fn document(kind: DocumentKind, look: Look) -> Box<dyn Report> {
    match kind {
        DocumentKind::Sarif => Box::new(Sarif),
        DocumentKind::Gitlab => Box::new(Gitlab),
        DocumentKind::Junit => Box::new(Junit),
        DocumentKind::Markdown => Box::new(Markdown::default()),
        DocumentKind::Json => Box::new(JsonTable),
        DocumentKind::Csv => Box::new(CsvTable),
        DocumentKind::Table => Box::new(look.summary()),
    }
}

fn read_baseline(path: &Path) -> Option<Baseline> {
    let told = match fs::read_to_string(path) {
        Ok(text) => match Baseline::parse(&text) {
            Ok(baseline) => return Some(baseline),
            Err(error) => error.to_string(),
        },
        Err(error) => describe(&error),
    };
    messages::error(&path.display().to_string(), &format!("{told}; --write-baseline writes one"));
    None
}

/// Whether a document cannot go to `path`; that is reported.
fn is_refused(path: &Path, inputs: &[Input]) -> bool {
    let name = path.display().to_string();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        messages::error(&name, "its directory does not exist; make it first");
    } else if path.is_dir() {
        messages::error(&name, "is a directory; name a file in it");
    } else if path.exists() && inputs.iter().any(|input| is_same(path, input)) {
        messages::error(&name, "is an input, which is not written over; name another file");
    } else {
        return false;
    }
    true
}

/// Whether one file would be written twice; that is reported. A device takes what it is given.
fn are_refused_together(paths: &[&Path]) -> bool {
    let mut files = HashSet::new();
    let is_twice = |path: &&Path| -> bool {
        let is_file = path.is_file() || !path.exists();
        is_file && std::path::absolute(path).is_ok_and(|file| !files.insert(file))
    };
    let twice: Vec<&Path> = paths.iter().copied().filter(is_twice).collect();
    for path in &twice {
        messages::error(&path.display().to_string(), "is to be written twice; name another file");
    }
    !twice.is_empty()
}

fn is_same(path: &Path, input: &Input) -> bool {
    matches!(input, Input::Path(input) if same_file::is_same_file(path, input).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_written_twice() {
        let rows: [(&[&str], bool); 4] = [
            (&["a.sarif", "a.xml", "b/a.xml"], false),
            (&["a.sarif", "b", "a.sarif"], true),
            (&["a.sarif", "./a.sarif"], true),
            (&["/", "/"], false),
        ];
        for (paths, wanted) in rows {
            let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
            assert_eq!(are_refused_together(&paths), wanted, "{paths:?}");
        }
    }
}
