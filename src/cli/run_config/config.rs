//! `RunConfig`: every decision about a run over logs, with methods that build the parts of the run.

use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use imerr::annotate::{Annotator, LineSelection, Select};
use imerr::catalog::{Catalog, CodeRange, CodeSet, Lang};
use imerr::custom::Loaded;
use imerr::detect::Detector;
use imerr::diagnose::EventStage;
use imerr::filter::Filter;
use imerr::format::Render;
use imerr::input::{Block, Encoding, Feed, Follower, Globs, Input, InputList, MemberFilter};
use imerr::pipeline::{Output, Stage};
use imerr::report::{FilteredReport, Report, Summary};
use imerr::stages::{TimeRange, TimeRangeStage};
use imerr::stats::{BlockOutcome, CauseOrder};
use imerr::strip::Stripper;
use imerr::terminal::{Role, Styles};

use super::deliverables::{
    Deliverables, Destination, DiagnosisConfig, claim_file, diagnosis_document, document,
    stream_summary,
};
use super::format::{documents, stdout_is_pipe};
use super::log_options::{FilesMode, LogOptions, OutputStyle, Task};
use super::mirror::Mirror;
use crate::args::{
    Args, Choice, CodeArg, DiagnoseArgs, DiagnosisFormat, DocumentKind, FilterArgs, GateArgs,
    InputArgs, RunArgs, RuntimeArgs, StatsArgs, Tail, Top,
};
use crate::atomic_file::ClaimedFiles;
use crate::color::{Sink, variable};
use crate::error::Error;
use crate::inputs::{self, Inputs};
use crate::run::runs_inline_commands;
use crate::{language, messages, system, time_zone};

/// The number of existing lines of each followed file that are printed first, as by `tail -f`.
const FOLLOWED_LINES: u64 = 10;

/// How lines are named by the inputs that they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineNames {
    None,
    /// In front of each line, as grep does.
    Prefix,
    /// By a line above those of one input, as ripgrep does on a terminal.
    Heading,
    /// By a header where the input changes, as tail does.
    Header,
}

/// The inputs as the arguments name them.
pub struct NamedInputs {
    pub paths: Vec<String>,
    pub have_globs: bool,
    /// Whether all are files that are read from their beginning. A pipe may well have nothing.
    pub are_read_whole: bool,
}

impl NamedInputs {
    fn new(args: &InputArgs, inputs: &[Input]) -> Self {
        let paths = args.files.iter().chain(&args.files_from);
        let are_streams = |input: &Input| matches!(input, Input::Stdin | Input::Stream(_));
        Self {
            paths: paths.map(|path| path.display().to_string()).collect(),
            have_globs: !args.glob.is_empty(),
            are_read_whole: args.tail.is_none() && !inputs.iter().any(are_streams),
        }
    }
}

pub struct RunConfig {
    pub inputs: InputList,
    pub named_inputs: NamedInputs,
    /// Whether results are named by their inputs, unless an option says something else.
    pub has_several_inputs: bool,
    /// Inputs that cannot be read and outputs that cannot be written. The others are processed.
    pub file_errors: Vec<Error>,
    /// What the user may have got wrong, though the run can do it.
    pub warnings: Vec<Error>,
    encoding: Encoding,
    tail: Option<Tail>,
    /// Which members of archives are read; all if None.
    members: Option<MemberFilter>,
    search: CodeSearch,
    pub time_range: Option<TimeRange>,
    /// What `explain` needs to know the same codes, with a blank behind it.
    pub explain_options: String,
    pub log: LogOptions,
    /// The output files of the inputs, if each has one of its own.
    pub mirror: Option<Mirror>,
    pub deliverables: Deliverables,
    pub threads: usize,
}

impl RunConfig {
    pub fn for_log(args: &Args, detector: Detector) -> Result<Self, Vec<Error>> {
        let log = LogOptions::new(args);
        let mut deliverables = Deliverables::new(
            &args.report,
            &args.gate,
            &args.input,
            args.lang,
            detector.catalog(),
        )?;
        if log.task != Task::Quiet {
            deliverables.documents.extend(documents(args.format));
        }
        if log.output.is_none() {
            let renderer = log.style.renderer.clone();
            deliverables.records = renderer.filter(|renderer| !renderer.properties().passthru);
        }
        if args.summary {
            deliverables.add_summary(args.styles(Sink::Stderr));
        }
        let Args { input, filter, gate, runtime, .. } = args;
        let config = Self::new(input, filter, gate, runtime, detector, log, deliverables)?;
        Ok(Self { explain_options: args.catalogs.explain_options.clone(), ..config })
    }

