//! The bytes that formats write and by which `strip` recognizes them.

use std::ops::Range;

use crate::terminal::ansi::{sgr_parameters, sgr_suffix};

/// The longest annotation at the end of a line, in bytes. `strip` keeps no more than that of the
/// end of a very long line.
pub const ANNOTATION_LIMIT: usize = 64 << 10;

/// The key of the member that `json` adds to JSON lines, unless the user chooses another one.
pub const DEFAULT_KEY: &str = "imerr";

/// The longest line that an annotation is written into rather than after, in bytes. With everything
/// that is inserted, the line is still read back in one piece.
pub(crate) const INSERTION_LIMIT: usize = 256 << 10;

/// The beginning of an annotation of `append`, after a blank.
pub(crate) const BRACKET: &[u8] = b"[imerr ";

/// The text between the meanings of an ambiguous code in `inline`.
pub(crate) const MEANING_SEPARATOR: &[u8] = b"; or ";
/// The meaning in `inline` of a code that is in no catalog.
pub(crate) const UNKNOWN_MEANING: &str = "unknown to imerr";

/// The beginning of a tagged SGR sequence, which is one that we inserted into a line.
///
/// The first parameter has three leading zeros, as in `ESC[0001;31m`. Terminals read that as
/// `ESC[1;31m`. No program writes it, so it distinguishes our sequences from those of the log.
pub(crate) const TAGGED_SGR: &[u8] = b"\x1b[000";

/// The beginning of each line that `below` inserts. A line whose carets leave no room for it at the
/// beginning has it after its text.
///
/// Seven blanks and a tab are as wide as eight blanks, also where tab stops are less than eight
/// columns apart.
pub(crate) const BELOW_MARK: &[u8] = b"       \t";
/// The width of [`BELOW_MARK`] at the beginning of a line.
pub(crate) const BELOW_MARK_WIDTH: usize = 8;
/// The end of each line that `below` inserts.
///
/// A log may have lines that begin with [`BELOW_MARK`], such as a stack trace that `nl` numbered.
/// Only a line with both marks was inserted. No format ends a line that it annotates with white
/// space, so annotating never makes such a line of a line of the log.
pub(crate) const BELOW_END: &[u8] = b" \t ";
/// The most columns of [`BELOW_END`] where tab stops are eight columns apart.
pub(crate) const BELOW_END_WIDTH: usize = 10;
/// The text between the mark and an excerpt of the line above, or the carets below an excerpt.
pub(crate) const EXCERPT: &str = "| ";
/// The end of a line that had no line end in the log, in front of the line end that was added.
/// Contains [`BELOW_MARK`].
pub(crate) const ADDED_LINE_END_MARK: &[u8] = b"       \t \t";
/// A line end with its mark, for a last line without a line end that other output follows.
pub(crate) const ADDED_LINE_END: &[u8] = b"       \t \t\n";

/// The names of the members that `json` adds besides its own, in all log schemas.
pub(crate) const SCHEMA_MEMBERS: [&str; 9] = [
    "error.code",
    "error.type",
    "error.message",
    "tencent.im.error.code",
    "tencent.im.error.name",
    "tencent.im.error.system",
    "tencent.im.error.category",
    "tencent.im.error.message",
    "tencent.im.error.remedy",
];

/// `,"KEY":`, the beginning of the member that `json` adds.
pub(crate) fn json_member_start(key: &str) -> String {
    format!(",{}:", serde_json::Value::from(key))
}

/// The parameters of a tagged sequence begin with this.
const TAG: &[u8] = b"000";

/// The tagged sequences in `text`, in order.
pub(crate) fn tagged_sequences(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text, TAGGED_SGR)
        .filter_map(|start| Some(start..start + tagged_sequence_len(&text[start..])?))
}

/// The length of the tagged sequence at the start of `text`.
pub(crate) fn tagged_sequence_len(text: &[u8]) -> Option<usize> {
    let parameters = sgr_parameters(text)?;
    parameters.starts_with(TAG).then_some(parameters.len() + b"\x1b[m".len())
}

/// `text` without the tagged sequence at its end.
pub(crate) fn without_tagged_suffix(text: &[u8]) -> Option<&[u8]> {
    let (before, parameters) = sgr_suffix(text)?;
    parameters.starts_with(TAG).then_some(before)
}
