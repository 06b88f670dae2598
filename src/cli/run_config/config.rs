//! `RunConfig`: every decision about a run over logs, with methods that build the parts of the run.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use imerr::annotate::{Annotator, LineSelection};
use imerr::catalog::{Catalog, CodeRange};
use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::format::Render;
use imerr::input::{Block, Encoding, Feed, Follower, Input};
use imerr::pipeline::{Output, Stage};
use imerr::report::FilteredReport;
use imerr::stages::{TimeRange, TimeRangeStage};
use imerr::stats::BlockOutcome;
use imerr::strip::Stripper;
use imerr::terminal::Styles;
use imerr::timestamp::TimestampReader;

use super::deliverables::{Deliverables, Destination, DocumentStyle, document};
use super::format::{documents, renderer};
use super::mirror::Mirror;
use crate::args::{
    Args, DocumentKind, FilterArgs, Format, GateArgs, InputArgs, RuntimeArgs, StatsArgs,
};
use crate::atomic_file::ClaimedFiles;
use crate::color::{ColorChoice, Sink};
use crate::error::Error;
use crate::inputs::{self, Inputs};
use crate::progress::When;
use crate::run::{CiGuard, runs_inline_commands};

/// What a run reads, does, writes and reports.
pub struct RunConfig {
    inputs: Arc<[Input]>,
    /// Inputs that cannot be read and outputs that cannot be written; the others are processed all the same.
    file_errors: Vec<Error>,
    /// What the user may have got wrong, though the run can do it.
    warnings: Vec<Error>,
    encoding: Encoding,
    tail: Option<u64>,
    detector: Detector,
    filter: Filter,
    time_range: Option<TimeRange>,
    log: LogOptions,
    mirror: Option<Mirror>,
    deliverables: Deliverables,
    threads: usize,
    progress: When,
}

/// The part of the configuration that `stats` has no options for.
struct LogOptions {
    task: Task,
    style: OutputStyle,
    lines: LineSelection,
    line_numbers: bool,
    /// Whether files are named; if None, counts name them when there are several.
    file_names: Option<bool>,
    /// How often to look for more, if the inputs are followed.
    follow: Option<Duration>,
    child: Option<ChildCommand>,
    json_key: String,
    ci_guard: CiGuard,
    /// Whether unknown codes are findings without `--unknown` too, as in lists for programs.
    reports_unknown: bool,
    /// The directory that mirrors the paths of the inputs, if outputs go there.
    output: Option<OutputDir>,
}

/// `--output` and `--force`.
struct OutputDir {
    path: PathBuf,
    replace: bool,
}

/// What a run does with each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Writes it with a renderer.
    Annotate,
    /// Counts it, and prints the count of each file.
    Count,
    /// Searches it, and prints the names of files.
    Files(FilesMode),
    /// Searches it for the exit status.
    Quiet,
    /// Removes annotations.
    Strip,
    /// Counts it for the documents at the end.
    ReportOnly,
}

/// Which files are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilesMode {
    WithMatches,
    WithoutMatches,
}

/// How lines are written to one destination.
#[derive(Clone)]
pub struct OutputStyle {
    /// None unless the task is [`Task::Annotate`].
    pub renderer: Option<Arc<dyn Render>>,
    pub styles: Styles,
    /// Whether control characters of the log are shown as text, as on a terminal.
    pub escape_controls: bool,
}

/// A command whose two streams are the inputs.
pub struct ChildCommand {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// How its standard error is written.
    pub stderr: OutputStyle,
}

impl RunConfig {
    /// Annotating, counting or stripping logs.
    pub fn for_log(args: &Args, detector: Detector) -> Result<Self, Vec<Error>> {
        let log = LogOptions::new(args);
        let mut deliverables = Deliverables::new(&args.report, &args.gate)?;
        if log.task != Task::Quiet {
            deliverables.documents.extend(documents(args.format));
        }
        if log.output.is_none() {
            let renderer = log.style.renderer.clone();
            deliverables.records = renderer.filter(|renderer| !renderer.properties().passthru);
        }
        deliverables.add_summary(&args.report, args.color);
        let Args { input, filter, gate, runtime, .. } = args;
        Self::new(input, filter, gate, runtime, detector, log, deliverables)
    }

