//! The stage that annotates: drives scanner, selector and printer through the lines of a block.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::long_line::LongLine;
use super::prefix::{CONTEXT, SELECTED};
use super::printer::{LineCounter, Printer};
use super::scanner::{ScannedLine, Scanner};
use super::selector::{Disposition, LineSelection, Select, Selector, line_end};
use crate::detect::{Detector, Finding};
use crate::filter::Filter;
use crate::format::Render;
use crate::input::{Block, InputList, Part, STDIN};
use crate::pipeline::{EscapedOutput, Output, Stage};
use crate::stats::{BlockOutcome, OccurrenceRecorder, WorstCode};
use crate::strip::{DEFAULT_KEY, find_below_lines};
use crate::terminal::Styles;

/// The output may take the occurrences of a block each time there are this many more.
const OCCURRENCES_PER_BATCH: usize = 1 << 9;

/// Annotates blocks. Cheap to clone.
#[derive(Clone)]
pub struct Annotator {
    pub(super) scanner: Arc<Scanner>,
    pub(super) selector: Selector,
    pub(super) printer: Printer,
    recorder: Option<OccurrenceRecorder>,
    finds_worst_code: bool,
    needs_line_numbers: bool,
    inputs: InputList,
    /// The input and the file generation of the last block.
    pub(super) current: Option<(usize, u64)>,
    /// The lines of the file so far that an earlier run inserted and that are written again. They
    /// do not count in the numbers that are printed, so that annotating twice changes none.
    pub(super) replaced_lines: u64,
    pub(super) long_line: LongLine,
    /// The lines of the file so far, if the feed counts them.
    lines: u64,
}

impl Annotator {
    /// An annotator that finds codes with `detector` and prints lines in `format`.
    ///
    /// ```
    /// use imerr::format::Append;
    /// use imerr::{Annotator, Detector};
    ///
    /// let annotator = Annotator::for_format(Detector::built_in(), Append::default());
    /// ```
    pub fn for_format(detector: Detector, format: impl Render + 'static) -> Self {
        Self::new(detector, Some(Arc::new(format)))
    }

    /// As [`for_format`](Self::for_format), for a format that is chosen at run time or shared. With
    /// None it prints nothing and only counts.
    pub fn new(detector: Detector, render: Option<Arc<dyn Render>>) -> Self {
        let printer = Printer::new(render);
        let scanner = Scanner {
            detector,
            filter: Filter::default(),
            json_key: DEFAULT_KEY.to_string(),
            collects_unknown: false,
        };
        Self {
            scanner: Arc::new(scanner),
            selector: Selector::default(),
            needs_line_numbers: printer.format.line_numbers,
            printer,
            recorder: None,
            finds_worst_code: false,
            inputs: InputList::default(),
            current: None,
            replaced_lines: 0,
            long_line: LongLine::default(),
            lines: 0,
        }
    }

    /// Ignores findings that `filter` rejects.
    pub fn with_filter(mut self, filter: Filter) -> Self {
        Arc::make_mut(&mut self.scanner).filter = filter;
        self
    }

    /// Sets the inputs that [`Block::file`] refers to, and starts with the first block of one.
    /// Without inputs, all blocks come from standard input.
    pub fn with_inputs(mut self, inputs: impl Into<InputList>) -> Self {
        self.inputs = inputs.into();
        self.current = None;
        self.selector = Selector::new(self.selector.selection);
        self
    }

    /// Prints its name in front of each line of a file, with a colon after it, or a hyphen if the
    /// line is context.
    ///
    /// Lines without codes are then written one by one, which takes longer. Formats without the log
    /// have the name in a field and stay as they are.
    pub fn with_file_names(mut self, names: bool) -> Self {
        self.printer.prefix.has_name = names && self.printer.format.passthru;
        self
    }

    /// Prints its number in front of each line of the log, in the same way. Where all lines are
    /// printed, those without codes count as context. The feed must count lines.
    pub fn with_line_numbers(mut self, numbers: bool) -> Self {
        self.printer.prefix.has_number = numbers && self.printer.format.passthru;
        self.needs_line_numbers |= self.printer.prefix.has_number;
        self
    }

    /// Prints the prefix of a line once, and blanks in front of the lines that a format adds below
    /// it.
    pub fn with_prefixes_once(mut self, once: bool) -> Self {
        self.printer.prefix.is_printed_once = once;
        self
    }

    /// Explains a code once for all files: a later file refers to the line of the earlier one. For
    /// a reader who sees the files one after the other, not their lines in turns.
    ///
    /// Only formats that refer to earlier lines change.
    pub fn with_references_across_files(mut self, spans_files: bool) -> Self {
        self.printer.context.spans_files = spans_files;
        self
    }

    /// Sets the styles of file names and line numbers.
    pub fn with_styles(mut self, styles: Styles) -> Self {
        self.printer.prefix.styles = styles;
        self
    }

