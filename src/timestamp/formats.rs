//! The notations of timestamps, chosen by their first bytes.

use super::fields::{self, Cursor, Precision, calendar_date};
use super::glog;
use super::parsed::Parsed;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// What is in front of a timestamp. It decides whether a time without a date or a plain number can
/// be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Preceding {
    /// Nothing but brackets and punctuation: the timestamp starts the line.
    Nothing,
    /// A level or a name after which loggers write the time.
    LevelOrName,
    /// Something else that loggers write in front of a timestamp, such as an address.
    Tag,
    /// A key that says that its value is a time.
    TimeKey,
}

/// Reads the timestamp that `text` starts with.
pub(super) fn read(text: &[u8], preceding: Preceding) -> Option<Parsed> {
    let mut cursor = Cursor(text);
    let parsed = cursor.attempt(date_and_time).or_else(|| without_date(&mut cursor, preceding))?;
    cursor.expect_boundary()?;
    Some(parsed)
}

/// Reads a date with its time.
pub(super) fn date_and_time(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    match cursor.peek()? {
        b'0'..=b'9' => numeric(cursor),
        b'A'..=b'Z' => cursor.attempt(with_month_name).or_else(|| glog::glog(cursor)),
        _ => None,
    }
}

/// Reads a time without a date or a count of seconds, if `preceding` allows it.
fn without_date(cursor: &mut Cursor<'_>, preceding: Preceding) -> Option<Parsed> {
    match preceding {
        Preceding::Tag => None,
        Preceding::TimeKey => fields::since_epoch(cursor).map(Parsed::Instant),
        Preceding::LevelOrName => time_only(cursor),
        Preceding::Nothing if cursor.count_digits(3) < 3 => time_only(cursor),
        Preceding::Nothing => epoch_at_line_start(cursor),
    }
}

/// Reads the number at the start of a line as a count of seconds, if the line continues and the
/// number is not an id.
fn epoch_at_line_start(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    if fields::is_app_id(cursor.0) {
        return None;
    }
    let millis = fields::since_epoch(cursor)?;
    let continues = matches!(cursor.peek(), Some(b' ' | b'\t' | b'|' | b',' | b':' | b']' | b'"'));
    continues.then_some(Parsed::Instant(millis))
}

/// Reads a time of day with seconds.
fn time_only(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let time = fields::time_of_day(cursor)?;
    let is_time = match time.precision {
        Precision::Minutes => false,
        Precision::Seconds => !continues_as_address(cursor.0),
        Precision::Fraction => true,
    };
    is_time.then_some(Parsed::TimeOfDay(time.millis))
}

/// Whether three numbers with colons continue as a hardware address (`10:00:5e:00:53:af`) or a time
/// code does.
fn continues_as_address(rest: &[u8]) -> bool {
    match rest {
        [b':', next, ..] if next.is_ascii_digit() => true,
        [b':', first, second, b':', ..] => first.is_ascii_hexdigit() && second.is_ascii_hexdigit(),
        _ => false,
    }
}

/// Reads a date and time that starts with a digit. The number of digits decides what it can be.
fn numeric(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    match cursor.count_digits(9) {
        4 => year_first(cursor),
        6 => short_year(cursor),
        8 => compact(cursor),
        1 | 2 => cursor.attempt(android).or_else(|| day_and_month_name(cursor)),
        _ => None,
    }
}

/// Reads `2026-11-24T10:00:00.123+08:00` and similar ones, and the SDK's own `2026-11-24 +8.0
/// 10:00:00.123`.
fn year_first(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let date = fields::date(cursor)?;
    if cursor.eat_any(b"T_").is_none() {
        cursor.eat(b',');
        cursor.expect_blanks(3)?;
    }
    let offset_before_time = cursor.attempt(fields::offset_in_hours);
    if offset_before_time.is_some() {
        cursor.expect(b' ')?;
    }
    let time = fields::time_of_day(cursor)?;
    let offset = offset_before_time.or_else(|| cursor.attempt(fields::offset));
    Some(Parsed::dated(date, time.millis, offset))
}

/// Reads `20261124T100000Z`, `20261124 10:00:00` or `20261124-10:00:00:123`.
fn compact(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let date = fields::compact_date(cursor)?;
    let separator = cursor.eat_any(b"T -")?;
    let time = if separator == b'T' && cursor.count_digits(7) == 6 {
        fields::compact_time(cursor)?
    } else {
        fields::precise_time(cursor, Precision::Seconds)?
    };
    let offset = cursor.attempt(fields::offset);
    Some(Parsed::dated(date, time, offset))
}

