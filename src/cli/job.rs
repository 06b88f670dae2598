//! What was meant by the arguments, settled once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::CommandFactory;
use clap::error::ErrorKind;
use imerr::annotate::Lines;
use imerr::catalog::{Catalog, Codes};
use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::input::{Encoding, Input};
use imerr::render::{Append, Auto, Below, Csv, DEFAULT_KEY, Inline, Jsonl, Logfmt, Paint, Rdjsonl, Render};
use imerr::report::{Azure, CiSystem, Github, Report, Summary, Teamcity};
use imerr::stats::time::Clock;
use imerr::window::Span;

use super::args::{self, After, Args, Command, DocumentKind, Format, Mode, Schema, Selection, Source, Stats, Working, WrongName};
use super::child::Program;
use super::closing::{Destination, Look, Plan, document};
use super::color::{Choice, Sink, variable};
use super::guard::Guard;
use super::inputs::{self, Inputs, is_dash};
use super::messages;
use super::output::Target;
use super::progress::When;

/// A run over logs.
pub struct Job {
    pub inputs: Arc<[Input]>,
    /// The command whose streams the inputs are, if they are.
    pub program: Option<Program>,
    /// Whether an input is missing that was asked for.
    pub incomplete: bool,
    pub target: Target,
    /// Whether files are named, where that is asked for or forbidden.
    pub names: Option<bool>,
    /// Which lines of the log come out.
    pub lines: Lines,
    /// Whether the number of each line stands before it.
    pub numbers: bool,
    /// How what stands before lines is colored.
    pub paint: Paint,
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
    pub span: Option<Span>,
    pub threads: usize,
    /// What is told at the end.
    pub plan: Plan,
}

/// What is made of the logs.
pub enum Task {
    Annotate(Arc<dyn Render>),
    Count,
    /// The names of files alone.
    Files(Having),
    Quiet,
    Strip,
    /// Only what is told at the end.
    Tell,
}

/// Which files are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Having {
    /// Those with lines that are asked for.
    Lines,
    /// Those without.
    None,
}

impl Job {
    /// Annotating, counting or stripping logs. None if it cannot be done; that is reported.
    pub fn of_log(args: &Args, detector: Detector) -> Option<Self> {
        let system = args.format.system();
        let sink = if args.target.output.is_some() { Sink::File } else { Sink::Stdout };
        let task = match args {
            Args { strip: true, .. } => Task::Strip,
            Args { mode: Mode { quiet: true, .. }, .. } => Task::Quiet,
            Args { mode: Mode { count: true, .. }, .. } => Task::Count,
            Args { mode: Mode { files_with_matches: true, .. }, .. } => Task::Files(Having::Lines),
            Args { mode: Mode { files_without_match: true, .. }, .. } => Task::Files(Having::None),
            Args { no_passthru: true, .. } => Task::Tell,
            _ => render(args, system, sink).map_or(Task::Tell, Task::Annotate),
        };
        let mut job = Self::new(&args.source, &args.selection, &args.after, &args.working, &args.target, task, detector)?;
        let shows_controls = |sink: Sink| !args.look.raw_control_chars && sink.is_terminal();
        job.shows_controls = shows_controls(sink);
        if !args.program.is_empty() {
            job.inputs = Program::inputs();
            let (words, sink) = (args.program.clone(), Sink::Stderr);
            job.program = Some(Program {
                words,
                errors: render(args, system, sink),
                paint: args.look.paint(args.color, sink),
                shows_controls: shows_controls(sink),
            });
        }
        job.json_key = args.json.json_key.clone();
        job.lines = args.lines.lines();
        job.numbers = args.line_number;
        job.paint = args.look.paint(args.color, sink);
        job.follow = args.follow.interval();
        job.names = (args.with_filename || args.no_filename).then_some(args.with_filename);
        if matches!(args.format, Format::Jsonl | Format::Csv | Format::Rdjsonl) {
            job.filter.unknown = None;
        }
        if !args.mode.quiet {
            // Where no log is written, none has to be guarded.
            job.guard = if matches!(job.task, Task::Tell) { Guard::None } else { Guard::of(system) };
            job.plan.documents.extend(documents(args.format, system));
        }
        job.add_summary(&args.after, args.color);
        job.tell_strange_codes();
        Some(job)
    }

    /// The numbers alone. None if it cannot be done; that is reported.
    pub fn of_stats(args: &Stats, color: Choice, detector: Detector) -> Option<Self> {
        let (target, task) = (Target::default(), Task::Tell);
        let mut job = Self::new(&args.source, &args.selection, &args.after, &args.working, &target, task, detector)?;
        let width = columns(Sink::Stdout);
        let look = Look { width, color: color.colors(Sink::Stdout), ascii: is_ascii(variable), causes: usize::MAX };
        job.plan.documents.push((document(DocumentKind::from(args.format), look), Destination::Output));
        job.add_summary(&args.after, color);
        job.tell_strange_codes();
        Some(job)
    }

