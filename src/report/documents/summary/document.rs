//! `Summary`: the verdict, then a table of causes with locations and remedies.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::cause_table::{CauseTable, CountColumns, SHARE, ShownCodes, indent_below};
use super::chart::write_chart;
use crate::diagnose::SignalKind;
use crate::language::{Label, diagnosis};
use crate::report::model::phrases::{self, headline, time_range};
use crate::report::model::{Cause, breakdown, causes, explained};
use crate::report::page::{Page, TextStyle, right, wrapped};
use crate::report::{Report, ReportData};
use crate::stats::{CauseOrder, CodeKey, CodeRow};
use crate::terminal::{Styles, escape_name, fitted, padded, width};

/// The indent of everything but labels.
pub(super) const MARGIN: usize = 10;
const MAX_FILES: usize = 20;
/// The most files, codes of a cause, and categories or kinds, if the rows are limited.
const FEW_FILES: usize = 5;
const FEW_CODES: usize = 3;
const FEW_GROUPS: usize = 3;
/// The rows around the causes: a blank one, a title, a header, and what is left out.
const ROWS_AROUND_CAUSES: usize = 5;
/// The most categories and kinds, if the causes are limited too.
const MAX_GROUPS: usize = 5;
const GAP: usize = 4;

/// What was found in two lines, tables of causes, codes and files, counts by category and kind, and
/// a chart over time. No line is wider than the terminal. Bars and charts that would show nothing
/// are left out.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The columns of the terminal; fewer than [`Summary::MIN_WIDTH`] count as that.
    pub width: usize,
    /// The colors, which are those of annotations.
    pub styles: Styles,
    /// Whether bars and marks are ASCII. File names are written as they are.
    pub ascii: bool,
    /// The most causes that are listed.
    pub max_causes: usize,
    /// The most rows. If there would be more, there are fewer causes, only the first codes and the
    /// first place of each, and fewer files. The first cause is always there.
    pub max_rows: usize,
    /// Which causes come first.
    pub order: CauseOrder,
    /// Text after the number of causes, codes or files that are left out, such as how to list them.
    pub more: &'static str,
}

impl Summary {
    /// The least width, in columns.
    pub const MIN_WIDTH: usize = Page::MIN_WIDTH;
    /// The usual [`Summary::max_causes`] for a terminal.
    pub const LIMIT: usize = 10;
    /// The usual [`Summary::max_rows`] for a terminal.
    pub const ROWS: usize = 59;
    /// All causes, without color, in 120 columns.
    pub const PLAIN: Self = Self {
        width: 120,
        styles: Styles::PLAIN,
        ascii: false,
        max_causes: usize::MAX,
        max_rows: usize::MAX,
        order: CauseOrder::Severity,
        more: "",
    };
}

impl Report for Summary {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let complete = Self { max_rows: usize::MAX, ..self.clone() };
        let mut page = complete.composed(data);
        if page.rows() > self.max_rows {
            page = self.composed(data);
        }
        out.write_all(page.text.as_bytes())
    }
}

impl Summary {
    fn composed(&self, data: &ReportData<'_>) -> Page {
        let mut page = self.page(data);
        page.indented(0, TextStyle::Bold, &wrapped(&headline(data), page.width));
        if data.stats.codes.count > 0 {
            write_verdict(data, &mut page);
            write_explained(data, &mut page);
            let mut rest = self.page(data);
            write_groups(self.max_groups(), data, &mut rest);
            if data.files.len() > 1 {
                let (files, more) =
                    if self.is_short() { (FEW_FILES, self.more) } else { (MAX_FILES, "") };
                write_files(files, more, data, &mut rest);
            }
            write_chart(&data.stats.codes.histogram, &mut rest);
            let rows = self.max_rows.saturating_sub(page.rows() + rest.rows() + ROWS_AROUND_CAUSES);
            self.write_causes(rows, data, &mut page);
            page.text += &rest.text;
        }
        page
    }

    fn page(&self, data: &ReportData<'_>) -> Page {
        Page::new(self.width, self.ascii, &self.styles, data.words())
    }

