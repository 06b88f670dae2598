//! Escapes the control characters of log lines for a terminal.
//!
//! Tabs, line ends and the sequences that set colors and attributes stay. Everything else that
//! moves the cursor, sets a title, makes a link or changes the direction of text becomes visible
//! text: `\x1b[2J`, `\r`, `\u{202e}`.

use std::borrow::Cow;
use std::io::Write as _;

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
        let end = match first_unit(&text[start..]) {
            Unit::Safe(length) => start + length,
            Unit::Unsafe(length) => {
                escaped.extend_from_slice(&text[copied..start]);
                push_escape(&text[start..start + length], &mut escaped);
                copied = start + length;
                copied
            }
        };
        next = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    escaped.extend_from_slice(&text[copied..]);
    Cow::Owned(escaped)
}

/// What a text begins with, and its length in bytes.
enum Unit {
    /// A character, an invalid byte or a color sequence that stays.
    Safe(usize),
    /// A control character, which becomes an escape.
    Unsafe(usize),
}

/// Whether an unsafe unit may begin with this byte.
fn may_be_unsafe(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n') || byte >= 0x7f
}

fn first_unit(text: &[u8]) -> Unit {
    match text[0] {
        0x1b => match sgr_parameters(text) {
            Some(parameters) => Unit::Safe(parameters.len() + 3),
            None => Unit::Unsafe(1),
        },
        b'\r' if text.get(1) == Some(&b'\n') => Unit::Safe(1),
        0..=0x7f => Unit::Unsafe(1),
        first => match first_character(text) {
            Some(c) if Policy::LogLine.forbids(c) => Unit::Unsafe(c.len_utf8()),
            Some(c) => Unit::Safe(c.len_utf8()),
            // A terminal that does not decode UTF-8 obeys a single byte of C1.
            None if matches!(first, 0x80..=0x9f) => Unit::Unsafe(1),
            None => Unit::Safe(1),
        },
    }
}

/// The character at the beginning of `text`; None if its first bytes are not UTF-8.
fn first_character(text: &[u8]) -> Option<char> {
    let longest = &text[..text.len().min(4)];
    longest.utf8_chunks().next()?.valid().chars().next()
}

fn push_escape(unit: &[u8], out: &mut Vec<u8>) {
    let written = match (unit, first_character(unit)) {
        (b"\r", _) => write!(out, "\\r"),
        (&[byte], _) => write!(out, "\\x{byte:02x}"),
        (_, Some(c)) => write!(out, "{}", c.escape_unicode()),
        (_, None) => Ok(()),
    };
    written.expect("a Vec takes all bytes");
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