    /// Says which codes were asked for that nothing can find.
    fn tell_strange_codes(&self) {
        let entries = self.detector.catalog().entries();
        let is_strange = |codes: &&Codes| !entries.iter().any(|entry| entry.codes.overlaps(**codes));
        for codes in self.filter.codes.iter().filter(is_strange).filter(|_| !self.filter.wants_some_unknown()) {
            messages::notice(
                "--code",
                &format!("{codes} is in no catalog; --unknown finds it where a line speaks of the product"),
            );
        }
    }

    fn new(
        source: &Source,
        selection: &Selection,
        after: &After,
        working: &Working,
        target: &Target,
        task: Task,
        detector: Detector,
    ) -> Option<Self> {
        let Inputs { list, incomplete } = inputs::gather(&source.files, &source.which, target.output.as_deref());
        let is_timed = selection.since.is_some() || selection.until.is_some();
        let clock = || Arc::new(Clock::started());
        Some(Self {
            plan: Plan::new(after, &list)?,
            inputs: list.into(),
            program: None,
            incomplete,
            target: target.clone(),
            names: None,
            lines: Lines::default(),
            numbers: false,
            paint: Paint::none(),
            progress: working.progress,
            encoding: source.encoding,
            tail: source.tail,
            follow: None,
            task,
            guard: Guard::None,
            filter: filter(selection, after),
            prefer: selection.prefer.clone(),
            detector,
            json_key: DEFAULT_KEY.to_string(),
            shows_controls: false,
            span: is_timed.then(|| Span::new(clock(), selection.since, selection.until)),
            threads: working.threads.map_or_else(processors, usize::from),
        })
    }

    fn add_summary(&mut self, after: &After, color: Choice) {
        if after.summary {
            let width = columns(Sink::Stderr);
            let look = Look { width, color: color.colors(Sink::Stderr), ascii: is_ascii(variable), causes: Summary::LIMIT };
            self.plan.documents.push((document(DocumentKind::Table, look), Destination::Error));
        }
    }
}

impl Format {
    /// The CI system that the log and the documents are for.
    fn system(self) -> Option<CiSystem> {
        match self {
            Self::Ci => CiSystem::detect(variable),
            Self::Github => Some(CiSystem::Github),
            Self::Azure => Some(CiSystem::Azure),
            Self::Teamcity => Some(CiSystem::Teamcity),
            _ => None,
        }
    }

    /// The document that stands in place of the log.
    fn document(self) -> Option<DocumentKind> {
        match self {
            Self::Gitlab => Some(DocumentKind::Gitlab),
            Self::Sarif => Some(DocumentKind::Sarif),
            Self::Junit => Some(DocumentKind::Junit),
            Self::Markdown => Some(DocumentKind::Markdown),
            _ => None,
        }
    }
}

/// How the log is written; None if it is not.
fn render(args: &Args, system: Option<CiSystem>, sink: Sink) -> Option<Arc<dyn Render>> {
    let paint = || args.look.paint(args.color, sink);
    Some(match args.format {
        _ if system.is_some() => Arc::new(Append::new(false)),
        Format::Auto | Format::Ci => Arc::new(Auto::with_paint(paint(), args.json.render())),
        Format::Append | Format::Github | Format::Azure | Format::Teamcity => Arc::new(Append::with_paint(paint())),
        Format::Below => {
            let below = Below::new(columns(sink)).with_wraps(sink.columns().is_some());
            Arc::new(below.with_repeat(args.look.repeat).with_paint(paint()))
        }
        Format::Inline => Arc::new(Inline::new(paint())),
        Format::Json => Arc::new(args.json.render()),
        Format::Logfmt => Arc::new(Logfmt),
        Format::Jsonl => Arc::new(Jsonl),
        Format::Csv => Arc::new(Csv),
        Format::Rdjsonl => Arc::new(Rdjsonl),
        Format::Gitlab | Format::Sarif | Format::Junit | Format::Markdown => return None,
    })
}

