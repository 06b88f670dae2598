//! The end of a run: writes the last record, the documents and the baseline, and checks the gate.
//!
//! A signal may end a run that waits for input. So the statistics are shared with the thread that
//! handles signals, and whichever thread comes first finishes the run. No lock is held while it
//! writes.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use imerr::catalog::Catalog;
use imerr::diagnose::{Diagnosis, SignalCollector, diagnose};
use imerr::gate::Baseline;
use imerr::lock::lock;
use imerr::report::{Bundle, ReportData};
use imerr::stats::RunStats;
use imerr::terminal::{escape_controls, neutralize_ci_commands};

use super::closing_notes::ClosingNotes;
use super::color::Sink;
use super::error::Error;
use super::exit_status::{Outcome, is_broken_pipe};
use super::input_stats::{InputStats, SharedStats};
use super::messages::Level;
use super::run_config::{Destination, RunConfig};
use super::{atomic_file, messages, progress, zip_file};

pub struct Finisher {
    config: Arc<RunConfig>,
    pub stats: InputStats,
    pub notes: Arc<ClosingNotes>,
    /// The signals of a diagnosis, if there is one.
    pub signals: Option<Arc<Mutex<SignalCollector>>>,
    /// The token that makes GitHub accept commands again, while it does not.
    resume_token: Mutex<Option<String>>,
    outcome: OnceLock<Outcome>,
}

impl Finisher {
    /// `concurrent_inputs` are those of [`InputStats::new`].
    pub fn new(
        config: &Arc<RunConfig>,
        concurrent_inputs: impl IntoIterator<Item = usize>,
    ) -> Self {
        Self {
            config: Arc::clone(config),
            stats: InputStats::new(config.deliverables.empty_stats(), concurrent_inputs),
            notes: Arc::default(),
            signals: config.deliverables.signals(&config.inputs).map(Mutex::new).map(Arc::new),
            resume_token: Mutex::new(None),
            outcome: OnceLock::new(),
        }
    }

    /// The statistics to add blocks of an input to, if any are needed.
    pub fn stats_of_input(&self, input: usize) -> Option<SharedStats> {
        let is_needed = self.config.deliverables.needs_stats();
        is_needed.then(|| self.stats.of_input(input))
    }

    /// Sets the token that standard output has to get before documents.
    pub fn set_resume_token(&self, token: Option<String>) {
        *lock(&self.resume_token) = token;
    }

    /// Writes all deliverables. If another thread does it already, waits for that one and returns
    /// its outcome: done, failed, or the gate is tripped.
    ///
    /// Records and documents for standard output go to `out`. Without `is_complete` no baseline is
    /// written, since everything that it lacks would fail the next run, and if nothing could be
    /// read, no document. An error is one of `out`;
    /// files are written in spite of it. A broken pipe is no error.
    pub fn finish(&self, out: &mut dyn Write, is_complete: bool) -> io::Result<Outcome> {
        let mut output = Ok(());
        let outcome = self.outcome.get_or_init(|| {
            progress::finish();
            let (outcome, written) = self.deliver(out, is_complete);
            output = written;
            if is_complete && outcome != Outcome::Failed && self.config.notes_nothing_read() {
                self.notes.print_nothing_read(&self.config.named_inputs);
            }
            self.notes.print(&self.config);
            outcome
        });
        match output {
            Err(error) if !is_broken_pipe(&error) => Err(error),
            _ => Ok(*outcome),
        }
    }

    fn deliver(&self, out: &mut dyn Write, is_complete: bool) -> (Outcome, io::Result<()>) {
        let deliverables = &self.config.deliverables;
        if !deliverables.needs_stats() {
            return (Outcome::Done, Ok(()));
        }
        let mut stats = self.stats.take();
        if !is_complete && stats.totals.files == 0 {
            // A document about nothing would look like one about a log without codes.
            deliverables.files().for_each(print_not_written);
            return (Outcome::Done, self.write_records(&stats, out));
        }
        let (files, places) = self.config.inputs.names_in_order();
        stats.renumber_files(&places);
        let diagnosis = self.diagnosis(&places);
        let data = ReportData {
            catalog: self.config.catalog(),
            files: &files,
            stats: &stats,
            diagnosis: diagnosis.as_ref(),
        };
        let written = self.write_records(&stats, out);
        let (written, mut failed) = self.write_documents(&data, out, written);
        if deliverables.diagnosis.as_ref().is_some_and(|config| config.is_in_files) {
            self.notes.add_left_out(stats.totals.filtered);
        }
        failed |= self.write_bundle(&data, &places);
        if let Some(path) = &deliverables.write_baseline {
            failed |= self.write_baseline(path, &stats, is_complete);
        }
        failed |= is_complete && self.has_gate_without_input(&stats);
        let is_tripped = self.check_gate(&stats, &data) | self.check_causes(&data);
        let outcome = if failed {
            Outcome::Failed
        } else if is_tripped {
            Outcome::GateTripped
        } else {
            Outcome::Done
        };
        (outcome, written)
    }

