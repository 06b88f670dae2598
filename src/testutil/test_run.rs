//! Runs for the tests of documents: made from logs, or finding by finding.

use std::ffi::OsString;
use std::io::{self, Read};
use std::sync::Arc;

use crate::annotate::Annotator;
use crate::catalog::{self, Catalog, Lang};
use crate::detect::{Confidence, Detector, PossibleEntries};
use crate::input::{Block, Feed, FileError, Input};
use crate::pipeline::{Interrupt, Observer, run};
use crate::report::{Report, ReportData};
use crate::stages::{OccurrenceTimes, PassageReader};
use crate::stats::{BlockOutcome, CodeKey, Occurrence, OccurrenceRecorder, RunStats};
use crate::timestamp::{LocalTimestamp, TimestampReader};

/// 2026-11-24 10:00:00, in milliseconds.
const START: i64 = 1_795_514_400_000;

/// A finished run. The default one read 5000 lines of three files and found nothing.
#[derive(Clone, Debug)]
pub(crate) struct TestRun {
    catalog: Catalog,
    files: Vec<OsString>,
    pub stats: RunStats,
}

impl Default for TestRun {
    fn default() -> Self {
        let mut stats = RunStats::default();
        stats.totals.files = 3;
        stats.totals.lines = 5000;
        stats.totals.bytes = 1 << 20;
        let files = ["app.log", "logs/backend-2026-11-24.log", "日志/聊天.log"]
            .map(OsString::from)
            .to_vec();
        Self { catalog: catalog::built_in(), files, stats }
    }
}

