//! What tests make documents from: a run over a few lines.

use super::{Report, ReportData};
use crate::catalog::Catalog;
use crate::detect::Detector;
use crate::stats::{BlockOutcome, OccurrenceRecorder, RunStats};

/// A run over some files.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub catalog: Catalog,
    pub files: Vec<String>,
    pub ledger: RunStats,
}

impl Run {
    /// Reads `files`, each with a name and a text, and keeps the first `limit` occurrences. Unknown codes count.
    pub(super) fn over<N: AsRef<str>, T: AsRef<[u8]>>(files: &[(N, T)], limit: usize) -> Self {
        let detector = Detector::built_in().with_unknown(true);
        let catalog = detector.catalog().clone();
        let mut ledger = RunStats::new(limit);
        for (file, (_, text)) in files.iter().enumerate() {
            let mut occurrences = Vec::new();
            let text = text.as_ref().strip_suffix(b"\n").unwrap_or(text.as_ref());
            for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
                let findings = crate::testutil::findings(&detector, line);
                OccurrenceRecorder { excerpts: true, ..OccurrenceRecorder::default() }.record(
                    number,
                    line,
                    &findings,
                    &mut occurrences,
                );
                ledger.totals.lines += 1;
            }
            ledger.totals.files += 1;
            ledger.add(file, BlockOutcome { occurrences, ..BlockOutcome::default() }, &catalog);
        }
        Self {
            catalog,
            files: files.iter().map(|(name, _)| name.as_ref().to_string()).collect(),
            ledger,
        }
    }

    /// What a document is made from.
    pub(super) fn overview(&self) -> ReportData<'_> {
        ReportData { catalog: &self.catalog, files: &self.files, ledger: &self.ledger }
    }

    /// The document about the run.
    pub(super) fn document(&self, report: &dyn Report) -> String {
        let mut out = Vec::new();
        report.write(&self.overview(), &mut out).expect("a Vec takes all bytes");
        String::from_utf8(out).expect("documents are UTF-8")
    }
}