    /// Writes all documents. `written` is the result of what was written to `out` so far. Returns
    /// that of all, and whether another document failed.
    fn write_documents(
        &self,
        data: &ReportData<'_>,
        out: &mut dyn Write,
        mut written: io::Result<()>,
    ) -> (io::Result<()>, bool) {
        let mut failed = false;
        for (report, destination) in &self.config.deliverables.documents {
            let catalog = self.catalog_for(destination);
            let config = self.config.deliverables.diagnosis.as_ref();
            let has_diagnosis = *destination == Destination::Stdout
                || config.is_some_and(|config| config.is_in_files);
            let diagnosis = data.diagnosis.filter(|_| has_diagnosis);
            let data = ReportData { catalog: &catalog, diagnosis, ..*data };
            // It takes little memory, since the statistics are bounded.
            let mut document = Vec::new();
            report.write(&data, &mut document).expect("a write to memory cannot fail");
            // The name of a file may contain control characters that the document needs.
            if *destination == Destination::Stdout && self.config.log.style.escape_controls {
                document = escape_controls(&document).into_owned();
            }
            match destination {
                // After an error, nothing more is written to standard output.
                Destination::Stdout if written.is_err() => {}
                Destination::Stdout => {
                    written = out.write_all(&document).and_then(|()| out.flush())
                }
                Destination::Stderr => failed |= write_to_stderr(&document).is_err(),
                Destination::File(path) => failed |= self.write_file(path, &document),
                Destination::Append(path) => {
                    failed |= print_file_error(path, atomic_file::append(path, &document));
                }
            }
        }
        (written, failed)
    }

    /// Writes a document to a file. Returns whether that failed.
    fn write_file(&self, path: &Path, document: &[u8]) -> bool {
        if print_file_error(path, atomic_file::replace(path, document)) {
            return true;
        }
        if self.config.notes_written() {
            self.notes.add_written(path, "");
        }
        false
    }

    /// Returns whether there was an error. An incomplete run writes no baseline.
    fn write_baseline(&self, path: &Path, stats: &RunStats, is_complete: bool) -> bool {
        if !is_complete {
            print_not_written(path);
            return false;
        }
        if stats.codes.overflowed > 0 {
            let [cause, hint] = messages::words().baseline_of_too_many(stats.codes.rows.len());
            messages::print(&Error::of_path(path, cause).translated().with_hint(hint));
            return true;
        }
        let text = Baseline::new(&stats.codes).to_text();
        if print_file_error(path, atomic_file::replace(path, text.as_bytes())) {
            return true;
        }
        if self.config.notes_written() {
            let contents = messages::words().in_baseline(stats.codes.count);
            self.notes.add_written(path, &contents);
        }
        false
    }

    /// Writes what to send to support, and says what is in it. Returns whether that failed.
    fn write_bundle(&self, data: &ReportData<'_>, places: &[usize]) -> bool {
        let config = self.config.deliverables.diagnosis.as_ref();
        let path = config.and_then(|config| config.bundle.as_deref());
        let Some((path, signals)) = path.zip(self.signals.as_ref()) else { return false };
        let mut surroundings = lock(signals).take_surroundings();
        surroundings.renumber_files(places);
        let catalog = self.catalog_for(&Destination::File(path.to_path_buf()));
        let bundle = Bundle::new(&ReportData { catalog: &catalog, ..*data }, &surroundings);
        let archive = zip_file::of_bundle(&bundle);
        let size = archive.len() as u64;
        if print_file_error(path, atomic_file::replace(path, &archive)) {
            return true;
        }
        let name = path.display().to_string();
        messages::say(Level::Note, messages::words().bundle_written(&name, size, &bundle));
        false
    }

