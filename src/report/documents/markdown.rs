//! `Markdown`: the summary as tables of GitHub-flavored Markdown, for the summary of a job.

use std::io::{self, Write};

use crate::language::{Label, capitalized};
use crate::markdown::{code_span, escape};
use crate::report::model::breakdown::percent;
use crate::report::model::phrases::{self, headline};
use crate::report::model::{Cause, breakdown, causes};
use crate::report::{Report, ReportData};
use crate::stats::{CodeKey, CodeRow, Location};
use crate::terminal::escape_name;

/// Tables of causes, codes and files, and counts by category and kind. The document contains no
/// text of the log but the names of its files.
///
/// The document has at most 1 MiB. The causes that do not fit are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

/// The longest summary of a step (`$GITHUB_STEP_SUMMARY`) that GitHub accepts, in bytes.
const LIMIT: usize = 1 << 20;
const MAX_FILES: usize = 20;
const CAUSE_COLUMNS: [Label; 9] = [
    Label::Severity,
    Label::Count,
    Label::Share,
    Label::Code,
    Label::Name,
    Label::Category,
    Label::Meaning,
    Label::Remedy,
    Label::Seen,
];
const FILE_COLUMNS: [Label; 4] = [Label::Severity, Label::Count, Label::Share, Label::File];
/// The most characters of a file name.
const NAME_LIMIT: usize = 160;
/// The room for the notes about what is left out, in bytes.
const NOTES: usize = 200;

impl Report for Markdown {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(document(data, LIMIT).as_bytes())
    }
}

fn document(data: &ReportData<'_>, limit: usize) -> String {
    let mut text = format!("### {}\n", headline(data));
    if data.stats.codes.count > 0 {
        text.push('\n');
        text.push_str(&header(&CAUSE_COLUMNS, data));
        text.push_str("|:--|--:|--:|--:|:--|:--|:--|:--|:--|\n");
        let end = groups(data) + &files(data);
        let room = limit.saturating_sub(text.len() + end.len() + NOTES);
        text.push_str(&cause_table(data, room));
        text.push_str(&end);
    }
    text
}

/// The header of a table with these columns.
fn header(columns: &[Label], data: &ReportData<'_>) -> String {
    let mut row = String::new();
    for &column in columns {
        row += &format!("| {} ", capitalized(data.words().label(column)));
    }
    row + "|\n"
}

/// The rows of as many causes as fit into `room` bytes, and a note about the others.
fn cause_table(data: &ReportData<'_>, room: usize) -> String {
    let mut text = String::new();
    let mut causes = causes(data).into_iter().peekable();
    while let Some(cause) = causes.peek() {
        let rows = cause_rows(cause, data);
        if text.len() + rows.len() > room {
            break;
        }
        text.push_str(&rows);
        causes.next();
    }
    let left_out: Vec<u64> = causes.map(|cause| cause.count).collect();
    let words = data.words();
    if !left_out.is_empty() {
        let rest = words.more_problems(left_out.len() as u64, left_out.iter().sum());
        text += &format!("\n{}{}\n", capitalized(&rest), words.full_stop());
    }
    let overflowed = data.stats.codes.overflowed;
    if overflowed > 0 {
        let rest = words.further_codes(overflowed);
        text += &format!("\n{}{}\n", capitalized(&rest), words.full_stop());
    }
    text
}

/// A row for the cause, and a row for each of its codes if there are several.
fn cause_rows(cause: &Cause<'_>, data: &ReportData<'_>) -> String {
    let (severity, count) = (phrases::severity(cause.severity, data.words()), cause.count);
    let (meaning, remedy) = cause.texts(data);
    let (meaning, remedy) = (escape(&meaning), escape(&remedy));
    let start = format!("| **{severity}** | **{count}** | {} |", escape(&percent(count, data)));
    if let [row] = cause.rows[..] {
        let (code, seen) = (code_cells(&row.key, data), seen(row, data));
        return format!("{start} {code} | {meaning} | {remedy} | {seen} |\n");
    }
    let [codes, _] = data.words().codes_of_one_problem(cause.rows.len() as u64);
    let mut text = format!("{start} {codes} | | | {meaning} | {remedy} | |\n");
    for row in &cause.rows {
        let (count, share) = (row.count, escape(&percent(row.count, data)));
        let (code, seen) = (code_cells(&row.key, data), seen(row, data));
        text += &format!("| | {count} | {share} | {code} | | | {seen} |\n");
    }
    text
}

