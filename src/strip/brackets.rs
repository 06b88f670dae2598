//! Recognizes the brackets that `append` writes at the end of a line.

use crate::syntax::BRACKET;
use crate::terminal::{LINK, LINK_END, STRING_END, is_annotation_text};

/// Where the brackets at the end of `line` begin, with the blank in front of them.
pub(super) fn find(line: &[u8]) -> Option<usize> {
    let mut start = line.len();
    while let Some(previous) = find_last(&line[..start]) {
        start = previous;
    }
    (start < line.len()).then_some(start)
}

/// Where the bracket at the end of `line` begins, with the blank in front of it.
fn find_last(line: &[u8]) -> Option<usize> {
    let inner = line.strip_suffix(b"]")?;
    let open = memchr::memmem::rfind(inner, BRACKET)?;
    if !is_bracket_text(&inner[open + BRACKET.len()..]) {
        return None;
    }
    line[..open].strip_suffix(b" ").map(<[u8]>::len)
}

/// Whether `text` is a code, which may be a link, and a description.
fn is_bracket_text(text: &[u8]) -> bool {
    let Some(code) = without_link_start(text) else { return false };
    let digits = code.strip_prefix(b"-").unwrap_or(code);
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = &digits[length..];
    let rest = rest.strip_prefix(LINK_END).unwrap_or(rest);
    let description = rest.strip_prefix(b"?").unwrap_or(rest);
    length > 0 && description.first() == Some(&b' ') && is_description(description)
}

/// Whether `text` can describe a code. The label up to the colon is ASCII; texts of custom catalogs
/// may not be.
fn is_description(text: &[u8]) -> bool {
    let label = memchr::memmem::find(text, b": ").unwrap_or(text.len());
    text[..label].is_ascii()
        && memchr::memchr2(b'[', b']', text).is_none()
        && is_annotation_text(text)
}

/// `text` without the beginning of a link; None if the link is not ours.
fn without_link_start(text: &[u8]) -> Option<&[u8]> {
    let Some(address) = text.strip_prefix(LINK) else { return Some(text) };
    let length = address.iter().take_while(|byte| byte.is_ascii_graphic()).count();
    address[length..].strip_prefix(STRING_END)
}