impl TestRun {
    /// Reads `logs`, each with a name and a text, and keeps the first `limit` occurrences. Unknown
    /// codes count.
    pub(crate) fn from_logs<N: AsRef<str>, T: AsRef<[u8]>>(logs: &[(N, T)], limit: usize) -> Self {
        let detector = Detector::built_in().with_unknown(true);
        let recorder = OccurrenceRecorder { excerpts: true };
        let catalog = detector.catalog().clone();
        let mut stats = RunStats::new(limit, Arc::default());
        for (file, (_, text)) in logs.iter().enumerate() {
            let mut occurrences = Vec::new();
            let text = text.as_ref().strip_suffix(b"\n").unwrap_or(text.as_ref());
            for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
                let findings = super::findings(&detector, line);
                recorder.record(number, 0, line, &findings, &mut occurrences);
                stats.totals.lines += 1;
            }
            stats.totals.files += 1;
            stats.add(file, BlockOutcome { occurrences, ..BlockOutcome::default() }, &catalog);
        }
        let files = logs.iter().map(|(name, _)| name.as_ref().into()).collect();
        Self { catalog, files, stats }
    }

    /// Reads `logs` as the program does, with the passages of the findings. A read returns at most
    /// `piece` bytes. Unknown codes count.
    pub(crate) fn with_passages<N: AsRef<str>, T: AsRef<[u8]>>(
        logs: &[(N, T)],
        piece: usize,
    ) -> Self {
        let detector = Detector::built_in().with_unknown(true);
        let mut collector = Collector {
            stats: RunStats::default(),
            catalog: detector.catalog().clone(),
            times: OccurrenceTimes::new(Arc::new(TimestampReader::started())),
            passages: PassageReader::default(),
        };
        let inputs: Vec<Input> =
            logs.iter().map(|(name, _)| Input::Path(name.as_ref().into())).collect();
        for (file, (_, text)) in logs.iter().enumerate() {
            let pieces = Pieces { text: io::Cursor::new(text.as_ref().to_vec()), piece };
            let mut feed = Feed::new(inputs.clone()).with_only(file).with_reader(pieces);
            let recorder = OccurrenceRecorder::default();
            let mut stage = Annotator::new(detector.clone(), None).with_recorder(Some(recorder));
            let (out, interrupt) = (&mut io::sink(), &Interrupt::default());
            let totals = run(&mut feed, &mut stage, out, &mut collector, interrupt)
                .expect("a sink takes all bytes");
            collector.stats.totals.lines += totals.lines;
            collector.stats.totals.files += 1;
        }
        let files = logs.iter().map(|(name, _)| name.as_ref().into()).collect();
        Self { catalog: collector.catalog, files, stats: collector.stats }
    }

    /// One finding of each of `codes`, line by line in one file, without times.
    pub(crate) fn from_codes(codes: &[i64]) -> Self {
        (1..).zip(codes).fold(Self::default(), |run, (line, &code)| run.with_finding(0, line, code))
    }

    /// An hour and a half of a chat app: causes under several codes, ambiguous and unknown codes,
    /// three files.
    pub(crate) fn chat_app() -> Self {
        let mut run = Self::default();
        let codes = [
            6206, 6206, 6206, 70001, -10003, 6208, 9508, 6206, 10010, 6014, 20012, 10017, 424_242,
            9506, 20007, 120_017,
        ];
        for number in 0..431_i64 {
            let code = codes[(number * number % 47 % 16) as usize];
            let (file, line) = ((number / 190) as usize, 12 + number.unsigned_abs() % 190 * 7);
            let millis = (number % 9 != 0).then_some(number * 12_345 + number * number % 31 * 1000);
            run = run.with_finding_at(file, line, code, millis);
        }
        run
    }

    /// The same run with other names of the files.
    pub(crate) fn with_files(mut self, files: &[&str]) -> Self {
        self.files = files.iter().map(OsString::from).collect();
        self.stats.totals.files = files.len() as u64;
        self
    }

    /// The same run with one more finding of `code`, without a time.
    pub(crate) fn with_finding(self, file: usize, line: u64, code: i64) -> Self {
        self.with_finding_at(file, line, code, None)
    }

    /// The same run with one more finding of `code`, so many milliseconds after 2026-11-24 10:00.
    pub(crate) fn with_finding_at(
        mut self,
        file: usize,
        line: u64,
        code: i64,
        millis: Option<i64>,
    ) -> Self {
        let key = CodeKey { code, entries: PossibleEntries::new(self.catalog.ids_for_code(code)) };
        let occurrence = Occurrence {
            key,
            confidence: Confidence::High,
            line,
            column: 21,
            end_column: 25,
            line_offset: 0,
            is_time_of_line_before: false,
            time: millis.map(|millis| LocalTimestamp::from_millis(START + millis)),
            excerpt: None,
        };
        self.stats.totals.matches += 1;
        self.stats.totals.matched_lines += 1;
        let outcome = BlockOutcome { occurrences: vec![occurrence], ..BlockOutcome::default() };
        self.stats.add(file, outcome, &self.catalog);
        self
    }

    /// The same run with texts in this language.
    pub(crate) fn in_lang(&self, lang: Lang) -> Self {
        Self { catalog: self.catalog.clone().with_lang(lang), ..self.clone() }
    }

    /// The data for a document about the run.
    pub(crate) fn data(&self) -> ReportData<'_> {
        ReportData {
            catalog: &self.catalog,
            files: &self.files,
            stats: &self.stats,
            diagnosis: None,
        }
    }

    /// The document about the run.
    pub(crate) fn document(&self, report: &dyn Report) -> String {
        let mut out = Vec::new();
        report.write(&self.data(), &mut out).expect("a Vec takes all bytes");
        String::from_utf8(out).expect("documents are UTF-8")
    }
}

/// A reader of a text, piece by piece.
struct Pieces {
    text: io::Cursor<Vec<u8>>,
    piece: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.piece);
        self.text.read(&mut buffer[..length])
    }
}

/// Collects the statistics of runs over one file after the other.
struct Collector {
    stats: RunStats,
    catalog: Catalog,
    times: OccurrenceTimes,
    passages: PassageReader,
}

impl Collector {
    fn add(&mut self, block: &Block, mut outcome: BlockOutcome, is_done: bool) {
        self.times.set_times(block, &mut outcome.occurrences);
        self.passages.read(block, &outcome.occurrences, &mut self.stats.passages);
        if is_done {
            self.times.end_block(block);
            self.passages.end_block(block, &mut self.stats.passages);
        }
        self.stats.add(block.file, outcome, &self.catalog);
    }
}

impl Observer for Collector {
    fn file_failed(&mut self, input: &Input, error: &FileError) {
        panic!("{}: {error}", input.name());
    }

    fn block_done(&mut self, block: &Block, outcome: BlockOutcome) {
        self.add(block, outcome, true);
    }

    fn occurrences(&mut self, block: &Block, occurrences: Vec<Occurrence>) {
        self.add(block, BlockOutcome::of_occurrences(occurrences), false);
    }
}
