//! `Summary`: what to fix first comes first, with locations and remedies below each cause.

use std::io::{self, Write};

use super::cause_table::{CauseTable, CountColumns};
use super::chart::write_chart;
use super::page::{Page, TextStyle, fitted, flowed, wrapped};
use crate::report::model::phrases::{self, count_of, headline};
use crate::report::model::{breakdown, causes};
use crate::report::{Report, ReportData};
use crate::terminal::escape_name;

/// The indent of everything but labels.
pub(super) const MARGIN: usize = 10;
const MAX_FILES: usize = 20;

/// Tables of causes, codes and files, counts by category and kind, and a chart over time. No line
/// is wider than the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// The columns of the terminal; fewer than [`Summary::MIN_WIDTH`] count as that.
    pub width: usize,
    /// Whether severities have the colors of annotations.
    pub color: bool,
    /// Whether bars and marks are ASCII. File names are written as they are.
    pub ascii: bool,
    /// The most causes that are listed.
    pub max_causes: usize,
}

impl Summary {
    /// The least width, in columns.
    pub const MIN_WIDTH: usize = 40;
    /// The usual [`Summary::max_causes`] for a terminal.
    pub const LIMIT: usize = 50;
}

impl Report for Summary {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut page = Page::new(self);
        page.indented(0, TextStyle::Bold, &wrapped(&headline(data), page.width));
        if data.stats.codes.count > 0 {
            write_causes(self.max_causes, data, &mut page);
            write_groups(data, &mut page);
            write_files(data, &mut page);
            write_chart(&data.stats.codes.histogram, &mut page);
        }
        out.write_all(page.text.as_bytes())
    }
}

fn write_causes(max_causes: usize, data: &ReportData<'_>, page: &mut Page) {
    let causes = causes(data);
    let (shown, left_out) = causes.split_at(max_causes.min(causes.len()));
    page.end_line();
    let mut table = CauseTable::new(shown, data, page);
    table.write_header();
    for cause in shown {
        table.write_cause(cause);
    }
    if !left_out.is_empty() {
        let causes = count_of(left_out.len() as u64, "more cause");
        write_rest(&causes, left_out.iter().map(|cause| cause.count).sum(), page);
    }
    let overflowed = data.stats.codes.overflowed;
    if overflowed > 0 {
        write_rest("further codes", overflowed, page);
    }
}

fn write_groups(data: &ReportData<'_>, page: &mut Page) {
    page.end_line();
    let columns = page.width - MARGIN;
    page.labeled(0, "category", MARGIN, &flowed(&phrases::categories(data), columns));
    page.labeled(0, "kind", MARGIN, &flowed(&phrases::kinds(data), columns));
}

/// Writes the files with the most findings, if there are several inputs.
fn write_files(data: &ReportData<'_>, page: &mut Page) {
    if data.files.len() < 2 {
        return;
    }
    let files = breakdown::files(data);
    let (shown, left_out) = files.split_at(files.len().min(MAX_FILES));
    let columns = CountColumns::new(shown.first().map_or(0, |row| row.count), page);
    page.end_line();
    columns.write_header(page);
    page.line(TextStyle::Dim, "file");
    for row in shown {
        columns.write(TextStyle::Severity(row.severity), row.count, data, page);
        let name = escape_name(&data.file(row.file));
        page.line(TextStyle::Plain, &fitted(&name, page.width - columns.width(), page.ellipsis()));
    }
    if !left_out.is_empty() {
        let files = count_of(left_out.len() as u64, "more file");
        write_rest(&files, left_out.iter().map(|row| row.count).sum(), page);
    }
}

