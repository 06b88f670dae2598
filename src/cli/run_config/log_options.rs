//! What a run does with the lines of the log.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imerr::annotate::LineSelection;
use imerr::format::Render;
use imerr::input::Input;
use imerr::terminal::{Styles, replace_unsafe};

use super::format::renderer;
use crate::args::{Args, Format};
use crate::color::{Sink, When, variable};
use crate::run::CiGuard;

/// The part of the configuration that `stats` has no options for.
#[derive(Default)]
pub struct LogOptions {
    pub task: Task,
    pub style: OutputStyle,
    pub lines: LineSelection,
    pub line_numbers: bool,
    /// Whether files are named, if an option says so.
    pub file_names: Option<bool>,
    /// Whether lines are named if they come from several files: those that are selected, and all
    /// on a terminal, unless the format is for programs.
    pub names_lines: bool,
    /// Whether binary files are printed on terminals too.
    pub prints_binary_files: bool,
    /// How often to look for more, if the inputs are followed.
    pub follow: Option<Duration>,
    pub child: Option<ChildCommand>,
    pub json_key: String,
    pub ci_guard: CiGuard,
    /// Whether each line of the log is answered by one record.
    pub answers_lines: bool,
    /// Whether unknown codes are findings without `--unknown` too, as in lists for programs.
    pub reports_unknown: bool,
    /// The directory that mirrors the paths of the inputs, if outputs go there.
    pub output: Option<PathBuf>,
    pub replaces_outputs: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
    /// Writes it with a renderer.
    Annotate,
    /// Counts it, and prints the count of each file.
    Count,
    /// Searches it, and prints the names of files.
    Files(FilesMode),
    /// Searches it for the exit status.
    Quiet,
    Strip,
    /// Counts it for the documents at the end.
    #[default]
    ReportOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilesMode {
    WithMatches,
    WithoutMatches,
}

/// How lines are written to one destination.
#[derive(Clone, Default)]
pub struct OutputStyle {
    /// None unless the task is [`Task::Annotate`].
    pub renderer: Option<Arc<dyn Render>>,
    pub styles: Styles,
    /// Whether control characters of the log are shown as text, as on a terminal.
    pub escape_controls: bool,
    pub is_terminal: bool,
}

/// A command whose two streams are the inputs.
pub struct ChildCommand {
    pub words: Vec<OsString>,
    /// How its standard error is written.
    pub stderr: OutputStyle,
}

impl LogOptions {
    pub fn new(args: &Args) -> Self {
        let sink = if args.output_dir.is_some() { Sink::File } else { Sink::Stdout };
        let task = task(args);
        let child = (!args.program.is_empty()).then(|| ChildCommand {
            words: args.program.clone(),
            stderr: OutputStyle::new(args, Sink::Stderr, task),
        });
        Self {
            task,
            style: OutputStyle::new(args, sink, task),
            lines: args.lines.lines(),
            line_numbers: args.line_number,
            prints_binary_files: args.text,
            names_lines: names_lines(args, task, sink),
            file_names: (args.with_filename || args.no_filename).then_some(args.with_filename),
            follow: args.follow.then_some(args.poll_interval),
            child,
            json_key: args.json_key.clone(),
            ci_guard: CiGuard::new(task, args.format),
            answers_lines: args.format == Format::Rsyslog,
            reports_unknown: args.format.is_listing(),
            output: args.output_dir.clone(),
            replaces_outputs: args.force,
        }
    }
}

/// The value of [`LogOptions::names_lines`]. A log from which annotations are
/// removed gets no headings.
fn names_lines(args: &Args, task: Task, sink: Sink) -> bool {
    let is_for_programs = matches!(args.format, Format::Json | Format::Logfmt);
    let is_shown = task != Task::Strip && sink.is_terminal();
    !is_for_programs && (args.lines.selects() || is_shown)
}

fn task(args: &Args) -> Task {
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
    } else if args.no_log || args.format.document().is_some() {
        Task::ReportOnly
    } else {
        Task::Annotate
    }
}

impl OutputStyle {
    /// The name of an input as it is written to this destination.
    pub fn shown_name(&self, input: &Input) -> String {
        let name = input.name();
        if self.escape_controls { replace_unsafe(&name) } else { name }
    }

    fn new(args: &Args, sink: Sink, task: Task) -> Self {
        let styles = args.styles(sink).with_links(links(args.hyperlink, sink));
        let is_terminal = sink.is_terminal();
        let renderer =
            if task == Task::Annotate { renderer(args, sink, &styles, is_terminal) } else { None };
        Self { renderer, styles, escape_controls: is_terminal, is_terminal }
    }
}

/// Whether codes link to their documentation.
fn links(hyperlink: When, sink: Sink) -> bool {
    let stream = match sink {
        Sink::Stderr => supports_hyperlinks::Stream::Stderr,
        Sink::Stdout | Sink::File => supports_hyperlinks::Stream::Stdout,
    };
    match hyperlink {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            sink.is_terminal()
                && variable("TERM").is_none_or(|value| value != "dumb")
                && supports_hyperlinks::on(stream)
        }
    }
}
