//! The characters of a line as a terminal shows them.

use unicode_width::UnicodeWidthChar;

use crate::terminal::ansi::sequence_len;

/// Calls `each` with every character of `text` and its place, None for each piece that is no UTF-8 and shows as one replacement
/// character. Escape sequences show nothing.
pub(super) fn characters(text: &[u8], mut each: impl FnMut(usize, Option<char>)) {
    let mut at = 0;
    while at < text.len() {
        let escape = memchr::memchr(0x1b, &text[at..]).map_or(text.len(), |escape| at + escape);
        let mut place = at;
        for chunk in text[at..escape].utf8_chunks() {
            for c in chunk.valid().chars() {
                each(place, Some(c));
                place += c.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                each(place, None);
                place += chunk.invalid().len();
            }
        }
        let Some(length) =
            text.get(escape..).filter(|rest| !rest.is_empty()).and_then(sequence_len)
        else {
            break;
        };
        at = escape + length;
    }
}

/// The columns that `c` takes. What commands a terminal takes none.
pub(super) fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Whether it depends on the terminal how many columns `c` and its neighbors take: what joins them into one picture or chooses
/// how that looks, and the letters of flags.
pub(super) fn is_unsure(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}
