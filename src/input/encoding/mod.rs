//! Converts other encodings to UTF-8 on input.
//!
//! * [`Encoding`] says how the bytes of a file become text.
//! * `transcoder` converts a file whose encoding is known from its first byte on.
//! * `utf16` judges whether a file without a byte order mark is in UTF-16.
//! * `evidence` judges whether lines are in GB18030 or Big5, and `guesser` converts them if so.

mod choice;
mod evidence;
mod guesser;
mod transcoder;
mod utf16;

pub use choice::Encoding;
pub(super) use guesser::Guesser;
pub(super) use transcoder::Transcoder;
pub(super) use utf16::{Guess as Utf16Guess, guess as guess_utf16};
