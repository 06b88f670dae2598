//! The text of a block: what a code means and what to do about it, with styles.

use std::ops::Range;

use super::block::Explained;
use crate::catalog::{Entry, Lang};
use crate::detect::Confidence;
use crate::format::format::{EarlierLine, page};
use crate::language::{self, Label, Language};
use crate::terminal::{self, Role, Styles, fitted};

/// A label in a color, a detail that is dim, and a sentence:
/// `error 6206 (sdk/account): The UserSig has expired.`
pub(super) struct Field<'l> {
    text: String,
    role: Role,
    /// The length of the label, with which the text begins.
    label: usize,
    /// Where the detail after the label ends.
    detail: usize,
    /// The page that the label links to.
    page: Option<&'l str>,
    /// The columns of `fix: `; further lines begin after them.
    indent: usize,
}

/// In fewer columns, further lines are indented by one.
const MIN_COLUMNS_FOR_INDENT: usize = 30;

impl<'l> Field<'l> {
    /// The fields about a code, for lines of `columns`. If an earlier line explained it, there is
    /// only a reference, and the meaning as a reminder if that is out of sight.
    pub(super) fn about(explained: &Explained<'l>, columns: usize) -> Vec<Self> {
        let finding = &explained.finding;
        let lang = finding.catalog.lang();
        let words = language::of(lang);
        let doubt = if finding.confidence == Confidence::Low { "?" } else { "" };
        let severity = finding
            .entry()
            .map_or(words.label(Label::Unknown), |entry| words.severity(entry.severity));
        let role = Role::of(finding.entry().map(|entry| entry.severity));
        let label = format!("{severity} {}{doubt}", finding.code);
        let page = page(finding);
        if let Some(earlier) = &explained.earlier {
            let mut reference = words.parenthesis(&reference(explained, earlier, columns));
            if earlier.is_far
                && let Some(entry) = finding.entry()
            {
                reference += &format!("{}{}", words.colon(), entry.texts(lang).meaning);
            }
            return vec![Self::new(&label, &reference, "", role, page, words)];
        }
        if finding.entries.is_unknown() {
            let meaning = format!("{}{}", words.colon(), finding.meaning());
            let head = Self::new(&label, "", &meaning, role, page, words);
            return vec![head, Self::fix(&finding.remedy(), words)];
        }
        let mut fields = Vec::new();
        for (rank, entry) in finding.entries().enumerate() {
            match rank {
                0 => fields.push(Self::head(&label, entry, page, lang)),
                _ => fields.push(Self::head(&words.or_severity(entry.severity), entry, None, lang)),
            }
            fields.push(Self::fix(entry.texts(lang).remedy, words));
        }
        fields
    }

    /// The count of the codes that are not explained.
    pub(super) fn rest(count: usize, lang: Lang) -> Self {
        let words = language::of(lang);
        Self::new("", &words.more_codes_on_line(count), "", Role::Detail, None, words)
    }

    fn head(label: &str, entry: &Entry, page: Option<&'l str>, lang: Lang) -> Self {
        let words = language::of(lang);
        let detail = words.parenthesis(&format!("{}/{}", entry.system, entry.category));
        let meaning = format!("{}{}", words.colon(), entry.texts(lang).meaning);
        Self::new(label, &detail, &meaning, Role::of(Some(entry.severity)), page, words)
    }

    fn fix(remedy: &str, words: &dyn Language) -> Self {
        let remedy = format!("{}{remedy}", words.colon());
        Self::new(words.label(Label::Fix), "", &remedy, Role::Fix, None, words)
    }

    fn new(
        label: &str,
        detail: &str,
        text: &str,
        role: Role,
        page: Option<&'l str>,
        words: &dyn Language,
    ) -> Self {
        let indent = terminal::width(words.label(Label::Fix)) + terminal::width(words.colon());
        let text = format!("{label}{detail}{text}");
        Self { text, role, label: label.len(), detail: label.len() + detail.len(), page, indent }
    }

    /// The columns of the field in one line.
    pub(super) fn columns(&self) -> usize {
        terminal::width(&self.text)
    }

    /// The field in as many lines of at most `columns` as it needs.
    pub(super) fn lines(&self, columns: usize, styles: &Styles) -> Vec<Vec<u8>> {
        let indent = if columns < MIN_COLUMNS_FOR_INDENT { 1 } else { self.indent };
        let first = terminal::wrap(&self.text, columns).first().map_or(0, |part| part.len());
        let mut lines = vec![self.styled(0..first, styles)];
        let mut end = first;
        for part in terminal::wrap(self.text[first..].trim_start(), columns - indent) {
            let start = end + self.text[end..].find(part).unwrap_or(0);
            end = start + part.len();
            lines.push([vec![b' '; indent], self.styled(start..end, styles)].concat());
        }
        lines
    }

    /// A part of the text, with the styles of label and detail.
    fn styled(&self, part: Range<usize>, styles: &Styles) -> Vec<u8> {
        let label = self.label.clamp(part.start, part.end);
        let detail = self.detail.clamp(part.start, part.end);
        let mut line = Vec::new();
        if label > part.start {
            let mut styled = Vec::new();
            styles.write(self.role, &self.text.as_bytes()[part.start..label], &mut styled);
            styles.write_link(&styled, || self.page, &mut line);
        }
        if detail > label {
            styles.write(Role::Detail, &self.text.as_bytes()[label..detail], &mut line);
        }
        line.extend_from_slice(&self.text.as_bytes()[detail..part.end]);
        line
    }
}

/// The most columns of the place in another file.
const PLACE: usize = 40;
/// The columns around it in a line of its own: the indent, a parenthesis, a colon.
const PLACE_MARGIN: usize = 8;

/// Where the explanation of a code is. A line that is broken has `columns`.
fn reference(explained: &Explained<'_>, earlier: &EarlierLine, columns: usize) -> String {
    let words = language::of(explained.finding.catalog.lang());
    let Some(file) = &earlier.file else {
        // Without numbers on the screen, no reader finds line 5.
        return words.see_line(if explained.has_numbers { earlier.number } else { 0 });
    };
    let mut place = file.to_string();
    if earlier.number > 0 {
        place += &format!(":{}", earlier.number);
    }
    let room = columns.saturating_sub(PLACE_MARGIN).min(PLACE);
    words.see_place(&fitted(&place, room, "..."))
}
