//! The trait of line formats, the line that a format writes, and the properties of a format.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::ops::Range;
use std::sync::Arc;

use imerr_catalog::string_enum;

use super::json_members::EntryMembers;
use crate::catalog::Catalog;
use crate::detect::{Finding, PossibleEntries, ResolvedFinding};
use crate::stats::{ColumnCounter, Totals};
use crate::terminal::{Policy, Role};

/// A line of the log with its findings.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Line<'l> {
    /// The [name](crate::input::Input::os_name) of the file.
    pub file: &'l OsStr,
    /// The number of the line in the file, from 1; 0 unless the format [uses
    /// it](FormatProperties::line_numbers).
    pub number: u64,
    /// The position of the line in the file, in bytes.
    pub offset: u64,
    /// The original line, without annotations of earlier runs and without its end. If the line is
    /// too long to be held in memory, only its beginning, in whole characters.
    pub text: &'l [u8],
    /// `\n`, `\r\n`, or nothing at the end of a file.
    pub end: &'l [u8],
    pub(crate) findings: &'l [Finding],
    /// Which of the findings of the line these are.
    pub(crate) part: LinePart,
    /// The catalog that the entries of the findings are in. It is part of the line, so that no
    /// format can look them up in another one.
    pub(crate) catalog: &'l Catalog,
}

/// The findings of a line that are rendered in earlier and later calls: see
/// [`Render::render_line`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinePart {
    pub earlier: usize,
    pub later: usize,
    /// The columns up to the first finding of this call.
    pub columns: ColumnCounter,
}

/// What a record of a finding contains of its line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record<'l> {
    /// The finding.
    pub finding: ResolvedFinding<'l>,
    /// The column of the code in code points, from 1.
    pub column: u64,
    /// The part of the text that the record has.
    pub text: Range<usize>,
}

impl<'l> Line<'l> {
    /// The most bytes of text in all records of a line, if each has the whole line.
    const REPEATED_TEXT_LIMIT: usize = 64 << 10;
    /// The bytes on each side of the code in an excerpt of a line.
    const EXCERPT_REACH: usize = 200;

    /// The findings for formats that write one record for each.
    ///
    /// The first record of a line has the whole text. So have the others if that is little;
    /// otherwise they have an excerpt around their code, since a line of 1 MiB can have 100,000
    /// codes.
    pub fn records(&self) -> impl Iterator<Item = Record<'l>> + use<'l> {
        let (text, part) = (self.text, self.part);
        let count = part.earlier + self.findings.len() + part.later;
        let is_repeated = count.saturating_mul(text.len()) <= Self::REPEATED_TEXT_LIMIT;
        let mut columns = part.columns;
        self.findings().enumerate().map(move |(index, finding)| {
            let is_whole = is_repeated || part.earlier + index == 0;
            let column = columns.column_at(text, finding.start);
            let text = if is_whole { 0..text.len() } else { excerpt(text, &finding) };
            Record { finding, column, text }
        })
    }

    /// The findings with their entries, in order of their position; at least one.
    pub fn findings(
        &self,
    ) -> impl DoubleEndedIterator<Item = ResolvedFinding<'l>> + ExactSizeIterator + use<'l> {
        let catalog = self.catalog;
        self.findings.iter().map(move |&finding| ResolvedFinding { finding, catalog })
    }

    /// One finding for each code of the line, the most confident one, in the order in which the
    /// codes first occur.
    pub(super) fn distinct_findings(&self) -> Vec<ResolvedFinding<'l>> {
        if let &[finding] = self.findings {
            return vec![ResolvedFinding { finding, catalog: self.catalog }];
        }
        let mut distinct = Vec::with_capacity(self.findings.len().min(16));
        let mut indexes = HashMap::new();
        for finding in self.findings() {
            let index = *indexes.entry(finding.code).or_insert(distinct.len());
            if index == distinct.len() {
                distinct.push(finding);
            } else if distinct[index].confidence < finding.confidence {
                distinct[index] = finding;
            }
        }
        distinct
    }

    /// The finding of the worst severity, the first of several. An unknown code counts as an error,
    /// but less than known ones.
    pub(super) fn worst_finding(&self) -> ResolvedFinding<'l> {
        // Of equal elements, `max_by_key` returns the last.
        let worst = self.findings().rev().max_by_key(|finding| {
            (finding.entries.severity(self.catalog), !finding.entries.is_unknown())
        });
        worst.expect("a line is rendered because of its findings")
    }
}

