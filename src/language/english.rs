//! English.

use std::io;

use super::{Label, Language, PageWords, capitalized, in_largest_unit, page};
use crate::catalog::{Kind, Retry, Severity};
use crate::confidence::Confidence;
use crate::input::{FileError, Notice, describe};
use crate::stats::{CauseOrder, TimesOutOfRange};

pub(super) struct English;

/// `1 line`, `2 lines`
fn count_of(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl Language for English {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Category => "category",
            Label::Cause => "cause",
            Label::Check => "check",
            Label::Code => "code",
            Label::Count => "count",
            Label::Errors => "errors",
            Label::File => "file",
            Label::Fix => "fix",
            Label::Kind => "kind",
            Label::Meaning => "meaning",
            Label::Name => "name",
            Label::Note => "note",
            Label::Others => "others",
            Label::Range => "range",
            Label::Related => "related codes",
            Label::Remedy => "remedy",
            Label::Retry => "retry",
            Label::See => "see",
            Label::Seen => "seen",
            Label::Severity => "severity",
            Label::Share => "share",
            Label::Since => "since",
            Label::Source => "source",
            Label::Status => "status",
            Label::Time => "time",
            Label::Unknown => "unknown",
        }
    }

    fn severity(&self, severity: Severity) -> &'static str {
        severity.as_str()
    }

    fn kind(&self, kind: Kind) -> String {
        kind.to_string()
    }

    fn deprecated(&self) -> &'static str {
        "deprecated: gone from the vendor's list; older clients and servers send it"
    }

    fn since(&self, since: &str) -> String {
        since.to_string()
    }

    fn also(&self, codes: &[String]) -> String {
        format!("also {}", codes.join(", "))
    }

    fn colon(&self) -> &'static str {
        ": "
    }

    fn full_stop(&self) -> &'static str {
        "."
    }

    fn comma(&self) -> &'static str {
        ", "
    }

    fn or(&self) -> &'static str {
        " Or: "
    }

    fn parenthesis(&self, text: &str) -> String {
        format!(" ({text})")
    }

    fn range(&self, first: &str, last: &str) -> String {
        format!("{first} to {last}")
    }

    fn labeled(&self, label: Label, text: &str) -> String {
        format!("{}: {text}", capitalized(self.label(label)))
    }

    fn confidence(&self, confidence: Confidence) -> String {
        format!("with {confidence} confidence")
    }

    fn first_lines(&self) -> &'static str {
        "First lines:"
    }

    fn seen(&self, count: u64, first: &str, last: &str) -> String {
        match count {
            1 => format!("Seen once, at {first}"),
            _ => format!("Seen {count} times, first at {first}, last at {last}"),
        }
    }

    fn retry_word(&self, retry: Retry) -> String {
        retry.to_string()
    }

    fn retry(&self, retry: Retry) -> &'static str {
        match retry {
            Retry::Never => "the same request cannot succeed",
            Retry::Immediate => "the same request may be repeated at once",
            Retry::Backoff => "the same request may be repeated after growing waits",
            Retry::AfterFix => "the same request succeeds once its cause is fixed",
        }
    }

    fn line(&self, line: u64) -> String {
        format!("line {line}")
    }

    fn first_and_last(&self) -> [&'static str; 2] {
        ["first ", "last "]
    }

    fn unknown_meaning(&self) -> &'static str {
        "No catalog holds this code."
    }

    fn unknown_remedy(&self) -> &'static str {
        "Go by the text beside it, and quote both to support."
    }

    fn unknown_inline(&self) -> &'static str {
        "unknown to imerr"
    }

    fn inline_separator(&self) -> &'static str {
        "; or "
    }

    fn or_severity(&self, severity: Severity) -> String {
        format!("or {severity}")
    }

    fn see_line(&self, line: u64) -> String {
        match line {
            0 => "see above".to_string(),
            _ => format!("see line {line}"),
        }
    }

    fn see_place(&self, place: &str) -> String {
        format!("see {place}")
    }

    fn more_codes_on_line(&self, count: usize) -> String {
        format!("and {count} more codes on this line")
    }

    fn findings(&self, count: u64) -> String {
        count_of(count, "finding")
    }

    fn findings_of(&self, count: u64, severity: Option<Severity>) -> String {
        match severity {
            None => format!("{count} unknown"),
            Some(severity @ (Severity::Error | Severity::Warning)) => {
                count_of(count, severity.as_str())
            }
            Some(severity) => format!("{count} {severity}"),
        }
    }

    fn lines_of_files(&self, lines: u64, files: u64) -> String {
        format!("{} of {}", count_of(lines, "line"), count_of(files, "file"))
    }

    fn found(&self, findings: u64, codes: u64, read: &str) -> String {
        format!("{} of {} in {read}", self.findings(findings), count_of(codes, "code"))
    }

    fn none_passes_filters(&self, findings: u64, read: &str) -> String {
        format!("{} in {read}, none passes the filters", self.findings(findings))
    }

    fn nothing_read(&self) -> String {
        "No log was read".to_string()
    }

    fn nothing_found(&self, read: &str) -> String {
        format!("No error codes found in {read}")
    }

    fn time_range(&self, times: &TimesOutOfRange) -> String {
        let since = times.since.map(|time| format!("since {}", time.to_seconds()));
        let until = times.until.map(|time| format!("until {}", time.to_seconds()));
        let bounds: Vec<String> = since.into_iter().chain(until).collect();
        format!("the time range ({})", bounds.join(" "))
    }

    fn times_out_of_range(&self, times: &TimesOutOfRange) -> String {
        let (first, last) = (times.earliest.to_seconds(), times.latest.to_seconds());
        format!("the lines outside of it are from {first} to {last}")
    }

    fn nothing_found_in_range(&self, lines: u64, read: &str, times: &TimesOutOfRange) -> String {
        let (range, outside) = (self.time_range(times), self.times_out_of_range(times));
        let inside = count_of(lines, "line");
        format!("No error codes found in {inside} in {range}, out of {read}; {outside}")
    }

    fn nothing_in_range(&self, read: &str, times: &TimesOutOfRange) -> String {
        let (range, outside) = (self.time_range(times), self.times_out_of_range(times));
        format!("No line is in {range}, out of {read}; {outside}")
    }

    fn problems(&self, order: CauseOrder, shown: usize, all: usize) -> String {
        if shown == all {
            return match order {
                CauseOrder::Severity => format!("{all} problems, the worst first"),
                CauseOrder::Count => format!("{all} problems, the most frequent first"),
                CauseOrder::First => format!("{all} problems, in the order of their first lines"),
            };
        }
        let number = if shown == 1 { String::new() } else { format!("{shown} ") };
        match order {
            CauseOrder::Severity => format!("the {number}worst of {all} problems"),
            CauseOrder::Count => format!("the {number}most frequent of {all} problems"),
            CauseOrder::First => format!("the first {number}of {all} problems"),
        }
    }

    fn problems_after_main(&self, shown: usize, all: usize) -> String {
        let number = if shown == all { all.to_string() } else { format!("{shown} of {all}") };
        format!("{number} problems: first that of the main cause, then the worst")
    }

    fn codes_of_one_problem(&self, codes: u64) -> [String; 2] {
        let short = count_of(codes, "code");
        [format!("{short}, one problem"), short]
    }

    fn more_problems(&self, problems: u64, findings: u64) -> String {
        format!("and {}, with {}", count_of(problems, "more problem"), self.findings(findings))
    }

    fn more_files(&self, files: u64, findings: u64) -> String {
        format!("and {}, with {}", count_of(files, "more file"), self.findings(findings))
    }

    fn more_codes(
        &self,
        codes: u64,
        findings: u64,
        is_lower_bound: bool,
        elsewhere: &str,
    ) -> String {
        let at_least = if is_lower_bound { "at least " } else { "" };
        let (codes, findings) = (count_of(codes, "more code"), self.findings(findings));
        format!(" And {at_least}{codes} with {findings}{elsewhere}.")
    }

    fn further_codes(&self, findings: u64) -> String {
        format!("and further codes, with {}", self.findings(findings))
    }

    fn more(&self, groups: usize) -> String {
        format!("{groups} more")
    }

    fn duration(&self, millis: i64) -> String {
        let (count, unit) = in_largest_unit(millis, ["d", "h", "min", "s", "ms"]);
        format!("{count} {unit}")
    }

    fn intervals(&self, width: &str) -> String {
        format!("in intervals of {width}")
    }

    fn without_time(&self, findings: u64) -> String {
        format!("{} without a time", self.findings(findings))
    }

    fn max(&self, count: u64) -> String {
        format!("max {count}")
    }

    fn exported_by(&self, version: &str, dates: Option<&str>) -> String {
        let dates = dates.map_or(String::new(), |dates| format!("; vendor's lists of {dates}"));
        format!("Error codes, exported by imerr-annotate {version}{dates}.")
    }

    fn table_limits(&self) -> &'static str {
        "A table explains a code that a regular expression has cut out. imerr-annotate in the pipe \
         also finds the codes that such expressions miss, and ignores numbers that are not codes."
    }

    fn page(&self) -> &'static PageWords {
        &page::ENGLISH
    }

    fn notice(&self, notice: Notice) -> String {
        notice.to_string()
    }

    fn file_error(&self, error: &FileError) -> Option<String> {
        Some(error.to_string())
    }

    fn system_error(&self, error: &io::Error) -> Option<String> {
        Some(describe(error))
    }
}
