//! The identifier around a place in a line, and the words it is made of.

use std::ops::Range;

/// Identifiers longer than this are data, not keys. The bound also keeps the cost of a trigger inside a long run small.
pub(super) const LIMIT: usize = 64;

/// Color codes before a word are shorter than this.
const COLOR_LIMIT: usize = 16;

/// Whether identifiers are made of this byte: letters, digits and `_`.
#[inline]
pub(super) fn is_part(byte: u8) -> bool {
    const IS_PART: [bool; 256] = {
        let mut set = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            set[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
            byte += 1;
        }
        set
    };
    IS_PART[usize::from(byte)]
}

/// The identifier of letters, digits and `_` that holds `at`; None when it is longer than any key or name.
pub(super) fn around(text: &[u8], at: usize) -> Option<Range<usize>> {
    let (mut start, mut end) = (at, at);
    while start > 0 && is_part(text[start - 1]) && at - start <= LIMIT {
        start -= 1;
    }
    while end < text.len() && is_part(text[end]) && end - at <= LIMIT {
        end += 1;
    }
    start += escape_in(text, start, at);
    (end - start <= LIMIT).then_some(start..end)
}

/// How much of the word that begins at `start` belongs to an escape that a log writer put right before it: a color
/// code (`ESC[31mcode`) or an escaped control character (`\ncode`). Less than the word up to `at`.
fn escape_in(text: &[u8], start: usize, at: usize) -> usize {
    let before = &text[start.saturating_sub(COLOR_LIMIT)..start];
    if start < at && before.last() == Some(&b'\\') && matches!(text[start], b'n' | b't' | b'r') {
        return 1;
    }
    // The parameters of a color code end in the word; before them stands the bracket, or the `;` of an earlier one.
    if !matches!(before.last(), Some(b'[' | b';')) {
        return 0;
    }
    let Some(escape) = memchr::memrchr(0x1b, before) else { return 0 };
    let parameters = &text[start - before.len() + escape + 1..at];
    let length = parameters
        .iter()
        .skip(1)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';')
        .count()
        + 1;
    let is_color = parameters.first() == Some(&b'[') && parameters.get(length) == Some(&b'm');
    let end = start - before.len() + escape + 1 + length + 1;
    if is_color { end.saturating_sub(start) } else { 0 }
}

/// Whether an identifier can begin at `start`: nothing that belongs to one stands before it.
pub(super) fn begins_at(text: &[u8], start: usize) -> bool {
    let before =
        text[..start].iter().rev().take(COLOR_LIMIT).take_while(|&&byte| is_part(byte)).count();
    escape_in(text, start - before, start) == before
}

/// The identifier that ends one blank, `.` or `-` before `start`.
pub(super) fn before(text: &[u8], start: usize) -> Option<Range<usize>> {
    let joint = start.checked_sub(1).filter(|&joint| matches!(text[joint], b' ' | b'.' | b'-'))?;
    let last = joint.checked_sub(1).filter(|&last| is_part(text[last]))?;
    around(text, last)
}

/// The identifier that begins one blank, `.` or `-` behind `end`.
pub(super) fn behind(text: &[u8], end: usize) -> Option<Range<usize>> {
    let start =
        text.get(end).filter(|&&joint| matches!(joint, b' ' | b'.' | b'-')).map(|_| end + 1)?;
    text.get(start).filter(|&&first| is_part(first)).and_then(|_| around(text, start))
}

/// Letters and digits in lower case, without `_`: what keys are compared by.
pub(super) struct Folded {
    bytes: [u8; 2 * LIMIT],
    length: usize,
}

impl Folded {
    pub(super) fn new(words: &[&[u8]]) -> Self {
        let mut folded = Self { bytes: [0; 2 * LIMIT], length: 0 };
        for byte in words.iter().copied().flatten().filter(|&&byte| byte != b'_') {
            folded.bytes[folded.length] = byte.to_ascii_lowercase();
            folded.length += 1;
        }
        folded
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Whether `word` ends in the words that fold to `folded`, and a new word begins there: `lastErrorCode`, `pb_error_code`.
pub(super) fn ends_in(word: &[u8], folded: &[u8]) -> bool {
    let mut wanted = folded.iter().rev();
    let mut next = wanted.next();
    for (at, &byte) in word.iter().enumerate().rev() {
        let Some(&letter) = next else { return begins_word(word, at + 1) };
        if byte == b'_' {
            continue;
        }
        if byte.to_ascii_lowercase() != letter {
            return false;
        }
        next = wanted.next();
    }
    next.is_none()
}

fn begins_word(word: &[u8], at: usize) -> bool {
    let (before, first) = (word[at - 1], word[at]);
    let after = word.get(at + 1).copied().unwrap_or(b'_');
    let hump =
        first.is_ascii_uppercase() && (before.is_ascii_lowercase() || after.is_ascii_lowercase());
    before == b'_' || before.is_ascii_digit() || hump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_taken_whole() {
        assert_eq!(around(b"x=pb_error_code:1", 5), Some(2..15));
        assert_eq!(around(b"code", 0), Some(0..4));
        assert_eq!(around(&[b'x'; 65], 30), None);
        assert_eq!(around(b"\x1b[1;31mcode:", 8), Some(7..11));
        assert_eq!(around(b"\x1b[mcode:", 5), Some(3..7));
        assert_eq!(around(b"failed\\ncode:", 9), Some(8..12));
        assert_eq!(around(b"[31mcode:", 5), Some(1..8));
        assert_eq!(before(b"http code:", 5), Some(0..4));
        assert_eq!(before(b"error.code:", 6), Some(0..5));
        assert_eq!(before(b"  code:", 2), None);
        assert_eq!(before(b"code:", 0), None);
        assert_eq!(behind(b"error number:", 5), Some(6..12));
        assert_eq!(behind(b"error:", 5), None);
        assert_eq!(behind(b"error ", 5), None);
    }

    #[test]
    fn color_codes_and_escapes_do_not_join_words() {
        let rows: [(&str, bool); 7] = [
            ("TIM", true),
            (" TIM", true),
            ("xTIM", false),
            ("\x1b[31mTIM", true),
            ("\x1b[mTIM", true),
            ("31mTIM", false),
            ("\\nTIM", true),
        ];
        for (text, wanted) in rows {
            assert_eq!(begins_at(text.as_bytes(), text.len() - 3), wanted, "{text:?}");
        }
    }

    #[test]
    fn folding_drops_case_and_underscores() {
        assert_eq!(Folded::new(&[b"Error", b"_Code"]).as_bytes(), b"errorcode");
    }

    #[test]
    fn a_suffix_begins_at_a_word() {
        let rows: [(&str, bool); 9] = [
            ("errorCode", true),
            ("error_code", true),
            ("lastErrorCode", true),
            ("pb_error_code", true),
            ("IMErrorCode", true),
            ("mirrorerrorcode", false),
            ("merrorCode", false),
            ("errorCodes", false),
            ("code", false),
        ];
        for (word, wanted) in rows {
            assert_eq!(ends_in(word.as_bytes(), b"errorcode"), wanted, "{word}");
        }
    }
}
