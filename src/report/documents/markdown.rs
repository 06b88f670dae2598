//! `Markdown`: the summary as a table of GitHub-flavored Markdown, for job summaries, comments and
//! issues.
//!
//! Names stand in code, where GitHub and GitLab look for neither mentions nor references: in
//! backticks if they are plain, as `<code>` with entities if not. Backticks cannot hold a backslash
//! before a pipe, nor a backtick.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::model::breakdown;
use crate::report::model::phrases::{self, counted, headline};
use crate::report::model::{Cause, causes};
use crate::report::{Report, ReportData};
use crate::stats::{CodeKey, CodeRow, Location};
use crate::terminal::escape_name;

/// A table of causes and codes, sums and files. It quotes nothing of the log but the names of its
/// files.
#[derive(Clone, Copy, Debug)]
pub struct Markdown {
    limit: usize,
}

/// The most files that are listed.
const FILES: usize = 20;
/// The most characters of a file's name.
const NAME: usize = 160;

impl Markdown {
    /// What GitHub takes as the summary of a step (`$GITHUB_STEP_SUMMARY`), in bytes.
    pub const STEP_SUMMARY: usize = 1 << 20;
    /// What GitHub takes as a comment or an issue, in characters.
    pub const COMMENT: usize = 65_536;

    /// The same document in at most `bytes`: causes that have no room are left out, those to fix
    /// first come first. Sums and files are told in any case; they take some thousand bytes.
    pub fn with_limit(self, bytes: usize) -> Self {
        Self { limit: bytes }
    }
}

impl Default for Markdown {
    /// A document of at most [`Markdown::STEP_SUMMARY`] bytes.
    fn default() -> Self {
        Self { limit: Self::STEP_SUMMARY }
    }
}

impl Report for Markdown {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut text = format!("### {}\n", headline(data));
        if data.stats.codes.count() > 0 {
            let end = format!("{}{}", overall(data), files(data));
            text.push_str("\n| Severity | Count | Share | Code | Name | Category | Meaning | Remedy | Seen |\n");
            text.push_str("|:--|--:|--:|--:|:--|:--|:--|:--|:--|\n");
            // The note about what is left out has its place as well.
            let room = self.limit.saturating_sub(text.len() + end.len() + 200);
            text.push_str(&rows(data, room));
            text.push_str(&end);
        }
        out.write_all(text.as_bytes())
    }
}

/// The rows of as many causes as fit into `room` bytes, and a note about the others.
fn rows(data: &ReportData<'_>, room: usize) -> String {
    let mut text = String::new();
    let causes = causes(data);
    let mut told = 0;
    for cause in &causes {
        let rows = cause_rows(cause, data);
        if text.len() + rows.len() > room {
            break;
        }
        text.push_str(&rows);
        told += 1;
    }
    let left_out = &causes[told..];
    if !left_out.is_empty() {
        let count: u64 = left_out.iter().map(|cause| cause.count).sum();
        let causes = counted(left_out.len() as u64, "more cause");
        text.push_str(&format!(
            "\n{causes} with {} left out for want of room.\n",
            counted(count, "finding")
        ));
    }
    let uncounted = data.stats.codes.overflowed();
    if uncounted > 0 {
        text.push_str(&format!(
            "\nAnd {} of too many further codes.\n",
            counted(uncounted, "finding")
        ));
    }
    text
}

/// A row for the cause, and one for each of its codes if there are several.
fn cause_rows(cause: &Cause<'_>, data: &ReportData<'_>) -> String {
    let severity = phrases::severity(cause.severity);
    let share = escaped(&breakdown::percent(cause.count, data));
    let (meaning, remedy) = (escaped(&cause.meaning(data)), escaped(&cause.remedy(data)));
    let mut text = format!("| **{severity}** | **{}** | {share} | ", cause.count);
    match cause.single() {
        Some(row) => {
            let code = code(&row.key, data);
            text.push_str(&format!("{code} | {meaning} | {remedy} | {} |\n", seen(row, data)));
        }
        None => {
            let codes = counted(cause.rows.len() as u64, "code");
            text.push_str(&format!("{codes} | one cause | | {meaning} | {remedy} | |\n"));
            for row in &cause.rows {
                let share = escaped(&breakdown::percent(row.count, data));
                let code = code(&row.key, data);
                text.push_str(&format!(
                    "| | {} | {share} | {code} | | | {} |\n",
                    row.count,
                    seen(row, data)
                ));
            }
        }
    }
    text
}

/// The cells of code, name and category.
fn code(subject: &CodeKey, data: &ReportData<'_>) -> String {
    let name = phrases::name(subject, data);
    let name = if name.is_empty() { String::new() } else { coded(name) };
    format!("{} | {name} | {}", subject.code, escaped(&phrases::category(subject, data)))
}

/// Where and when a code was seen.
fn seen(row: &CodeRow, data: &ReportData<'_>) -> String {
    let place = |place: &Location| format!("{}:{}", file(data.file(place)), place.line);
    let mut text = place(&row.first);
    if row.last != row.first {
        text.push_str(&format!(" to {}", place(&row.last)));
    }
    if let Some((earliest, latest)) = row.earliest.zip(row.latest) {
        text.push_str(&format!("<br>{}", phrases::between(earliest, latest)));
    }
    text
}

/// The sums by category and kind.
fn overall(data: &ReportData<'_>) -> String {
    let mut text = String::new();
    for (label, sums) in [("Category", phrases::categories(data)), ("Kind", phrases::kinds(data))] {
        let sums: Vec<String> = sums.iter().map(|sum| escaped(sum)).collect();
        text.push_str(&format!("\n**{label}:** {}\n", sums.join(", ")));
    }
    text
}