    /// `all` has the options that `stats` shares with all commands.
    pub fn for_stats(args: &StatsArgs, all: &Args, loaded: Loaded) -> Result<Self, Vec<Error>> {
        // It takes a third of the time of `stats`, which only a person does not notice.
        let is_read = args.format == DocumentKind::Table && Sink::Stdout.is_terminal();
        let diagnosis = (args.by_cause || is_read)
            .then(|| DiagnosisConfig::of_stats(loaded.causes(), args.by_cause));
        let lang = loaded.detector.catalog().lang();
        let mut report = document(args.format, stats_table(args, all.styles(Sink::Stdout), lang)?);
        if runs_inline_commands() {
            report = Box::new(FilteredReport::new(report, args.format == DocumentKind::Json));
        }
        Self::for_report(&args.input, &args.run, all, loaded.detector, diagnosis, report)
    }

    /// `all` has the options that `diagnose` shares with all commands.
    pub fn for_diagnose(
        args: &DiagnoseArgs,
        all: &Args,
        loaded: Loaded,
    ) -> Result<Self, Vec<Error>> {
        let diagnosis = DiagnosisConfig::new(args, loaded.causes())?;
        let mut report = diagnosis_document(args, all.styles(Sink::Stdout))?;
        if runs_inline_commands() {
            report = Box::new(FilteredReport::new(report, args.format == DiagnosisFormat::Json));
        }
        Self::for_report(&args.input, &args.run, all, loaded.detector, Some(diagnosis), report)
    }

    /// A run that writes `report` to standard output instead of the log.
    fn for_report(
        input: &InputArgs,
        args: &RunArgs,
        all: &Args,
        detector: Detector,
        diagnosis: Option<DiagnosisConfig>,
        report: Box<dyn Report>,
    ) -> Result<Self, Vec<Error>> {
        let RunArgs { json_key, filter, report: reports, gate, runtime } = args;
        let mut deliverables =
            Deliverables::new(reports, gate, input, all.lang, detector.catalog())?;
        deliverables.diagnosis = diagnosis;
        deliverables.documents.push((report, Destination::Stdout));
        let log = LogOptions { json_key: json_key.clone(), ..LogOptions::default() };
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
        let Inputs { list: inputs, are_several, errors: mut file_errors } = match &log.child {
            Some(_) => Inputs::of_child(),
            None => inputs::gather(input, log.follow.is_some(), log.output.as_deref()),
        };
        let mirror = match claim_outputs(&inputs, &deliverables, &log, &mut file_errors) {
            Ok(mirror) => mirror,
            Err(errors) => return Err([file_errors, errors].concat()),
        };
        let search = CodeSearch::new(filter, gate, &log, detector);
        let time_range = filter.time_range();
        let mut warnings = undetectable_codes(filter, &search);
        let shows_times = !deliverables.documents.is_empty();
        warnings.extend(zone_warning(time_range.is_some(), shows_times)?);
        Ok(Self {
            named_inputs: NamedInputs::new(input, &inputs),
            inputs: inputs.into(),
            has_several_inputs: are_several,
            file_errors,
            warnings,
            encoding: encoding(input, &log),
            tail: input.tail,
            members: Globs::new(&input.glob).ok().and_then(|globs| globs.member_filter()),
            search,
            time_range,
            explain_options: String::new(),
            log,
            mirror,
            deliverables,
            threads: runtime.threads.unwrap_or_else(processors),
        })
    }

    pub fn catalog(&self) -> &Catalog {
        self.search.detector.catalog()
    }

    /// The renderer of the log, if lines are written with one.
    pub fn renderer(&self) -> Option<&dyn Render> {
        self.log.style.renderer.as_deref()
    }

    /// Writes the record of the renderer that `render` appends, if there is a renderer.
    pub fn write_record(
        &self,
        out: &mut dyn Write,
        render: impl FnOnce(&dyn Render, &mut Vec<u8>),
    ) -> io::Result<()> {
        let Some(renderer) = self.renderer() else { return Ok(()) };
        let mut record = Vec::new();
        render(renderer, &mut record);
        out.write_all(&record)
    }

    /// The name of an input as it is written to the output.
    pub fn shown_name(&self, input: &Input) -> String {
        self.log.style.shown_name(input)
    }

    /// A reader of all inputs.
    pub fn feed(&self) -> Feed {
        Feed::new(self.inputs.clone())
            .with_line_numbers(self.counts_lines())
            .with_stdin(|| Box::new(system::stdin()))
            .with_encoding(self.encoding)
            .with_tail(self.tail_lines())
            .with_members(self.members.clone())
            .with_text(self.log.answers_lines && self.reads_stdin())
    }

