//! Taking annotations out again: the inverse of annotating.

use std::io;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::annotate::split_end;
use crate::input::{Block, HELD_BACK, Part};
use crate::pipeline::{Output, Stage};
use crate::render::{Additions, DEFAULT_KEY, annotation_with};
use crate::stats::{Seen, Totals};

/// Takes the annotations of `append`, `logfmt` and `json` out of blocks. Counts the lines that had one as matched.
///
/// For every input without annotations, stripping what annotating made of it gives the input back, byte for byte.
#[derive(Clone)]
pub struct Stripper {
    key: String,
    /// Finds what every annotation holds: `imerr`, or the key.
    search: AhoCorasick,
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
        let literals = if key == DEFAULT_KEY { vec![DEFAULT_KEY] } else { vec![DEFAULT_KEY, &spelled] };
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals);
        Self { key: key.to_string(), search: builder.expect("a key is far shorter than an automaton can be large") }
    }

    fn lines(&self, block: &Block, out: &mut dyn Output) -> io::Result<Totals> {
        let bytes = block.bytes();
        let mut totals = Totals::default();
        let (mut at, mut written) = (0, 0);
        while let Some(found) = self.search.find(&bytes[at..]).map(|found| found.start()) {
            let hit = at + found;
            let start = memchr::memrchr(b'\n', &bytes[at..hit]).map_or(at, |newline| at + newline + 1);
            let end = memchr::memchr(b'\n', &bytes[hit..]).map_or(bytes.len(), |newline| hit + newline);
            at = bytes.len().min(end + 1);
            let (text, _) = split_end(bytes, start..end, at);
            let additions = self.additions(text, block.part);
            for addition in &additions {
                out.keep(block, written..start + addition.start)?;
                written = start + addition.end;
            }
            totals.matched_lines += u64::from(!additions.is_empty());
        }
        out.keep(block, written..bytes.len())?;
        Ok(totals)
    }
}

impl Stripper {
    fn additions(&self, text: &[u8], part: Part) -> Vec<Range<usize>> {
        match part {
            // Nothing is put into a very long line, whatever its end looks like.
            Part::LongEnd => annotation_with(text, &self.key).into_iter().collect(),
            _ => Additions::find(text, &self.key).ranges().to_vec(),
        }
    }
}

impl Stage for Stripper {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<Seen> {
        let length = block.bytes().len();
        match block.part {
            // The end of a very long line shows its whole annotation.
            Part::Lines | Part::LongEnd => return Ok(self.lines(block, out)?.into()),
            Part::LongStart => out.keep(block, 0..length - HELD_BACK)?,
            Part::LongMiddle => out.keep(block, 0..length)?,
        }
        Ok(Seen::default())
    }
}
