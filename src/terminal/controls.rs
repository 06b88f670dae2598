//! Escapes the control characters of log lines for a terminal.
//!
//! Tabs, line ends and the sequences that set colors and attributes stay. Everything else that
//! moves the cursor, sets a title, makes a link or changes the direction of text becomes visible
//! text: `\x1b[2J`, `\r`, `\u{202e}`.

use std::borrow::Cow;

use super::ansi::sgr_parameters;
use super::sanitize::Policy;

/// `text` with its control characters as escapes. A CR directly in front of an LF is part of the
/// line end and stays.
pub fn escape_controls(text: &[u8]) -> Cow<'_, [u8]> {
    let mut escaped = Vec::new();
    let mut copied = 0;
    let mut next = 0;
    while let Some(offset) = text[next..].iter().position(|&byte| may_be_unsafe(byte)) {
        let start = next + offset;
        let (length, escape) = first_unit(&text[start..]);
        next = start + length;
        if let Some(escape) = escape {
            escaped.extend_from_slice(&text[copied..start]);
            escaped.extend_from_slice(escape.as_bytes());
            copied = next;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    escaped.extend_from_slice(&text[copied..]);
    Cow::Owned(escaped)
}

/// Whether a control character may begin with this byte.
fn may_be_unsafe(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n') || byte >= 0x7f
}

/// The length of the control character, color sequence, other character or invalid byte at the
/// start of `text`, and an escape if it is a control character.
fn first_unit(text: &[u8]) -> (usize, Option<String>) {
    let byte = text[0];
    match byte {
        b'\r' if text.get(1) == Some(&b'\n') => (1, None),
        b'\r' => (1, Some("\\r".to_string())),
        0..=0x7f => match sgr_parameters(text) {
            Some(parameters) => (parameters.len() + 3, None),
            None => (1, Some(format!("\\x{byte:02x}"))),
        },
        0x80.. => match first_character(text) {
            Some(c) if Policy::LogLine.forbids(c) => {
                (c.len_utf8(), Some(c.escape_unicode().to_string()))
            }
            Some(c) => (c.len_utf8(), None),
            // A terminal that does not decode UTF-8 obeys a single byte of C1.
            None if byte <= 0x9f => (1, Some(format!("\\x{byte:02x}"))),
            None => (1, None),
        },
    }
}

/// The character at the beginning of `text`; None if its first bytes are not UTF-8.
fn first_character(text: &[u8]) -> Option<char> {
    let longest = &text[..text.len().min(4)];
    longest.utf8_chunks().next()?.valid().chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_escaped_and_text_and_colors_stay() {
        let rows = [
            ("plain\ttext\r\n中文 é\u{301}\n", "plain\ttext\r\n中文 é\u{301}\n"),
            ("\x1b[1;31mred\x1b[0m\x1b[m\x1b[38:5:1m", "\x1b[1;31mred\x1b[0m\x1b[m\x1b[38:5:1m"),
            ("\x1b[2J\x1b[31", "\\x1b[2J\\x1b[31"),
            (
                "\x1b]0;title\x07\x1b]8;;http://a\x1b\\x",
                "\\x1b]0;title\\x07\\x1b]8;;http://a\\x1b\\x",
            ),
            ("a\rb\x08\0\x7f", "a\\rb\\x08\\x00\\x7f"),
            ("\u{9b}31m\u{202e}x\u{2066}", "\\u{9b}31m\\u{202e}x\\u{2066}"),
            ("个\u{200d}", "个\u{200d}"),
        ];
        for (text, wanted) in rows {
            assert_eq!(
                String::from_utf8_lossy(&escape_controls(text.as_bytes())),
                wanted,
                "{text:?}"
            );
        }
    }

    #[test]
    fn single_bytes_of_c1_are_escaped() {
        assert_eq!(escape_controls(b"\xff\x9b31m\xe4\xb8").as_ref(), b"\xff\\x9b31m\xe4\xb8");
        assert_eq!(escape_controls("中".as_bytes()).as_ref(), "中".as_bytes());
    }
}
