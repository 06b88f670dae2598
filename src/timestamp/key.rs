//! The keys behind which structured logs keep the time of a line, and their values, as JSON and logfmt share them.

use super::formats::{self, Place, Reading};
use super::tokens;

/// Whether `key` announces the time of a line, in any case.
pub(super) fn is_time(key: &[u8]) -> bool {
    let mut buffer = [0; 20];
    matches!(
        tokens::lower_case(key, &mut buffer),
        b"time"
            | b"ts"
            | b"timestamp"
            | b"@timestamp"
            | b"t"
            | b"@t"
            | b"date"
            | b"datetime"
            | b"asctime"
            | b"_time"
            | b"log_time"
            | b"logtime"
            | b"timemillis"
            | b"time_local"
            | b"time_iso8601"
            | b"eventtime"
            | b"__realtime_timestamp"
    )
}

/// Reads the value of such a key, quoted or bracketed or neither.
///
/// MongoDB wraps it: `{"$date":"2026-11-24T10:00:00.123Z"}`.
pub(super) fn value(text: &[u8]) -> Option<Reading> {
    let text = text.strip_prefix(b"{\"$date\":").unwrap_or(text);
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    formats::read(text.strip_prefix(b"[").unwrap_or(text), Place::Key)
}

/// Where the string, past its opening quote, closes.
pub(super) fn string_end(string: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', string).find(|&quote| {
        string[..quote].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_their_quotes() {
        let instant = Some(Reading::Instant(1_700_000_000_123));
        let rows = [
            ("1700000000123", instant),
            ("1700000000.123,", instant),
            ("\"1700000000123\"", instant),
            ("\"2023-11-14T22:13:20.123Z\"", instant),
            ("{\"$date\":\"2023-11-14T22:13:20.123Z\"}", instant),
            ("[14/Nov/2023:22:13:20 +0000]", Some(Reading::Instant(1_700_000_000_000))),
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
    fn keys_are_known_whole() {
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
            assert_eq!(is_time(key.as_bytes()), wanted, "{key:?}");
        }
    }
}
