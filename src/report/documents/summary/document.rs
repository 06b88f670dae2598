//! `Summary`: the verdict, then a table of causes; in full with locations, groups, files and times.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::brief_table::BriefTable;
use super::cause_table::{CauseTable, CountColumns, NARROW, SHARE, indent_below};
use super::chart::write_chart;
use crate::diagnose::SignalKind;
use crate::language::{Label, diagnosis};
use crate::report::model::phrases::{self, headline, time_range};
use crate::report::model::{Cause, breakdown, causes, explained};
use crate::report::page::{Page, TextStyle, right, wrapped};
use crate::report::{Report, ReportData};
use crate::stats::{CauseOrder, CodeKey, CodeRow};
use crate::terminal::{MAX_PROSE_COLUMNS, Styles, escape_name, fitted, padded, width};

/// The indent of everything but labels.
pub(super) const MARGIN: usize = 10;
const MAX_FILES: usize = 20;
/// The rows around the causes of the short table: a blank one, a title, a header, what is left out,
/// and the details that it does not have.
const ROWS_AROUND_CAUSES: usize = 5;
/// The rows that a narrow page has in addition, since it wraps these texts.
const NARROW_ROWS: usize = 3;
/// The most categories and kinds, if the causes are limited.
const MAX_GROUPS: usize = 5;
const GAP: usize = 4;

/// What was found in two lines, tables of causes, codes and files, counts by category and kind, and
/// a chart over time. If the rows are limited, what was found and a short table of causes.
///
/// No line is wider than the terminal. Bars and charts that would show nothing are left out.
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
    /// The most rows. If this is a limit, there is only a short table of causes, with what to do if
    /// there is room. The first cause is always there.
    pub max_rows: usize,
    /// Which causes come first.
    pub order: CauseOrder,
    /// Text after the number of causes that are left out, such as how to list them.
    pub more: &'static str,
    /// A line below the short table about what it does not have; empty for none.
    pub details: &'static str,
}

impl Summary {
    /// The least width, in columns.
    pub const MIN_WIDTH: usize = Page::MIN_WIDTH;
    /// The usual [`Summary::max_causes`] for a terminal.
    pub const LIMIT: usize = 10;
    /// All causes, without color, in 120 columns.
    pub const PLAIN: Self = Self {
        width: 120,
        styles: Styles::PLAIN,
        ascii: false,
        max_causes: usize::MAX,
        max_rows: usize::MAX,
        order: CauseOrder::Severity,
        more: "",
        details: "",
    };
}

impl Report for Summary {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut page = self.page(data);
        page.indented(0, TextStyle::Bold, &wrapped(&headline(data), page.width));
        if data.stats.codes.count > 0 {
            write_verdict(data, &mut page);
            write_explained(data, &mut page);
            if self.is_brief() {
                self.write_brief(data, &mut page);
            } else {
                self.write_all(data, &mut page);
            }
        }
        out.write_all(page.text.as_bytes())
    }
}

impl Summary {
    /// Whether there is only the short table.
    fn is_brief(&self) -> bool {
        self.max_rows < usize::MAX
    }

    /// An empty page. The short table has no columns that a wider one would have room for.
    fn page(&self, data: &ReportData<'_>) -> Page {
        let width = if self.is_brief() { self.width.min(MAX_PROSE_COLUMNS) } else { self.width };
        Page::new(width, self.ascii, &self.styles, data.words())
    }

