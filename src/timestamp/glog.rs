//! Dates as glog and Chromium write them: four digits of month and day, joined to what stands before.

use super::cursor::Cursor;
use super::formats::Reading;
use super::numeric::{compact_date, compact_time};
use super::time_of_day::{self, Detail};

/// Reads glog's `I1124 10:00:00.123456`, or with a year `I20261124 10:00:00.123456`.
pub(super) fn glog(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let mut ahead = *cursor;
    ahead.eat_any(b"IWEFD")?;
    let date = ahead;
    let digits = ahead.digits(9);
    let number = ahead.eat_number(4..=8)?;
    if ahead.eat_blanks(2) == 0 {
        return None;
    }
    let time = time_of_day::read(&mut ahead).filter(|time| time.detail == Detail::Fraction)?;
    *cursor = ahead;
    match digits {
        4 => Reading::yearless(number / 100, number % 100, time.millis),
        8 => {
            let (year, month, day) = compact_date(&mut { date })?;
            Reading::dated(year.into(), month, day, time.millis, None)
        }
        _ => None,
    }
}

/// Reads Chromium's and Electron's `1124/100000.123456:`, which numbers of process and thread may precede, each with a
/// colon.
pub(super) fn chromium(text: &[u8]) -> Option<Reading> {
    let mut cursor = Cursor(text);
    for _ in 0..3 {
        let digits = cursor.digits(9);
        let number = cursor.eat_number(1..=8)?;
        if digits == 4 && cursor.eat(b'/') {
            let time = compact_time(&mut cursor).filter(|_| cursor.eat(b':'))?;
            return Reading::yearless(number / 100, number % 100, time);
        }
        if !cursor.eat(b':') {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::numeric::tests::written;
    use super::*;

    #[test]
    fn glog_joins_level_and_date() {
        let rows: [(&str, Option<&str>); 7] = [
            ("I1124 10:00:00.123456 12 x.cc:1]", Some("11-24 10:00:00.123")),
            ("W20261124 10:00:00.123456", Some("2026-11-24 10:00:00.123")),
            ("E1332 10:00:00.123456", None),
            ("I1124 10:00:00", None),
            ("I112 10:00:00.123", None),
            ("A1124 10:00:00.123", None),
            ("I1124", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(written(glog(&mut Cursor(text.as_bytes()))).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn chromium_writes_the_date_behind_the_process() {
        let rows: [(&str, Option<&str>); 9] = [
            ("1124/100000.123456:ERROR:x.cc(1)]", Some("11-24 10:00:00.123")),
            ("123:1124/100000.123:ERROR:x.cc(1)]", Some("11-24 10:00:00.123")),
            ("123:456:1124/100000:ERROR:x.cc(1)]", Some("11-24 10:00:00.000")),
            ("1:2:3:1124/100000:ERROR", None),
            ("1332/100000.123:ERROR", None),
            ("102/100000:ERROR", None),
            ("1124/100000 x", None),
            ("1124/10000", None),
            ("123:x", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(written(chromium(text.as_bytes())).as_deref(), wanted, "{text:?}");
        }
    }
}
