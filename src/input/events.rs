//! The events that reading inputs produces.

use std::time::Duration;

use super::block::Block;
use super::file_error::FileError;
use super::input_list::InputList;
use super::notice::Notice;

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

    /// Whether [`next`](Self::next) may block. Flush pending output first.
    fn may_wait(&self) -> bool;

    /// Skips the rest of the file with the index `file`. Its last events still come.
    fn skip_file(&mut self, file: usize);

    /// Whether the current file is decompressed or decoded. Reading a block then takes longer than
    /// searching it.
    fn is_decoding(&self) -> bool {
        false
    }

    /// Returns the remaining events when the run stops early: an unterminated last line, and
    /// notices.
    fn stop(&mut self) -> Vec<Event> {
        Vec::new()
    }
}

/// The next thing that a [`Feed`](super::Feed) or a [`Follower`](super::Follower) produces. Files
/// are given by their index in the inputs.
#[derive(Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the variants describe their fields")]
pub enum Event {
    /// The file was opened; its blocks come next.
    Started { file: usize },
    /// A piece of a file.
    Block(Block),
    /// Something worth reporting about a file that is read all the same.
    Notice { file: usize, notice: Notice },
    /// The file cannot be read, or not to its end. What could be read came before.
    Failed { file: usize, error: FileError },
    /// The file is done; `lines` is 0 when they are not counted.
    Finished { file: usize, bytes: u64, lines: u64 },
    /// No input is available now. The caller may pause for this time; a watcher ends the pause
    /// early by unparking the thread. `spare` is the unused memory.
    Idle { spare: Vec<u8>, pause: Duration },
}
