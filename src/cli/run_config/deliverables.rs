//! What a run delivers beside the log: records, documents, a baseline and the verdict of the gate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imerr::catalog::{Catalog, nearest, unknown_word};
use imerr::custom::Diagnostic;
use imerr::diagnose::{CauseSet, EventSearch, Known, SessionKey, SignalCollector, read_known};
use imerr::format::Render;
use imerr::gate::{Baseline, Gate};
use imerr::input::InputList;
use imerr::report::{
    CsvTable, DiagnosisJson, DiagnosisMarkdown, DiagnosisText, Gitlab, Html, JsonTable, Junit,
    Markdown, Report, Sarif, Summary,
};
use imerr::stages::{OccurrenceTimes, PassageReader};
use imerr::stats::{OccurrenceRecorder, RunStats};
use imerr::terminal::Styles;
use imerr::timestamp::TimestampReader;

use super::format::{columns, is_ascii};
use super::input_words::input_words;
use crate::args::{
    DiagnoseArgs, DiagnosisFormat, DocumentKind, GateArgs, InputArgs, ReportArgs, Top, code_set,
};
use crate::atomic_file::ClaimedFiles;
use crate::color::{Sink, variable};
use crate::error::Error;
use crate::lang::LangChoice;
use crate::language::OutputProblem;
use crate::source_text::SourceText;
use crate::{messages, user_file};

pub struct Deliverables {
    /// The format of the records on standard output; its last record has the totals of the run.
    pub records: Option<Arc<dyn Render>>,
    /// What is needed for a diagnosis, if there is one.
    pub diagnosis: Option<DiagnosisConfig>,
    /// In the order in which they are written.
    pub documents: Vec<(Box<dyn Report>, Destination)>,
    pub gate: Gate,
    pub baseline: Option<Baseline>,
    pub write_baseline: Option<PathBuf>,
    /// The language of documents.
    pub lang: LangChoice,
}

/// How a log is diagnosed.
pub struct DiagnosisConfig {
    pub causes: Arc<CauseSet>,
    pub session_key: SessionKey,
    pub known: Known,
    /// The causes that fail the run.
    pub fail_on: Vec<String>,
    /// The file for what to send to support.
    pub bundle: Option<PathBuf>,
    /// Whether all documents have the diagnosis. Otherwise only those on standard output have it,
    /// so that files do not depend on whether that is a terminal.
    pub is_in_files: bool,
}

impl DiagnosisConfig {
    /// Fails with an error for each cause that does not exist, and for the problems of the file
    /// with tickets.
    pub fn new(args: &DiagnoseArgs, causes: CauseSet) -> Result<Self, Vec<Error>> {
        let names: Vec<&str> = causes.causes().iter().map(|cause| cause.name.as_str()).collect();
        let mut errors = Vec::new();
        for name in args.fail_on_cause.iter().filter(|name| !names.contains(&name.as_str())) {
            errors.push(Error::new("--fail-on-cause", unknown_cause(name, &names)));
        }
        errors.extend(args.bundle.as_deref().and_then(wrong_bundle_name));
        let known = match args.known.as_deref().map(read_known_file) {
            None => Known::default(),
            Some(Ok(known)) => known,
            Some(Err(problems)) => {
                errors.extend(problems);
                Known::default()
            }
        };
        for (name, span) in known.causes().filter(|(name, _)| !names.contains(name)) {
            let path = args.known.as_deref().unwrap_or(Path::new("--known")).display();
            let cause = format!("the cause {}", unknown_cause(name, &names));
            errors.push(Error::new(format!("{path}:{}:{}", span.line, span.column), cause));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let session_key = args.session_key.clone().unwrap_or_default();
        let (fail_on, bundle) = (args.fail_on_cause.clone(), args.bundle.clone());
        let (causes, is_in_files) = (Arc::new(causes), true);
        Ok(Self { causes, session_key, known, fail_on, bundle, is_in_files })
    }

    /// That of `stats`, which only names the causes.
    pub fn of_stats(causes: CauseSet, is_in_files: bool) -> Self {
        Self {
            causes: Arc::new(causes),
            session_key: SessionKey::default(),
            known: Known::default(),
            fail_on: Vec::new(),
            bundle: None,
            is_in_files,
        }
    }
}

/// The most names that an error suggests.
const MAX_SUGGESTED: usize = 5;

/// The error for a name that is no cause. There are too many causes to list them each time.
fn unknown_cause(name: &str, names: &[&str]) -> String {
    if nearest(name, names.iter().copied()).is_some() {
        return unknown_word(name, names);
    }
    let parts: Vec<&str> = name.split('-').filter(|part| part.len() > 2).collect();
    let mut similar = names.to_vec();
    similar.retain(|one| parts.iter().any(|part| one.contains(part)));
    similar.truncate(MAX_SUGGESTED);
    match similar[..] {
        [] => format!("'{name}' is unknown; --fail-on-cause help lists the causes"),
        _ => format!("'{name}' is unknown; did you mean one of {}?", similar.join(", ")),
    }
}

/// An error if the name of a bundle is that of another kind of file.
fn wrong_bundle_name(path: &Path) -> Option<Error> {
    let extension = path.extension()?;
    if extension.eq_ignore_ascii_case("zip") {
        return None;
    }
    // The name of `out.tar.gz` has two extensions.
    let mut name = path.with_extension("zip");
    let stem = path.with_extension("");
    if stem.extension().is_some_and(|inner| inner.eq_ignore_ascii_case("tar")) {
        name = stem.with_extension("zip");
    }
    let [cause, hint] = messages::words().bundle_is_zip(&name.display().to_string());
    Some(Error::of_path(path, cause).translated().with_hint(hint))
}

fn read_known_file(path: &Path) -> Result<Known, Vec<Error>> {
    let bytes = user_file::KNOWN.read(path).map_err(|error| vec![error])?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(vec![Error::of_path(path, "not valid UTF-8")]);
    };
    read_known(&path.display().to_string(), &text).map_err(|problems| {
        let source = SourceText::new(text.clone().into_bytes());
        let error = |one: &Diagnostic| Error::of_diagnostic(one, source.excerpt(one.span));
        problems.iter().map(error).collect()
    })
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Stdout,
    Stderr,
    File(PathBuf),
    Append(PathBuf),
}

