//! Writes the block below a line: carets under its codes, and what the codes mean.
//!
//! What the only code of a line means is to the right of its carets if it fits into that row. All
//! other text is in a column of its own below, so a reader finds it without searching, and no text
//! is squeezed into the few columns that a long line leaves.
//!
//! A row of carets without text is printed only without colors, where nothing else shows which
//! number is the code: below the line, or below an excerpt if the row above does not have the code,
//! since the line wraps. With colors, the code is highlighted in the line, so such a row would say
//! nothing new, unless a line takes so many rows that no reader finds its code: then there is an
//! excerpt as well.

use std::borrow::Cow;
use std::ops::Range;

use super::Below;
use super::carets::{Carets, Screen};
use super::excerpt::Excerpt;
use super::field::Field;
use crate::detect::ResolvedFinding;
use crate::format::Line;
use crate::format::format::{EarlierLine, role};
use crate::syntax::{ADDED_LINE_END_MARK, BELOW_MARK, BELOW_MARK_WIDTH, EXCERPT};
use crate::terminal::{MAX_PROSE_COLUMNS, Role, Styles};

pub(super) struct Explained<'l> {
    pub finding: ResolvedFinding<'l>,
    /// The line that explained the code, if an earlier one did.
    pub earlier: Option<EarlierLine>,
    /// Whether the reader sees the numbers of lines.
    pub has_numbers: bool,
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

/// Carets under the line itself, or under an excerpt of it.
struct Pointer {
    excerpt: Option<String>,
    carets: Carets,
}

/// The most codes of a line that are explained.
const CODES_LIMIT: usize = 16;

/// The most columns of an excerpt. On a screen of 80 columns it leaves room for text beside the
/// carets.
const EXCERPT_COLUMNS: usize = 48;
/// A code that is highlighted in more rows has an excerpt.
const ROWS_TO_SEARCH: usize = 4;
/// With fewer columns, there are no excerpts.
const MIN_EXCERPT_COLUMNS: usize = 16;