    fn max_groups(&self) -> usize {
        match self.max_causes {
            usize::MAX => usize::MAX,
            _ if self.is_short() => FEW_GROUPS,
            _ => MAX_GROUPS,
        }
    }

    /// Whether only the most important parts are there.
    fn is_short(&self) -> bool {
        self.max_rows < usize::MAX
    }

    fn table<'t>(
        &self,
        causes: &[Cause<'_>],
        data: &'t ReportData<'t>,
        page: &'t mut Page,
    ) -> CauseTable<'t> {
        let codes = ShownCodes {
            max: if self.is_short() { FEW_CODES } else { usize::MAX },
            has_all_places: !self.is_short(),
            more: self.more,
        };
        CauseTable::new(causes, codes, data, page)
    }

    /// How many of the causes fit into `rows`; at least one, if there are any.
    fn count_that_fits(&self, causes: &[Cause<'_>], rows: usize, data: &ReportData<'_>) -> usize {
        if !self.is_short() {
            return causes.len();
        }
        let mut page = self.page(data);
        let mut table = self.table(causes, data, &mut page);
        for (index, cause) in causes.iter().enumerate() {
            table.write_cause(cause);
            if table.rows() > rows {
                return index.max(1);
            }
        }
        causes.len()
    }

    fn write_causes(&self, rows: usize, data: &ReportData<'_>, page: &mut Page) {
        let mut causes = causes(data);
        sort(&mut causes, self.order);
        let is_moved = self.order == CauseOrder::Severity && move_main_problem(&mut causes, data);
        let most = self.max_causes.min(causes.len());
        let most = self.count_that_fits(&causes[..most], rows, data);
        let (shown, left_out) = causes.split_at(most);
        page.end_line();
        if causes.len() > 1 && !shown.is_empty() {
            let words = data.words();
            let title = if is_moved {
                words.problems_after_main(shown.len(), causes.len())
            } else {
                words.problems(self.order, shown.len(), causes.len())
            };
            page.indented(0, TextStyle::Dim, &wrapped(&title, page.width));
        }
        if !shown.is_empty() {
            let mut table = self.table(shown, data, page);
            table.write_header();
            for cause in shown {
                table.write_cause(cause);
            }
        }
        if !left_out.is_empty() {
            let findings = left_out.iter().map(|cause| cause.count).sum();
            let rest = data.words().more_problems(left_out.len() as u64, findings);
            write_rest(&(rest + self.more), page);
        }
        let overflowed = data.stats.codes.overflowed;
        if overflowed > 0 {
            write_rest(&data.words().further_codes(overflowed), page);
        }
    }
}

