//! What is worth reporting about a file that is read all the same.

use std::fmt;

use super::reader::LINE_LIMIT;

/// Something worth reporting about a file that is read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The file begins with binary data, of which the byte at this offset is no text.
    Binary(u64),
    /// The file begins with a byte order mark of this encoding. It is converted to UTF-8.
    Decoded(&'static str),
    /// The text looks like this encoding. From the line on that shows it, it is converted to UTF-8;
    /// UTF-16 from the first line on.
    Guessed(&'static str),
    /// The text may be in this encoding. It passes unchanged.
    Unsure(&'static str),
    /// So many lines were longer than [`LINE_LIMIT`](super::LINE_LIMIT).
    LongLines(u64),
    /// The file does not exist yet, and is waited for.
    Missing,
    /// The file that was waited for now exists.
    Appeared,
    /// The path no longer exists. The file is read until another one has this path.
    Gone,
    /// Another file has the path. The old one is read to its end; the new one comes next.
    Replaced,
    /// The file was truncated, and is read from its beginning. Unread lines were in a copy of it.
    Truncated,
    /// The file was truncated, and is read from its beginning. No copy of it was found.
    TruncatedWithoutCopy,
    /// Several files had the path since the last poll, and not all of them were found.
    Incomplete,
    /// The file is the same as that of another input, where it is read.
    Duplicate,
    /// The file is compressed. It is read to its end, but not followed.
    Compressed,
    /// So many members of the archive are links, devices or FIFOs, which are not read.
    LeftOut(u64),
    /// The member has another name in the archive.
    Renamed,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary(offset) => write!(f, "is binary (no text at offset {offset})"),
            Self::Decoded(encoding) => {
                write!(f, "is {encoding}; it is converted to UTF-8")
            }
            Self::Guessed(encoding) => {
                write!(f, "looks like {}; it is converted to UTF-8", name(encoding))
            }
            Self::Unsure(encoding) => {
                write!(f, "may be in {}; it is not converted", name(encoding))
            }
            Self::LongLines(1) => write!(
                f,
                "a line is longer than {LINE_LIMIT} bytes; only its beginning was searched"
            ),
            Self::LongLines(count) => write!(
                f,
                "{count} lines are longer than {LINE_LIMIT} bytes; \
                 only their beginnings were searched"
            ),
            Self::Missing => f.write_str("does not exist yet; waiting for it"),
            Self::Appeared => f.write_str("has appeared"),
            Self::Gone => f.write_str("is gone; waiting for it to come back"),
            Self::Replaced => f.write_str("was replaced; following the new file"),
            Self::Truncated => f.write_str("was truncated; reading it from its beginning"),
            Self::TruncatedWithoutCopy => f.write_str(
                "was truncated; reading it from its beginning; \
                 lines written shortly before may be missing",
            ),
            Self::Incomplete => f.write_str(
                "was rotated several times, and not all rotated files are readable; \
                 lines may be missing",
            ),
            Self::Duplicate => {
                f.write_str("is also another input; its lines are printed under that name")
            }
            Self::Compressed => {
                f.write_str("is compressed; it is read to its end, but not followed")
            }
            Self::LeftOut(1) => f.write_str("1 member is a link or a device; it is not read"),
            Self::LeftOut(count) => {
                write!(f, "{count} members are links or devices; they are not read")
            }
            Self::Renamed => f.write_str(
                "is read under this name; the one in the archive leads out of it or is no text",
            ),
        }
    }
}

/// The name of an encoding as people write it.
fn name(encoding: &str) -> &str {
    if encoding == "gb18030" { "GB18030 (GBK)" } else { encoding }
}
