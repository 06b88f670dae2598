//! The stage that annotates: drives scanner, selector and printer through the lines of a block.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::long_line::LongLine;
use super::prefix::{CONTEXT, SELECTED};
use super::printer::{BlockOutput, Printer};
use super::scanner::{ScannedLine, Scanner};
use super::selector::{Disposition, LineSelection, Select, Selector, line_end};
use crate::detect::{Detector, Finding};
use crate::filter::Filter;
use crate::format::Render;
use crate::input::{Block, Input, Part, STDIN};
use crate::pipeline::{EscapedOutput, Output, Stage};
use crate::stats::{BlockOutcome, OccurrenceRecorder};
use crate::strip::{DEFAULT_KEY, find_below_lines};
use crate::terminal::Styles;

/// Annotates blocks. Cheap to clone.
#[derive(Clone)]
pub struct Annotator {
    pub(super) scanner: Arc<Scanner>,
    pub(super) selector: Selector,
    pub(super) printer: Printer,
    recorder: Option<OccurrenceRecorder>,
    needs_line_numbers: bool,
    inputs: Arc<[Input]>,
    /// The index of the input that the last block came from.
    file: usize,
    /// The file generation that the last block came from.
    generation: u64,
    pub(super) long_line: LongLine,
}

impl Annotator {
    /// An annotator that finds codes with `detector` and prints lines with `render`. Without a
    /// renderer it only counts.
    pub fn new(detector: Detector, render: Option<Arc<dyn Render>>) -> Self {
        let printer = Printer::new(render);
        let scanner =
            Scanner { detector, filter: Filter::default(), json_key: DEFAULT_KEY.to_string() };
        let mut annotator = Self {
            scanner: Arc::new(scanner),
            selector: Selector::default(),
            needs_line_numbers: printer.format.line_numbers,
            printer,
            recorder: None,
            inputs: Arc::new([]),
            file: 0,
            generation: 0,
            long_line: LongLine::default(),
        };
        annotator.begin_file();
        annotator
    }

    /// Ignores findings that `filter` rejects.
    pub fn with_filter(mut self, filter: Filter) -> Self {
        Arc::make_mut(&mut self.scanner).filter = filter;
        self
    }

    /// Sets the inputs that [`Block::file`] refers to. Without inputs, all blocks come from
    /// standard input.
    pub fn with_inputs(mut self, inputs: Arc<[Input]>) -> Self {
        self.inputs = inputs;
        self.file = 0;
        self.selector = Selector::new(self.selector.selection());
        self.begin_file();
        self
    }

    /// Prints the name of its file in front of each line of the log, with a colon after it, or a
    /// hyphen if the line is context.
    ///
    /// Lines without codes are then written one by one, which takes longer. Formats without the log
    /// have the name in a place of their own and stay as they are.
    pub fn with_file_names(mut self, names: bool) -> Self {
        self.printer.prefix.has_name = names && self.printer.format.passthru;
        self.begin_file();
        self
    }

    /// Prints its number in front of each line of the log, in the same way. The feed must count
    /// lines.
    pub fn with_line_numbers(mut self, numbers: bool) -> Self {
        self.printer.prefix.has_number = numbers && self.printer.format.passthru;
        self.needs_line_numbers |= self.printer.prefix.has_number;
        self.begin_file();
        self
    }

    /// Sets the styles of file names and line numbers.
    pub fn with_styles(mut self, styles: Styles) -> Self {
        self.printer.prefix.styles = styles;
        self.begin_file();
        self
    }

    /// [Escapes](crate::terminal::escape_controls) the control characters of the log, except tabs
    /// and colors, so that the output is safe on a terminal. It can no longer be stripped.
    ///
    /// Formats without the log stay as they are.
    pub fn with_escaped_controls(mut self, escapes: bool) -> Self {
        self.printer.escapes_controls = escapes && self.printer.format.passthru;
        self.printer.prefix.replaces_unsafe = self.printer.escapes_controls;
        self.begin_file();
        self
    }

    /// Sets the key of annotations in JSON lines.
    pub fn with_json_key(mut self, key: &str) -> Self {
        Arc::make_mut(&mut self.scanner).json_key = key.to_string();
        self
    }

    /// Records an occurrence for each finding. The feed must count lines.
    pub fn with_recorder(mut self, recorder: Option<OccurrenceRecorder>) -> Self {
        self.needs_line_numbers |= recorder.is_some();
        self.recorder = recorder;
        self
    }

    /// Prints these lines of the log only. Formats without the log apply the limit alone, and
    /// without a renderer there is no context.
    pub fn with_line_selection(mut self, mut selection: LineSelection) -> Self {
        if self.printer.is_silent() {
            selection = LineSelection { before: 0, after: 0, ..selection };
        } else if !self.printer.format.passthru {
            selection = LineSelection { max: selection.max, ..LineSelection::default() };
        }
        self.selector = Selector::new(selection);
        self.printer.selects_lines = selection.select != Select::All;
        self.begin_file();
        self
    }

    /// Prepares for the lines of a file.
    fn begin_file(&mut self) {
        self.selector.begin_file();
        match self.inputs.get(self.file) {
            Some(input) => self.printer.begin_file(&input.name()),
            None => self.printer.begin_file(STDIN),
        }
    }

