//! Prints lines: prefix, escaped control characters, what the renderer writes, and line
//! terminators.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::prefix::Prefix;
use super::scanner::ScannedLine;
use super::selector::line_end;
use crate::catalog::Catalog;
use crate::detect::Finding;
use crate::format::{FormatProperties, Line, LineContext, LinePart, Render, whole_characters};
use crate::input::Block;
use crate::pipeline::{EscapedOutput, Output, write_pieces};
use crate::stats::LineTermination;
use crate::syntax::ADDED_LINE_END;
use crate::terminal::{escape_controls, replace_unsafe};

/// Prints the lines of one file after the other.
#[derive(Clone)]
pub(super) struct Printer {
    /// Without a renderer nothing is printed.
    pub render: Option<Arc<dyn Render>>,
    pub format: FormatProperties,
    pub prefix: Prefix,
    pub escapes_controls: bool,
    /// Whether only some lines of the log are printed.
    pub selects_lines: bool,
    /// The name of the file.
    file: OsString,
    /// The prefix of the current line and the codes that were explained.
    pub context: LineContext,
    rendered: Vec<u8>,
    /// The end of the last line that was printed for the current block.
    pub termination: LineTermination,
    /// Where the first line of the current block starts whose key is the one for annotations.
    pub key_conflict_offset: Option<u64>,
}

/// The most records of a line that are rendered in one call.
const RECORDS_PER_CALL: usize = 64;

/// Counts the lines of a block, from the first to the last.
pub(super) struct LineCounter<'b> {
    pub block: &'b Block,
    number: u64,
    /// Where the line with this number starts.
    counted_to: usize,
    /// The lines of the file so far that an earlier run inserted and that are written again.
    pub replaced: u64,
}

impl<'b> LineCounter<'b> {
    pub fn new(block: &'b Block, replaced: u64) -> Self {
        Self { block, number: block.line, counted_to: 0, replaced }
    }

    /// The number of the line that starts at `start`, which no earlier call passed.
    pub fn number_at(&mut self, start: usize) -> u64 {
        let lines = &self.block.bytes()[self.counted_to..start];
        self.number += memchr::memchr_iter(b'\n', lines).count() as u64;
        self.counted_to = start;
        self.number
    }

    /// The same without the lines that are left out.
    pub fn printed_number_at(&mut self, start: usize) -> u64 {
        // The feed may count no lines.
        self.number_at(start).saturating_sub(self.replaced)
    }
}

impl Printer {
    pub fn new(render: Option<Arc<dyn Render>>) -> Self {
        let silent = FormatProperties { passthru: false, ..FormatProperties::default() };
        Self {
            format: render.as_ref().map_or(silent, |render| render.properties()),
            render,
            prefix: Prefix::default(),
            escapes_controls: false,
            selects_lines: false,
            file: OsString::new(),
            context: LineContext::default(),
            rendered: Vec::new(),
            termination: LineTermination::Complete,
            key_conflict_offset: None,
        }
    }

    /// Begins the file `name`, after the file before, which had this number of `lines`.
    pub fn begin_file(&mut self, name: &OsStr, lines: u64) {
        name.clone_into(&mut self.file);
        let name = name.to_string_lossy();
        self.context.begin_file(&name, lines);
        if self.escapes_controls {
            self.prefix.begin_file(&replace_unsafe(&name));
        } else {
            self.prefix.begin_file(&name);
        }
    }

    pub fn begin_block(&mut self) {
        self.termination = LineTermination::Complete;
        self.key_conflict_offset = None;
    }

    /// Prints lines of the log, in one piece if they have no prefix.
    pub fn copy_lines(
        &mut self,
        range: Range<usize>,
        separator: &[u8],
        counter: &mut LineCounter<'_>,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let block = counter.block;
        if let Some(record) = self.format.empty_record {
            let lines = count_lines(&block.bytes()[range]);
            return write_pieces(out, record, lines);
        }
        if !self.format.passthru || range.is_empty() {
            return Ok(());
        }
        self.termination = self.termination_of(&block.bytes()[range.clone()], false);
        let mut hole = hole_before(block, &range);
        if self.prefix.is_empty() {
            out.write_nuls(hole)?;
            return out.copy(block, range);
        }
        let mut number =
            if self.prefix.has_number { counter.printed_number_at(range.start) } else { 0 };
        let mut start = range.start;
        while start < range.end {
            let end = line_end(block.bytes(), start, range.end);
            self.prefix.print(number, separator, out)?;
            out.write_nuls(std::mem::take(&mut hole))?;
            out.copy(block, start..end)?;
            start = end;
            number += 1;
        }
        Ok(())
    }

