//! Documents about a whole run: one file each, behind one [`Report`] trait, made from what [`stats`](crate::stats) holds.
//!
//! A report knows nothing of threads, files or terminals.

use std::io::{self, Write};

use crate::catalog::{Catalog, Entry, Severity};
use crate::stats::{Ledger, Place, Subject};

/// A kind of document.
pub trait Report: std::fmt::Debug + Send + Sync {
    /// How many single sightings the document has room for; 0 if counts are all it needs.
    fn sightings(&self) -> usize {
        0
    }

    /// Whether it quotes lines of the log.
    fn needs_excerpts(&self) -> bool {
        false
    }

    /// Writes the document.
    fn write(&self, overview: &Overview<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// What a document is made from.
#[derive(Clone, Copy, Debug)]
pub struct Overview<'r> {
    /// The catalog whose codes were looked for.
    pub catalog: &'r Catalog,
    /// The names of the inputs; `-` is standard input.
    pub files: &'r [String],
    /// What was seen.
    pub ledger: &'r Ledger,
}

impl<'r> Overview<'r> {
    /// The name of the file of `place`.
    pub fn file(&self, place: &Place) -> &'r str {
        self.files.get(place.file).map_or("-", String::as_str)
    }

    /// The likeliest entry of a code; None for an unknown one.
    pub fn entry(&self, subject: &Subject) -> Option<&'r Entry> {
        subject.meanings.places().first().map(|&place| self.catalog.entry(place))
    }

    /// The severity of a code: the worst that it can have; an unknown one counts as an error.
    pub fn severity(&self, subject: &Subject) -> Severity {
        crate::stats::severity(subject, self.catalog).unwrap_or(Severity::Error)
    }

    /// What a code means, in one sentence; of an ambiguous one all that it can mean.
    pub fn meaning(&self, subject: &Subject) -> String {
        self.said(subject, "No catalog holds this code.", |entry| &entry.meaning)
    }

    /// What to do about a code.
    pub fn remedy(&self, subject: &Subject) -> String {
        self.said(subject, "Go by the text beside it, and quote both to support.", |entry| &entry.remedy)
    }

    fn said(&self, subject: &Subject, unknown: &str, of: impl Fn(&Entry) -> &str) -> String {
        let said: Vec<&str> = subject.meanings.places().iter().map(|&place| of(self.catalog.entry(place))).collect();
        if said.is_empty() { unknown.to_string() } else { said.join(" Or: ") }
    }
}
