//! A file that is being read, with the notices that its content gives rise to.

use std::io;

use super::block::{Block, Part};
use super::decoding_reader::{BINARY_WINDOW, DecodingReader};
use super::events::Notice;
use super::reader::BlockReader;

/// A file that is being read.
pub(super) struct OpenFile {
    pub(super) blocks: BlockReader<DecodingReader>,
    /// The offset of the first NUL byte, until it was reported.
    binary: Option<u64>,
    long_lines: u64,
}

impl OpenFile {
    pub(super) fn new(blocks: BlockReader<DecodingReader>) -> Self {
        Self { blocks, binary: None, long_lines: 0 }
    }

    /// The notice that comes before the next block, if any.
    pub(super) fn notice(&mut self) -> Option<Notice> {
        if let Some(encoding) = self.blocks.reader_mut().take_bom_encoding() {
            return Some(Notice::Decoded(encoding));
        }
        self.binary.take().map(Notice::Binary)
    }

    /// The notice that comes after the last block, if any.
    pub(super) fn last_notice(&mut self) -> Option<Notice> {
        (self.long_lines > 0).then(|| Notice::LongLines(std::mem::take(&mut self.long_lines)))
    }

    /// The next block: see [`BlockReader::next`].
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Block>> {
        let block = self.blocks.next(buffer)?;
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
