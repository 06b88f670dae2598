//! The time of a JSON object that is a line: the value of a key of its own, not of an object inside it.

use super::cursor::Cursor;
use super::formats::Reading;
use super::key;

/// How far into the object keys are looked for. Loggers that sort their keys write `time` behind the message.
const WINDOW: usize = 4096;

/// How many blanks may stand beside a colon.
const BLANKS_LIMIT: usize = 8;

/// Reads the time of the object that `text` begins with; also of a member that stands alone on a line, as in objects
/// printed over several lines.
pub(super) fn read(text: &[u8]) -> Option<Reading> {
    let window = &text[..text.len().min(WINDOW)];
    let mut depth = usize::from(window.first() == Some(&b'"'));
    let mut at = 0;
    loop {
        match *window.get(at)? {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1).filter(|&depth| depth > 0)?,
            b'"' => {
                let string = &window[at + 1..];
                let end = key::string_end(string)?;
                at += 1 + end;
                if depth == 1 && key::is_time(&string[..end]) {
                    let reading = after_colon(&text[at + 1..]).and_then(key::value);
                    if reading.is_some() {
                        return reading;
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// What follows the colon behind a key; None for a string that is no key.
fn after_colon(rest: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor(rest);
    cursor.eat_blanks(BLANKS_LIMIT);
    cursor.eat(b':').then(|| {
        cursor.eat_blanks(BLANKS_LIMIT);
        cursor.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_outer_object() {
        let instant = Some(Reading::Instant(1_700_000_000_123));
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
            assert_eq!(read(text.as_bytes()), wanted, "{text}");
        }
    }

    #[test]
    fn keys_are_looked_for_in_a_window() {
        for (length, wanted) in [(4000, true), (5000, false)] {
            let text = format!(r#"{{"msg":"{}","ts":1700000000123}}"#, "x".repeat(length));
            assert_eq!(read(text.as_bytes()).is_some(), wanted, "{length}");
        }
    }
}
