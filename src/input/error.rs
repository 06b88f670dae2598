//! Why a file was not read.

use std::{fmt, io};

/// Why a file was not read, or not to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be opened or read, or its compressed data is damaged or ends early.
    Io(io::Error),
    /// It is a directory.
    Directory,
    /// It is the file that the output goes to.
    IsOutput,
    /// It was this long when it was opened, and ended after that many bytes.
    Shrunk(u64, u64),
    /// Its last lines cannot be found, since it is no file but a stream.
    NoEnd,
    /// Its last lines cannot be found without reading all of it. This command turns it into plain text.
    Packed(&'static str),
    /// It cannot be followed, since it is no file but a stream.
    NoFile,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(&describe(error)),
            Self::Directory => f.write_str("is a directory; name the files in it, as in DIR/*.log"),
            Self::IsOutput => f.write_str("is also the output; write to another file"),
            Self::Shrunk(expected, found) => {
                write!(
                    f,
                    "shrank while it was read: it had {expected} bytes and ended after {found}; run again if it was rotated"
                )
            }
            Self::NoEnd => {
                f.write_str("is no regular file, so that its last lines cannot be found; use tail -n N FILE | imerr-annotate")
            }
            Self::Packed(command) => write!(
                f,
                "is not plain text, so that its last lines cannot be found; use {command} FILE | tail -n N | imerr-annotate"
            ),
            Self::NoFile => {
                f.write_str("is no regular file and cannot be followed; without --follow it is read as it is written")
            }
        }
    }
}

impl std::error::Error for FileError {}

/// What the operating system says, without its error number.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
