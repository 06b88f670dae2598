//! What tests make documents from: a run over a few lines.

use super::{Overview, Report};
use crate::catalog::Catalog;
use crate::detect::Detector;
use crate::stats::{Ledger, Notes, Seen};

/// A run over some files.
pub(super) struct Run {
    catalog: Catalog,
    files: Vec<String>,
    ledger: Ledger,
}

impl Run {
    /// Reads `files`, each with a name and a text, and keeps the first `limit` sightings. Unknown codes count.
    pub(super) fn over(files: &[(&str, &str)], limit: usize) -> Self {
        let mut detector = Detector::built_in().with_unknown(true);
        let catalog = detector.catalog().clone();
        let mut ledger = Ledger::new(limit);
        let mut findings = Vec::new();
        for (file, (_, text)) in files.iter().enumerate() {
            let mut sightings = Vec::new();
            for (number, line) in (1..).zip(text.lines()) {
                findings.clear();
                detector.detect(line.as_bytes(), &mut findings);
                Notes { excerpts: true, ..Notes::default() }.take(number, line.as_bytes(), &findings, &mut sightings);
                ledger.totals.lines += 1;
            }
            ledger.totals.files += 1;
            ledger.enter(file, Seen { sightings, ..Seen::default() }, &catalog);
        }
        Self { catalog, files: files.iter().map(|(name, _)| (*name).to_string()).collect(), ledger }
    }

    /// The document about the run.
    pub(super) fn document(&self, report: &dyn Report) -> String {
        let overview = Overview { catalog: &self.catalog, files: &self.files, ledger: &self.ledger };
        let mut out = Vec::new();
        report.write(&overview, &mut out).expect("a Vec takes all bytes");
        String::from_utf8(out).expect("documents are UTF-8")
    }
}