    /// Prints a line with codes.
    ///
    /// A line that an earlier run annotated stays as it is: annotating twice is the same as
    /// annotating once.
    #[inline]
    pub fn print_line(
        &mut self,
        line: &ScannedLine<'_>,
        findings: &mut [Finding],
        catalog: &Catalog,
        separator: &[u8],
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if !self.format.passthru {
            return self.print_line_as_records(line, findings, catalog, block, out);
        }
        let prior = &line.prior;
        let has_inserted_line_end = prior.added_line_end.is_some();
        if prior.has_text || has_inserted_line_end && !self.format.replaces_previous {
            return self.copy_annotated_line(line, separator, block, out);
        }
        let is_annotated = self.render(line, findings, catalog, block.offset);
        self.termination = self.termination_of(&self.rendered, is_annotated);
        // An earlier run ended the line. Without that end, a prefix or a line from elsewhere in the
        // log would follow on the same line.
        if let LineTermination::MustTerminate(end @ b"\n") = self.termination
            && block.bytes()[line.range.clone()].ends_with(end)
        {
            self.rendered.extend_from_slice(end);
            self.termination = LineTermination::Complete;
        }
        let hole = hole_before(block, &line.range);
        self.prefix.print_lines(hole, &self.rendered, line.number, separator, out)
    }

    /// Prints a line that an earlier run annotated.
    fn copy_annotated_line(
        &mut self,
        line: &ScannedLine<'_>,
        separator: &[u8],
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        self.termination = self.termination_of(&block.bytes()[line.range.clone()], true);
        self.prefix.print(line.number, separator, out)?;
        out.write_nuls(hole_before(block, &line.range))?;
        out.copy(block, line.range.clone())
    }

    fn print_line_as_records(
        &mut self,
        line: &ScannedLine<'_>,
        findings: &[Finding],
        catalog: &Catalog,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let offset = block.offset + line.range.start as u64;
        let (number, text, end) = (line.number, &*line.original, line.terminator);
        // `print_records` sets the name: `self` cannot be borrowed here.
        let (file, part) = (OsStr::new(""), LinePart::default());
        let line = Line { file, number, offset, text, end, findings, part, catalog };
        self.print_records(line, false, out)
    }

    /// Renders a line of a block that starts at `block_offset` in its file. Returns whether the
    /// format added something to the line.
    #[inline]
    fn render(
        &mut self,
        line: &ScannedLine<'_>,
        findings: &mut [Finding],
        catalog: &Catalog,
        block_offset: u64,
    ) -> bool {
        self.rendered.clear();
        let Some(render) = self.render.as_deref() else { return false };
        let mut escaped = None;
        if self.escapes_controls {
            escaped = escape_line_controls(&line.original, findings);
        }
        let text = escaped.as_deref().unwrap_or(&line.original);
        self.context.prefix_columns = self.prefix.columns(line.number);
        self.context.has_numbers = self.prefix.has_number;
        let (number, end) = (line.number, line.terminator);
        let offset = block_offset + line.range.start as u64;
        let (file, part) = (self.file.as_os_str(), LinePart::default());
        let line = Line { file, number, offset, text, end, findings, part, catalog };
        render.render_line(&line, &mut self.context, &mut self.rendered);
        let is_annotated = self.rendered.len() != text.len() + end.len();
        if self.key_conflict_offset.is_none() && !is_annotated && render.has_key_conflict(text) {
            self.key_conflict_offset = Some(offset);
        }
        is_annotated
    }

    /// The output of `print`, to be printed later.
    pub fn print_to_buffer(
        &mut self,
        print: impl FnOnce(&mut Self, &mut dyn Output) -> io::Result<()>,
    ) -> io::Result<Vec<u8>> {
        let termination = self.termination;
        let mut text = Vec::new();
        if self.escapes_controls {
            print(self, &mut EscapedOutput(&mut text))?;
        } else {
            print(self, &mut text)?;
        }
        self.termination = termination;
        Ok(text)
    }