/// Reads `261124 10:00:00`. Six digits start with the year, unlike two digits with separators
/// between them.
fn short_year(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let number = cursor.eat_number(6..=6)?;
    cursor.expect_blanks(2)?;
    let time = fields::precise_time(cursor, Precision::Seconds)?;
    let date = calendar_date(2000 + number / 10_000, number / 100 % 100, number % 100)?;
    Some(Parsed::dated(date, time, None))
}

/// Reads Android's `11-24 10:00:00.123`. The fraction is required; without one, two numbers are a
/// range.
fn android(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let month = cursor.eat_number(2..=2)?;
    cursor.expect(b'-')?;
    let day = cursor.eat_number(2..=2)?;
    cursor.expect(b' ')?;
    let time = fields::precise_time(cursor, Precision::Fraction)?;
    Parsed::yearless(month, day, time)
}

/// Reads a date and time that starts with the name of a month or a weekday: syslog, Apache, mail,
/// Java, JavaScript.
fn with_month_name(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let has_weekday = name(cursor, &WEEKDAYS).is_some();
    if has_weekday {
        cursor.eat(b',');
        cursor.eat_blanks(2);
    }
    match cursor.peek()? {
        b'0'..=b'9' if has_weekday => day_and_month_name(cursor),
        _ => month_name_and_day(cursor, has_weekday),
    }
}

/// Reads `24/Nov/2026:10:00:00 +0800` (Apache, nginx), `24-Nov-2026 10:00:00.123`, `24 Nov 2026
/// 10:00:00` or `24 Nov 10:00:00` (Redis).
fn day_and_month_name(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let day = cursor.eat_number(1..=2)?;
    let separator = cursor.eat_any(b"/- ")?;
    let month = name(cursor, &MONTHS)?;
    cursor.expect(separator)?;
    let year = cursor.eat_number(4..=4);
    if year.is_some() {
        cursor.eat_any(b": ")?;
    } else if separator != b' ' {
        return None;
    }
    let time = fields::time_of_day(cursor)?.millis;
    let offset = cursor.attempt(fields::offset);
    with_optional_year(year, month, day, time, offset)
}

/// Reads `Nov 24 10:00:00`, `Nov 24 2026 10:00:00`, `Nov 24, 2026 10:00:00 AM` and, if there is a
/// weekday in front of it, also `Nov 24 10:00:00 CST 2026`.
fn month_name_and_day(cursor: &mut Cursor<'_>, has_weekday: bool) -> Option<Parsed> {
    let month = name(cursor, &MONTHS)?;
    cursor.expect_blanks(2)?;
    let day = cursor.eat_number(1..=2)?;
    cursor.eat(b',');
    cursor.expect_blanks(2)?;
    let mut year = cursor.eat_number(4..=4);
    if year.is_some() {
        cursor.eat(b',');
        cursor.eat_blanks(1);
    }
    let time = fields::time_of_day(cursor)?.millis;
    let offset = cursor.attempt(fields::offset);
    if year.is_none() && has_weekday {
        year = cursor.attempt(year_after_time);
    }
    with_optional_year(year, month, day, time, offset)
}

/// Reads a year after the time. The name of a zone between them is ignored.
fn year_after_time(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.expect(b' ')?;
    let zone = cursor.count_letters(6);
    cursor.0 = &cursor.0[zone..];
    if zone > 0 {
        cursor.expect(b' ')?;
    }
    let year = cursor.eat_number(4..=4)?;
    cursor.expect_boundary()?;
    Some(year)
}

fn with_optional_year(
    year: Option<u32>,
    month: u32,
    day: u32,
    time: i64,
    offset: Option<i64>,
) -> Option<Parsed> {
    match year {
        Some(year) => Some(Parsed::dated(calendar_date(year, month, day)?, time, offset)),
        None => Parsed::yearless(month, day, time),
    }
}