/// The role of the style for the code of a finding.
pub(super) fn role(finding: &ResolvedFinding<'_>) -> Role {
    Role::of(finding.entries.known_severity(finding.catalog))
}

/// The page about the code of a finding; of an ambiguous code, the page of the likeliest entry that
/// has one.
pub(super) fn page<'c>(finding: &ResolvedFinding<'c>) -> Option<&'c str> {
    let lang = finding.catalog.lang();
    finding.entries().find_map(|entry| entry.page_in(lang))
}

/// The text around the code of a finding, in whole characters.
fn excerpt(text: &[u8], finding: &Finding) -> Range<usize> {
    let reach = Line::EXCERPT_REACH;
    let mut start = finding.start.saturating_sub(reach);
    // A character has at most three continuation bytes.
    let is_continued = |byte: &u8| byte & 0xc0 == 0x80;
    start +=
        text[start..finding.start].iter().take(3).take_while(|byte| is_continued(byte)).count();
    let end = text.len().min(finding.end.saturating_add(reach));
    let tail = finding.end.min(end);
    start..tail + whole_characters(&text[tail..end]).len()
}

/// `text`, the beginning of a line, without a last character that is cut in two.
pub(crate) fn whole_characters(text: &[u8]) -> &[u8] {
    // A character has at most four bytes, so at most three of an incomplete one.
    let tail = &text[text.len().saturating_sub(3)..];
    let rest = tail.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    let is_incomplete = std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
    if is_incomplete { &text[..text.len() - rest.len()] } else { text }
}

/// A line format.
///
/// A run calls [`begin_run`](Render::begin_run), then for each file
/// [`begin_file`](Render::begin_file), one method for each line with findings, and
/// [`end_file`](Render::end_file), and in the end [`end_run`](Render::end_run).
pub trait Render: std::fmt::Debug + Send + Sync {
    /// The use of the format. The same at every call.
    fn properties(&self) -> FormatProperties {
        FormatProperties::default()
    }

    /// Writes what comes before all other output of a run.
    fn begin_run(&self, _out: &mut Vec<u8>) {}

    /// Writes what comes before the first line of `file`, also if the file has no lines.
    fn begin_file(&self, _file: &OsStr, _out: &mut Vec<u8>) {}

    /// Writes the output for a line with findings, including the line end.
    ///
    /// If the format is one of [records](FormatProperties::RECORDS), a line with many findings is
    /// rendered in several calls, each with some of them, so that the output takes little memory.
    /// With an [empty record](FormatProperties::empty_record), a line is rendered in one call.
    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>);

    /// Writes what is inserted before the end of a line that is too long to be held in memory.
    /// `line` has only the beginning of the text. Records are written here, in several calls too.
    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>);

    /// Whether the format annotates no line like `text` because the line has a key of its own where
    /// the annotation belongs. Called only for lines that the format left unchanged.
    fn has_key_conflict(&self, _text: &[u8]) -> bool {
        false
    }

    /// Writes what comes after the last line of `file`. `totals` are the counts of the file.
    fn end_file(&self, _file: &OsStr, _totals: &Totals, _out: &mut Vec<u8>) {}

    /// Writes what comes after all other output of a run. `totals` are the counts of the run.
    fn end_run(&self, _totals: &Totals, _out: &mut Vec<u8>) {}
}

/// The use of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatProperties {
    /// Whether the log is printed, with the lines without findings. If not, the output is one
    /// record for each finding, or one for each line.
    pub passthru: bool,
    /// Whether the format uses [`Line::number`]. Counting lines costs a pass over the input.
    pub line_numbers: bool,
    /// Whether the output for a line depends on the lines before it in the file. All blocks of a
    /// file then go through one stage, in order.
    pub stateful: bool,
    /// Whether the format rewrites the lines that an earlier run inserted below lines of the log.
    /// The earlier ones are then not printed.
    pub replaces_previous: bool,
    /// The record of a line without findings, if each line of the log has one record. None if only
    /// findings have records.
    pub empty_record: Option<&'static [u8]>,
}

impl FormatProperties {
    /// One record for each finding, with line numbers and without the log.
    pub const RECORDS: Self = Self {
        passthru: false,
        line_numbers: true,
        stateful: false,
        replaces_previous: false,
        empty_record: None,
    };
}

