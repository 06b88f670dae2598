//! The table of a summary: a line for each cause and code, and beneath it where and what to do.

use super::MARGIN;
use super::bar::bar;
use super::page::{Ink, Page};
use super::text::{fitted, flowed, padded, wrapped};
use crate::catalog::Severity;
use crate::detect::Confidence;
use crate::report::ReportData;
use crate::report::model::Cause;
use crate::report::model::breakdown;
use crate::report::model::phrases::{self, between, category, counted, name};
use crate::stats::{CodeRow, Location};
use crate::terminal::escape_name;

/// The least room for a meaning beside a code's other columns.
const MEANING: usize = 50;

/// The columns on the left: severity, count, share and bar.
pub(super) struct Left {
    counts: usize,
    bar: usize,
    /// The count of the longest bar.
    most: u64,
}

/// All columns.
pub(super) struct Columns {
    left: Left,
    codes: usize,
    /// The columns for names and categories, if there is room for them and for meanings on one
    /// line.
    wide: Option<(usize, usize)>,
    /// Where lines beneath begin.
    indent: usize,
}

impl Left {
    /// Columns for counts up to `most`.
    pub(super) fn new(most: u64, page: &Page<'_>) -> Self {
        // A narrow terminal has room for numbers only.
        let bar = if page.style.width < 60 { 0 } else { (page.style.width / 10).min(12) };
        Self { counts: most.to_string().len().max("count".len()), bar, most }
    }

    /// How wide they are, with the space behind them.
    pub(super) fn width(&self) -> usize {
        MARGIN + self.counts + 2 + SHARE + 2 + self.bar + if self.bar > 0 { 2 } else { 0 }
    }

    /// What stands above them.
    pub(super) fn header(&self, page: &mut Page<'_>) {
        let header = format!(
            "{:<MARGIN$}{:>counts$}  {:>SHARE$}  ",
            "severity",
            "count",
            "share",
            counts = self.counts
        );
        page.put(Ink::Calm, &padded(&header, self.width()));
    }

    /// Writes them. A line without `severity` is part of the one above.
    pub(super) fn put(
        &self,
        severity: Option<Option<Severity>>,
        count: u64,
        data: &ReportData<'_>,
        page: &mut Page<'_>,
    ) {
        let (word, ink) = match severity {
            Some(severity) => (phrases::severity(severity), Ink::Of(severity)),
            None => ("", Ink::Calm),
        };
        let number = if severity.is_some() { Ink::Strong } else { Ink::Calm };
        page.put(ink, &padded(word, MARGIN));
        page.put(number, &format!("{count:>counts$}", counts = self.counts));
        page.put(Ink::Plain, &format!("  {:>SHARE$}  ", breakdown::percent(count, data)));
        if self.bar > 0 {
            page.put(
                ink,
                &padded(&bar(count, self.most, self.bar, page.style.ascii), self.bar + 2),
            );
        }
    }
}

/// The columns of a share.
const SHARE: usize = ">99.9%".len();

