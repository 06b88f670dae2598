//! A piece of a file that is worked on at once.

/// What a [`Block`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Whole lines. Only the last line of a file may lack its line end.
    Lines,
    /// The first bytes of a line that is longer than [`LINE_LIMIT`](super::LINE_LIMIT), without its line end.
    LongStart,
    /// More of that line.
    LongMiddle,
    /// The rest of that line with its line end, if it has one.
    LongEnd,
}

/// A piece of a file: whole lines, or a part of one very long line.
#[derive(Debug)]
pub struct Block {
    pub(super) buffer: Vec<u8>,
    pub(super) length: usize,
    /// The file, by its place in the list of inputs.
    pub file: usize,
    /// The reading that it is from, by a number of which no other reading has the same: where a file is read once more, or stands
    /// in place of another one, blocks have another number.
    pub generation: u64,
    /// What the bytes are.
    pub part: Part,
    /// Where they begin in the file, in bytes.
    pub offset: u64,
    /// The number of their first line, from 1; 0 when lines are not counted.
    pub line: u64,
    /// How many lines end in them; 0 when lines are not counted.
    pub lines: u64,
}

impl Block {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Whole lines of this block as a block of its own. Costs a copy.
    pub(crate) fn excerpt(&self, part: std::ops::Range<usize>) -> Self {
        let before = memchr::memchr_iter(b'\n', &self.bytes()[..part.start]).count() as u64;
        let line = if self.line == 0 { 0 } else { self.line + before };
        let bytes = self.bytes()[part.clone()].to_vec();
        let offset = self.offset + part.start as u64;
        let ends = || memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let lines = if self.line == 0 { 0 } else { ends() };
        Self {
            length: bytes.len(),
            buffer: bytes,
            file: self.file,
            generation: self.generation,
            part: self.part,
            offset,
            line,
            lines,
        }
    }

    /// Gives the buffer back for the next block.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}
