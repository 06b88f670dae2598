//! What was meant by the arguments, settled once.

use std::sync::Arc;

use clap::CommandFactory;
use clap::error::ErrorKind;
use imerr::filter::Filter;
use imerr::input::{Encoding, Input};
use imerr::render::{Append, Auto, Json, Jsonl, Render};

use super::args::{Args, EntryFilter, Format};
use super::inputs::{self, Inputs, is_dash};
use super::output::Target;
use super::progress::When;

/// A run over logs.
pub struct Job {
    pub inputs: Arc<[Input]>,
    /// Whether an input is missing that was asked for.
    pub incomplete: bool,
    pub target: Target,
    /// Whether files are named, where that is asked for or forbidden.
    pub names: Option<bool>,
    pub progress: When,
    pub encoding: Encoding,
    pub task: Task,
    pub filter: Filter,
    pub unknown: bool,
    pub prefer: Option<String>,
    pub threads: usize,
}

/// What is made of the logs.
pub enum Task {
    Annotate { render: Arc<dyn Render>, only: bool },
    Count,
    Quiet,
    Strip,
}

impl Job {
    pub fn new(args: &Args) -> Self {
        let color = if args.target.output.is_some() { args.color.file() } else { args.color.stdout() };
        let render: Arc<dyn Render> = match args.format {
            Format::Auto => Arc::new(Auto::new(color)),
            Format::Append => Arc::new(Append::new(color)),
            Format::Json => Arc::new(Json::default()),
            Format::Jsonl => Arc::new(Jsonl),
        };
        let task = match args {
            Args { strip: true, .. } => Task::Strip,
            Args { quiet: true, .. } => Task::Quiet,
            Args { count: true, .. } => Task::Count,
            _ => Task::Annotate { render, only: args.only },
        };
        let Inputs { list, incomplete } = inputs::gather(&args.files, &args.which, args.target.output.as_deref());
        Self {
            inputs: list.into(),
            incomplete,
            target: args.target.clone(),
            names: (args.with_filename || args.no_filename).then_some(args.with_filename),
            progress: args.progress,
            encoding: args.encoding,
            task,
            filter: Filter { min_confidence: args.min_confidence, codes: args.code.clone(), ..filter(&args.entries) },
            unknown: args.unknown || args.format == Format::Jsonl,
            prefer: args.prefer.clone(),
            threads: args.threads.map_or_else(processors, usize::from),
        }
    }
}

/// The arguments, unless they ask for what standard input cannot be.
pub fn checked(args: Args) -> Result<Args, clap::Error> {
    let names_stdin = args.files.iter().any(|file| is_dash(file));
    let reads_stdin = names_stdin || args.files.is_empty() && args.which.files_from.is_none();
    let wrong = match args.command {
        None if reads_stdin && args.target.output.is_some() => {
            "standard input has no path to mirror below the directory of --output; name files, or write it with > FILE"
        }
        None if names_stdin && args.which.list_is_stdin() => {
            "standard input cannot be both the list of files and one of them; write the list to a file"
        }
        _ => return Ok(args),
    };
    Err(Args::command().error(ErrorKind::ArgumentConflict, wrong))
}

/// What must hold for an entry to be of interest.
pub fn filter(wanted: &EntryFilter) -> Filter {
    Filter {
        systems: wanted.system.clone(),
        categories: wanted.category.clone(),
        kinds: wanted.kind.clone(),
        severities: wanted.severity.clone(),
        ..Filter::default()
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
