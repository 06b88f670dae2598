//! What was meant by the arguments, settled once.

mod check;
mod format;
mod program;

use std::sync::Arc;
use std::time::Duration;

use imerr::annotate::LineSelection;
use imerr::catalog::CodeRange;
use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::format::Render;
use imerr::input::{Encoding, Input};
use imerr::report::Summary;
use imerr::stages::TimeRange;
use imerr::strip::DEFAULT_KEY;
use imerr::terminal::Styles;
use imerr::timestamp::TimestampReader;

use super::args::{
    Args, DocumentKind, FilterArgs, Format, GateArgs, InputArgs, ModeArgs, OutputArgs, ReportArgs,
    RuntimeArgs, StatsArgs,
};
use super::closing::{Destination, Look, Plan, document};
use super::color::{ColorChoice, Sink, variable};
use super::guard::Guard;
use super::inputs::{self, Inputs};
use super::messages;
use super::progress::When;
pub use check::{check_names, checked};
use format::{columns, documents, is_ascii, render};
pub use program::Program;

/// A run over logs.
pub struct Job {
    pub inputs: Arc<[Input]>,
    /// The command whose streams the inputs are, if they are.
    pub program: Option<Program>,
    /// Whether an input is missing that was asked for.
    pub incomplete: bool,
    pub target: OutputArgs,
    /// Whether files are named, where that is asked for or forbidden.
    pub names: Option<bool>,
    /// Which lines of the log come out.
    pub lines: LineSelection,
    /// Whether the number of each line stands before it.
    pub numbers: bool,
    /// How what stands before lines is colored.
    pub paint: Styles,
    pub progress: When,
    pub encoding: Encoding,
    /// How many lines at the end of each file are read, if not all.
    pub tail: Option<u64>,
    /// How often to look at the files for more, if they are followed.
    pub follow: Option<Duration>,
    pub task: Task,
    pub guard: Guard,
    pub filter: Filter,
    pub prefer: Option<String>,
    /// What codes are found by, before the options that say which.
    pub detector: Detector,
    /// The key of the member of JSON lines.
    pub json_key: String,
    /// Whether control characters of the log are shown rather than passed on.
    pub shows_controls: bool,
    /// The span of time that is of interest.
    pub span: Option<TimeRange>,
    pub threads: usize,
    /// What is told at the end.
    pub plan: Plan,
}

/// What is made of the logs.
pub enum Task {
    Annotate(Arc<dyn Render>),
    Count,
    /// The names of files alone.
    Files(FilesMode),
    Quiet,
    Strip,
    /// Only what is told at the end.
    Tell,
}

/// Which files are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilesMode {
    /// Those with lines that are asked for.
    WithCodes,
    /// Those without.
    WithoutCodes,
}

impl Job {
    /// Annotating, counting or stripping logs. None if it cannot be done; that is reported.
    pub fn of_log(args: &Args, detector: Detector) -> Option<Self> {
        let system = args.format.system();
        let sink = if args.output.directory.is_some() { Sink::File } else { Sink::Stdout };
        let task = match args {
            Args { strip: true, .. } => Task::Strip,
            Args { mode: ModeArgs { quiet: true, .. }, .. } => Task::Quiet,
            Args { mode: ModeArgs { count: true, .. }, .. } => Task::Count,
            Args { mode: ModeArgs { files_with_matches: true, .. }, .. } => {
                Task::Files(FilesMode::WithCodes)
            }
            Args { mode: ModeArgs { files_without_match: true, .. }, .. } => {
                Task::Files(FilesMode::WithoutCodes)
            }
            Args { no_passthru: true, .. } => Task::Tell,
            _ => render(args, system, sink).map_or(Task::Tell, Task::Annotate),
        };
        let mut job = Self::new(
            &args.input,
            &args.filter,
            (&args.report, &args.gate),
            &args.runtime,
            &args.output,
            task,
            detector,
        )?;
        job.shows_controls = args.style.shows_controls(sink);
        if !args.program.is_empty() {
            job.inputs = Program::inputs();
            let (words, sink) = (args.program.clone(), Sink::Stderr);
            job.program = Some(Program {
                words,
                errors: render(args, system, sink),
                paint: args.style.paint(args.color, sink),
                shows_controls: args.style.shows_controls(sink),
            });
        }
        job.json_key = args.json.json_key.clone();
        job.lines = args.lines.lines();
        job.numbers = args.line_number;
        job.paint = args.style.paint(args.color, sink);
        job.follow = args.follow.interval();
        job.names = (args.with_filename || args.no_filename).then_some(args.with_filename);
        if matches!(args.format, Format::Jsonl | Format::Csv | Format::Rdjsonl) {
            job.filter.unknown = None;
        }
        if !args.mode.quiet {
            // Where no log is written, none has to be guarded.
            job.guard =
                if matches!(job.task, Task::Tell) { Guard::None } else { Guard::of(system) };
            job.plan.documents.extend(documents(args.format, system));
        }
        if let Task::Annotate(render) = &job.task
            && !render.properties().passthru
            && job.target.directory.is_none()
        {
            job.plan.records = Some(Arc::clone(render));
        }
        job.add_summary(&args.report, args.color);
        job.tell_strange_codes();
        Some(job)
    }

