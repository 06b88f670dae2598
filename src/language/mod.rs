//! The words of annotations, documents and messages about inputs, in each language.
//!
//! The texts of entries come from catalogs, in the language of [`Catalog::lang`]; all other words
//! come from here. A [`Language`] that lacks one of them does not compile.
//!
//! Identifiers are the same in all languages, since options take them: systems, categories and
//! kinds, and the severities in formats that programs read.
//!
//! [`Catalog::lang`]: crate::catalog::Catalog::lang

#[doc(hidden)]
pub mod bundle;
mod chinese;
mod chinese_input;
pub mod diagnosis;
mod english;
mod page;

use std::io;

use chinese::Chinese;
use english::English;
pub use page::PageWords;
#[cfg(feature = "html")]
pub(crate) use page::fill;

use crate::catalog::{Entry, Kind, Lang, Retry, Severity};
use crate::confidence::Confidence;
use crate::input::{FileError, Notice};
use crate::stats::{CauseOrder, TimesOutOfRange};
use crate::timestamp::{DAY, HOUR, MINUTE, SECOND};

/// The words of a language.
pub fn of(lang: Lang) -> &'static dyn Language {
    match lang {
        Lang::En => &English,
        Lang::Zh => &Chinese,
    }
}

/// `label` with a capital at its beginning, where the script has capitals.
pub(crate) fn capitalized(label: &str) -> String {
    let mut rest = label.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

/// `millis` as a count of the largest unit that divides it, and the name of that unit. `units` are
/// the names of days, hours, minutes, seconds and milliseconds.
fn in_largest_unit(millis: i64, units: [&'static str; 5]) -> (i64, &'static str) {
    for (unit, name) in [DAY, HOUR, MINUTE, SECOND].into_iter().zip(units) {
        if millis % unit == 0 {
            return (millis / unit, name);
        }
    }
    (millis, units[4])
}

/// What a table or document calls its columns and parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Category,
    Cause,
    Check,
    Code,
    Count,
    Errors,
    File,
    Fix,
    Kind,
    Meaning,
    Name,
    Note,
    Others,
    Range,
    Related,
    Remedy,
    Retry,
    See,
    Seen,
    Severity,
    Share,
    Since,
    Source,
    Status,
    Time,
    Unknown,
}

/// The words of one language. Sentences end with a full stop; labels have no colon.
pub trait Language: Sync {
    /// The word for a column or a part.
    fn label(&self, label: Label) -> &'static str;
    /// The word for a severity.
    fn severity(&self, severity: Severity) -> &'static str;
    /// The word for a kind, which is an identifier too.
    fn kind(&self, kind: Kind) -> String;
    /// What the status of a code that is gone from the vendor's list means.
    fn deprecated(&self) -> &'static str;
    /// The version or year that an entry is from, such as `after 2023`.
    fn since(&self, since: &str) -> String;
    /// Further related codes.
    fn also(&self, codes: &[String]) -> String;

    /// The text between a label and what it is about.
    fn colon(&self) -> &'static str;
    /// The end of a sentence.
    fn full_stop(&self) -> &'static str;
    /// The text between the parts of a list.
    fn comma(&self) -> &'static str;
    /// The text between alternative sentences.
    fn or(&self) -> &'static str;
    /// `text` in parentheses after other text.
    fn parenthesis(&self, text: &str) -> String;
    /// The range from `first` to `last`.
    fn range(&self, first: &str, last: &str) -> String;
    /// A text with its label, as a sentence or after one.
    fn labeled(&self, label: Label, text: &str) -> String;
    /// How sure a finding is, after how often it was seen.
    fn confidence(&self, confidence: Confidence) -> String;
    /// The title of the first lines with a code.
    fn first_lines(&self) -> &'static str;
    /// How often and where a code was seen.
    fn seen(&self, count: u64, first: &str, last: &str) -> String;
    /// What a word of the field `retry` says about the request, as a clause.
    fn retry(&self, retry: Retry) -> &'static str;

    /// The word of the field `retry`, which is an identifier too.
    fn retry_word(&self, retry: Retry) -> String;
    /// The word of the field `retry` and what it says; None for a code of severity info, as nothing
    /// failed.
    fn retry_advice(&self, entry: &Entry) -> Option<String> {
        if entry.severity == Severity::Info {
            return None;
        }
        let (word, advice) = (self.retry_word(entry.retry), self.retry(entry.retry));
        Some(format!("{word}{}{advice}", self.colon()))
    }
    /// A location on standard input.
    fn line(&self, line: u64) -> String;
    /// The first and the last location of a code.
    fn first_and_last(&self) -> [&'static str; 2];

    /// The meaning of a code that is in no catalog.
    fn unknown_meaning(&self) -> &'static str;
    /// The remedy for a code that is in no catalog.
    fn unknown_remedy(&self) -> &'static str;
    /// The meaning of such a code in `inline`.
    fn unknown_inline(&self) -> &'static str;
    /// The text between the meanings of an ambiguous code in `inline`.
    fn inline_separator(&self) -> &'static str;

    /// The label of a further meaning of a code.
    fn or_severity(&self, severity: Severity) -> String;
    /// A reference to the line that explained the code; to the lines above if it is 0, as where
    /// lines have no numbers.
    fn see_line(&self, line: u64) -> String;
    /// A reference to the line of another file that explained the code.
    fn see_place(&self, place: &str) -> String;
    /// How many codes of a line are not explained.
    fn more_codes_on_line(&self, count: usize) -> String;

    /// A number of findings. A finding is a place where a code was found.
    fn findings(&self, count: u64) -> String;
    /// A number of findings of one severity; of unknown codes if it is None.
    fn findings_of(&self, count: u64, severity: Option<Severity>) -> String;
    /// How much was read.
    fn lines_of_files(&self, lines: u64, files: u64) -> String;
    /// What was found in all that was read.
    fn found(&self, findings: u64, codes: u64, read: &str) -> String;
    /// Codes were found, but the filters left none.
    fn none_passes_filters(&self, findings: u64, read: &str) -> String;
    /// No file could be read.
    fn nothing_read(&self) -> String;
    /// Nothing was found.
    fn nothing_found(&self, read: &str) -> String;
    /// The time range, with its bounds.
    fn time_range(&self, times: &TimesOutOfRange) -> String;
    /// The times of the lines outside of the time range.
    fn times_out_of_range(&self, times: &TimesOutOfRange) -> String;
    /// Nothing was found in so many lines, which are those in the time range.
    fn nothing_found_in_range(&self, lines: u64, read: &str, times: &TimesOutOfRange) -> String;
    /// No line was in the time range.
    fn nothing_in_range(&self, read: &str, times: &TimesOutOfRange) -> String;

    /// What a list of problems shows. A problem is what one code says, or several codes that say
    /// the same: causes are what a diagnosis finds.
    fn problems(&self, order: CauseOrder, shown: usize, all: usize) -> String;
    /// The same for a list by severity, except that what the diagnosis names first leads it.
    fn problems_after_main(&self, shown: usize, all: usize) -> String;
    /// Several codes say the same, in full and short.
    fn codes_of_one_problem(&self, codes: u64) -> [String; 2];
    /// Problems that a list leaves out.
    fn more_problems(&self, problems: u64, findings: u64) -> String;
    /// Files that a list leaves out.
    fn more_files(&self, files: u64, findings: u64) -> String;
    /// A sentence about codes that a list leaves out, which ends with `elsewhere`. Their number is
    /// a lower bound if there were too many to count.
    fn more_codes(
        &self,
        codes: u64,
        findings: u64,
        is_lower_bound: bool,
        elsewhere: &str,
    ) -> String;
    /// Findings of codes that were too many to keep apart.
    fn further_codes(&self, findings: u64) -> String;
    /// A number of further groups.
    fn more(&self, groups: usize) -> String;
    /// A duration in its largest whole unit.
    fn duration(&self, millis: i64) -> String;
    /// The width of a bar in a chart over time.
    fn intervals(&self, width: &str) -> String;
    /// Findings on lines without a time.
    fn without_time(&self, findings: u64) -> String;
    /// The largest count in a chart.
    fn max(&self, count: u64) -> String;

    /// What wrote a table of codes, and the dates of the vendor's lists.
    fn exported_by(&self, version: &str, dates: Option<&str>) -> String;
    /// What a table of codes cannot do.
    fn table_limits(&self) -> &'static str;

    /// The words of the report as a web page.
    fn page(&self) -> &'static PageWords;

    /// What a notice says after the name of its file.
    fn notice(&self, notice: Notice) -> String;
    /// What an error says after the name of its file; None if this language has no words for it.
    fn file_error(&self, error: &FileError) -> Option<String>;
    /// An error of the operating system; None if this language has no words for it.
    fn system_error(&self, error: &io::Error) -> Option<String>;
}