    fn reads_stdin(&self) -> bool {
        self.inputs.to_vec().contains(&Input::Stdin)
    }

    fn tail_lines(&self) -> Option<u64> {
        match self.tail {
            Some(Tail::Lines(lines)) => Some(lines),
            Some(Tail::All) | None => None,
        }
    }

    /// A reader of a stream of the child.
    pub fn child_feed(&self, stream: usize, pipe: impl Read + Send + 'static) -> Feed {
        Feed::new(self.inputs.clone())
            .with_line_numbers(self.counts_lines())
            .with_only(stream)
            .with_reader(pipe)
            .with_encoding(self.encoding)
    }

    /// A reader of all inputs that waits for more.
    pub fn follower(&self, poll_interval: Duration) -> Follower {
        let follower = Follower::new(self.inputs.clone())
            .with_line_numbers(self.counts_lines())
            .with_poll_interval(poll_interval)
            .with_encoding(self.encoding);
        match self.tail {
            None => follower.with_default_tail(FOLLOWED_LINES),
            Some(_) => follower.with_tail(self.tail_lines()),
        }
    }

    /// Whether counts are named by their inputs. An archive has several even if its name does not
    /// show it.
    pub fn names_counts(&self) -> bool {
        let are_several = self.has_several_inputs || self.inputs.len() > 1;
        self.log.file_names.unwrap_or(are_several)
    }

    /// Whether lines of the log are printed.
    fn prints_log(&self) -> bool {
        let is_passthru = |renderer: &dyn Render| renderer.properties().passthru;
        self.log.task == Task::Strip || self.renderer().is_some_and(is_passthru)
    }

    /// Whether standard error is a terminal on which no lines appear during the run.
    pub fn can_show_progress(&self) -> bool {
        let prints_lines = matches!(self.log.task, Task::Annotate | Task::Strip);
        let shows_lines = prints_lines && self.mirror.is_none() && Sink::Stdout.is_terminal();
        let is_capable = variable("TERM").is_none_or(|term| term != "dumb");
        // The reader of a pipe may write to the same terminal.
        let is_alone = !shows_lines && !stdout_is_pipe();
        is_alone && is_capable && Sink::Stderr.is_terminal() && self.log.follow.is_none()
    }

    /// Whether a person reads annotations on a terminal, and may want to know more about a code.
    pub fn notes_explain(&self) -> bool {
        let is_shown = self.log.style.is_terminal && Sink::Stderr.is_terminal();
        let shows_codes = self.log.lines.select != Select::WithoutCodes;
        is_shown && shows_codes && self.log.task == Task::Annotate && self.prints_log()
    }

    /// Whether notes name the documents that were written.
    pub fn notes_written(&self) -> bool {
        Sink::Stderr.is_terminal() && self.log.task != Task::Quiet
    }

    /// Whether a person may wonder why no code is found: the filters or the time range may leave
    /// none.
    pub fn notes_nothing_left(&self) -> bool {
        let reads_codes = matches!(self.log.task, Task::Annotate | Task::Count | Task::Files(_));
        let is_shown = self.log.style.is_terminal && Sink::Stderr.is_terminal();
        let shows_codes = reads_codes && self.log.lines.select != Select::WithoutCodes;
        shows_codes && is_shown || self.prints_only_codes()
    }

    /// Whether a person may wonder why nothing is printed: there may be nothing to read.
    pub fn notes_nothing_read(&self) -> bool {
        let is_shown = Sink::Stdout.is_terminal() && Sink::Stderr.is_terminal();
        let is_log = self.log.task != Task::Quiet && self.log.child.is_none();
        is_log && is_shown || self.prints_only_codes()
    }

    /// Whether nothing is printed if no code is found, also into a pipe, and a person at the
    /// terminal of standard error may wonder why.
    pub fn prints_only_codes(&self) -> bool {
        let has_records = self.renderer().is_some_and(|renderer| !renderer.properties().passthru);
        let is_empty_without_codes = match self.log.task {
            Task::Annotate => {
                let selects_codes = self.log.lines.select == Select::WithCodes;
                (selects_codes || has_records) && !self.log.answers_lines
            }
            Task::Files(mode) => mode == FilesMode::WithMatches,
            _ => false,
        };
        is_empty_without_codes && self.log.child.is_none() && Sink::Stderr.is_terminal()
    }

    /// Whether the log may move errors about inputs off the screen.
    pub fn repeats_errors(&self) -> bool {
        let is_shown = self.log.style.is_terminal && Sink::Stderr.is_terminal();
        is_shown && self.prints_log() && self.log.child.is_none() && self.log.follow.is_none()
    }

