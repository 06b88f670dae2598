//! Control characters of a log, shown rather than obeyed, for terminals.
//!
//! OccurrenceSample are tabs, line ends and the sequences that set colors and attributes. Everything else that moves the cursor, sets a title,
//! makes a link, or turns the order of text around is written as an escape: `\x1b[2J`, `\r`, `\u{202e}`.

use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;

use super::ansi::sgr;
use crate::detect::Finding;

/// `text` with its control characters shown. A CR right before a LF ends a line.
pub fn shown(text: &[u8]) -> Cow<'_, [u8]> {
    let mut shown = Vec::new();
    let mut written = 0;
    let mut at = 0;
    while let Some(found) = text[at..].iter().position(|&byte| may_command(byte)) {
        let start = at + found;
        at = start + 1;
        let length = match command(&text[start..]) {
            Command::None => continue,
            // Inside a whole character, continuation bytes are no commands.
            Command::Harmless(length) => {
                at = start + length;
                continue;
            }
            Command::Of(length) => length,
        };
        shown.extend_from_slice(&text[written..start]);
        show(&text[start..start + length], &mut shown);
        at = start + length;
        written = at;
    }
    if written == 0 {
        return Cow::Borrowed(text);
    }
    shown.extend_from_slice(&text[written..]);
    Cow::Owned(shown)
}

/// What a place begins with.
enum Command {
    None,
    /// So many bytes that are to be left alone.
    Harmless(usize),
    /// A control of so many bytes.
    Of(usize),
}

/// Whether a control may begin with this byte.
fn may_command(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n') || byte >= 0x7f
}

fn command(text: &[u8]) -> Command {
    match text[0] {
        0x1b => {
            sgr(text).map_or(Command::Of(1), |parameters| Command::Harmless(parameters.len() + 3))
        }
        b'\r' if text.get(1) == Some(&b'\n') => Command::None,
        0..=0x7f => Command::Of(1),
        // A terminal that does not read UTF-8 takes a byte of C1 for a command.
        first => match (character(text), first) {
            (Some(c), _) if is_command(c) => Command::Of(c.len_utf8()),
            (Some(c), _) => Command::Harmless(c.len_utf8()),
            (None, 0x80..=0x9f) => Command::Of(1),
            (None, _) => Command::None,
        },
    }
}

/// The character that `text` begins with, which is not ASCII.
fn character(text: &[u8]) -> Option<char> {
    let first = &text[..text.len().min(4)];
    first.utf8_chunks().next()?.valid().chars().next()
}

/// Controls of C1, and marks that turn the direction of text.
fn is_command(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn show(control: &[u8], out: &mut Vec<u8>) {
    let shown = match (control, character(control)) {
        (b"\r", _) => write!(out, "\\r"),
        (&[byte], _) => write!(out, "\\x{byte:02x}"),
        (_, Some(c)) => write!(out, "{}", c.escape_unicode()),
        (_, None) => Ok(()),
    };
    shown.expect("a Vec takes all bytes");
}

/// A line with its control characters shown, and `findings` where they lie then; None if it has none.
pub(crate) fn shown_line(text: &[u8], findings: &mut [Finding]) -> Option<Vec<u8>> {
    if let Cow::Borrowed(_) = shown(text) {
        return None;
    }
    let mut line = Vec::with_capacity(text.len() + 16);
    let mut at = 0;
    for finding in findings {
        let Range { start, end } = finding.start.max(at)..finding.end.max(at);
        line.extend_from_slice(&shown(&text[at..start]));
        finding.start = line.len();
        line.extend_from_slice(&text[start..end]);
        finding.end = line.len();
        at = end;
    }
    line.extend_from_slice(&shown(&text[at..]));
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_and_text_and_colors_stay() {
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
            assert_eq!(String::from_utf8_lossy(&shown(text.as_bytes())), wanted, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_command_nothing_either() {
        assert_eq!(shown(b"\xff\x9b31m\xe4\xb8").as_ref(), b"\xff\\x9b31m\xe4\xb8");
        assert_eq!(shown("中".as_bytes()).as_ref(), "中".as_bytes());
    }

    #[test]
    fn codes_stay_where_they_are_in_the_text() {
        let mut detector = crate::detect::Detector::built_in();
        let text = b"\x07imsdk code:6206\x08 code:70001";
        let mut findings = Vec::new();
        detector.detect(text, &mut findings);
        let line = shown_line(text, &mut findings).expect("there are controls");
        let codes: Vec<&[u8]> =
            findings.iter().map(|finding| &line[finding.start..finding.end]).collect();
        assert_eq!(codes, [&b"6206"[..], b"70001"]);
        assert_eq!(line, b"\\x07imsdk code:6206\\x08 code:70001");
    }
}