    /// [Escapes](crate::terminal::escape_controls) the control characters of the log, except tabs
    /// and colors, so that the output is safe on a terminal. It can no longer be stripped.
    ///
    /// Formats without the log stay as they are.
    pub fn with_escaped_controls(mut self, escapes: bool) -> Self {
        self.printer.escapes_controls = escapes && self.printer.format.passthru;
        self
    }

    /// Sets the key of annotations in JSON lines.
    pub fn with_json_key(mut self, key: &str) -> Self {
        Arc::make_mut(&mut self.scanner).json_key = key.to_string();
        self
    }

    /// Collects the unknown codes that the filter rejects. The detector must report them.
    pub fn with_unknown_codes(mut self, collects: bool) -> Self {
        Arc::make_mut(&mut self.scanner).collects_unknown = collects;
        self
    }

    /// Looks for the worst code of each block.
    pub fn with_worst_code(mut self, looks: bool) -> Self {
        self.finds_worst_code = looks;
        self
    }

    /// Records an occurrence for each finding. The feed must count lines.
    pub fn with_recorder(mut self, recorder: Option<OccurrenceRecorder>) -> Self {
        self.needs_line_numbers |= recorder.is_some();
        self.recorder = recorder;
        self
    }

    /// Prints these lines of the log only. Formats without the log apply the limit alone, those
    /// with a record for each line nothing, and without a renderer there is no context.
    pub fn with_line_selection(mut self, mut selection: LineSelection) -> Self {
        if self.printer.render.is_none() {
            selection = LineSelection { before: 0, after: 0, ..selection };
        } else if self.printer.format.empty_record.is_some() {
            selection = LineSelection::default();
        } else if !self.printer.format.passthru {
            selection = LineSelection { max: selection.max, ..LineSelection::default() };
        }
        self.selector = Selector::new(selection);
        self.printer.selects_lines = selection.select != Select::All;
        self.printer.context.has_only_codes =
            selection.select == Select::WithCodes && !selection.has_context();
        self
    }

    fn begin_file(&mut self, file: usize) {
        self.replaced_lines = 0;
        self.selector.begin_file();
        let lines = std::mem::take(&mut self.lines);
        match self.inputs.get(file) {
            Some(input) => self.printer.begin_file(&input.os_name(), lines),
            None => self.printer.begin_file(STDIN.as_ref(), lines),
        }
    }

    fn process_part(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match block.part {
            Part::Lines => self.process_lines(block, out),
            Part::LongStart => self.long_line_start(block, out),
            Part::LongMiddle => self.long_line_middle(block, out),
            Part::LongEnd => self.long_line_end(block, out),
        }
    }

    /// Annotates a block of whole lines.
    fn process_lines(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let mut outcome = BlockOutcome::default();
        let mut counter = LineCounter::new(block, self.replaced_lines);
        let mut plain_start = 0;
        let scanner = Arc::clone(&self.scanner);
        let mut scan = scanner.scan(block.bytes(), self.printer.format.replaces_previous);
        while let Some(mut line) = scan.next_line() {
            self.plain_lines(plain_start..line.range.start, &mut counter, out)?;
            if self.selector.is_done() {
                break;
            }
            plain_start = line.range.end;
            if self.needs_line_numbers {
                line.number = counter.number_at(line.range.start);
            }
            let disposition = self.selector.disposition(true);
            let position = (line.number, block.offset + line.range.start as u64);
            self.count(disposition, position, &line.original, &scan.findings, &mut outcome, out)?;
            line.number = line.number.saturating_sub(counter.replaced);
            self.line_with_codes(&line, &mut scan.findings, disposition, block, out)?;
        }
        if !self.selector.is_done() {
            self.plain_lines(plain_start..block.bytes().len(), &mut counter, out)?;
            self.replaced_lines = counter.replaced;
        }
        scan.rejected.add_to(&mut outcome.totals);
        outcome.unknown_codes = scan.unknown;
        outcome.file_done = self.selector.is_done();
        Ok(outcome)
    }

    /// Prints or buffers a line with codes.
    #[inline]
    fn line_with_codes(
        &mut self,
        line: &ScannedLine<'_>,
        findings: &mut [Finding],
        disposition: Disposition,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let mut separator = SELECTED;
        match disposition {
            Disposition::Selected => self.select(1, out)?,
            Disposition::Context => {
                self.selector.count_context(1);
                separator = CONTEXT;
            }
            // A line with a hole is too long for the buffer.
            Disposition::Buffered if line.range.start == 0 && block.hole > 0 => {
                self.selector.drop_line();
                return Ok(());
            }
            Disposition::Buffered => {
                let catalog = self.scanner.detector.catalog();
                // The line may never be printed, so it must not mark codes as already explained.
                let explained = self.printer.context.explained.clone();
                let text = self.printer.print_to_buffer(|printer, out| {
                    printer.print_line(line, findings, catalog, CONTEXT, block, out)
                })?;
                self.printer.context.explained = explained;
                self.selector.buffer(text);
                return Ok(());
            }
            Disposition::Dropped => {
                self.selector.drop_line();
                return Ok(());
            }
        }
        let catalog = self.scanner.detector.catalog();
        self.printer.print_line(line, findings, catalog, separator, block, out)
    }