    /// Whether binary files are read but not printed, since a terminal shows them.
    pub fn hides_binary_files(&self) -> bool {
        let is_shown = self.log.style.is_terminal && self.log.child.is_none();
        is_shown && self.prints_log() && !self.log.prints_binary_files
    }

    /// How lines on standard output, or in the output for one input, are named by their inputs.
    pub fn line_names(&self) -> LineNames {
        let log = &self.log;
        let may_name = self.prints_log() && self.has_several_inputs && self.mirror.is_none();
        match log.file_names {
            Some(true) => LineNames::Prefix,
            None if may_name && log.follow.is_some() => LineNames::Header,
            None if may_name && log.names_lines && log.child.is_none() => {
                if log.style.is_terminal {
                    LineNames::Heading
                } else {
                    LineNames::Prefix
                }
            }
            _ => LineNames::None,
        }
    }

    /// Returns the line above the output for the input with an index.
    pub fn headers(&self) -> impl Fn(usize) -> String + Send + Sync + 'static {
        let is_followed = self.line_names() == LineNames::Header;
        let (inputs, style) = (self.inputs.clone(), self.log.style.clone());
        move |index| {
            let name = style.shown_name(&inputs.at(index));
            if is_followed {
                format!("==> {name} <==")
            } else {
                style.styles.paint(Role::File, &name)
            }
        }
    }

    /// Whether a code is explained once for all files: a person reads them one after the other on a
    /// terminal.
    fn explains_once(&self, style: &OutputStyle) -> bool {
        style.is_terminal && self.log.follow.is_none() && self.log.child.is_none()
    }

    fn counts_lines(&self) -> bool {
        let shows_numbers = self
            .renderer()
            .is_some_and(|renderer| self.log.line_numbers || renderer.properties().line_numbers);
        shows_numbers || self.deliverables.is_needed() || self.prints_only_codes()
    }

    /// The stage that processes the inputs for a destination of this style.
    pub fn stage(&self, style: &OutputStyle) -> LogStage {
        match self.log.task {
            Task::Strip => LogStage::Strip(
                Stripper::with_json_key(&self.log.json_key)
                    .with_catalog(self.catalog().clone())
                    .with_escaped_controls(style.escape_controls),
            ),
            _ => LogStage::Annotate(self.annotator(style)),
        }
    }

    fn annotator(&self, style: &OutputStyle) -> TimeRangeStage<EventStage<Annotator>> {
        let CodeSearch { detector, filter, notes_unknown } = &self.search;
        let annotator = Annotator::new(detector.clone(), style.renderer.clone())
            .with_filter(filter.clone())
            .with_inputs(self.inputs.clone())
            .with_unknown_codes(*notes_unknown)
            .with_worst_code(self.notes_explain())
            .with_json_key(&self.log.json_key)
            .with_escaped_controls(style.escape_controls)
            .with_file_names(self.line_names() == LineNames::Prefix)
            .with_line_numbers(self.log.line_numbers)
            .with_prefixes_once(style.is_terminal)
            .with_references_across_files(self.explains_once(style))
            .with_styles(style.styles.clone())
            .with_line_selection(self.line_selection())
            .with_recorder(self.deliverables.occurrence_recorder());
        let stage = EventStage::new(annotator, self.deliverables.event_search());
        TimeRangeStage::new(stage, self.time_range.clone())
    }

    /// Which lines the annotator selects. One per file is enough where only their existence
    /// matters.
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

/// Which codes are searched for, and which of them are reported.
struct CodeSearch {
    detector: Detector,
    filter: Filter,
    /// Whether unknown codes that are not reported get a note at the end.
    notes_unknown: bool,
}

impl CodeSearch {
    fn new(args: &FilterArgs, gate: &GateArgs, log: &LogOptions, detector: Detector) -> Self {
        let filter = args.filter(gate, log.reports_unknown, detector.catalog());
        let notes_unknown = Sink::Stderr.is_terminal() && notes_unknown(log.task, &filter);
        let detector = detector
            .with_unknown(filter.allows_some_unknown() || notes_unknown)
            .with_preferred(args.prefer_system.as_deref())
            .with_assumed_product(args.assume_im);
        Self { detector, filter, notes_unknown }
    }
}

/// How the inputs are decoded. Annotations are removed without knowing the encoding, so that the
/// log is restored byte for byte even if it is in GB18030. Where each line is answered, nothing
/// about an earlier line may change how a later one is read.
fn encoding(input: &InputArgs, log: &LogOptions) -> Encoding {
    if log.task == Task::Strip && input.encoding == Encoding::Auto {
        return Encoding::Marked;
    }
    if log.answers_lines && input.encoding == Encoding::Auto {
        return Encoding::None;
    }
    input.encoding
}

