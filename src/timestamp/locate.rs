//! Finds the timestamp of a line: at its start, or after what loggers write in front of it.
//!
//! A timestamp may follow brackets, levels, tags such as an address or a container, and the keys of
//! JSON or logfmt. Prose ends the search, since a date inside a message is not the timestamp of the
//! line.

use super::fields::lower_case;
use super::formats::{self, Parsed, Preceding};
use super::structured;

/// A timestamp must start in this many bytes.
const WINDOW: usize = 160;

/// The most words and brackets in front of a timestamp.
const ITEMS_LIMIT: usize = 8;

/// Finds and reads the timestamp of `line`.
pub(super) fn find(line: &[u8]) -> Option<Parsed> {
    after_prefix(line).or_else(|| in_access_log(line))
}

/// Skips what may precede a timestamp and reads the first one.
fn after_prefix(line: &[u8]) -> Option<Parsed> {
    let window = &line[..line.len().min(WINDOW)];
    let mut at = 0;
    let mut preceding = Preceding::Nothing;
    for _ in 0..ITEMS_LIMIT {
        at += filler_length(&window[at..]);
        let first = *window.get(at)?;
        let rest = &line[at..];
        if let Some(parsed) = formats::read(rest, preceding) {
            return Some(parsed);
        }
        let (length, next) = match first {
            b'[' | b'(' | b'<' | b'"' => {
                let inside = &rest[1..];
                let parsed = formats::read(inside, preceding).or_else(|| formats::chromium(inside));
                if parsed.is_some() {
                    return parsed;
                }
                if first == b'"' {
                    return structured::json_time(rest);
                }
                skip_bracket(&window[at..], preceding)?
            }
            b'{' => return structured::json_time(rest),
            _ => {
                let length = word_length(&window[at..]);
                if rest.get(length) == Some(&b'=') {
                    return structured::logfmt_time(rest);
                }
                skip_word(&window[at..], length)?
            }
        };
        at += length;
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
fn skip_word(text: &[u8], length: usize) -> Option<(usize, Preceding)> {
    let (word, rest) = text.split_at(length);
    // A key right in front of its value, as in time:2026-11-24.
    if let Some(colon) = memchr::memchr(b':', word)
        && structured::is_time_key(&word[..colon])
    {
        return Some((colon + 1, Preceding::TimeKey));
    }
    let is_column = length > 0 && rest.trim_ascii_start().first() == Some(&b'|');
    match word_kind(word) {
        WordKind::LevelOrName => Some((length, Preceding::LevelOrName)),
        WordKind::Tag => Some((length, Preceding::Tag)),
        // The name of a container is a column of its own: `web  | 2026-11-24 10:00:00`.
        WordKind::Prose if is_column => Some((length, Preceding::Tag)),
        WordKind::Prose => None,
    }
}

/// Reads the time of an access log, in brackets after address and user, which may have any name.
fn in_access_log(line: &[u8]) -> Option<Parsed> {
    let window = &line[..line.len().min(WINDOW)];
    for open in memchr::memchr_iter(b'[', window) {
        let inside = &line[open + 1..];
        if let [b'0'..=b'3', b'0'..=b'9', b'/', b'A'..=b'Z', ..] = inside
            && let Some(parsed) = formats::read(inside, Preceding::Tag)
        {
            return Some(parsed);
        }
    }
    None
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
    text.iter().take_while(|&&byte| is_word_byte(byte)).count()
}

fn is_word_byte(byte: u8) -> bool {
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

/// Levels, and names after which loggers write the time, such as that of an SDK; in lower case.
#[rustfmt::skip]
const LEVELS_AND_NAMES: [&[u8]; 23] = [
    b"info", b"debug", b"warn", b"error", b"warning", b"trace", b"fatal", b"verbose", b"notice",
    b"critical", b"severe", b"err", b"crit", b"alert", b"emerg", b"panic", b"log",
    b"tim", b"chat", b"litechat", b"imsdk", b"flutter", b"i/flutter",
];

fn is_level_or_name(word: &[u8]) -> bool {
    match word {
        [letter] => b"IDWEVFTCN".contains(letter),
        _ => LEVELS_AND_NAMES.contains(&lower_case(word, &mut [0; 20])),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_and_colors_are_skipped() {
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
            assert_eq!(filler_length(text.as_bytes()), wanted.len(), "{text:?}");
        }
    }

    #[test]
    fn prose_is_not_skipped() {
        let rows = [
            ("INFO x", Some((4, Preceding::LevelOrName))),
            ("web-1 x", Some((5, Preceding::Tag))),
            ("web | x", Some((3, Preceding::Tag))),
            ("time:2026", Some((5, Preceding::TimeKey))),
            ("login failed", None),
            ("登录", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(
                skip_word(text.as_bytes(), word_length(text.as_bytes())),
                wanted,
                "{text:?}"
            );
        }
        let rows = [
            ("[main] x", Some((6, Preceding::Tag))),
            ("[INFO 2026]", Some((1, Preceding::Nothing))),
            ("(15282): x", Some((7, Preceding::Tag))),
            ("<34>1", Some((4, Preceding::Tag))),
            ("[main", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(skip_bracket(text.as_bytes(), Preceding::Nothing), wanted, "{text:?}");
        }
    }

    #[test]
    fn words_are_classified() {
        use WordKind::{LevelOrName, Prose, Tag};
        let rows = [
            ("INFO", LevelOrName),
            ("info:", LevelOrName),
            ("E", LevelOrName),
            ("TIM:", LevelOrName),
            ("Chat", LevelOrName),
            ("10.0.0.1", Tag),
            ("::1", Tag),
            ("web-1", Tag),
            ("E/imsdk", Tag),
            ("tim-js.js:1", Tag),
            ("1234:M", Tag),
            ("nova-api.log.1.2017-05-16_13:53:08", Tag),
            ("web.example.com", Tag),
            ("at", Prose),
            ("e", Prose),
            ("login", Prose),
            ("done.", Prose),
            ("Last-Modified:", Prose),
            ("expire_time:", Prose),
            ("expires:2026-11-24", Prose),
            ("", Prose),
        ];
        for (word, wanted) in rows {
            assert_eq!(word_kind(word.as_bytes()), wanted, "{word:?}");
        }
    }

    #[test]
    fn words_end_at_blanks_and_brackets() {
        let rows =
            [("E/imsdk   (1)", 7), ("TIM: x", 4), ("INFO|x", 4), ("ts=1", 2), ("登录", 0), ("", 0)];
        for (text, wanted) in rows {
            assert_eq!(word_length(text.as_bytes()), wanted, "{text:?}");
        }
    }
}