    /// Prints the records of a line. With `is_start`, `line` has only the beginning of a very long
    /// line. The name of the file is added here.
    fn print_records(
        &mut self,
        line: Line<'_>,
        is_start: bool,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let Some(render) = self.render.as_deref() else { return Ok(()) };
        let mut part = LinePart { later: line.findings.len(), ..LinePart::default() };
        let is_one_record = self.format.empty_record.is_some();
        let per_call = if is_one_record { line.findings.len() } else { RECORDS_PER_CALL };
        for findings in line.findings.chunks(per_call) {
            part.later -= findings.len();
            let line = Line { file: &self.file, findings, part, ..line };
            self.rendered.clear();
            if is_start {
                render.long_line_end(&line, &mut self.rendered);
            } else {
                render.render_line(&line, &mut self.context, &mut self.rendered);
            }
            out.write_bytes(&self.rendered)?;
            part.earlier += findings.len();
            if let Some(last) = findings.last()
                && part.later > 0
            {
                part.columns.column_at(line.text, last.start);
            }
        }
        self.termination = self.termination_of(&self.rendered, true);
        Ok(())
    }

    /// Renders the annotation for the end of a line that is too long to be held, or its only
    /// record. `start` is the block with its beginning. Other records are printed at once.
    pub fn long_line_end(
        &mut self,
        start: &Block,
        findings: &[Finding],
        catalog: &Catalog,
        out: &mut dyn Output,
    ) -> io::Result<Vec<u8>> {
        let mut ending = Vec::new();
        let (number, offset, text) = (start.line, start.offset, whole_characters(start.bytes()));
        // `print_records` sets the name: `self` cannot be borrowed here.
        let (file, part, end) = (OsStr::new(""), LinePart::default(), &b""[..]);
        let line = Line { file, number, offset, text, end, findings, part, catalog };
        if !self.format.passthru && self.format.empty_record.is_none() {
            self.print_records(line, true, out)?;
        } else if let Some(render) = &self.render {
            render.long_line_end(&Line { file: &self.file, ..line }, &mut ending);
        }
        Ok(ending)
    }

    /// The end of `text`, the last lines that are printed. Text after an unterminated annotation
    /// would hide it from `--strip`, and be hidden by it.
    #[inline]
    pub fn termination_of(&self, text: &[u8], is_annotated: bool) -> LineTermination {
        match text.last() {
            None | Some(b'\n') => LineTermination::Complete,
            Some(_) if self.selects_lines || !self.prefix.is_empty() => {
                LineTermination::MustTerminate(b"\n")
            }
            Some(_) if is_annotated => LineTermination::MustTerminate(ADDED_LINE_END),
            Some(_) => LineTermination::Missing,
        }
    }
}

/// The number of lines in `text`, with a last one that has no line feed.
fn count_lines(text: &[u8]) -> u64 {
    let is_unterminated = text.last().is_some_and(|&last| last != b'\n');
    memchr::memchr_iter(b'\n', text).count() as u64 + u64::from(is_unterminated)
}

/// The number of NUL bytes in front of `range` of `block` that are not in memory.
fn hole_before(block: &Block, range: &Range<usize>) -> u64 {
    if range.start == 0 { block.hole } else { 0 }
}

