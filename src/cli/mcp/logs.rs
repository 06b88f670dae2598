//! Reads a log for a tool, as `stats` and `diagnose` do, until it is asked to stop.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use imerr::Annotator;
use imerr::catalog::Catalog;
use imerr::detect::Detector;
use imerr::diagnose::{
    CauseSet, Diagnosis, EventSearch, EventStage, SessionKey, SignalCollector, diagnose,
    finish_block,
};
use imerr::filter::Filter;
use imerr::input::{Block, Encoding, Feed, FileError, Input, InputList, Notice};
use imerr::pipeline::{Interrupt, Observer, run_parallel};
use imerr::report::{DiagnosisJson, JsonTable, Report, ReportData};
use imerr::stages::{OccurrenceTimes, PassageReader, TimeRange, TimeRangeStage};
use imerr::stats::{BlockOutcome, Occurrence, OccurrenceRecorder, RunStats};
use imerr::timestamp::{TimeArg, TimestampReader};
use serde_json::{Value, json};

use super::answer::{sanitize, truncate, untrusted};
use crate::args::InputArgs;
use crate::inputs::{self, Inputs};

/// The most files that an answer lists, and the most problems.
const FILES: usize = 20;
/// The most codes of an incident, and the most codes that no incident explains.
const CODES: usize = 20;

/// What is read, and which codes are reported.
pub struct LogOptions {
    pub path: PathBuf,
    pub detector: Detector,
    pub filter: Filter,
    pub since: Option<TimeArg>,
    pub until: Option<TimeArg>,
}

/// What was found in a log.
struct LogRun {
    stats: RunStats,
    diagnosis: Option<Diagnosis>,
    files: Vec<OsString>,
    catalog: Catalog,
    /// What was not read, and what may be wrong.
    problems: Vec<String>,
}

/// The answer of `summarize_log`: the document of `stats` with its first `limit` codes, each with a
/// line.
pub fn summary(options: &LogOptions, limit: usize, interrupt: &Interrupt) -> Result<Value, String> {
    let run = read(options, None, interrupt)?;
    let mut answer = run.document(&JsonTable)?;
    let left_out = json!({
        "codes": truncate(&mut answer["codes"], limit),
        "causes": truncate(&mut answer["causes"], limit),
        "file_counts": truncate(&mut answer["file_counts"], FILES),
    });
    if let Some(codes) = answer["codes"].as_array_mut() {
        codes.iter_mut().for_each(|code| run.add_first_text(code));
    }
    let members = answer.as_object_mut().ok_or("the statistics are no object")?;
    members.remove("schema_version");
    members.remove("histogram");
    members.insert("left_out".to_string(), left_out);
    members.insert("problems".to_string(), run.problems.into());
    let with_text =
        ["codes.first_text", "codes.first_file", "codes.last_file", "file_counts.file", "problems"];
    members.insert("untrusted".to_string(), untrusted(&with_text));
    sanitize(&mut answer);
    Ok(answer)
}

/// The answer of `diagnose_log`: the document of `diagnose` with its first `limit` incidents and
/// the one of its verdict.
pub fn diagnosis(
    options: &LogOptions,
    limit: usize,
    causes: &Arc<CauseSet>,
    interrupt: &Interrupt,
) -> Result<Value, String> {
    let run = read(options, Some(causes), interrupt)?;
    let mut answer = run.document(&DiagnosisJson)?;
    let verdict = answer["verdict"]["incident"].as_u64();
    let mut incidents = Vec::new();
    let mut left_out = 0;
    for (index, mut incident) in (0..).zip(take_array(&mut answer["incidents"])) {
        if index >= limit as u64 && Some(index) != verdict {
            left_out += 1;
            continue;
        }
        incident["index"] = index.into();
        for list in ["starts", "consequences", "because"] {
            let count = truncate(&mut incident[list], CODES);
            if count > 0 {
                incident[format!("{list}_left_out")] = count.into();
            }
        }
        incidents.push(incident);
    }
    answer["incidents"] = incidents.into();
    let not_explained = truncate(&mut answer["not_explained"], CODES);
    let members = answer.as_object_mut().ok_or("the diagnosis is no object")?;
    for name in ["type", "schema", "streams"] {
        members.remove(name);
    }
    let left_out = json!({ "incidents": left_out, "not_explained": not_explained });
    members.insert("left_out".to_string(), left_out);
    members.insert("problems".to_string(), run.problems.into());
    let with_text = [
        "verdict.text",
        "incidents.excerpts.text",
        "incidents.session.key",
        "incidents.because",
        "file",
        "problems",
    ];
    members.insert("untrusted".to_string(), untrusted(&with_text));
    sanitize(&mut answer);
    Ok(answer)
}

