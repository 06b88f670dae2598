//! The loop over the members of a compressed file.
//!
//! The crates' own readers are not used: each handles the end of a member, padding and damage in
//! its own way, and most discard what a step produced before it failed. One loop over bare decoding
//! steps treats all formats alike.

use std::io::{self, BufRead, Read};

use super::CompressionFormat;
use super::counting_reader::CountingReader;

/// The result of one step of a [`Codec`].
pub(super) struct Step {
    /// The number of input bytes consumed.
    pub(super) read: usize,
    /// The number of output bytes produced. They are valid even when the step failed.
    pub(super) written: usize,
    pub(super) outcome: StepOutcome,
}

/// What follows a [`Step`].
pub(super) enum StepOutcome {
    Continue,
    MemberEnds,
    /// The data is damaged.
    Corrupt(String),
    /// The data is valid but cannot be decoded within the memory limit. The text says how to read
    /// it anyway.
    NeedsMemory(&'static str),
}

/// A decoder for one format, without a reader.
pub(super) trait Codec {
    /// Decodes some of `input` into `out`. With an empty `input` it only returns what it has
    /// buffered.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step;

    /// Prepares for the next member.
    fn reset(&mut self);
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

impl<C: Codec, R: Read> MemberReader<C, R> {
    pub(super) fn new(format: CompressionFormat, input: CountingReader<R>, codec: C) -> Self {
        Self { format, input, codec, state: MemberState::Inside, is_drained: true }
    }

    /// Does one step into `out` and returns the number of bytes produced.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = if self.is_drained { self.input.fill_buf()? } else { &[] };
        if self.is_drained && input.is_empty() {
            self.state = MemberState::Failed(self.format.ends_early(self.input.consumed()));
            return Ok(0);
        }
        let step = self.codec.step(input, out);
        self.input.consume(step.read);
        self.is_drained = step.written < out.len();
        let consumed = self.input.consumed();
        match step.outcome {
            StepOutcome::Continue => {}
            StepOutcome::MemberEnds => {
                self.codec.reset();
                self.is_drained = true;
                self.state = MemberState::Between;
            }
            StepOutcome::Corrupt(cause) => {
                self.state = MemberState::Failed(self.format.corrupt(consumed, &cause));
            }
            StepOutcome::NeedsMemory(help) => {
                let format = self.format;
                self.state = MemberState::Failed(io::Error::other(format!(
                    "{format} data needs too much memory to decode at byte {consumed}: {help}"
                )));
            }
        }
        Ok(step.written)
    }
}

impl<C: Codec, R: Read> Read for MemberReader<C, R> {
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