    /// Prints or buffers lines without codes. Lines that an earlier run inserted are left out if
    /// they are written again, and if lines are selected: they are not lines of the log.
    #[inline]
    fn plain_lines(
        &mut self,
        range: Range<usize>,
        counter: &mut LineCounter<'_>,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut start = range.start;
        if self.selector.distinguishes_plain_lines() || self.printer.format.replaces_previous {
            for inserted in find_below_lines(counter.block.bytes(), range.clone()) {
                self.log_lines(start..inserted.start, counter, out)?;
                start = inserted.end;
                counter.replaced += u64::from(self.printer.format.replaces_previous);
            }
        }
        self.log_lines(start..range.end, counter, out)
    }

    /// Prints, buffers or drops lines of the log that have no codes.
    fn log_lines(
        &mut self,
        range: Range<usize>,
        counter: &mut LineCounter<'_>,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if range.is_empty() || self.selector.is_done() {
            return Ok(());
        }
        if self.selector.selection.select == Select::All {
            let separator = self.printer.prefix.separator_without_codes();
            return self.printer.copy_lines(range, separator, counter, out);
        }
        let bytes = counter.block.bytes();
        let (end, count) = self.selector.selected_plain_lines(bytes, range.clone());
        if count > 0 {
            self.select(count, out)?;
            self.printer.copy_lines(range.start..end, SELECTED, counter, out)?;
        }
        let lines = self.selector.divide_unselected(bytes, end..range.end);
        self.printer.copy_lines(lines.context, CONTEXT, counter, out)?;
        self.selector.count_context(lines.context_count);
        if !lines.dropped.is_empty() {
            self.selector.drop_line();
        }
        let mut start = lines.buffered.start;
        if start == 0 && start < lines.buffered.end && counter.block.hole > 0 {
            // A line with a hole is too long for the buffer.
            self.selector.drop_line();
            start = line_end(bytes, start, lines.buffered.end);
        }
        while start < lines.buffered.end {
            let end = line_end(bytes, start, lines.buffered.end);
            let text = self.printer.print_to_buffer(|printer, out| {
                printer.copy_lines(start..end, CONTEXT, counter, out)
            })?;
            self.selector.buffer(text);
            start = end;
        }
        Ok(())
    }

    /// Counts lines as selected, and prints what comes before them.
    #[inline]
    pub(super) fn select(&mut self, count: u64, out: &mut dyn Output) -> io::Result<()> {
        if self.selector.select(count) && !out.at_section_start() {
            out.write_bytes(b"--\n")?;
        }
        while let Some(text) = self.selector.take_buffered() {
            out.write_bytes(&text)?;
        }
        Ok(())
    }

    /// Counts the findings of a line that is selected. With `-v`, where lines without codes are
    /// selected, counts those of every line: `-c` and gates need them. Context lines and lines
    /// beyond `-m` do not count. `position` is the line's number and its offset in the file.
    pub(super) fn count(
        &self,
        disposition: Disposition,
        (number, offset): (u64, u64),
        text: &[u8],
        findings: &[Finding],
        outcome: &mut BlockOutcome,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        let selects_lines_without_codes = self.selector.selection.select == Select::WithoutCodes;
        if disposition != Disposition::Selected && !selects_lines_without_codes {
            return Ok(());
        }
        outcome.totals.matched_lines += 1;
        outcome.totals.matches += findings.len() as u64;
        if self.finds_worst_code {
            let worst = WorstCode::of(findings, self.scanner.detector.catalog());
            outcome.worst_code = WorstCode::worse(outcome.worst_code, worst);
        }
        let Some(recorder) = &self.recorder else { return Ok(()) };
        for occurrence in recorder.occurrences(number, offset, text, findings) {
            outcome.occurrences.push(occurrence);
            if outcome.occurrences.len().is_multiple_of(OCCURRENCES_PER_BATCH) {
                out.take_occurrences(&mut outcome.occurrences)?;
            }
        }
        Ok(())
    }
}

impl Stage for Annotator {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if self.current != Some((block.file, block.generation)) {
            self.current = Some((block.file, block.generation));
            self.begin_file(block.file);
        }
        self.lines += block.lines;
        let selected_before = self.selector.selected;
        self.printer.begin_block();
        let mut outcome = if self.printer.escapes_controls {
            self.process_part(block, &mut EscapedOutput(out))?
        } else {
            self.process_part(block, out)?
        };
        outcome.totals.selected_lines = self.selector.selected - selected_before;
        outcome.termination = self.printer.termination;
        outcome.key_conflict_offset = self.printer.key_conflict_offset;
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.printer.format.stateful || self.selector.needs_order()
    }
}
