//! The message for a gate that fails a run.

use imerr::gate::{Condition, Violation};
use imerr::report::ReportData;

/// `--fail-on error: 6206 ERR_USER_SIG_EXPIRED (sdk/account error) 412 times, first at app.log:12;
/// 3 other codes trip it too`
pub fn gate_message(violation: &Violation<'_>, data: &ReportData<'_>) -> String {
    let Violation { condition, row, new_count, other_codes, total_count, .. } = violation;
    let option = match condition {
        Condition::Severity(severity) => format!("--fail-on {severity}"),
        Condition::Code => "--fail-on-code".to_string(),
        Condition::Unknown => "--fail-on-unknown".to_string(),
        Condition::MaxErrors(limit) if *total_count == 1 => {
            format!("--max-errors {limit}: 1 error")
        }
        Condition::MaxErrors(limit) => format!("--max-errors {limit}: {total_count} errors"),
    };
    let kind = match data.entry(&row.key) {
        Some(entry) => {
            format!("{}/{} {}", entry.system, entry.category, data.severity(&row.key))
        }
        None => "unknown".to_string(),
    };
    let times = match row.count {
        1 => "once".to_string(),
        count => format!("{count} times"),
    };
    let in_baseline = match row.count - new_count {
        0 => String::new(),
        count => format!(" ({count} in the baseline)"),
    };
    let others = match other_codes {
        0 => String::new(),
        1 => "; 1 other code trips it too".to_string(),
        others => format!("; {others} other codes trip it too"),
    };
    let title = data.title(&row.key);
    let file = data.file(&row.first);
    let line = row.first.line;
    format!("{option}: {title} ({kind}) {times}{in_baseline}, first at {file}:{line}{others}")
}
