//! The frames of an lz4 file, one after the other.

use std::io::{self, BufRead, ErrorKind, Read};

use lz4_flex::frame::{Error, FrameDecoder};

use super::Kind;
use super::counted::Counted;

enum State {
    Between,
    Inside,
    /// In a frame that is to be skipped, so many bytes before its end.
    Skipping(u64),
    Ended,
}

/// Reads lz4 frames.
///
/// A frame gets a decoder of its own: one that is used again keeps the buffers of the largest frame so far, and
/// its checks do not expect them. A decoder says 0 at the end of a frame and also where the file ends within one.
pub(super) struct Lz4<R: Read> {
    /// Always there, except while it is replaced.
    frame: Option<FrameDecoder<Counted<R>>>,
    state: State,
}

impl<R: Read> Lz4<R> {
    pub(super) fn new(input: Counted<R>) -> Self {
        Self { frame: Some(FrameDecoder::new(input)), state: State::Inside }
    }

    /// The state after the frame in `frame`, when the next byte shows whether another one follows.
    fn begin(&mut self) -> io::Result<()> {
        let Some(mut input) = self.frame.take().map(FrameDecoder::into_inner) else {
            return Ok(());
        };
        let more = input.skip_padding();
        self.frame = Some(FrameDecoder::new(input));
        match more? {
            None => {}
            Some(true) => self.state = State::Inside,
            Some(false) => self.state = State::Ended,
        }
        Ok(())
    }

    fn skip(&mut self, left: u64) -> io::Result<()> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        let input = frame.get_mut();
        let count = input.fill_buf()?.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if count == 0 && left > 0 {
            self.state = State::Ended;
            return Err(Kind::Lz4.ends_early(input.used()));
        }
        input.consume(count);
        self.state = if left == count as u64 {
            State::Between
        } else {
            State::Skipping(left - count as u64)
        };
        Ok(())
    }

    /// What becomes of an error in a frame: a frame to skip, damage, or an error of the reader below.
    fn fail(&mut self, error: io::Error, used: u64) -> io::Result<()> {
        let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        self.state = match cause {
            Some(Error::SkippableFrame(length)) => State::Skipping(u64::from(*length)),
            _ => State::Ended,
        };
        match cause {
            Some(Error::SkippableFrame(_)) => Ok(()),
            Some(cause) => Err(Kind::Lz4.corrupt(used, &told(cause))),
            None if error.kind() == ErrorKind::UnexpectedEof => Err(Kind::Lz4.ends_early(used)),
            None => Err(error),
        }
    }
}

/// The error in words, where its own text is the name of a type.
fn told(cause: &Error) -> String {
    match cause {
        Error::HeaderChecksumError | Error::BlockChecksumError | Error::ContentChecksumError => {
            "wrong checksum".to_string()
        }
        Error::WrongMagicNumber => "no lz4 frame begins here".to_string(),
        Error::DecompressionError(cause) => cause.to_string(),
        Error::DictionaryNotSupported => "it needs a dictionary".to_string(),
        other => other.to_string(),
    }
}

impl<R: Read> Read for Lz4<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.frame {
            match self.state {
                State::Ended => break,
                State::Between => self.begin()?,
                State::Skipping(left) => self.skip(left)?,
                State::Inside => match frame.read(out) {
                    Ok(0) if frame.get_ref().is_at_end() => {
                        self.state = State::Ended;
                        return Err(Kind::Lz4.ends_early(frame.get_ref().used()));
                    }
                    Ok(0) => self.state = State::Between,
                    Ok(count) => return Ok(count),
                    Err(error) => {
                        let used = frame.get_ref().used();
                        self.fail(error, used)?;
                    }
                },
            }
        }
        Ok(0)
    }
}
