//! The error that stops a run or a part of it: its subject, its cause, and what to do.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use imerr::custom::{Diagnostic, Span};
use imerr::terminal::Policy;

/// The most columns of an excerpt.
const MAX_WIDTH: usize = 100;

/// Printed as `SUBJECT: CAUSE; HINT`, with the excerpt below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    subject: String,
    cause: String,
    hint: Option<String>,
    /// The line of a file that the error is about, marked by carets.
    pub excerpt: Option<String>,
}

impl Error {
    pub fn new(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { subject: subject.into(), cause: cause.into(), hint: None, excerpt: None }
    }

    pub fn of_path(path: &Path, cause: impl Into<String>) -> Self {
        Self::new(path.display().to_string(), cause)
    }

    pub fn of_io(path: &Path, error: &io::Error) -> Self {
        Self::of_path(path, imerr::input::describe(error))
    }

    /// A problem in a file with this text.
    pub fn of_diagnostic(problem: &Diagnostic, text: &[u8]) -> Self {
        let Diagnostic { path, span, message } = problem;
        let error = Self::new(format!("{path}:{}:{}", span.line, span.column), message);
        Self { excerpt: excerpt(text, *span), ..error }
    }

    /// A problem in a range of bytes of a file with this text.
    pub fn at(path: &Path, text: &str, range: Range<usize>, message: String) -> Self {
        let path = path.display().to_string();
        let problem = Diagnostic { path, span: Span::of(text, range), message };
        Self::of_diagnostic(&problem, text.as_bytes())
    }

    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.cause)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// The line of `span` with its number, and below it a line with carets. None if `text` has no such
/// line. Each byte of invalid UTF-8 counts as a character of the span.
pub fn excerpt(text: &[u8], span: Span) -> Option<String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let line = text.split_inclusive(|&byte| byte == b'\n').nth(span.line.checked_sub(1)?)?;
    let (line, starts) = printable(line.trim_ascii_end());
    let start = starts.get(span.column - 1).copied().unwrap_or(line.len());
    let end = starts.get(span.column - 1 + span.length).copied().unwrap_or(line.len());
    let snippet = Snippet::source(line)
        .line_start(span.line)
        .annotation(AnnotationKind::Primary.span(start..end));
    let group = Group::with_level(Level::ERROR.no_name()).element(snippet);
    Some(format!("{}\n", Renderer::plain().term_width(MAX_WIDTH).render(&[group])))
}

/// Replaces unsafe characters and escapes invalid UTF-8. Also returns where each character starts.
fn printable(line: &[u8]) -> (String, Vec<usize>) {
    let (mut printable, mut starts) = (String::new(), Vec::new());
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            starts.push(printable.len());
            let is_unsafe = c != '\t' && Policy::Message.forbids(c);
            printable.push(if is_unsafe { '\u{fffd}' } else { c });
        }
        for byte in chunk.invalid() {
            starts.push(printable.len());
            printable.push_str(&format!("\\x{byte:02x}"));
        }
    }
    (printable, starts)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_are_under_the_span() {
        let rows: [(&[u8], Span, &str); 8] = [
            (b"a\nkind = \"x\"\n", span(2, 8, 3), "  |\n2 | kind = \"x\"\n  |        ^^^\n"),
            (b"a = 1  \r\n", span(1, 1, 1), "  |\n1 | a = 1\n  | ^\n"),
            ("\t错误 = 1".as_bytes(), span(1, 2, 2), "  |\n1 |     错误 = 1\n  |     ^^^^\n"),
            ("错\u{202e}误".as_bytes(), span(1, 3, 1), "  |\n1 | 错\u{fffd}误\n  |    ^^\n"),
            (b"a\x1b[31m", span(1, 9, 5), "  |\n1 | a\u{fffd}[31m\n  |       ^\n"),
            (
                b"\xef\xbb\xbfa = \xb4\xed",
                span(1, 6, 1),
                "  |\n1 | a = \\xb4\\xed\n  |         ^^^^\n",
            ),
            (b"a", span(2, 1, 1), ""),
            (b"", span(1, 1, 1), ""),
        ];
        for (text, span, wanted) in rows {
            assert_eq!(excerpt(text, span).unwrap_or_default(), wanted, "{text:?}");
        }
    }

    fn span(line: usize, column: usize, length: usize) -> Span {
        Span { line, column, length }
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let line = format!("{}here{}", "a".repeat(200), "b".repeat(200));
        let shown = excerpt(line.as_bytes(), span(1, 201, 4)).unwrap_or_default();
        assert!(shown.lines().all(|line| line.len() <= MAX_WIDTH), "{shown}");
        assert!(shown.contains("aherebb"), "{shown}");
    }
}
