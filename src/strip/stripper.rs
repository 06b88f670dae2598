//! Removes annotations from a log: the inverse of annotating.

use std::io;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

use super::below_lines::{added_line_end, is_below_line, line_around};
use super::{PriorAnnotations, find_annotation};
use crate::catalog::{self, Catalog};
use crate::input::{Block, HELD_BACK, Part, split_terminator};
use crate::pipeline::{EscapedOutput, Output, Stage};
use crate::stats::{BlockOutcome, Totals};
use crate::syntax::{BELOW_MARK, DEFAULT_KEY, TAGGED_SGR, next_meaning_candidate};

/// The kinds of annotations, by how they are found.
#[derive(Clone, Copy)]
enum Kind {
    /// Text at the end of a line.
    AtEnd,
    /// Lines below a line.
    Below,
    /// Colors of codes.
    Color,
    /// Brackets after codes.
    Inline,
}

const KINDS: [Kind; 4] = [Kind::AtEnd, Kind::Below, Kind::Color, Kind::Inline];

/// A stage that removes the annotations of every format that prints the log. It counts lines with
/// an annotation as matched.
///
/// If the input of a run had no annotations, stripping the annotated output gives that input back,
/// byte for byte.
#[derive(Clone)]
pub struct Stripper {
    key: String,
    /// Finds what every annotation at the end of a line contains: `imerr`, or the key.
    annotation_finder: AhoCorasick,
    below_finder: Finder<'static>,
    style_finder: Finder<'static>,
    catalog: Catalog,
    escapes_controls: bool,
}

impl Default for Stripper {
    fn default() -> Self {
        Self::with_json_key(DEFAULT_KEY)
    }
}

impl Stripper {
    /// Removes members `key` of JSON lines instead of `imerr`.
    pub fn with_json_key(key: &str) -> Self {
        let quoted_key = serde_json::Value::from(key).to_string();
        // All formats but `json` write `imerr`. If the key is `imerr` too, search for it alone: one
        // literal is faster than two.
        let mut literals = vec![DEFAULT_KEY];
        if key != DEFAULT_KEY {
            literals.push(&quoted_key);
        }
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals);
        Self {
            key: key.to_string(),
            annotation_finder: builder.expect("two short literals fit into an automaton"),
            below_finder: Finder::new(BELOW_MARK),
            style_finder: Finder::new(TAGGED_SGR),
            catalog: catalog::built_in(),
            escapes_controls: false,
        }
    }

    /// Recognizes the meanings of `catalog` inside lines, instead of those of the built-in catalog.
    pub fn with_catalog(self, catalog: Catalog) -> Self {
        Self { catalog, ..self }
    }

    /// With `escapes`, [escapes](crate::terminal::escape_controls) control characters of the log,
    /// for a terminal.
    pub fn with_escaped_controls(self, escapes: bool) -> Self {
        Self { escapes_controls: escapes, ..self }
    }

    fn strip(&self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let length = block.bytes().len();
        out.write_nuls(block.hole)?;
        match block.part {
            // The end of a very long line contains its whole annotation.
            Part::Lines | Part::LongEnd => {
                let totals = self.strip_lines(block, out)?;
                return Ok(BlockOutcome { totals, ..BlockOutcome::default() });
            }
            Part::LongStart => out.copy(block, 0..length - HELD_BACK)?,
            Part::LongMiddle => out.copy(block, 0..length)?,
        }
        Ok(BlockOutcome::default())
    }

    fn strip_lines(&self, block: &Block, out: &mut dyn Output) -> io::Result<Totals> {
        let bytes = block.bytes();
        let mut totals = Totals::default();
        let mut copied = 0;
        let mut next_line = 0;
        let mut candidates = KINDS.map(|kind| self.find_candidate(kind, bytes, 0));
        while let Some(candidate) = candidates.into_iter().flatten().min() {
            let line = line_around(bytes, next_line..bytes.len(), candidate);
            next_line = line.end;
            // Only after its last position was passed, so that each kind searches the block once.
            for (kind, candidate) in KINDS.into_iter().zip(&mut candidates) {
                if candidate.is_some_and(|position| position < next_line) {
                    *candidate = self.find_candidate(kind, bytes, next_line);
                }
            }
            let annotations = self.ranges_to_remove(&bytes[line.clone()], block.part);
            for range in &annotations {
                out.copy(block, copied..line.start + range.start)?;
                copied = line.start + range.end;
            }
            totals.matched_lines += u64::from(!annotations.is_empty());
        }
        out.copy(block, copied..bytes.len())?;
        Ok(totals)
    }

    /// The first position at or after `from` where an annotation of this kind may be.
    fn find_candidate(&self, kind: Kind, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = &bytes[from..];
        match kind {
            Kind::AtEnd => self.annotation_finder.find(rest).map(|found| from + found.start()),
            Kind::Below => self.below_finder.find(rest).map(|offset| from + offset),
            Kind::Color => self.style_finder.find(rest).map(|offset| from + offset),
            Kind::Inline => next_meaning_candidate(bytes, from),
        }
    }

    /// The ranges to remove from `line`, which includes its line end.
    fn ranges_to_remove(&self, line: &[u8], part: Part) -> Vec<Range<usize>> {
        let (text, _) = split_terminator(line);
        if part == Part::LongEnd {
            return self.ranges_in_long_line(line, text);
        }
        if is_below_line(text) {
            return std::iter::once(0..line.len()).collect();
        }
        let PriorAnnotations { mut ranges, added_line_end, .. } =
            PriorAnnotations::find(text, &self.key, &self.catalog);
        if let Some(last) = ranges.last_mut()
            && added_line_end.is_some()
        {
            last.end = line.len();
        }
        ranges
    }

    /// The ranges to remove from the end of a very long line. Nothing is ever inserted into such a
    /// line, only after it.
    fn ranges_in_long_line(&self, line: &[u8], text: &[u8]) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let added_line_end = added_line_end(text);
        let original = &text[..added_line_end.unwrap_or(text.len())];
        ranges.extend(find_annotation(original, &self.key));
        ranges.extend(added_line_end.map(|start| start..line.len()));
        ranges
    }
}

impl Stage for Stripper {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if self.escapes_controls {
            self.strip(block, &mut EscapedOutput(out))
        } else {
            self.strip(block, out)
        }
    }
}
