//! What a run reads from.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::block::Block;
use super::error::FileError;
use super::reader::LINE_LIMIT;

/// Files as one stream of events: one file after the other, or several at the same time.
///
/// The blocks of one file come in order. A file may begin again after its end: what stands under its name is another one then.
pub trait Events {
    /// The inputs.
    fn inputs(&self) -> Arc<[Input]>;

    /// The next event; a block is put into the memory of `spare`. None when all inputs are done.
    fn next(&mut self, spare: Vec<u8>) -> Option<Event>;

    /// Whether the next event may keep the caller waiting: what is done so far should be written out before.
    fn may_wait(&self) -> bool;

    /// Nothing more of the file at place `file` is wanted: what is left to say of it comes next, and then the other files.
    fn skip_file(&mut self, file: usize);

    /// What is left when nothing more is asked for, before the end or behind it: a line without its end that was the last one, and
    /// what is to be said.
    fn stop(&mut self) -> Vec<Event> {
        Vec::new()
    }
}

/// The name of standard input wherever one is told. It goes with `stdout` and `stderr`, as the streams of a command are called, and can
/// stand where a CI system wants a path.
pub const STDIN: &str = "stdin";

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file, FIFO or device.
    Path(PathBuf),
    /// What a reader gives, by a name such as `stderr`; see [`Feed::from_named_reader`](super::Feed::from_named_reader).
    Stream(String),
}

impl Input {
    /// The name as it is printed: [`STDIN`] for standard input, which no file has.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => STDIN.to_string(),
            Self::Path(path) if path.as_os_str() == STDIN => format!("./{STDIN}"),
            Self::Path(path) => path.display().to_string(),
            Self::Stream(name) => name.clone(),
        }
    }
}

/// What comes next out of a [`Feed`](super::Feed) or a [`Follower`](super::Follower).
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The file is open; its pieces come next.
    Started(usize),
    /// A piece of a file.
    Block(Block),
    /// Something that the reader of the output should know; the file is read on.
    Notice(usize, Notice),
    /// The file cannot be read, or not to its end. What was read of it came before.
    Failed(usize, FileError),
    /// The file is done, with so many bytes and lines; lines are 0 when they are not counted.
    Finished(usize, u64, u64),
    /// Nothing is there yet, and there is no use in asking again before this time is over. The memory comes back.
    Idle(Vec<u8>, Duration),
}

/// Something to know about a file that is read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The file holds a NUL byte near its beginning, at this offset.
    Binary(u64),
    /// The file begins with a byte order mark of this encoding; it is passed on as UTF-8, without the mark.
    Decoded(&'static str),
    /// So many lines were longer than [`LINE_LIMIT`](super::LINE_LIMIT).
    LongLines(u64),
    /// The file does not exist yet, and is waited for.
    Missing,
    /// The file that was waited for is there.
    Appeared,
    /// The file has no name any more; it is read on until another one stands under it.
    Gone,
    /// Another file stands under the name; the old one is read to its end, and the new one comes next.
    Replaced,
    /// The file was cut off, and is read from its beginning.
    Truncated,
    /// The file is compressed, and so is read to its end, but not followed.
    Compressed,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary(offset) => write!(
                f,
                "looks like binary data (NUL byte at offset {offset}); it is passed on as it is, but codes in packed or \
                 encoded logs (.zip, .xlog, UTF-16 without a byte order mark) are only found after decoding"
            ),
            Self::Decoded(encoding) => {
                write!(f, "is {encoding}; it is read and passed on as UTF-8")
            }
            Self::LongLines(1) => write!(
                f,
                "a line is longer than {LINE_LIMIT} bytes; only its beginning was searched"
            ),
            Self::LongLines(count) => {
                write!(
                    f,
                    "{count} lines are longer than {LINE_LIMIT} bytes; only their beginnings were searched"
                )
            }
            Self::Missing => f.write_str("does not exist yet; waiting for it"),
            Self::Appeared => f.write_str("has appeared"),
            Self::Gone => f.write_str("is gone; waiting for it to come back"),
            Self::Replaced => f.write_str("was replaced; following the new file"),
            Self::Truncated => f.write_str("was truncated; reading it from its beginning"),
            Self::Compressed => {
                f.write_str("is compressed; it is read to its end, but not followed")
            }
        }
    }
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