impl Default for FormatProperties {
    /// The log with annotations, each line independent of the others.
    fn default() -> Self {
        Self { passthru: true, line_numbers: false, ..Self::RECORDS }
    }
}

string_enum! {
    /// The explanation of a code that was explained earlier: in the same file, or in any file
    /// where one is explained for all of them.
    Repeat {
        /// In full, like the first time.
        Full = "full",
        /// By a reference to the line that explains it, and by its meaning where that was last
        /// shown more than a screen or 50 lines above.
        Short = "short",
        /// Not at all. The first line of another file has the reference.
        None = "none",
    }
}

/// The prefix of a line in the output and the codes that were explained earlier. For lines with
/// codes of one catalog.
#[derive(Clone, Debug, Default)]
pub struct LineContext {
    /// The columns of the file name and line number in front of each line; 0 if there are none.
    pub(crate) prefix_columns: usize,
    /// Whether lines have their number in front of them.
    pub(crate) has_numbers: bool,
    /// Whether only lines with codes are printed.
    pub(crate) has_only_codes: bool,
    /// Whether the reader sees all files one after the other, so that a code is explained once for
    /// all of them.
    pub(crate) spans_files: bool,
    /// Where each code was explained.
    pub(crate) explained: HashMap<(i64, PossibleEntries), ExplainedCode>,
    /// The name of the file. Every file has one of its own, also if two have the same name.
    pub(super) file: Arc<str>,
    /// The lines of the files before this one.
    pub(super) lines_before: u64,
    /// The lines so far, if only lines with codes are printed.
    pub(super) shown_lines: u64,
    /// The codes of the last one.
    pub(super) last_codes: Vec<i64>,
    /// The rows of the screen so far beyond one for each line, if the screen is known.
    pub(super) extra_rows: u64,
    /// The number of the last line of this file with codes, and the offset of its end.
    pub(super) last_line: (u64, u64),
    /// What JSON formats write about the entries of codes.
    pub(super) json_members: EntryMembers,
}

/// Where a code was explained. Numbers of lines are 0 if they are not known.
#[derive(Clone, Debug)]
pub(crate) struct ExplainedCode {
    file: Arc<str>,
    line: u64,
    /// The position of the last line that had its meaning.
    last_with_meaning: u64,
    /// The last file that had the code.
    last_file: Arc<str>,
}

/// The line that explained a code in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EarlierLine {
    /// The name of its file, if that is another one.
    pub file: Option<Arc<str>>,
    /// Its number; 0 if that is not known.
    pub number: u64,
    /// Whether the last line that had the meaning is out of sight.
    pub is_far: bool,
    /// Whether this file has the code for the first time.
    pub is_new_in_file: bool,
}

impl LineContext {
    /// The most codes that are remembered, so that memory is bounded. Further ones are explained in
    /// full each time.
    const LIMIT: usize = 1 << 12;

    /// Meanings that were shown more lines above are out of sight on a screen that is not known: most
    /// have fewer rows.
    const LINES_IN_SIGHT: u64 = 50;

    /// Begins the file `name`, after the file before, which had this number of `lines`.
    pub(crate) fn begin_file(&mut self, name: &str, lines: u64) {
        self.last_codes.clear();
        self.lines_before += lines;
        self.last_line = (0, 0);
        self.file = name.replace(|c| Policy::Annotation.forbids(c), "?").into();
        if !self.spans_files {
            self.explained.clear();
        }
    }

    /// Counts a line that is printed. Returns the codes of the line above it, if only lines with
    /// codes are printed.
    pub(super) fn begin_line(&mut self) -> Vec<i64> {
        self.shown_lines += 1;
        std::mem::take(&mut self.last_codes)
    }

    /// Adds what `line`, and the lines between it and the last one with codes, take on a screen of
    /// this width beyond one row each. Of those between, only the length is known.
    pub(super) fn add_wrapped_rows(&mut self, line: &Line<'_>, width: usize) {
        let width = width as u64;
        let (last_number, last_end) = self.last_line;
        if !self.has_only_codes {
            let lines = line.number.saturating_sub(last_number + 1);
            let columns = line.offset.saturating_sub(last_end) + lines * self.prefix_columns as u64;
            // A line ends in the middle of a row, on average.
            self.extra_rows += (columns / width).saturating_sub(lines / 2);
        }
        let length = line.text.len() as u64;
        self.extra_rows += (self.prefix_columns as u64 + length).saturating_sub(1) / width;
        self.last_line = (line.number, line.offset + length + line.end.len() as u64);
    }

