//! The renderer and the documents that a `--format` stands for, and how wide they are.

use std::path::PathBuf;
use std::sync::Arc;

use imerr::format::{
    Append, Auto, Below, Csv, Inline, Jsonl, Logfmt, Rdjsonl, Render, Rsyslog, Wrap,
};
use imerr::report::Summary;
use imerr::report::{Azure, CiSystem, Github, Report, Teamcity};
use imerr::terminal::Styles;
use same_file::Handle;

use crate::args::{Args, DocumentKind, Format};
use crate::color::{Sink, When, variable};
use crate::system;

use super::deliverables::{Destination, document};

impl Format {
    /// The CI system that the log and the documents are for.
    pub fn ci_system(self) -> Option<CiSystem> {
        match self {
            Self::Ci => CiSystem::detect(variable),
            Self::Github => Some(CiSystem::Github),
            Self::Azure => Some(CiSystem::Azure),
            Self::Teamcity => Some(CiSystem::Teamcity),
            _ => None,
        }
    }

    /// The format for this sink: on a terminal, `auto` is for people.
    pub fn on(self, sink: Sink) -> Self {
        match self {
            Self::Auto | Self::Ci if sink.is_terminal() => Self::Below,
            format => format,
        }
    }

    /// The document that is written instead of the log.
    pub fn document(self) -> Option<DocumentKind> {
        match self {
            Self::Gitlab => Some(DocumentKind::Gitlab),
            Self::Sarif => Some(DocumentKind::Sarif),
            Self::Junit => Some(DocumentKind::Junit),
            Self::Markdown => Some(DocumentKind::Markdown),
            _ => None,
        }
    }
}

/// The renderer of the log; None for formats that only write a document.
pub fn renderer(
    args: &Args,
    sink: Sink,
    styles: &Styles,
    escape_controls: bool,
) -> Option<Arc<dyn Render>> {
    if args.format.ci_system().is_some() {
        return Some(Arc::new(Append::default()));
    }
    let styles = styles.clone();
    let json = args.json().with_styles(json_styles(args, sink, &styles));
    Some(match args.format.on(sink) {
        Format::Auto | Format::Ci => Arc::new(Auto::new(styles, json)),
        Format::Append | Format::Github | Format::Azure | Format::Teamcity => {
            Arc::new(Append::new(styles))
        }
        Format::Below => Arc::new(Below { repeat: args.repeated, styles, ..below(sink) }),
        Format::Inline => Arc::new(Inline::new(styles)),
        Format::Json => Arc::new(json),
        Format::Logfmt => Arc::new(Logfmt),
        Format::Jsonl => Arc::new(Jsonl),
        Format::Csv => Arc::new(Csv { escape_controls }),
        Format::Rdjsonl => Arc::new(Rdjsonl),
        Format::Rsyslog => Arc::new(Rsyslog::new(&args.json_key)),
        Format::Gitlab | Format::Sarif | Format::Junit | Format::Markdown => return None,
    })
}

/// The styles of JSON lines. Parsers refuse colors, so those that the environment alone asks for
/// stay out of pipes and files.
fn json_styles(args: &Args, sink: Sink, styles: &Styles) -> Styles {
    if sink.is_terminal() || args.color == When::Always {
        styles.clone()
    } else {
        Styles::default()
    }
}

pub fn documents(format: Format) -> Vec<(Box<dyn Report>, Destination)> {
    if let Some(kind) = format.document() {
        return vec![(document(kind, Summary::PLAIN), Destination::Stdout)];
    }
    let system = format.ci_system();
    let commands: Box<dyn Report> = match system {
        Some(CiSystem::Github) => Box::new(Github),
        Some(CiSystem::Azure) => Box::new(Azure),
        Some(CiSystem::Teamcity) => Box::new(Teamcity),
        Some(CiSystem::Gitlab) | None => return Vec::new(),
    };
    let mut documents = vec![(commands, Destination::Stdout)];
    if system == Some(CiSystem::Github)
        && let Some(path) = variable("GITHUB_STEP_SUMMARY")
    {
        let summary = document(DocumentKind::Markdown, Summary::PLAIN);
        documents.push((summary, Destination::Append(PathBuf::from(path))));
    }
    documents
}

/// The format `below`, as wide as the terminal, which the user may resize during the run.
fn below(sink: Sink) -> Below {
    let below = Below::new(columns(sink));
    match sink {
        Sink::Stdout if sink.columns().is_some() => {
            let measure_rows = || Sink::Stdout.rows();
            let below = Below { measure_rows: Some(measure_rows), ..below };
            Below { wrap: Wrap::Yes, measure: Some(|| Sink::Stdout.columns()), ..below }
        }
        Sink::Stderr if sink.columns().is_some() => {
            let measure_rows = || Sink::Stderr.rows();
            let below = Below { measure_rows: Some(measure_rows), ..below };
            Below { wrap: Wrap::Yes, measure: Some(|| Sink::Stderr.columns()), ..below }
        }
        _ if pager_columns(sink).is_some() => Below { wrap: Wrap::Unknown, ..below },
        _ => below,
    }
}

/// The width of output that no terminal is known to show.
const DEFAULT_COLUMNS: usize = 100;

/// The width of text for people that goes there.
pub fn columns(sink: Sink) -> usize {
    sink.columns().or_else(|| pager_columns(sink)).unwrap_or(DEFAULT_COLUMNS)
}

/// The width of output that is not a terminal but may be shown on one: `COLUMNS`, or the width of
/// the terminal that a pager at the other end of the pipe uses.
fn pager_columns(sink: Sink) -> Option<usize> {
    if let Some(columns) = variable("COLUMNS").and_then(|columns| columns.parse::<u16>().ok())
        && columns > 0
    {
        return Some(usize::from(columns));
    }
    if sink == Sink::Stdout && stdout_is_pipe() { Sink::Stderr.columns() } else { None }
}

pub fn stdout_is_pipe() -> bool {
    let metadata = Handle::stdout().and_then(|handle| handle.as_file().metadata());
    metadata.is_ok_and(|metadata| system::is_pipe(&metadata))
}

/// Whether the locale only has ASCII. `variable` looks up variables that are set and not empty.
/// Without a locale, the terminal is assumed to show Unicode.
pub fn is_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}
