//! LineSelection that are too long to be held: they stream through in parts, and only their beginning is searched.

use std::io;

use super::Annotator;
use super::prefix::Mark;
use super::selector::{Disposition, Select};
use super::split_end;
use crate::format::Line;
use crate::input::{Block, HELD_BACK};
use crate::pipeline::Output;
use crate::stats::{BlockOutcome, Totals};
use crate::strip::{added_line_end, find_annotation};

/// The very long line that is passing through.
#[derive(Clone, Default)]
pub(super) struct LongLine {
    /// Whether its bytes are part of the output.
    is_kept: bool,
    /// What is put before its end.
    ending: Vec<u8>,
}

impl Annotator {
    pub(super) fn long_start(
        &mut self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        self.long_line = LongLine::default();
        if self.selector.is_done() {
            return Ok(BlockOutcome { file_done: true, ..BlockOutcome::default() });
        }
        let text = block.bytes();
        self.detector.detect(text, &mut self.scratch, &mut self.findings);
        self.apply_filter();
        // A number that touches the cut may go on behind it.
        self.findings.retain(|finding| finding.end < text.len());
        let has_codes = !self.findings.is_empty();
        let select = self.selector.lines.select;
        let (disposition, passes) = match (self.selector.disposition(has_codes), select) {
            (Disposition::Dropped, Select::All) => (Disposition::Dropped, true),
            (disposition, _) => {
                (disposition, matches!(disposition, Disposition::Selected | Disposition::Context))
            }
        };
        self.long_line.is_kept = passes && self.keeps_log;
        match disposition {
            Disposition::Selected => self.select(1, out)?,
            Disposition::Context => self.selector.pass_after(1),
            // It is too long to be held.
            Disposition::Buffered | Disposition::Dropped => self.selector.skip(),
        }
        if let Some(render) = self.render.as_ref().filter(|_| has_codes && passes) {
            let file = self.input.1.as_str();
            let line = Line {
                file,
                number: block.line,
                offset: block.offset,
                text,
                end: b"",
                findings: &self.findings,
            };
            render.long_line_end(&line, self.detector.catalog(), &mut self.long_line.ending);
        }
        if self.long_line.is_kept {
            let mark =
                if disposition == Disposition::Context { Mark::Context } else { Mark::Selected };
            self.prefix.write(block.line, mark, out)?;
        }
        self.pass_part(block, 0..text.len() - HELD_BACK, out)?;
        if !(has_codes && (disposition == Disposition::Selected || select == Select::WithoutCodes))
        {
            return Ok(BlockOutcome::default());
        }
        let mut seen = BlockOutcome::from(Totals {
            matched_lines: 1,
            matches: self.findings.len() as u64,
            ..Totals::default()
        });
        if let Some(notes) = &self.notes {
            notes.record(block.line, text, &self.findings, &mut seen.occurrences);
        }
        Ok(seen)
    }

    pub(super) fn long_middle(
        &self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        self.pass_part(block, 0..block.bytes().len(), out)?;
        Ok(BlockOutcome::default())
    }

    pub(super) fn long_end(
        &mut self,
        block: &Block,
        out: &mut dyn Output,
    ) -> io::Result<BlockOutcome> {
        let bytes = block.bytes();
        let line = 0..bytes.len() - usize::from(bytes.last() == Some(&b'\n'));
        let (text, end) = split_end(bytes, line, bytes.len());
        self.pass_part(block, 0..text.len(), out)?;
        let own = &text[..added_line_end(text).unwrap_or(text.len())];
        if !(self.long_line.is_kept && find_annotation(own, &self.json_key).is_some()) {
            out.write_bytes(&self.long_line.ending)?;
        }
        if self.long_line.is_kept {
            self.open = self.open_behind(bytes, !self.long_line.ending.is_empty());
        }
        self.pass_part(block, bytes.len() - end.len()..bytes.len(), out)?;
        Ok(BlockOutcome { file_done: self.selector.is_done(), ..BlockOutcome::default() })
    }

    fn pass_part(
        &self,
        block: &Block,
        range: std::ops::Range<usize>,
        out: &mut dyn Output,
    ) -> io::Result<()> {
        if self.long_line.is_kept { out.copy(block, range) } else { Ok(()) }
    }
}
