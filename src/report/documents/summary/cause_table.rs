//! The table of causes: a line for each cause and code, with locations and remedy below it.

use super::chart::bar;
use super::document::MARGIN;
use crate::detect::Confidence;
use crate::language::{Label, Language, diagnosis};
use crate::report::ReportData;
use crate::report::model::phrases::{self, time_range};
use crate::report::model::{Cause, breakdown};
use crate::report::page::{Page, TextStyle, flowed, right, wrapped};
use crate::stats::{CodeRow, Location};
use crate::terminal::{escape_name, fitted, padded, width};

/// With fewer columns, the lines below a cause have nearly all of them, and a code of a cause is
/// such a line.
pub(super) const NARROW: usize = 60;
/// The indent of these lines.
const NARROW_INDENT: usize = 2;
/// With fewer columns, there are no bars.
const MIN_WIDTH_FOR_BARS: usize = 70;
/// The least room for meanings in a column of their own.
const MEANING: usize = 50;
/// The columns of shares.
pub(super) const SHARE: usize = ">99.9%".len();

/// The columns on the left of a table: severity, count, share and a bar.
pub(super) struct CountColumns {
    count: usize,
    bar: usize,
    /// The count with the longest bar.
    largest: u64,
}

impl CountColumns {
    /// Columns for these counts. There are bars only if they differ in length.
    pub(super) fn new(counts: &[u64], page: &Page) -> Self {
        let largest = counts.iter().max().copied().unwrap_or(0);
        let are_alike = counts.iter().all(|&count| count == largest);
        let mut bar = (page.width / 10).min(12);
        if page.width < MIN_WIDTH_FOR_BARS || are_alike {
            bar = 0;
        }
        let header = width(page.words.label(Label::Count));
        Self { count: largest.to_string().len().max(header), bar, largest }
    }

    /// Columns for these counts, without a bar.
    pub(super) fn without_bars(counts: &[u64], page: &Page) -> Self {
        Self { bar: 0, ..Self::new(counts, page) }
    }

    /// The width of all columns, with the gap after them.
    pub(super) fn width(&self) -> usize {
        let bar = if self.bar > 0 { self.bar + 2 } else { 0 };
        MARGIN + self.count + 2 + SHARE + 2 + bar
    }

    pub(super) fn write_header(&self, page: &mut Page) {
        let [severity, count, share] =
            [Label::Severity, Label::Count, Label::Share].map(|label| page.words.label(label));
        let header = padded(severity, MARGIN) + &right(count, self.count) + "  ";
        page.put(TextStyle::Dim, &padded(&(header + &right(share, SHARE)), self.width()));
    }

    /// Writes the columns. A code of the cause above has no severity, but the style of dim text.
    pub(super) fn write(
        &self,
        style: TextStyle,
        findings: u64,
        data: &ReportData<'_>,
        page: &mut Page,
    ) {
        let (count, share) = (self.count, breakdown::percent(findings, data));
        let (label, count_style) = match style {
            TextStyle::Severity(severity) => {
                (phrases::severity(severity, page.words), TextStyle::Bold)
            }
            _ => ("", style),
        };
        page.put(style, &padded(label, MARGIN));
        page.put(count_style, &format!("{findings:>count$}"));
        page.put(TextStyle::Plain, &format!("  {share:>SHARE$}  "));
        if self.bar > 0 {
            let bar = bar(findings, self.largest, self.bar, page.ascii);
            page.put(TextStyle::Plain, &format!("{bar:width$}", width = self.bar + 2));
        }
    }
}

/// The table of causes, with columns as wide as their contents.
pub(super) struct CauseTable<'t> {
    counts: CountColumns,
    /// The widths of codes, names and categories, with the gaps after them.
    code: usize,
    name: usize,
    category: usize,
    /// The column at which meanings begin.
    meaning: usize,
    /// Whether there is room for names, categories and meanings on one line.
    is_wide: bool,
    /// Where lines below a cause begin.
    indent: usize,
    data: &'t ReportData<'t>,
    page: &'t mut Page,
}

