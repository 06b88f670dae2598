//! The error that stops a run or a part of it: its subject, its cause, and what to do.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;

use imerr::catalog::Lang;
use imerr::custom::{Diagnostic, Span};
use imerr::input::describe;
use imerr::language;
use imerr::terminal::width;

use super::language::OutputProblem;
use super::messages;
use super::source_text::SourceText;

/// The most columns of a message with a hint in the same line, without its subject, which may be a
/// long path.
pub const MAX_LINE: usize = 120;

/// Printed as `SUBJECT: CAUSE; HINT`, with the excerpt below it. The cause may name the subject
/// itself; then there is no other. Long hints have a line of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The language of the cause and the hint.
    pub lang: Lang,
    subject: Option<String>,
    cause: String,
    hint: Option<String>,
    /// Whether the subject is a place in a file, which is written alike in all languages.
    is_in_file: bool,
    /// The line of a file that the error is about, marked by carets.
    pub excerpt: Option<String>,
}

impl Error {
    pub fn new(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..Self::of_cause(cause) }
    }

    pub fn of_cause(cause: impl Into<String>) -> Self {
        Self {
            lang: Lang::En,
            subject: None,
            cause: cause.into(),
            hint: None,
            is_in_file: false,
            excerpt: None,
        }
    }

    /// What the error is about; the cause if that names it itself.
    pub fn subject(&self) -> String {
        self.subject.as_ref().unwrap_or(&self.cause).clone()
    }

    /// The same error, with a cause from [`messages::words`].
    pub fn translated(self) -> Self {
        Self { lang: messages::lang(), ..self }
    }

    /// The same error in the language of messages, if that has words for the cause and the hint.
    pub fn localized(self) -> Self {
        let words = messages::words();
        if self.lang == messages::lang() {
            // A cause of the system may have a hint in English.
            let hint = self.hint.map(|hint| words.diagnostic(&hint).unwrap_or(hint));
            return Self { hint, ..self };
        }
        let Some(cause) = words.diagnostic(&self.cause) else { return self };
        let hint = self.hint.as_deref().map(|hint| words.diagnostic(hint));
        match hint {
            Some(None) => self,
            hint => Self { lang: messages::lang(), cause, hint: hint.flatten(), ..self },
        }
    }

    pub fn of_path(path: &Path, cause: impl Into<String>) -> Self {
        Self::new(path.display().to_string(), cause)
    }

    pub fn of_io(path: &Path, error: &io::Error) -> Self {
        match language::of(messages::lang()).system_error(error) {
            Some(cause) => Self::of_path(path, cause).translated(),
            None => Self::of_path(path, describe(error)),
        }
    }

    /// A file that cannot be written.
    pub fn of_write(path: &Path, error: &io::Error) -> Self {
        match language::of(messages::lang()).system_error(error) {
            Some(cause) => {
                let cause = messages::words().cannot_be_written(&cause);
                Self::of_path(path, cause).translated()
            }
            None => Self::of_path(path, format!("cannot be written: {}", describe(error))),
        }
    }

    /// A path that cannot be an output.
    pub fn of_output(path: &Path, problem: OutputProblem) -> Self {
        let [cause, hint] = messages::words().output_problem(problem);
        Self::of_path(path, cause).translated().with_hint(hint)
    }

    /// A problem in a file, with the excerpt of the file.
    pub fn of_diagnostic(problem: &Diagnostic, excerpt: Option<String>) -> Self {
        let Diagnostic { path, span, message } = problem;
        let place = format!("{path}:{}:{}", span.line, span.column);
        let words = messages::words();
        let error = match words.diagnostic(message) {
            Some(message) => Self::new(place, message).translated(),
            None => Self::new(place, words.untranslated(message)).translated(),
        };
        Self { is_in_file: true, excerpt, ..error }
    }

    /// A problem in a range of bytes of a file with this text.
    pub fn at(path: &Path, text: &str, range: Range<usize>, message: String) -> Self {
        let path = path.display().to_string();
        let problem = Diagnostic { path, span: Span::of(text, range), message };
        Self::of_diagnostic(&problem, SourceText::new(text.into()).excerpt(problem.span))
    }

    /// Adds what to do, in the language of the error.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds what follows from the error, after the hint and in the same language.
    pub fn with_consequence(self, text: &str) -> Self {
        let hint = match &self.hint {
            Some(hint) => format!("{hint}{}{text}", self.before_hint()),
            None => text.to_string(),
        };
        self.with_hint(hint)
    }

    /// The error in one line, or without its hint, and that.
    pub fn divided(&self) -> (String, Option<&str>) {
        match self.hint.as_deref() {
            Some(hint) if width(&self.cause) + width(hint) > MAX_LINE => {
                (Self { hint: None, ..self.clone() }.to_string(), Some(hint))
            }
            _ => (self.to_string(), None),
        }
    }

    /// The text in front of a hint.
    fn before_hint(&self) -> &'static str {
        super::language::of(self.lang).before_hint()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(subject) = &self.subject {
            let colon = if self.is_in_file { ": " } else { language::of(self.lang).colon() };
            write!(f, "{subject}{colon}")?;
        }
        f.write_str(&self.cause)?;
        match &self.hint {
            Some(hint) => write!(f, "{}{hint}", self.before_hint()),
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