    /// Adds rows that are not lines of the log.
    pub(super) fn add_rows(&mut self, rows: usize) {
        self.extra_rows += rows as u64;
    }

    /// Records that this line explains the code of `finding`, or only what it means if an earlier
    /// one explains it and is out of sight on a screen of `rows`. Returns the earlier line.
    pub(super) fn mark_explained(
        &mut self,
        finding: &Finding,
        line: u64,
        rows: Option<usize>,
    ) -> Option<EarlierLine> {
        // The cursor is in the row below the text.
        let in_sight = rows.map_or(Self::LINES_IN_SIGHT, |rows| rows.saturating_sub(2) as u64);
        let mut position = self.lines_before + line + self.extra_rows;
        if self.has_only_codes {
            self.last_codes.push(finding.code);
            position = self.shown_lines + self.extra_rows;
        }
        let file = &self.file;
        let key = (finding.code, finding.entries);
        let Some(code) = self.explained.get_mut(&key) else {
            if self.explained.len() < Self::LIMIT {
                let (file, last_file) = (Arc::clone(file), Arc::clone(file));
                let code = ExplainedCode { file, line, last_with_meaning: position, last_file };
                self.explained.insert(key, code);
            }
            return None;
        };
        let earlier = EarlierLine {
            file: (!Arc::ptr_eq(&code.file, file)).then(|| Arc::clone(&code.file)),
            number: code.line,
            is_far: position.saturating_sub(code.last_with_meaning) > in_sight,
            is_new_in_file: !Arc::ptr_eq(&code.last_file, file),
        };
        if earlier.is_far {
            code.last_with_meaning = position;
        }
        code.last_file = Arc::clone(file);
        Some(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;
    use crate::format::{Append, Auto, Below, Csv, Inline, Json, Jsonl, Logfmt, Rdjsonl, Rsyslog};
    use crate::rules;
    use crate::testutil::render_with;

    #[test]
    fn a_renderer_looks_entries_up_in_the_catalog_of_the_line() {
        let large = Detector::built_in();
        let entry = large.catalog().entries_for_code(6206).next().expect("the code is known");
        let small = Catalog::from_entries(vec![entry.clone()]);
        let small = Detector::new(small, rules::built_in()).expect("the rules are valid");
        let formats: [fn() -> Arc<dyn Render>; 10] = [
            || Arc::new(Append::default()),
            || Arc::new(Auto::default()),
            || Arc::new(Below::new(80)),
            || Arc::new(Csv::default()),
            || Arc::new(Inline::default()),
            || Arc::new(Json::default()),
            || Arc::new(Jsonl),
            || Arc::new(Logfmt),
            || Arc::new(Rdjsonl),
            || Arc::new(Rsyslog::default()),
        ];
        // The small catalog comes first, so that an id of the large one exceeds it.
        let rows = [
            (&small, "{\"imsdk code\":6206}"),
            (&large, "{\"imsdk code\":130000}"),
            (&large, "imsdk code:6206"),
            (&large, "imsdk code:-10113"),
            (&small, "imsdk code:6206"),
        ];
        for format in formats {
            let used = format();
            for (detector, text) in rows {
                let wanted = render_with(&*format(), detector, text.as_bytes(), b"\n");
                assert_eq!(render_with(&*used, detector, text.as_bytes(), b"\n"), wanted);
            }
        }
        let texts = rows.map(|(detector, text)| {
            render_with(&Append::default(), detector, text.as_bytes(), b"\n")
        });
        assert!(texts[1].contains("[imerr 130000 server/"), "{}", texts[1]);
        assert!(texts[4].contains("[imerr 6206 sdk/account error: The UserSig"), "{}", texts[4]);
    }

    #[test]
    fn a_character_that_is_cut_in_two_is_left_out() {
        let rows: [(&[u8], usize); 9] = [
            (b"", 0),
            (b"ab", 2),
            ("错".as_bytes(), 3),
            (b"\xe9", 0),
            (b"a\xe9\x94", 1),
            (b"\xe9\x94\x99\xf0\x9f\x98", 3),
            (b"a\xff", 2),
            (b"a\x94", 2),
            (b"a\xed\xa0", 3),
        ];
        for (text, wanted) in rows {
            assert_eq!(whole_characters(text).len(), wanted, "{}", text.escape_ascii());
        }
    }
}
