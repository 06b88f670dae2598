//! Numbers that count from 1970: seconds, milliseconds, microseconds or nanoseconds.

use super::cursor::Cursor;
use super::{SECOND, time_of_day};

/// 2001-01-01 and 2100-01-01 UTC. A smaller or larger number is an id.
pub(super) const RANGE: std::ops::Range<i64> = 978_307_200_000..4_102_444_800_000;

/// Reads `1700000000`, `1700000000.123`, `1700000000123` and longer ones, as milliseconds since 1970 UTC.
///
/// The unit is told by the number of digits: 10, 13, 16 or 19.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mut ahead = *cursor;
    let digits = ahead.digits(20);
    let (number, rest) = ahead.0.split_at(digits);
    let read = |count: usize| {
        number[..count].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
    };
    ahead.0 = rest;
    let millis = match digits {
        10 => {
            read(10) * SECOND
                + if ahead.peek() == Some(b'.') {
                    time_of_day::fraction(&mut ahead).unwrap_or(0)
                } else {
                    0
                }
        }
        13 | 16 | 19 => {
            // The rest of a millisecond, as in 1700000000123.456.
            if ahead.peek() == Some(b'.') {
                time_of_day::fraction(&mut ahead);
            }
            read(13)
        }
        _ => return None,
    };
    (ahead.is_edge() && RANGE.contains(&millis)).then(|| {
        *cursor = ahead;
        millis
    })
}

/// Whether a bare number of ten digits could be an SDKAppID: these are 1400000000 to 1400999999 and 1600000000 to
/// 1600999999, which as seconds are twelve days of May 2014 and twelve of September 2020.
pub(super) fn is_app_id(text: &[u8]) -> bool {
    let cursor = Cursor(text);
    cursor.digits(11) == 10
        && (text.starts_with(b"1400") || text.starts_with(b"1600"))
        && text.get(10) != Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_digits_tells_the_unit() {
        let rows: [(&str, Option<i64>, &str); 17] = [
            ("1700000000", Some(1_700_000_000_000), ""),
            ("1700000000.5 x", Some(1_700_000_000_500), " x"),
            ("1700000000.", Some(1_700_000_000_000), "."),
            ("1700000000123,", Some(1_700_000_000_123), ","),
            ("1700000000123.9", Some(1_700_000_000_123), ""),
            ("1700000000123456", Some(1_700_000_000_123), ""),
            ("1700000000123456789]", Some(1_700_000_000_123), "]"),
            ("4102444799", Some(4_102_444_799_000), ""),
            ("4102444800", None, "4102444800"),
            ("0978307200", Some(978_307_200_000), ""),
            ("0978307199", None, "0978307199"),
            ("13800138000", None, "13800138000"),
            ("170000000", None, "170000000"),
            ("1700000000x", None, "1700000000x"),
            ("17000000001234567890", None, "17000000001234567890"),
            ("9999999999999999999", None, "9999999999999999999"),
            ("", None, ""),
        ];
        for (text, wanted, rest) in rows {
            let mut cursor = Cursor(text.as_bytes());
            assert_eq!(read(&mut cursor), wanted, "{text:?}");
            assert_eq!(cursor.0, rest.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn app_ids_are_whole_numbers_of_ten_digits() {
        let rows = [
            ("1400123456 x", true),
            ("1600123456", true),
            ("1400123456.5", false),
            ("14001234567", false),
            ("1700000000", false),
        ];
        for (text, wanted) in rows {
            assert_eq!(is_app_id(text.as_bytes()), wanted, "{text:?}");
        }
    }
}
