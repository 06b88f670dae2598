//! The time of structured lines: JSON objects and logfmt pairs.

use super::fields::{Cursor, lower_case};
use super::formats::{self, Parsed, Preceding};

/// How far into a JSON object keys are searched. Loggers that sort their keys write `time` after
/// the message.
const JSON_WINDOW: usize = 4096;

/// The most blanks on each side of a colon in JSON.
const JSON_BLANKS_LIMIT: usize = 8;

/// How far into a line pairs of logfmt are searched.
const LOGFMT_WINDOW: usize = 512;

/// The keys whose value is the time of a line, in lower case.
#[rustfmt::skip]
const TIME_KEYS: [&[u8]; 17] = [
    b"time", b"ts", b"timestamp", b"@timestamp", b"t", b"@t", b"date", b"datetime", b"asctime",
    b"_time", b"log_time", b"logtime", b"timemillis", b"time_local", b"time_iso8601",
    b"eventtime", b"__realtime_timestamp",
];

/// Whether the value of `key` is the time of a line. Case does not matter.
pub(super) fn is_time_key(key: &[u8]) -> bool {
    TIME_KEYS.contains(&lower_case(key, &mut [0; 20]))
}

/// Reads the time of the JSON object that `text` starts with, from a member of the object itself,
/// not of an object inside it.
///
/// `text` may also start with a member alone, as where an object is printed over several lines.
pub(super) fn json_time(text: &[u8]) -> Option<Parsed> {
    let window = &text[..text.len().min(JSON_WINDOW)];
    let mut depth = usize::from(window.first() == Some(&b'"'));
    let mut at = 0;
    loop {
        match *window.get(at)? {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return None,
            b'}' => depth -= 1,
            b'"' => {
                let string = &window[at + 1..];
                let end = string_end(string)?;
                at += 1 + end;
                if depth == 1
                    && is_time_key(&string[..end])
                    && let Some(after_colon) = after_colon(&text[at + 1..])
                    && let Some(parsed) = value(after_colon)
                {
                    return Some(parsed);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The text after the colon of a key; None if the string is not a key.
fn after_colon(text: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor(text);
    cursor.eat_blanks(JSON_BLANKS_LIMIT);
    cursor.eat_any(b":")?;
    cursor.eat_blanks(JSON_BLANKS_LIMIT);
    Some(cursor.0)
}

/// Reads the time of the `key=value` pairs that `text` starts with. The first word that is not a
/// pair ends them.
pub(super) fn logfmt_time(text: &[u8]) -> Option<Parsed> {
    let mut at = 0;
    while at < LOGFMT_WINDOW {
        let rest = text.get(at..)?;
        let key_length =
            rest.iter().take(LOGFMT_WINDOW).take_while(|&&byte| is_logfmt_key_byte(byte)).count();
        let (key, rest) = rest.split_at(key_length);
        if key.is_empty() {
            return None;
        }
        let written = rest.strip_prefix(b"=")?;
        if is_time_key(key)
            && let Some(parsed) = value(written)
        {
            return Some(parsed);
        }
        at = text.len() - written.len() + logfmt_value_length(written)?;
    }
    None
}

/// The length of a value and the blanks after it; None if it is cut off, or another word follows
/// without a blank.
fn logfmt_value_length(written: &[u8]) -> Option<usize> {
    let window = &written[..written.len().min(LOGFMT_WINDOW)];
    let end = match window.strip_prefix(b"\"") {
        Some(string) => string_end(string)? + 2,
        None => memchr::memchr2(b' ', b'\t', window)?,
    };
    let blanks = window[end..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    (blanks > 0).then_some(end + blanks)
}

fn is_logfmt_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

/// Reads the value of a time key, with or without quotes or a bracket.
///
/// MongoDB wraps it: `{"$date":"2026-11-24T10:00:00.123Z"}`.
fn value(text: &[u8]) -> Option<Parsed> {
    let text = text.strip_prefix(b"{\"$date\":").unwrap_or(text);
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let text = text.strip_prefix(b"[").unwrap_or(text);
    formats::read(text, Preceding::TimeKey)
}

/// The length of a string without its quotes. `string` starts after the opening quote.
fn string_end(string: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', string).find(|&quote| {
        let backslashes = string[..quote].iter().rev().take_while(|&&byte| byte == b'\\').count();
        backslashes % 2 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_quotes() {
        let instant = Some(Parsed::Instant(1_700_000_000_123));
        let rows = [
            ("1700000000123", instant),
            ("1700000000.123,", instant),
            ("\"1700000000123\"", instant),
            ("\"2023-11-14T22:13:20.123Z\"", instant),
            ("{\"$date\":\"2023-11-14T22:13:20.123Z\"}", instant),
            ("[14/Nov/2023:22:13:20 +0000]", Some(Parsed::Instant(1_700_000_000_000))),
            ("12", None),
            ("13800138000", None),
            ("\"10:00:00\"", None),
            ("null", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(value(text.as_bytes()), wanted, "{text:?}");
        }
    }

    #[test]
    fn whole_keys_are_compared() {
        let rows = [
            ("time", true),
            ("Timestamp", true),
            ("@timestamp", true),
            ("EventTime", true),
            ("__REALTIME_TIMESTAMP", true),
            ("server_time", false),
            ("times", false),
        ];
        for (key, wanted) in rows {
            assert_eq!(is_time_key(key.as_bytes()), wanted, "{key:?}");
        }
    }

    #[test]
    fn the_time_of_the_outer_object_is_read() {
        let instant = Some(Parsed::Instant(1_700_000_000_123));
        let rows = [
            (r#"{"ts":1700000000.123,"msg":"x"}"#, instant),
            (r#"{"level":"info","msg":"x","time":"2023-11-14T22:13:20.123Z"}"#, instant),
            (r#"{ "@timestamp" : "2023-11-14T22:13:20.123Z" }"#, instant),
            (r#"{"msg":"\\","EventTime":"1700000000123"}"#, instant),
            (r#"{"t":{"$date":"2023-11-14T22:13:20.123Z"},"s":"I"}"#, instant),
            (r#"{"time":12,"a":{"b":1},"ts":1700000000123}"#, instant),
            (r#""timestamp": 1700000000123,"#, instant),
            (r#"{"msg":"{\"time\":1700000000123}"}"#, None),
            (r#"{"user":{"time":1700000000123}}"#, None),
            (r#"{"tags":["time",1700000000123]}"#, None),
            (r#"{"a":1},"time":1700000000123"#, None),
            (r#"{"server_time":1700000000123}"#, None),
            (r#"{"time":"#, None),
            (r#"{"time"#, None),
            (r#"{"msg":"\"#, None),
            ("{", None),
            ("}", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(json_time(text.as_bytes()), wanted, "{text}");
        }
    }

    #[test]
    fn json_keys_are_searched_in_a_window() {
        for (length, wanted) in [(4000, true), (5000, false)] {
            let text = format!(r#"{{"msg":"{}","ts":1700000000123}}"#, "x".repeat(length));
            assert_eq!(json_time(text.as_bytes()).is_some(), wanted, "{length}");
        }
    }

    #[test]
    fn the_time_among_the_leading_pairs_is_read() {
        let instant = Some(Parsed::Instant(1_700_000_000_123));
        let rows = [
            ("time=2023-11-14T22:13:20.123Z level=INFO msg=x", instant),
            ("time=\"2023-11-14T22:13:20.123Z\" level=info", instant),
            ("level=info ts=1700000000.123 caller=x.go:1", instant),
            ("msg=\"a \\\"b=c\\\" d\"  t=1700000000123", instant),
            ("time=12 ts=1700000000123", instant),
            ("code=6206 login failed ts=1700000000123", None),
            ("msg=\"ts=1700000000123", None),
            ("msg=\"x\"ts=1700000000123", None),
            ("server_time=1700000000123 x", None),
            ("=1700000000123", None),
            ("ts", None),
            ("ts=", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(logfmt_time(text.as_bytes()), wanted, "{text}");
        }
    }
}
