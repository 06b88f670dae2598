//! Compressed input: what a stream is by its first bytes, and the decoder for it.
//!
//! Names say nothing (`app.log.1` may be compressed, `app.gz` may be plain, standard input has none), magic bytes do. Each
//! decoder reads members (frames, streams) one after the other to the end of the file: rotated logs are often
//! appended to, and a decoder that stops after the first member loses the rest without a word.
//!
//! * [`counted`] counts the compressed bytes, so that an error can tell the place.
//! * [`members`] is the loop over members that gzip, zstd, xz and bzip2 share; [`codecs`] are their single steps.
//! * [`lz4`] stands alone, since its crate has no decoder without a reader.

mod codecs;
mod counted;
mod lz4;
mod members;

use std::fmt;
use std::io::{self, Read};

use counted::Counted;
use members::Members;

/// A format of compressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
}

/// The first bytes of a format, each as its least and its greatest value.
type Magic = &'static [(u8, u8)];

/// Long enough that no line of text begins so. A skippable frame is taken for one of zstd, which writes them first (`pzstd`);
/// an lz4 file that begins with one is refused by the decoder.
const MAGICS: &[(Kind, Magic)] = &[
    (Kind::Gzip, &exactly([0x1f, 0x8b, 0x08])),
    (Kind::Zstd, &exactly([0x28, 0xb5, 0x2f, 0xfd])),
    (Kind::Zstd, &[(0x50, 0x5f), (0x2a, 0x2a), (0x4d, 0x4d), (0x18, 0x18)]),
    (Kind::Xz, &exactly([0xfd, b'7', b'z', b'X', b'Z', 0x00])),
    (Kind::Lz4, &exactly([0x04, 0x22, 0x4d, 0x18])),
    (Kind::Bzip2, &bzip2([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])),
    // An empty file has no block, but the end of the stream at once.
    (Kind::Bzip2, &bzip2([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])),
];

const fn exactly<const N: usize>(bytes: [u8; N]) -> [(u8, u8); N] {
    let mut magic = [(0, 0); N];
    let mut place = 0;
    while place < N {
        magic[place] = (bytes[place], bytes[place]);
        place += 1;
    }
    magic
}

/// `BZh`, the block size, and the mark of what follows: `BZh1` alone could be text.
const fn bzip2(mark: [u8; 6]) -> [(u8, u8); 10] {
    let mut magic =
        exactly([b'B', b'Z', b'h', 0, mark[0], mark[1], mark[2], mark[3], mark[4], mark[5]]);
    magic[3] = (b'1', b'9');
    magic
}

fn fits(magic: Magic, beginning: &[u8]) -> bool {
    magic.iter().zip(beginning).all(|((least, greatest), byte)| (least..=greatest).contains(&byte))
}

/// Whether a stream that begins with `beginning` may still turn out to be compressed, or not.
pub(super) fn is_undecided(beginning: &[u8]) -> bool {
    MAGICS.iter().any(|(_, magic)| beginning.len() < magic.len() && fits(magic, beginning))
}

impl Kind {
    /// What a stream is that begins with `beginning`; None if it is not compressed, or too short to tell.
    pub(super) fn of(beginning: &[u8]) -> Option<Self> {
        MAGICS
            .iter()
            .find(|(_, magic)| beginning.len() >= magic.len() && fits(magic, beginning))
            .map(|(kind, _)| *kind)
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

    /// The decompressed bytes of `reader`.
    ///
    /// What stands before damage is delivered before the error that tells of it: for gzip, xz and bzip2 to the last byte
    /// that the decoder could make, for zstd and lz4 to the last whole block. What only a checksum shows to be wrong (of a block in
    /// bzip2, mostly of the member in the others) is out by then, as with the tools themselves. Errors of `reader` itself
    /// pass as they are.
    pub(super) fn decoder(self, reader: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let input = Counted::new(reader);
        match self {
            Self::Gzip => Box::new(Members::new(self, input, codecs::Gzip::default())),
            Self::Zstd => Box::new(Members::new(self, input, codecs::Zstd::default())),
            Self::Xz => Box::new(Members::new(self, input, codecs::Xz::default())),
            Self::Bzip2 => Box::new(Members::new(self, input, codecs::Bzip2::default())),
            Self::Lz4 => Box::new(lz4::Lz4::new(input)),
        }
    }

    /// The data ends in the midst of a member, after `offset` bytes.
    fn ends_early(self, offset: u64) -> io::Error {
        io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("{self} data ends early at byte {offset}"),
        )
    }

    /// The decoder stumbled when it had read `offset` bytes of the compressed file.
    ///
    /// Only bytes that the decoder has used count, not those that are buffered. So damage that breaks the format lies a
    /// few bytes before that place for gzip and xz, in the block before it for bzip2 and lz4, and in the block that begins there
    /// for zstd; damage that a checksum shows lies anywhere in what it covers.
    fn corrupt(self, offset: u64, cause: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("corrupt {self} data at byte {offset}: {cause}"),
        )
    }
}

impl fmt::Display for Kind {
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
