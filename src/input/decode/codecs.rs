//! The decoding step of each format, by the crates' decoders without a reader.
//!
//! Memory is bounded by the largest windows. Only as much of a window is touched as there is text,
//! so a small file needs little memory, whatever its header demands.

use std::io::Read;

use bzip2::Decompress as Bunzip2;
use flate2::{Decompress as Inflate, FlushDecompress};
use liblzma::stream::{Action, Error as XzError, Status as XzStatus, Stream};
use zstd::zstd_safe::{self, DCtx, DParameter, InBuffer, OutBuffer};

use super::member_reader::{Codec, Step, StepOutcome};

/// The largest window of zstd, as a power of two: 128 MiB, which `zstd -d` reads without options.
const ZSTD_WINDOW_LOG: u32 = 27;
const ZSTD_HELP: &str = "its window is over 128 MiB; use zstd -dc --long=31 FILE | imerr-annotate";
/// The largest dictionary of xz, which is that of `xz -9`.
const XZ_DICTIONARY: u64 = 64 << 20;
const XZ_HELP: &str = "its dictionary is over 64 MiB; use xz -dc FILE | imerr-annotate";

/// An upper bound on what an xz decoder needs in addition to its dictionary.
const XZ_MARGIN: u64 = 2 << 20;

/// The largest window of deflate, as a power of two.
const GZIP_WINDOW_LOG: u8 = 15;

pub(in crate::input) struct Gzip(Inflate);

impl Default for Gzip {
    fn default() -> Self {
        Self(Inflate::new_gzip(GZIP_WINDOW_LOG))
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        inflate(&mut self.0, input, out)
    }
}

/// Deflate without a header, as in zip archives.
pub(in crate::input) struct Deflate(Inflate);

impl Default for Deflate {
    fn default() -> Self {
        Self(Inflate::new(false))
    }
}

impl Codec for Deflate {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        inflate(&mut self.0, input, out)
    }
}

fn inflate(decoder: &mut Inflate, input: &[u8], out: &mut [u8]) -> Step {
    let before = (decoder.total_in(), decoder.total_out());
    let outcome = match decoder.decompress(input, out, FlushDecompress::None) {
        Ok(flate2::Status::StreamEnd) => StepOutcome::MemberEnds,
        Ok(_) => StepOutcome::Continue,
        // The decoder's own text depends on how the bytes arrive.
        Err(_) => StepOutcome::Corrupt("wrong data or checksum".to_string()),
    };
    step(before, (decoder.total_in(), decoder.total_out()), outcome)
}

/// The bytes that bzip2 decodes at once. A call that fails drops the text that it has decoded, so
/// this must not depend on the room that a reader has.
const BZIP2_ROOM: usize = 4 << 10;

pub(in crate::input) struct Bzip2 {
    decoder: Bunzip2,
    /// What was decoded in the last call, and how much of it was returned.
    text: Vec<u8>,
    returned: usize,
    /// What comes after it.
    end: Option<StepOutcome>,
}

impl Default for Bzip2 {
    fn default() -> Self {
        let text = Vec::with_capacity(BZIP2_ROOM);
        Self { decoder: Bunzip2::new(false), text, returned: 0, end: None }
    }
}

impl Bzip2 {
    /// Decodes one byte of `input`, and returns how many were consumed.
    ///
    /// Given more than a byte, the decoder reads on before it notices damage, so that the offset of
    /// an error would depend on how the bytes arrive. This makes no measurable difference in time.
    fn decode(&mut self, input: &[u8]) -> usize {
        (self.returned, self.end) = (0, None);
        self.text.clear();
        let before = self.decoder.total_in();
        self.end = match self.decoder.decompress_vec(&input[..input.len().min(1)], &mut self.text) {
            Ok(bzip2::Status::StreamEnd) => Some(StepOutcome::MemberEnds),
            Ok(bzip2::Status::MemNeeded) => {
                Some(StepOutcome::Corrupt("no memory is left".to_string()))
            }
            Ok(_) => None,
            Err(error) => {
                let cause = error.to_string().trim_start_matches("bzip2: ").to_string();
                Some(StepOutcome::Corrupt(cause))
            }
        };
        (self.decoder.total_in() - before) as usize
    }
}

