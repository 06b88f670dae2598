//! What becomes of a block, kept until its turn to be written comes.

use std::io::{self, Write};
use std::ops::Range;

use super::Output;
use crate::input::Block;

/// Runs of a block from this length on are written out of the block; copying shorter ones costs less than a write.
const COPY_LIMIT: usize = 4 << 10;

/// What becomes of a block, as runs of the block and bytes between them.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
enum Piece {
    /// A run of the block.
    Run(Range<usize>),
    /// A run of `Pieces::bytes`.
    Bytes(Range<usize>),
}

impl Output for Pieces {
    fn copy(&mut self, block: &Block, range: Range<usize>) -> io::Result<()> {
        if range.len() < COPY_LIMIT {
            return self.write_bytes(&block.bytes()[range]);
        }
        self.pieces.push(Piece::Run(range));
        Ok(())
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        match self.pieces.last_mut() {
            Some(Piece::Bytes(last)) => last.end = self.bytes.len(),
            _ => self.pieces.push(Piece::Bytes(start..self.bytes.len())),
        }
        Ok(())
    }
}

impl Pieces {
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.bytes.clear();
    }

    /// Writes the pieces, those of `block` out of it.
    pub(super) fn write(&self, block: &Block, out: &mut dyn Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Run(range) => out.write_all(&block.bytes()[range.clone()])?,
                Piece::Bytes(range) => out.write_all(&self.bytes[range.clone()])?,
            }
        }
        Ok(())
    }
}