fn take_array(value: &mut Value) -> Vec<Value> {
    match value.take() {
        Value::Array(values) => values,
        _ => Vec::new(),
    }
}

impl LogRun {
    fn data(&self) -> ReportData<'_> {
        ReportData {
            catalog: &self.catalog,
            files: &self.files,
            stats: &self.stats,
            diagnosis: self.diagnosis.as_ref(),
        }
    }

    fn document(&self, report: &dyn Report) -> Result<Value, String> {
        let mut text = Vec::new();
        report.write(&self.data(), &mut text).map_err(|error| error.to_string())?;
        serde_json::from_slice(&text).map_err(|error| error.to_string())
    }

    /// Adds the first line with a code to its record.
    fn add_first_text(&self, code: &mut Value) {
        let place = (code["code"].as_i64(), code["first_line"].as_u64());
        for row in &self.stats.codes.rows {
            let passage = self.stats.passages.of(&row.key).and_then(|one| one.first.first());
            if (Some(row.key.code), Some(row.first.line)) == place
                && let Some(passage) = passage
            {
                code["first_text"] = passage.text.text.as_str().into();
                return;
            }
        }
    }
}

/// Reads a file, or all files in a directory or an archive. With `causes`, diagnoses them.
///
/// Fails if nothing could be read.
fn read(
    options: &LogOptions,
    causes: Option<&Arc<CauseSet>>,
    interrupt: &Interrupt,
) -> Result<LogRun, String> {
    let Inputs { list, errors, .. } = options.inputs();
    let list = InputList::from(list);
    let times = Arc::new(TimestampReader::started());
    let mut collector = Collector::new(options, causes, &list, &times);
    for error in errors {
        collector.problems.add(error.to_string());
    }
    let mut stage = options.stage(causes, &list, times);
    let mut feed = Feed::new(list.clone());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    run_parallel(&mut feed, &mut stage, &mut io::sink(), &mut collector, interrupt, threads)
        .map_err(|error| error.to_string())?;
    collector.finish(&list)
}

impl LogOptions {
    fn inputs(&self) -> Inputs {
        let arguments = InputArgs {
            files: vec![self.path.clone()],
            recursive: false,
            glob: Vec::new(),
            files_from: None,
            encoding: Encoding::Auto,
            tail: None,
        };
        inputs::gather(&arguments, false, None)
    }

    /// The stage that finds codes, and events if there are `causes`, in the time range.
    fn stage(
        &self,
        causes: Option<&Arc<CauseSet>>,
        list: &InputList,
        times: Arc<TimestampReader>,
    ) -> TimeRangeStage<EventStage<Annotator>> {
        let annotator = Annotator::new(self.detector.clone(), None)
            .with_filter(self.filter.clone())
            .with_inputs(list.clone())
            .with_recorder(Some(OccurrenceRecorder::default()));
        let stage = EventStage::new(annotator, causes.map(|causes| EventSearch::new(causes)));
        let Self { since, until, .. } = *self;
        let has_range = since.is_some() || until.is_some();
        let range = has_range.then(|| TimeRange { reader: times, since, until });
        TimeRangeStage::new(stage, range)
    }
}

/// Collects what a run finds, in input order.
struct Collector {
    stats: RunStats,
    catalog: Catalog,
    times: OccurrenceTimes,
    passages: PassageReader,
    /// The signals of a diagnosis, if there is one.
    signals: Option<SignalCollector>,
    /// Occurrences of a block that is not done. Its events come at its end, and signals have to be
    /// in order.
    pending: Vec<Occurrence>,
    problems: Problems,
}