impl Codec for Bzip2 {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        // A decoder for each of many empty members takes a minute for 30 MB of them.
        if self.decoder.total_in() == 0 && is_empty_bzip2(input) {
            return Step { read: EMPTY_BZIP2_LENGTH, written: 0, outcome: StepOutcome::MemberEnds };
        }
        let (mut read, mut written) = (0, 0);
        loop {
            let count = (&self.text[self.returned..]).read(&mut out[written..]).unwrap_or(0);
            self.returned += count;
            written += count;
            if self.returned < self.text.len() {
                return Step { read, written, outcome: StepOutcome::Continue };
            }
            if let Some(outcome) = self.end.take() {
                return Step { read, written, outcome };
            }
            read += self.decode(&input[read..]);
            if self.text.is_empty() && self.end.is_none() {
                return Step { read, written, outcome: StepOutcome::Continue };
            }
        }
    }
}

const EMPTY_BZIP2_LENGTH: usize = 14;

/// Whether `input` begins with a member without text: the magic bytes and the size of blocks, the
/// mark of the end, and a checksum of 0.
fn is_empty_bzip2(input: &[u8]) -> bool {
    input.starts_with(b"BZh")
        && input.get(4..EMPTY_BZIP2_LENGTH) == Some(b"\x17\x72\x45\x38\x50\x90\0\0\0\0")
        && matches!(input[3], b'1'..=b'9')
}

/// An xz decoder that accepts a dictionary of any size while the text is shorter than
/// [`XZ_DICTIONARY`]: it touches only as much memory as there is decoded text.
pub(in crate::input) struct Xz {
    stream: Stream,
    has_large_dictionary: bool,
}

impl Default for Xz {
    fn default() -> Self {
        let stream = Stream::new_stream_decoder(XZ_DICTIONARY + XZ_MARGIN, 0)
            .expect("a decoder without flags can be created");
        Self { stream, has_large_dictionary: false }
    }
}

impl Codec for Xz {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let stream = &mut self.stream;
        let before = (stream.total_in(), stream.total_out());
        let outcome = match stream.process(input, out, Action::Run) {
            Ok(XzStatus::StreamEnd) => StepOutcome::MemberEnds,
            Ok(_) if self.has_large_dictionary && stream.total_out() > XZ_DICTIONARY => {
                StepOutcome::NeedsMemory(XZ_HELP)
            }
            Ok(_) => StepOutcome::Continue,
            Err(XzError::MemLimit) if stream.set_memlimit(u64::MAX).is_ok() => {
                self.has_large_dictionary = true;
                StepOutcome::Continue
            }
            Err(XzError::Data) => StepOutcome::Corrupt("wrong data or checksum".to_string()),
            Err(error) => StepOutcome::Corrupt(error.to_string()),
        };
        step(before, (stream.total_in(), stream.total_out()), outcome)
    }
}

/// The step between two states of (total input, total output).
fn step(before: (u64, u64), after: (u64, u64), outcome: StepOutcome) -> Step {
    // Both differences are at most the lengths of slices.
    Step { read: (after.0 - before.0) as usize, written: (after.1 - before.1) as usize, outcome }
}

pub(in crate::input) struct Zstd {
    context: DCtx<'static>,
    /// The length of the part of a frame that comes next: a header, block or checksum.
    part: usize,
    /// How much of it was consumed.
    consumed: usize,
}

/// The length of a block header. The decoder asks for it together with the block before it.
const ZSTD_BLOCK_HEADER: usize = 3;

impl Default for Zstd {
    fn default() -> Self {
        let mut context = DCtx::create();
        context
            .set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))
            .expect("the window is one that zstd supports");
        Self { context, part: ZSTD_BLOCK_HEADER, consumed: 0 }
    }
}

impl Codec for Zstd {
    /// A failed step discards the blocks that it decoded before the bad one. So every step gets at
    /// most one block, without the header of the next one.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let missing = self.part - self.consumed;
        let mut input = InBuffer::around(&input[..input.len().min(missing)]);
        let mut output = OutBuffer::around(out);
        let outcome = match self.context.decompress_stream(&mut output, &mut input) {
            Ok(0) => StepOutcome::MemberEnds,
            Ok(wanted) => {
                self.consumed += input.pos();
                if [0, self.part].contains(&self.consumed) {
                    let has_header = wanted > ZSTD_BLOCK_HEADER;
                    self.part = if has_header { wanted - ZSTD_BLOCK_HEADER } else { wanted };
                    self.consumed = 0;
                }
                StepOutcome::Continue
            }
            Err(code) => match zstd_safe::get_error_name(code) {
                "Frame requires too much memory for decoding" => {
                    StepOutcome::NeedsMemory(ZSTD_HELP)
                }
                name => StepOutcome::Corrupt(name.to_lowercase()),
            },
        };
        Step { read: input.pos(), written: output.pos(), outcome }
    }

    fn incomplete(&self) -> usize {
        self.consumed
    }
}
