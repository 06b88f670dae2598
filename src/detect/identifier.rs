//! The identifier around a position in a line, and the words that it consists of.

use std::ops::Range;

/// Longer identifiers are data, not keys. The limit also bounds the cost of a trigger inside a long
/// run.
pub(super) const MAX_LENGTH: usize = 64;

/// Color codes in front of a word are shorter than this.
const MAX_COLOR_LENGTH: usize = 16;

/// Whether identifiers consist of this byte: a letter, a digit or `_`.
#[inline]
pub(super) fn is_identifier_byte(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
            byte += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}

/// The identifier that contains `at`; None when it is longer than [`MAX_LENGTH`].
#[inline]
pub(super) fn around(text: &[u8], at: usize) -> Option<Range<usize>> {
    let is_part = |byte: &&u8| is_identifier_byte(**byte);
    let before = &text[at.saturating_sub(MAX_LENGTH + 1)..at];
    let after = &text[at..text.len().min(at + MAX_LENGTH + 1)];
    let mut start = at - before.iter().rev().take_while(is_part).count();
    let end = at + after.iter().take_while(is_part).count();
    start += escape_length(text, start, at);
    (end - start <= MAX_LENGTH).then_some(start..end)
}

/// Where the identifier that contains the byte before `at` ends; None when it is longer than
/// [`MAX_LENGTH`] from there on.
#[inline]
pub(super) fn end_from(text: &[u8], at: usize) -> Option<usize> {
    let after = &text[at..text.len().min(at + MAX_LENGTH + 1)];
    let length = after.iter().take_while(|byte| is_identifier_byte(**byte)).count();
    (length <= MAX_LENGTH).then_some(at + length)
}

/// Where the run of identifier bytes around `at` ends, if it is so long that no trigger in it is in
/// an identifier that is short enough, whatever escape is in front of it.
pub(super) fn long_end_from(text: &[u8], at: usize) -> Option<usize> {
    let length = text[at..].iter().take_while(|byte| is_identifier_byte(**byte)).count();
    (length > MAX_LENGTH + MAX_COLOR_LENGTH).then_some(at + length)
}

/// How many bytes of the word at `start` belong to an escape that the logger wrote in front of it:
/// a color code (`ESC[31mcode`) or an escaped control character (`\ncode`). At most the bytes up to
/// `at`.
#[inline]
fn escape_length(text: &[u8], start: usize, at: usize) -> usize {
    let Some(before) = start.checked_sub(1) else { return 0 };
    match text[before] {
        b'\\' if start < at && matches!(text[start], b'n' | b't' | b'r') => 1,
        // The parameters of a color code end in the word. In front of them is the bracket, or the
        // `;` of an earlier one.
        b'[' | b';' => {
            let from = start.saturating_sub(MAX_COLOR_LENGTH);
            color_code_end(text, from, start, at).map_or(0, |end| end.saturating_sub(start))
        }
        _ => 0,
    }
}

/// Where the color code ends whose escape character is in `from..start`; its parameters are in
/// front of `at`.
fn color_code_end(text: &[u8], from: usize, start: usize, at: usize) -> Option<usize> {
    let bracket = from + memchr::memrchr(0x1b, &text[from..start])? + 1;
    if text[bracket..at].first() != Some(&b'[') {
        return None;
    }
    let mut end = bracket + 1;
    while end < at && (text[end].is_ascii_digit() || text[end] == b';') {
        end += 1;
    }
    (end < at && text[end] == b'm').then_some(end + 1)
}

/// Whether an identifier can begin at `start`: no byte of one is in front of it.
pub(super) fn begins_at(text: &[u8], start: usize) -> bool {
    if start == 0 || !is_identifier_byte(text[start - 1]) {
        return true;
    }
    let mut word_start = start;
    while word_start > 0
        && start - word_start < MAX_COLOR_LENGTH
        && is_identifier_byte(text[word_start - 1])
    {
        word_start -= 1;
    }
    escape_length(text, word_start, start) == start - word_start
}

/// The identifier that ends one space, `.` or `-` in front of `start`.
pub(super) fn before(text: &[u8], start: usize) -> Option<Range<usize>> {
    if start < 2 || !is_joint(text[start - 1]) || !is_identifier_byte(text[start - 2]) {
        return None;
    }
    around(text, start - 2)
}

/// The identifier that begins one space, `.` or `-` after `end`.
pub(super) fn after(text: &[u8], end: usize) -> Option<Range<usize>> {
    let start = end + 1;
    if start >= text.len() || !is_joint(text[end]) || !is_identifier_byte(text[start]) {
        return None;
    }
    around(text, start)
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b' ' | b'.' | b'-')
}

/// Letters and digits in lower case, without `_`: the form in which keys are compared.
pub(super) struct Folded {
    bytes: [u8; 2 * MAX_LENGTH],
    length: usize,
}

impl Folded {
    /// The folded `words`, joined: at most two identifiers.
    pub(super) fn new(words: &[&[u8]]) -> Self {
        let mut folded = Self { bytes: [0; 2 * MAX_LENGTH], length: 0 };
        for word in words {
            for &byte in *word {
                if byte != b'_' {
                    folded.bytes[folded.length] = byte.to_ascii_lowercase();
                    folded.length += 1;
                }
            }
        }
        folded
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Whether `word` ends in the words that fold to `folded`, and a new word begins there:
/// `lastErrorCode`, `pb_error_code`.
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

/// Whether a word of the identifier `word` begins at `at`, which is not its beginning.
fn begins_word(word: &[u8], at: usize) -> bool {
    let (before, first) = (word[at - 1], word[at]);
    let after = word.get(at + 1).copied().unwrap_or(b'_');
    let is_camel_case =
        first.is_ascii_uppercase() && (before.is_ascii_lowercase() || after.is_ascii_lowercase());
    before == b'_' || before.is_ascii_digit() || is_camel_case
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_whole() {
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
        assert_eq!(after(b"error number:", 5), Some(6..12));
        assert_eq!(after(b"error:", 5), None);
        assert_eq!(after(b"error ", 5), None);
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
    fn a_suffix_is_whole_words() {
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
