//! A buffered reader that knows how many of its bytes were used.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// Big enough that system calls cost nothing beside decompression.
const BUFFER_SIZE: usize = 128 << 10;

/// The compressed bytes.
pub(super) struct Counted<R> {
    reader: BufReader<R>,
    used: u64,
    /// Whether the end was seen.
    is_at_end: bool,
}

impl<R: Read> Counted<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(BUFFER_SIZE, reader), used: 0, is_at_end: false }
    }

    /// How many bytes were used; bytes that are only buffered do not count.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Whether a read came to the end.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Whether the next read asks the reader below, which may wait.
    pub(super) fn may_wait(&self) -> bool {
        self.reader.buffer().is_empty()
    }

    /// Skips zero bytes, as tapes and xz leave them behind members, and returns whether another byte follows; None when
    /// the zeros go to the end of the buffer, so that more have to be read to know.
    pub(super) fn skip_padding(&mut self) -> io::Result<Option<bool>> {
        let buffered = self.fill_buf()?;
        if buffered.is_empty() {
            return Ok(Some(false));
        }
        let zeros = buffered.iter().take_while(|&&byte| byte == 0).count();
        let more = (zeros < buffered.len()).then_some(true);
        self.consume(zeros);
        Ok(more)
    }
}

impl<R: Read> BufRead for Counted<R> {
    /// Does not fail with [`ErrorKind::Interrupted`]: not every decoder can go on after that.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.reader.fill_buf() {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
        }
        let buffered = self.reader.buffer();
        self.is_at_end |= buffered.is_empty();
        Ok(buffered)
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.used += count as u64;
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let buffered = self.fill_buf()?;
        let count = buffered.len().min(out.len());
        out[..count].copy_from_slice(&buffered[..count]);
        self.consume(count);
        Ok(count)
    }
}
