//! Taking annotations out again: the inverse of annotating.

use std::io;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

use crate::catalog::Catalog;
use crate::format::next_inline;
use crate::input::{Block, HELD_BACK, Part, split_terminator};
use crate::pipeline::{EscapedOutput, Output, Stage};
use crate::stats::{BlockOutcome, Totals};
use crate::strip::{
    DEFAULT_KEY, MARK, PriorAnnotations, added_line_end, find_annotation, is_below_line,
};

/// Takes the annotations of all formats that keep the log out of blocks. Counts the lines that had one as matched.
///
/// For every input without annotations, stripping what annotating made of it gives the input back, byte for byte.
#[derive(Clone)]
pub struct Stripper {
    key: String,
    /// Finds what every annotation behind a line holds: `imerr`, or the key.
    search: AhoCorasick,
    /// Finds the lines of `below`.
    mark: Finder<'static>,
    catalog: Catalog,
    shows_controls: bool,
}

impl Default for Stripper {
    fn default() -> Self {
        Self::with_json_key(DEFAULT_KEY)
    }
}

impl Stripper {
    /// Takes out members `key` of JSON lines instead of `imerr`.
    pub fn with_json_key(key: &str) -> Self {
        let spelled = serde_json::Value::from(key).to_string();
        // One literal is searched faster than two. All others hold `imerr` where only JSON holds the key.
        let literals =
            if key == DEFAULT_KEY { vec![DEFAULT_KEY] } else { vec![DEFAULT_KEY, &spelled] };
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals);
        Self {
            key: key.to_string(),
            search: builder.expect("a key is far shorter than an automaton can be large"),
            mark: Finder::new(MARK),
            catalog: crate::catalog::built_in(),
            shows_controls: false,
        }
    }

    /// The same, which takes out what says the meanings of this catalog in a line, rather than of the built-in one.
    pub fn with_catalog(self, catalog: Catalog) -> Self {
        Self { catalog, ..self }
    }

    /// The same; with `shows`, control characters are [escaped](crate::terminal::escape_controls), for a terminal.
    pub fn with_escaped_controls(self, shows: bool) -> Self {
        Self { shows_controls: shows, ..self }
    }

    fn lines(&self, block: &Block, out: &mut dyn Output) -> io::Result<Totals> {
        let bytes = block.bytes();
        let mut totals = Totals::default();
        let (mut at, mut written) = (0, 0);
        let mut hits = Hits::default();
        while let Some(hit) = hits.next(self, bytes, at) {
            let start =
                memchr::memrchr(b'\n', &bytes[at..hit]).map_or(at, |newline| at + newline + 1);
            let end =
                memchr::memchr(b'\n', &bytes[hit..]).map_or(bytes.len(), |newline| hit + newline);
            at = bytes.len().min(end + 1);
            let additions = self.additions(bytes, start..end, at, block.part);
            for addition in &additions {
                out.copy(block, written..addition.start)?;
                written = addition.end;
            }
            totals.matched_lines += u64::from(!additions.is_empty());
        }
        out.copy(block, written..bytes.len())?;
        Ok(totals)
    }

    /// What to take out of and behind the line at `line`, whose end reaches up to `next`.
    fn additions(
        &self,
        bytes: &[u8],
        line: Range<usize>,
        next: usize,
        part: Part,
    ) -> Vec<Range<usize>> {
        let start = line.start;
        let (text, _) = split_terminator(&bytes[line.start..next]);
        let ranges = match part {
            // Nothing is put into a very long line, whatever its end looks like.
            Part::LongEnd => {
                let length = added_line_end(text).unwrap_or(text.len());
                let annotation = find_annotation(&text[..length], &self.key);
                let end = (length < text.len()).then_some(length..next - start);
                annotation.into_iter().chain(end).collect()
            }
            _ if is_below_line(text) => return std::iter::once(start..next).collect(),
            _ => {
                let additions = PriorAnnotations::find(text, &self.key, &self.catalog);
                let mut ranges = additions.ranges().to_vec();
                if let Some(last) = ranges.last_mut().filter(|_| additions.has_added_line_end()) {
                    last.end = next - start;
                }
                ranges
            }
        };
        ranges.into_iter().map(|range| start + range.start..start + range.end).collect()
    }
}

/// Where the next of each kind of addition may be.
#[derive(Default)]
struct Hits([Option<Option<usize>>; 3]);

impl Hits {
    /// The first place from `at` on at which there may be an addition. Each kind is searched for only when its last place is passed.
    fn next(&mut self, stripper: &Stripper, bytes: &[u8], at: usize) -> Option<usize> {
        for (kind, hit) in self.0.iter_mut().enumerate() {
            if hit.is_some_and(|hit| hit.is_none_or(|hit| hit >= at)) {
                continue;
            }
            *hit = Some(match kind {
                0 => stripper.search.find(&bytes[at..]).map(|found| at + found.start()),
                1 => stripper.mark.find(&bytes[at..]).map(|found| at + found),
                _ => next_inline(bytes, at),
            });
        }
        self.0.into_iter().flatten().flatten().min()
    }
}

impl Stage for Stripper {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        match self.shows_controls {
            false => self.part(block, out),
            true => self.part(block, &mut EscapedOutput(out)),
        }
    }
}

impl Stripper {
    /// Writes what becomes of a part of a file.
    fn part(&self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        let length = block.bytes().len();
        match block.part {
            // The end of a very long line shows its whole annotation.
            Part::Lines | Part::LongEnd => return Ok(self.lines(block, out)?.into()),
            Part::LongStart => out.copy(block, 0..length - HELD_BACK)?,
            Part::LongMiddle => out.copy(block, 0..length)?,
        }
        Ok(BlockOutcome::default())
    }
}
