//! Decompresses and checks the data of a zip member.

use std::io::{self, BufRead};

use flate2::Crc;

use super::zip_header::{self, LocalHeader};
use super::zip_reader::{Reader, ends_early};
use crate::input::decode::codecs::{Bzip2, Deflate, Xz, Zstd};
use crate::input::decode::{Codec, CountingReader, Step, StepOutcome};

/// The data of a member while it is read.
pub(super) struct ZipData {
    method: u16,
    codec: Box<dyn Codec + Send>,
    /// The compressed bytes that were not read yet, if their number is known.
    pub(super) remaining: Option<u64>,
    /// The number of compressed bytes that were read.
    pub(super) consumed: u64,
    /// The number of bytes of text so far.
    pub(super) text: u64,
    /// Their checksum.
    pub(super) crc: Crc,
    /// The length of the text, if it is known.
    size: Option<u64>,
    /// Whether the codec has no buffered output.
    is_drained: bool,
    /// Whether the data was read to its end.
    pub(super) is_complete: bool,
}

impl ZipData {
    pub(super) fn new(header: &LocalHeader) -> Self {
        let sizes = header.has_sizes().then_some((header.compressed_size, header.size));
        Self {
            method: header.method,
            codec: codec(header.method),
            remaining: sizes.map(|sizes| sizes.0),
            consumed: 0,
            text: 0,
            crc: Crc::new(),
            size: sizes.map(|sizes| sizes.1),
            is_drained: true,
            is_complete: sizes.is_some_and(|sizes| sizes.0 == 0),
        }
    }

    /// Reads text; nothing at the end of the data. The error is a cause.
    pub(super) fn read(
        &mut self,
        input: &mut CountingReader<Reader>,
        out: &mut [u8],
    ) -> io::Result<Result<usize, String>> {
        while !self.is_complete {
            let buffered = if self.is_drained { input.fill_buf()? } else { &[] };
            let limit = self.remaining.map_or(usize::MAX, |left| left.min(1 << 30) as usize);
            let buffered = &buffered[..buffered.len().min(limit)];
            if self.is_drained && buffered.is_empty() {
                if self.remaining != Some(0) {
                    return Err(ends_early(input));
                }
                return Ok(Err("the data of a member ends early".to_string()));
            }
            let Step { read, written, outcome } = self.codec.step(buffered, out);
            input.consume(read);
            self.consumed += read as u64;
            self.remaining = self.remaining.map(|left| left - read as u64);
            self.is_drained = written < out.len();
            self.crc.update(&out[..written]);
            self.text += written as u64;
            match outcome {
                StepOutcome::Continue => {}
                StepOutcome::MemberEnds if self.remaining.is_none_or(|left| left == 0) => {
                    self.is_complete = true;
                }
                StepOutcome::MemberEnds => self.codec = codec(self.method),
                StepOutcome::Corrupt(cause) => return Ok(Err(cause)),
                StepOutcome::NeedsMemory(help) => return Ok(Err(help.to_string())),
            }
            if self.size.is_some_and(|size| self.text > size) {
                return Ok(Err("it is longer than its header says".to_string()));
            }
            self.is_complete |= self.method == zip_header::STORED && self.remaining == Some(0);
            if written > 0 {
                return Ok(Ok(written));
            }
        }
        Ok(Ok(0))
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