/// The files with the most findings, if there are several.
fn files(data: &ReportData<'_>) -> String {
    if data.files.len() < 2 {
        return String::new();
    }
    let files = breakdown::files(data);
    let mut text = "\n| Severity | Count | Share | File |\n|:--|--:|--:|:--|\n".to_string();
    for row in files.iter().take(FILES) {
        let share = escaped(&breakdown::percent(row.count, data));
        text.push_str(&format!(
            "| {} | {} | {share} | {} |\n",
            phrases::severity(row.severity),
            row.count,
            file(data.name(row.file))
        ));
    }
    let left_out = files.iter().skip(FILES);
    if left_out.len() > 0 {
        let count: u64 = left_out.clone().map(|row| row.count).sum();
        let more = counted(left_out.len() as u64, "more file");
        text.push_str(&format!("\nAnd {more} with {}.\n", counted(count, "finding")));
    }
    text
}

/// The name of a file, the end of it if it is very long.
fn file(name: &str) -> String {
    let name = escape_name(name);
    let cut = name.char_indices().rev().nth(NAME - 1).map_or(0, |(at, _)| at);
    if cut > 0 { format!("…{}", coded(&name[cut..])) } else { coded(&name) }
}

/// `text` as code.
fn coded(text: &str) -> String {
    if text.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c)) {
        return format!("`{text}`");
    }
    let mut coded = "<code>".to_string();
    for c in text.chars() {
        match c {
            '/' | '.' | '-' | ',' | ' ' => coded.push(c),
            c if c.is_ascii_punctuation() => {
                write!(coded, "&#{};", c as u32).expect("a String takes all text")
            }
            c => coded.push(c),
        }
    }
    coded + "</code>"
}

/// A text of a catalog, or a word of ours, as it stands, but for what ends a cell, begins an
/// element or calls somebody.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Mentions are looked for when entities are read already; nobody's name goes on behind
            // a space without width.
            '@' => escaped.push_str("&#64;&#8203;"),
            '|' | '<' | '>' | '&' | '`' | '*' | '[' | ']' | '\\' | '~' | '$' => {
                write!(escaped, "&#{};", c as u32).expect("a String takes all text");
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    #[test]
    fn a_cause_stands_above_its_codes() {
        let run = TestRun::default()
            .with_finding_at(0, 7, -10003, Some(0))
            .with_finding_at(1, 9, 6206, Some(61_000))
            .with_finding(0, 8, 6208);
        let wanted = "\
### 3 findings of 3 codes in 5000 lines of 3 files

| Severity | Count | Share | Code | Name | Category | Meaning | Remedy | Seen |
|:--|--:|--:|--:|:--|:--|:--|:--|:--|
| **error** | **2** | 66.7% | 2 codes | one cause | | The UserSig has expired. | Get a new UserSig from your server and log in again. | |
| | 1 | 33.3% | -10003 | `ERR_SVR_SSO_A2_UP_INVALID` | server/access | | | `app.log`:7<br>2026-11-24 10:00:00.000 |
| | 1 | 33.3% | 6206 | `ERR_USER_SIG_EXPIRED` | sdk/account | | | `logs/backend-2026-11-24.log`:9<br>2026-11-24 10:01:01.000 |
| **warning** | **1** | 33.3% | 6208 | `ERR_LOGIN_KICKED_OFF_BY_OTHER` | sdk/account | ";
        let text = run.document(&Markdown::default());
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
        let text = TestRun::chat_app().document(&Markdown::default());
        let (codes, files) =
            text.split_once("\n**Category:**").expect("sums stand between the tables");
        for (table, bars, rows) in [(codes, 10, 15), (files, 5, 5)] {
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
        let text = TestRun::default().document(&Markdown::default());
        assert_eq!(text, "### No error codes found in 5000 lines of 3 files\n");
    }

    #[test]
    fn names_of_files_are_only_names() {
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
            assert_eq!(file(name), wanted, "{name:?}");
            let text =
                TestRun::from_codes(&[6206]).with_files(&[name]).document(&Markdown::default());
            let row = text.lines().find(|line| line.starts_with("| **error**")).expect("a row");
            assert_eq!(row.matches('|').count(), 10, "{row}");
            assert!(row.ends_with(&format!("| {wanted}:1 |")), "{row}");
        }
        let long = file(&"日".repeat(5000));
        assert!(long.starts_with("…`日") && long.chars().count() == NAME + 3, "{long}");
    }

    #[test]
    fn texts_of_catalogs_stay_in_their_cell_and_call_nobody() {
        assert_eq!(
            escaped("Ask @team | see <x> & get_group_info."),
            "Ask &#64;&#8203;team &#124; see &#60;x&#62; &#38; get_group_info."
        );
    }

    #[test]
    fn what_has_no_room_is_told_as_a_number() {
        let codes: Vec<i64> = (120_001..121_000).chain([6206, 70001]).collect();
        let run = TestRun::from_codes(&codes);
        let whole = run.document(&Markdown::default());
        assert!(whole.contains("| 120999 |") && !whole.contains("left out"));
        let cut = run.document(&Markdown::default().with_limit(Markdown::COMMENT));
        assert!(
            cut.len() <= Markdown::COMMENT && cut.len() > Markdown::COMMENT - 1000,
            "{}",
            cut.len()
        );
        let rows = cut.lines().filter(|line| line.starts_with("| **")).count();
        let note = format!(
            "\n{0} more causes with {0} findings left out for want of room.\n",
            1000 - rows
        );
        assert!(cut.contains("| 6206 |") && cut.contains(&note), "{rows}");
    }
}