/// The rows of a usual terminal. A smaller one scrolls.
const USUAL_ROWS: usize = 24;
/// The rows below a table for a terminal: a note and a prompt.
const ROWS_BELOW_TABLE: usize = 2;
/// The rows below a diagnosis for a terminal: two of notes and a prompt.
const ROWS_BELOW_DIAGNOSIS: usize = 3;

/// The rows of a terminal that have room above `below` rows.
fn screen_rows(sink: Sink, below: usize) -> usize {
    sink.rows().unwrap_or(USUAL_ROWS).max(USUAL_ROWS) - below
}

/// The table for a stream. On a terminal it is short and fits on the screen.
pub fn stream_summary(sink: Sink, styles: Styles) -> Summary {
    let (width, ascii) = (columns(sink), is_ascii(variable));
    let summary = Summary { width, styles, ascii, ..Summary::PLAIN };
    if sink.is_terminal() {
        let max_rows = screen_rows(sink, ROWS_BELOW_TABLE);
        return Summary { max_causes: Summary::LIMIT, max_rows, ..summary };
    }
    summary
}

pub fn document(kind: DocumentKind, summary: Summary) -> Box<dyn Report> {
    match kind {
        DocumentKind::Sarif => Box::new(Sarif),
        DocumentKind::Gitlab => Box::new(Gitlab),
        DocumentKind::Junit => Box::new(Junit),
        DocumentKind::Markdown => Box::new(Markdown),
        DocumentKind::Json => Box::new(JsonTable),
        DocumentKind::Csv => Box::new(CsvTable),
        DocumentKind::Table => Box::new(summary),
        DocumentKind::Html => Box::new(Html::default()),
    }
}

/// The document with a diagnosis for standard output.
///
/// Fails if `--top` is given for a format that has no use for it.
pub fn diagnosis_document(
    args: &DiagnoseArgs,
    styles: Styles,
) -> Result<Box<dyn Report>, Vec<Error>> {
    if args.format != DiagnosisFormat::Text && args.top.is_some() {
        let [cause, hint] = messages::words().only_text_is_shortened();
        return Err(vec![Error::new("--top", cause).translated().with_hint(hint)]);
    }
    Ok(match args.format {
        DiagnosisFormat::Text => Box::new(diagnosis_text(args.top, styles)),
        DiagnosisFormat::Json => Box::new(DiagnosisJson),
        DiagnosisFormat::Markdown => Box::new(DiagnosisMarkdown),
    })
}

fn diagnosis_text(top: Option<Top>, styles: Styles) -> DiagnosisText {
    let (width, ascii) = (columns(Sink::Stdout), is_ascii(variable));
    let mut text = DiagnosisText { width, styles, ascii, ..DiagnosisText::PLAIN };
    if let Some(Top(incidents)) = top {
        text.max_incidents = incidents;
    } else if Sink::Stdout.is_terminal() {
        text.max_incidents = DiagnosisText::LIMIT;
        text.max_rows = screen_rows(Sink::Stdout, ROWS_BELOW_DIAGNOSIS);
    }
    text
}

impl Deliverables {
    pub fn new(
        reports: &ReportArgs,
        gates: &GateArgs,
        input: &InputArgs,
        lang: LangChoice,
        catalog: &Catalog,
    ) -> Result<Self, Vec<Error>> {
        let mut gate = Gate::default();
        gate.fail_on = gates.severity();
        gate.codes = code_set(&gates.codes(), catalog);
        gate.unknown = gates.fails_on_unknown();
        gate.max_errors = gates.max_errors;
        let mut documents = Vec::new();
        for report in &reports.report {
            let destination = Destination::File(report.file.clone());
            let document = match report.kind {
                DocumentKind::Html => Box::new(Html { arguments: input_words(input) }),
                kind => document(kind, Summary::PLAIN),
            };
            documents.push((document, destination));
        }
        let baseline = gates.baseline.as_deref().map(read_baseline).transpose();
        let baseline = baseline.map_err(|error| vec![error])?;
        let write_baseline = gates.write_baseline.clone();
        Ok(Self { records: None, diagnosis: None, documents, gate, baseline, write_baseline, lang })
    }

