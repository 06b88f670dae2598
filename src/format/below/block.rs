//! Writes the block below a line: carets under its codes, then an explanation of each code.

use std::borrow::Cow;
use std::ops::Range;

use super::Below;
use super::carets::{Carets, Screen};
use super::excerpt::Excerpt;
use crate::catalog::Entry;
use crate::detect::{Confidence, ResolvedFinding};
use crate::format::Line;
use crate::format::format::{page, role};
use crate::syntax::{
    ADDED_LINE_END_MARK, BELOW_MARK, BELOW_MARK_WIDTH, CONTINUATION, EXCERPT, FIELD,
};
use crate::terminal::{self, Role, Styles};

pub(super) struct Explained<'l> {
    pub finding: ResolvedFinding<'l>,
    /// Whether the code was explained earlier in the file.
    pub is_repeated: bool,
}

pub(super) struct BelowBlock<'b> {
    pub styles: &'b Styles,
    pub screen: Screen,
    pub line: &'b Line<'b>,
    /// The codes to explain, at least one.
    pub explained: &'b [Explained<'b>],
    /// The columns of the prefix of each line of the output; 0 without one.
    pub prefix_columns: usize,
}

/// The carets that point at codes of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pointers {
    /// There are none: no terminal shows the codes.
    None,
    Carets,
    /// A label after the carets explains the only code.
    Labeled,
}

/// The most codes of a line that are explained.
const CODES_LIMIT: usize = 16;