impl<'t> CauseTable<'t> {
    pub(super) fn new(causes: &[Cause<'_>], data: &'t ReportData<'t>, page: &'t mut Page) -> Self {
        let mut counts = Vec::new();
        for cause in causes {
            counts.push(cause.count);
            counts.extend(cause.rows.iter().map(|row| row.count));
        }
        let counts = CountColumns::new(&counts, page);
        let [mut code, mut name, mut category] =
            [Label::Code, Label::Name, Label::Category].map(|label| width(page.words.label(label)));
        let mut titles = 0;
        for cause in causes {
            if cause.rows.len() > 1 {
                titles = titles.max(width(&title(cause, page.words)[0]));
            }
            for row in &cause.rows {
                code = code.max(code_text(row).len());
                name = name.max(data.common_name(&row.key).len());
                category = category.max(data.categories(&row.key).len());
            }
        }
        // A title takes up the columns of code and name.
        name = name.max(titles.saturating_sub(code + 2));
        let (code, name, category) = (code + 2, name + 2, category + 2);
        let meaning = counts.width() + code + name + category;
        let is_wide = meaning + MEANING <= page.width;
        let indent = if is_wide { counts.width() } else { indent_below(page) };
        Self { counts, code, name, category, meaning, is_wide, indent, data, page }
    }

    pub(super) fn write_header(&mut self) {
        self.counts.write_header(self.page);
        let words = self.page.words;
        let mut header = padded(words.label(Label::Code), self.code);
        if self.page.width >= NARROW {
            header += &padded(words.label(Label::Name), self.name);
        }
        if self.is_wide {
            header += &padded(words.label(Label::Category), self.category);
            header += words.label(Label::Meaning);
        }
        self.page.line(TextStyle::Dim, &header);
    }

    pub(super) fn write_cause(&mut self, cause: &Cause<'_>) {
        let style = TextStyle::Severity(cause.severity);
        self.counts.write(style, cause.count, self.data, self.page);
        let (meaning, remedy) = cause.texts(self.data);
        if let [row] = cause.rows[..] {
            self.write_code(row, TextStyle::Bold, &meaning);
            if !self.is_wide {
                let category = self.data.categories(&row.key);
                let separator = if category.is_empty() { "" } else { self.page.words.colon() };
                self.write_below(&format!("{category}{separator}{meaning}"));
            }
            self.write_remedy(&remedy);
            self.write_locations(row, String::new());
            return;
        }
        self.write_title(cause, &meaning);
        self.write_remedy(&remedy);
        for row in &cause.rows {
            if self.page.width < NARROW {
                self.write_code_below(row);
            } else {
                self.counts.write(TextStyle::Dim, row.count, self.data, self.page);
                self.write_code(row, TextStyle::Plain, "");
            }
            let category =
                if self.is_wide { String::new() } else { self.data.categories(&row.key) };
            self.write_locations(row, category);
        }
    }

    /// Ends the line of a cause that has several codes.
    fn write_title(&mut self, cause: &Cause<'_>, meaning: &str) {
        let [title, short] = title(cause, self.page.words);
        let start = self.counts.width();
        if self.is_wide {
            self.page.put(TextStyle::Bold, &padded(&title, self.meaning - start));
            self.write_meaning(meaning);
            return;
        }
        let fits = start + width(&title) <= self.page.width;
        self.page.line(TextStyle::Bold, if fits { &title } else { &short });
        self.write_below(meaning);
    }

    /// Ends the line of a code: with its name, and with category and meaning if they have columns.
    fn write_code(&mut self, row: &CodeRow, style: TextStyle, meaning: &str) {
        let name = self.data.common_name(&row.key);
        let (code, columns) = (self.code, self.name);
        self.page.put(style, &format!("{:code$}", code_text(row)));
        if self.is_wide {
            self.page.put(TextStyle::Plain, &format!("{name:columns$}"));
            let (category, columns) = (self.data.categories(&row.key), self.category);
            self.page.put(TextStyle::Plain, &format!("{category:columns$}"));
            self.write_meaning(meaning);
        } else if self.counts.width() + code + name.len() <= self.page.width {
            self.page.line(TextStyle::Plain, name);
        } else {
            self.page.end_line();
            self.write_below(name);
        }
    }

    /// Writes a code of a cause without columns: `6206 x3 ERR_USER_SIG_EXPIRED`.
    fn write_code_below(&mut self, row: &CodeRow) {
        let words = diagnosis::of(self.data.catalog.lang());
        let code = words.times(&code_text(row), row.count);
        self.write_below(format!("{code} {}", self.data.common_name(&row.key)).trim_end());
    }

    /// Ends the line with a meaning in a column of its own.
    fn write_meaning(&mut self, meaning: &str) {
        let lines = wrapped(meaning, self.page.width - self.meaning);
        self.page.line(TextStyle::Plain, &lines[0]);
        self.page.indented(self.meaning, TextStyle::Plain, &lines[1..]);
    }

    /// Writes where and when a code was found, after its category if that has no column.
    fn write_locations(&mut self, row: &CodeRow, category: String) {
        let mut parts = vec![category];
        parts.retain(|category| !category.is_empty());
        let [first, last] = self.page.words.first_and_last();
        if row.first == row.last {
            parts.push(self.location("", &row.first));
        } else {
            parts.push(self.location(first, &row.first));
            parts.push(self.location(last, &row.last));
        }
        if let Some((earliest, latest)) = row.earliest.zip(row.latest) {
            parts.push(time_range(earliest, latest, self.page.words));
        }
        let lines = flowed(&parts, self.page.width - self.indent, self.page.words.comma());
        self.page.indented(self.indent, TextStyle::Dim, &lines);
    }

    fn location(&self, label: &str, location: &Location) -> String {
        let name = escape_name(&self.data.file(location.file));
        let columns = self.page.width - self.indent - width(label) - width(self.page.words.comma());
        let location = format!("{name}:{}", location.line);
        format!("{label}{}", fitted(&location, columns, self.page.ellipsis()))
    }

    fn write_remedy(&mut self, remedy: &str) {
        let lines = wrapped(remedy, self.page.width - self.indent - "-> ".len());
        self.page.labeled(self.indent, TextStyle::Fix, "-> ", &lines);
    }

    fn write_below(&mut self, text: &str) {
        let lines = wrapped(text, self.page.width - self.indent);
        self.page.indented(self.indent, TextStyle::Plain, &lines);
    }
}

/// The indent of lines below a table or a row of it, where columns are for both.
pub(super) fn indent_below(page: &Page) -> usize {
    if page.width < NARROW { NARROW_INDENT } else { MARGIN }
}

/// The title of a cause with several codes, in full and short.
fn title(cause: &Cause<'_>, words: &dyn Language) -> [String; 2] {
    words.codes_of_one_problem(cause.rows.len() as u64)
}

/// The code, with a question mark if its confidence is low, as in annotations.
pub(super) fn code_text(row: &CodeRow) -> String {
    format!("{}{}", row.key.code, if row.confidence == Confidence::Low { "?" } else { "" })
}
