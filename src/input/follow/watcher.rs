//! The interface to what the operating system reports about files.

use std::fs::File;
use std::path::Path;

/// Reports changes of files at once, so that a [`Follower`](super::Follower) need not wait for its
/// next poll. What it does not report, the follower finds then.
///
/// A change ends the pause of the follower's run: the watcher unparks the thread of the run.
pub trait Watcher {
    /// Watches files that have the path `path`, or had it, for the input with the index `input`;
    /// and the directory of `path` for new files of this name. Ends the watch of earlier files.
    fn watch(&mut self, input: usize, path: &Path, files: &[&File]);

    /// What has changed since the last call.
    fn changes(&mut self) -> Vec<Change>;
}

/// A change for the input with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// One of its files was written or truncated.
    Content(usize),
    /// Another file has its path.
    Path(usize),
}
