//! The block below a line: what points at its codes, and what is told of each.

use std::borrow::Cow;
use std::ops::Range;

use super::Below;
use super::carets::{Carets, Screen};
use super::excerpt::Excerpt;
use crate::catalog::{Catalog, Entry};
use crate::detect::{Confidence, Finding};
use crate::format::{Line, page, severity};
use crate::strip::{ADDED_LINE_END_MARK, EXCERPT, FIELD, MARK, MARK_WIDTH, MORE};
use crate::terminal;
use crate::terminal::{Role, Styles};

/// A code that a block tells.
pub(super) struct Explained {
    pub finding: Finding,
    pub is_repeated: bool,
}

/// A block to be written.
pub(super) struct Block<'b> {
    pub styles: &'b Styles,
    pub screen: Screen,
    pub line: &'b Line<'b>,
    /// The codes that it tells, at least one.
    pub told: &'b [Explained],
    /// What stands before each line.
    pub prefix: &'b str,
    pub catalog: &'b Catalog,
}

/// Whether a line of carets points at a code of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pointed {
    /// None does: no terminal shows the code.
    No,
    Yes,
    /// It tells what the only code means, too.
    AndTold,
}

/// How many codes of a line are told.
const CODES_LIMIT: usize = 16;

impl Block<'_> {
    /// The lines, without their ends.
    pub(super) fn lines(&self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let pointed = self.pointers(&mut lines);
        for told in self.told.iter().take(if pointed == Pointed::AndTold { 0 } else { CODES_LIMIT })
        {
            self.code(told, self.told.len() > 1 || pointed == Pointed::No, &mut lines);
        }
        if let Some(left @ 1..) = self.told.len().checked_sub(CODES_LIMIT) {
            self.field(&format!("and {left} more codes on this line"), None, &mut lines);
        }
        lines
    }

    /// Writes what points at the codes: carets below the line, and excerpts with carets below them. The only code of a line,
    /// if it was told before, is told behind its carets where there is room.
    fn pointers(&self, lines: &mut Vec<Vec<u8>>) -> Pointed {
        let is_told =
            |finding: &&Finding| self.told.iter().any(|told| told.finding.code == finding.code);
        let findings: Vec<&Finding> = self.line.findings.iter().filter(is_told).collect();
        let spans: Vec<Range<usize>> =
            findings.iter().map(|finding| finding.start..finding.end).collect();
        let mut line = Cow::Borrowed(self.line.text);
        if self.line.end.is_empty() {
            line.to_mut().extend_from_slice(ADDED_LINE_END_MARK);
        }
        let carets = Carets::under(&line, &spans, terminal::width(self.prefix), self.screen);
        let excerpts =
            Excerpt::of(self.line.text, &spans, &self.unshown(&findings, &carets), self.columns());
        let label = match self.told {
            [Explained { finding, is_repeated: true }] => {
                Some((self.title(finding), Role::of(severity(finding, self.catalog))))
            }
            _ => None,
        };
        let mut pointed = Pointed::No;
        let mut point = |carets: &Carets, before: usize, lead: Vec<u8>| {
            let role = |place: usize| Role::of(severity(findings[place], self.catalog));
            let fits =
                |title: &str| before + carets.end(terminal::width(title) + 1) < self.screen.width;
            let label = label.as_ref().filter(|(title, _)| fits(title));
            pointed = if label.is_some() { Pointed::AndTold } else { Pointed::Yes };
            let label = label.map(|(title, role)| self.styled(*role, title));
            let label = label.map_or(Vec::new(), |label| [b" ", &label[..]].concat());
            [lead, carets.line(|place, carets| self.styled(role(place), carets), &label)].concat()
        };
        if !carets.is_empty() {
            lines.push(point(&carets, 0, Vec::new()));
        }
        for Excerpt { text, carets } in excerpts {
            lines.push([self.lead(EXCERPT), text.into_bytes()].concat());
            lines.push(point(&carets, self.left(), self.lead(EXCERPT)));
        }
        pointed
    }

    /// The first places of the codes that have no carets, in order.
    fn unshown(&self, findings: &[&Finding], carets: &Carets) -> Vec<usize> {
        let of_code =
            |code: i64| (0..findings.len()).filter(move |&place| findings[place].code == code);
        let codes = self.told.iter().take(CODES_LIMIT).map(|told| told.finding.code);
        let codes = codes.filter(|&code| !of_code(code).any(|place| carets.shows(place)));
        let mut places: Vec<usize> = codes.filter_map(|code| of_code(code).next()).collect();
        places.sort_unstable();
        places
    }

    /// What is told of a code.
    fn code(&self, told: &Explained, is_named: bool, lines: &mut Vec<Vec<u8>>) {
        let finding = &told.finding;
        let doubt = if finding.confidence == Confidence::Low { "?" } else { "" };
        let name = if is_named || !doubt.is_empty() {
            format!("{}{doubt} ", finding.code)
        } else {
            String::new()
        };
        let entries: Vec<&Entry> = finding.meanings.entries(self.catalog).collect();
        let role = Role::of(severity(finding, self.catalog));
        if told.is_repeated || entries.is_empty() {
            let title = self.title(finding);
            let label = title.find(':').map_or("", |colon| &title[..colon]);
            self.field(&format!("{name}{title}"), Some((&format!("{name}{label}"), role)), lines);
            if !told.is_repeated {
                self.help(&finding.meanings.remedy(self.catalog), lines);
            }
            return;
        }
        for (rank, entry) in entries.iter().enumerate() {
            let label = format!("{}{}", if rank == 0 { &name } else { "or " }, label(entry));
            let role = Role::of(Some(entry.severity));
            self.field(&format!("{label}: {}", entry.meaning), Some((&label, role)), lines);
            self.help(&entry.remedy, lines);
        }
        self.see(finding, lines);
    }

    /// What a code means, in one line.
    fn title(&self, finding: &Finding) -> String {
        let titles: Vec<String> = finding
            .meanings
            .entries(self.catalog)
            .map(|entry| format!("{}: {}", label(entry), entry.meaning))
            .collect();
        match titles.is_empty() {
            true => format!("unknown: {}", finding.meanings.meaning(self.catalog)),
            false => titles.join(" Or "),
        }
    }

    fn help(&self, remedy: &str, lines: &mut Vec<Vec<u8>>) {
        self.field(&format!("help: {remedy}"), Some(("help", Role::Help)), lines);
    }

    fn see(&self, finding: &Finding, lines: &mut Vec<Vec<u8>>) {
        let code = finding.code.to_string();
        self.field(
            &format!("see: imerr-annotate explain {code}"),
            Some(("see", Role::Link)),
            lines,
        );
        if let Some(last) = lines.last_mut() {
            last.truncate(last.len() - code.len());
            self.styles.write_link(code.as_bytes(), || page(finding, self.catalog), last);
        }
    }

    /// Writes a field, as many lines as it needs. The label that it begins with may have a style.
    fn field(&self, text: &str, label: Option<(&str, Role)>, lines: &mut Vec<Vec<u8>>) {
        for (place, part) in terminal::wrap(text, self.columns()).into_iter().enumerate() {
            let mut line = self.lead(if place == 0 { FIELD } else { MORE });
            match label
                .filter(|_| place == 0)
                .and_then(|(label, role)| Some((label, role, part.strip_prefix(label)?)))
            {
                Some((label, role, rest)) => {
                    line.extend(self.styled(role, label));
                    line.extend_from_slice(rest.as_bytes());
                }
                None => line.extend_from_slice(part.as_bytes()),
            }
            lines.push(line);
        }
    }

    /// The columns before a field or an excerpt.
    fn left(&self) -> usize {
        terminal::width(self.prefix) + MARK_WIDTH + FIELD.len()
    }

    /// The columns for a field or an excerpt.
    fn columns(&self) -> usize {
        (self.screen.width - 1).saturating_sub(self.left()).max(Below::MIN_WIDTH / 2)
    }

    /// What a line of the block begins with that `kind` tells apart. Behind a name a mark would mark nothing.
    fn lead(&self, kind: &str) -> Vec<u8> {
        let mark = if self.prefix.is_empty() { MARK } else { &[b' '; MARK_WIDTH] };
        [mark, kind.as_bytes()].concat()
    }

    /// `text` in the style of `role`.
    fn styled(&self, role: Role, text: &str) -> Vec<u8> {
        let mut styled = Vec::with_capacity(text.len());
        self.styles.write(role, text.as_bytes(), &mut styled);
        styled
    }
}

/// `sdk/account error`
fn label(entry: &Entry) -> String {
    format!("{}/{} {}", entry.system, entry.category, entry.severity)
}
