//! Telling which gate tripped.

use imerr::gate::{Condition, Violation};
use imerr::report::ReportData;

/// `--fail-on error: 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 412 times, first at app.log:12; 3 other codes trip it too`
pub fn told(trip: &Violation<'_>, overview: &ReportData<'_>) -> String {
    let Violation { condition, row, new_count, other_codes, total_count, .. } = trip;
    let option = match condition {
        Condition::Severity(severity) => format!("--fail-on {severity}"),
        Condition::Code => "--fail-on-code".to_string(),
        Condition::Unknown => "--fail-on-unknown".to_string(),
        Condition::MaxErrors(limit) if *total_count == 1 => {
            format!("--max-errors {limit}: 1 error")
        }
        Condition::MaxErrors(limit) => format!("--max-errors {limit}: {total_count} errors"),
    };
    let what = match overview.entry(&row.key) {
        Some(entry) => {
            format!("{}/{} {}", entry.system, entry.category, overview.severity(&row.key))
        }
        None => "unknown".to_string(),
    };
    let times = if row.count == 1 { "once".to_string() } else { format!("{} times", row.count) };
    let beyond = match row.count - new_count {
        0 => String::new(),
        before => format!(" ({before} in the baseline)"),
    };
    let place = format!("{}:{}", overview.file(&row.first), row.first.line);
    let others = match other_codes {
        0 => String::new(),
        1 => "; 1 other code trips it too".to_string(),
        others => format!("; {others} other codes trip it too"),
    };
    format!(
        "{option}: {} ({what}) {times}{beyond}, first at {place}{others}",
        overview.title(&row.key)
    )
}
