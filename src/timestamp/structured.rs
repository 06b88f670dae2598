//! The time of structured lines: JSON objects and logfmt pairs.

use super::fields::{Cursor, lower_case};
use super::form_reader::FormReader;
use super::forms::Preceding;
use super::written::Written;

/// How far into a JSON object keys are searched. Loggers that sort their keys write `time` after
/// the message.
const JSON_WINDOW: usize = 4096;

/// The most blanks on each side of a colon in JSON.
const JSON_BLANKS_LIMIT: usize = 8;

/// How far into a line pairs of logfmt are searched.
const LOGFMT_WINDOW: usize = 512;

/// Whether the value of `key` is the time of a line. Case does not matter.
#[rustfmt::skip]
pub(super) fn is_time_key(key: &[u8]) -> bool {
    let first = key.first().map(u8::to_ascii_lowercase);
    let may_be_one = matches!(first, Some(b't' | b'@' | b'd' | b'a' | b'_' | b'l' | b'e' | b'o'));
    // Most keys are decided by their first letter.
    may_be_one && matches!(
        lower_case(key, &mut [0; 20]),
        b"time" | b"ts" | b"timestamp" | b"@timestamp" | b"t" | b"@t" | b"date" | b"datetime"
        | b"asctime" | b"_time" | b"log_time" | b"logtime" | b"timemillis" | b"time_local"
        | b"time_iso8601" | b"eventtime" | b"__realtime_timestamp" | b"epochsecond"
        | b"timeunixnano" | b"observedtimeunixnano"
    )
}

/// Reads the time of the JSON object that `text` starts with: from a member of the object itself,
/// else from the first one of an object inside it, or from the beginning of the message. Returns
/// also whether the member is one of the object itself with a key of times.
///
/// `text` may also start with a member alone, as where an object is printed over several lines.
pub(super) fn json_time(text: &[u8], reader: &mut FormReader) -> Option<(Written, bool)> {
    let window = &text[..text.len().min(JSON_WINDOW)];
    let mut depth = usize::from(window.first() == Some(&b'"'));
    let mut fallback = None;
    let mut at = 0;
    while let Some(&byte) = window.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => break,
            b'}' => depth -= 1,
            b'"' => {
                let string = &window[at + 1..];
                let Some(end) = string_end(string) else { break };
                at += 1 + end;
                let member = member_time(&string[..end], &text[at + 1..], reader);
                if let Some((time, is_time_key)) = member {
                    if is_time_key && depth == 1 {
                        return Some((time, true));
                    }
                    fallback = fallback.or(Some((time, false)));
                }
            }
            _ => {}
        }
        at += 1;
    }
    fallback
}

/// Reads the time of a member if `string` is its key, and returns whether the key is one of times.
fn member_time(string: &[u8], rest: &[u8], reader: &mut FormReader) -> Option<(Written, bool)> {
    // Half of all strings are values.
    let written = after_colon(rest)?;
    if is_time_key(string) {
        return Some((value(written, reader)?, true));
    }
    // A message may start with the time.
    if !matches!(string, b"message" | b"msg" | b"log") {
        return None;
    }
    let text = written.strip_prefix(b"\"")?;
    let text = text.strip_prefix(b"[").unwrap_or(text);
    Some((reader.read(text, Preceding::Tag)?, false))
}

/// The text after the colon of a key; None if the string is not a key.
fn after_colon(text: &[u8]) -> Option<&[u8]> {
    // Nearly always there are no blanks.
    if let [b':', value @ ..] = text
        && !matches!(value, [b' ' | b'\t', ..])
    {
        return Some(value);
    }
    let mut cursor = Cursor(text);
    cursor.eat_blanks(JSON_BLANKS_LIMIT);
    cursor.eat_any(b":")?;
    cursor.eat_blanks(JSON_BLANKS_LIMIT);
    Some(cursor.0)
}

/// Reads the time of the `key=value` pairs that `text` starts with. The first word that is not a
/// pair ends them.
pub(super) fn logfmt_time(text: &[u8], reader: &mut FormReader) -> Option<Written> {
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
            && let Some(time) = value(written, reader)
        {
            return Some(time);
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
/// MongoDB and Monolog wrap it: `{"$date":"2026-11-24T10:00:00.123Z"}`,
/// `{"date":"2026-11-24 10:00:00.123","timezone_type":3,"timezone":"UTC"}`.
fn value(text: &[u8], reader: &mut FormReader) -> Option<Written> {
    let wrapped = if text.first() == Some(&b'{') { in_wrapper(text) } else { None };
    let inside = wrapped.unwrap_or(text);
    let inside = inside.strip_prefix(b"\"").unwrap_or(inside);
    let inside = inside.strip_prefix(b"[").unwrap_or(inside);
    let written = reader.read(inside, Preceding::TimeKey)?;
    Some(match written {
        Written::Local(millis) if wrapped.is_some() => {
            let object = &text[..memchr::memchr(b'}', text).unwrap_or(0)];
            let is_utc = memchr::memmem::find(object, b"\"timezone\":\"UTC\"").is_some();
            if is_utc { Written::Instant(millis) } else { written }
        }
        Written::Instant(millis) => Written::Instant(millis + nanos_of_second(inside)),
        _ => written,
    })
}

/// The text after the beginning of an object with the time in it.
fn in_wrapper(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"{\"$date\":").or_else(|| text.strip_prefix(b"{\"date\":"))
}

/// The milliseconds in the member `nanoOfSecond` that Log4j writes after the seconds.
fn nanos_of_second(text: &[u8]) -> i64 {
    let mut cursor = Cursor(text.get(10..).unwrap_or_default());
    let nanos =
        if cursor.eat_text(b",\"nanoOfSecond\":") { cursor.eat_number(1..=9) } else { None };
    i64::from(nanos.unwrap_or(0) / 1_000_000)
}

/// The length of a string without its quotes. `string` starts after the opening quote.
fn string_end(string: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', string).find(|&quote| {
        let backslashes = string[..quote].iter().rev().take_while(|&&byte| byte == b'\\').count();
        backslashes % 2 == 0
    })
}