impl BelowBlock<'_> {
    /// The lines of the block, without line ends.
    pub(super) fn lines(&self) -> Vec<Vec<u8>> {
        let findings = self.findings();
        let pointers = self.pointers(&findings);
        let fields = self.fields();
        let mut below = fields.as_slice();
        let mut lines = Vec::new();
        if let ([pointer], [_], [first, rest @ ..]) = (&*pointers, self.explained, &*fields)
            && first.columns() <= self.room_beside(pointer)
        {
            let beside = first.lines(first.columns(), self.styles).concat();
            self.push_pointer(pointer, &findings, &[b" ", &*beside].concat(), &mut lines);
            below = rest;
        } else {
            for pointer in &pointers {
                if pointer.excerpt.is_some() || !self.is_highlighted() {
                    self.push_pointer(pointer, &findings, b"", &mut lines);
                }
            }
        }
        for text in below.iter().flat_map(|field| field.lines(self.columns(), self.styles)) {
            lines.push([self.lead(), text].concat());
        }
        lines
    }

    /// Whether the codes have a color in the line.
    fn is_highlighted(&self) -> bool {
        self.styles.theme.is_some()
    }

    /// The findings of the codes to explain.
    fn findings(&self) -> Vec<ResolvedFinding<'_>> {
        let is_explained = |code| self.explained.iter().any(|one| one.finding.code == code);
        let mut findings: Vec<ResolvedFinding<'_>> = self.line.findings().collect();
        findings.retain(|finding| is_explained(finding.code));
        findings
    }

    /// Carets below the line, and excerpts with carets for the codes that those do not reach, unless
    /// these are highlighted in a few rows.
    fn pointers(&self, findings: &[ResolvedFinding<'_>]) -> Vec<Pointer> {
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(findings.len());
        for finding in findings {
            spans.push(finding.start..finding.end);
        }
        let mut text = Cow::Borrowed(self.line.text);
        if self.line.end.is_empty() {
            text.to_mut().extend_from_slice(ADDED_LINE_END_MARK);
        }
        let carets = Carets::under(&text, &spans, self.prefix_columns, self.screen);
        let mut missing = self.first_without_carets(findings, &carets);
        let columns = self.columns().saturating_sub(EXCERPT.len()).min(EXCERPT_COLUMNS);
        let is_seen = self.is_highlighted() && carets.rows() <= ROWS_TO_SEARCH;
        if columns < MIN_EXCERPT_COLUMNS || is_seen {
            missing.clear();
        }
        let mut pointers = Vec::new();
        if !carets.is_empty() {
            pointers.push(Pointer { excerpt: None, carets });
        }
        for Excerpt { text, carets } in Excerpt::of(self.line.text, &spans, &missing, columns) {
            pointers.push(Pointer { excerpt: Some(text), carets });
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

    fn fields(&self) -> Vec<Field<'_>> {
        let mut fields = Vec::new();
        for explained in self.explained.iter().take(CODES_LIMIT) {
            fields.extend(Field::about(explained, self.columns()));
        }
        if self.explained.len() > CODES_LIMIT {
            fields.push(Field::rest(self.explained.len() - CODES_LIMIT, self.line.catalog.lang()));
        }
        fields
    }

    /// Writes a line of carets with `text` at its end, below the excerpt if there is one.
    fn push_pointer(
        &self,
        pointer: &Pointer,
        findings: &[ResolvedFinding<'_>],
        text: &[u8],
        lines: &mut Vec<Vec<u8>>,
    ) {
        if let Some(excerpt) = &pointer.excerpt {
            let mut line = self.pointer_lead(pointer);
            self.styles.write(Role::Detail, excerpt.as_bytes(), &mut line);
            lines.push(line);
        }
        let mut line = self.pointer_lead(pointer);
        pointer.carets.write(&mut line, text, |index, carets, line| {
            self.styles.write(role(&findings[index]), carets.as_bytes(), line);
        });
        lines.push(line);
    }

    /// The columns to the right of carets and a blank.
    fn room_beside(&self, pointer: &Pointer) -> usize {
        let after_carets = self.indent(pointer) + pointer.carets.last_column() + 1;
        let mark = pointer.carets.columns_of_mark_at_end();
        // No text is farther to the right than that below the carets may be.
        let end = self.text_width().saturating_sub(mark).min(self.left() + MAX_PROSE_COLUMNS);
        end.saturating_sub(after_carets)
    }

    /// The columns in front of the carets' own.
    fn indent(&self, pointer: &Pointer) -> usize {
        if pointer.excerpt.is_some() { self.left() + EXCERPT.len() } else { 0 }
    }

    fn pointer_lead(&self, pointer: &Pointer) -> Vec<u8> {
        let mut lead = Vec::new();
        if pointer.excerpt.is_some() {
            lead = self.lead();
            self.styles.write(Role::Detail, EXCERPT.as_bytes(), &mut lead);
        }
        lead
    }

    /// The columns in front of text below carets.
    fn left(&self) -> usize {
        self.prefix_columns + BELOW_MARK_WIDTH
    }

    /// The columns for text below carets.
    fn columns(&self) -> usize {
        self.text_width().saturating_sub(self.left()).clamp(MIN_COLUMNS, MAX_PROSE_COLUMNS)
    }

    /// The most columns of a line with text. The last column stays empty.
    fn text_width(&self) -> usize {
        self.screen.room(self.prefix_columns == 0).min(self.screen.width - 1)
    }

    /// The beginning of a line of the block. After a prefix there are blanks instead of the mark,
    /// since a mark is recognized only at the beginning of a line.
    fn lead(&self) -> Vec<u8> {
        let mark = if self.prefix_columns == 0 { BELOW_MARK } else { &[b' '; BELOW_MARK_WIDTH] };
        mark.to_vec()
    }
}

/// Text is not wrapped into fewer columns.
const MIN_COLUMNS: usize = Below::MIN_WIDTH / 2;