    pub fn add_summary(&mut self, styles: Styles) {
        let summary = stream_summary(Sink::Stderr, styles);
        self.documents.push((Box::new(summary), Destination::Stderr));
    }

    /// Whether there is anything but records.
    pub fn is_needed(&self) -> bool {
        !self.documents.is_empty() || self.gate.is_set() || self.write_baseline.is_some()
    }

    /// Whether the run has to keep statistics.
    pub fn needs_stats(&self) -> bool {
        self.is_needed() || self.records.is_some()
    }

    /// Whether all inputs have to be read even if standard output has no reader any more.
    pub fn needs_whole_input(&self) -> bool {
        self.has_gate() || self.write_baseline.is_some()
    }

    /// Whether a code or a cause can fail the run.
    pub fn has_gate(&self) -> bool {
        let fails_on_cause = self.diagnosis.as_ref().is_some_and(|one| !one.fail_on.is_empty());
        self.gate.is_set() || fails_on_cause
    }

    /// Statistics of nothing, with room for what the documents and the gate need.
    pub fn empty_stats(&self) -> RunStats {
        let occurrences = self.documents.iter().map(|(report, _)| report.occurrences()).max();
        let mut always_counted = self.gate.always_counted(self.baseline.as_ref());
        // Unknown codes that a baseline lacks would be new in the next run.
        always_counted.unknown |= self.write_baseline.is_some();
        RunStats::new(occurrences.unwrap_or(0), Arc::new(always_counted))
    }

    /// What the annotator records of each finding.
    pub fn occurrence_recorder(&self) -> Option<OccurrenceRecorder> {
        if !self.is_needed() {
            return None;
        }
        let excerpts = self.documents.iter().any(|(report, _)| report.needs_excerpts());
        Some(OccurrenceRecorder { excerpts })
    }

    /// What finds the events of a diagnosis.
    pub fn event_search(&self) -> Option<EventSearch> {
        self.diagnosis.as_ref().map(|diagnosis| EventSearch::new(&diagnosis.causes))
    }

    /// What collects the signals of a diagnosis.
    pub fn signals(&self, inputs: &InputList) -> Option<SignalCollector> {
        let DiagnosisConfig { causes, session_key, bundle, .. } = self.diagnosis.as_ref()?;
        let collector =
            SignalCollector::new(Arc::clone(causes), inputs.clone(), session_key.clone());
        Some(if bundle.is_some() { collector.with_surroundings() } else { collector })
    }

    /// What sets the times of the recorded findings, if a document has them.
    pub fn occurrence_times(&self) -> Option<OccurrenceTimes> {
        let has_documents = !self.documents.is_empty();
        has_documents.then(|| OccurrenceTimes::new(Arc::new(TimestampReader::started())))
    }

    /// What reads the lines around findings, if a document quotes them.
    pub fn passage_reader(&self) -> Option<PassageReader> {
        let is_needed = self.documents.iter().any(|(report, _)| report.needs_passages());
        is_needed.then(PassageReader::default)
    }

    /// The files that are replaced at the end.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let reports = self.documents.iter().filter_map(|(_, destination)| match destination {
            Destination::File(path) => Some(path.as_path()),
            _ => None,
        });
        let bundle = self.diagnosis.as_ref().and_then(|one| one.bundle.as_deref());
        reports.chain(bundle).chain(self.write_baseline.as_deref())
    }
}

/// Claims a file that is replaced at the end.
pub fn claim_file(path: &Path, claimed: &mut ClaimedFiles) -> Result<(), Error> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    if directory.is_some_and(|directory| !directory.is_dir()) {
        return Err(Error::of_output(path, OutputProblem::NoDirectory));
    }
    if path.is_dir() {
        return Err(Error::of_output(path, OutputProblem::IsDirectory));
    }
    if path.exists() && !path.is_file() {
        // A device takes any number of documents.
        return Ok(());
    }
    let claim = claimed.claim(path, format!("the output {}", path.display()));
    claim.map_err(|error| error.with_hint("name another file"))
}

fn read_baseline(path: &Path) -> Result<Baseline, Error> {
    let hint = user_file::BASELINE.hint;
    let bytes = user_file::BASELINE.read(path).map_err(|error| error.with_hint(hint))?;
    let text = String::from_utf8(bytes).map_err(|_| "is no baseline: not valid UTF-8".to_string());
    let baseline = text.and_then(|text| Baseline::parse(&text).map_err(|error| error.to_string()));
    baseline.map_err(|cause| Error::of_path(path, cause).with_hint(hint))
}