/// Writes how much a table leaves out.
fn write_rest(what: &str, findings: u64, page: &mut Page) {
    let text = format!("and {what}, with {}", count_of(findings, "finding"));
    page.indented(MARGIN, TextStyle::Dim, &wrapped(&text, page.width - MARGIN));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    const SUMMARY: Summary =
        Summary { width: 80, color: false, ascii: false, max_causes: usize::MAX };

    #[test]
    fn a_cause_comes_before_its_codes() {
        let run = TestRun::default()
            .with_finding_at(0, 7, -10003, Some(0))
            .with_finding_at(0, 8, 6206, Some(61_000))
            .with_finding_at(1, 9, 6206, Some(5_000_000))
            .with_finding(1, 10, 424_242)
            .with_finding(1, 12, 6208);
        let wanted = "\
5 findings of 4 codes in 5000 lines of 3 files

severity  count   share            code    name
error         3   60.0%  ████████  2 codes, one cause
          The UserSig has expired.
          -> Get a new UserSig from your server and log in again.
              2   40.0%  █████▍    6206    ERR_USER_SIG_EXPIRED
          sdk/account, first app.log:8, last logs/backend-2026-11-24.log:9,
          2026-11-24 10:01:01.000 to 11:23:20.000
              1   20.0%  ██▋       -10003  ERR_SVR_SSO_A2_UP_INVALID
          server/access, app.log:7, 2026-11-24 10:00:00.000
unknown       1   20.0%  ██▋       424242
          No catalog holds this code.
          -> Go by the text beside it, and quote both to support.
          logs/backend-2026-11-24.log:10
warning       1   20.0%  ██▋       6208    ERR_LOGIN_KICKED_OFF_BY_OTHER
          sdk/account: The user was logged out because the account logged in on
          another device.
          -> Tell the user and log in only on their request, or both devices
             kick each other. To allow both, change the console's login
             settings.
          logs/backend-2026-11-24.log:12

category  sdk/account 3 (60.0%), unknown 1 (20.0%), server/access 1 (20.0%)
kind      auth 3 (60.0%), unknown 1 (20.0%), conflict 1 (20.0%)

severity  count   share            file
error         3   60.0%  ████████  logs/backend-2026-11-24.log
error         2   40.0%  █████▍    app.log

time      in intervals of 2 min, 2 findings without a time
errors    █
max 2     █                                        █
          2026-11-24 10:00:00    2026-11-24 11:23:20
";
        assert_eq!(run.document(&SUMMARY), wanted);
    }

    #[test]
    fn a_wide_terminal_has_a_line_for_each_code() {
        let text = TestRun::from_codes(&[6206, 70001]).document(&Summary { width: 200, ..SUMMARY });
        let lines: Vec<&str> = text.lines().skip(2).take(6).map(str::trim_end).collect();
        let rows = [
            (
                "severity  count   share                code   name                  category",
                "meaning",
            ),
            (
                "error         2    100%  ████████████  2 codes, one cause",
                "The UserSig has expired.",
            ),
            ("", "-> Get a new UserSig from your server and log in again."),
            ("              1   50.0%  ██████        6206   ERR_USER_SIG_EXPIRED  sdk/account", ""),
            ("", "app.log:1"),
            (
                "              1   50.0%  ██████        70001                        \
                    server/account or web/login",
                "",
            ),
        ];
        let wanted = rows.map(|(left, right)| match (left, right) {
            ("", _) => format!("{:39}{right}", ""),
            (_, "") => left.to_string(),
            _ => format!("{left:97}{right}"),
        });
        assert_eq!(lines, wanted);
    }

    #[test]
    fn nothing_found_is_one_line() {
        let text = TestRun::default().document(&SUMMARY);
        assert_eq!(text, "No error codes found in 5000 lines of 3 files\n");
    }

    #[test]
    fn no_line_is_too_wide_or_has_a_control_character() {
        let long = format!("/{}/app.log", "var/log/日志".repeat(40));
        let hostile = ["a\x1b[31m\r\nerror 7 \u{202e}\u{9b}2J\u{fe0f}.log", long.as_str(), "stdin"];
        let many: Vec<i64> =
            crate::catalog::built_in().entries().iter().map(|entry| entry.codes.first).collect();
        let runs = [
            TestRun::chat_app(),
            TestRun::chat_app().with_files(&hostile),
            TestRun::from_codes(&many),
            TestRun::from_codes(&[6206; 12_345])
                .with_finding_at(2, u64::MAX, 6208, Some(0))
                .with_files(&hostile),
        ];
        for run in &runs {
            for width in (40..250).step_by(7) {
                let text = run.document(&Summary { width, ..SUMMARY });
                for line in text.lines() {
                    assert!(crate::terminal::width(line) <= width, "{width}: {line}");
                    assert!(
                        !line.ends_with(' ') && !line.chars().any(char::is_control),
                        "{line:?}"
                    );
                }
            }
        }
        assert!(
            runs[1]
                .document(&Summary { width: 200, ..SUMMARY })
                .contains("a\\x1b[31m\\r\\nerror 7 \\u{202e}\\u{9b}2J\\u{fe0f}.log:12")
        );
    }

    #[test]
    fn colors_and_ascii_change_nothing_else() {
        let run = TestRun::chat_app();
        let escape = regex::Regex::new("\x1b\\[[0-9;]*m").expect("hardcoded pattern must compile");
        for width in [40, 80, 200] {
            let plain = run.document(&Summary { width, ..SUMMARY });
            let colored = run.document(&Summary { width, color: true, ..SUMMARY });
            assert!(colored.contains("\x1b[31merror\x1b[0m"));
            assert_eq!(escape.replace_all(&colored, ""), plain);
        }
        let ascii = run
            .with_files(&["a.log", &format!("{}b.log", "x/".repeat(100)), "c.log"])
            .document(&Summary { ascii: true, ..SUMMARY });
        assert!(
            ascii.is_ascii() && ascii.contains("########  3 codes") && ascii.contains(" .../x/x/"),
            "{ascii}"
        );
    }

    #[test]
    fn causes_and_files_that_are_left_out_are_counted() {
        let names: Vec<String> = (0..25).map(|file| format!("{file}.log")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let run = (0..25).fold(TestRun::default().with_files(&names), |run, file| {
            run.with_finding(file, 1, 6206).with_finding(file, 2, 6208)
        });
        let text = run.document(&Summary { max_causes: 1, ..SUMMARY });
        assert!(text.contains("\n          and 1 more cause, with 25 findings\n"), "{text}");
        assert!(
            text.contains("  19.log\n          and 5 more files, with 10 findings\n"),
            "{text}"
        );
    }
}
