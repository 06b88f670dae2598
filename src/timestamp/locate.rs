//! Where in a line its timestamp stands: at the start, or behind what loggers write before it.
//!
//! What may precede a timestamp is brackets, levels, tags such as an address or a container, and the keys of JSON or
//! logfmt. Prose ends the search, so that a date inside a message is none of the line.

use super::formats::{self, Place, Reading};
use super::tokens::{self, Word};
use super::{glog, json, key, logfmt};

/// How many of the first bytes a timestamp can begin at.
const WINDOW: usize = 160;

/// How many words and brackets may stand before a timestamp.
const ITEMS_LIMIT: usize = 8;

/// Finds and reads the timestamp of `line`.
pub(super) fn read(line: &[u8]) -> Option<Reading> {
    walk(line).or_else(|| access_log(line))
}

/// Goes over what may precede a timestamp and reads the first one.
fn walk(line: &[u8]) -> Option<Reading> {
    let window = &line[..line.len().min(WINDOW)];
    let mut at = 0;
    let mut place = Place::Start;
    for _ in 0..ITEMS_LIMIT {
        at += filler(&window[at..]);
        let first = *window.get(at)?;
        let rest = &line[at..];
        if let Some(reading) = formats::read(rest, place) {
            return Some(reading);
        }
        match first {
            open @ (b'[' | b'(' | b'<' | b'"') => {
                let inside =
                    formats::read(&rest[1..], place).or_else(|| glog::chromium(&rest[1..]));
                if inside.is_some() {
                    return inside;
                }
                if open == b'"' {
                    return json::read(rest);
                }
                let (length, next) = bracket(&window[at..], place)?;
                (at, place) = (at + length, next);
            }
            b'{' => return json::read(rest),
            _ => {
                let length = tokens::length(&window[at..]);
                if rest.get(length) == Some(&b'=') {
                    return logfmt::read(rest);
                }
                let (length, next) = behind(&window[at..], length)?;
                (at, place) = (at + length, next);
            }
        }
    }
    None
}

/// How many bytes at the beginning of `text` are blanks, signs and colors between words.
fn filler(text: &[u8]) -> usize {
    let mut rest = text;
    loop {
        rest = match rest {
            [
                b' ' | b'\t' | b'|' | b',' | b':' | b'*' | b'#' | b'=' | b'>' | b']' | b')',
                rest @ ..,
            ] => rest,
            // A dash, where it is no sign.
            [b'-', tail @ ..] if !tail.first().is_some_and(u8::is_ascii_digit) => tail,
            // A styled part of a browser's console.
            [b'%', b'c', rest @ ..] => rest,
            // The brackets 【 and 】, and the byte order mark.
            [0xE3, 0x80, 0x90 | 0x91, rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            [0x1B, b'[', tail @ ..] => {
                match tail.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';') {
                    Some(end) if tail[end] == b'm' => &tail[end + 1..],
                    _ => return text.len() - rest.len(),
                }
            }
            _ => return text.len() - rest.len(),
        };
    }
}

/// How much of the bracket at the beginning of `text` to go past, and what place is behind that; None when it does not
/// close.
///
/// One that begins with a level is read on as if there were no bracket: `[INFO 2026-11-24 10:00:00]`.
fn bracket(text: &[u8], place: Place) -> Option<(usize, Place)> {
    let inner = &text[1..];
    if tokens::kind(&inner[..tokens::length(inner)]) == Word::Name {
        return Some((1, place));
    }
    let close = match text[0] {
        b'[' => b']',
        b'(' => b')',
        _ => b'>',
    };
    memchr::memchr(close, text).map(|end| (end + 1, Place::Inside))
}

/// How much of the word of `length` bytes at the beginning of `text` to go past, and what place is behind that; None
/// behind prose.
fn behind(text: &[u8], length: usize) -> Option<(usize, Place)> {
    let (word, rest) = text.split_at(length);
    // A key that its value touches, as in time:2026-11-24.
    let key = memchr::memchr(b':', word).filter(|&colon| key::is_time(&word[..colon]));
    if let Some(colon) = key {
        return Some((colon + 1, Place::Key));
    }
    let place = match tokens::kind(word) {
        Word::Name => Place::Named,
        Word::Tag => Place::Inside,
        // A column, as the names of containers are.
        Word::Prose if length > 0 && rest.trim_ascii_start().first() == Some(&b'|') => {
            Place::Inside
        }
        Word::Prose => return None,
    };
    Some((length, place))
}

/// Reads the time of an access log, in brackets behind address and user, which may have any name.
fn access_log(line: &[u8]) -> Option<Reading> {
    let window = &line[..line.len().min(WINDOW)];
    memchr::memchr_iter(b'[', window).map(|open| &line[open + 1..]).find_map(|inner| match inner {
        [b'0'..=b'3', b'0'..=b'9', b'/', month, ..] if month.is_ascii_uppercase() => {
            formats::read(inner, Place::Inside)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_colors_are_gone_past() {
        let rows = [
            ("2026", ""),
            (" \t| 2026", " \t| "),
            ("--- 2026", "--- "),
            ("-2026", ""),
            ("%c TIM", "%c "),
            ("%20", ""),
            ("【2026】", "【"),
            ("】 x", "】 "),
            ("\u{feff}2026", "\u{feff}"),
            ("\x1b[1;31m2026", "\x1b[1;31m"),
            ("\x1b[2Kx", ""),
            ("\x1b[31", ""),
            ("", ""),
        ];
        for (text, wanted) in rows {
            assert_eq!(filler(text.as_bytes()), wanted.len(), "{text:?}");
        }
    }

    #[test]
    fn only_what_is_no_prose_stands_before_a_timestamp() {
        let rows = [
            ("INFO x", Some((4, Place::Named))),
            ("web-1 x", Some((5, Place::Inside))),
            ("web | x", Some((3, Place::Inside))),
            ("time:2026", Some((5, Place::Key))),
            ("login failed", None),
            ("登录", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(
                behind(text.as_bytes(), tokens::length(text.as_bytes())),
                wanted,
                "{text:?}"
            );
        }
        let rows = [
            ("[main] x", Some((6, Place::Inside))),
            ("[INFO 2026]", Some((1, Place::Start))),
            ("(15282): x", Some((7, Place::Inside))),
            ("<34>1", Some((4, Place::Inside))),
            ("[main", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(bracket(text.as_bytes(), Place::Start), wanted, "{text:?}");
        }
    }
}
