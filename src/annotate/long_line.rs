//! Lines that are too long to be held in memory: they pass through in parts, and only the first
//! part is searched.

use std::io;
use std::ops::Range;

use super::Annotator;
use super::prefix::{CONTEXT, SELECTED};
use super::selector::{Disposition, Select};
use crate::input::{Block, HELD_BACK, split_terminator};
use crate::pipeline::Output;
use crate::stats::BlockOutcome;
use crate::strip::{added_line_end, find_annotation};

/// The long line that is passing through.
#[derive(Clone, Default)]
pub(super) struct LongLine {
    /// Whether its text is printed.
    is_printed: bool,
    /// The annotation to insert before its terminator, or its only record.
    ending: Vec<u8>,
}

impl Annotator {
    /// Searches the first part of a very long line, decides whether the line is printed, and
    /// renders the annotation that [`long_line_end`](Self::long_line_end) inserts.
    pub(super) fn long_line_start(
        &mut self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        self.long_line = LongLine::default();
        let mut outcome = BlockOutcome { file_done: self.selector.is_done(), ..Default::default() };
        if outcome.file_done {
            return Ok(outcome);
        }
        let text = block.bytes();
        let (findings, rejected) = self.scanner.findings_in_start(text);
        rejected.add_to(&mut outcome.totals);
        let has_codes = !findings.is_empty();
        let disposition = self.selector.disposition(has_codes);
        let separator = self.begin_long_line(disposition, out)?;
        if has_codes {
            let position = (block.line, block.offset);
            self.count(disposition, position, text, &findings, &mut outcome, out)?;
            if separator.is_some() {
                let catalog = self.scanner.detector.catalog();
                self.long_line.ending =
                    self.printer.long_line_end(block, &findings, catalog, out)?;
            }
        } else if let Some(record) = self.printer.format.empty_record {
            self.long_line.ending = record.to_vec();
        }
        if let Some(separator) = separator
            && self.printer.format.passthru
        {
            self.long_line.is_printed = true;
            let number = block.line.saturating_sub(self.replaced_lines);
            self.printer.prefix.print(number, separator, out)?;
            out.write_nuls(block.hole)?;
        }
        // The rest is the start of the next part.
        self.copy_part(block, 0..text.len() - HELD_BACK, out)?;
        Ok(outcome)
    }

    /// Counts the line, and prints what comes before it. Returns the separator after the line's
    /// prefix, or `None` if the line is not printed.
    fn begin_long_line(
        &mut self,
        disposition: Disposition,
        out: &mut dyn Output,
    ) -> io::Result<Option<&'static [u8]>> {
        match disposition {
            Disposition::Selected => {
                self.select(1, out)?;
                return Ok(Some(SELECTED));
            }
            Disposition::Context => {
                self.selector.count_context(1);
                return Ok(Some(CONTEXT));
            }
            // It is too long for the buffer.
            Disposition::Buffered | Disposition::Dropped => self.selector.drop_line(),
        }
        let prints_all = self.selector.selection.select == Select::All;
        Ok(prints_all.then(|| self.printer.prefix.separator_without_codes()))
    }

    /// Copies a middle part, if the line is printed.
    pub(super) fn long_line_middle(
        &self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        self.copy_part(block, 0..block.bytes().len(), out)?;
        Ok(BlockOutcome::default())
    }

    /// Copies the last part, with the annotation in front of the line terminator.
    pub(super) fn long_line_end(
        &mut self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        let bytes = block.bytes();
        let (text, _) = split_terminator(bytes);
        self.copy_part(block, 0..text.len(), out)?;
        let original = &text[..added_line_end(text).unwrap_or(text.len())];
        let is_annotated = find_annotation(original, &self.scanner.json_key).is_some();
        let LongLine { is_printed, ending } = &self.long_line;
        if !(*is_printed && is_annotated) {
            out.write_bytes(ending)?;
        }
        if *is_printed {
            self.printer.termination = self.printer.termination_of(bytes, !ending.is_empty());
        }
        self.copy_part(block, text.len()..bytes.len(), out)?;
        Ok(BlockOutcome { file_done: self.selector.is_done(), ..BlockOutcome::default() })
    }

    fn copy_part(
        &self,
        block: &Block,
        range: Range<usize>,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if self.long_line.is_printed { out.copy(block, range) } else { Ok(()) }
    }
}
