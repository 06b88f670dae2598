//! What documents are made from.

use crate::catalog::{Catalog, Entry, Severity};
use crate::input::STDIN;
use crate::stats::{CodeKey, Location, OccurrenceSample, RunStats};

/// What a document is made from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReportData<'r> {
    /// The catalog whose codes were looked for.
    pub catalog: &'r Catalog,
    /// The [names](crate::input::Input::name) of the inputs.
    pub files: &'r [String],
    /// What was seen.
    pub stats: &'r RunStats,
}

impl<'r> ReportData<'r> {
    /// What `stats` tells of inputs with these names, in their order.
    pub fn new(catalog: &'r Catalog, files: &'r [String], stats: &'r RunStats) -> Self {
        Self { catalog, files, stats }
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

    /// The code, with its constant where it stands for one entry that has one: `6206
    /// ERR_USER_SIG_EXPIRED`.
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

    /// The first occurrences, `limit` at most, and what is said about those that are left out; None
    /// if there are none.
    pub(crate) fn occurrences(&self, limit: usize) -> (&'r [OccurrenceSample], Option<String>) {
        let kept = self.stats.samples();
        let kept = &kept[..kept.len().min(limit)];
        let left_out = self.stats.codes.count() - kept.len() as u64;
        let told = format!("Findings left out beyond the first {}: {left_out}.", kept.len());
        (kept, (left_out > 0).then_some(told))
    }
}
