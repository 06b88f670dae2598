//! `below`: the line untouched, and below it a block that shows where the code stands and tells what it means, as compilers do.
//!
//! How the lines of blocks are known again is told in `block.rs`.

mod carets;

use self::carets::Carets;
use super::block::{ENDED, FIELD, MARK, MARK_WIDTH, MORE};
use super::escapes::{Attributes, Walk};
use super::highlight::WHOLE_LIMIT;
use super::{Append, Line, Paint, Render, Repeat, Role, Surroundings, distinct, page, severity};
use crate::catalog::{Catalog, Entry};
use crate::detect::{Confidence, Finding};
use crate::layout;

/// The line, then carets under its codes, what they mean, what to do, and where to read on.
///
/// A line that is too long to be held gets brackets as [`Append`] writes them: nothing is known of what stands above the end.
#[derive(Clone, Debug)]
pub struct Below {
    width: usize,
    wraps: bool,
    repeat: Repeat,
    paint: Paint,
    append: Append,
}

/// How many codes of a line are told.
const CODES_LIMIT: usize = 16;

impl Below {
    /// The least width in columns.
    pub const MIN_WIDTH: usize = 40;

    /// Blocks of at most `width` columns.
    pub fn new(width: usize) -> Self {
        let paint = Paint::none();
        Self { width: width.max(Self::MIN_WIDTH), wraps: false, repeat: Repeat::Full, append: Append::default(), paint }
    }

    /// The same; with `wraps`, what shows the lines breaks those that are wider, as terminals do. Then only what stands in
    /// the last row of a line can have carets below it; codes further up are named instead.
    pub fn with_wraps(self, wraps: bool) -> Self {
        Self { wraps, ..self }
    }

    /// The same, with codes that come again in a file told as `repeat` says.
    ///
    /// Unless they are told in full, what becomes of a line depends on those before it: one stage has to see all blocks of a
    /// file, in order.
    pub fn with_repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }

    /// The same, with colors and links as `paint` has them.
    pub fn with_paint(self, paint: Paint) -> Self {
        Self { append: Append::with_paint(paint.clone()), paint, ..self }
    }
}

impl Render for Below {
    fn line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.line_within(line, &mut Surroundings::default(), catalog, out);
    }

    fn line_within(&self, line: &Line<'_>, around: &mut Surroundings, catalog: &Catalog, out: &mut Vec<u8>) {
        if line.text.len() > WHOLE_LIMIT {
            return self.append.line(line, catalog, out);
        }
        out.extend_from_slice(line.text);
        let mut told = Vec::new();
        for finding in distinct(line.findings) {
            let is_repeated = around.tell(&finding) && self.repeat != Repeat::Full;
            if !(is_repeated && self.repeat == Repeat::None) {
                told.push(Told { finding, is_repeated });
            }
        }
        if told.is_empty() {
            return out.extend_from_slice(line.end);
        }
        let end = if line.end.is_empty() {
            out.extend_from_slice(ENDED);
            b"\n"
        } else {
            line.end
        };
        out.extend_from_slice(end);
        let lines = Block { below: self, line, told: &told, prefix: &around.prefix, catalog }.lines();
        self.frame(line.text, lines, end, out);
    }

    /// Brackets as `append` writes them.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.append.long_line_end(line, catalog, out);
    }

    fn renews(&self) -> bool {
        true
    }

    fn looks_back(&self) -> bool {
        self.repeat != Repeat::Full
    }
}

impl Below {
    /// Writes the lines of a block. What the line above looks like at its end does not reach into the block, but goes on
    /// behind it.
    fn frame(&self, text: &[u8], lines: Vec<Vec<u8>>, end: &[u8], out: &mut Vec<u8>) {
        let mut walk = Walk::new(text);
        let attributes = walk.to(text.len()).filter(|attributes| self.paint.theme().is_some() && !attributes.are_plain());
        let last = lines.len() - 1;
        for (place, line) in lines.iter().enumerate() {
            if attributes.is_some() && place == 0 {
                out.extend_from_slice(b"\x1b[0m");
            }
            out.extend_from_slice(line);
            if let Some(attributes) = attributes.filter(|_| place == last) {
                resume(attributes, out);
            }
            out.extend_from_slice(end);
        }
    }
}

fn resume(attributes: &Attributes<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[0");
    attributes.replay(out);
    out.push(b'm');
}

/// A code that a block tells.
struct Told {
    finding: Finding,
    is_repeated: bool,
}

/// A block to be written.
struct Block<'b> {
    below: &'b Below,
    line: &'b Line<'b>,
    told: &'b [Told],
    prefix: &'b str,
    catalog: &'b Catalog,
}

