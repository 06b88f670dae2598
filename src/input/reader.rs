//! Cuts a stream of bytes into blocks of whole lines, in bounded memory.

use std::io::{self, ErrorKind, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::Notice;
use super::binary::find_binary;
use super::block::{Block, Part, count_newlines};
use super::decoding_reader::DecodingReader;

/// The number of bytes requested from a reader at a time.
pub const BLOCK_SIZE: usize = 256 << 10;
/// Lines up to this many bytes are held in memory. Longer lines stream through in parts.
pub const LINE_LIMIT: usize = 1 << 20;
/// The last part of a very long line has at least this many bytes: enough for an annotation at its
/// end (64 KiB, see [`ANNOTATION_LIMIT`](crate::strip::ANNOTATION_LIMIT)) and the line end that it
/// may add.
pub const HELD_BACK: usize = 80 << 10;

/// The number of the next generation. 0 is never used.
static NEXT_GENERATION: AtomicU64 = AtomicU64::new(1);

/// Reads one file block by block.
pub(super) struct BlockReader {
    pub(super) reader: DecodingReader,
    /// The index of the file in the list of inputs.
    pub(super) file: usize,
    pub(super) generation: u64,
    /// Bytes that were read but not returned yet: the beginning of a line.
    rest: Vec<u8>,
    /// The length of the prefix of `rest` that is known to have no line feed.
    searched: usize,
    /// Whether the last block ended inside a very long line.
    pub(super) in_long_line: bool,
    /// The number of NUL bytes at the start of the next block that are no longer in memory.
    hole: u64,
    /// Whether the last returned byte was no line feed.
    in_unterminated_line: bool,
    at_end: bool,
    /// The error at the end of the file, until it was returned.
    error: Option<io::Error>,
    counts_lines: bool,
    /// The offset of the next block in the file.
    pub(super) offset: u64,
    line: u64,
    /// Where the first block begins.
    start: Start,
    is_binary: bool,
    /// The offset of the byte that shows it, until it was reported.
    binary: Option<u64>,
    long_lines: u64,
    /// When the file was last written, unless it is still written.
    pub(super) modified: Option<SystemTime>,
}

/// Where reading begins in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The number of bytes that are skipped.
    pub(super) offset: u64,
    /// The number of lines in them; meaningless when lines are not counted.
    pub(super) lines: u64,
}

impl BlockReader {
    /// Creates a block reader for a `reader` whose first byte is the one at `start` of the file. A
    /// line begins there.
    pub(super) fn new(
        reader: DecodingReader,
        file: usize,
        start: Start,
        counts_lines: bool,
    ) -> Self {
        let line = if counts_lines { start.lines + 1 } else { 0 };
        Self {
            reader,
            file,
            generation: NEXT_GENERATION.fetch_add(1, Ordering::Relaxed),
            rest: Vec::new(),
            searched: 0,
            in_long_line: false,
            hole: 0,
            in_unterminated_line: false,
            at_end: false,
            error: None,
            counts_lines,
            offset: start.offset,
            line,
            start,
            is_binary: false,
            binary: None,
            long_lines: 0,
            modified: None,
        }
    }

    /// The notice that comes before the next block, if any.
    pub(super) fn notice(&mut self) -> Option<Notice> {
        self.reader.take_notice().or_else(|| self.binary.take().map(Notice::Binary))
    }

    /// The notice that comes after the last block, if any.
    pub(super) fn last_notice(&mut self) -> Option<Notice> {
        if let Some(notice) = self.reader.take_notice() {
            return Some(notice);
        }
        let long_lines = std::mem::take(&mut self.long_lines);
        (long_lines > 0).then_some(Notice::LongLines(long_lines))
    }

    /// The bytes and lines returned so far. The lines are 0 when they are not counted.
    pub(super) fn totals(&self) -> (u64, u64) {
        let mut lines = 0;
        if self.counts_lines {
            lines = self.line - 1 - self.start.lines + u64::from(self.in_unterminated_line);
        }
        (self.offset - self.start.offset, lines)
    }

