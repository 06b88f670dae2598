//! Skippable frames at the beginning of a file, which zstd and lz4 have in common.

use std::io::{self, BufRead, Read};

use super::CompressionFormat;
use super::member_reader::CountingReader;

/// Skips the skippable frames at the beginning, and decodes what follows them.
pub(super) struct SkippingReader<R> {
    state: State<R>,
    /// The first bytes of the next frame.
    header: Vec<u8>,
    /// The number of bytes to skip.
    remaining: u64,
}

enum State<R> {
    Skipping(CountingReader<R>),
    Decoding(Box<dyn Read + Send>),
    Ended,
}

/// The magic bytes of a frame.
const MAGIC: usize = 4;
/// The magic bytes and the length of a skippable frame.
const HEADER: usize = 8;

impl<R: Read + Send + 'static> SkippingReader<R> {
    pub(super) fn new(input: CountingReader<R>) -> Self {
        Self { state: State::Skipping(input), header: Vec::new(), remaining: 0 }
    }

    /// Skips or reads what is available. Sets the next state once the first other frame begins.
    fn advance(&mut self) -> io::Result<()> {
        let State::Skipping(input) = &mut self.state else { return Ok(()) };
        let buffered = input.fill_buf()?;
        if buffered.is_empty() {
            return self.end();
        }
        let skipped = self.remaining.min(buffered.len() as u64);
        if skipped > 0 {
            // At most the length of a slice.
            input.consume(skipped as usize);
            self.remaining -= skipped;
            return Ok(());
        }
        let wanted = if self.header.len() < MAGIC { MAGIC } else { HEADER };
        let count = buffered.len().min(wanted - self.header.len());
        self.header.extend_from_slice(&buffered[..count]);
        input.consume(count);
        if let Some(length) = self.header.last_chunk::<4>().filter(|_| self.header.len() == HEADER)
        {
            self.remaining = u32::from_le_bytes(*length).into();
            self.header.clear();
        } else if self.header.len() == MAGIC {
            return self.start_frame();
        }
        Ok(())
    }

    /// Starts decoding if the frame is not skippable.
    fn start_frame(&mut self) -> io::Result<()> {
        let format = CompressionFormat::detect(&self.header);
        if format == Some(CompressionFormat::Skippable) {
            return Ok(());
        }
        let State::Skipping(input) = std::mem::replace(&mut self.state, State::Ended) else {
            return Ok(());
        };
        let offset = input.consumed - MAGIC as u64;
        match format {
            Some(format @ (CompressionFormat::Zstd | CompressionFormat::Lz4)) => {
                // Boxed, since the type of the reader would contain itself.
                let header = io::Cursor::new(std::mem::take(&mut self.header));
                let frames: Box<dyn Read + Send> = Box::new(header.chain(input));
                self.state = State::Decoding(format.decoder_at(offset, frames));
                Ok(())
            }
            _ => {
                let cause = "no frame of zstd or lz4 begins here";
                Err(CompressionFormat::Zstd.corrupt(offset, cause))
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Skipping(input) if self.remaining > 0 || !self.header.is_empty() => {
                Err(CompressionFormat::Zstd.ends_early(input.consumed))
            }
            _ => Ok(()),
        }
    }
}

impl<R: Read + Send + 'static> Read for SkippingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Skipping(_) => self.advance()?,
                State::Decoding(reader) => return reader.read(out),
                State::Ended => return Ok(0),
            }
        }
    }
}
