//! The short table of causes: what each is about in one or two rows, and what to do if there is
//! room.

use super::cause_table::{CountColumns, NARROW, code_text, indent_below};
use crate::language::Label;
use crate::report::ReportData;
use crate::report::model::Cause;
use crate::report::page::{Page, TextStyle, wrapped};
use crate::terminal::{padded, width};

/// The table of causes without names and places.
pub(super) struct BriefTable<'t> {
    counts: CountColumns,
    /// The width of the codes, with the gap after them.
    code: usize,
    /// The column at which meanings begin.
    meaning: usize,
    has_remedies: bool,
    data: &'t ReportData<'t>,
    page: &'t mut Page,
}

impl<'t> BriefTable<'t> {
    pub(super) fn new(
        causes: &[Cause<'_>],
        has_remedies: bool,
        data: &'t ReportData<'t>,
        page: &'t mut Page,
    ) -> Self {
        let counts: Vec<u64> = causes.iter().map(|cause| cause.count).collect();
        let counts = CountColumns::without_bars(&counts, page);
        let mut code = width(page.words.label(Label::Code));
        for cause in causes {
            code = code.max(width(&codes(cause)));
        }
        let code = code + 2;
        let beside = counts.width() + code;
        let meaning = if page.width < NARROW { indent_below(page) } else { beside };
        Self { counts, code, meaning, has_remedies, data, page }
    }

    /// The rows that the page has so far.
    pub(super) fn rows(&self) -> usize {
        self.page.rows()
    }

    pub(super) fn write_header(&mut self) {
        self.counts.write_header(self.page);
        let words = self.page.words;
        let mut header = padded(words.label(Label::Code), self.code);
        if self.page.width >= NARROW {
            header += words.label(Label::Meaning);
        }
        self.page.line(TextStyle::Dim, &header);
    }

    pub(super) fn write_cause(&mut self, cause: &Cause<'_>) {
        let (meaning, remedy) = cause.texts(self.data);
        let style = TextStyle::Severity(cause.severity);
        self.counts.write(style, cause.count, self.data, self.page);
        self.page.put(TextStyle::Bold, &padded(&codes(cause), self.code));
        let lines = wrapped(&meaning, self.page.width - self.meaning);
        let mut below = lines.as_slice();
        if let [first, rest @ ..] = below
            && self.page.width >= NARROW
        {
            self.page.put(TextStyle::Plain, first);
            below = rest;
        }
        self.page.end_line();
        self.page.indented(self.meaning, TextStyle::Plain, below);
        if self.has_remedies {
            let indent = indent_below(self.page);
            let lines = wrapped(&remedy, self.page.width - indent - "-> ".len());
            self.page.labeled(indent, TextStyle::Fix, "-> ", &lines);
        }
    }
}

/// The worst code of a cause, and how many others it has: `6206 +2`.
fn codes(cause: &Cause<'_>) -> String {
    let first = code_text(cause.rows[0]);
    match cause.rows.len() {
        1 => first,
        count => format!("{first} +{}", count - 1),
    }
}
