//! The error that stops a run or a part of it: its subject, its cause, and what to do.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;

use imerr::custom::{Diagnostic, Span};

use super::source_text::SourceText;

/// Printed as `SUBJECT: CAUSE; HINT`, with the excerpt below it. The cause may name the subject
/// itself; then there is no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    subject: Option<String>,
    cause: String,
    hint: Option<String>,
    /// The line of a file that the error is about, marked by carets.
    pub excerpt: Option<String>,
}

impl Error {
    pub fn new(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..Self::of_cause(cause) }
    }

    pub fn of_cause(cause: impl Into<String>) -> Self {
        Self { subject: None, cause: cause.into(), hint: None, excerpt: None }
    }

    pub fn of_path(path: &Path, cause: impl Into<String>) -> Self {
        Self::new(path.display().to_string(), cause)
    }

    pub fn of_io(path: &Path, error: &io::Error) -> Self {
        Self::of_path(path, imerr::input::describe(error))
    }

    /// A problem in a file, with the excerpt of the file.
    pub fn of_diagnostic(problem: &Diagnostic, excerpt: Option<String>) -> Self {
        let Diagnostic { path, span, message } = problem;
        let error = Self::new(format!("{path}:{}:{}", span.line, span.column), message);
        Self { excerpt, ..error }
    }

    /// A problem in a range of bytes of a file with this text.
    pub fn at(path: &Path, text: &str, range: Range<usize>, message: String) -> Self {
        let path = path.display().to_string();
        let problem = Diagnostic { path, span: Span::of(text, range), message };
        Self::of_diagnostic(&problem, SourceText::new(text.into()).excerpt(problem.span))
    }

    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(subject) = &self.subject {
            write!(f, "{subject}: ")?;
        }
        f.write_str(&self.cause)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// Why the program ends without an outcome.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong, or asks for help.
    Usage(Box<clap::Error>),
    Errors(Vec<Error>),
    Stdout(io::Error),
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

impl From<Vec<Error>> for Failure {
    fn from(errors: Vec<Error>) -> Self {
        Self::Errors(errors)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Stdout(error)
    }
}
