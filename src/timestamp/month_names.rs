//! Dates with the name of a month: syslog, Apache and nginx, Redis, mail, Java and JavaScript.

use super::cursor::Cursor;
use super::formats::Reading;
use super::{numeric, offset, time_of_day};

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// Reads a date and time that begins with the name of a month or of a day.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let mut ahead = *cursor;
    let has_weekday = name(&mut ahead, &WEEKDAYS).is_some();
    if has_weekday {
        ahead.eat(b',');
        ahead.eat_blanks(2);
    }
    let reading = match ahead.peek()? {
        b'0'..=b'9' if has_weekday => day_first(&mut ahead),
        _ => month_first(&mut ahead, has_weekday),
    }?;
    *cursor = ahead;
    Some(reading)
}

/// Reads `24/Nov/2026:10:00:00 +0800`, `24-Nov-2026 10:00:00.123`, `24 Nov 2026 10:00:00` or `24 Nov 10:00:00`.
pub(super) fn day_first(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let mut ahead = *cursor;
    let day = ahead.eat_number(1..=2)?;
    let separator = ahead.eat_any(b"/- ")?;
    let month = name(&mut ahead, &MONTHS)?;
    if !ahead.eat(separator) {
        return None;
    }
    let year = ahead.eat_number(4..=4);
    if year.is_some() && ahead.eat_any(b": ").is_none() || year.is_none() && separator != b' ' {
        return None;
    }
    let time = time_of_day::read(&mut ahead)?.millis;
    let offset = offset::read(&mut ahead);
    *cursor = ahead;
    resolve(year, month, day, time, offset)
}

/// Reads `Nov 24 10:00:00`, `Nov 24 2026 10:00:00`, `Nov 24, 2026 10:00:00 AM`, and behind the name of a day also
/// `Nov 24 10:00:00 CST 2026`.
fn month_first(cursor: &mut Cursor<'_>, has_weekday: bool) -> Option<Reading> {
    let month = name(cursor, &MONTHS)?;
    let day = (cursor.eat_blanks(2) > 0).then(|| cursor.eat_number(1..=2)).flatten()?;
    cursor.eat(b',');
    if cursor.eat_blanks(2) == 0 {
        return None;
    }
    let before = cursor.eat_number(4..=4);
    if before.is_some() {
        cursor.eat(b',');
        cursor.eat_blanks(1);
    }
    let time = time_of_day::read(cursor)?.millis;
    let offset = offset::read(cursor);
    let year = before.or_else(|| has_weekday.then(|| year_behind(cursor)).flatten());
    resolve(year, month, day, time, offset)
}

/// Reads a year behind the time, past the name of a zone, which is left aside.
fn year_behind(cursor: &mut Cursor<'_>) -> Option<u32> {
    let mut ahead = *cursor;
    if !ahead.eat(b' ') {
        return None;
    }
    let zone = ahead.letters(6);
    ahead.0 = &ahead.0[zone..];
    if zone > 0 && !ahead.eat(b' ') {
        return None;
    }
    let year = ahead.eat_number(4..=4).filter(|_| ahead.is_edge())?;
    *cursor = ahead;
    Some(year)
}

fn resolve(
    year: Option<u32>,
    month: u32,
    day: u32,
    time: i64,
    offset: Option<i64>,
) -> Option<Reading> {
    match year {
        Some(year) if numeric::YEARS.contains(&year) => {
            Reading::dated(year.into(), month, day, time, offset)
        }
        Some(_) => None,
        None => Reading::yearless(month, day, time),
    }
}

/// Reads one of `names` and returns its number, counted from 1.
fn name(cursor: &mut Cursor<'_>, names: &[&[u8; 3]]) -> Option<u32> {
    let (next, rest) = cursor.0.split_first_chunk::<3>()?;
    let place = names.iter().position(|name| *name == next)?;
    if rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    cursor.0 = rest;
    Some(place as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::super::numeric::tests::written;
    use super::*;

    #[test]
    fn dates_with_the_name_of_a_month_are_read() {
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
            let reading = if text.starts_with(|c: char| c.is_ascii_digit()) {
                day_first(&mut cursor)
            } else {
                read(&mut cursor)
            };
            assert_eq!(written(reading).as_deref(), wanted, "{text:?}");
        }
    }
}
