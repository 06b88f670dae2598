//! The observer of a run: prints messages and counts as it proceeds, and collects the statistics.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use imerr::diagnose::{SignalCollector, finish_block};
use imerr::input::{Block, FileError, Input, Notice};
use imerr::language;
use imerr::lock::lock;
use imerr::pipeline::{Interrupt, Observer};
use imerr::stages::{OccurrenceTimes, PassageReader};
use imerr::stats::{BlockOutcome, Occurrence, RunStats, Totals};

use super::closing_notes::ClosingNotes;
use super::error::Error;
use super::finish::Finisher;
use super::input_stats::SharedStats;
use super::messages::Level;
use super::run_config::{FilesMode, RunConfig, Task};
use super::{inputs, messages, progress, system};

pub struct RunObserver<'c> {
    config: &'c RunConfig,
    /// Whether only one input is observed.
    is_of_one_input: bool,
    stats: Option<SharedStats>,
    notes: Arc<ClosingNotes>,
    times: Option<OccurrenceTimes>,
    passages: Option<PassageReader>,
    /// The signals of a diagnosis, if there is one.
    signals: Option<Arc<Mutex<SignalCollector>>>,
    /// Occurrences of a block that is not done. Its events come at its end, and signals have to be
    /// in order.
    pending: Vec<Occurrence>,
    pub interrupt: Option<&'c Interrupt>,
    /// Whether the input has an output of its own, which is not written if the input fails.
    pub has_output: bool,
    pub failed: bool,
    /// Whether the present file cannot be read, or not to its end.
    is_failed_file: bool,
    /// Whether the format of the present file is not read, so that there is no result for it.
    is_unsupported: bool,
    /// Whether a file was read to its end.
    pub finished: bool,
}

impl<'c> RunObserver<'c> {
    /// Observes all inputs, or with `input` only that one, which is read to its end whatever is
    /// found.
    pub fn new(config: &'c RunConfig, finisher: &Finisher, input: Option<usize>) -> Self {
        Self {
            config,
            is_of_one_input: input.is_some(),
            stats: finisher.stats_of_input(input.unwrap_or(0)),
            notes: Arc::clone(&finisher.notes),
            times: config.deliverables.occurrence_times(),
            passages: config.deliverables.passage_reader(),
            signals: finisher.signals.clone(),
            pending: Vec::new(),
            interrupt: None,
            has_output: false,
            failed: input.is_none() && !config.file_errors.is_empty(),
            is_failed_file: false,
            is_unsupported: false,
            finished: false,
        }
    }

    fn update_stats(&self, update: impl FnOnce(&mut RunStats)) {
        if let Some(stats) = &self.stats {
            update(&mut lock(stats));
        }
    }

    /// Adds the passages of `occurrences`, which are the next ones in `block` and have their times.
    fn read_passages(&mut self, block: &Block, occurrences: &[Occurrence], is_block_done: bool) {
        let Some((reader, stats)) = self.passages.as_mut().zip(self.stats.as_ref()) else { return };
        let mut stats = lock(stats);
        reader.read(block, occurrences, &mut stats.passages);
        if is_block_done {
            reader.end_block(block, &mut stats.passages);
        }
    }

    /// Prints, once per run, that the line at `offset` got no annotation since it has the member
    /// itself.
    fn print_key_conflict(&self, file: usize, offset: u64) {
        static PRINTED: AtomicBool = AtomicBool::new(false);
        if PRINTED.swap(true, Ordering::Relaxed) {
            return;
        }
        let (name, key) = (self.config.inputs.at(file).name(), &self.config.log.json_key);
        let cause = format!(
            "the line at byte {offset} already has a member {key:?}, so no annotation was added \
             there or in other such lines"
        );
        let error = Error::new(name, cause).with_hint("--json-key chooses another key");
        messages::print_as(Level::Warning, &error);
    }

    fn write_result(&self, input: &Input, selected: u64, out: &mut dyn Write) -> io::Result<()> {
        let has_selected = selected > 0;
        let name = self.config.shown_name(input);
        match self.config.log.task {
            Task::Files(mode) if has_selected == (mode == FilesMode::WithMatches) => {
                writeln!(out, "{name}")
            }
            Task::Count if self.config.names_counts() => {
                writeln!(out, "{name}:{selected}")
            }
            Task::Count => writeln!(out, "{selected}"),
            _ => Ok(()),
        }
    }

    /// Whether standard output was closed. While there is nothing to write, no write fails.
    fn has_lost_reader(&self) -> bool {
        self.config.log.follow.is_some()
            && self.config.log.task != Task::Quiet
            && !self.config.deliverables.needs_whole_input()
            && system::is_stdout_closed()
    }
}

/// Whether codes or lines may be missing.
fn level(notice: Notice) -> Level {
    match notice {
        Notice::Unsure(_)
        | Notice::LongLines(_)
        | Notice::TruncatedWithoutCopy
        | Notice::Incomplete => Level::Warning,
        _ => Level::Note,
    }
}

/// Whether no codes are found in a file, though it may be a log with codes: a gate must not pass
/// it.
fn is_unread(notice: Notice) -> bool {
    matches!(notice, Notice::Unsure("UTF-16LE" | "UTF-16BE"))
}