/// The table of `stats`.
fn stats_table(args: &StatsArgs, styles: Styles, lang: Lang) -> Result<Summary, Vec<Error>> {
    if args.format != DocumentKind::Table {
        let options = [("--top", args.top.is_some()), ("--sort", args.sort.is_some())];
        let [cause, hint] = messages::words().only_table_is_shortened();
        let mut errors = Vec::new();
        for (option, _) in options.into_iter().filter(|(_, is_given)| *is_given) {
            errors.push(Error::new(option, cause).translated().with_hint(hint));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
    }
    let mut summary = stream_summary(Sink::Stdout, styles);
    if let Some(Top(causes)) = args.top {
        (summary.max_causes, summary.max_rows) = (causes, usize::MAX);
    }
    summary.order = args.sort.map_or(CauseOrder::default(), CauseOrder::from);
    summary.more = language::of(lang).all_problems();
    summary.details = language::of(lang).all_details();
    Ok(summary)
}

/// Whether `--unknown` would show more of a log that is read to its end.
fn notes_unknown(task: Task, filter: &Filter) -> bool {
    let reads_all = matches!(task, Task::Annotate | Task::Count | Task::ReportOnly);
    let selects_none = filter.only.is_empty() && filter.codes.is_empty();
    reads_all && selects_none && filter.unknown.is_some()
}

/// Makes sure that no output replaces an input or another output. Returns the mirrored outputs;
/// `refused` gets an error for each input that has none.
fn claim_outputs(
    inputs: &[Input],
    deliverables: &Deliverables,
    log: &LogOptions,
    refused: &mut Vec<Error>,
) -> Result<Option<Mirror>, Vec<Error>> {
    let files: Vec<&Path> = deliverables.files().collect();
    if log.output.is_none() && files.is_empty() {
        return Ok(None);
    }
    let mut claimed = ClaimedFiles::new(inputs);
    let claims = files.into_iter().map(|path| claim_file(path, &mut claimed));
    let errors: Vec<Error> = claims.filter_map(Result::err).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let Some(directory) = &log.output else { return Ok(None) };
    let mirror = Mirror::new(inputs, directory, log.replaces_outputs, claimed);
    let (mirror, without_output) = mirror.map_err(|error| vec![error])?;
    refused.extend(without_output);
    Ok(Some(mirror))
}

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a run has one stage per thread")]
pub enum LogStage {
    Strip(Stripper),
    Annotate(TimeRangeStage<EventStage<Annotator>>),
}

impl LogStage {
    /// Starts over for another output. What the stage has compiled so far stays.
    pub fn restart(&mut self, inputs: &InputList) {
        if let Self::Annotate(stage) = self {
            let annotator = &mut stage.stage.stage;
            *annotator = annotator.clone().with_inputs(inputs.clone());
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

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The warning that times are in UTC, since `TZ` is not a time zone.
fn zone_warning(selects_times: bool, shows_times: bool) -> Result<Option<Error>, Vec<Error>> {
    if !selects_times && !shows_times {
        return Ok(None);
    }
    match time_zone::check() {
        Ok(()) => Ok(None),
        // In UTC, the range has other lines, so a gate may pass that should fail.
        Err(error) if selects_times => Err(vec![error]),
        Err(error) => Ok(Some(error.with_consequence(messages::words().times_in_utc()))),
    }
}

/// The most warnings about values of `--code`.
const MAX_WARNINGS: usize = 10;

/// Warnings for the values of `--code` that no line can match.
fn undetectable_codes(args: &FilterArgs, search: &CodeSearch) -> Vec<Error> {
    let (selected, _) = Choice::split(&args.entries.code);
    let codes: Vec<CodeRange> = selected.iter().filter_map(CodeArg::range).collect();
    if codes.is_empty() || search.filter.allows_some_unknown() {
        return Vec::new();
    }
    let entries = search.detector.catalog().entries();
    let known: CodeSet = entries.iter().map(|entry| entry.codes).collect();
    let (mut warnings, mut more) = (Vec::new(), 0);
    for codes in codes.iter().filter(|codes| !known.overlaps(**codes)) {
        if warnings.len() == MAX_WARNINGS {
            more += 1;
            continue;
        }
        let [cause, hint] = messages::words().undetectable(&codes.to_string());
        warnings.push(Error::new("--code", cause).translated().with_hint(hint));
    }
    if more > 0 {
        let cause = messages::words().more_undetectable(more);
        warnings.push(Error::new("--code", cause).translated());
    }
    warnings
}
