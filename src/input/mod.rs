//! Bytes in, blocks of whole lines out: compressed files and other encodings are decoded on the way. Knows nothing of codes.

mod block;
#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "decode")]
mod encoding;
mod feed;
mod reader;
mod source;

pub use block::{Block, Part};
#[cfg(feature = "decode")]
pub use encoding::Encoding;
pub use feed::{Event, Feed, FileError, Input, Notice, describe};
pub use reader::{BLOCK_SIZE, HELD_BACK, LINE_LIMIT};
