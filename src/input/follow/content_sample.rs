//! A sample of a file's content, by which the file is recognized.

use std::fs::File;
use std::io::{self, Read};

use crate::input::tail::read_at;

/// The number of bytes kept from the beginning of a file.
pub(super) const HEAD: usize = 256;
/// The number of bytes kept from before the position up to which the file was read.
const TAIL: usize = 1 << 10;

/// The first bytes of a file, and the last ones before the position up to which it was read.
///
/// Two logs that agree in both, timestamps included, count as the same.
#[derive(Clone, Default)]
pub(super) struct ContentSample {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl ContentSample {
    /// Samples a file that counts as read up to `position`.
    pub(super) fn of(file: &File, position: u64) -> io::Result<Self> {
        let length = position.min(TAIL as u64);
        Ok(Self {
            head: read_at(file, 0, position.min(HEAD as u64))?,
            tail: read_at(file, position - length, length)?,
        })
    }

    /// Adds the bytes that follow those sampled so far.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let missing = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL)..]);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
    }

    /// Whether `stream` begins with the sampled file, which was read up to `position`. Consumes the
    /// stream up to there, or less if it differs.
    pub(super) fn matches_stream(&self, stream: &mut impl Read, position: u64) -> io::Result<bool> {
        // Head and tail overlap in a short file, so they are compared in one piece.
        let length = position.min((HEAD + TAIL) as u64);
        let head = length.min(HEAD as u64);
        let mut bytes = Vec::new();
        stream.take(head).read_to_end(&mut bytes)?;
        if bytes != self.head {
            return Ok(false);
        }
        io::copy(&mut stream.take(position - length), &mut io::sink())?;
        stream.take(length - head).read_to_end(&mut bytes)?;
        Ok(bytes.len() as u64 == length && bytes.ends_with(&self.tail))
    }

    /// Whether a file whose first bytes are `beginning` begins as the sampled file does, as far as
    /// both are long.
    pub(super) fn begins_as(&self, beginning: &[u8]) -> bool {
        beginning.starts_with(&self.head) || self.head.starts_with(beginning)
    }

    /// Whether `file` still has the sampled bytes. The file was read up to `position`.
    pub(super) fn matches_file(&self, file: &File, position: u64) -> io::Result<bool> {
        let tail = position - self.tail.len() as u64;
        Ok(read_at(file, tail, self.tail.len() as u64)? == self.tail
            && read_at(file, 0, self.head.len() as u64)? == self.head)
    }
}
