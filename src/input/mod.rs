//! Bytes in, blocks of whole lines out. Knows nothing of codes.

mod block;
mod feed;
mod reader;

pub use block::{Block, Part};
pub use feed::{Event, Feed, FileError, Input, Notice, describe};
pub use reader::{BLOCK_SIZE, HELD_BACK, LINE_LIMIT};