impl Block<'_> {
    fn lines(&self) -> Vec<Vec<u8>> {
        let (left, width) = (layout::width(self.prefix), self.below.width);
        let is_told = |finding: &&Finding| self.told.iter().any(|told| told.finding.code == finding.code);
        let findings: Vec<&Finding> = self.line.findings.iter().filter(is_told).collect();
        let spans: Vec<_> = findings.iter().map(|finding| finding.start..finding.end).collect();
        let carets = Carets::under(self.line.text, &spans, left, self.below.wraps.then_some(width));
        let has_caret = |told: &Told| {
            carets.iter().any(|carets| {
                findings.iter().enumerate().any(|(place, one)| one.code == told.finding.code && carets.shows(place))
            })
        };
        let all_have = self.told.iter().all(has_caret);
        if let ([Told { finding, is_repeated: true }], Some(carets)) = (self.told, carets.as_ref().filter(|_| all_have)) {
            let title = self.title(finding);
            if carets.end(layout::width(&title) + 1) < width {
                let styled = self.styled(Role::of(severity(finding, self.catalog)), &title);
                return vec![self.carets(carets, &findings, &[b" ", &styled[..]].concat())];
            }
        }
        let mut lines = Vec::new();
        let has_full = self.told.iter().any(|told| !told.is_repeated);
        if let Some(carets) = carets.as_ref().filter(|_| has_full) {
            lines.push(self.carets(carets, &findings, b""));
        }
        let names = self.told.len() > 1 || !all_have || !has_full;
        for told in self.told.iter().take(CODES_LIMIT) {
            self.code(told, names, &mut lines);
        }
        if let Some(left @ 1..) = self.told.len().checked_sub(CODES_LIMIT) {
            self.field(&format!("and {left} more codes on this line"), None, &mut lines);
        }
        lines
    }

    /// Carets, each in the color of its code, and `label` behind them.
    fn carets(&self, carets: &Carets, findings: &[&Finding], label: &[u8]) -> Vec<u8> {
        let role = |place: usize| Role::of(severity(findings[place], self.catalog));
        carets.line(|place, carets| self.styled(role(place), carets), label)
    }

    /// What is told of a code.
    fn code(&self, told: &Told, is_named: bool, lines: &mut Vec<Vec<u8>>) {
        let finding = &told.finding;
        let doubt = if finding.confidence == Confidence::Low { "?" } else { "" };
        let name = if is_named || !doubt.is_empty() { format!("{}{doubt} ", finding.code) } else { String::new() };
        let entries: Vec<&Entry> = finding.meanings.places().iter().map(|&place| self.catalog.entry(place)).collect();
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
            .places()
            .iter()
            .map(|&place| self.catalog.entry(place))
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
        self.field(&format!("see: imerr-annotate explain {code}"), Some(("see", Role::Link)), lines);
        if let Some(last) = lines.last_mut() {
            last.truncate(last.len() - code.len());
            self.below.paint.linked(code.as_bytes(), || page(finding, self.catalog), last);
        }
    }

    /// Writes a field, as many lines as it needs. The label that it begins with may have a style.
    fn field(&self, text: &str, label: Option<(&str, Role)>, lines: &mut Vec<Vec<u8>>) {
        let before = layout::width(self.prefix) + MARK_WIDTH + FIELD.len();
        let columns = (self.below.width - 1).saturating_sub(before).max(Below::MIN_WIDTH / 2);
        for (place, part) in layout::lines(text, columns).into_iter().enumerate() {
            let mut line = self.lead(if place == 0 { FIELD } else { MORE });
            match label.filter(|_| place == 0).and_then(|(label, role)| Some((label, role, part.strip_prefix(label)?))) {
                Some((label, role, rest)) => {
                    line.extend(self.styled(role, label));
                    line.extend_from_slice(rest.as_bytes());
                }
                None => line.extend_from_slice(part.as_bytes()),
            }
            lines.push(line);
        }
    }

    /// What a line of the block begins with that `kind` tells apart. Behind a name a mark would mark nothing.
    fn lead(&self, kind: &str) -> Vec<u8> {
        let mark = if self.prefix.is_empty() { MARK } else { &[b' '; MARK_WIDTH] };
        [mark, kind.as_bytes()].concat()
    }

    /// `text` in the style of `role`.
    fn styled(&self, role: Role, text: &str) -> Vec<u8> {
        let mut styled = Vec::with_capacity(text.len());
        self.below.paint.painted(role, text.as_bytes(), &mut styled);
        styled
    }
}

/// `sdk/account error`
fn label(entry: &Entry) -> String {
    format!("{}/{} {}", entry.system, entry.category, entry.severity)
}

#[cfg(test)]
mod tests;
