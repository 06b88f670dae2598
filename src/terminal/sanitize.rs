//! Decides which characters and commands are unsafe in which place, and replaces them.
//!
//! File names and lines of a log are not trusted: they must not command the terminal, the build
//! server or the reader. [`Hazard`] says what is wrong with a character; a
//! [`Policy`] lists the hazards that a place does not allow.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::ansi::sgr_parameters;
use crate::catalog::Hazard;

/// A place for text from a log, with the characters that are unsafe there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A line of the log on a terminal. Tabs, line ends and colors are handled by
    /// [`escape_controls`].
    LogLine,
    /// A name in a message, in front of a line or in a list, on a terminal.
    Message,
    /// A name in a document. It also shows the characters that make two different names look the
    /// same.
    Document,
    /// Text in XML. XML 1.0 forbids control characters and U+FFFE and U+FFFF even as references.
    Xml,
    /// A text of the catalog in an annotation.
    Annotation,
}

impl Policy {
    /// Whether `c` is unsafe in this place.
    pub fn forbids(self, c: char) -> bool {
        use Hazard::{Control, Direction, Invisible, Joiner, LineBreak, Noncharacter};
        let Some(hazard) = Hazard::of(c) else { return false };
        match self {
            Self::LogLine => matches!(hazard, Control | Direction),
            Self::Message => matches!(hazard, Control | Direction | LineBreak),
            Self::Document => {
                matches!(hazard, Control | Direction | LineBreak | Invisible | Joiner)
            }
            Self::Xml => matches!(hazard, Control | Direction | LineBreak | Noncharacter),
            Self::Annotation => hazard != Joiner,
        }
    }
}

/// `text` with U+FFFD in place of each character that is unsafe in a message. The number of
/// characters stays the same.
///
/// ```
/// use imerr::terminal::replace_unsafe;
///
/// assert_eq!(replace_unsafe("a\u{202e}txt.log\n"), "a\u{fffd}txt.log\u{fffd}");
/// ```
pub fn replace_unsafe(text: &str) -> String {
    text.replace(|c| Policy::Message.forbids(c), "\u{fffd}")
}

/// The file name `name` for a document, with unsafe characters as escapes: `\n`, `\x1b`,
/// `\u{202e}`.
pub(crate) fn escape_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.extend(c.escape_default()),
            _ if c.is_ascii_control() => {
                write!(escaped, "\\x{:02x}", c as u32).expect("a String takes all text");
            }
            _ if Policy::Document.forbids(c) => escaped.extend(c.escape_unicode()),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Whether `text` is UTF-8 that is safe in an annotation or is a square bracket. Only the part
/// after the first byte that is not ASCII is decoded.
pub(crate) fn is_annotation_text(text: &[u8]) -> bool {
    let Some(start) = text.iter().position(|byte| !matches!(byte, b' '..=b'~')) else {
        return true;
    };
    std::str::from_utf8(&text[start..])
        .is_ok_and(|rest| !rest.contains(|c| Policy::Annotation.forbids(c)))
}

/// The beginnings of commands that a build server runs from anywhere in a line: GitHub's older form
/// and the formatting commands of Azure Pipelines (`##[group]`), other commands of Azure Pipelines,
/// and commands of TeamCity. All compare case.
pub(crate) const CI_COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Text that no CI system runs a command from: with a blank in front of the bracket of `##[`,
/// `##vso[` and `##teamcity[`, and between the colons of `::` at the beginning of a line. GitHub
/// skips white space in front of the colons.
///
/// ```
/// use imerr::terminal::neutralize_ci_commands;
///
/// assert_eq!(neutralize_ci_commands("##vso[task.complete].log"), "##vso [task.complete].log");
/// assert_eq!(neutralize_ci_commands("  ::error::x.log\n"), "  : :error::x.log\n");
/// ```
pub fn neutralize_ci_commands(text: &str) -> String {
    let mut neutralized = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r']) {
        let rest = line.trim_start();
        neutralized.push_str(&line[..line.len() - rest.len()]);
        match rest.strip_prefix("::") {
            Some(rest) => neutralized.extend([": :", rest]),
            None => neutralized.push_str(rest),
        }
    }
    for command in CI_COMMANDS {
        neutralized = neutralized.replace(command, &command.replace('[', " ["));
    }
    neutralized
}

