//! Documents about a whole run: one file each, behind one [`Report`] trait, made from what [`stats`](crate::stats) holds.
//!
//! A report knows nothing of threads, files or terminals. It tells nothing but what the ledger holds, so that the same log
//! gives the same bytes.

mod fingerprint;
mod gitlab;
mod junit;
mod path;
mod rule_id;
#[cfg(test)]
mod sample;
mod sarif;
mod xml;

mod azure;
mod ci;
mod defuse;
mod github;
#[cfg(test)]
mod hostile;
mod issue;
mod teamcity;

mod causes;
#[cfg(test)]
mod made_up;
mod markdown;
#[cfg(test)]
pub(crate) mod schema;
mod summary;
mod sums;
mod table_csv;
mod table_json;
mod words;

use std::io::{self, Write};

use crate::catalog::{Catalog, Entry, Severity};
use crate::input::STDIN;
use crate::stats::{CodeKey, Location, OccurrenceSample, RunStats};

pub use azure::Azure;
pub use ci::CiSystem;
pub use defuse::CommandFilter;
pub use github::{Github, StopCommands};
pub use gitlab::Gitlab;
pub use junit::Junit;
pub use sarif::Sarif;
pub use teamcity::Teamcity;

pub use markdown::Markdown;
pub use summary::Summary;
pub use table_csv::CsvTable;
pub use table_json::JsonTable;

/// A kind of document.
pub trait Report: std::fmt::Debug + Send + Sync {
    /// How many single occurrences the document has room for; 0 if counts are all it needs.
    fn occurrences(&self) -> usize {
        0
    }

    /// Whether it quotes lines of the log.
    fn needs_excerpts(&self) -> bool {
        false
    }

    /// Writes the document.
    fn write(&self, overview: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// What a document is made from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReportData<'r> {
    /// The catalog whose codes were looked for.
    pub catalog: &'r Catalog,
    /// The [names](crate::input::Input::name) of the inputs.
    pub files: &'r [String],
    /// What was seen.
    pub ledger: &'r RunStats,
}

impl<'r> ReportData<'r> {
    /// What `ledger` tells of inputs with these names, in their order.
    pub fn new(catalog: &'r Catalog, files: &'r [String], ledger: &'r RunStats) -> Self {
        Self { catalog, files, ledger }
    }

    /// The name of the file of `place`.
    pub fn file(&self, place: &Location) -> &'r str {
        self.name(place.file)
    }

    /// The name of a file, by its place in the list of inputs.
    pub fn name(&self, file: usize) -> &'r str {
        self.files.get(file).map_or(STDIN, String::as_str)
    }

    /// The likeliest entry of a code; None for an unknown one.
    pub fn entry(&self, subject: &CodeKey) -> Option<&'r Entry> {
        subject.meanings.entries(self.catalog).next()
    }

    /// The code, with its constant where it stands for one entry that has one: `6206 ERR_USER_SIG_EXPIRED`.
    pub fn title(&self, subject: &CodeKey) -> String {
        let entry = self.entry(subject).filter(|_| !subject.meanings.is_ambiguous());
        match entry.and_then(Entry::name) {
            Some(name) => format!("{} {name}", subject.code),
            None => subject.code.to_string(),
        }
    }

    /// The severity of a code: the worst that it can have; an unknown one counts as an error.
    pub fn severity(&self, subject: &CodeKey) -> Severity {
        subject.meanings.severity(self.catalog)
    }

    /// What a code means, in one sentence; of an ambiguous one all that it can mean.
    pub fn meaning(&self, subject: &CodeKey) -> String {
        subject.meanings.meaning(self.catalog).into_owned()
    }

    /// What to do about a code.
    pub fn remedy(&self, subject: &CodeKey) -> String {
        subject.meanings.remedy(self.catalog).into_owned()
    }

    /// The first occurrences, `limit` at most, and what is said about those that are left out; None if there are none.
    fn occurrences(&self, limit: usize) -> (&'r [OccurrenceSample], Option<String>) {
        let kept = self.ledger.samples();
        let kept = &kept[..kept.len().min(limit)];
        let left_out = self.ledger.codes.count() - kept.len() as u64;
        let told = format!("Findings left out beyond the first {}: {left_out}.", kept.len());
        (kept, (left_out > 0).then_some(told))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_log_gives_the_same_bytes() {
        let catalog = crate::catalog::built_in();
        let text: String = catalog
            .entries()
            .iter()
            .map(|entry| format!("imsdk code:{} \n", entry.codes.first))
            .collect();
        let reports: [&dyn Report; 3] = [&Gitlab, &Junit, &Sarif];
        for report in reports {
            let document =
                || sample::Run::over(&[("a.log", &text), ("b.log", &text)], 2000).document(report);
            assert_eq!(document(), document(), "{report:?}");
        }
    }
}