    /// The numbers alone. None if it cannot be done; that is reported.
    pub fn of_stats(args: &StatsArgs, color: ColorChoice, detector: Detector) -> Option<Self> {
        let (target, task) = (OutputArgs::default(), Task::Tell);
        let mut job = Self::new(
            &args.input,
            &args.filter,
            (&args.report, &args.gate),
            &args.runtime,
            &target,
            task,
            detector,
        )?;
        job.json_key = args.json_key.clone();
        let width = columns(Sink::Stdout);
        let look = Look {
            width,
            color: color.colors(Sink::Stdout),
            ascii: is_ascii(variable),
            causes: usize::MAX,
        };
        job.plan
            .documents
            .push((document(DocumentKind::from(args.format), look), Destination::Output));
        job.add_summary(&args.report, color);
        job.tell_strange_codes();
        Some(job)
    }

    /// Says which codes were asked for that nothing can find.
    fn tell_strange_codes(&self) {
        let entries = self.detector.catalog().entries();
        let is_strange =
            |codes: &&CodeRange| !entries.iter().any(|entry| entry.codes.overlaps(**codes));
        for codes in self
            .filter
            .codes
            .iter()
            .filter(is_strange)
            .filter(|_| !self.filter.wants_some_unknown())
        {
            messages::notice(
                "--code",
                &format!(
                    "{codes} is in no catalog; --unknown finds it where a line speaks of the product"
                ),
            );
        }
    }

    fn new(
        input: &InputArgs,
        selection: &FilterArgs,
        (report, gate): (&ReportArgs, &GateArgs),
        runtime: &RuntimeArgs,
        target: &OutputArgs,
        task: Task,
        detector: Detector,
    ) -> Option<Self> {
        let Inputs { list, incomplete } =
            inputs::gather(&input.files, &input.walk, target.directory.as_deref());
        let is_timed = selection.since.is_some() || selection.until.is_some();
        let clock = || Arc::new(TimestampReader::started());
        Some(Self {
            plan: Plan::new(report, gate, &list)?,
            inputs: list.into(),
            program: None,
            incomplete,
            target: target.clone(),
            names: None,
            lines: LineSelection::default(),
            numbers: false,
            paint: Styles::none(),
            progress: runtime.progress,
            encoding: input.encoding,
            tail: input.tail,
            follow: None,
            task,
            guard: Guard::None,
            filter: filter(selection, gate),
            prefer: selection.prefer.clone(),
            detector,
            json_key: DEFAULT_KEY.to_string(),
            shows_controls: false,
            span: is_timed.then(|| TimeRange::new(clock(), selection.since, selection.until)),
            threads: runtime.threads.map_or_else(processors, usize::from),
        })
    }

    fn add_summary(&mut self, report: &ReportArgs, color: ColorChoice) {
        if report.summary {
            let width = columns(Sink::Stderr);
            let look = Look {
                width,
                color: color.colors(Sink::Stderr),
                ascii: is_ascii(variable),
                causes: Summary::LIMIT,
            };
            self.plan.documents.push((document(DocumentKind::Table, look), Destination::Error));
        }
    }
}

/// What findings must be like.
fn filter(selection: &FilterArgs, gate: &GateArgs) -> Filter {
    let mut filter = selection.entries.filter();
    filter.min_confidence = selection.min_confidence;
    filter.codes.clone_from(&selection.code);
    filter.except_codes.clone_from(&selection.exclude_code);
    filter.unknown = unknown(selection, gate);
    filter
}

/// Which codes that no catalog holds are of interest. A gate sees those that it names even where no others are asked for.
fn unknown(selection: &FilterArgs, gate: &GateArgs) -> Option<Vec<CodeRange>> {
    let all = selection.unknown || gate.fail_on_unknown;
    (!all).then(|| gate.fail_on_code.clone())
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(typed: &[&str]) -> Args {
        Args::typed(["imerr-annotate"].iter().chain(typed))
            .unwrap_or_else(|error| panic!("{typed:?}: {error}"))
    }

    #[test]
    fn a_gate_sees_the_unknown_codes_that_it_names() {
        let wanted = |typed: &[&str]| {
            let Args { filter, gate, .. } = args(typed);
            unknown(&filter, &gate).map(|codes| {
                codes.iter().map(|codes| (codes.first, codes.last)).collect::<Vec<_>>()
            })
        };
        assert_eq!(wanted(&[]), Some(vec![]));
        assert_eq!(
            wanted(&["--fail-on-code", "424242,7-9"]),
            Some(vec![(424_242, 424_242), (7, 9)])
        );
        assert_eq!(wanted(&["--fail-on-code", "7", "--unknown"]), None);
        assert_eq!(wanted(&["--fail-on-unknown"]), None);
    }
}
