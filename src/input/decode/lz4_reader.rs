//! Reads the frames of an lz4 file.

use std::io::{self, BufRead, ErrorKind, Read};

use lz4_flex::frame::{Error, FrameDecoder};

use super::CompressionFormat;
use super::member_reader::CountingReader;

enum FrameState {
    Between,
    Inside,
    /// In a skippable frame, this many bytes before its end.
    Skipping(u64),
    Ended,
}

/// Reads lz4 frames.
///
/// Every frame gets a new decoder: a reused one keeps the buffers of the largest frame so far, and
/// its checks do not expect them. A decoder returns 0 at the end of a frame, and also where the
/// file ends inside one.
pub(super) struct Lz4Reader<R: Read> {
    /// Always present, except while it is replaced.
    frame: Option<FrameDecoder<CountingReader<R>>>,
    state: FrameState,
}

impl<R: Read> Lz4Reader<R> {
    pub(super) fn new(input: CountingReader<R>) -> Self {
        Self { frame: Some(FrameDecoder::new(input)), state: FrameState::Inside }
    }

    /// Replaces the decoder of a finished frame. The next byte decides whether another frame
    /// follows.
    fn start_next_frame(&mut self) -> io::Result<()> {
        let Some(mut input) = self.frame.take().map(FrameDecoder::into_inner) else {
            return Ok(());
        };
        let more = input.skip_padding();
        self.frame = Some(FrameDecoder::new(input));
        match more? {
            None => {}
            Some(true) => self.state = FrameState::Inside,
            Some(false) => self.state = FrameState::Ended,
        }
        Ok(())
    }

    fn skip(&mut self, remaining: u64) -> io::Result<()> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        let input = frame.get_mut();
        let count = input.fill_buf()?.len().min(usize::try_from(remaining).unwrap_or(usize::MAX));
        if count == 0 && remaining > 0 {
            self.state = FrameState::Ended;
            return Err(CompressionFormat::Lz4.ends_early(input.consumed));
        }
        input.consume(count);
        let remaining = remaining - count as u64;
        self.state =
            if remaining == 0 { FrameState::Between } else { FrameState::Skipping(remaining) };
        Ok(())
    }

    /// Handles an error in a frame: a frame to skip, damaged data, or an error of the underlying
    /// reader.
    fn handle_error(&mut self, error: io::Error, consumed: u64) -> io::Result<()> {
        let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        if let Some(Error::SkippableFrame(length)) = cause {
            self.state = FrameState::Skipping(u64::from(*length));
            return Ok(());
        }
        self.state = FrameState::Ended;
        match cause {
            Some(cause) => Err(CompressionFormat::Lz4.corrupt(consumed, &describe(cause))),
            None if error.kind() == ErrorKind::UnexpectedEof => {
                Err(CompressionFormat::Lz4.ends_early(consumed))
            }
            None => Err(error),
        }
    }
}

/// Describes errors whose own text is only the name of a type.
fn describe(cause: &Error) -> String {
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

impl<R: Read> Read for Lz4Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.frame {
            match self.state {
                FrameState::Ended => break,
                FrameState::Between => self.start_next_frame()?,
                FrameState::Skipping(remaining) => self.skip(remaining)?,
                FrameState::Inside => match frame.read(out) {
                    Ok(0) if frame.get_ref().at_end => {
                        self.state = FrameState::Ended;
                        let consumed = frame.get_ref().consumed;
                        return Err(CompressionFormat::Lz4.ends_early(consumed));
                    }
                    Ok(0) => self.state = FrameState::Between,
                    Ok(count) => return Ok(count),
                    Err(error) => {
                        let consumed = frame.get_ref().consumed;
                        self.handle_error(error, consumed)?;
                    }
                },
            }
        }
        Ok(0)
    }
}
