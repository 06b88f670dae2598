//! Runs for tests, made up of findings instead of logs.

use super::{Report, ReportData};
use crate::catalog::Catalog;
use crate::detect::{Confidence, Meanings};
use crate::stats::{BlockOutcome, CodeKey, Occurrence, RunStats};
use crate::timestamp::LocalTimestamp;

/// A run in the making.
#[derive(Debug)]
pub(super) struct MadeUp {
    catalog: Catalog,
    files: Vec<String>,
    ledger: RunStats,
}

impl Default for MadeUp {
    fn default() -> Self {
        let mut ledger = RunStats::default();
        ledger.totals.files = 3;
        ledger.totals.lines = 5000;
        ledger.totals.bytes = 1 << 20;
        let files =
            ["app.log", "logs/backend-2026-11-24.log", "日志/聊天.log"].map(String::from).to_vec();
        Self { catalog: crate::catalog::built_in(), files, ledger }
    }
}

impl MadeUp {
    /// One finding of each of `codes`, line by line in one file, without times.
    pub(super) fn of_codes(codes: &[i64]) -> Self {
        (1..).zip(codes).fold(Self::default(), |run, (line, &code)| run.seen(0, line, code))
    }

    /// The same run with other names of the files.
    pub(super) fn named(mut self, files: &[&str]) -> Self {
        self.files = files.iter().map(|name| name.to_string()).collect();
        self.ledger.totals.files = files.len() as u64;
        self
    }

    /// The same run, with one more finding of `code`.
    pub(super) fn seen(self, file: usize, line: u64, code: i64) -> Self {
        self.seen_at(file, line, code, None)
    }

    /// The same run, with one more finding of `code`, so many milliseconds after 2026-11-24 10:00.
    pub(super) fn seen_at(
        mut self,
        file: usize,
        line: u64,
        code: i64,
        millis: Option<i64>,
    ) -> Self {
        let subject = CodeKey { code, meanings: Meanings::new(self.catalog.ids_for_code(code)) };
        let occurrence = Occurrence {
            key: subject,
            confidence: Confidence::High,
            line,
            start: 20,
            end: 24,
            column: 21,
            end_column: 25,
            time: millis.map(|millis| LocalTimestamp::from_millis(1_795_514_400_000 + millis)),
            excerpt: None,
        };
        self.ledger.totals.matches += 1;
        self.ledger.totals.matched_lines += 1;
        self.ledger.add(
            file,
            BlockOutcome { occurrences: vec![occurrence], ..BlockOutcome::default() },
            &self.catalog,
        );
        self
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

    /// An hour and a half of a chat app: causes under several numbers, ambiguous and unknown codes, three files.
    pub(super) fn afternoon() -> Self {
        let mut run = Self::default();
        let codes = [
            6206, 6206, 6206, 70001, -10003, 6208, 9508, 6206, 10010, 6014, 20012, 10017, 424_242,
            9506, 20007, 120_017,
        ];
        for at in 0..431_i64 {
            let code = codes[(at * at % 47 % 16) as usize];
            let (file, line) = ((at / 190) as usize, 12 + at.unsigned_abs() % 190 * 7);
            let millis = (at % 9 != 0).then_some(at * 12_345 + at * at % 31 * 1000);
            run = run.seen_at(file, line, code, millis);
        }
        run
    }
}
