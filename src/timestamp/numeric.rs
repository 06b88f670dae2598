//! Dates of numbers alone: year first, or without a year as Android writes them.

use super::cursor::Cursor;
use super::formats::Reading;
use super::time_of_day::{self, Detail, TimeOfDay};
use super::{month_names, offset};

/// Years that are read. The [`TimestampReader`](super::TimestampReader) sorts those out that only a clock tells that was never set.
pub(super) const YEARS: std::ops::Range<u32> = 1970..2200;

/// Reads a date and time that begins with a digit.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let mut ahead = *cursor;
    let reading = match ahead.digits(9) {
        4 => year_first(&mut ahead),
        6 => short_year(&mut ahead),
        8 => compact(&mut ahead),
        1 | 2 => month_first(&mut ahead).or_else(|| month_names::day_first(&mut ahead)),
        _ => None,
    }?;
    *cursor = ahead;
    Some(reading)
}

/// Reads `2026-11-24`, `2026/11/24` or `2026.11.24`.
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<(u32, u32, u32)> {
    let mut ahead = *cursor;
    let year = ahead.eat_number(4..=4).filter(|year| YEARS.contains(year))?;
    let separator = ahead.eat_any(b"-/.")?;
    let month = ahead.eat_number(1..=2)?;
    let day = ahead.eat(separator).then(|| ahead.eat_number(1..=2)).flatten()?;
    *cursor = ahead;
    Some((year, month, day))
}

/// Reads `2026-11-24T10:00:00.123+08:00` and its kin, and the SDK's own `2026-11-24 +8.0 10:00:00.123`.
fn year_first(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let (year, month, day) = date(cursor)?;
    if cursor.eat_any(b"T_").is_none() {
        cursor.eat(b',');
        if cursor.eat_blanks(3) == 0 {
            return None;
        }
    }
    let before = offset::in_hours(cursor);
    if before.is_some() && !cursor.eat(b' ') {
        return None;
    }
    let time = time_of_day::read(cursor)?;
    let offset = before.or_else(|| offset::read(cursor));
    Reading::dated(year.into(), month, day, time.millis, offset)
}

/// Reads `20261124T100000Z`, `20261124 10:00:00` or `20261124-10:00:00:123`.
fn compact(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let (year, month, day) = compact_date(cursor)?;
    let separator = cursor.eat_any(b"T -")?;
    let time = match cursor.digits(7) {
        6 if separator == b'T' => compact_time(cursor)?,
        _ => time_of_day::read(cursor).filter(|time| time.detail >= Detail::Seconds)?.millis,
    };
    let offset = offset::read(cursor);
    Reading::dated(year.into(), month, day, time, offset)
}

/// Reads `261124 10:00:00`. Six digits begin with the year, unlike two digits with signs between them.
fn short_year(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let number = cursor.eat_number(6..=6)?;
    if cursor.eat_blanks(2) == 0 {
        return None;
    }
    let time = time_of_day::read(cursor).filter(|time| time.detail >= Detail::Seconds)?;
    Reading::dated(
        i64::from(2000 + number / 10_000),
        number / 100 % 100,
        number % 100,
        time.millis,
        None,
    )
}

/// Reads `20261124`.
pub(super) fn compact_date(cursor: &mut Cursor<'_>) -> Option<(u32, u32, u32)> {
    let number = cursor.eat_number(8..=8)?;
    let year = number / 10_000;
    YEARS.contains(&year).then_some((year, number / 100 % 100, number % 100))
}

/// Reads `100000` or `100000.123`.
pub(super) fn compact_time(cursor: &mut Cursor<'_>) -> Option<i64> {
    let number = i64::from(cursor.eat_number(6..=6)?);
    let (hour, minute, second) = (number / 10_000, number / 100 % 100, number % 100);
    let millis = time_of_day::fraction(cursor).unwrap_or(0);
    (hour < 24 && minute < 60 && second < 60)
        .then_some(((hour * 60 + minute) * 60 + second) * 1_000 + millis)
}

/// Reads Android's `11-24 10:00:00.123`. It always has the fraction; without one, two numbers are a range.
fn month_first(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let mut ahead = *cursor;
    let month = ahead.eat_number(2..=2)?;
    let day = ahead.eat(b'-').then(|| ahead.eat_number(2..=2)).flatten()?;
    if !ahead.eat(b' ') {
        return None;
    }
    let TimeOfDay { millis, .. } =
        time_of_day::read(&mut ahead).filter(|time| time.detail == Detail::Fraction)?;
    *cursor = ahead;
    Reading::yearless(month, day, millis)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::timestamp::LocalTimestamp;

    /// The date and time in figures, `Z` behind it if it is UTC; None for what is not read.
    pub(in crate::timestamp) fn written(reading: Option<Reading>) -> Option<String> {
        Some(match reading? {
            Reading::Instant(millis) => format!("{}Z", LocalTimestamp::from_millis(millis)),
            Reading::Local(millis) => LocalTimestamp::from_millis(millis).to_string(),
            Reading::Yearless { month, day, time } => {
                format!(
                    "{month:02}-{day:02} {}",
                    &LocalTimestamp::from_millis(time).to_string()[11..]
                )
            }
            Reading::TimestampReader(time) => {
                LocalTimestamp::from_millis(time).to_string()[11..].to_owned()
            }
        })
    }

    #[test]
    fn dates_of_numbers_are_read() {
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
            assert_eq!(written(read(&mut Cursor(text.as_bytes()))).as_deref(), wanted, "{text:?}");
        }
    }
}