/// The cells with code, name and category.
fn code_cells(key: &CodeKey, data: &ReportData<'_>) -> String {
    let name = data.common_name(key);
    let name = if name.is_empty() { String::new() } else { code_span(name) };
    format!("{} | {name} | {}", key.code, escape(&data.categories(key)))
}

/// Where and when a code was found.
fn seen(row: &CodeRow, data: &ReportData<'_>) -> String {
    let mut text = location(&row.first, data);
    if row.last != row.first {
        text = data.words().range(&text, &location(&row.last, data));
    }
    if let Some((earliest, latest)) = row.earliest.zip(row.latest) {
        text += &format!("<br>{}", phrases::time_range(earliest, latest, data.words()));
    }
    text
}

fn location(location: &Location, data: &ReportData<'_>) -> String {
    format!("{}:{}", file_name(&data.file(location.file)), location.line)
}

/// The counts by category and kind.
fn groups(data: &ReportData<'_>) -> String {
    let categories = escape(&with_shares(phrases::categories(data), data));
    let kinds = escape(&with_shares(phrases::kinds(data), data));
    let words = data.words();
    let [category, kind] =
        [Label::Category, Label::Kind].map(|label| capitalized(words.label(label)));
    let colon = words.colon();
    let [category, kind] = [category, kind].map(|label| format!("**{label}{}**", colon.trim_end()));
    format!("\n{category} {categories}\n\n{kind} {kinds}\n")
}

/// `sdk/account 12 (60.0%), server/group 8 (40.0%)`
fn with_shares(counts: Vec<(String, u64)>, data: &ReportData<'_>) -> String {
    let text = |(name, count): (String, u64)| format!("{name} {count} ({})", percent(count, data));
    counts.into_iter().map(text).collect::<Vec<_>>().join(data.words().comma())
}

/// The files with the most findings, if there are several inputs.
fn files(data: &ReportData<'_>) -> String {
    if data.files.len() < 2 {
        return String::new();
    }
    let files = breakdown::files(data);
    let (shown, left_out) = files.split_at(files.len().min(MAX_FILES));
    let mut text = format!("\n{}|:--|--:|--:|:--|\n", header(&FILE_COLUMNS, data));
    for row in shown {
        let (severity, count) = (phrases::severity(row.severity, data.words()), row.count);
        let (share, name) = (escape(&percent(count, data)), file_name(&data.file(row.file)));
        text += &format!("| {severity} | {count} | {share} | {name} |\n");
    }
    if !left_out.is_empty() {
        let findings = left_out.iter().map(|row| row.count).sum();
        let rest = data.words().more_files(left_out.len() as u64, findings);
        text += &format!("\n{}{}\n", capitalized(&rest), data.words().full_stop());
    }
    text
}

