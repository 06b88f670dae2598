//! Bytes in, blocks of whole lines out: compressed files and other encodings are decoded on the way. Knows nothing of codes.

mod block;
#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "decode")]
mod encoding;
mod error;
mod events;
mod feed;
mod follow;
mod reader;
mod reading;
mod source;
mod tail;

pub use block::{Block, Part};
#[cfg(feature = "decode")]
pub use encoding::Encoding;
pub use error::{FileError, describe};
pub use events::{Event, Events, Input, Notice, STDIN};
pub use feed::Feed;
pub use follow::Follower;
pub use reader::{BLOCK_SIZE, HELD_BACK, LINE_LIMIT};

/// What there is instead where nothing is decoded.
#[cfg(not(feature = "decode"))]
mod encoding {
    #[derive(Clone, Copy, Debug, Default)]
    pub(super) enum Encoding {
        /// Every file is passed as it is.
        #[default]
        None,
    }
}
