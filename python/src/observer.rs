//! Follows a run over files: statistics, errors and warnings.

use std::io::{self, Write};
use std::sync::Arc;

use imerr::catalog::Catalog;
use imerr::diagnose::{Diagnosis, Known, SignalCollector, diagnose};
use imerr::input::{Block, FileError, Input, InputList, Notice};
use imerr::pipeline::{Interrupt, Observer};
use imerr::report::{JsonTable, Report, ReportData};
use imerr::stages::OccurrenceTimes;
use imerr::stats::{BlockOutcome, Occurrence, RunStats};
use imerr::timestamp::{LocalTimestamp, TimestampReader};
use pyo3::prelude::*;

use crate::records::file_record;

/// What a run over files reports.
pub struct RunObserver {
    catalog: Catalog,
    interrupt: Arc<Interrupt>,
    /// Whether the output is records of findings.
    has_records: bool,
    stats: RunStats,
    times: OccurrenceTimes,
    /// The times of the records, in order.
    pub record_times: Vec<Option<LocalTimestamp>>,
    /// The signals of a diagnosis, if there is one.
    signals: Option<SignalCollector>,
    /// Occurrences of a block that is not done. Its events come at its end, and signals have to be
    /// in order.
    pending: Vec<Occurrence>,
    /// The files that could not be read, or not to their end, each with the cause.
    pub errors: Vec<(String, String)>,
    /// The first exception that a Python file raised.
    pub python_error: Option<PyErr>,
    /// What may have kept codes from being found.
    pub warnings: Vec<(String, String)>,
}

impl RunObserver {
    pub fn new(catalog: Catalog, interrupt: Arc<Interrupt>, has_records: bool) -> Self {
        Self {
            catalog,
            interrupt,
            has_records,
            stats: RunStats::default(),
            times: OccurrenceTimes::new(Arc::new(TimestampReader::started())),
            record_times: Vec::new(),
            signals: None,
            pending: Vec::new(),
            errors: Vec::new(),
            python_error: None,
            warnings: Vec::new(),
        }
    }

    /// The observer of a run whose only results are `signals`.
    pub fn of_signals(
        catalog: Catalog,
        interrupt: Arc<Interrupt>,
        signals: SignalCollector,
    ) -> Self {
        Self { signals: Some(signals), ..Self::new(catalog, interrupt, false) }
    }

    fn set_times(&mut self, block: &Block, occurrences: &mut [Occurrence]) {
        self.times.set_times(block, occurrences);
        if self.has_records {
            self.record_times.extend(occurrences.iter().map(|occurrence| occurrence.time));
        }
    }

    /// The statistics as `stats --format json` writes them.
    pub fn stats_json(&mut self, inputs: &InputList) -> String {
        let (_, places) = inputs.names_in_order();
        self.stats.renumber_files(&places);
        self.document(inputs, None, &JsonTable)
    }

    /// The diagnosis, with `known` tickets, if there are signals.
    pub fn diagnosis(&self, inputs: &InputList, known: &Known) -> Option<Diagnosis> {
        let mut diagnosis = diagnose(self.signals.as_ref()?, &self.catalog);
        known.mark(&mut diagnosis);
        let (_, places) = inputs.names_in_order();
        diagnosis.renumber_files(&places);
        Some(diagnosis)
    }

    /// A document about the run.
    pub fn document(
        &self,
        inputs: &InputList,
        diagnosis: Option<&Diagnosis>,
        report: &dyn Report,
    ) -> String {
        let (files, _) = inputs.names_in_order();
        let data =
            ReportData { catalog: &self.catalog, files: &files, stats: &self.stats, diagnosis };
        let mut out = Vec::new();
        report.write(&data, &mut out).expect("memory can be written");
        String::from_utf8(out).expect("documents are UTF-8")
    }
}

/// The exception that a method of a Python file raised.
fn python_error(error: &FileError) -> Option<PyErr> {
    let FileError::Io(error) = error else { return None };
    let error = error.get_ref()?.downcast_ref::<PyErr>()?;
    Some(Python::attach(|py| error.clone_ref(py)))
}

impl Observer for RunObserver {
    fn file_failed(&mut self, input: &Input, error: &FileError) {
        if self.python_error.is_none() {
            self.python_error = python_error(error);
        }
        self.errors.push((input.name(), error.to_string()));
    }

    fn notice(&mut self, input: &Input, notice: Notice) {
        if matches!(notice, Notice::Unsure(_) | Notice::LongLines(_)) {
            self.warnings.push((input.name(), notice.to_string()));
        }
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        if let Some(signals) = &mut self.signals {
            outcome.occurrences.splice(0..0, self.pending.drain(..));
            signals.add(block, &mut outcome, &mut self.times);
            self.times.end_block(block);
        } else if self.has_records {
            self.set_times(block, &mut outcome.occurrences);
            self.times.end_block(block);
        }
        self.stats.add(block.file, outcome, &self.catalog);
    }

    fn occurrences(&mut self, block: &Block, mut occurrences: Vec<Occurrence>) {
        if self.signals.is_some() {
            return self.pending.extend(occurrences);
        }
        self.set_times(block, &mut occurrences);
        let outcome = BlockOutcome::of_occurrences(occurrences);
        self.stats.add(block.file, outcome, &self.catalog);
    }

    fn progress(&mut self, bytes: u64, lines: u64) {
        self.stats.totals.bytes += bytes;
        self.stats.totals.lines += lines;
    }

    fn file_started(&mut self, input: &Input, out: &mut dyn Write) -> io::Result<()> {
        self.stats.totals.files += 1;
        if self.has_records {
            out.write_all(&file_record(&input.name()))?;
        }
        Ok(())
    }

    fn file_finished(
        &mut self,
        _input: &Input,
        _totals: &imerr::Totals,
        _out: &mut dyn Write,
    ) -> io::Result<()> {
        // Only one file is open at a time.
        self.times.clear();
        Ok(())
    }

    fn should_continue(&self, _totals: &imerr::Totals) -> bool {
        !self.interrupt.is_requested()
    }
}
