//! What the log of a CI system is told of one code, whatever the system: one issue for each code,
//! worst first.

use crate::catalog::Severity;
use crate::input::STDIN;
use crate::report::ReportData;
use crate::stats::{CodeRow, Location};
use crate::terminal::escape_name;

/// How loud an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A fatal, an error or an unknown code.
    Error,
    /// A warning.
    Warning,
    /// An info.
    Info,
}

/// What is told of one code.
#[derive(Debug)]
pub(crate) struct Issue<'o> {
    pub level: Level,
    pub severity: Severity,
    pub code: i64,
    pub count: u64,
    /// The file of the first place; None for standard input.
    pub file: Option<&'o str>,
    /// The first place.
    pub place: &'o Location,
    /// `MEANING -> REMEDY (first and last place)`, on one line.
    pub message: String,
}

/// One issue for each code, worst first; of each level at most `limit`, the last of which tells how
/// much is left out. `elsewhere` says where that can be read.
pub(crate) fn issues<'o>(data: &ReportData<'o>, limit: usize, elsewhere: &str) -> Vec<Issue<'o>> {
    let rows = data.stats.codes.worst_first(data.catalog);
    let mut issues = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Info] {
        let of_level: Vec<&CodeRow> =
            rows.iter().copied().filter(|row| Level::of(data, row) == level).collect();
        let (shown, left) = of_level.split_at(of_level.len().min(limit));
        issues.extend(shown.iter().map(|row| Issue::new(data, row)));
        let uncounted = if level == Level::Error { data.stats.codes.overflowed() } else { 0 };
        let findings = left.iter().map(|row| row.count).sum::<u64>() + uncounted;
        if let Some(last) = issues.last_mut().filter(|_| findings > 0) {
            let codes = counted(left.len() as u64, "more code");
            let at_least = if uncounted > 0 { "at least " } else { "" };
            last.message += &format!(
                " And {at_least}{codes} with {}{elsewhere}.",
                counted(findings, "finding")
            );
        }
    }
    issues
}

impl Level {
    fn of(data: &ReportData<'_>, row: &CodeRow) -> Self {
        match data.severity(&row.key) {
            Severity::Fatal | Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl<'o> Issue<'o> {
    fn new(data: &ReportData<'o>, row: &'o CodeRow) -> Self {
        let file = named(data.file(&row.first));
        let said = |place: &Location| match named(data.file(place)) {
            Some(name) => format!("{}:{}", escape_name(name), place.line),
            None => format!("line {}", place.line),
        };
        let places = match row.count {
            1 => said(&row.first),
            _ => format!("first {}, last {}", said(&row.first), said(&row.last)),
        };
        Self {
            level: Level::of(data, row),
            severity: data.severity(&row.key),
            code: row.key.code,
            count: row.count,
            file,
            place: &row.first,
            message: format!("{} -> {} ({places}).", data.meaning(&row.key), data.remedy(&row.key)),
        }
    }
}

/// `1 finding`, `2 findings`
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The name of a file; standard input has none.
fn named(name: &str) -> Option<&str> {
    (!name.is_empty() && name != STDIN).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    fn told(files: &[(&str, &str)], limit: usize) -> Vec<(Level, i64, u64, String)> {
        let run = TestRun::from_logs(files, 0);
        let issues = issues(&run.data(), limit, ": see the summary");
        issues
            .into_iter()
            .map(|issue| (issue.level, issue.code, issue.count, issue.message))
            .collect()
    }

    #[test]
    fn each_code_is_told_once_with_its_first_and_last_place() {
        let files = [
            ("a.log", "imsdk code:6206\n"),
            ("b\n.log", "\nimsdk code:6206\nimsdk error_code:-10113\n"),
            (STDIN, "imsdk code:6012\n"),
        ];
        let told = told(&files, 10);
        let codes: Vec<(Level, i64, u64)> =
            told.iter().map(|&(level, code, count, _)| (level, code, count)).collect();
        assert_eq!(
            codes,
            [(Level::Error, 6206, 2), (Level::Warning, -10113, 1), (Level::Warning, 6012, 1)]
        );
        assert!(told[0].3.starts_with("The UserSig has expired. -> "), "{}", told[0].3);
        assert!(told[0].3.ends_with(" (first a.log:1, last b\\n.log:2)."), "{}", told[0].3);
        assert!(told[2].3.ends_with(" (line 1)."), "{}", told[2].3);
    }

    #[test]
    fn the_last_of_a_level_tells_what_is_left_out() {
        let log = "imsdk code:6206 error_code:70001 error_code:70107 error_code:70107\n";
        let told = told(&[("a.log", log)], 2);
        assert_eq!(told.len(), 2);
        assert!(!told[0].3.contains("more codes"), "{}", told[0].3);
        assert!(
            told[1].3.ends_with(" And 1 more code with 1 finding: see the summary."),
            "{}",
            told[1].3
        );
    }
}