/// Reads one of `names` and returns its number, from 1.
fn name(cursor: &mut Cursor<'_>, names: &[&[u8; 3]]) -> Option<u32> {
    let (next, rest) = cursor.0.split_first_chunk::<3>()?;
    let index = names.iter().position(|name| *name == next)?;
    if rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    cursor.0 = rest;
    Some(index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::super::parsed::tests::display;
    use super::*;

    #[test]
    fn what_precedes_decides_what_is_a_timestamp() {
        use Preceding::{LevelOrName, Nothing, Tag, TimeKey};
        let time = Some(Parsed::TimeOfDay(36_000_000));
        let instant = Some(Parsed::Instant(1_700_000_000_123));
        let local = Some(Parsed::Local(1_795_514_400_000));
        let rows = [
            ("10:00:00 x", [time, time, None, None]),
            ("10:00:00: x", [time, time, None, None]),
            ("10:00:00:debug", [time, time, None, None]),
            ("1700000000123 x", [instant, None, None, instant]),
            ("1700000000123", [None, None, None, instant]),
            ("1700000000123-x", [None, None, None, instant]),
            ("1700000000.123] x", [instant, None, None, instant]),
            ("1400123456 x", [None, None, None, Some(Parsed::Instant(1_400_123_456_000))]),
            ("2026-11-24 10:00:00 x", [local; 4]),
            ("2026-11-24 10:00:00", [local; 4]),
            ("10:00 x", [None; 4]),
            ("10:00:00x", [None; 4]),
            ("10:00:5e:00:53:af", [None; 4]),
            ("10:00:00:5e:53:af", [None; 4]),
            ("10:00:00:ee:53:af", [None; 4]),
            ("13800138000 x", [None; 4]),
            ("8.0.5906 x", [None; 4]),
            ("192.0.2.10 x", [None; 4]),
            ("-", [None; 4]),
            ("", [None; 4]),
        ];
        for (text, wanted) in rows {
            let parsed = [Nothing, LevelOrName, Tag, TimeKey]
                .map(|preceding| read(text.as_bytes(), preceding));
            assert_eq!(parsed, wanted, "{text:?}");
        }
    }

    #[test]
    fn numeric_dates_are_read() {
        let local = Some("2026-11-24 10:00:00.000");
        let rows: [(&str, Option<&str>); 57] = [
            ("2026-11-24 10:00:00 INFO", local),
            ("2026-11-24T10:00:00", local),
            ("2026-11-24_10:00:00", local),
            ("2026-11-24  10:00:00", local),
            ("2026-11-24, 10:00:00", local),
            ("2026/11/24 10:00:00 [error]", local),
            ("2026.11.24 10:00:00", local),
            ("2026-11-24 10:00 x", local),
            ("2026/11/4 9:05:03", Some("2026-11-04 09:05:03.000")),
            ("2026-11-24 10:00:00.123|logic|I|", Some("2026-11-24 10:00:00.123")),
            ("2026-11-24 10:00:00,123 - INFO", Some("2026-11-24 10:00:00.123")),
            ("2026-11-24 10:00:00:123 x", Some("2026-11-24 10:00:00.123")),
            ("2026-11-24T10:00:00.123456789Z", Some("2026-11-24 10:00:00.123Z")),
            ("2026-11-24T10:00:00+08:00", Some("2026-11-24 02:00:00.000Z")),
            ("2026-11-24 10:00:00.123456+0800 App[123:456]", Some("2026-11-24 02:00:00.123Z")),
            ("2026-11-24 10:00:00 +0800", Some("2026-11-24 02:00:00.000Z")),
            ("2026-11-24 10:00:00.5 UTC [123]", Some("2026-11-24 10:00:00.500Z")),
            ("2026-11-24 10:00:00 -1002 x", local),
            ("2026-11-24 10:00:00 CST", local),
            ("2026-11-24 10:00:00 PM", Some("2026-11-24 22:00:00.000")),
            ("2026-11-24 +8.0 10:00:00.123]", Some("2026-11-24 02:00:00.123Z")),
            ("2026-11-24 -3.5 10:00:00.123]", Some("2026-11-24 13:30:00.123Z")),
            ("20261124T100000Z", Some("2026-11-24 10:00:00.000Z")),
            ("20261124T100000.123", Some("2026-11-24 10:00:00.123")),
            ("20261124 10:00:00", local),
            ("20261124-10:00:00:123|x", Some("2026-11-24 10:00:00.123")),
            ("261124 10:00:00", local),
            ("261124  9:00:00", Some("2026-11-24 09:00:00.000")),
            ("261324 10:00:00", None),
            ("261124 100000", None),
            ("120005 10:00", None),
            ("11-24 10:00:00.123  7325", Some("11-24 10:00:00.123")),
            ("02-29 10:00:00.123", Some("02-29 10:00:00.123")),
            ("1970-01-01 00:00:05", Some("1970-01-01 00:00:05.000")),
            ("2024-02-29 00:00:00", Some("2024-02-29 00:00:00.000")),
            ("2026-02-29 00:00:00", None),
            ("2026-13-01 00:00:00", None),
            ("2026-00-10 00:00:00", None),
            ("2026-11-24 24:00:00", None),
            ("2026-11/24 10:00:00", None),
            ("2026-11-24", None),
            ("2026-11-24 x", None),
            ("2026-11-2410:00:00", None),
            ("2026-11-24 +8.0x10:00:00", None),
            ("1899-12-31 10:00:00", None),
            ("9508-11-24 10:00:00", None),
            ("2026-111-24 10:00:00", None),
            ("2026-11 24 10:00:00", None),
            ("20261124 100000", None),
            ("20261332T100000Z", None),
            ("20261124T10000", None),
            ("14001234 10:00:00", None),
            ("11-24 10:00:00 x", None),
            ("11-31 10:00:00.123", None),
            ("1-24 10:00:00.123", None),
            ("12:30", None),
            ("8.0.5906", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(
                display(numeric(&mut Cursor(text.as_bytes()))).as_deref(),
                wanted,
                "{text:?}"
            );
        }
    }

    #[test]
    fn dates_with_month_names_are_read() {
        let local = Some("2026-11-24 10:00:00.000");
        let yearless = Some("11-24 10:00:00.000");
        let rows: [(&str, Option<&str>); 29] = [
            ("Nov 24 10:00:00 host app[1]: x", yearless),
            ("Nov  4 10:00:00 host", Some("11-04 10:00:00.000")),
            ("Nov 24 10:00:00.123456 host", Some("11-24 10:00:00.123")),
            ("Nov 24 2026 10:00:00: %ASA-6", local),
            ("Nov 24 10:00:00 2026", yearless),
            ("Nov 24, 2026 9:00:00 PM java.util", Some("2026-11-24 21:00:00.000")),
            ("Nov 24, 2026, 10:00:00 AM", local),
            ("Tue Nov 24 10:00:00 2026] [notice]", local),
            ("Tue Nov 24 10:00:00.123456 2026]", Some("2026-11-24 10:00:00.123")),
            ("Tue Nov 24 10:00:00 CST 2026", local),
            ("Tue Nov 24 10:00:00 UTC 2026", Some("2026-11-24 10:00:00.000Z")),
            ("Tue Nov 24 10:00:00 host", yearless),
            ("Tue Nov 24 2026 10:00:00 GMT+0800 (中国标准时间)", Some("2026-11-24 02:00:00.000Z")),
            ("Tue, 24 Nov 2026 10:00:00 GMT", Some("2026-11-24 10:00:00.000Z")),
            ("Tue, 24 Nov 2026 10:00:00 +0800", Some("2026-11-24 02:00:00.000Z")),
            ("24/Nov/2026:10:00:00 +0800] \"GET", Some("2026-11-24 02:00:00.000Z")),
            ("24/Nov/2026 10:00:00] \"GET", local),
            ("24-Nov-2026 10:00:00.123 INFO", Some("2026-11-24 10:00:00.123")),
            ("24 Nov 2026 10:00:00.123 * x", Some("2026-11-24 10:00:00.123")),
            ("24 Nov 10:00:00.123 * x", Some("11-24 10:00:00.123")),
            ("24/Nov 10:00:00", None),
            ("31/Nov/2026:10:00:00", None),
            ("24/Nov/1026:10:00:00", None),
            ("Feb 30 10:00:00", None),
            ("November 24 10:00:00", None),
            ("Nov 24 x", None),
            ("May 24", None),
            ("Monday", None),
            ("Mo", None),
        ];
        for (text, wanted) in rows {
            let mut cursor = Cursor(text.as_bytes());
            let parsed = if text.starts_with(|c: char| c.is_ascii_digit()) {
                day_and_month_name(&mut cursor)
            } else {
                with_month_name(&mut cursor)
            };
            assert_eq!(display(parsed).as_deref(), wanted, "{text:?}");
        }
    }
}
