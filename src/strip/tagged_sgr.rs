//! Recognizes the tagged SGR sequences that color what formats insert into a line.

use std::ops::Range;

use crate::syntax::TAGGED_SGR;
use crate::terminal::ansi::sgr_parameters;

/// The parameters of a tagged sequence begin with this.
const TAG: &[u8] = b"000";

/// The tagged sequences in `text`, in order.
pub(super) fn tagged_sequences(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text, TAGGED_SGR)
        .filter_map(|start| Some(start..start + tagged_sequence_len(&text[start..])?))
}

/// The length of the tagged sequence at the start of `text`.
pub(super) fn tagged_sequence_len(text: &[u8]) -> Option<usize> {
    let parameters = sgr_parameters(text)?;
    parameters.starts_with(TAG).then_some(parameters.len() + b"\x1b[m".len())
}

/// `text` without the tagged sequence at its end.
pub(super) fn without_tagged_suffix(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_suffix(b"m")?;
    let is_parameter = |byte: &&u8| matches!(byte, b'0'..=b'9' | b';' | b':');
    let length = inner.iter().rev().take_while(is_parameter).count();
    let (before, parameters) = inner.split_at(inner.len() - length);
    let before = before.strip_suffix(b"\x1b[")?;
    parameters.starts_with(TAG).then_some(before)
}
