//! Issues: what a CI system shows of a run, one issue for each code.

use std::borrow::Cow;

use crate::catalog::Severity;
use crate::input::STDIN;
use crate::report::ReportData;
use crate::stats::{CodeRow, Location};
use crate::terminal::escape_name;

/// A code for the log of a CI system.
#[derive(Debug)]
pub(crate) struct Issue<'r> {
    pub severity: Severity,
    pub row: &'r CodeRow,
    /// The file of the first finding; None for standard input.
    pub file: Option<Cow<'r, str>>,
    /// The code with its name and the number of its findings: `6206 ERR_USER_SIG_EXPIRED x3`.
    pub title: String,
    /// `MEANING -> REMEDY (first and last location)`, on one line.
    pub message: String,
}

/// The issues of a run, worst first.
///
/// Of each level there are at most `limit`. If there are more codes, the last message has their
/// number and ends with `elsewhere`, which says where to read about them.
pub(crate) fn issues<'r>(data: &ReportData<'r>, limit: usize, elsewhere: &str) -> Vec<Issue<'r>> {
    let rows = data.stats.codes.worst_first(data.catalog);
    let mut issues = Vec::new();
    for level in [Severity::Error, Severity::Warning, Severity::Info] {
        let mut of_level = rows.clone();
        // CI systems have no level above an error.
        of_level.retain(|row| data.severity(&row.key).min(Severity::Error) == level);
        let (shown, left_out) = of_level.split_at(of_level.len().min(limit));
        issues.extend(shown.iter().map(|row| Issue::new(data, row)));
        let overflowed = if level == Severity::Error { data.stats.codes.overflowed } else { 0 };
        let findings = left_out.iter().map(|row| row.count).sum::<u64>() + overflowed;
        if let Some(last) = issues.last_mut()
            && findings > 0
        {
            let left_out = left_out.len() as u64;
            last.message += &data.words().more_codes(left_out, findings, overflowed > 0, elsewhere);
        }
    }
    issues
}

impl<'r> Issue<'r> {
    fn new(data: &ReportData<'r>, row: &'r CodeRow) -> Self {
        let (meaning, remedy) = (data.meaning(&row.key), data.remedy(&row.key));
        let first = location(&row.first, data);
        let locations = match row.count {
            1 => first,
            _ => {
                let [before_first, before_last] = data.words().first_and_last();
                let last = location(&row.last, data);
                format!("{before_first}{first}{}{before_last}{last}", data.words().comma())
            }
        };
        Self {
            severity: data.severity(&row.key),
            row,
            file: file(&row.first, data),
            title: format!("{} x{}", data.title(&row.key), row.count),
            message: format!("{meaning} -> {remedy} ({locations})."),
        }
    }
}

/// `app.log:12`, or `line 12` of standard input.
fn location(location: &Location, data: &ReportData<'_>) -> String {
    match file(location, data) {
        Some(name) => format!("{}:{}", escape_name(&name), location.line),
        None => data.words().line(location.line),
    }
}

fn file<'r>(location: &Location, data: &ReportData<'r>) -> Option<Cow<'r, str>> {
    let name = data.file(location.file);
    (!name.is_empty() && name != STDIN).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    fn listed(files: &[(&str, &str)], limit: usize) -> Vec<(Severity, i64, u64, String)> {
        let run = TestRun::from_logs(files, 0);
        let mut listed = Vec::new();
        for issue in issues(&run.data(), limit, ": see the summary") {
            listed.push((issue.severity, issue.row.key.code, issue.row.count, issue.message));
        }
        listed
    }

    #[test]
    fn each_code_is_one_issue_with_its_first_and_last_location() {
        let files = [
            ("a.log", "imsdk code:6206\n"),
            ("b\n.log", "\nimsdk code:6206\nimsdk error_code:-10113\n"),
            (STDIN, "imsdk code:6012\n"),
        ];
        let listed = listed(&files, 10);
        let codes: Vec<(Severity, i64, u64)> =
            listed.iter().map(|&(severity, code, count, _)| (severity, code, count)).collect();
        assert_eq!(
            codes,
            [
                (Severity::Error, 6206, 2),
                (Severity::Warning, -10113, 1),
                (Severity::Warning, 6012, 1)
            ]
        );
        assert!(listed[0].3.starts_with("The UserSig has expired. -> "), "{}", listed[0].3);
        assert!(listed[0].3.ends_with(" (first a.log:1, last b\\n.log:2)."), "{}", listed[0].3);
        assert!(listed[2].3.ends_with(" (line 1)."), "{}", listed[2].3);
    }

    #[test]
    fn the_last_issue_of_a_level_counts_the_codes_that_are_left_out() {
        let log = "imsdk code:6206 error_code:70001 error_code:70107 error_code:70107\n";
        let listed = listed(&[("a.log", log)], 2);
        assert_eq!(listed.len(), 2);
        assert!(!listed[0].3.contains("more codes"), "{}", listed[0].3);
        let wanted = " And 1 more code with 1 finding: see the summary.";
        assert!(listed[1].3.ends_with(wanted), "{}", listed[1].3);
    }
}