    /// Returns the next block, in the memory of `buffer`, or `None` at the end of the file.
    ///
    /// Reads once, and again only while there is no whole line: a block has what is available, and
    /// no whole line waits for more input. An error ends the file and comes after all that was read
    /// before it, so that a message about it is below that. [`ErrorKind::WouldBlock`] means that no
    /// more input is available yet. Without a block, `buffer` stays with the caller.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Block>> {
        let mut filled = self.rest.len();
        if buffer.is_empty() {
            // Memory that the system zeroes: a small file touches little of it.
            *buffer = vec![0; filled + BLOCK_SIZE];
        } else if buffer.len() < filled + BLOCK_SIZE {
            buffer.resize(filled + BLOCK_SIZE, 0);
        }
        buffer[..filled].copy_from_slice(&self.rest);
        self.rest.clear();
        loop {
            filled -= self.remove_hole(&mut buffer[..filled]);
            if let Some((length, part)) = self.cut(&buffer[..filled]) {
                return Ok(Some(self.block(std::mem::take(buffer), filled, length, part)));
            }
            if self.at_end {
                return self.error.take().map_or(Ok(None), Err);
            }
            if buffer.len() - filled < BLOCK_SIZE / 2 {
                buffer.resize(filled + BLOCK_SIZE, 0);
            }
            // Reads are shorter than LINE_LIMIT, so only the first line of a block can be too long.
            let end = buffer.len().min(filled + BLOCK_SIZE);
            match self.reader.read(&mut buffer[filled..end]) {
                Ok(0) => self.at_end = true,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.rest.extend_from_slice(&buffer[..filled]);
                    return Err(error);
                }
                Err(error) => {
                    self.error = Some(error);
                    self.at_end = true;
                }
            }
        }
    }

    /// Removes all but one of the NUL bytes at the start of a line that is too long with them, so
    /// that the text after them is searched. Returns how many bytes were removed from `text`.
    fn remove_hole(&mut self, text: &mut [u8]) -> usize {
        if self.in_long_line || self.hole == 0 && !begins_with_long_line(text) {
            return 0;
        }
        let nuls = text.iter().take_while(|byte| **byte == 0).count();
        let removed = nuls.saturating_sub(1);
        text.copy_within(removed.., 0);
        self.hole += removed as u64;
        self.searched = self.searched.saturating_sub(removed);
        removed
    }

    /// Returns how much of `text` forms the next block, and what kind of part it is.
    fn cut(&mut self, text: &[u8]) -> Option<(usize, Part)> {
        if self.in_long_line {
            return self.cut_long_line(text);
        }
        if begins_with_long_line(text) {
            return Some((LINE_LIMIT, Part::LongStart));
        }
        if let Some(newline) = memchr::memrchr(b'\n', &text[self.searched..]) {
            return Some((self.searched + newline + 1, Part::Lines));
        }
        self.searched = text.len();
        (self.at_end && !text.is_empty()).then_some((text.len(), Part::Lines))
    }

    fn cut_long_line(&mut self, text: &[u8]) -> Option<(usize, Part)> {
        let unsearched = &text[self.searched..];
        if let Some(newline) = memchr::memchr(b'\n', unsearched) {
            return Some((self.searched + newline + 1, Part::LongEnd));
        }
        self.searched = text.len();
        if self.at_end {
            return Some((text.len(), Part::LongEnd));
        }
        (text.len() > 2 * HELD_BACK).then(|| (text.len() - HELD_BACK, Part::LongMiddle))
    }

    /// Makes a block of the first `length` of the `filled` bytes of `buffer`, and keeps the rest.
    ///
    /// The start of a long line is returned whole so that it can be searched, but its last
    /// [`HELD_BACK`] bytes are also kept: they are the beginning of the next part.
    fn block(&mut self, buffer: Vec<u8>, filled: usize, length: usize, part: Part) -> Block {
        let kept_from = if part == Part::LongStart { length - HELD_BACK } else { length };
        self.rest.extend_from_slice(&buffer[kept_from..filled]);
        self.in_long_line = matches!(part, Part::LongStart | Part::LongMiddle);
        let rest_is_searched = matches!(part, Part::Lines | Part::LongMiddle);
        self.searched = if rest_is_searched { self.rest.len() } else { 0 };
        let mut block = Block {
            buffer,
            length,
            file: self.file,
            generation: self.generation,
            part,
            offset: self.offset + self.hole,
            hole: std::mem::take(&mut self.hole),
            line: self.line,
            lines: 0,
            modified: self.modified,
            is_binary: false,
        };
        self.long_lines += u64::from(part == Part::LongStart);
        if self.offset == self.start.offset {
            let read = &block.buffer[..filled];
            self.binary = find_binary(read).map(|at| block.offset + at as u64);
            self.is_binary = self.binary.is_some();
        }
        block.is_binary = self.is_binary;
        self.offset = block.offset + kept_from as u64;
        self.in_unterminated_line = block.bytes().last() != Some(&b'\n');
        if self.counts_lines && matches!(part, Part::Lines | Part::LongEnd) {
            block.lines = count_newlines(block.bytes());
            self.line += block.lines;
        }
        block
    }
}

