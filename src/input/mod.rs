//! Reads files, streams and archives of logs as blocks of whole lines. Knows nothing of codes.
//!
//! * [`Feed`] reads inputs one after the other; [`Follower`] keeps reading files as they grow. Both
//!   are [`Events`].
//! * `block` and `reader` cut a stream of bytes into blocks.
//! * `decoding_reader` decompresses and decodes on the way, by the first bytes of a file.
//! * `archive` reads the members of archives; `open_archives` has those that a feed reads.

mod archive;
mod archive_problem;
mod binary;
mod block;
#[cfg(feature = "decode")]
mod decode;
mod decoding_reader;
#[cfg(feature = "decode")]
mod encoding;
mod events;
mod feed;
mod file_error;
mod file_format;
mod follow;
#[cfg(feature = "glob")]
mod globs;
mod input_list;
mod notice;
mod open_archives;
mod reader;
mod tail;

pub(crate) use archive_problem::ArchiveProblem;
pub(crate) use block::split_terminator;
pub use block::{Block, Part};
#[doc(hidden)]
pub use decoding_reader::archive_format;
#[cfg(feature = "decode")]
pub use encoding::Encoding;
pub use events::{Event, Events};
pub use feed::{Feed, MemberFilter};
pub use file_error::FileError;
#[doc(hidden)]
pub use file_error::describe;
pub(crate) use file_format::FormatHelp;
pub use file_format::{ArchiveFormat, UnsupportedFormat};
pub use follow::{Change, Follower, Watcher};
#[cfg(feature = "glob")]
pub use globs::Globs;
#[cfg(feature = "glob")]
#[doc(hidden)]
pub use globs::has_archive_name;
pub use input_list::{Input, InputList, STDIN};
pub use notice::Notice;
pub use reader::{BLOCK_SIZE, HELD_BACK, LINE_LIMIT};

/// Stands in for the real type where the feature `decode` is off.
#[cfg(not(feature = "decode"))]
mod encoding {
    #[derive(Clone, Copy, Debug, Default)]
    pub(super) enum Encoding {
        #[default]
        None,
    }
}