    fn part(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match block.part {
            Part::Lines => self.lines(block, out),
            Part::LongStart => self.long_line_start(block, out),
            Part::LongMiddle => self.long_line_middle(block, out),
            Part::LongEnd => self.long_line_end(block, out),
        }
    }

    fn lines(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let mut outcome = BlockOutcome::default();
        let mut to = BlockOutput::new(block, out);
        let mut plain_start = 0;
        let scanner = Arc::clone(&self.scanner);
        let mut scan = scanner.scan(block.bytes());
        while let Some(mut line) = scan.next_line() {
            self.plain_lines(plain_start..line.range.start, &mut to)?;
            if self.selector.is_done() {
                outcome.file_done = true;
                return Ok(outcome);
            }
            plain_start = line.range.end;
            if self.needs_line_numbers {
                line.number = to.number_at(line.range.start);
            }
            let disposition = self.selector.disposition(true);
            self.count(disposition, line.number, &line.original, &scan.findings, &mut outcome);
            self.line_with_codes(&line, &mut scan.findings, disposition, &mut to)?;
        }
        self.plain_lines(plain_start..block.bytes().len(), &mut to)?;
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
        to: &mut BlockOutput<'_>,
    ) -> io::Result<()> {
        match disposition {
            Disposition::Selected => self.select(1, to.out)?,
            Disposition::Context => self.selector.count_context(1),
            Disposition::Buffered => {}
            Disposition::Dropped => {
                self.selector.drop_line();
                return Ok(());
            }
        }
        if self.printer.is_silent() {
            return Ok(());
        }
        let catalog = self.scanner.detector.catalog();
        if let Some(line) = self.printer.print_line(line, findings, catalog, disposition, to)? {
            self.selector.buffer(line);
        }
        Ok(())
    }

    /// Prints or buffers lines without codes. Lines that an earlier run inserted are left out if
    /// they are written again, and if lines are selected: they are not lines of the log.
    fn plain_lines(&mut self, range: Range<usize>, to: &mut BlockOutput<'_>) -> io::Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut start = range.start;
        if self.selector.distinguishes_plain_lines() || self.printer.format.replaces_previous {
            for inserted in find_below_lines(to.block.bytes(), range.clone()) {
                self.log_lines(start..inserted.start, to)?;
                start = inserted.end;
            }
        }
        self.log_lines(start..range.end, to)
    }

    fn log_lines(&mut self, range: Range<usize>, to: &mut BlockOutput<'_>) -> io::Result<()> {
        if range.is_empty() || self.selector.is_done() {
            return Ok(());
        }
        if self.selector.selection().select == Select::All {
            return self.printer.copy_lines(range, SELECTED, to);
        }
        let (end, count) = self.selector.selected_plain_lines(to.block.bytes(), range.clone());
        if count > 0 {
            self.select(count, to.out)?;
            self.printer.copy_lines(range.start..end, SELECTED, to)?;
        }
        self.unselected_lines(end..range.end, to)
    }

    fn unselected_lines(
        &mut self,
        range: Range<usize>,
        to: &mut BlockOutput<'_>,
    ) -> io::Result<()> {
        let bytes = to.block.bytes();
        let lines = self.selector.divide_unselected(bytes, range);
        self.printer.copy_lines(lines.context, CONTEXT, to)?;
        self.selector.count_context(lines.context_count);
        if !lines.dropped.is_empty() {
            self.selector.drop_line();
        }
        let mut start = lines.buffered.start;
        while start < lines.buffered.end {
            let end = line_end(bytes, start, lines.buffered.end);
            let number = self.printer.number(start, to);
            self.selector.buffer(self.printer.buffered_copy(start..end, number, to.block));
            start = end;
        }
        Ok(())
    }

    /// Counts lines as selected, and prints what comes before them.
    pub(super) fn select(&mut self, count: u64, out: &mut dyn Output) -> io::Result<()> {
        if self.selector.select(count) && !out.at_section_start() {
            out.write_bytes(b"--\n")?;
        }
        while let Some(line) = self.selector.take_buffered() {
            self.printer.print_buffered(&line, out)?;
        }
        Ok(())
    }

    /// Counts the findings of a line, unless it is one that is left out for lack of codes.
    pub(super) fn count(
        &self,
        disposition: Disposition,
        number: u64,
        text: &[u8],
        findings: &[Finding],
        outcome: &mut BlockOutcome,
    ) {
        let has_codes_unselected = self.selector.selection().select == Select::WithoutCodes;
        if disposition != Disposition::Selected && !has_codes_unselected {
            return;
        }
        outcome.totals.matched_lines += 1;
        outcome.totals.matches += findings.len() as u64;
        if let Some(recorder) = &self.recorder {
            recorder.record(number, text, findings, &mut outcome.occurrences);
        }
    }
}

impl Stage for Annotator {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if self.generation != block.generation || self.file != block.file {
            self.generation = block.generation;
            self.file = block.file;
            self.begin_file();
        }
        let selected_before = self.selector.selected();
        self.printer.begin_block();
        let mut outcome = if self.printer.escapes_controls {
            self.part(block, &mut EscapedOutput(out))?
        } else {
            self.part(block, out)?
        };
        outcome.totals.selected_lines = self.selector.selected() - selected_before;
        outcome.termination = self.printer.termination;
        outcome.key_conflict_offset = self.printer.key_conflict_offset;
        Ok(outcome)
    }

    fn needs_order(&self) -> bool {
        self.printer.format.stateful || self.selector.needs_order()
    }
}