impl BelowBlock<'_> {
    /// The lines of the block, without line ends.
    pub(super) fn lines(&self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let pointers = self.push_pointers(&mut lines);
        if pointers == Pointers::Labeled {
            return lines;
        }
        let is_named = self.explained.len() > 1 || pointers == Pointers::None;
        for explained in self.explained.iter().take(CODES_LIMIT) {
            self.push_explanation(explained, is_named, &mut lines);
        }
        if self.explained.len() > CODES_LIMIT {
            let count = self.explained.len() - CODES_LIMIT;
            self.push_field(&format!("and {count} more codes on this line"), None, &mut lines);
        }
        lines
    }

    /// Writes carets below the line, and excerpts with carets for the codes that those do not
    /// reach.
    fn push_pointers(&self, lines: &mut Vec<Vec<u8>>) -> Pointers {
        let is_explained = |code| self.explained.iter().any(|one| one.finding.code == code);
        let mut findings: Vec<ResolvedFinding<'_>> = self.line.findings().collect();
        findings.retain(|finding| is_explained(finding.code));
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(findings.len());
        for finding in &findings {
            spans.push(finding.start..finding.end);
        }
        let mut text = Cow::Borrowed(self.line.text);
        if self.line.end.is_empty() {
            text.to_mut().extend_from_slice(ADDED_LINE_END_MARK);
        }
        let carets = Carets::under(&text, &spans, self.prefix_columns, self.screen);
        let missing = self.first_without_carets(&findings, &carets);
        let excerpts = Excerpt::of(self.line.text, &spans, &missing, self.columns());

        let mut pointers = Pointers::None;
        if !carets.is_empty() {
            pointers = self.push_carets(&carets, &findings, Vec::new(), 0, lines);
        }
        for Excerpt { text, carets } in excerpts {
            let lead = self.lead(EXCERPT);
            lines.push([&lead, text.as_bytes()].concat());
            pointers = self.push_carets(&carets, &findings, lead, self.left(), lines);
        }
        pointers
    }

    /// The index of the first finding of each code that has no carets at all, in order.
    fn first_without_carets(
        &self,
        findings: &[ResolvedFinding<'_>],
        carets: &Carets,
    ) -> Vec<usize> {
        let mut missing = Vec::new();
        for explained in self.explained.iter().take(CODES_LIMIT) {
            let code = explained.finding.code;
            let mut indexes = (0..findings.len()).filter(|&index| findings[index].code == code);
            let first = indexes.clone().next();
            if !indexes.any(|index| carets.has_span(index)) {
                missing.extend(first);
            }
        }
        missing.sort_unstable();
        missing
    }

    /// Writes a line of carets after `lead`, which is `indent` columns wide. Adds the label if
    /// there is one and it fits.
    fn push_carets(
        &self,
        carets: &Carets,
        findings: &[ResolvedFinding<'_>],
        mut lead: Vec<u8>,
        indent: usize,
        lines: &mut Vec<Vec<u8>>,
    ) -> Pointers {
        let mut pointers = Pointers::Carets;
        let mut label = Vec::new();
        // The title of the only code can follow the carets if it was explained before.
        if let [Explained { finding, is_repeated: true }] = self.explained {
            let title = title(finding);
            if indent + carets.end(terminal::width(&title) + 1) <= self.text_width() {
                pointers = Pointers::Labeled;
                label.push(b' ');
                self.styles.write(role(finding), title.as_bytes(), &mut label);
            }
        }
        carets.write(&mut lead, &label, |index, carets, line| {
            self.styles.write(role(&findings[index]), carets.as_bytes(), line);
        });
        lines.push(lead);
        pointers
    }

    /// Writes the fields about a code. `is_named` says whether they begin with the code.
    fn push_explanation(
        &self,
        explained: &Explained<'_>,
        is_named: bool,
        lines: &mut Vec<Vec<u8>>,
    ) {
        let finding = &explained.finding;
        let doubt = if finding.confidence == Confidence::Low { "?" } else { "" };
        let mut name = String::new();
        if is_named || !doubt.is_empty() {
            name = format!("{}{doubt} ", finding.code);
        }
        if explained.is_repeated || finding.meanings.is_unknown() {
            let title = name.clone() + &title(finding);
            let label = title.split_once(':').map_or(name.as_str(), |(label, _)| label);
            self.push_field(&title, Some((label, role(finding))), lines);
            if !explained.is_repeated {
                self.push_help(&finding.remedy(), lines);
            }
            return;
        }
        for (rank, entry) in finding.entries().enumerate() {
            let label = format!("{}{}", if rank == 0 { &name } else { "or " }, label(entry));
            let role = Role::of(Some(entry.severity));
            self.push_field(&format!("{label}: {}", entry.meaning), Some((&label, role)), lines);
            self.push_help(&entry.remedy, lines);
        }
        self.push_see(finding, lines);
    }

    fn push_help(&self, remedy: &str, lines: &mut Vec<Vec<u8>>) {
        self.push_field(&format!("help: {remedy}"), Some(("help", Role::Help)), lines);
    }

    /// Writes the command that prints all that is known about a code. The code links to its page.
    fn push_see(&self, finding: &ResolvedFinding<'_>, lines: &mut Vec<Vec<u8>>) {
        let code = finding.code.to_string();
        let text = format!("see: imerr-annotate explain {code}");
        self.push_field(&text, Some(("see", Role::Link)), lines);
        if let Some(last) = lines.last_mut() {
            last.truncate(last.len() - code.len());
            self.styles.write_link(code.as_bytes(), || page(finding), last);
        }
    }

    /// Writes a field in as many lines as it needs. If the text begins with a label, that has the
    /// style of a role.
    fn push_field(&self, text: &str, label: Option<(&str, Role)>, lines: &mut Vec<Vec<u8>>) {
        for (index, part) in terminal::wrap(text, self.columns()).into_iter().enumerate() {
            let mut line = self.lead(if index == 0 { FIELD } else { CONTINUATION });
            let mut rest = part;
            if index == 0
                && let Some((label, role)) = label
                && let Some(after_label) = part.strip_prefix(label)
            {
                self.styles.write(role, label.as_bytes(), &mut line);
                rest = after_label;
            }
            line.extend_from_slice(rest.as_bytes());
            lines.push(line);
        }
    }

    /// The columns in front of a field or an excerpt.
    fn left(&self) -> usize {
        self.prefix_columns + BELOW_MARK_WIDTH + FIELD.len()
    }

    /// The columns for a field or an excerpt.
    fn columns(&self) -> usize {
        self.text_width().saturating_sub(self.left()).max(Below::MIN_WIDTH / 2)
    }

    /// The most columns of a line with text. The last column stays empty.
    fn text_width(&self) -> usize {
        self.screen.room(self.prefix_columns == 0).min(self.screen.width - 1)
    }

    /// The beginning of a line of the block. After a prefix there are blanks instead of the mark,
    /// since a mark is recognized only at the beginning of a line.
    fn lead(&self, kind: &str) -> Vec<u8> {
        let mark = if self.prefix_columns == 0 { BELOW_MARK } else { &[b' '; BELOW_MARK_WIDTH] };
        [mark, kind.as_bytes()].concat()
    }
}

/// `sdk/account error`
fn label(entry: &Entry) -> String {
    format!("{}/{} {}", entry.system, entry.category, entry.severity)
}

/// The meanings of a code in one line.
fn title(finding: &ResolvedFinding<'_>) -> String {
    if finding.meanings.is_unknown() {
        return format!("unknown: {}", finding.meaning());
    }
    let mut titles = Vec::new();
    for entry in finding.entries() {
        titles.push(format!("{}: {}", label(entry), entry.meaning));
    }
    titles.join(" Or ")
}