/// A line with its control characters as escapes, and `findings` moved to the same codes in it;
/// None if it has no control characters.
fn escape_line_controls(text: &[u8], findings: &mut [Finding]) -> Option<Vec<u8>> {
    if let Cow::Borrowed(_) = escape_controls(text) {
        return None;
    }
    let mut line = Vec::with_capacity(text.len() + 16);
    let mut copied = 0;
    for finding in findings {
        let start = finding.start.max(copied);
        let end = finding.end.max(copied);
        line.extend_from_slice(&escape_controls(&text[copied..start]));
        finding.start = line.len();
        line.extend_from_slice(&text[start..end]);
        finding.end = line.len();
        copied = end;
    }
    line.extend_from_slice(&escape_controls(&text[copied..]));
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::prefix::{CONTEXT, SELECTED};
    use crate::annotate::tests::blocks;
    use crate::format::{Append, Jsonl};

    fn printer(names: bool, numbers: bool) -> Printer {
        let mut printer = Printer::new(Some(Arc::new(Append::default())));
        printer.prefix.has_name = names;
        printer.prefix.has_number = numbers;
        printer.begin_file("a.log".as_ref(), 0);
        printer
    }

    fn copied(mut printer: Printer, log: &str, separator: &[u8]) -> String {
        let block = blocks(log).remove(0);
        let mut out = Vec::new();
        printer
            .copy_lines(0..log.len(), separator, &mut LineCounter::new(&block, 0), &mut out)
            .expect("a vector takes everything");
        String::from_utf8(out).expect("the log is UTF-8")
    }

    #[test]
    fn lines_have_prefixes() {
        let rows = [
            ((false, false), SELECTED, "a\nb\n"),
            ((true, false), SELECTED, "a.log:a\na.log:b\n"),
            ((true, false), CONTEXT, "a.log-a\na.log-b\n"),
            ((false, true), SELECTED, "1:a\n2:b\n"),
            ((true, true), CONTEXT, "a.log-1-a\na.log-2-b\n"),
        ];
        for ((names, numbers), separator, wanted) in rows {
            let text = copied(printer(names, numbers), "a\nb\n", separator);
            assert_eq!(text, wanted, "{names} {numbers} {separator:?}");
        }
        let mut records = printer(true, true);
        records.format = Jsonl.properties();
        assert_eq!(copied(records, "a\n", SELECTED), "", "the format has no log");
    }

    #[test]
    fn the_lines_of_a_block_have_the_prefix_or_blanks() {
        for (once, wanted) in
            [(false, "a.log:12:x\na.log:12:^\n"), (true, "a.log:12:x\n         ^\n")]
        {
            let mut printer = printer(true, true);
            printer.prefix.is_printed_once = once;
            let mut out = Vec::new();
            printer
                .prefix
                .print_lines(0, b"x\n^\n", 12, SELECTED, &mut out)
                .expect("a vector takes everything");
            assert_eq!(String::from_utf8_lossy(&out), wanted);
        }
    }

    #[test]
    fn unsafe_characters_of_names_are_replaced_on_terminals() {
        for (escapes, wanted) in
            [(true, "a\u{fffd}gol\u{fffd}:x\n"), (false, "a\u{202e}gol\x1b:x\n")]
        {
            let mut printer = printer(true, false);
            printer.escapes_controls = escapes;
            printer.begin_file("a\u{202e}gol\x1b".as_ref(), 0);
            assert_eq!(copied(printer, "x\n", SELECTED), wanted);
        }
    }

    #[test]
    fn unterminated_lines_are_known() {
        use LineTermination::{Complete, Missing, MustTerminate};
        let (plain, numbered) = (printer(false, false), printer(false, true));
        let mut selecting = printer(false, false);
        selecting.selects_lines = true;
        // How a plain and an annotated line end.
        let rows = [
            (&plain, "", Complete, Complete),
            (&plain, "a\n", Complete, Complete),
            (&plain, "a\nb", Missing, MustTerminate(ADDED_LINE_END)),
            (&numbered, "b", MustTerminate(b"\n"), MustTerminate(b"\n")),
            (&selecting, "b", MustTerminate(b"\n"), MustTerminate(b"\n")),
        ];
        for (printer, text, wanted, annotated) in rows {
            assert_eq!(printer.termination_of(text.as_bytes(), false), wanted, "{text:?}");
            assert_eq!(printer.termination_of(text.as_bytes(), true), annotated, "{text:?}");
        }
    }

    #[test]
    fn findings_move_with_their_codes() {
        let detector = crate::detect::Detector::built_in();
        let text = b"\x07imsdk code:6206\x08 code:70001";
        let mut findings = crate::testutil::findings(&detector, text);
        let line = escape_line_controls(text, &mut findings).expect("there are controls");
        let codes: Vec<&[u8]> =
            findings.iter().map(|finding| &line[finding.start..finding.end]).collect();
        assert_eq!(codes, [&b"6206"[..], b"70001"]);
        assert_eq!(line, b"\\x07imsdk code:6206\\x08 code:70001");
    }
}
