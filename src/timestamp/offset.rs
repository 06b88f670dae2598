//! The distance from UTC that stands behind a time.

use super::cursor::Cursor;
use super::{HOUR, MINUTE};

/// Reads `Z`, `+08:00`, `+0800`, `+08`, ` +0800`, ` UTC` or ` GMT+0800`, as milliseconds east of UTC.
///
/// Offsets are whole quarters of an hour and 14 hours at most: ` -1002` is something else. Other names of zones (CST)
/// mean more than one.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mut ahead = *cursor;
    let spaced = ahead.eat(b' ');
    let named = ahead.eat_text(b"UTC")
        || ahead.eat_text(b"GMT")
        || !spaced && ahead.eat_any(b"Zz").is_some();
    let offset = match signed(&mut ahead, spaced && !named) {
        Some(offset) => offset,
        None if named => 0,
        None => return None,
    };
    ahead.is_edge().then(|| {
        *cursor = ahead;
        offset
    })
}

/// Reads `+08:00`, `+0800` or, unless minutes are due, `+08`.
fn signed(cursor: &mut Cursor<'_>, minutes_due: bool) -> Option<i64> {
    let mut ahead = *cursor;
    let sign = if ahead.eat_any(b"+-")? == b'-' { -1 } else { 1 };
    let (hours, minutes) = match ahead.digits(5) {
        4 => ahead.eat_number(4..=4).map(|number| (number / 100, number % 100))?,
        2 => {
            let hours = ahead.eat_number(2..=2)?;
            let minutes = if ahead.eat(b':') { ahead.eat_number(2..=2)? } else { 0 };
            (hours, minutes)
        }
        _ => return None,
    };
    let written = cursor.0.len() - ahead.0.len();
    if hours > 14
        || minutes > 59
        || minutes % 15 != 0
        || minutes_due && written < "+0800".len()
        || !ahead.is_edge()
    {
        return None;
    }
    *cursor = ahead;
    Some(sign * (i64::from(hours) * HOUR + i64::from(minutes) * MINUTE))
}

/// Reads the offset of the SDK's own log files, `+8.0`, a number of hours.
///
/// It is rounded there: 5.8 stands for 5:45.
pub(super) fn in_hours(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mut ahead = *cursor;
    let sign = if ahead.eat_any(b"+-")? == b'-' { -1 } else { 1 };
    let hours = ahead.eat_number(1..=2).filter(|&hours| hours <= 14)?;
    if !ahead.eat(b'.') {
        return None;
    }
    let tenth = ahead.eat_number(1..=1)?;
    *cursor = ahead;
    let quarters = (i64::from(tenth) * 4 + 5) / 10;
    Some(sign * (i64::from(hours) * HOUR + quarters * 15 * MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str, read: fn(&mut Cursor<'_>) -> Option<i64>) -> (Option<i64>, usize) {
        let mut cursor = Cursor(text.as_bytes());
        (read(&mut cursor).map(|offset| offset / MINUTE), text.len() - cursor.0.len())
    }

    #[test]
    fn offsets_are_told_from_numbers() {
        let rows: [(&str, Option<i64>, usize); 26] = [
            ("Z", Some(0), 1),
            ("z ", Some(0), 1),
            ("+08:00", Some(480), 6),
            ("-0530 x", Some(-330), 5),
            ("+08", Some(480), 3),
            (" +0800", Some(480), 6),
            (" +05:45]", Some(345), 7),
            (" UTC [1]", Some(0), 4),
            (" GMT+0800 (CST)", Some(480), 9),
            ("GMT", Some(0), 3),
            (" +0800:", Some(480), 6),
            ("-INFO", None, 0),
            (" - x", None, 0),
            (" -10", None, 0),
            (" -1002", None, 0),
            ("-1002", None, 0),
            ("-10003", None, 0),
            (" -10003", None, 0),
            ("+1500", None, 0),
            ("-1234", None, 0),
            ("+080", None, 0),
            ("-08x", None, 0),
            (" Z", None, 0),
            ("Zone", None, 0),
            (" CST", None, 0),
            ("", None, 0),
        ];
        for (text, wanted, length) in rows {
            assert_eq!(minutes(text, read), (wanted, length), "{text:?}");
        }
    }

    #[test]
    fn offsets_in_hours_are_quarters_of_an_hour() {
        let rows: [(&str, Option<i64>, usize); 9] = [
            ("+8.0 ", Some(480), 4),
            ("-3.5 ", Some(-210), 4),
            ("+5.8 ", Some(345), 4),
            ("+12.8", Some(765), 5),
            ("+0.0", Some(0), 4),
            ("+8 ", None, 0),
            ("8.0", None, 0),
            ("+15.0", None, 0),
            ("", None, 0),
        ];
        for (text, wanted, length) in rows {
            assert_eq!(minutes(text, in_hours), (wanted, length), "{text:?}");
        }
    }
}
