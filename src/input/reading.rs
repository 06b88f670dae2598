//! A file that is being read, with what the reader of the output should know about it.

use std::io;

use super::block::{Block, Part};
use super::events::Notice;
use super::reader::BlockReader;
use super::source::{BINARY_WINDOW, Source};

/// A file that is being read.
pub(super) struct Reading {
    pub(super) reader: BlockReader<Source>,
    /// Where the first NUL byte was seen, until that is said.
    binary: Option<u64>,
    long_lines: u64,
}

impl Reading {
    pub(super) fn new(reader: BlockReader<Source>) -> Self {
        Self { reader, binary: None, long_lines: 0 }
    }

    /// What is to be said before the next block.
    pub(super) fn notice(&mut self) -> Option<Notice> {
        let marked = self.reader.reader_mut().take_marked().map(Notice::Decoded);
        marked.or_else(|| self.binary.take().map(Notice::Binary))
    }

    /// What is to be said behind the last block.
    pub(super) fn last_notice(&mut self) -> Option<Notice> {
        (self.long_lines > 0).then(|| Notice::LongLines(std::mem::take(&mut self.long_lines)))
    }

    /// The next block: see [`BlockReader::next`].
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Block>> {
        let block = self.reader.next(buffer)?;
        if let Some(block) = &block {
            self.long_lines += u64::from(block.part == Part::LongStart);
            if block.offset == 0 {
                let beginning = &block.bytes()[..block.bytes().len().min(BINARY_WINDOW)];
                self.binary = memchr::memchr(0, beginning).map(|nul| nul as u64);
            }
        }
        Ok(block)
    }
}