impl Collector {
    fn new(
        options: &LogOptions,
        causes: Option<&Arc<CauseSet>>,
        list: &InputList,
        times: &Arc<TimestampReader>,
    ) -> Self {
        let mut signals = None;
        if let Some(causes) = causes {
            let causes = Arc::clone(causes);
            signals = Some(SignalCollector::new(causes, list.clone(), SessionKey::default()));
        }
        Self {
            stats: RunStats::default(),
            catalog: options.detector.catalog().clone(),
            times: OccurrenceTimes::new(Arc::clone(times)),
            passages: PassageReader::default(),
            signals,
            pending: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// The results, with the files in the order of the arguments.
    fn finish(self, list: &InputList) -> Result<LogRun, String> {
        let Self { mut stats, catalog, signals, problems, .. } = self;
        let problems = problems.all();
        if stats.totals.files == 0 && !problems.is_empty() {
            return Err(problems.join("\n"));
        }
        let (files, places) = list.names_in_order();
        stats.renumber_files(&places);
        let mut diagnosis = None;
        if let Some(signals) = signals {
            let mut found = diagnose(&signals, &catalog);
            found.renumber_files(&places);
            diagnosis = Some(found);
        }
        Ok(LogRun { stats, diagnosis, files, catalog, problems })
    }
}

impl Observer for Collector {
    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.problems.add(format!("{}: {error}", input.name()));
    }

    fn notice(&mut self, input: &Input, notice: Notice) {
        self.problems.add(format!("{}: {notice}", input.name()));
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        outcome.occurrences.splice(0..0, self.pending.drain(..));
        finish_block(block, &mut outcome, &mut self.times, self.signals.as_mut());
        self.passages.read(block, &outcome.occurrences, &mut self.stats.passages);
        self.passages.end_block(block, &mut self.stats.passages);
        self.stats.add(block.file, outcome, &self.catalog);
    }

    fn occurrences(&mut self, block: &Block, mut occurrences: Vec<Occurrence>) {
        if self.signals.is_some() {
            return self.pending.extend(occurrences);
        }
        self.times.set_times(block, &mut occurrences);
        self.passages.read(block, &occurrences, &mut self.stats.passages);
        let outcome = BlockOutcome::of_occurrences(occurrences);
        self.stats.add(block.file, outcome, &self.catalog);
    }

    fn progress(&mut self, bytes: u64, lines: u64) {
        self.stats.totals.bytes += bytes;
        self.stats.totals.lines += lines;
    }

    fn file_started(&mut self, _input: &Input, _out: &mut dyn io::Write) -> io::Result<()> {
        self.stats.totals.files += 1;
        Ok(())
    }
}

/// The first problems, and the number of the others.
#[derive(Default)]
struct Problems {
    first: Vec<String>,
    more: usize,
}

impl Problems {
    fn add(&mut self, problem: String) {
        if self.first.len() < FILES {
            self.first.push(problem);
        } else {
            self.more += 1;
        }
    }

    fn all(mut self) -> Vec<String> {
        if self.more > 0 {
            self.first.push(format!("{} more problems", self.more));
        }
        self.first
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_run_that_is_asked_to_stop_reads_no_more() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("a.log");
        std::fs::write(&path, "imsdk code:6206\n".repeat(1 << 18)).expect("it is writable");
        let options = LogOptions {
            path,
            detector: Detector::built_in(),
            filter: Filter::default(),
            since: None,
            until: None,
        };
        let interrupt = Interrupt::default();
        assert_eq!(line_count(&options, &interrupt), 1 << 18);
        drop(interrupt.request(Duration::ZERO));
        assert!(line_count(&options, &interrupt) < 1 << 18);
    }

    fn line_count(options: &LogOptions, interrupt: &Interrupt) -> u64 {
        let answer = summary(options, 1, interrupt).expect("the log can be read");
        answer["lines"].as_u64().expect("a number")
    }
}