/// `text`, lines of the log, with its control characters as escapes, for a terminal.
///
/// Tabs, line ends and the sequences that set colors and attributes stay. Everything else that
/// moves the cursor, sets a title, makes a link or changes the direction of text becomes visible
/// text: `\x1b[2J`, `\r`, `\u{202e}`. A CR directly in front of an LF is part of the line end.
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

/// A writer for JSON text, which writes DEL, C1 control characters and characters that change the
/// direction of text as `\u` escapes. A parser reads the same data, and a terminal obeys none.
///
/// In JSON text they occur only inside strings, where the other control characters are escaped
/// already. Each write must have whole characters, as those of serde_json have.
pub(crate) struct JsonEscaper<W>(pub W);

impl<W: Write> Write for JsonEscaper<W> {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        if !may_need_escapes(json) {
            return self.0.write(json);
        }
        let is_unsafe = |c: char| c >= '\x7f' && Policy::LogLine.forbids(c);
        let text = std::str::from_utf8(json).map_err(io::Error::other)?;
        for piece in text.split_inclusive(is_unsafe) {
            let last = piece.chars().next_back().filter(|&c| is_unsafe(c));
            let plain = &piece[..piece.len() - last.map_or(0, char::len_utf8)];
            self.0.write_all(plain.as_bytes())?;
            if let Some(c) = last {
                write!(self.0, "\\u{:04x}", u32::from(c))?;
            }
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Escapes the JSON text from `start` on as a [`JsonEscaper`] does.
pub(crate) fn escape_json(json: &mut Vec<u8>, start: usize) {
    if may_need_escapes(&json[start..]) {
        let text = json.split_off(start);
        JsonEscaper(json).write_all(&text).expect("the text is UTF-8, and a Vec takes all bytes");
    }
}

/// Whether `text` has a first byte of a character that JSON text has as an escape. Chinese
/// characters begin with none of them.
fn may_need_escapes(text: &[u8]) -> bool {
    // A loop over all bytes takes a quarter of the time of jsonl.
    memchr::memchr3(0x7f, 0xc2, 0xe2, text).is_some() || memchr::memchr(0xd8, text).is_some()
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
    use super::Policy::{Annotation, Document, LogLine, Message, Xml};
    use super::*;

    #[test]
    fn each_place_has_its_unsafe_characters() {
        let all = [LogLine, Message, Document, Xml, Annotation];
        // Each group of characters, and the places where they are unsafe.
        let rows: [(&str, &[Policy]); 11] = [
            ("\0\x07\x08\t\n\r\x1b\x1f\x7f", &all),
            ("\u{80}\u{85}\u{9b}\u{9f}", &all),
            ("\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}", &all),
            ("\u{2066}\u{2067}\u{2068}\u{2069}", &all),
            ("\u{2028}\u{2029}", &[Message, Document, Xml, Annotation]),
            ("\u{ad}\u{34f}\u{180e}\u{200b}\u{2060}\u{206f}\u{2800}", &[Document, Annotation]),
            ("\u{3164}\u{feff}\u{fff9}\u{e0001}\u{e0041}\u{e007f}", &[Document, Annotation]),
            ("\u{200c}\u{200d}\u{fe00}\u{fe0f}\u{e0100}\u{e01ef}", &[Document]),
            ("\u{fdd0}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}", &[Xml, Annotation]),
            ("\u{fffd}\u{e000}\u{f8ff}\u{f0000}\u{10fffd}", &[Annotation]),
            ("aZ0 ~'\"<&[]#错é\u{301}，\u{3000}😀\u{3fffd}", &[]),
        ];
        for (text, unsafe_in) in rows {
            for c in text.chars() {
                let forbidding: Vec<Policy> =
                    all.into_iter().filter(|policy| policy.forbids(c)).collect();
                assert_eq!(forbidding, unsafe_in, "{c:?}");
            }
        }
    }

    #[test]
    fn unsafe_characters_are_replaced_or_escaped() {
        // The name, and how it is written in a message and in a document.
        let rows = [
            ("app.log", "app.log", "app.log"),
            ("日志 é\u{301}.log", "日志 é\u{301}.log", "日志 é\u{301}.log"),
            ("C:\\logs\\app.log", "C:\\logs\\app.log", "C:\\logs\\app.log"),
            ("a\nb\r\t\0.log", "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}.log", "a\\nb\\r\\t\\x00.log"),
            ("\x1b[31m\x7f\u{9b}2J", "\u{fffd}[31m\u{fffd}\u{fffd}2J", "\\x1b[31m\\x7f\\u{9b}2J"),
            ("gol\u{202e}.txt\u{2066}", "gol\u{fffd}.txt\u{fffd}", "gol\\u{202e}.txt\\u{2066}"),
            ("a\u{2028}b", "a\u{fffd}b", "a\\u{2028}b"),
            (
                "a\u{200b}b\u{feff}\u{e0041}\u{ad}",
                "a\u{200b}b\u{feff}\u{e0041}\u{ad}",
                "a\\u{200b}b\\u{feff}\\u{e0041}\\u{ad}",
            ),
        ];
        for (name, message, document) in rows {
            assert_eq!((&*replace_unsafe(name), &*escape_name(name)), (message, document));
        }
    }

    #[test]
    fn annotation_texts_are_utf_8_without_unsafe_characters() {
        for text in ["", "a [b] 错", "می\u{200c}شود", "👩\u{200d}💻 ⚠\u{fe0f}"] {
            assert!(is_annotation_text(text.as_bytes()), "{text}");
        }
        for text in ["a\n", "错\u{202e}", "错\u{200b}x", "\u{fffd}", "\u{e000}", "a\u{ffff}"] {
            assert!(!is_annotation_text(text.as_bytes()), "{text:?}");
        }
        for bytes in [&b"a\xff"[..], b"\xb4\xed\xce\xf3", b"\xe9\x94", b"\xed\xa0\x80", b"\xc0\x80"]
        {
            assert!(!is_annotation_text(bytes), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn ci_commands_are_broken_and_other_text_stays() {
        let rows = [
            ("", ""),
            ("a.log: not found\n", "a.log: not found\n"),
            ("a::b [c] ##d\n\n", "a::b [c] ##d\n\n"),
            ("::error::x", ": :error::x"),
            ("a\n \u{3000}::x::\r::y::\n", "a\n \u{3000}: :x::\r: :y::\n"),
            (":::x::", ": ::x::"),
            ("a ##[add-mask]b", "a ## [add-mask]b"),
            ("##vso[a]##teamcity[b]###[c]", "##vso [a]##teamcity [b]### [c]"),
        ];
        for (text, wanted) in rows {
            assert_eq!(neutralize_ci_commands(text), wanted, "{text:?}");
        }
    }

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
    fn unsafe_characters_in_json_are_escapes_of_the_same_text() {
        let rows = [
            ("a \"b\" \\ \n中", r#""a \"b\" \\ \n中""#),
            ("\x7f\u{9b}2J\u{85}", r#""\u007f\u009b2J\u0085""#),
            ("x\u{202e}\u{2069}\u{200f}\u{61c}y", r#""x\u202e\u2069\u200f\u061cy""#),
        ];
        for (text, wanted) in rows {
            let mut json = Vec::new();
            serde_json::to_writer(JsonEscaper(&mut json), text).expect("a Vec takes all bytes");
            assert_eq!(String::from_utf8_lossy(&json), wanted);
            let read: String = serde_json::from_slice(&json).expect("JSON");
            assert_eq!(read, text);
        }
        let every: String = (0..0x11_0000).filter_map(char::from_u32).collect();
        let mut pushed = serde_json::to_vec(&every).expect("a text is JSON");
        escape_json(&mut pushed, 0);
        let mut json = Vec::new();
        serde_json::to_writer(JsonEscaper(&mut json), &every).expect("a Vec takes all bytes");
        assert!(pushed == json && matches!(escape_controls(&json), Cow::Borrowed(_)));
        assert_eq!(serde_json::from_slice::<String>(&json).ok(), Some(every));
    }

    #[test]
    fn single_bytes_of_c1_are_escaped() {
        assert_eq!(escape_controls(b"\xff\x9b31m\xe4\xb8").as_ref(), b"\xff\\x9b31m\xe4\xb8");
        assert_eq!(escape_controls("中".as_bytes()).as_ref(), "中".as_bytes());
    }
}