    /// The catalog in the language of a document that goes to `destination`.
    fn catalog_for(&self, destination: &Destination) -> Cow<'_, Catalog> {
        let catalog = self.config.catalog();
        let lang = match destination {
            Destination::Stdout => catalog.lang(),
            Destination::Stderr => self.config.deliverables.lang.on(Sink::Stderr),
            Destination::File(_) | Destination::Append(_) => {
                self.config.deliverables.lang.on(Sink::File)
            }
        };
        if lang == catalog.lang() {
            return Cow::Borrowed(catalog);
        }
        Cow::Owned(catalog.clone().with_lang(lang))
    }

    /// Whether a gate has nothing to check, since no file was read. Reports it: a wrong `--glob` or
    /// an empty directory must not pass a gate.
    fn has_gate_without_input(&self, stats: &RunStats) -> bool {
        if stats.totals.files > 0 || !self.config.deliverables.has_gate() {
            return false;
        }
        let [cause, hint] = messages::words().gate_read_nothing();
        messages::print(&Error::of_cause(cause).translated().with_hint(hint));
        true
    }

    /// Prints each violation of the gate, and returns whether there is one.
    fn check_gate(&self, stats: &RunStats, data: &ReportData<'_>) -> bool {
        let deliverables = &self.config.deliverables;
        let baseline = deliverables.baseline.as_ref();
        let violations = deliverables.gate.check(&stats.codes, self.config.catalog(), baseline);
        for violation in &violations {
            messages::say(Level::Error, messages::words().gate(violation, data));
        }
        !violations.is_empty()
    }

    /// The diagnosis, with the files at their `places` in documents.
    fn diagnosis(&self, places: &[usize]) -> Option<Diagnosis> {
        let (config, signals) =
            self.config.deliverables.diagnosis.as_ref().zip(self.signals.as_ref())?;
        let mut diagnosis = diagnose(&lock(signals), self.config.catalog());
        config.known.mark(&mut diagnosis);
        diagnosis.renumber_files(places);
        Some(diagnosis)
    }

    /// Prints each cause that was found and fails the run, and returns whether there is one.
    fn check_causes(&self, data: &ReportData<'_>) -> bool {
        let (Some(config), Some(diagnosis)) = (&self.config.deliverables.diagnosis, data.diagnosis)
        else {
            return false;
        };
        let mut is_tripped = false;
        for name in &config.fail_on {
            let mut incidents = diagnosis.incidents.iter();
            let Some(found) = incidents.find(|one| diagnosis.cause(one).name == *name) else {
                continue;
            };
            is_tripped = true;
            let place = format!("{}:{}", data.file(found.first.file), found.first.line);
            messages::say(Level::Error, messages::words().cause_found(name, &place));
        }
        is_tripped
    }

    /// Writes the last record, and lets GitHub accept commands again.
    fn write_records(&self, stats: &RunStats, out: &mut dyn Write) -> io::Result<()> {
        let token = lock(&self.resume_token).take();
        if let Some(token) = token {
            // The log may have ended within a line.
            write!(out, "\n::{token}::\n")?;
        }
        if let Some(renderer) = &self.config.deliverables.records {
            let mut record = Vec::new();
            renderer.end_run(&stats.totals, &mut record);
            out.write_all(&record)?;
        }
        out.flush()
    }
}

/// Writes a document for people. A CI system reads standard error too, and would execute commands
/// in it. There is no place to report an error.
fn write_to_stderr(document: &[u8]) -> io::Result<()> {
    messages::document(&neutralize_ci_commands(&String::from_utf8_lossy(document)))
}

/// Prints that a file is not written, since not everything was read.
fn print_not_written(path: &Path) {
    let cause = messages::words().not_all_read();
    messages::print_as(Level::Warning, &Error::of_path(path, cause).translated());
}

/// Returns whether there was an error.
fn print_file_error(path: &Path, written: io::Result<()>) -> bool {
    let Err(error) = written else { return false };
    messages::print(&Error::of_write(path, &error));
    true
}
