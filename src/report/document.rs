//! The trait of all documents, and the data that they are made from.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use crate::catalog::{Catalog, Entry, Severity};
use crate::diagnose::Diagnosis;
use crate::input::STDIN;
use crate::language::{self, Language};
use crate::stats::{CodeKey, OccurrenceSample, RunStats};

/// A kind of document about a run.
pub trait Report: std::fmt::Debug + Send + Sync {
    /// The most occurrences that the document lists; 0 if it needs counts only.
    fn occurrences(&self) -> usize {
        0
    }

    /// Whether the document quotes lines of the log.
    fn needs_excerpts(&self) -> bool {
        false
    }

    /// Whether the document quotes the lines around those with codes:
    /// [`passages`](crate::stats::RunStats::passages).
    fn needs_passages(&self) -> bool {
        false
    }

    /// Writes the document. Fails only if `out` fails.
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// The data of a run that documents are made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportData<'r> {
    /// The catalog of the detector.
    pub catalog: &'r Catalog,
    /// The [names](crate::input::Input::os_name) of the inputs.
    pub files: &'r [OsString],
    /// The counts and the first occurrences. They refer to `files` by index, and to the entries of
    /// `catalog`.
    pub stats: &'r RunStats,
    /// What went wrong, if that was asked for. It refers to `files` in the same way.
    pub diagnosis: Option<&'r Diagnosis>,
}

impl<'r> ReportData<'r> {
    /// The words of the catalog's language.
    pub(crate) fn words(&self) -> &'static dyn Language {
        language::of(self.catalog.lang())
    }

    /// The name of the input with this index.
    pub fn name(&self, index: usize) -> &'r OsStr {
        self.files.get(index).map_or(STDIN.as_ref(), OsString::as_os_str)
    }

    /// The same name as text, with U+FFFD in place of what is not UTF-8.
    pub fn file(&self, index: usize) -> Cow<'r, str> {
        self.name(index).to_string_lossy()
    }

    /// The likeliest entry of a code; None for an unknown code.
    pub fn entry(&self, key: &CodeKey) -> Option<&'r Entry> {
        key.entries.in_catalog(self.catalog).next()
    }

    /// The code, with its name if it is not ambiguous and has one: `6206 ERR_USER_SIG_EXPIRED`.
    pub fn title(&self, key: &CodeKey) -> String {
        match self.entry(key).and_then(Entry::name) {
            Some(name) if !key.entries.is_ambiguous() => format!("{} {name}", key.code),
            _ => key.code.to_string(),
        }
    }

    /// The worst severity of the entries of a code.
    pub fn severity(&self, key: &CodeKey) -> Severity {
        key.entries.severity(self.catalog)
    }

    /// The meaning of a code, in one sentence; all meanings of an ambiguous code.
    pub fn meaning(&self, key: &CodeKey) -> Cow<'r, str> {
        key.entries.meaning(self.catalog)
    }

    /// The remedy for a code; all remedies of an ambiguous code.
    pub fn remedy(&self, key: &CodeKey) -> Cow<'r, str> {
        key.entries.remedy(self.catalog)
    }

    /// The name that all meanings of a code have; empty if there is none.
    pub(crate) fn common_name(&self, key: &CodeKey) -> &'r str {
        let name = self.entry(key).and_then(Entry::name);
        let mut entries = key.entries.in_catalog(self.catalog);
        if entries.all(|entry| entry.name() == name) { name.unwrap_or_default() } else { "" }
    }

    /// `sdk/account`, or `server/account or web/login` for an ambiguous code; empty for an unknown
    /// code.
    pub(crate) fn categories(&self, key: &CodeKey) -> String {
        let mut categories = Vec::new();
        for entry in key.entries.in_catalog(self.catalog) {
            categories.push(format!("{}/{}", entry.system, entry.category));
        }
        categories.dedup();
        categories.join(" or ")
    }

    /// The first occurrences, at most `limit`, and a sentence about the rest if there is any.
    pub(crate) fn occurrences(&self, limit: usize) -> (&'r [OccurrenceSample], Option<String>) {
        let samples = &self.stats.samples[..self.stats.samples.len().min(limit)];
        let left_out = self.stats.codes.count - samples.len() as u64;
        let note = format!("Findings left out beyond the first {}: {left_out}.", samples.len());
        (samples, (left_out > 0).then_some(note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::gate::Gate;
    use crate::report::{Azure, Github, Gitlab, JsonTable, Junit, Sarif};
    use crate::testutil::TestRun;

    #[test]
    fn the_same_log_gives_the_same_bytes() {
        let lines = catalog::built_in()
            .entries()
            .iter()
            .map(|entry| format!("imsdk code:{} \n", entry.codes.first))
            .collect::<String>();
        let logs = [("a.log", &lines), ("b.log", &lines)];
        let reports: [&dyn Report; 3] = [&Gitlab, &Junit, &Sarif];
        for report in reports {
            let document = || TestRun::from_logs(&logs, 2000).document(report);
            assert_eq!(document(), document(), "{report:?}");
        }
    }

    #[test]
    fn ambiguous_codes_have_the_name_that_all_meanings_share() {
        let run = TestRun::from_codes(&[70001, 6206, 424_242]);
        let data = run.data();
        let mut found = Vec::new();
        for row in &data.stats.codes.rows {
            found.push((data.common_name(&row.key), data.categories(&row.key)));
        }
        let wanted = [
            ("", "server/account or web/login"),
            ("ERR_USER_SIG_EXPIRED", "sdk/account"),
            ("", ""),
        ];
        assert_eq!(found, wanted.map(|(name, categories)| (name, categories.to_string())));
    }

    #[test]
    fn an_unknown_code_counts_as_an_error_everywhere() {
        let run = TestRun::default().with_finding_at(0, 1, 424_242, Some(0));
        let codes = &run.stats.codes;
        assert_eq!(run.data().severity(&codes.rows[0].key), Severity::Error);
        assert_eq!(codes.histogram.intervals(1).counts[0].1.errors, 1);
        let documents: [(&dyn Report, &str); 4] = [
            (&Junit, "failures=\"1\""),
            (&Github, "::error "),
            (&Azure, "type=error;"),
            (&JsonTable, "\"errors\":1,\"others\":0"),
        ];
        for (report, wanted) in documents {
            let document = run.document(report);
            assert!(document.contains(wanted), "{document}");
        }
        let samples = TestRun::from_logs(&[("a.log", "imsdk error_code:6707")], 1);
        assert!(samples.document(&Sarif).contains("\"level\": \"error\""));
        assert!(samples.document(&Gitlab).contains("\"severity\": \"major\""));
        let fail_on = Gate { fail_on: Some(Severity::Error), ..Gate::default() };
        let max_errors = Gate { max_errors: Some(0), ..Gate::default() };
        for gate in [fail_on, max_errors] {
            assert_eq!(gate.check(codes, run.data().catalog, None).len(), 1, "{gate:?}");
        }
    }
}
