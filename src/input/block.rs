//! The unit of work: a piece of a file.

use std::time::SystemTime;

/// The kind of bytes in a [`Block`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Whole lines. Only the last line of a file may lack its line terminator.
    Lines,
    /// The first bytes of a line longer than [`LINE_LIMIT`](super::LINE_LIMIT), without its
    /// terminator.
    LongStart,
    /// A middle part of such a line.
    LongMiddle,
    /// The last part of such a line, with its terminator if it has one.
    LongEnd,
}

/// A piece of a file: whole lines, or a part of one very long line.
#[derive(Debug)]
pub struct Block {
    pub(super) buffer: Vec<u8>,
    pub(super) length: usize,
    /// The index of the file in the list of inputs.
    pub file: usize,
    /// Identifies the opened file. A file that is opened again, or that replaces another one under
    /// the same name, gets a new number; numbers are never reused in a process.
    pub generation: u64,
    /// The kind of bytes.
    pub part: Part,
    /// The offset of the first byte in the file.
    pub offset: u64,
    /// The number of NUL bytes in front of the first byte that belong to the first line. They are
    /// not in memory: when a log is truncated while its writer goes on at the old position, the
    /// line after the hole begins with as many NUL bytes as the log had bytes.
    pub hole: u64,
    /// The number of the first line, from 1; 0 when lines are not counted.
    pub line: u64,
    /// The number of line terminators in the block; 0 when lines are not counted.
    pub lines: u64,
    /// When the file was last written; None for a stream and for a file that is followed.
    pub modified: Option<SystemTime>,
    /// Whether the beginning of the file is binary data: it has NUL bytes and many other control
    /// characters, without those in a [hole](Self::hole).
    pub is_binary: bool,
}

/// Splits a line into its text and its terminator: `\n`, `\r\n`, or nothing at the end of a file.
pub(crate) fn split_terminator(line: &[u8]) -> (&[u8], &[u8]) {
    let text = match line.strip_suffix(b"\n") {
        Some(text) => text.strip_suffix(b"\r").unwrap_or(text),
        None => line,
    };
    line.split_at(text.len())
}

impl Block {
    /// The bytes of the block.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// A text as the whole content of a file.
    pub(crate) fn of_text(text: Vec<u8>) -> Self {
        Self {
            length: text.len(),
            lines: count_newlines(&text),
            buffer: text,
            file: 0,
            generation: 0,
            part: Part::Lines,
            offset: 0,
            hole: 0,
            line: 1,
            modified: None,
            is_binary: false,
        }
    }

    /// Adds a line feed if there is none at the end.
    pub(super) fn terminate(&mut self) {
        if !self.bytes().ends_with(b"\n") {
            self.buffer.truncate(self.length);
            self.buffer.push(b'\n');
            self.length += 1;
        }
    }

    /// Copies the whole lines at `range` of this block into a block of their own.
    pub(crate) fn excerpt(&self, range: std::ops::Range<usize>) -> Self {
        let bytes = self.bytes()[range.clone()].to_vec();
        let (mut line, mut lines) = (0, 0);
        if self.line > 0 {
            line = self.line + count_newlines(&self.bytes()[..range.start]);
            lines = count_newlines(&bytes);
        }
        Self {
            length: bytes.len(),
            buffer: bytes,
            file: self.file,
            generation: self.generation,
            part: self.part,
            offset: self.offset + range.start as u64,
            hole: if range.start == 0 { self.hole } else { 0 },
            line,
            lines,
            modified: self.modified,
            is_binary: self.is_binary,
        }
    }

    /// The memory that the block takes, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.buffer.capacity()
    }

    /// Whether parts of one line, or a line with a hole, pass through without being in memory.
    /// The output for such blocks is not kept in memory either.
    pub(crate) fn is_streamed(&self) -> bool {
        self.part != Part::Lines || self.hole > 0
    }

    /// Returns the buffer for reuse.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// The number of line feeds in `bytes`.
pub(super) fn count_newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