/// The documents that a format brings.
fn documents(format: Format, system: Option<CiSystem>) -> Vec<(Box<dyn Report>, Destination)> {
    if let Some(kind) = format.document() {
        return vec![(document(kind, Look::FILE), Destination::Output)];
    }
    let commands: Box<dyn Report> = match system {
        Some(CiSystem::Github) => Box::new(Github),
        Some(CiSystem::Azure) => Box::new(Azure),
        Some(CiSystem::Teamcity) => Box::new(Teamcity),
        Some(CiSystem::Gitlab) | None => return Vec::new(),
    };
    let mut documents = vec![(commands, Destination::Output)];
    if let Some(summary) = variable("GITHUB_STEP_SUMMARY").filter(|_| system == Some(CiSystem::Github)) {
        documents.push((document(DocumentKind::Markdown, Look::FILE), Destination::Appended(PathBuf::from(summary))));
    }
    documents
}

/// The columns of output that is no terminal.
const NO_TERMINAL: usize = 100;

fn columns(sink: Sink) -> usize {
    sink.columns().unwrap_or(NO_TERMINAL)
}

/// Whether the locale knows nothing but ASCII. `variable` gives variables that are set and not empty; without any that tells
/// the locale, terminals of today are believed to know more.
fn is_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}

/// The command that stands behind options and so was taken for a file that does not exist.
fn late_command(args: &Args) -> Option<&str> {
    let first = args.source.files.first().filter(|file| args.command.is_none() && !file.exists())?.to_str()?;
    Args::command().get_subcommands().any(|command| command.get_name() == first).then_some(first)
}

/// The arguments, unless they ask for what cannot be together.
pub fn checked(args: Args) -> Result<Args, clap::Error> {
    let (source, selection, after) = match &args.command {
        None => (&args.source, &args.selection, &args.after),
        Some(Command::Stats(stats)) => (&stats.source, &stats.selection, &stats.after),
        Some(_) => return Ok(args),
    };
    if let Some(name) = late_command(&args) {
        let wrong = format!("'{name}' is no file but a command, which comes before all options: imerr-annotate {name} [OPTIONS]");
        return Err(Args::command().error(ErrorKind::ArgumentConflict, wrong));
    }
    let names_stdin = source.files.iter().any(|file| is_dash(file));
    let reads_stdin = names_stdin || source.files.is_empty() && source.which.files_from.is_none();
    let is_document = args.format.document().is_some() || args.no_passthru;
    let is_listing = matches!(args.format, Format::Jsonl | Format::Csv | Format::Rdjsonl);
    let keeps_log = !(is_document || is_listing);
    let is_narrowed = (args.lines.invert_match || args.lines.has_context()) && !args.mode.is_short() && !args.mode.quiet;
    let takes_commands = matches!(args.format, Format::Ci | Format::Github | Format::Azure | Format::Teamcity);
    let has_json = matches!(args.format, Format::Auto | Format::Json | Format::Ci);
    let names_unknown = selection.unknown || after.fail_on_unknown;
    let runs_command = !args.program.is_empty();
    let names_files = !source.files.is_empty() || source.which.files_from.is_some() || source.which.recursive;
    let wrong = if runs_command && names_files {
        "what is named before -- is read and what stands behind it is run, and a run does one of the two; leave out the files, or --"
    } else if runs_command && args.target.output.is_some() {
        "--output mirrors the paths of files, and a command has none; write what it says with > FILE and 2> FILE"
    } else if args.target.output.is_some() && reads_stdin {
        "standard input has no path to mirror below the directory of --output; name files, or write it with > FILE"
    } else if args.follow.follow && reads_stdin {
        "--follow is for files; standard input is read as it is written without it"
    } else if source.tail.is_some() && reads_stdin {
        "--tail is for files; the last lines of standard input are those of tail -n N | imerr-annotate"
    } else if names_stdin && source.which.list_is_stdin() {
        "standard input cannot be both the list of files and one of them; write the list to a file"
    } else if args.target.output.is_some() && (is_document || takes_commands) {
        "--output is for formats of logs; --report KIND=FILE writes a document beside it"
    } else if args.mode.is_short() && is_document {
        "--count and --files-with-matches print numbers or names in place of a document; --report KIND=FILE writes one beside them"
    } else if args.mode.is_short() && takes_commands {
        "--count and --files-with-matches print numbers or names alone, without the annotations of a CI format; leave one of them out"
    } else if is_narrowed && !keeps_log {
        "--invert-match and context are about lines of the log, which this format leaves out"
    } else if args.json.schema != Schema::Imerr && !has_json {
        "--schema is for lines that are JSON: for the formats auto and json"
    } else if selection.since.zip(selection.until).is_some_and(|(since, until)| since >= until) {
        "no time lies from --since on and before --until; the earlier one is for --since"
    } else if names_unknown && !selection.entries.filter().only.is_empty() {
        "codes that no catalog holds have no system, category, kind, severity or retry to choose them by; leave that out, or --unknown and \
         --fail-on-unknown"
    } else if args.no_passthru && !takes_commands {
        "--no-passthru is for the formats ci, github, azure and teamcity; other formats of documents leave the log out anyway"
    } else {
        return Ok(args);
    };
    Err(Args::command().error(ErrorKind::ArgumentConflict, wrong))
}

