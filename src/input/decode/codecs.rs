//! One step of each format, as the crates do it without a reader.
//!
//! All are bounded: no decoder uses more than [`WINDOW`] and a little, so that a run stays within its bound on memory (32 MiB, and
//! 8 MiB for each thread) whatever a file demands.

use bzip2::Decompress as Bunzip2;
use flate2::{Decompress as Inflate, FlushDecompress};
use liblzma::stream::{Action, Error as XzError, Status as XzStatus, Stream};
use zstd::zstd_safe::{self, DCtx, DParameter, InBuffer, OutBuffer};

use super::members::{Codec, Step, Then};

/// The greatest window, as a power of two: twice that of `zstd -19`, and that of `xz -7`. Twice as much would break the bound by
/// 1.5 MiB on two threads.
const WINDOW_LOG: u32 = 24;
const WINDOW: u64 = 1 << WINDOW_LOG;
const ZSTD_HELP: &str = "its window is over 16 MiB; use zstd -dc --long=31 FILE | imerr-annotate";
const XZ_HELP: &str = "its dictionary is over 16 MiB; use xz -dc FILE | imerr-annotate";

/// What an xz decoder needs beside its dictionary, generously.
const XZ_MARGIN: u64 = 2 << 20;

/// The greatest window that deflate has, as a power of two.
const GZIP_WINDOW_LOG: u8 = 15;

pub(super) struct Gzip(Inflate);

impl Default for Gzip {
    fn default() -> Self {
        Self(Inflate::new_gzip(GZIP_WINDOW_LOG))
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let then = match self.0.decompress(input, out, FlushDecompress::None) {
            Ok(flate2::Status::StreamEnd) => Then::MemberEnds,
            Ok(_) => Then::GoOn,
            Err(error) => Then::Fails(error.message().unwrap_or("wrong deflate data").to_string()),
        };
        step(before, (self.0.total_in(), self.0.total_out()), then)
    }

    fn renew(&mut self) {
        *self = Self::default();
    }
}

pub(super) struct Bzip2(Bunzip2);

impl Default for Bzip2 {
    fn default() -> Self {
        Self(Bunzip2::new(false))
    }
}

impl Codec for Bzip2 {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let then = match self.0.decompress(input, out) {
            Ok(bzip2::Status::StreamEnd) => Then::MemberEnds,
            Ok(bzip2::Status::MemNeeded) => Then::Fails("no memory is left".to_string()),
            Ok(_) => Then::GoOn,
            Err(error) => Then::Fails(error.to_string().trim_start_matches("bzip2: ").to_string()),
        };
        step(before, (self.0.total_in(), self.0.total_out()), then)
    }

    fn renew(&mut self) {
        *self = Self::default();
    }
}

/// A decoder that takes a dictionary of any size as long as the text is shorter than [`WINDOW`]: `xz -9` demands 64 MiB for every
/// file, but only as much as was decoded is ever touched.
pub(super) struct Xz {
    stream: Stream,
    has_large_dictionary: bool,
}

impl Default for Xz {
    fn default() -> Self {
        let stream = Stream::new_stream_decoder(WINDOW + XZ_MARGIN, 0)
            .expect("a decoder without flags can be made");
        Self { stream, has_large_dictionary: false }
    }
}

impl Codec for Xz {
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let stream = &mut self.stream;
        let before = (stream.total_in(), stream.total_out());
        let then = match stream.process(input, out, Action::Run) {
            Ok(XzStatus::StreamEnd) => Then::MemberEnds,
            Ok(_) if self.has_large_dictionary && stream.total_out() > WINDOW => {
                Then::NeedsMemory(XZ_HELP)
            }
            Ok(_) => Then::GoOn,
            Err(XzError::MemLimit) if stream.set_memlimit(u64::MAX).is_ok() => {
                self.has_large_dictionary = true;
                Then::GoOn
            }
            Err(XzError::Data) => Then::Fails("wrong data or checksum".to_string()),
            Err(error) => Then::Fails(error.to_string()),
        };
        step(before, (stream.total_in(), stream.total_out()), then)
    }

    fn renew(&mut self) {
        *self = Self::default();
    }
}

/// What was done between two states of the total input and output.
fn step(before: (u64, u64), after: (u64, u64), then: Then) -> Step {
    // Both differences are at most the lengths of slices.
    Step { read: (after.0 - before.0) as usize, written: (after.1 - before.1) as usize, then }
}

pub(super) struct Zstd {
    context: DCtx<'static>,
    /// How many bytes of input the decoder asks for.
    wanted: usize,
}

/// The length of the header that precedes each block; the decoder asks for it along with the block before.
const ZSTD_BLOCK_HEADER: usize = 3;

impl Default for Zstd {
    fn default() -> Self {
        let mut context = DCtx::create();
        context
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG))
            .expect("the window is one that zstd knows");
        Self { context, wanted: ZSTD_BLOCK_HEADER }
    }
}

impl Codec for Zstd {
    /// A step that fails tells nothing of the blocks that it decoded before the bad one. So a step gets one block at most, without
    /// the header of the next one.
    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Step {
        let wanted = if self.wanted > ZSTD_BLOCK_HEADER {
            self.wanted - ZSTD_BLOCK_HEADER
        } else {
            self.wanted
        };
        let mut input = InBuffer::around(&input[..input.len().min(wanted)]);
        let mut output = OutBuffer::around(out);
        let then = match self.context.decompress_stream(&mut output, &mut input) {
            Ok(0) => Then::MemberEnds,
            Ok(wanted) => {
                self.wanted = wanted;
                Then::GoOn
            }
            Err(code) => match zstd_safe::get_error_name(code) {
                "Frame requires too much memory for decoding" => Then::NeedsMemory(ZSTD_HELP),
                name => Then::Fails(name.to_lowercase()),
            },
        };
        Step { read: input.pos(), written: output.pos(), then }
    }

    /// The context is ready for the next frame by itself.
    fn renew(&mut self) {
        self.wanted = ZSTD_BLOCK_HEADER;
    }
}
