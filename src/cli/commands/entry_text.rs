//! An entry as text for people: meaning and remedy first, secondary facts last.

use std::io;

use imerr::catalog::{Catalog, Entry, Lang, Severity, Status};
use imerr::terminal::Role;

use super::query::Answer;
use super::text_page::{Piece, TextPage};

/// The most related codes that are described.
const MAX_RELATED: usize = 5;

pub struct EntryText<'e, 'p, 'o> {
    pub catalog: &'e Catalog,
    pub page: &'p mut TextPage<'o>,
}

impl EntryText<'_, '_, '_> {
    pub fn write(&mut self, answer: &Answer<'_>) -> io::Result<()> {
        let entry = answer.entry;
        let texts = entry.texts(Lang::En);
        self.title(answer)?;
        self.field("meaning", Some(Role::of(Some(entry.severity))), texts.meaning)?;
        self.field("remedy", Some(Role::Fix), texts.remedy)?;
        if let Some(cause) = texts.cause {
            self.field("cause", Some(Role::Label), cause)?;
        }
        for (index, line) in texts.check.iter().enumerate() {
            let label = if index == 0 { "check" } else { "" };
            self.row(label, Some(Role::Label), &[(Some(Role::Detail), "- ")], &[(None, line)])?;
        }
        if let Some(note) = texts.note {
            self.field("note", Some(Role::Label), note)?;
        }
        self.details(entry)?;
        self.related(entry)?;
        self.source(entry)
    }

    /// `error 6206 ERR_USER_SIG_EXPIRED (sdk/account)`, as annotations begin. For a code within a
    /// range, the code alone.
    fn title(&mut self, answer: &Answer<'_>) -> io::Result<()> {
        let entry = answer.entry;
        let codes = match answer.code {
            Some(code) => code.to_string(),
            None => entry.codes.to_string(),
        };
        let label = format!("{} {codes}", entry.severity);
        let separator = if entry.names.is_empty() { "" } else { " " };
        let names = format!("{separator}{}", entry.names.join(", "));
        let category = format!(" ({}/{})", entry.system, entry.category);
        let severity = Some(Role::of(Some(entry.severity)));
        self.page.row(&[], &[(severity, &label), (None, &names), (Some(Role::Detail), &category)])
    }

    fn details(&mut self, entry: &Entry) -> io::Result<()> {
        // Otherwise there is no kind of failure, and no list to be gone from matters.
        let has_failed = entry.severity > Severity::Info;
        if let Some(retry) = entry.retry_advice() {
            self.detail("retry", &retry)?;
        }
        if has_failed {
            self.detail("kind", entry.kind.as_str())?;
        }
        if entry.codes.is_range() {
            self.detail("range", &entry.codes.to_string())?;
        }
        if let Some(since) = &entry.since {
            self.detail("since", since)?;
        }
        if entry.status == Status::Deprecated && has_failed {
            let text = "deprecated: gone from the vendor's list; older clients and servers send it";
            self.detail("status", text)?;
        }
        Ok(())
    }

    /// The related codes, one below the other.
    fn related(&mut self, entry: &Entry) -> io::Result<()> {
        let (shown, left_out) = entry.see.split_at(entry.see.len().min(MAX_RELATED));
        let width = shown.iter().map(|code| code.to_string().len()).max().unwrap_or(0);
        let mut label = "see";
        for code in shown {
            let mut number = format!("{code:>width$}  ");
            for related in self.catalog.entries_for_code(*code) {
                let category = format!("{}/{}: ", related.system, related.category);
                let severity = Some(Role::of(Some(related.severity)));
                let meaning = related.texts(Lang::En).meaning;
                let text = [(Some(Role::Detail), category.as_str()), (None, meaning)];
                self.row(label, Some(Role::Detail), &[(severity, &number)], &text)?;
                label = "";
                number = " ".repeat(number.len());
            }
        }
        if !left_out.is_empty() {
            let codes: Vec<String> = left_out.iter().map(i64::to_string).collect();
            let indent = " ".repeat(width + 2);
            let text = format!("also {}", codes.join(", "));
            self.row("", None, &[(None, &indent)], &[(Some(Role::Detail), &text)])?;
        }
        Ok(())
    }

    fn source(&mut self, entry: &Entry) -> io::Result<()> {
        let Some(page) = &entry.page else { return Ok(()) };
        match &entry.as_of {
            Some(date) => self.detail("source", &format!("{page} ({date})")),
            None => self.detail("source", page),
        }
    }

    fn field(&mut self, label: &str, role: Option<Role>, text: &str) -> io::Result<()> {
        self.row(label, role, &[], &[(None, text)])
    }

    /// A secondary fact.
    fn detail(&mut self, label: &str, text: &str) -> io::Result<()> {
        self.row(label, Some(Role::Detail), &[], &[(Some(Role::Detail), text)])
    }

    fn row(
        &mut self,
        label: &str,
        role: Option<Role>,
        mark: &[Piece<'_>],
        text: &[Piece<'_>],
    ) -> io::Result<()> {
        let label = format!("  {label:<7}  ");
        let mut start = vec![(role, label.as_str())];
        start.extend(mark);
        self.page.row(&start, text)
    }
}
