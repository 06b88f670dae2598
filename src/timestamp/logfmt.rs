//! The time of a line of `key=value` pairs.

use super::formats::Reading;
use super::key;

/// How far into the line keys are looked for.
const WINDOW: usize = 512;

/// Reads the time among the pairs that `text` begins with; the first word that is none ends them.
pub(super) fn read(text: &[u8]) -> Option<Reading> {
    let mut at = 0;
    while at < WINDOW {
        let rest = text.get(at..)?;
        let name = &rest[..rest.iter().take(WINDOW).take_while(|&&byte| is_key_part(byte)).count()];
        let written = rest[name.len()..].strip_prefix(b"=").filter(|_| !name.is_empty())?;
        if key::is_time(name)
            && let Some(reading) = key::value(written)
        {
            return Some(reading);
        }
        at = text.len() - written.len() + value_length(written)?;
    }
    None
}

/// How many bytes a value has with the blank behind it; None when it is cut off or another word touches it.
fn value_length(written: &[u8]) -> Option<usize> {
    let window = &written[..written.len().min(WINDOW)];
    let end = match window.strip_prefix(b"\"") {
        Some(string) => key::string_end(string)? + 2,
        None => memchr::memchr2(b' ', b'\t', window)?,
    };
    let blanks = window[end..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    (blanks > 0).then_some(end + blanks)
}

fn is_key_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_among_the_leading_pairs() {
        let instant = Some(Reading::Instant(1_700_000_000_123));
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
            assert_eq!(read(text.as_bytes()), wanted, "{text}");
        }
    }
}
