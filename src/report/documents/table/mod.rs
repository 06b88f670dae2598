//! `Summary`: the table for a terminal. What to fix first comes first, and beneath it where it was
//! seen and what to do.

mod bar;
mod chart;
mod page;
mod rows;
mod text;

use std::io::{self, Write};

use crate::report::model::breakdown;
use crate::report::model::causes;
use crate::report::model::phrases::{self, counted, headline};
use crate::report::{Report, ReportData};
use crate::terminal::escape_name;
use page::{Ink, Page};
use rows::{Columns, Left};
use text::{fitted, flowed, wrapped};

/// Where everything but labels begins.
const MARGIN: usize = 10;
/// The most files that are listed.
const FILES: usize = 20;

/// A table of causes and codes, sums, files and a picture over time, never wider than the terminal.
#[derive(Clone, Debug)]
pub struct Summary {
    width: usize,
    color: bool,
    ascii: bool,
    limit: usize,
}

impl Summary {
    /// The least width in columns; a narrower terminal breaks the lines.
    pub const MIN_WIDTH: usize = 40;
    /// How many causes are told, unless [another limit](Summary::with_limit) is set.
    pub const LIMIT: usize = 50;

    /// A summary for a terminal of `width` columns, without color.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(Self::MIN_WIDTH), color: false, ascii: false, limit: Self::LIMIT }
    }

    /// The same summary; with `color`, severities have the colors that they have in annotated
    /// lines.
    pub fn with_color(self, color: bool) -> Self {
        Self { color, ..self }
    }

    /// The same summary; with `ascii`, bars and marks are made of ASCII. Names of files stay as
    /// they are.
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// The same summary, of the first `causes` causes. The others are told as a number.
    pub fn with_limit(self, causes: usize) -> Self {
        Self { limit: causes, ..self }
    }
}

impl Report for Summary {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut page = Page::new(self);
        page.indented(0, Ink::Strong, &wrapped(&headline(data), self.width));
        if data.stats.codes.count() > 0 {
            table(data, &mut page);
            overall(data, &mut page);
            files(data, &mut page);
            chart::draw(data.stats.codes.histogram(), &mut page);
        }
        out.write_all(page.into_text().as_bytes())
    }
}

/// Writes the causes.
fn table(data: &ReportData<'_>, page: &mut Page<'_>) {
    let causes = causes(data);
    let (shown, left_out) = causes.split_at(page.style.limit.min(causes.len()));
    let columns = Columns::new(shown, data, page);
    page.end_line();
    columns.header(page);
    for cause in shown {
        columns.cause(cause, data, page);
    }
    let uncounted = data.stats.codes.overflowed();
    for (text, count) in [
        (
            counted(left_out.len() as u64, "more cause"),
            left_out.iter().map(|cause| cause.count).sum::<u64>(),
        ),
        ("further codes".to_string(), uncounted),
    ] {
        if count > 0 {
            rest(&text, count, page);
        }
    }
}

/// Writes the sums by category and kind.
fn overall(data: &ReportData<'_>, page: &mut Page<'_>) {
    page.end_line();
    for (label, sums) in [("category", phrases::categories(data)), ("kind", phrases::kinds(data))] {
        let lines = flowed(sums.iter().map(String::as_str), ", ", page.style.width - MARGIN);
        page.labeled(label, MARGIN, &lines);
    }
}

/// Writes the files with the most findings, if there are several.
fn files(data: &ReportData<'_>, page: &mut Page<'_>) {
    let files = breakdown::files(data);
    if data.files.len() < 2 {
        return;
    }
    let left = Left::new(files.first().map_or(0, |row| row.count), page);
    page.end_line();
    left.header(page);
    page.line(Ink::Calm, "file");
    for row in files.iter().take(FILES) {
        left.put(Some(row.severity), row.count, data, page);
        page.line(
            Ink::Plain,
            &fitted(
                &escape_name(data.name(row.file)),
                page.style.width - left.width(),
                page.ellipsis(),
            ),
        );
    }
    let left_out = files.iter().skip(FILES);
    if left_out.len() > 0 {
        let count = left_out.clone().map(|row| row.count).sum();
        rest(&counted(left_out.len() as u64, "more file"), count, page);
    }
}

/// Writes what a table leaves out.
fn rest(text: &str, count: u64, page: &mut Page<'_>) {
    let text = format!("and {text}, with {}", counted(count, "finding"));
    page.indented(MARGIN, Ink::Calm, &wrapped(&text, page.style.width - MARGIN));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn a_cause_stands_above_its_codes() {
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
        assert_eq!(run.document(&Summary::new(80)), wanted);
    }

    #[test]
    fn a_wide_terminal_has_a_line_for_each_code() {
        let text = TestRun::from_codes(&[6206, 70001]).document(&Summary::new(200));
        let lines: Vec<&str> = text.lines().skip(2).take(6).map(str::trim_end).collect();
        let wanted = [
            "severity  count   share                code   name                  category                     meaning",
            "error         2    100%  ████████████  2 codes, one cause                                        The UserSig has expired.",
            "                                       -> Get a new UserSig from your server and log in again.",
            "              1   50.0%  ██████        6206   ERR_USER_SIG_EXPIRED  sdk/account",
            "                                       app.log:1",
            "              1   50.0%  ██████        70001                        server/account or web/login",
        ];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn nothing_found_is_one_line() {
        let text = TestRun::default().document(&Summary::new(80));
        assert_eq!(text, "No error codes found in 5000 lines of 3 files\n");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_none_commands_it() {
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
                let text = run.document(&Summary::new(width).with_limit(usize::MAX));
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
                .document(&Summary::new(200))
                .contains("a\\x1b[31m\\r\\nerror 7 \\u{202e}\\u{9b}2J\\u{fe0f}.log:12")
        );
    }

    #[test]
    fn colors_and_ascii_change_nothing_else() {
        let run = TestRun::chat_app();
        let escape = regex::Regex::new("\x1b\\[[0-9;]*m").expect("hardcoded pattern must compile");
        for width in [40, 80, 200] {
            let plain = run.document(&Summary::new(width));
            let colored = run.document(&Summary::new(width).with_color(true));
            assert!(colored.contains("\x1b[31merror\x1b[0m"));
            assert_eq!(escape.replace_all(&colored, ""), plain);
        }
        let ascii = run
            .with_files(&["a.log", &format!("{}b.log", "x/".repeat(100)), "c.log"])
            .document(&Summary::new(80).with_ascii(true));
        assert!(
            ascii.is_ascii() && ascii.contains("########  3 codes") && ascii.contains(" .../x/x/"),
            "{ascii}"
        );
    }

    #[test]
    fn what_is_left_out_is_told_as_a_number() {
        let names: Vec<String> = (0..25).map(|file| format!("{file}.log")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let run = (0..25).fold(TestRun::default().with_files(&names), |run, file| {
            run.with_finding(file, 1, 6206).with_finding(file, 2, 6208)
        });
        let text = run.document(&Summary::new(80).with_limit(1));
        assert!(text.contains("\n          and 1 more cause, with 25 findings\n"), "{text}");
        assert!(
            text.contains("  19.log\n          and 5 more files, with 10 findings\n"),
            "{text}"
        );
    }
}