impl Observer for RunObserver<'_> {
    fn notice(&mut self, input: &Input, notice: Notice) {
        if let Notice::Binary(_) = notice {
            let is_hidden = self.config.hides_binary_files();
            return self.notes.add_binary_file(input.name(), is_hidden);
        }
        if self.notes.has_notice(input, notice) {
            return;
        }
        let text = language::of(messages::lang()).notice(notice);
        let mut message = Error::new(input.name(), text).translated();
        if let Some(hint) = messages::words().notice_hint(notice) {
            message = message.with_hint(hint);
        }
        let is_failure = is_unread(notice) && self.config.deliverables.has_gate();
        self.failed |= is_failure;
        messages::print_as(if is_failure { Level::Error } else { level(notice) }, &message);
    }

    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.failed = true;
        self.is_failed_file = true;
        self.is_unsupported = matches!(error, FileError::Unsupported(_));
        let is_retried = self.config.log.follow.is_some()
            && matches!(error, FileError::Io(_) | FileError::Directory);
        let mut error = inputs::file_error(input, error);
        let words = crate::language::of(error.lang);
        if self.has_output {
            error = error.with_consequence(words.no_output_written());
        }
        if is_retried {
            error = error.with_consequence(words.trying_again());
        }
        messages::print(&error);
        if self.config.repeats_errors() {
            self.notes.add_failure(input.name());
        }
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        let file = block.file;
        outcome.occurrences.splice(0..0, self.pending.drain(..));
        if let Some(times) = &mut self.times {
            let mut signals = self.signals.as_deref().map(lock);
            finish_block(block, &mut outcome, times, signals.as_deref_mut());
        }
        self.read_passages(block, &outcome.occurrences, true);
        if let Some(offset) = outcome.key_conflict_offset {
            self.print_key_conflict(file, offset);
        }
        if outcome.unknown_codes.len() > 0 {
            self.notes.add_unknown(std::mem::take(&mut outcome.unknown_codes));
        }
        if self.config.notes_nothing_left() {
            self.notes.add_totals(outcome.totals);
        }
        if block.is_binary && self.config.hides_binary_files() {
            self.notes.add_hidden_findings(outcome.totals.matches);
        }
        if let Some(worst) = outcome.worst_code {
            self.notes.add_worst_code(worst);
        }
        self.update_stats(|stats| stats.add(file, outcome, self.config.catalog()));
    }

    fn occurrences(&mut self, block: &Block, mut occurrences: Vec<Occurrence>) {
        if self.signals.is_some() {
            self.pending.extend(occurrences);
            return;
        }
        if let Some(times) = &mut self.times {
            times.set_times(block, &mut occurrences);
        }
        self.read_passages(block, &occurrences, false);
        let outcome = BlockOutcome::of_occurrences(occurrences);
        self.update_stats(|stats| stats.add(block.file, outcome, self.config.catalog()));
    }

    fn progress(&mut self, bytes: u64, lines: u64) {
        // Counted per block, since a signal may end a stream that never comes to its end.
        self.update_stats(|stats| {
            stats.totals.bytes += bytes;
            stats.totals.lines += lines;
        });
        if self.config.prints_only_codes() {
            self.notes.add_lines(lines);
        }
        progress::add_bytes(bytes);
    }

    fn file_started(&mut self, input: &Input, out: &mut dyn Write) -> io::Result<()> {
        self.is_failed_file = false;
        self.update_stats(|stats| stats.totals.files += 1);
        self.config
            .write_record(out, |renderer, record| renderer.begin_file(&input.os_name(), record))
    }

    fn file_finished(
        &mut self,
        input: &Input,
        totals: &Totals,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.finished = true;
        progress::add_file();
        self.notes.add_read_file(input.name(), totals.bytes);
        let zones_disagree = self.times.as_ref().is_some_and(OccurrenceTimes::zones_disagree);
        if zones_disagree || totals.zones_disagree {
            self.notes.add_mixed_zones(input.name());
        }
        if self.config.log.follow.is_none() {
            // Only one file is open at a time.
            if std::mem::take(&mut self.is_failed_file) && totals.bytes == 0 {
                self.update_stats(|stats| stats.totals.files -= 1);
            }
            if let Some(times) = &mut self.times {
                times.clear();
            }
            if let Some(passages) = &mut self.passages {
                passages.clear();
            }
        }
        self.config.write_record(out, |renderer, record| {
            renderer.end_file(&input.os_name(), totals, record);
        })?;
        if std::mem::take(&mut self.is_unsupported) {
            return Ok(());
        }
        self.write_result(input, totals.selected_lines, out)
    }

    fn threads_refused(&mut self, started: usize, error: &io::Error) {
        messages::threads_refused(started, error);
    }

    fn should_continue(&self, totals: &Totals) -> bool {
        if self.interrupt.is_some_and(Interrupt::is_requested) {
            return false;
        }
        let ends_at_first_line = !self.is_of_one_input && self.config.ends_at_first_line();
        if ends_at_first_line && totals.selected_lines > 0 {
            return false;
        }
        !self.has_lost_reader()
    }
}