/// What findings must be like.
fn filter(selection: &Selection, after: &After) -> Filter {
    let mut filter = selection.entries.filter();
    filter.min_confidence = selection.min_confidence;
    filter.codes.clone_from(&selection.code);
    filter.except_codes.clone_from(&selection.exclude_code);
    filter.unknown = unknown(selection, after);
    filter
}

/// Which codes that no catalog holds are of interest. A gate sees those that it names even where no others are asked for.
fn unknown(selection: &Selection, after: &After) -> Option<Vec<Codes>> {
    let all = selection.unknown || after.fail_on_unknown;
    (!all).then(|| after.fail_on_code.clone())
}

/// Whether `catalog` knows the systems and categories that the arguments name.
pub fn check_names(args: &Args, catalog: &Catalog) -> Result<(), WrongName> {
    let (entries, prefer) = match &args.command {
        None => (Some(&args.selection.entries), &args.selection.prefer),
        Some(Command::Stats(stats)) => (Some(&stats.selection.entries), &stats.selection.prefer),
        Some(Command::List(list)) => (Some(&list.entries), &None),
        Some(Command::ExplainLine(wanted)) => (None, &wanted.prefer),
        Some(_) => return Ok(()),
    };
    args::check_names(entries, prefer.as_deref(), catalog)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(typed: &[&str]) -> Args {
        Args::typed(["imerr-annotate"].iter().chain(typed)).unwrap_or_else(|error| panic!("{typed:?}: {error}"))
    }

    #[test]
    fn a_gate_sees_the_unknown_codes_that_it_names() {
        let wanted = |typed: &[&str]| {
            let Args { selection, after, .. } = args(typed);
            unknown(&selection, &after).map(|codes| codes.iter().map(|codes| (codes.first, codes.last)).collect::<Vec<_>>())
        };
        assert_eq!(wanted(&[]), Some(vec![]));
        assert_eq!(wanted(&["--fail-on-code", "424242,7-9"]), Some(vec![(424_242, 424_242), (7, 9)]));
        assert_eq!(wanted(&["--fail-on-code", "7", "--unknown"]), None);
        assert_eq!(wanted(&["--fail-on-unknown"]), None);
    }

    #[test]
    fn what_cannot_be_together_is_refused_with_what_to_do() {
        let rows: [(&[&str], &str); 25] = [
            (&["a"], ""),
            (&["--", "a"], ""),
            (&["a", "--", "b"], "leave out the files"),
            (&["--files-from", "a", "--", "b"], "leave out the files"),
            (&["-r", "--", "b"], "leave out the files"),
            (&["-o", "a", "--", "b"], "> FILE"),
            (&["--count", "--format", "junit", "--", "a"], "--report KIND=FILE"),
            (&["-f", "a"], ""),
            (&["-f"], "--follow is for files"),
            (&["-f", "a", "-"], "--follow is for files"),
            (&["--tail", "5", "a"], ""),
            (&["--tail", "5"], "tail -n N | imerr-annotate"),
            (&["stats", "--tail", "5", "-"], "tail -n N | imerr-annotate"),
            (&["--count", "--format", "ci", "a"], "leave one of them out"),
            (&["--count", "--format", "github", "a"], "leave one of them out"),
            (&["--count", "--format", "sarif", "a"], "--report KIND=FILE"),
            (&["--quiet", "--format", "github", "a"], ""),
            (&["--schema", "ecs", "a"], ""),
            (&["--schema", "ecs", "--format", "append", "a"], "for the formats auto and json"),
            (&["--since", "2026-11-24", "--until", "2026-11-25", "a"], ""),
            (&["--since", "2026-11-24", "--until", "2026-11-24", "a"], "the earlier one is for --since"),
            (&["stats", "--since", "2026-11-24", "--until", "2026-11-23", "a"], "the earlier one is for --since"),
            (&["--fail-on-unknown", "--severity", "error", "a"], "leave that out"),
            (&["stats", "--unknown", "--system", "sdk", "a"], "leave that out"),
            (&["--format", "jsonl", "--system", "sdk", "a"], ""),
        ];
        for (typed, wanted) in rows {
            let told = checked(args(typed)).err().map(|error| error.to_string()).unwrap_or_default();
            assert_eq!((told.contains(wanted), told.is_empty()), (true, wanted.is_empty()), "{typed:?}: {told}");
        }
    }
}