/// The name of a file as code; only its end if it is very long.
fn file_name(name: &str) -> String {
    let name = escape_name(name);
    match name.char_indices().rev().nth(NAME_LIMIT - 1) {
        Some((start @ 1.., _)) => format!("…{}", code_span(&name[start..])),
        _ => code_span(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn a_cause_comes_before_its_codes() {
        let run = TestRun::default()
            .with_finding_at(0, 7, -10003, Some(0))
            .with_finding_at(1, 9, 6206, Some(61_000))
            .with_finding(0, 8, 6208);
        let wanted = "\
### 3 findings of 3 codes in 5000 lines of 3 files

| Severity | Count | Share | Code | Name | Category | Meaning | Remedy | Seen |
|:--|--:|--:|--:|:--|:--|:--|:--|:--|
| **error** | **2** | 66.7% | 2 codes, one problem | | | The UserSig has expired. | Get a new UserSig from your server and log in again. | |
| | 1 | 33.3% | -10003 | `ERR_SVR_SSO_A2_UP_INVALID` | server/access | | | `app.log`:7<br>2026-11-24 10:00:00.000 |
| | 1 | 33.3% | 6206 | `ERR_USER_SIG_EXPIRED` | sdk/account | | | `logs/backend-2026-11-24.log`:9<br>2026-11-24 10:01:01.000 |
| **warning** | **1** | 33.3% | 6208 | `ERR_LOGIN_KICKED_OFF_BY_OTHER` | sdk/account | ";
        let text = run.document(&Markdown);
        assert!(text.starts_with(wanted), "{text}");
        assert!(
            text.contains("\n**Category:** sdk/account 2 (66.7%), server/access 1 (33.3%)\n"),
            "{text}"
        );
        assert!(
            text.ends_with("\n| error | 1 | 33.3% | `logs/backend-2026-11-24.log` |\n"),
            "{text}"
        );
    }

    #[test]
    fn every_row_has_all_cells() {
        let text = TestRun::chat_app().document(&Markdown);
        let (codes, files) =
            text.split_once("\n**Category:**").expect("counts by category are between the tables");
        for (table, bars, rows) in [(codes, 10, 14), (files, 5, 5)] {
            let counts: Vec<usize> = table
                .lines()
                .filter(|line| line.starts_with('|'))
                .map(|line| line.matches('|').count())
                .collect();
            assert_eq!(counts, vec![bars; rows], "{table}");
        }
    }

    #[test]
    fn nothing_found_is_one_line() {
        let text = TestRun::default().document(&Markdown);
        assert_eq!(text, "### No error codes found in 5000 lines of 3 files\n");
    }

    #[test]
    fn file_names_are_escaped() {
        let rows = [
            ("logs/app_1.log", "`logs/app_1.log`"),
            ("日志.log", "`日志.log`"),
            ("stdin", "`stdin`"),
            ("a b.log", "<code>a b.log</code>"),
            ("@team", "<code>&#64;team</code>"),
            ("a|b\\|c`d`", "<code>a&#124;b&#92;&#124;c&#96;d&#96;</code>"),
            ("</code><img src=x>", "<code>&#60;/code&#62;&#60;img src&#61;x&#62;</code>"),
            ("x\n\n# *y* _z_", "<code>x&#92;n&#92;n&#35; &#42;y&#42; &#95;z&#95;</code>"),
            (
                "\u{202e}[a](http://b)",
                "<code>&#92;u&#123;202e&#125;&#91;a&#93;&#40;http&#58;//b&#41;</code>",
            ),
        ];
        for (name, wanted) in rows {
            assert_eq!(file_name(name), wanted, "{name:?}");
            let text = TestRun::from_codes(&[6206]).with_files(&[name]).document(&Markdown);
            let row = text.lines().find(|line| line.starts_with("| **error**")).expect("a row");
            assert_eq!(row.matches('|').count(), 10, "{row}");
            assert!(row.ends_with(&format!("| {wanted}:1 |")), "{row}");
        }
        let long = file_name(&"日".repeat(5000));
        assert!(long.starts_with("…`日") && long.chars().count() == NAME_LIMIT + 3, "{long}");
    }

    #[test]
    fn causes_without_room_are_counted() {
        let codes: Vec<i64> = (120_001..121_000).chain([6206, 70001]).collect();
        let run = TestRun::from_codes(&codes);
        let whole = run.document(&Markdown);
        assert!(whole.contains("| 120999 |") && !whole.contains("more cause"));
        let limit = 65_536;
        let cut = document(&run.data(), limit);
        assert!((limit - 1000..=limit).contains(&cut.len()), "{}", cut.len());
        let rows = cut.lines().filter(|line| line.starts_with("| **")).count();
        let left_out = 1000 - rows;
        let note = format!("\nAnd {left_out} more problems, with {left_out} findings.\n");
        assert!(cut.contains("| 6206 |") && cut.contains(&note), "{rows}");
    }
}
