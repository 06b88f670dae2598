//! What was meant by the arguments, settled once.

use std::path::PathBuf;
use std::sync::Arc;

use imerr::filter::Filter;
use imerr::input::Input;
use imerr::render::{Append, Auto, Json, Jsonl, Render};

use super::args::{Args, EntryFilter, Format};

/// A run over logs.
pub struct Job {
    pub inputs: Vec<Input>,
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
        let color = args.color.stdout();
        let render: Arc<dyn Render> = match args.format {
            Format::Auto => Arc::new(Auto::new(color)),
            Format::Append => Arc::new(Append::new(color)),
            Format::Json => Arc::new(Json),
            Format::Jsonl => Arc::new(Jsonl),
        };
        let task = match args {
            Args { strip: true, .. } => Task::Strip,
            Args { quiet: true, .. } => Task::Quiet,
            Args { count: true, .. } => Task::Count,
            _ => Task::Annotate { render, only: args.only },
        };
        Self {
            inputs: inputs(&args.files),
            task,
            filter: Filter { min_confidence: args.min_confidence, codes: args.code.clone(), ..filter(&args.entries) },
            unknown: args.unknown || args.format == Format::Jsonl,
            prefer: args.prefer.clone(),
            threads: args.threads.map_or_else(processors, usize::from),
        }
    }
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

fn inputs(files: &[PathBuf]) -> Vec<Input> {
    let input = |file: &PathBuf| if file.as_os_str() == "-" { Input::Stdin } else { Input::Path(file.clone()) };
    if files.is_empty() { vec![Input::Stdin] } else { files.iter().map(input).collect() }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
