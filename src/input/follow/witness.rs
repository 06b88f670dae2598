//! Some bytes of a file that was read, by which it is known again.

use std::fs::File;
use std::io::{self, Read};

use crate::input::tail::read_at;

/// So many bytes at the beginning of a file are remembered.
const HEAD: usize = 256;
/// And so many before the place that was read up to.
const TAIL: usize = 1 << 10;

/// The first bytes of a file, and the last ones before the place up to which it was read. Two logs that agree in both, time stamps
/// included, are taken for one.
#[derive(Default)]
pub(super) struct Witness {
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Witness {
    /// Of a file that counts as read up to `position`.
    pub(super) fn of(file: &File, position: u64) -> io::Result<Self> {
        let length = position.min(TAIL as u64);
        Ok(Self {
            head: read_at(file, 0, position.min(HEAD as u64))?,
            tail: read_at(file, position - length, length)?,
        })
    }

    /// Remembers bytes that come behind those before.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let missing = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL)..]);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
    }

    /// Whether `stream` begins with the bytes of a file that was read up to `position`; reads up to there.
    ///
    /// What does not begin so is told by its first bytes.
    pub(super) fn begins(&self, stream: &mut impl Read, position: u64) -> io::Result<bool> {
        if position < (HEAD + TAIL) as u64 {
            // Head and tail may overlap.
            let mut start = Vec::new();
            stream.take(position).read_to_end(&mut start)?;
            return Ok(start.len() as u64 == position
                && start.starts_with(&self.head)
                && start.ends_with(&self.tail));
        }
        let between = position - (HEAD + TAIL) as u64;
        let mut bytes = [0; HEAD + TAIL];
        stream.read_exact(&mut bytes[..HEAD])?;
        if bytes[..HEAD] != self.head
            || io::copy(&mut stream.take(between), &mut io::sink())? < between
        {
            return Ok(false);
        }
        stream.read_exact(&mut bytes[HEAD..])?;
        Ok(bytes[HEAD..] == self.tail)
    }

    /// Whether the bytes still stand in `file`, which was read up to `position`.
    pub(super) fn stands(&self, file: &File, position: u64) -> io::Result<bool> {
        let tail = position - self.tail.len() as u64;
        Ok(read_at(file, tail, self.tail.len() as u64)? == self.tail
            && read_at(file, 0, self.head.len() as u64)? == self.head)
    }
}
