//! Taking annotations out again: the inverse of annotating.

use std::io;

use memchr::memmem::Finder;

use crate::annotate::split_end;
use crate::input::{Block, HELD_BACK, Part};
use crate::pipeline::{Output, Stage};
use crate::render::annotation;
use crate::stats::{Seen, Totals};

/// Takes the annotations of `append` and `json` out of blocks. Counts the lines that had one as matched.
///
/// For every input without annotations, stripping what annotating made of it gives the input back, byte for byte.
#[derive(Clone)]
pub struct Stripper {
    imerr: Finder<'static>,
}

impl Default for Stripper {
    fn default() -> Self {
        Self { imerr: Finder::new(b"imerr") }
    }
}

impl Stripper {
    fn lines(&self, block: &Block, out: &mut dyn Output) -> io::Result<Totals> {
        let bytes = block.bytes();
        let mut totals = Totals::default();
        let (mut at, mut written) = (0, 0);
        while let Some(found) = self.imerr.find(&bytes[at..]) {
            let hit = at + found;
            let start = memchr::memrchr(b'\n', &bytes[at..hit]).map_or(at, |newline| at + newline + 1);
            let end = memchr::memchr(b'\n', &bytes[hit..]).map_or(bytes.len(), |newline| hit + newline);
            at = bytes.len().min(end + 1);
            let (text, _) = split_end(bytes, start..end, at);
            if let Some(mark) = annotation(text) {
                out.keep(block, written..start + mark.start)?;
                written = start + mark.end;
                totals.matched_lines += 1;
            }
        }
        out.keep(block, written..bytes.len())?;
        Ok(totals)
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
