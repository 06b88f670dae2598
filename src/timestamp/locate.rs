//! Finds the timestamp of a line: at its start, or after what loggers write in front of it.
//!
//! A timestamp may follow brackets, levels, tags such as an address or a container, and the keys of
//! JSON or logfmt. Prose ends the search, since a date inside a message is not the timestamp of the
//! line.

use super::fields::{color_length, lower_case};
use super::form_reader::FormReader;
use super::forms::{self, Preceding};
use super::structured;
use super::written::Written;

/// A timestamp must start in this many bytes.
const WINDOW: usize = 160;

/// How far into a line of Rails, which begins with the address of the request.
const RAILS_WINDOW: usize = 4096;

/// The most words and brackets in front of a timestamp.
const ITEMS_LIMIT: usize = 8;

/// A timestamp in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub written: Written,
    /// Whether it is the value of a key.
    pub is_member: bool,
    /// Whether the line is one JSON object or pairs of logfmt, and this is a member of its own.
    pub is_own: bool,
}

impl Stamp {
    /// A timestamp that is not the value of a key.
    pub(super) fn at_start(written: Written) -> Self {
        Self { written, is_member: false, is_own: false }
    }

    /// Whether it has no date.
    pub(super) fn is_clock(self) -> bool {
        matches!(self.written, Written::Clock(_))
    }
}

/// Finds and reads the timestamp of `line`. NUL bytes in front of it are where a log was cut off
/// while its writer went on at its old position.
pub(super) fn find(line: &[u8], reader: &mut FormReader) -> Option<Stamp> {
    let line = match line.first()? {
        0 => &line[line.iter().position(|&byte| byte != 0)?..],
        _ => line,
    };
    let start = filler_length(&line[..line.len().min(WINDOW)]);
    if let Some(stamp) = after_prefix(line, start, reader) {
        return Some(stamp);
    }
    let written =
        in_later_bracket(line, reader).or_else(|| in_rails_log(&line[start..], reader))?;
    Some(Stamp::at_start(written))
}

/// Skips what may precede a timestamp from `start` on, and reads the first one.
fn after_prefix(line: &[u8], start: usize, reader: &mut FormReader) -> Option<Stamp> {
    let window = &line[..line.len().min(WINDOW)];
    let mut at = start;
    let mut preceding = Preceding::Nothing;
    for _ in 0..ITEMS_LIMIT {
        let first = *window.get(at)?;
        let rest = &line[at..];
        let (length, next) = match first {
            b'[' | b'(' | b'<' | b'"' => {
                let inside = &rest[1..];
                let inside = &inside[filler_length(&inside[..inside.len().min(WINDOW)])..];
                let written = reader.read(inside, preceding);
                let written = written.or_else(|| forms::bracketed(inside));
                if let Some(written) = written {
                    return Some(Stamp::at_start(written));
                }
                if first == b'"' {
                    let (written, _) = structured::json_time(rest, reader)?;
                    return Some(Stamp { written, is_member: true, is_own: false });
                }
                skip_bracket(&window[at..], preceding)?
            }
            b'{' => {
                let (written, is_outer) = structured::json_time(rest, reader)?;
                let is_own = is_outer && line[..at].trim_ascii().is_empty();
                return Some(Stamp { written, is_member: true, is_own });
            }
            _ => {
                if let Some(written) = reader.read(rest, preceding) {
                    let is_member = preceding == Preceding::TimeKey;
                    return Some(Stamp { written, is_member, is_own: false });
                }
                let length = word_length(&window[at..]);
                // Erlang: =INFO REPORT==== 24-Nov-2026::10:00:00
                if rest.get(length) == Some(&b'=') && rest.get(length + 1) != Some(&b'=') {
                    let written = structured::logfmt_time(rest, reader)?;
                    let is_own = line[..at].trim_ascii().is_empty();
                    return Some(Stamp { written, is_member: true, is_own });
                }
                skip_word(&window[at..], length, preceding)?
            }
        };
        at += length;
        at += filler_length(&window[at..]);
        preceding = next;
    }
    None
}

