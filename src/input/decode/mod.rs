//! Compressed input: detecting the format by the first bytes, and decoding it.
//!
//! Names are no evidence (`app.log.1` may be compressed, `app.gz` may be plain, standard input has
//! no name); magic bytes are. Every decoder reads all members (frames, streams) up to the end of
//! the file: rotated logs are often appended to, and a decoder that stops after the first member
//! silently loses the rest.
//!
//! * `counting_reader` counts the compressed bytes, so that an error can name the offset.
//! * `member_reader` is the loop over members for gzip, zstd, xz and bzip2; [`codecs`] are its
//!   single steps.
//! * `lz4_reader` is separate, since its crate has no decoder without a reader.

mod codecs;
mod counting_reader;
mod lz4_reader;
mod member_reader;

use std::fmt;
use std::io::{self, Read};

use counting_reader::CountingReader;
use lz4_reader::Lz4Reader;
use member_reader::MemberReader;

/// A format of compressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompressionFormat {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
}

/// The first bytes of a format, each as a range from the least to the greatest value.
type Magic = &'static [(u8, u8)];

/// Long enough that no line of text begins with one of them.
///
/// A skippable frame counts as zstd, which writes them first (`pzstd`). The decoder refuses an lz4
/// file that begins with one.
const MAGICS: &[(CompressionFormat, Magic)] = &[
    (CompressionFormat::Gzip, &exactly([0x1f, 0x8b, 0x08])),
    (CompressionFormat::Zstd, &exactly([0x28, 0xb5, 0x2f, 0xfd])),
    (CompressionFormat::Zstd, &[(0x50, 0x5f), (0x2a, 0x2a), (0x4d, 0x4d), (0x18, 0x18)]),
    (CompressionFormat::Xz, &exactly([0xfd, b'7', b'z', b'X', b'Z', 0x00])),
    (CompressionFormat::Lz4, &exactly([0x04, 0x22, 0x4d, 0x18])),
    (CompressionFormat::Bzip2, &bzip2([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])),
    // An empty bzip2 file has no block; its end-of-stream magic follows at once.
    (CompressionFormat::Bzip2, &bzip2([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])),
];

const fn exactly<const N: usize>(bytes: [u8; N]) -> [(u8, u8); N] {
    let mut magic = [(0, 0); N];
    let mut index = 0;
    while index < N {
        magic[index] = (bytes[index], bytes[index]);
        index += 1;
    }
    magic
}

/// `BZh`, the block size, and the magic of what follows. `BZh1` alone could be text.
const fn bzip2(next: [u8; 6]) -> [(u8, u8); 10] {
    let mut magic =
        exactly([b'B', b'Z', b'h', 0, next[0], next[1], next[2], next[3], next[4], next[5]]);
    magic[3] = (b'1', b'9');
    magic
}

/// Whether `beginning` agrees with `magic` as far as both go.
fn matches(magic: Magic, beginning: &[u8]) -> bool {
    magic.iter().zip(beginning).all(|((least, greatest), byte)| (least..=greatest).contains(&byte))
}

/// Whether more than `beginning` is needed to know if a stream is compressed.
pub(super) fn is_undecided(beginning: &[u8]) -> bool {
    MAGICS.iter().any(|(_, magic)| beginning.len() < magic.len() && matches(magic, beginning))
}

impl CompressionFormat {
    /// The format of a stream that starts with `beginning`; `None` if it is not compressed, or too
    /// short to tell.
    pub(super) fn detect(beginning: &[u8]) -> Option<Self> {
        for (format, magic) in MAGICS {
            if beginning.len() >= magic.len() && matches(magic, beginning) {
                return Some(*format);
            }
        }
        None
    }

    /// The command that writes the decompressed bytes of a file.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Gzip => "gzip -dc",
            Self::Zstd => "zstd -dc",
            Self::Xz => "xz -dc",
            Self::Bzip2 => "bzip2 -dc",
            Self::Lz4 => "lz4 -dc",
        }
    }

    /// Decompresses `reader`.
    ///
    /// Everything before damaged data is returned before the error: for gzip, xz and bzip2 up to
    /// the last byte that the decoder could produce, for zstd and lz4 up to the last whole block.
    /// Damage that only a checksum reveals (of a block in bzip2, mostly of a member in the others)
    /// is reported after the bytes were returned, as the formats' own tools do. Errors of `reader`
    /// itself pass unchanged.
    pub(super) fn decoder(self, reader: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let input = CountingReader::new(reader);
        match self {
            Self::Gzip => Box::new(MemberReader::new(self, input, codecs::Gzip::default())),
            Self::Zstd => Box::new(MemberReader::new(self, input, codecs::Zstd::default())),
            Self::Xz => Box::new(MemberReader::new(self, input, codecs::Xz::default())),
            Self::Bzip2 => Box::new(MemberReader::new(self, input, codecs::Bzip2::default())),
            Self::Lz4 => Box::new(Lz4Reader::new(input)),
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

impl fmt::Display for CompressionFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        })
    }
}

#[cfg(test)]
mod tests;
