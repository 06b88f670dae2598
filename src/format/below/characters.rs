//! The characters of a line as a terminal shows them.

use unicode_width::UnicodeWidthChar;

use crate::terminal::ansi::sequence_len;

/// The characters of a line with their positions, without escape sequences. None is a piece that is
/// not UTF-8, which a terminal shows as one replacement character.
pub(super) struct Characters<'t> {
    text: &'t [u8],
    position: usize,
}

impl<'t> Characters<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, position: 0 }
    }
}

impl Iterator for Characters<'_> {
    type Item = (usize, Option<char>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.text.get(self.position) == Some(&0x1b) {
            // After an incomplete sequence, nothing more is shown.
            self.position += sequence_len(&self.text[self.position..])?;
        }
        let start = self.position;
        // A character has at most four bytes.
        let end = self.text.len().min(start + 4);
        let chunk = self.text[start..end].utf8_chunks().next()?;
        let c = chunk.valid().chars().next();
        self.position += c.map_or(chunk.invalid().len(), char::len_utf8);
        Some((start, c))
    }
}

/// The columns of `c`. A control character has none.
pub(super) fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Whether terminals disagree about the columns of `c` and its neighbors. Joiners and variation
/// selectors combine characters into one picture or choose its form; skin tones and the letters of
/// flags are pictures in pairs.
pub(super) fn has_unsure_width(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}
