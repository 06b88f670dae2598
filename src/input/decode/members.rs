//! The loop over the members of a compressed file.
//!
//! The readers that the crates bring are not used: each treats the end of a member, padding and damage in its own way, and
//! most throw away what a step made before it failed. One loop over bare steps gives all formats the same manners.

use std::io::{self, BufRead, Read};

use super::Kind;
use super::counted::Counted;

/// What one step of a [`Codec`] did.
pub(super) struct Step {
    /// Bytes of the input that were used.
    pub(super) read: usize,
    /// Bytes of the output that were made; they count also when the step failed.
    pub(super) written: usize,
    pub(super) then: Then,
}

/// How it goes on after a [`Step`].
pub(super) enum Then {
    GoOn,
    MemberEnds,
    /// The data is damaged.
    Fails(String),
    /// The data is sound but cannot be decoded within the bound on memory; how to read it all the same.
    NeedsMemory(&'static str),
}

/// A decoder for one format, without a reader.
pub(super) trait Codec {
    /// Decodes some of `input` into `out`. With an empty `input` it only hands out what it holds back.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step;

    /// Prepares for the next member.
    fn renew(&mut self);
}

enum State {
    Between,
    Inside,
    Failed(io::Error),
    Ended,
}

/// Reads member after member through a codec.
pub(super) struct Members<C, R> {
    kind: Kind,
    input: Counted<R>,
    codec: C,
    state: State,
    /// Whether the codec holds nothing back. As long as it does, no input is asked for: that might wait.
    is_drained: bool,
}

impl<C: Codec, R: Read> Members<C, R> {
    pub(super) fn new(kind: Kind, input: Counted<R>, codec: C) -> Self {
        Self { kind, input, codec, state: State::Inside, is_drained: true }
    }

    /// Does one step into `out` and returns how many bytes it made.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = if self.is_drained { self.input.fill_buf()? } else { &[] };
        if self.is_drained && input.is_empty() {
            self.state = State::Failed(self.kind.ends_early(self.input.used()));
            return Ok(0);
        }
        let step = self.codec.step(input, out);
        self.input.consume(step.read);
        self.is_drained = step.written < out.len();
        let used = self.input.used();
        match step.then {
            Then::GoOn => {}
            Then::MemberEnds => {
                self.codec.renew();
                self.is_drained = true;
                self.state = State::Between;
            }
            Then::Fails(cause) => self.state = State::Failed(self.kind.corrupt(used, &cause)),
            Then::NeedsMemory(help) => {
                let text = format!(
                    "{} data needs too much memory to decode at byte {used}: {help}",
                    self.kind
                );
                self.state = State::Failed(io::Error::other(text));
            }
        }
        Ok(step.written)
    }
}

impl<C: Codec, R: Read> Read for Members<C, R> {
    /// Fills `out` as far as that goes without waiting. An error comes after all that was made before it.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            let is_whole = self.is_drained && self.input.may_wait();
            if filled > 0 && (is_whole || matches!(self.state, State::Failed(_))) {
                break;
            }
            match &self.state {
                State::Inside => filled += self.step(&mut out[filled..])?,
                State::Between => match self.input.skip_padding()? {
                    None => {}
                    Some(true) => self.state = State::Inside,
                    Some(false) => self.state = State::Ended,
                },
                State::Ended => break,
                State::Failed(_) => {
                    if let State::Failed(error) = std::mem::replace(&mut self.state, State::Ended) {
                        return Err(error);
                    }
                }
            }
        }
        Ok(filled)
    }
}
