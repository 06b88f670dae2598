//! Decompresses and checks the data of a zip member.

use std::io::{self, BufRead};

use flate2::Crc;

use super::stored_data::StoredData;
use super::zip_header::{self, MemberHeader};
use super::zip_reader::{Descriptor, Reader, corrupt, ends_early};
use crate::input::decode::codecs::{Bzip2, Deflate, Xz, Zstd};
use crate::input::decode::{Codec, CountingReader, Step, StepOutcome};

/// The data of a member while it is read.
pub(super) struct ZipData {
    method: u16,
    codec: Box<dyn Codec + Send>,
    /// Reads data that is stored without its length.
    stored: Option<StoredData>,
    /// The offset of the data in the archive.
    start: u64,
    /// The compressed bytes that were not read yet, if their number is known.
    pub(super) remaining: Option<u64>,
    /// The number of bytes of text so far.
    text: u64,
    /// Their checksum.
    crc: Crc,
    /// The length of the text, if it is known.
    size: Option<u64>,
    /// Whether the codec has no buffered output.
    is_drained: bool,
    /// Whether the data was read to its end.
    is_complete: bool,
    /// The error after the text that was returned.
    error: Option<io::Error>,
}

const NEEDS_MEMORY: &str =
    "needs too much memory to decompress; unpack the archive with 7z x and read the directory";

impl ZipData {
    /// The data that begins at the byte `start` of the archive.
    pub(super) fn new(header: &MemberHeader, start: u64) -> Self {
        let sizes = header.has_sizes().then_some((header.compressed_size, header.size));
        let is_stored = header.method == zip_header::STORED && sizes.is_none();
        Self {
            method: header.method,
            codec: codec(header.method),
            stored: is_stored.then(|| StoredData::new(0, header.is_zip64)),
            start,
            remaining: sizes.map(|sizes| sizes.0),
            text: 0,
            crc: Crc::new(),
            size: sizes.map(|sizes| sizes.1),
            is_drained: true,
            is_complete: sizes.is_some_and(|sizes| sizes.0 == 0),
            error: None,
        }
    }

    /// Reads text; nothing at the end of the data. An error comes after all text before it.
    pub(super) fn read(
        &mut self,
        input: &mut CountingReader<Reader>,
        out: &mut [u8],
    ) -> io::Result<usize> {
        while !self.is_complete {
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            let mut written = match &mut self.stored {
                Some(stored) => {
                    let count = stored.read(input, out)?;
                    self.is_complete = count == 0;
                    count
                }
                None => self.step(input, out)?,
            };
            if let Some(size) = self.size
                && written as u64 > size - self.text
            {
                // At most the length of a slice.
                written = (size - self.text) as usize;
                self.error = Some(corrupt(self.start, "it is longer than its header says"));
                self.is_complete = false;
            }
            self.crc.update(&out[..written]);
            self.text += written as u64;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }

    /// Does one step of the codec, and returns the number of bytes produced.
    fn step(&mut self, input: &mut CountingReader<Reader>, out: &mut [u8]) -> io::Result<usize> {
        let buffered = if self.is_drained { input.fill_buf()? } else { &[] };
        let limit = self.remaining.map_or(usize::MAX, |left| left.min(1 << 30) as usize);
        let buffered = &buffered[..buffered.len().min(limit)];
        if self.is_drained && buffered.is_empty() {
            if self.remaining != Some(0) {
                return Err(ends_early(input));
            }
            return Err(corrupt(input.consumed, "the data of a member ends early"));
        }
        let Step { read, written, outcome } = self.codec.step(buffered, out);
        input.consume(read);
        self.remaining = self.remaining.map(|left| left - read as u64);
        self.is_drained = written < out.len();
        let offset = input.consumed - self.codec.incomplete() as u64;
        match outcome {
            StepOutcome::Continue => {}
            StepOutcome::MemberEnds if self.remaining.is_none_or(|left| left == 0) => {
                self.is_complete = true;
            }
            StepOutcome::MemberEnds => self.codec = codec(self.method),
            StepOutcome::Corrupt(cause) => self.error = Some(corrupt(offset, &cause)),
            StepOutcome::NeedsMemory(_) => self.error = Some(io::Error::other(NEEDS_MEMORY)),
        }
        self.is_complete |= self.method == zip_header::STORED && self.remaining == Some(0);
        Ok(written)
    }

    /// The checksum, the compressed length and the length of what was read.
    pub(super) fn found(&self, input: &CountingReader<Reader>) -> Descriptor {
        let read = input.consumed - self.start;
        let compressed = if self.stored.is_some() { self.text } else { read };
        (self.crc.sum(), compressed, self.text)
    }

    /// The descriptor, if it was read with the data.
    pub(super) fn descriptor(&self) -> Option<Descriptor> {
        self.stored.as_ref().and_then(|stored| stored.descriptor)
    }

    /// Skips damaged data up to its descriptor.
    pub(super) fn skip_to_descriptor(&self, input: &mut CountingReader<Reader>) -> io::Result<()> {
        let mut rest = StoredData::new(input.consumed - self.start, false);
        let mut skipped = [0; 4 << 10];
        while rest.read(input, &mut skipped)? > 0 {}
        Ok(())
    }
}

fn codec(method: u16) -> Box<dyn Codec + Send> {
    match method {
        zip_header::DEFLATE => Box::new(Deflate::default()),
        zip_header::BZIP2 => Box::new(Bzip2::default()),
        zip_header::ZSTD => Box::new(Zstd::default()),
        zip_header::XZ => Box::new(Xz::default()),
        _ => Box::new(Stored),
    }
}

/// Copies the data.
struct Stored;

impl Codec for Stored {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let count = input.len().min(out.len());
        out[..count].copy_from_slice(&input[..count]);
        Step { read: count, written: count, outcome: StepOutcome::Continue }
    }
}
