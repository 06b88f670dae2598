//! The inputs of a run, and the events that reading them produces.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io};

use super::block::Block;
use super::input_list::InputList;
use super::reader::LINE_LIMIT;

/// A source of events: files that are read one after the other or at the same time.
///
/// The blocks of one file come in order. A file may start again after it finished, when another
/// file has replaced it under the same name.
pub trait Events {
    /// The inputs.
    fn inputs(&self) -> InputList;

    /// Returns the next event, or `None` when all inputs are done. A block uses the memory of
    /// `spare`.
    fn next(&mut self, spare: Vec<u8>) -> Option<Event>;

    /// Whether [`next`](Self::next) may block. Pending output should be flushed before it is called
    /// then.
    fn may_wait(&self) -> bool;

    /// Skips the rest of the file with the index `file`. Its last events still come.
    fn skip_file(&mut self, file: usize);

    /// Returns the remaining events when the run stops early: an unterminated last line, and
    /// notices.
    fn stop(&mut self) -> Vec<Event> {
        Vec::new()
    }
}

/// The name of standard input in all output. It matches `stdout` and `stderr`, the names of a
/// command's streams, and is valid where a CI system expects a path.
pub const STDIN: &str = "stdin";

/// An input of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file, FIFO or device.
    Path(PathBuf),
    /// A member of an archive: the name of the archive, a slash, and the name of the member.
    Member(PathBuf),
    /// A reader with a name such as `stderr`; see
    /// [`Feed::from_named_reader`](super::Feed::from_named_reader).
    Stream(String),
}

impl Input {
    /// The name to print. Standard input is [`STDIN`]; a file of that name is `./stdin`. What is
    /// not UTF-8 is replaced.
    pub fn name(&self) -> String {
        self.os_name().to_string_lossy().into_owned()
    }

    /// The same name, in the characters of the operating system.
    pub fn os_name(&self) -> OsString {
        match self {
            Self::Stdin => STDIN.into(),
            Self::Path(path) if path.as_os_str() == STDIN => format!("./{STDIN}").into(),
            Self::Path(path) | Self::Member(path) => path.clone().into_os_string(),
            Self::Stream(name) => name.into(),
        }
    }
}

/// The next thing that a [`Feed`](super::Feed) or a [`Follower`](super::Follower) produces. Files
/// are given by their index in the inputs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The file was opened; its blocks come next.
    Started(usize),
    /// A piece of a file.
    Block(Block),
    /// Something worth reporting about a file that is read all the same.
    Notice(usize, Notice),
    /// The file cannot be read, or not to its end. What could be read came before.
    Failed(usize, FileError),
    /// The file is done. It had this many bytes and lines; lines are 0 when they are not counted.
    Finished(usize, u64, u64),
    /// No input is available, and none will be before this time has passed, or the thread is
    /// unparked. Returns the memory.
    Idle(Vec<u8>, Duration),
}

/// Something worth reporting about a file that is read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The file has a NUL byte near its beginning, at this offset.
    Binary(u64),
    /// The file begins with a byte order mark of this encoding. It is converted to UTF-8.
    Decoded(&'static str),
    /// The text looks like this encoding. From the line on that shows it, it is converted to UTF-8.
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
    /// Several files had the path since the last look, and not all of them were found.
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
            Self::Binary(offset) => write!(f, "is binary (NUL byte at offset {offset})"),
            Self::Decoded(encoding) => {
                write!(f, "is {encoding}; it is read and passed on as UTF-8")
            }
            Self::Guessed(encoding) => {
                write!(f, "looks like {}; it is passed on as UTF-8", name(encoding))
            }
            Self::Unsure(encoding) => {
                write!(f, "may be in {}; its bytes pass unchanged", name(encoding))
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

/// A format of files that is recognized but not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedFormat {
    /// The format, with an article if it needs one.
    pub(crate) name: &'static str,
    /// The format in Chinese.
    pub(crate) name_zh: &'static str,
    /// What to do instead.
    pub(crate) help: FormatHelp,
}

/// What to do with a file whose format is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "decode"), allow(dead_code, reason = "only decoders have these"))]
pub(crate) enum FormatHelp {
    /// Run this command.
    Use(&'static str),
    /// Decompress it once.
    DecompressOnce,
    /// Run the scripts of the library that wrote it.
    UnpackXlog,
}

impl fmt::Display for UnsupportedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is {}, which is not read; ", self.name)?;
        match self.help {
            FormatHelp::Use(command) => write!(f, "use {command}"),
            FormatHelp::DecompressOnce => {
                f.write_str("decompress it once, as in zcat FILE | imerr-annotate")
            }
            FormatHelp::UnpackXlog => f.write_str(
                "unpack it with decode_mars_nocrypt_log_file.py of github.com/Tencent/mars, \
                 or with decode_mars_crypt_log_file.py if it is encrypted",
            ),
        }
    }
}

impl std::error::Error for UnsupportedFormat {}

impl From<UnsupportedFormat> for io::Error {
    fn from(format: UnsupportedFormat) -> Self {
        Self::new(io::ErrorKind::Unsupported, format)
    }
}

/// A format of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveFormat {
    /// Tar, also compressed.
    Tar,
    /// Zip.
    Zip,
}

impl fmt::Display for ArchiveFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tar => "a tar archive",
            Self::Zip => "a zip archive",
        })
    }
}

impl std::error::Error for ArchiveFormat {}

impl From<ArchiveFormat> for io::Error {
    fn from(format: ArchiveFormat) -> Self {
        Self::new(io::ErrorKind::Unsupported, format)
    }
}

/// The operating system's text for `error`, in lower case and without the error number.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_has_the_name_of_standard_input() {
        let path = |path: &str| Input::Path(PathBuf::from(path)).name();
        assert_eq!(
            (Input::Stdin.name(), path("stdin"), path("./stdin"), path("a/stdin")),
            ("stdin".into(), "./stdin".into(), "./stdin".into(), "a/stdin".into())
        );
    }
}
