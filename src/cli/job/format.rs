//! How the log is written, and which documents come with it.

use std::path::PathBuf;
use std::sync::Arc;

use imerr::format::{Append, Auto, Below, Csv, Inline, Jsonl, Logfmt, Rdjsonl, Render, Wrap};
use imerr::report::{Azure, CiSystem, Github, Report, Teamcity};

use crate::args::{Args, DocumentKind, Format};
use crate::closing::{Destination, Look, document};
use crate::color::{Sink, variable};
use crate::progress::stdout_is_pipe;

impl Format {
    /// The CI system that the log and the documents are for.
    pub fn system(self) -> Option<CiSystem> {
        match self {
            Self::Ci => CiSystem::detect(variable),
            Self::Github => Some(CiSystem::Github),
            Self::Azure => Some(CiSystem::Azure),
            Self::Teamcity => Some(CiSystem::Teamcity),
            _ => None,
        }
    }

    /// The document that stands in place of the log.
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

/// How the log is written; None if it is not.
pub fn render(args: &Args, system: Option<CiSystem>, sink: Sink) -> Option<Arc<dyn Render>> {
    let paint = || args.style.paint(args.color, sink);
    Some(match args.format {
        _ if system.is_some() => Arc::new(Append::new(false)),
        Format::Auto | Format::Ci => Arc::new(Auto::with_styles(paint(), args.json.render())),
        Format::Append | Format::Github | Format::Azure | Format::Teamcity => {
            Arc::new(Append::with_styles(paint()))
        }
        Format::Below => {
            let below = below(sink);
            Arc::new(below.with_repeat(args.style.repeat).with_styles(paint()))
        }
        Format::Inline => Arc::new(Inline::new(paint())),
        Format::Json => Arc::new(args.json.render()),
        Format::Logfmt => Arc::new(Logfmt),
        Format::Jsonl => Arc::new(Jsonl),
        Format::Csv => {
            Arc::new(Csv::default().with_escaped_controls(args.style.shows_controls(sink)))
        }
        Format::Rdjsonl => Arc::new(Rdjsonl),
        Format::Gitlab | Format::Sarif | Format::Junit | Format::Markdown => return None,
    })
}

/// The documents that a format brings.
pub fn documents(format: Format, system: Option<CiSystem>) -> Vec<(Box<dyn Report>, Destination)> {
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
    if let Some(summary) =
        variable("GITHUB_STEP_SUMMARY").filter(|_| system == Some(CiSystem::Github))
    {
        documents.push((
            document(DocumentKind::Markdown, Look::FILE),
            Destination::Appended(PathBuf::from(summary)),
        ));
    }
    documents
}

/// `below` as wide as where it is read. A terminal may become wider or narrower while the run goes on.
fn below(sink: Sink) -> Below {
    let below = Below::new(columns(sink));
    match sink {
        Sink::Stdout if sink.columns().is_some() => {
            below.with_wrap(Wrap::Yes).with_measure(|| Sink::Stdout.columns())
        }
        Sink::Stderr if sink.columns().is_some() => {
            below.with_wrap(Wrap::Yes).with_measure(|| Sink::Stderr.columns())
        }
        _ if reader_columns(sink).is_some() => below.with_wrap(Wrap::Unknown),
        _ => below,
    }
}

/// The columns of output that nobody is known to read.
const NO_TERMINAL: usize = 100;

pub fn columns(sink: Sink) -> usize {
    sink.columns().or_else(|| reader_columns(sink)).unwrap_or(NO_TERMINAL)
}

/// The columns that who reads output that is no terminal has: those that are asked for, or of the terminal that a pager behind
/// a pipe is on.
fn reader_columns(sink: Sink) -> Option<usize> {
    let wanted = variable("COLUMNS")
        .and_then(|columns| columns.parse::<u16>().ok())
        .filter(|columns| *columns > 0);
    let of_pager = || Sink::Stderr.columns().filter(|_| sink == Sink::Stdout && stdout_is_pipe());
    wanted.map(usize::from).or_else(of_pager)
}

/// Whether the locale knows nothing but ASCII. `variable` gives variables that are set and not empty; without any that tells
/// the locale, terminals of today are believed to know more.
pub fn is_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}