/// The length of the blanks, punctuation and colors that `text` starts with.
fn filler_length(text: &[u8]) -> usize {
    let mut rest = text;
    loop {
        rest = match rest {
            [
                b' ' | b'\t' | b'|' | b',' | b':' | b'*' | b'#' | b'=' | b'>' | b']' | b')',
                rest @ ..,
            ] => rest,
            // A dash that is not the sign of a number.
            [b'-', tail @ ..] if !tail.first().is_some_and(u8::is_ascii_digit) => tail,
            // The start of styled text in a browser's console.
            [b'%', b'c', rest @ ..] => rest,
            // The brackets 【 and 】, and the byte order mark.
            [0xE3, 0x80, 0x90 | 0x91, rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            _ => match color_length(rest) {
                0 => return text.len() - rest.len(),
                length => &rest[length..],
            },
        };
    }
}

/// How many bytes of the bracket that `text` starts with to skip, and what then precedes a
/// timestamp; None if the bracket does not close.
///
/// If it starts with a level, only the bracket itself is skipped: `[INFO 2026-11-24 10:00:00]`.
fn skip_bracket(text: &[u8], preceding: Preceding) -> Option<(usize, Preceding)> {
    let inside = &text[1..];
    if word_kind(&inside[..word_length(inside)]) == WordKind::LevelOrName {
        return Some((1, preceding));
    }
    let close = match text[0] {
        b'[' => b']',
        b'(' => b')',
        _ => b'>',
    };
    let end = memchr::memchr(close, text)?;
    Some((end + 1, Preceding::Tag))
}

/// How many bytes of the word of `length` bytes that `text` starts with to skip, and what then
/// precedes a timestamp; None if the word is prose.
fn skip_word(text: &[u8], length: usize, preceding: Preceding) -> Option<(usize, Preceding)> {
    let (word, rest) = text.split_at(length);
    if let Some(colon) = memchr::memchr(b':', word) {
        // A key right in front of its value, as in time:2026-11-24.
        if structured::is_time_key(&word[..colon]) {
            return Some((colon + 1, Preceding::TimeKey));
        }
        // Python and others put colons between columns: ERROR:root:2026-11-24 10:00:00.
        if word_kind(&word[..colon]) != WordKind::Prose {
            let columns = memchr::memchr_iter(b':', word).map(|colon| colon + 1);
            if let Some(start) = columns.into_iter().find(|&start| is_date(&word[start..])) {
                return Some((start, Preceding::Tag));
            }
        }
    }
    match word_kind(word) {
        WordKind::LevelOrName => Some((length, Preceding::LevelOrName)),
        WordKind::Tag => Some((length, Preceding::Tag)),
        // The name of a container is a column of its own: `web  | 2026-11-24 10:00:00`. Or it
        // follows that of its pod: `web-1 app 2026-11-24T10:00:00Z`.
        WordKind::Prose if length > 0 => {
            let next = rest.trim_ascii_start();
            let is_column = next.first() == Some(&b'|');
            let is_container = preceding == Preceding::Tag && is_date(next);
            (is_column || is_container).then_some((length, Preceding::Tag))
        }
        WordKind::Prose => None,
    }
}

/// Whether `text` starts like `2026-11-24`.
fn is_date(text: &[u8]) -> bool {
    matches!(text, [b'1' | b'2', b'0' | b'9', b, c, b'-' | b'/', d, ..]
        if [b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

/// Reads the time in a bracket further on in the line: that of an access log after address and
/// user, which may have any name, or that of uWSGI after the process and the size of the request.
fn in_later_bracket(line: &[u8], reader: &mut FormReader) -> Option<Written> {
    let window = &line[..line.len().min(WINDOW)];
    for open in memchr::memchr_iter(b'[', window) {
        let inside = &line[open + 1..];
        if let [b'0'..=b'3', b'0'..=b'9', b'/', b'A'..=b'Z', ..]
        | [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b' ', b'A'..=b'Z', ..] = inside
            && let Some(written) = reader.read(inside, Preceding::Tag)
        {
            return Some(written);
        }
    }
    None
}

/// Reads the time of Rails: `Started GET "/" for 192.0.2.10 at 2026-11-24 10:00:00 +0800`.
fn in_rails_log(text: &[u8], reader: &mut FormReader) -> Option<Written> {
    let request = text.strip_prefix(b"Started ")?;
    let request = &request[..request.len().min(RAILS_WINDOW)];
    let start = memchr::memmem::rfind(request, b" at ")? + 4;
    reader.read(&request[start..], Preceding::Tag)
}

/// The kind of a word in front of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WordKind {
    /// A level or a name after which loggers write the time.
    LevelOrName,
    /// An address, a process, a file: anything that is not a word of a language.
    Tag,
    /// A word of a message.
    Prose,
}

/// The length of the word that `text` starts with.
fn word_length(text: &[u8]) -> usize {
    text.iter().take_while(|&&byte| WORD_BYTES[usize::from(byte)]).count()
}

/// Whether each byte is one of a word. Words such as file names are long.
const WORD_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = is_word_byte(byte as u8);
        byte += 1;
    }
    table
};

const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'_' | b'/' | b'@' | b'#' | b':' | b'-' | b'+' | b'$')
}

fn word_kind(word: &[u8]) -> WordKind {
    let without_colon = word.strip_suffix(b":");
    if is_level_or_name(without_colon.unwrap_or(word)) {
        WordKind::LevelOrName
    } else if without_colon.is_none() && is_tag(word) {
        WordKind::Tag
    } else {
        WordKind::Prose
    }
}

/// Whether `word` is a level, or a name after which loggers write the time, such as that of an SDK.
#[rustfmt::skip]
fn is_level_or_name(word: &[u8]) -> bool {
    // Most words in front of a timestamp are addresses and numbers.
    if !word.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    if let [letter] = word {
        return b"IDWEVFTCN".contains(letter);
    }
    matches!(
        lower_case(word, &mut [0; 20]),
        b"info" | b"debug" | b"warn" | b"error" | b"warning" | b"trace" | b"fatal" | b"verbose"
        | b"notice" | b"critical" | b"severe" | b"err" | b"crit" | b"alert" | b"emerg" | b"panic"
        | b"log" | b"tim" | b"chat" | b"litechat" | b"imsdk" | b"flutter" | b"i/flutter"
        | b"report"
    )
}

/// Whether `word` contains what words of a language lack, and is not a key with its value:
/// `10.0.0.1`, `web-1`, `a/b`, `tim.js:1`, `1234:M`.
fn is_tag(word: &[u8]) -> bool {
    let has_special_byte = word
        .iter()
        .any(|&byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'@' | b'#' | b'_'));
    has_special_byte && !has_value(word) && !word.ends_with(b".")
}

/// Whether `word` is a key with a value after a colon. A number or a single byte is not a value.
fn has_value(word: &[u8]) -> bool {
    let Some(colon) = memchr::memrchr(b':', word) else { return false };
    let value = &word[colon + 1..];
    value.len() > 1 && !value.iter().all(u8::is_ascii_digit)
}