/// Moves the problem with which the main cause of the diagnosis begins to the front, so that the table
/// and the sentence above it name the same first. Returns whether another one was there.
fn move_main_problem(problems: &mut [Cause<'_>], data: &ReportData<'_>) -> bool {
    let Some(codes) = main_codes(data) else { return false };
    let is_main = |problem: &Cause<'_>| problem.rows.iter().any(|row| codes.contains(&row.key));
    match problems.iter().position(is_main) {
        None | Some(0) => false,
        Some(main) => {
            problems[..=main].rotate_right(1);
            true
        }
    }
}

/// The codes with which the main cause begins; None if it explains too little to be the answer.
fn main_codes(data: &ReportData<'_>) -> Option<Vec<CodeKey>> {
    let diagnosis = data.diagnosis.filter(|diagnosis| !diagnosis.explains_little())?;
    let main = diagnosis.verdict?.count.cause;
    let mut codes = Vec::new();
    for incident in diagnosis.incidents.iter().filter(|one| one.cause == main) {
        for signal in &incident.starts {
            if let SignalKind::Code(key) = signal.kind {
                codes.push(key);
            }
        }
    }
    Some(codes)
}

/// Sorts causes, which are in the order of their severity.
fn sort(causes: &mut [Cause<'_>], order: CauseOrder) {
    match order {
        CauseOrder::Severity => {}
        CauseOrder::Count => causes.sort_by_key(|cause| Reverse(cause.count)),
        CauseOrder::First => causes.sort_by_key(|cause| {
            let first = |row: &&CodeRow| (row.first.file, row.first.line, row.first.column);
            cause.rows.iter().map(first).min()
        }),
    }
}

/// Writes the causes that a diagnosis found, and how many findings each explains.
fn write_explained(data: &ReportData<'_>, page: &mut Page) {
    let explained = explained(data);
    if explained.is_empty() {
        return;
    }
    let lang = data.catalog.lang();
    let titles: Vec<(&str, u64)> =
        explained.iter().map(|one| (one.cause.texts(lang).title.as_str(), one.findings)).collect();
    let words = diagnosis::of(lang);
    let text = match data.diagnosis.filter(|diagnosis| diagnosis.explains_little()) {
        Some(diagnosis) => {
            words.few_explained_by(&titles, diagnosis.explained(), diagnosis.findings)
        }
        None => words.explained_by(&titles, data.stats.codes.count),
    };
    page.indented(0, TextStyle::Plain, &wrapped(&text, page.width));
}

/// Writes the counts of the severities, and the time range.
fn write_verdict(data: &ReportData<'_>, page: &mut Page) {
    let mut parts = Vec::new();
    for (severity, text) in phrases::severities(data) {
        parts.push((TextStyle::Severity(severity), text));
    }
    if let Some((earliest, latest)) = data.stats.codes.histogram.time_range {
        parts.push((TextStyle::Plain, time_range(earliest, latest, data.words())));
    }
    let mut column = 0;
    for (style, text) in parts {
        if column > 0 {
            let comma = page.words.comma();
            // Another comma may follow.
            if column + width(comma) + width(&text) + width(comma.trim_end()) > page.width {
                page.put(TextStyle::Plain, comma.trim_end());
                page.end_line();
                column = 0;
            } else {
                page.put(TextStyle::Plain, comma);
                column += width(comma);
            }
        }
        for (index, line) in
            wrapped(&text, page.width - width(page.words.comma().trim_end())).iter().enumerate()
        {
            if index > 0 {
                page.end_line();
                column = 0;
            }
            page.put(style, line);
            column += width(line);
        }
    }
    page.end_line();
}

/// Writes the counts of the categories and of the kinds, side by side if there is room.
fn write_groups(max_groups: usize, data: &ReportData<'_>, page: &mut Page) {
    let categories = group_table(Label::Category, phrases::categories(data), max_groups, data);
    let kinds = group_table(Label::Kind, phrases::kinds(data), max_groups, data);
    let columns = |table: &[String]| table.iter().map(|row| width(row)).max().unwrap_or(0);
    let category_columns = columns(&categories) + GAP;
    page.end_line();
    let style = |row: usize| if row == 0 { TextStyle::Dim } else { TextStyle::Plain };
    if category_columns + columns(&kinds) <= page.width {
        for row in 0..categories.len().max(kinds.len()) {
            let [category, kind] = [&categories, &kinds].map(|table| table.get(row));
            let category = category.map_or("", String::as_str);
            let kind = kind.map_or("", String::as_str);
            page.put(style(row), &padded(category, category_columns));
            page.line(style(row), kind);
        }
        return;
    }
    for (index, table) in [categories, kinds].iter().enumerate() {
        if index > 0 {
            page.end_line();
        }
        for (row, text) in table.iter().enumerate() {
            page.line(style(row), text);
        }
    }
}

/// A table of counts with a header. Groups beyond `most` are put together.
fn group_table(
    header: Label,
    mut groups: Vec<(String, u64)>,
    most: usize,
    data: &ReportData<'_>,
) -> Vec<String> {
    let words = data.words();
    // One line for the rest of them would be as long as the last one.
    if groups.len() > most.saturating_add(1) {
        let rest = groups.split_off(most);
        let count = rest.iter().map(|(_, count)| count).sum();
        groups.push((words.more(rest.len()), count));
    }
    let [header, count_header, share] =
        [header, Label::Count, Label::Share].map(|label| words.label(label));
    let names = groups.iter().map(|(name, _)| width(name));
    let name = names.chain([width(header)]).max().unwrap_or(0);
    let digits = |(_, count): &(String, u64)| count.to_string().len();
    let count = groups.iter().map(digits).chain([width(count_header)]).max().unwrap_or(0);
    let header = padded(header, name) + "  " + &right(count_header, count);
    let mut rows = vec![header + "  " + &right(share, SHARE)];
    for (group, findings) in groups {
        let share = breakdown::percent(findings, data);
        let group = padded(&group, name);
        rows.push(format!("{group}  {findings:>count$}  {share:>SHARE$}"));
    }
    rows
}

/// Writes the files with the most findings, of which there are several, and how many others there
/// are, followed by `more`.
fn write_files(max_files: usize, more: &str, data: &ReportData<'_>, page: &mut Page) {
    let files = breakdown::files(data);
    let (shown, left_out) = files.split_at(files.len().min(max_files));
    let counts: Vec<u64> = shown.iter().map(|row| row.count).collect();
    let columns = CountColumns::new(&counts, page);
    page.end_line();
    columns.write_header(page);
    page.line(TextStyle::Dim, page.words.label(Label::File));
    for row in shown {
        columns.write(TextStyle::Severity(row.severity), row.count, data, page);
        let name = escape_name(&data.file(row.file));
        page.line(TextStyle::Plain, &fitted(&name, page.width - columns.width(), page.ellipsis()));
    }
    if !left_out.is_empty() {
        let findings = left_out.iter().map(|row| row.count).sum();
        let rest = data.words().more_files(left_out.len() as u64, findings);
        write_rest(&(rest + more), page);
    }
}

/// Writes how much a table leaves out.
fn write_rest(text: &str, page: &mut Page) {
    let indent = indent_below(page);
    page.indented(indent, TextStyle::Dim, &wrapped(text, page.width - indent));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;
    use crate::testutil::TestRun;

    const SUMMARY: Summary = Summary { width: 80, ..Summary::PLAIN };

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
3 errors, 1 unknown, 1 warning, 2026-11-24 10:00:00.000 to 11:23:20.000

3 problems, the worst first
severity  count   share            code    name
error         3   60.0%  ████████  2 codes, one problem
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
             kick each other. To allow both, change Login and Message > Login
             Settings in the console.
          logs/backend-2026-11-24.log:12

category       count   share    kind      count   share
sdk/account        3   60.0%    auth          3   60.0%
unknown            1   20.0%    unknown       1   20.0%
server/access      1   20.0%    conflict      1   20.0%

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
        let lines: Vec<&str> = text.lines().skip(3).take(6).map(str::trim_end).collect();
        let rows = [
            (
                "severity  count   share                code   name                  category",
                "meaning",
            ),
            (
                "error         2    100%  ████████████  2 codes, one problem",
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
        let styles = Styles::colored(Theme::auto());
        for width in [40, 80, 200] {
            let plain = run.document(&Summary { width, ..SUMMARY });
            let colored = run.document(&Summary { width, styles: styles.clone(), ..SUMMARY });
            assert!(colored.contains("\x1b[1;38;2;238;0;0merror\x1b[22;39m"));
            assert!(colored.contains("\x1b[38;2;0;138;0m->\x1b[39m "));
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
        let text =
            run.document(&Summary { max_causes: 1, more: "; --top all lists them", ..SUMMARY });
        let rest = "\n          and 1 more problem, with 25 findings; --top all lists them\n";
        assert!(text.contains(rest) && text.contains("\nthe worst of 2 problems\n"), "{text}");
        assert!(
            text.contains("  19.log\n          and 5 more files, with 10 findings\n"),
            "{text}"
        );
    }

    #[test]
    fn few_rows_have_the_first_codes_causes_and_files() {
        let names: Vec<String> = (0..9).map(|file| format!("customer/logs/{file}.log")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut run = TestRun::default().with_files(&names);
        // Six codes of one problem, then one problem for each code.
        let entries = crate::catalog::built_in();
        let codes = [6206, 70001, -10003, -10001, -10101, 70101];
        let others = entries.entries().iter().map(|entry| entry.codes.first);
        let all: Vec<i64> = codes.into_iter().chain(others.step_by(7)).collect();
        for (line, code) in (1..).zip(all) {
            for file in 0..9 {
                run = run.with_finding_at(file, line, code, Some(line as i64 * 1000));
            }
        }
        let more = "; --top all lists them";
        let limits = (Summary::LIMIT, Summary::ROWS);
        for width in [80, 100, 200] {
            let (max_causes, max_rows) = limits;
            let text = run.document(&Summary { width, max_causes, max_rows, more, ..SUMMARY });
            assert!(text.lines().count() < 60, "{}: {text}", text.lines().count());
            assert!(text.contains(" more problems, with "), "{text}");
            let files = "  customer/logs/4.log\n          and 4 more files, with ";
            assert!(text.contains(files), "{text}");
            assert!(!text.contains("customer/logs/5.log\n"), "{text}");
        }
        let one = TestRun::from_codes(&codes);
        let complete = one.document(&SUMMARY);
        let rows = complete.lines().count();
        assert_eq!(one.document(&Summary { max_rows: rows, more, ..SUMMARY }), complete);
        let text = one.document(&Summary { max_rows: rows - 1, more, ..SUMMARY });
        let rest = "\n          and 3 more codes, with 3 findings; --top all lists them\n";
        assert!(text.contains("  6 codes, one problem\n") && text.contains(rest), "{text}");
        assert!(!complete.contains(" more codes"));
    }

    /// The codes of the table, in order.
    fn order_of(run: &TestRun, order: CauseOrder) -> Vec<&'static str> {
        let text = run.document(&Summary { order, ..SUMMARY });
        let mut found: Vec<(usize, &str)> = ["6206", "6208", "70107", "424242"]
            .into_iter()
            .filter_map(|code| Some((text.find(&format!("  {code} "))?, code)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, code)| code).collect()
    }

    #[test]
    fn causes_are_sorted_as_asked() {
        let run = TestRun::from_codes(&[6208, 70107, 6206, 6206, 6208, 6208]);
        assert_eq!(order_of(&run, CauseOrder::Severity), ["6206", "70107", "6208"]);
        assert_eq!(order_of(&run, CauseOrder::Count), ["6208", "6206", "70107"]);
        assert_eq!(order_of(&run, CauseOrder::First), ["6208", "70107", "6206"]);
        let none = run.document(&Summary { max_causes: 0, ..SUMMARY });
        assert!(none.contains("and 3 more problems, with 6 findings") && !none.contains("6206"));
    }

    #[test]
    fn narrow_tables_have_nearly_all_columns_for_text() {
        let run = TestRun::from_codes(&[6206, 70001, 20009]);
        let text = run.document(&Summary { width: 40, ..SUMMARY });
        for line in [
            "severity  count   share  code",
            "error         2   66.7%  2 codes",
            "  6206 x1 ERR_USER_SIG_EXPIRED",
            "  -> Get a new UserSig from your server",
            "     and log in again.",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}: {text}");
        }
        assert!(text.lines().all(|line| width(line) <= 40), "{text}");
        // A name is beside its code where there is room.
        let text = run.document(&Summary { width: 60, ..SUMMARY });
        assert!(text.contains("33.3%  6206   ERR_USER_SIG_EXPIRED\n"), "{text}");
    }

    #[test]
    fn bars_are_drawn_only_where_counts_differ() {
        let alike = TestRun::from_codes(&[6206, 6208]).document(&SUMMARY);
        assert!(!alike.contains('█'), "{alike}");
        let different = TestRun::from_codes(&[6206, 6208, 6208]).document(&SUMMARY);
        assert!(different.contains('█'), "{different}");
    }

    #[test]
    fn many_groups_are_put_together_if_the_causes_are_limited() {
        let codes = [6206, 10010, 10015, 20001, 30001, 40001, 70107, 80001, 90001];
        let run = TestRun::from_codes(&codes);
        let groups = phrases::categories(&run.data()).len();
        assert!(groups > MAX_GROUPS + 1, "{groups}");
        for (width, max_causes) in [(80, 10), (40, 10), (80, usize::MAX)] {
            let text = run.document(&Summary { width, max_causes, ..SUMMARY });
            let rest = format!("\n{} more ", groups - MAX_GROUPS);
            assert_eq!(text.contains(&rest), max_causes == 10, "{text}");
        }
    }
}
