//! The loop over the members of a compressed file, and the reader below it.
//!
//! The crates' own readers are not used: each handles the end of a member, padding and damage in
//! its own way, and most discard what a step produced before it failed. One loop over bare decoding
//! steps treats all formats alike.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use super::CompressionFormat;

/// The result of one step of a [`Codec`].
pub(in crate::input) struct Step {
    /// The number of input bytes consumed.
    pub(in crate::input) read: usize,
    /// The number of output bytes produced. They are valid even when the step failed.
    pub(in crate::input) written: usize,
    pub(in crate::input) outcome: StepOutcome,
}

/// The state after a [`Step`].
pub(in crate::input) enum StepOutcome {
    Continue,
    MemberEnds,
    /// The data is damaged.
    Corrupt(String),
    /// The data is valid but cannot be decoded within the memory limit. The text says how to read
    /// it anyway.
    NeedsMemory(&'static str),
}

/// A decoder for one format, without a reader.
pub(in crate::input) trait Codec {
    /// Decodes some of `input` into `out`. With an empty `input` it only returns what it has
    /// buffered.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step;

    /// How many consumed bytes belong to a part that is not complete. An error is at its beginning,
    /// however the bytes arrive.
    fn incomplete(&self) -> usize {
        0
    }
}

enum MemberState {
    Between,
    Inside,
    Failed(io::Error),
    Ended,
}

/// Decodes all members of a file with a codec.
pub(super) struct MemberReader<C, R> {
    format: CompressionFormat,
    input: CountingReader<R>,
    codec: C,
    state: MemberState,
    /// Whether the codec has no buffered output. While it has some, no input is requested: that
    /// might block.
    is_drained: bool,
}

impl<C: Codec + Default, R: Read> MemberReader<C, R> {
    pub(super) fn new(format: CompressionFormat, input: CountingReader<R>) -> Self {
        let codec = C::default();
        Self { format, input, codec, state: MemberState::Inside, is_drained: true }
    }

    /// Does one step into `out` and returns the number of bytes produced.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = if self.is_drained { self.input.fill_buf()? } else { &[] };
        if self.is_drained && input.is_empty() {
            self.state = MemberState::Failed(self.format.ends_early(self.input.consumed));
            return Ok(0);
        }
        let step = self.codec.step(input, out);
        self.input.consume(step.read);
        self.is_drained = step.written < out.len();
        let consumed = self.input.consumed - self.codec.incomplete() as u64;
        match step.outcome {
            StepOutcome::Continue => {}
            StepOutcome::MemberEnds => {
                self.codec = C::default();
                self.is_drained = true;
                self.state = MemberState::Between;
            }
            StepOutcome::Corrupt(cause) => {
                self.state = MemberState::Failed(self.format.corrupt(consumed, &cause));
            }
            StepOutcome::NeedsMemory(help) => {
                let message = format!(
                    "{} data needs too much memory to decode at byte {consumed}: {help}",
                    self.format
                );
                self.state = MemberState::Failed(io::Error::other(message));
            }
        }
        Ok(step.written)
    }
}

impl<C: Codec + Default, R: Read> Read for MemberReader<C, R> {
    /// Fills `out` as far as possible without blocking. An error comes after all bytes before it.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            let would_wait = self.is_drained && self.input.may_wait();
            if filled > 0 && (would_wait || matches!(self.state, MemberState::Failed(_))) {
                break;
            }
            match &self.state {
                MemberState::Inside => filled += self.step(&mut out[filled..])?,
                MemberState::Between => match self.input.skip_padding()? {
                    None => {}
                    Some(true) => self.state = MemberState::Inside,
                    Some(false) => self.state = MemberState::Ended,
                },
                MemberState::Ended => break,
                MemberState::Failed(_) => {
                    let failed = std::mem::replace(&mut self.state, MemberState::Ended);
                    if let MemberState::Failed(error) = failed {
                        return Err(error);
                    }
                }
            }
        }
        Ok(filled)
    }
}

/// Large enough that the cost of system calls disappears beside decompression.
const BUFFER_SIZE: usize = 128 << 10;

/// The compressed bytes of a file.
pub(in crate::input) struct CountingReader<R> {
    reader: BufReader<R>,
    /// The number of consumed bytes. Bytes that are only buffered do not count.
    pub(in crate::input) consumed: u64,
    /// Whether a read has reached the end.
    pub(super) at_end: bool,
}

impl<R: Read> CountingReader<R> {
    /// Reads a `reader` that begins at `offset` of the file.
    pub(in crate::input) fn new(offset: u64, reader: R) -> Self {
        let reader = BufReader::with_capacity(BUFFER_SIZE, reader);
        Self { reader, consumed: offset, at_end: false }
    }

    /// Whether the next read asks the underlying reader, which may block.
    fn may_wait(&self) -> bool {
        self.reader.buffer().is_empty()
    }

    /// Fills `out`, less only at the end. Returns the number of bytes.
    pub(in crate::input) fn read_full(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            match self.read(&mut out[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    /// Skips `wanted` bytes, fewer only at the end. Returns their number.
    pub(in crate::input) fn skip(&mut self, wanted: u64) -> io::Result<u64> {
        let mut skipped = 0;
        while skipped < wanted {
            let buffered = self.fill_buf()?.len() as u64;
            if buffered == 0 {
                break;
            }
            let count = buffered.min(wanted - skipped);
            // At most the length of a slice.
            self.consume(count as usize);
            skipped += count;
        }
        Ok(skipped)
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
