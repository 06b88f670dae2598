//! The error that stops a run or a part of it: what it is about, why, and what to do.

use std::fmt;
use std::io;
use std::path::Path;

/// Printed as `SUBJECT: CAUSE; HINT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    subject: String,
    cause: String,
    hint: Option<&'static str>,
}

impl Error {
    pub fn new(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { subject: subject.into(), cause: cause.into(), hint: None }
    }

    pub fn of_path(path: &Path, cause: impl Into<String>) -> Self {
        Self::new(path.display().to_string(), cause)
    }

    pub fn of_io(path: &Path, error: &io::Error) -> Self {
        Self::of_path(path, imerr::input::describe(error))
    }

    /// Adds what the user can do about it.
    pub fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.cause)?;
        match self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}