/// Whether the first line of `text` is too long to be held in memory.
fn begins_with_long_line(text: &[u8]) -> bool {
    text.len() > LINE_LIMIT && memchr::memchr(b'\n', &text[..=LINE_LIMIT]).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::encoding::Encoding;

    /// A reader that returns at most `size` bytes at a time.
    struct ShortReads {
        text: io::Cursor<Vec<u8>>,
        size: usize,
    }

    impl Read for ShortReads {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.size.min(buffer.len());
            self.text.read(&mut buffer[..count])
        }
    }

    fn block_reader(reader: impl Read + Send + 'static) -> BlockReader {
        let reader = DecodingReader::new(Box::new(reader), Encoding::None, true);
        BlockReader::new(reader, 7, Start::default(), true)
    }

    fn blocks(text: &[u8], size: usize) -> Vec<Block> {
        let mut reader = block_reader(ShortReads { text: io::Cursor::new(text.to_vec()), size });
        std::iter::from_fn(|| reader.next(&mut Vec::new()).expect("the reader never fails"))
            .collect()
    }

    /// The concatenated blocks: the bytes of the file.
    fn joined(blocks: &[Block]) -> Vec<u8> {
        let mut text = Vec::new();
        for block in blocks {
            let bytes = block.bytes();
            text.resize(text.len() + block.hole as usize, 0);
            text.extend_from_slice(if block.part == Part::LongStart {
                &bytes[..bytes.len() - HELD_BACK]
            } else {
                bytes
            });
        }
        text
    }

    #[test]
    fn blocks_have_whole_lines_for_every_read_size() {
        let text = b"one\ntwo\r\n\nthree \0 \xff\nlast";
        for size in [1, 2, 3, 7, 100] {
            let blocks = blocks(text, size);
            assert_eq!(joined(&blocks), text);
            for (index, block) in blocks.iter().enumerate() {
                assert!(index + 1 == blocks.len() || block.bytes().ends_with(b"\n"), "{block:?}");
            }
        }
    }

    #[test]
    fn a_line_is_returned_by_the_read_that_completes_it() {
        let blocks = blocks(b"one\ntwo\nthr", 4);
        let texts: Vec<&[u8]> = blocks.iter().map(Block::bytes).collect();
        assert_eq!(texts, [b"one\n".as_slice(), b"two\n", b"thr"]);
    }

    #[test]
    fn blocks_have_line_numbers_and_offsets() {
        let blocks = blocks(b"a\nbb\nccc\n", 2);
        let starts: Vec<(u64, u64)> =
            blocks.iter().map(|block| (block.line, block.offset)).collect();
        assert_eq!(starts, [(1, 0), (2, 2), (3, 5)]);
    }

    #[test]
    fn long_lines_are_split_and_memory_is_bounded() {
        let long = |length: usize, end: &str| [&vec![b'x'; length], end.as_bytes()].concat();
        let lengths = [LINE_LIMIT, LINE_LIMIT + 1, LINE_LIMIT + HELD_BACK, 3 * LINE_LIMIT + 5];
        for length in lengths {
            for end in ["\n", "\r\n", ""] {
                let text = [b"first\n".as_slice(), &long(length, end)].concat();
                let text = if end.is_empty() { text } else { [text, b"next\n".to_vec()].concat() };
                let blocks = blocks(&text, 1 << 16);
                assert!(joined(&blocks) == text, "{length} bytes and {end:?}");
                assert!(
                    blocks.iter().all(|block| block.buffer.len() <= LINE_LIMIT + 2 * BLOCK_SIZE)
                );
                let parts: Vec<Part> = blocks.iter().map(|block| block.part).collect();
                let is_long = length + end.trim_end_matches('\n').len() > LINE_LIMIT;
                assert_eq!(
                    parts.contains(&Part::LongStart),
                    is_long,
                    "{length} bytes and {end:?}: {parts:?}"
                );
            }
        }
    }

    #[test]
    fn the_text_after_a_hole_is_a_block_of_its_own() {
        let long = "x".repeat(LINE_LIMIT + 1);
        let rows = [
            (LINE_LIMIT - 10, "text", 0),
            (LINE_LIMIT - 3, "text", LINE_LIMIT - 4),
            (LINE_LIMIT + 500_000, "text", LINE_LIMIT + 499_999),
            (3 * LINE_LIMIT, "", 3 * LINE_LIMIT - 1),
            (2 * LINE_LIMIT, &long, 2 * LINE_LIMIT - 1),
            (5, &long, 4),
        ];
        for (nuls, text, hole) in rows {
            for end in ["\nnext\n", "\r\n", ""] {
                let log =
                    [b"first\n", &vec![0; nuls][..], text.as_bytes(), end.as_bytes()].concat();
                for size in [999, 1 << 16, 1 << 20] {
                    let blocks = blocks(&log, size);
                    assert!(joined(&blocks) == log, "{nuls} NULs, {size}");
                    let holes: u64 = blocks.iter().map(|block| block.hole).sum();
                    assert_eq!(holes, hole as u64, "{nuls} NULs, {size}");
                    let Some(block) = blocks.iter().find(|block| block.hole > 0) else { continue };
                    assert_eq!((block.offset, block.line), (6 + hole as u64, 2));
                    let wanted = format!("\0{text}");
                    let length = wanted.len().min(LINE_LIMIT);
                    assert!(block.bytes().starts_with(&wanted.as_bytes()[..length]));
                    assert!(blocks.iter().all(|block| block.buffer.len() < 3 * LINE_LIMIT));
                }
            }
        }
    }

    #[test]
    fn the_last_part_of_a_long_line_has_its_end() {
        let text = [vec![b'x'; LINE_LIMIT + 10], b"\n".to_vec()].concat();
        let blocks = blocks(&text, 1 << 20);
        let end = blocks.last().expect("there is an end");
        assert_eq!((end.part, end.bytes().len()), (Part::LongEnd, HELD_BACK + 11));
    }

    #[test]
    fn bytes_read_before_an_error_are_returned() {
        struct Broken(bool);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("broken"));
                }
                buffer[..5].copy_from_slice(b"a\nbcd");
                Ok(5)
            }
        }
        let mut reader = block_reader(Broken(false));
        let mut next =
            || reader.next(&mut Vec::new()).map(|block| block.map(|block| block.bytes().to_vec()));
        assert_eq!(next().expect("the first line is whole"), Some(b"a\n".to_vec()));
        assert_eq!(next().expect("the error comes later"), Some(b"bcd".to_vec()));
        assert!(next().is_err());
        assert_eq!(next().expect("the error was returned before"), None);
    }
}