impl Columns {
    /// Columns for `causes` on `page`, as wide as their contents.
    pub(super) fn new(causes: &[Cause<'_>], data: &ReportData<'_>, page: &Page<'_>) -> Self {
        let left = Left::new(causes.iter().map(|cause| cause.count).max().unwrap_or(0), page);
        let rows = || causes.iter().flat_map(|cause| &cause.rows);
        let widest = |of: &dyn Fn(&CodeRow) -> usize| rows().map(|row| of(row)).max().unwrap_or(0);
        let titles =
            causes.iter().filter(|cause| cause.single().is_none()).map(|cause| title(cause).len());
        let codes = widest(&|row| code(row).len()).max("code".len());
        let names = widest(&|row| name(&row.key, data).len())
            .max(titles.max().unwrap_or(0).saturating_sub(codes + 2));
        let categories = widest(&|row| category(&row.key, data).len());
        let (names, categories) = (names.max("name".len()), categories.max("category".len()));
        let is_wide =
            left.width() + codes + 2 + names + 2 + categories + 2 + MEANING <= page.style.width;
        let indent = if is_wide { left.width() } else { MARGIN };
        Self { left, codes, wide: is_wide.then_some((names, categories)), indent }
    }

    /// What stands above them.
    pub(super) fn header(&self, page: &mut Page<'_>) {
        self.left.header(page);
        let mut header = format!("{}  name", padded("code", self.codes));
        if let Some((names, categories)) = self.wide {
            header = format!(
                "{}  {:<names$}  {:<categories$}  meaning",
                padded("code", self.codes),
                "name",
                "category"
            );
        }
        page.line(Ink::Calm, &header);
    }

    /// Writes a cause with what to do, and its code, or its codes if there are several.
    pub(super) fn cause(&self, cause: &Cause<'_>, data: &ReportData<'_>, page: &mut Page<'_>) {
        self.left.put(Some(cause.severity), cause.count, data, page);
        let meaning = cause.meaning(data);
        match cause.single() {
            Some(row) => {
                self.code_line(row, Ink::Strong, &meaning, data, page);
                if self.wide.is_none() {
                    let category = category(&row.key, data);
                    self.beneath(
                        &format!(
                            "{category}{}{meaning}",
                            if category.is_empty() { "" } else { ": " }
                        ),
                        page,
                    );
                }
                self.remedy(cause, data, page);
                self.places(row, None, data, page);
            }
            None => {
                self.several(cause, &meaning, page);
                self.remedy(cause, data, page);
                for row in &cause.rows {
                    self.left.put(None, row.count, data, page);
                    self.code_line(row, Ink::Plain, "", data, page);
                    self.places(
                        row,
                        self.wide.is_none().then(|| category(&row.key, data)),
                        data,
                        page,
                    );
                }
            }
        }
    }

    /// Ends the line of a cause that several codes have.
    fn several(&self, cause: &Cause<'_>, meaning: &str, page: &mut Page<'_>) {
        let title = title(cause);
        match self.wide {
            Some((names, categories)) => {
                page.put(Ink::Strong, &padded(&title, self.codes + 2 + names + 2 + categories + 2));
                self.meaning(meaning, page);
            }
            None => {
                let fits = self.left.width() + title.len() <= page.style.width;
                page.line(
                    Ink::Strong,
                    if fits { &title } else { title.split(',').next().unwrap_or_default() },
                );
                self.beneath(meaning, page);
            }
        }
    }

    /// Ends the line of a code: with its name, and with category and meaning if they have columns.
    fn code_line(
        &self,
        row: &CodeRow,
        ink: Ink,
        meaning: &str,
        data: &ReportData<'_>,
        page: &mut Page<'_>,
    ) {
        let name = name(&row.key, data);
        page.put(ink, &padded(&code(row), self.codes + 2));
        if let Some((names, categories)) = self.wide {
            page.put(Ink::Plain, &padded(name, names + 2));
            page.put(Ink::Plain, &padded(&category(&row.key, data), categories + 2));
            return self.meaning(meaning, page);
        }
        if self.left.width() + self.codes + 2 + name.len() <= page.style.width {
            return page.line(Ink::Plain, name);
        }
        page.end_line();
        self.beneath(name, page);
    }

    /// Ends the line with a meaning, in a column of its own.
    fn meaning(&self, meaning: &str, page: &mut Page<'_>) {
        let (names, categories) = self.wide.unwrap_or_default();
        let start = self.left.width() + self.codes + 2 + names + 2 + categories + 2;
        for (at, line) in wrapped(meaning, page.style.width - start).iter().enumerate() {
            page.space(if at == 0 { 0 } else { start });
            page.line(Ink::Plain, line);
        }
    }

    /// Writes where and when a code was seen, behind its category if that has no column.
    fn places(
        &self,
        row: &CodeRow,
        category: Option<String>,
        data: &ReportData<'_>,
        page: &mut Page<'_>,
    ) {
        let mut parts: Vec<String> =
            category.filter(|category| !category.is_empty()).into_iter().collect();
        let columns = page.style.width - self.indent;
        let mut place = |word: &str, place: &Location| {
            let text = format!("{}:{}", escape_name(data.file(place)), place.line);
            parts.push(format!(
                "{word}{}",
                fitted(&text, columns - word.len() - 1, page.ellipsis())
            ));
        };
        if row.first == row.last {
            place("", &row.first);
        } else {
            place("first ", &row.first);
            place("last ", &row.last);
        }
        parts.extend(
            row.earliest.zip(row.latest).map(|(earliest, latest)| between(earliest, latest)),
        );
        page.indented(
            self.indent,
            Ink::Calm,
            &flowed(parts.iter().map(String::as_str), ", ", columns),
        );
    }

    fn remedy(&self, cause: &Cause<'_>, data: &ReportData<'_>, page: &mut Page<'_>) {
        for (at, line) in
            wrapped(&cause.remedy(data), page.style.width - self.indent - 3).iter().enumerate()
        {
            page.space(self.indent);
            page.put(Ink::Calm, if at == 0 { "-> " } else { "   " });
            page.line(Ink::Plain, line);
        }
    }

    fn beneath(&self, text: &str, page: &mut Page<'_>) {
        page.indented(self.indent, Ink::Plain, &wrapped(text, page.style.width - self.indent));
    }
}

fn title(cause: &Cause<'_>) -> String {
    format!("{}, one cause", counted(cause.rows.len() as u64, "code"))
}

/// The code; with a mark if it is doubtful, as annotated lines have it.
fn code(row: &CodeRow) -> String {
    format!("{}{}", row.key.code, if row.confidence == Confidence::Low { "?" } else { "" })
}
