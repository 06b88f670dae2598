//! Why files are not read.

use std::{fmt, io};

use super::file_format::{ArchiveFormat, UnsupportedFormat};

/// Why a file was not read, or not to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The file cannot be opened or read, or its compressed data is damaged or ends early.
    Io(io::Error),
    /// The file is a directory.
    Directory,
    /// The file is also the output of the run.
    IsOutput,
    /// The file had the first number of bytes when it was opened, and ended after the second.
    Shrunk(u64, u64),
    /// The last lines are wanted, but the input is a stream.
    NoTailOfStream,
    /// The last lines are wanted, but the file is compressed or in UTF-16, so that only a read of
    /// the whole file finds them. The command turns it into plain text.
    NoTailOfEncoded(String),
    /// The file is in a format that is not read. Its bytes are not searched as text.
    Unsupported(UnsupportedFormat),
    /// The file is an archive, which is read from its beginning to its end only.
    Archive(ArchiveFormat),
    /// The input cannot be followed, since it is no regular file.
    NotFollowable,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&describe(error)),
            Self::Directory => f.write_str("is a directory; name the files in it, as in DIR/*.log"),
            Self::IsOutput => f.write_str("is also the output; write to another file"),
            Self::Shrunk(expected, found) => write!(
                f,
                "shrank while it was read: it had {expected} bytes and ended after {found}; \
                 run again if it was rotated"
            ),
            Self::NoTailOfStream => f.write_str(
                "is no regular file, so that its last lines cannot be found; \
                 use tail -n N FILE | imerr-annotate",
            ),
            Self::NoTailOfEncoded(command) => write!(
                f,
                "is not plain text, so that its last lines cannot be found; \
                 use {command} FILE | tail -n N | imerr-annotate"
            ),
            Self::Unsupported(format) => format.fmt(f),
            Self::Archive(format) => {
                write!(f, "is {format}; its members are read without --follow and --tail")
            }
            Self::NotFollowable => f.write_str(
                "is no regular file and cannot be followed; \
                 without --follow it is read as it is written",
            ),
        }
    }
}

impl std::error::Error for FileError {}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        let Some(inner) = error.get_ref() else { return Self::Io(error) };
        if let Some(format) = inner.downcast_ref() {
            return Self::Unsupported(*format);
        }
        match inner.downcast_ref() {
            Some(format) => Self::Archive(*format),
            None => Self::Io(error),
        }
    }
}

/// The operating system's text for `error`, in lower case and without the error number.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