    /// Counting what logs contain.
    pub fn for_stats(
        args: &StatsArgs,
        color: ColorChoice,
        detector: Detector,
    ) -> Result<Self, Vec<Error>> {
        let log = LogOptions::report_only(&args.json_key);
        let mut deliverables = Deliverables::new(&args.report, &args.gate)?;
        let style = DocumentStyle::for_stream(Sink::Stdout, color, usize::MAX);
        let kind = DocumentKind::from(args.format);
        let mut report = document(kind, style);
        if runs_inline_commands() {
            report = Box::new(FilteredReport::new(report, matches!(kind, DocumentKind::Json)));
        }
        deliverables.documents.push((report, Destination::Stdout));
        deliverables.add_summary(&args.report, color);
        let StatsArgs { input, filter, gate, runtime, .. } = args;
        Self::new(input, filter, gate, runtime, detector, log, deliverables)
    }

    fn new(
        input: &InputArgs,
        filter: &FilterArgs,
        gate: &GateArgs,
        runtime: &RuntimeArgs,
        detector: Detector,
        log: LogOptions,
        deliverables: Deliverables,
    ) -> Result<Self, Vec<Error>> {
        let output_dir = log.output.as_ref().map(|output| output.path.as_path());
        let Inputs { list: inputs, errors: mut file_errors } = match &log.child {
            Some(_) => Inputs::of_child(),
            None => inputs::gather(&input.files, &input.walk, output_dir),
        };
        let mut claimed = ClaimedFiles::default();
        if log.output.is_some() || deliverables.writes_files() {
            claimed = ClaimedFiles::of_inputs(&inputs);
            claimed.claim_stdout();
        }
        let mut errors = deliverables.claim_files(&mut claimed);
        let mut mirror = None;
        if let Some(OutputDir { path, replace }) = &log.output {
            match Mirror::new(&inputs, path, *replace, &mut claimed) {
                Ok((resolved, refused)) => {
                    mirror = Some(resolved);
                    file_errors.extend(refused);
                }
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            file_errors.extend(errors);
            return Err(file_errors);
        }
        let time_range = time_range(filter);
        let prefer = filter.prefer.as_deref();
        let filter = resolve_filter(filter, gate, log.reports_unknown);
        let detector = detector.with_unknown(filter.allows_some_unknown()).with_preferred(prefer);
        Ok(Self {
            inputs: inputs.into(),
            file_errors,
            warnings: undetectable_codes(&filter, &detector),
            encoding: input.encoding,
            tail: input.tail,
            detector,
            filter,
            time_range,
            log,
            mirror,
            deliverables,
            threads: runtime.threads.map_or_else(processors, usize::from),
            progress: runtime.progress,
        })
    }

    pub fn inputs(&self) -> &Arc<[Input]> {
        &self.inputs
    }

    /// Inputs and outputs that the run leaves out.
    pub fn file_errors(&self) -> &[Error] {
        &self.file_errors
    }

    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    pub fn task(&self) -> Task {
        self.log.task
    }

    /// How the log is written to standard output or to files.
    pub fn style(&self) -> &OutputStyle {
        &self.log.style
    }

    pub fn file_names(&self) -> Option<bool> {
        self.log.file_names
    }

    pub fn has_context(&self) -> bool {
        self.log.lines.has_context()
    }

    pub fn json_key(&self) -> &str {
        &self.log.json_key
    }

    /// How often to look for more, if the inputs are followed.
    pub fn follow(&self) -> Option<Duration> {
        self.log.follow
    }

    pub fn child(&self) -> Option<&ChildCommand> {
        self.log.child.as_ref()
    }

    pub fn mirror(&self) -> Option<&Mirror> {
        self.mirror.as_ref()
    }

    pub fn ci_guard(&self) -> CiGuard {
        self.log.ci_guard
    }

    pub fn deliverables(&self) -> &Deliverables {
        &self.deliverables
    }

    pub fn catalog(&self) -> &Catalog {
        self.detector.catalog()
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    pub fn progress(&self) -> When {
        self.progress
    }

    /// Whether the run writes to standard output before its end.
    pub fn writes_stdout(&self) -> bool {
        self.mirror.is_none() && self.log.task != Task::Quiet
    }

    /// A reader of `inputs`, which are all or some of the run's.
    pub fn feed(&self, inputs: impl Into<Arc<[Input]>>) -> Feed {
        Feed::new(inputs, self.counts_lines()).with_encoding(self.encoding).with_tail(self.tail)
    }

    /// A reader of a stream of the child.
    pub fn child_feed(&self, stream: usize, pipe: impl Read + Send + 'static) -> Feed {
        let name = self.inputs[stream].name();
        Feed::from_named_reader(name, pipe, self.counts_lines()).with_encoding(self.encoding)
    }

    /// A reader of all inputs that waits for more.
    pub fn follower(&self, poll: Duration) -> Follower {
        Follower::new(Arc::clone(&self.inputs), self.counts_lines())
            .with_poll(poll)
            .with_encoding(self.encoding)
            .with_tail(self.tail)
    }

    fn counts_lines(&self) -> bool {
        let renderer = self.log.style.renderer.as_ref();
        let has_numbers = renderer
            .is_some_and(|renderer| self.log.line_numbers || renderer.properties().line_numbers);
        has_numbers || self.deliverables.is_needed()
    }

    /// The stage that processes `inputs` for a destination of this style.
    pub fn stage(&self, style: &OutputStyle, inputs: Arc<[Input]>) -> LogStage {
        match self.log.task {
            Task::Strip => LogStage::Strip(self.stripper(style)),
            _ => LogStage::Annotate(self.annotator(style, inputs)),
        }
    }

    fn stripper(&self, style: &OutputStyle) -> Stripper {
        Stripper::with_json_key(&self.log.json_key)
            .with_catalog(self.detector.catalog().clone())
            .with_escaped_controls(style.escape_controls)
    }

    fn annotator(&self, style: &OutputStyle, inputs: Arc<[Input]>) -> TimeRangeStage<Annotator> {
        let annotator = Annotator::new(self.detector.clone(), style.renderer.clone())
            .with_filter(self.filter.clone())
            .with_inputs(inputs)
            .with_json_key(&self.log.json_key)
            .with_escaped_controls(style.escape_controls)
            .with_file_names(self.log.file_names == Some(true))
            .with_line_numbers(self.log.line_numbers)
            .with_styles(style.styles.clone())
            .with_line_selection(self.line_selection())
            .with_recorder(self.deliverables.occurrence_recorder());
        TimeRangeStage::new(annotator, self.time_range.clone())
    }

    /// Which lines the annotator selects. One per file is enough where only their existence matters.
    fn line_selection(&self) -> LineSelection {
        let mut lines = self.log.lines;
        if self.log.task != Task::Annotate {
            lines.before = 0;
            lines.after = 0;
        }
        if self.needs_one_line() {
            lines.max = Some(lines.max.map_or(1, |max| max.min(1)));
            lines.unordered = true;
        }
        lines
    }

    fn needs_one_line(&self) -> bool {
        matches!(self.log.task, Task::Quiet | Task::Files(_)) && !self.deliverables.is_needed()
    }

    /// Whether the run is over with the first selected line.
    pub fn ends_at_first_line(&self) -> bool {
        self.log.task == Task::Quiet && self.needs_one_line()
    }
}

impl LogOptions {
    fn new(args: &Args) -> Self {
        let sink = if args.output.directory.is_some() { Sink::File } else { Sink::Stdout };
        let style = OutputStyle::new(args, sink);
        let task = task(args, style.renderer.is_some());
        let child = (!args.program.is_empty()).then(|| ChildCommand {
            words: args.program.clone(),
            stderr: OutputStyle::new(args, Sink::Stderr).for_task(task),
        });
        let output = args.output.directory.clone();
        Self {
            task,
            style: style.for_task(task),
            lines: args.lines.lines(),
            line_numbers: args.line_number,
            file_names: (args.with_filename || args.no_filename).then_some(args.with_filename),
            follow: args.follow.interval(),
            child,
            json_key: args.json.json_key.clone(),
            ci_guard: CiGuard::new(task, args.format),
            reports_unknown: matches!(args.format, Format::Jsonl | Format::Csv | Format::Rdjsonl),
            output: output.map(|path| OutputDir { path, replace: args.output.force }),
        }
    }

    fn report_only(json_key: &str) -> Self {
        Self {
            task: Task::ReportOnly,
            style: OutputStyle { renderer: None, styles: Styles::none(), escape_controls: false },
            lines: LineSelection::default(),
            line_numbers: false,
            file_names: None,
            follow: None,
            child: None,
            json_key: json_key.to_string(),
            ci_guard: CiGuard::None,
            reports_unknown: false,
            output: None,
        }
    }
}

fn task(args: &Args, has_renderer: bool) -> Task {
    if args.strip {
        Task::Strip
    } else if args.mode.quiet {
        Task::Quiet
    } else if args.mode.count {
        Task::Count
    } else if args.mode.files_with_matches {
        Task::Files(FilesMode::WithMatches)
    } else if args.mode.files_without_match {
        Task::Files(FilesMode::WithoutMatches)
    } else if args.no_passthru || !has_renderer {
        Task::ReportOnly
    } else {
        Task::Annotate
    }
}

impl OutputStyle {
    fn new(args: &Args, sink: Sink) -> Self {
        Self {
            renderer: renderer(args, sink),
            styles: args.style.paint(args.color, sink),
            escape_controls: args.style.shows_controls(sink),
        }
    }

    fn for_task(mut self, task: Task) -> Self {
        if task != Task::Annotate {
            self.renderer = None;
        }
        self
    }
}

/// The stage of a run: removes annotations or adds them.
#[derive(Clone)]
pub enum LogStage {
    Strip(Stripper),
    Annotate(TimeRangeStage<Annotator>),
}

impl LogStage {
    /// Replaces the inputs that blocks come from. What the stage has compiled so far stays.
    pub fn set_inputs(&mut self, inputs: Arc<[Input]>) {
        if let Self::Annotate(stage) = self {
            let annotator = stage.stage_mut();
            *annotator = annotator.clone().with_inputs(inputs);
        }
    }
}

impl Stage for LogStage {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match self {
            Self::Strip(stage) => stage.block(block, out),
            Self::Annotate(stage) => stage.block(block, out),
        }
    }

    fn needs_order(&self) -> bool {
        match self {
            Self::Strip(stage) => stage.needs_order(),
            Self::Annotate(stage) => stage.needs_order(),
        }
    }
}

fn resolve_filter(args: &FilterArgs, gate: &GateArgs, reports_unknown: bool) -> Filter {
    let mut filter = args.entries.filter();
    filter.min_confidence = args.min_confidence;
    filter.codes.clone_from(&args.code);
    filter.except_codes.clone_from(&args.exclude_code);
    filter.unknown = unknown_codes(args, gate, reports_unknown);
    filter
}

/// Which unknown codes are findings; None means all. A gate finds those that it names.
fn unknown_codes(
    args: &FilterArgs,
    gate: &GateArgs,
    reports_unknown: bool,
) -> Option<Vec<CodeRange>> {
    let wants_all = reports_unknown || args.unknown || gate.fail_on_unknown;
    if wants_all { None } else { Some(gate.fail_on_code.clone()) }
}

fn time_range(args: &FilterArgs) -> Option<TimeRange> {
    let FilterArgs { since, until, .. } = *args;
    if since.is_none() && until.is_none() {
        return None;
    }
    Some(TimeRange::new(Arc::new(TimestampReader::started()), since, until))
}

/// A warning for each value of `--code` that no line can match.
fn undetectable_codes(filter: &Filter, detector: &Detector) -> Vec<Error> {
    if filter.allows_some_unknown() {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    for codes in &filter.codes {
        if !detector.catalog().entries().iter().any(|entry| entry.codes.overlaps(*codes)) {
            let warning = Error::new("--code", format!("{codes} is in no catalog"));
            warnings
                .push(warning.with_hint("--unknown finds it where a line speaks of the product"));
        }
    }
    warnings
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_finds_the_unknown_codes_that_it_names() {
        let rows: [(&[&str], Option<&[(i64, i64)]>); 4] = [
            (&[], Some(&[])),
            (&["--fail-on-code", "424242,7-9"], Some(&[(424_242, 424_242), (7, 9)])),
            (&["--fail-on-code", "7", "--unknown"], None),
            (&["--fail-on-unknown"], None),
        ];
        for (typed, expected) in rows {
            let (args, _) =
                Args::parse_words(["imerr-annotate"].iter().chain(typed)).expect("valid options");
            let codes = unknown_codes(&args.filter, &args.gate, false);
            let codes = codes.map(|codes| {
                codes.iter().map(|codes| (codes.first, codes.last)).collect::<Vec<_>>()
            });
            assert_eq!(codes.as_deref(), expected, "{typed:?}");
        }
    }
}