    /// Writes the short table, below the rows that the page has. It has the remedies if all causes
    /// have room for them, and as many causes as have room.
    fn write_brief(&self, data: &ReportData<'_>, page: &mut Page) {
        let (causes, is_moved) = self.sorted_causes(data);
        let listed = &causes[..self.max_causes.min(causes.len())];
        let wrapped_rows = if page.width < NARROW { NARROW_ROWS } else { 0 };
        let around = page.rows() + ROWS_AROUND_CAUSES + wrapped_rows;
        let room = self.max_rows.saturating_sub(around);
        let mut most = self.count_that_fits(listed, true, room, data);
        let has_remedies = most == listed.len();
        if !has_remedies {
            most = self.count_that_fits(listed, false, room, data).max(1).min(listed.len());
        }
        let (shown, left_out) = causes.split_at(most);
        self.write_title(shown.len(), causes.len(), is_moved, data, page);
        if !shown.is_empty() {
            let mut table = BriefTable::new(shown, has_remedies, data, page);
            table.write_header();
            for cause in shown {
                table.write_cause(cause);
            }
        }
        let more = if self.details.is_empty() { self.more } else { "" };
        write_left_out(left_out, more, data, page);
        if !self.details.is_empty() {
            page.indented(0, TextStyle::Dim, &wrapped(self.details, page.width));
        }
    }

    /// How many of the causes fit into `rows`.
    fn count_that_fits(
        &self,
        causes: &[Cause<'_>],
        has_remedies: bool,
        rows: usize,
        data: &ReportData<'_>,
    ) -> usize {
        let mut page = self.page(data);
        let mut table = BriefTable::new(causes, has_remedies, data, &mut page);
        for (index, cause) in causes.iter().enumerate() {
            table.write_cause(cause);
            if table.rows() > rows {
                return index;
            }
        }
        causes.len()
    }

    fn write_all(&self, data: &ReportData<'_>, page: &mut Page) {
        let (causes, is_moved) = self.sorted_causes(data);
        let (shown, left_out) = causes.split_at(self.max_causes.min(causes.len()));
        self.write_title(shown.len(), causes.len(), is_moved, data, page);
        if !shown.is_empty() {
            let mut table = CauseTable::new(shown, data, page);
            table.write_header();
            for cause in shown {
                table.write_cause(cause);
            }
        }
        write_left_out(left_out, self.more, data, page);
        let max_groups = if self.max_causes < usize::MAX { MAX_GROUPS } else { usize::MAX };
        write_groups(max_groups, data, page);
        if data.files.len() > 1 {
            write_files(data, page);
        }
        write_chart(&data.stats.codes.histogram, page);
    }

    /// The causes in order, and whether the main one was moved to the front.
    fn sorted_causes<'d>(&self, data: &ReportData<'d>) -> (Vec<Cause<'d>>, bool) {
        let mut causes = causes(data);
        sort(&mut causes, self.order);
        let is_moved = self.order == CauseOrder::Severity && move_main_problem(&mut causes, data);
        (causes, is_moved)
    }

    /// Writes an empty line, and the order of the causes if there are several.
    fn write_title(
        &self,
        shown: usize,
        all: usize,
        is_moved: bool,
        data: &ReportData<'_>,
        page: &mut Page,
    ) {
        page.end_line();
        if all < 2 || shown == 0 {
            return;
        }
        let words = data.words();
        let title = if is_moved {
            words.problems_after_main(shown, all)
        } else {
            words.problems(self.order, shown, all)
        };
        page.indented(0, TextStyle::Dim, &wrapped(&title, page.width));
    }
}

/// Writes how many causes and findings are not in the table, followed by `more`.
fn write_left_out(causes: &[Cause<'_>], more: &str, data: &ReportData<'_>, page: &mut Page) {
    if !causes.is_empty() {
        let findings = causes.iter().map(|cause| cause.count).sum();
        let rest = data.words().more_problems(causes.len() as u64, findings);
        write_rest(&(rest + more), page);
    }
    let overflowed = data.stats.codes.overflowed;
    if overflowed > 0 {
        write_rest(&data.words().further_codes(overflowed), page);
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
/// are.
fn write_files(data: &ReportData<'_>, page: &mut Page) {
    let files = breakdown::files(data);
    let (shown, left_out) = files.split_at(files.len().min(MAX_FILES));
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
        write_rest(&data.words().more_files(left_out.len() as u64, findings), page);
    }
}

/// Writes how much a table leaves out.
fn write_rest(text: &str, page: &mut Page) {
    let indent = indent_below(page);
    page.indented(indent, TextStyle::Dim, &wrapped(text, page.width - indent));
}

#[cfg(test)]
mod tests;
