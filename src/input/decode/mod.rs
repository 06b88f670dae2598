//! Compressed input: detecting the format by the first bytes, and decoding it.
//!
//! Names are no evidence (`app.log.1` may be compressed, `app.gz` may be plain, standard input has
//! no name); magic bytes are. Every decoder reads all members (frames, streams) up to the end of
//! the file: rotated logs are often appended to, and a decoder that stops after the first member
//! silently loses the rest.
//!
//! * `member_reader` is the loop over members for gzip, zstd, xz and bzip2; [`codecs`] are its
//!   single steps.
//! * `lz4_reader` is separate, since its crate has no decoder without a reader.
//! * `skippable` skips the frames at the beginning that do not show the format.
//! * `unsupported` recognizes archives, and formats that are not read.

pub(super) mod codecs;
mod lz4_reader;
mod member_reader;
mod skippable;
mod unsupported;

use std::fmt;
use std::io::{self, Read};

use lz4_reader::Lz4Reader;
use member_reader::MemberReader;
pub(super) use member_reader::{Codec, CountingReader, Step, StepOutcome};
use skippable::SkippingReader;
pub(super) use unsupported::{COMPRESSED_TWICE, Recognized, recognize, tar_checksum};

/// A format of compressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompressionFormat {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
    /// Zstd or lz4 after frames to be skipped, such as `pzstd` writes first.
    Skippable,
}

/// The first bytes of each format. Long enough that no line of text begins with one of them.
const MAGICS: [(CompressionFormat, &[u8]); 7] = [
    (CompressionFormat::Gzip, b"\x1f\x8b\x08"),
    (CompressionFormat::Zstd, b"\x28\xb5\x2f\xfd"),
    (CompressionFormat::Skippable, b"\x50\x2a\x4d\x18"),
    (CompressionFormat::Xz, b"\xfd7zXZ\0"),
    (CompressionFormat::Lz4, b"\x04\x22\x4d\x18"),
    (CompressionFormat::Bzip2, b"BZh1\x31\x41\x59\x26\x53\x59"),
    // An empty bzip2 file has no block; its end-of-stream magic follows at once.
    (CompressionFormat::Bzip2, b"BZh1\x17\x72\x45\x38\x50\x90"),
];
const MAGIC_LENGTH: usize = 10;

/// The first bytes of `beginning`, with those of [`MAGICS`] where they vary: the number of a
/// skippable frame, and the block size of bzip2.
fn magic_of(beginning: &[u8]) -> Vec<u8> {
    let mut magic = beginning[..beginning.len().min(MAGIC_LENGTH)].to_vec();
    match magic.as_mut_slice() {
        [number @ 0x50..=0x5f, ..] => *number = 0x50,
        [b'B', b'Z', b'h', size @ b'1'..=b'9', ..] => *size = b'1',
        _ => {}
    }
    magic
}

/// Whether more than `beginning` is needed to know if a stream is compressed, or in a format that
/// is not read. Never true for a whole line of text.
pub(super) fn is_undecided(beginning: &[u8]) -> bool {
    let start = magic_of(beginning);
    let may_be_compressed = |magic: &[u8]| magic.len() > start.len() && magic.starts_with(&start);
    CompressionFormat::detect(beginning).is_none()
        && (MAGICS.iter().any(|(_, magic)| may_be_compressed(magic))
            || unsupported::is_undecided(beginning))
}

impl CompressionFormat {
    /// The format of a stream that starts with `beginning`; `None` if it is not compressed, or too
    /// short to tell.
    pub(super) fn detect(beginning: &[u8]) -> Option<Self> {
        let start = magic_of(beginning);
        for (format, magic) in MAGICS {
            if start.starts_with(magic) {
                return Some(format);
            }
        }
        None
    }

    /// Decompresses `reader`.
    ///
    /// Everything before damaged data is returned before the error: for gzip, xz and bzip2 up to
    /// the last byte that the decoder could produce, for zstd and lz4 up to the last whole block.
    /// Damage that only a checksum reveals (of a block in bzip2, mostly of a member in the others)
    /// is reported after the bytes were returned, as the formats' own tools do. Errors of `reader`
    /// itself pass unchanged.
    pub(super) fn decoder(self, reader: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        self.decoder_at(0, reader)
    }

    /// Decompresses `reader`, which begins at `offset` of the file.
    fn decoder_at(self, offset: u64, reader: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let input = CountingReader::new(offset, reader);
        match self {
            Self::Gzip => Box::new(MemberReader::<codecs::Gzip, _>::new(self, input)),
            Self::Zstd => Box::new(MemberReader::<codecs::Zstd, _>::new(self, input)),
            Self::Xz => Box::new(MemberReader::<codecs::Xz, _>::new(self, input)),
            Self::Bzip2 => Box::new(MemberReader::<codecs::Bzip2, _>::new(self, input)),
            Self::Lz4 => Box::new(Lz4Reader::new(input)),
            Self::Skippable => Box::new(SkippingReader::new(input)),
        }
    }

    /// The error for data that ends inside a member, after `offset` bytes.
    fn ends_early(self, offset: u64) -> io::Error {
        io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("{self} data ends early at byte {offset}"),
        )
    }

    /// The error for data that the decoder rejects after it consumed `offset` bytes of the
    /// compressed file.
    ///
    /// Buffered bytes do not count as consumed. Damage that breaks the format is a few bytes before
    /// the offset for gzip and xz, in the block before it for bzip2 and lz4, and in the block that
    /// begins there for zstd. Damage that a checksum reveals is anywhere in the data that the
    /// checksum covers.
    fn corrupt(self, offset: u64, cause: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("corrupt {self} data at byte {offset}: {cause}"),
        )
    }
}

/// The name, which is also that of the program.
impl fmt::Display for CompressionFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd | Self::Skippable => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        })
    }
}

#[cfg(test)]
mod tests;
