//! The text of a block: what a code means and what to do about it, with styles.

use std::ops::Range;

use crate::catalog::Entry;
use crate::detect::{Confidence, ResolvedFinding};
use crate::format::format::page;
use crate::terminal::{self, Role, Styles};

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
}

/// The columns of `fix: `; further lines begin after them.
const HANGING_INDENT: usize = 5;
/// In fewer columns, further lines are indented by one.
const MIN_COLUMNS_FOR_INDENT: usize = 30;

impl<'l> Field<'l> {
    /// The fields about a code. If `earlier_line` explained it, there is only a reference.
    pub(super) fn about(finding: &ResolvedFinding<'l>, earlier_line: Option<u64>) -> Vec<Self> {
        let doubt = if finding.confidence == Confidence::Low { "?" } else { "" };
        let severity = finding.entry().map_or("unknown", |entry| entry.severity.as_str());
        let role = Role::of(finding.entry().map(|entry| entry.severity));
        let label = format!("{severity} {}{doubt}", finding.code);
        let page = page(finding);
        if let Some(line) = earlier_line {
            let place = if line > 0 { format!("line {line}") } else { "above".to_string() };
            return vec![Self::new(&label, &format!(" (see {place})"), "", role, page)];
        }
        if finding.meanings.is_unknown() {
            let meaning = format!(": {}", finding.meaning());
            return vec![Self::new(&label, "", &meaning, role, page), Self::fix(&finding.remedy())];
        }
        let mut fields = Vec::new();
        for (rank, entry) in finding.entries().enumerate() {
            match rank {
                0 => fields.push(Self::head(&label, entry, page)),
                _ => fields.push(Self::head(&format!("or {}", entry.severity), entry, None)),
            }
            fields.push(Self::fix(&entry.remedy));
        }
        fields
    }

    /// The count of the codes that are not explained.
    pub(super) fn rest(count: usize) -> Self {
        Self::new("", &format!("and {count} more codes on this line"), "", Role::Detail, None)
    }

    fn head(label: &str, entry: &Entry, page: Option<&'l str>) -> Self {
        let detail = format!(" ({}/{})", entry.system, entry.category);
        let role = Role::of(Some(entry.severity));
        Self::new(label, &detail, &format!(": {}", entry.meaning), role, page)
    }

    fn fix(remedy: &str) -> Self {
        Self::new("fix", "", &format!(": {remedy}"), Role::Fix, None)
    }

    fn new(label: &str, detail: &str, text: &str, role: Role, page: Option<&'l str>) -> Self {
        let text = format!("{label}{detail}{text}");
        Self { text, role, label: label.len(), detail: label.len() + detail.len(), page }
    }

    /// The field in as many lines of at most `columns` as it needs.
    pub(super) fn lines(&self, columns: usize, styles: &Styles) -> Vec<Vec<u8>> {
        let indent = if columns < MIN_COLUMNS_FOR_INDENT { 1 } else { HANGING_INDENT };
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
