//! A buffered reader that counts the bytes that were consumed.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// Large enough that the cost of system calls disappears beside decompression.
const BUFFER_SIZE: usize = 128 << 10;

/// The compressed bytes of a file.
pub(super) struct CountingReader<R> {
    reader: BufReader<R>,
    consumed: u64,
    at_end: bool,
}

impl<R: Read> CountingReader<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(BUFFER_SIZE, reader), consumed: 0, at_end: false }
    }

    /// The number of consumed bytes. Bytes that are only buffered do not count.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Whether a read has reached the end.
    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Whether the next read asks the underlying reader, which may block.
    pub(super) fn may_wait(&self) -> bool {
        self.reader.buffer().is_empty()
    }

    /// Skips zero bytes, which tapes and xz leave after members, and returns whether another byte
    /// follows. `None` means that the whole buffer was zeros: call again.
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

impl<R: Read> BufRead for CountingReader<R> {
    /// Never fails with [`ErrorKind::Interrupted`]: some decoders cannot continue after it.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while let Err(error) = self.reader.fill_buf() {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
        }
        let buffered = self.reader.buffer();
        self.at_end |= buffered.is_empty();
        Ok(buffered)
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.consumed += count as u64;
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let buffered = self.fill_buf()?;
        let count = buffered.len().min(out.len());
        out[..count].copy_from_slice(&buffered[..count]);
        self.consume(count);
        Ok(count)
    }
}
