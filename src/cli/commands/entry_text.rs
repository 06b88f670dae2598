//! An entry as text for people: meaning and remedy first, secondary facts last.

use std::io;

use imerr::catalog::{Catalog, Entry, Severity, Status};
use imerr::language::{self, Label, Language};
use imerr::terminal::{Role, padded, width};

use super::query::Answer;
use super::text_page::{Piece, TextPage};

/// The most related codes that are described.
const MAX_RELATED: usize = 5;

pub struct EntryText<'e, 'p, 'o> {
    pub catalog: &'e Catalog,
    pub page: &'p mut TextPage<'o>,
}

/// The labels, which share a column.
const LABELS: [Label; 12] = [
    Label::Meaning,
    Label::Remedy,
    Label::Cause,
    Label::Check,
    Label::Note,
    Label::Retry,
    Label::Kind,
    Label::Range,
    Label::Since,
    Label::Status,
    Label::See,
    Label::Source,
];

impl EntryText<'_, '_, '_> {
    fn words(&self) -> &'static dyn Language {
        language::of(self.catalog.lang())
    }

    pub fn write(&mut self, answer: &Answer<'_>) -> io::Result<()> {
        let entry = answer.entry;
        let texts = entry.texts(self.catalog.lang());
        self.title(answer)?;
        self.field(Label::Meaning, Some(Role::of(Some(entry.severity))), texts.meaning)?;
        self.field(Label::Remedy, Some(Role::Fix), texts.remedy)?;
        if let Some(cause) = texts.cause {
            self.field(Label::Cause, Some(Role::Label), cause)?;
        }
        for (index, line) in texts.check.iter().enumerate() {
            let label = (index == 0).then_some(Label::Check);
            self.row(label, Some(Role::Label), &[(Some(Role::Detail), "- ")], &[(None, line)])?;
        }
        if let Some(note) = texts.note {
            self.field(Label::Note, Some(Role::Label), note)?;
        }
        self.details(entry)?;
        self.related(entry)?;
        self.source(entry)
    }

    /// `6206 ERR_USER_SIG_EXPIRED (sdk/account, error)`. The code comes first: a line that begins
    /// with `error` looks like a failure of this command. For a code within a range, the code
    /// alone.
    fn title(&mut self, answer: &Answer<'_>) -> io::Result<()> {
        let entry = answer.entry;
        let codes = match answer.code {
            Some(code) => code.to_string(),
            None => entry.codes.to_string(),
        };
        let words = self.words();
        let separator = if entry.names.is_empty() { "" } else { " " };
        let names = format!("{separator}{}", entry.names.join(", "));
        let severity = words.severity(entry.severity);
        let comma = words.comma();
        let about = format!("{}/{}{comma}{severity}", entry.system, entry.category);
        let about = words.parenthesis(&about);
        let role = Some(Role::of(Some(entry.severity)));
        self.page.row(&[], &[(role, &codes), (None, &names), (Some(Role::Detail), &about)])
    }

    fn details(&mut self, entry: &Entry) -> io::Result<()> {
        // Otherwise there is no kind of failure, and no list to be gone from matters.
        let has_failed = entry.severity > Severity::Info;
        let words = self.words();
        if let Some(retry) = words.retry_advice(entry) {
            self.detail(Label::Retry, &retry)?;
        }
        if has_failed {
            self.detail(Label::Kind, &words.kind(entry.kind))?;
        }
        if entry.codes.is_range() {
            self.detail(Label::Range, &entry.codes.to_string())?;
        }
        if let Some(since) = &entry.since {
            self.detail(Label::Since, &words.since(since))?;
        }
        if entry.status == Status::Deprecated && has_failed {
            self.detail(Label::Status, words.deprecated())?;
        }
        Ok(())
    }

    /// The related codes, one below the other.
    fn related(&mut self, entry: &Entry) -> io::Result<()> {
        let (shown, left_out) = entry.see.split_at(entry.see.len().min(MAX_RELATED));
        let width = shown.iter().map(|code| code.to_string().len()).max().unwrap_or(0);
        let words = self.words();
        let mut label = Some(Label::See);
        for code in shown {
            let mut number = format!("{code:>width$}  ");
            for related in self.catalog.entries_for_code(*code) {
                let category = format!("{}/{}{}", related.system, related.category, words.colon());
                let severity = Some(Role::of(Some(related.severity)));
                let meaning = related.texts(self.catalog.lang()).meaning;
                let text = [(Some(Role::Detail), category.as_str()), (None, meaning)];
                self.row(label, Some(Role::Detail), &[(severity, &number)], &text)?;
                label = None;
                number = " ".repeat(number.len());
            }
        }
        if !left_out.is_empty() {
            let codes: Vec<String> = left_out.iter().map(i64::to_string).collect();
            let text = words.also(&codes);
            self.row(None, None, &[], &[(Some(Role::Detail), &text)])?;
        }
        Ok(())
    }

    fn source(&mut self, entry: &Entry) -> io::Result<()> {
        let Some(page) = entry.page_in(self.catalog.lang()) else { return Ok(()) };
        match &entry.as_of {
            Some(date) => {
                let date = self.words().parenthesis(date);
                self.detail(Label::Source, &format!("{page}{date}"))
            }
            None => self.detail(Label::Source, page),
        }
    }

    fn field(&mut self, label: Label, role: Option<Role>, text: &str) -> io::Result<()> {
        self.row(Some(label), role, &[], &[(None, text)])
    }

    /// A secondary fact.
    fn detail(&mut self, label: Label, text: &str) -> io::Result<()> {
        self.row(Some(label), Some(Role::Detail), &[], &[(Some(Role::Detail), text)])
    }

    fn row(
        &mut self,
        label: Option<Label>,
        role: Option<Role>,
        mark: &[Piece<'_>],
        text: &[Piece<'_>],
    ) -> io::Result<()> {
        let words = self.words();
        let widest = LABELS.iter().map(|&label| width(words.label(label))).max().unwrap_or(0);
        let label = label.map_or("", |label| words.label(label));
        let label = format!("  {}  ", padded(label, widest));
        let mut start = vec![(role, label.as_str())];
        start.extend(mark);
        self.page.row(&start, text)
    }
}
