//! The notations of glog and Chromium: month and day as four digits, with no separator in front of
//! them.

use super::fields::{Cursor, Precision, compact_date, compact_time, precise_time};
use super::parsed::Parsed;

/// Reads glog's `I1124 10:00:00.123456`, or with a year `I20261124 10:00:00.123456`.
pub(super) fn glog(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    cursor.eat_any(b"IWEFD")?;
    let date = cursor.attempt(compact_date);
    let month_and_day = match date {
        Some(_) => 0,
        None => cursor.eat_number(4..=4)?,
    };
    cursor.expect_blanks(2)?;
    let time = precise_time(cursor, Precision::Fraction)?;
    match date {
        Some(date) => Some(Parsed::dated(date, time, None)),
        None => Parsed::yearless(month_and_day / 100, month_and_day % 100, time),
    }
}

/// Reads Chromium's and Electron's `1124/100000.123456:`. The numbers of process and thread may
/// come first, each with a colon after it.
pub(super) fn chromium(text: &[u8]) -> Option<Parsed> {
    let mut cursor = Cursor(text);
    for _ in 0..3 {
        let digits = cursor.count_digits(9);
        let number = cursor.eat_number(1..=8)?;
        if digits == 4 && cursor.eat(b'/') {
            let time = compact_time(&mut cursor)?;
            cursor.expect(b':')?;
            return Parsed::yearless(number / 100, number % 100, time);
        }
        cursor.expect(b':')?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::parsed::tests::display;
    use super::*;

    #[test]
    fn glog_dates_follow_the_level() {
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
            assert_eq!(display(glog(&mut Cursor(text.as_bytes()))).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn chromium_dates_follow_the_process() {
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
            assert_eq!(display(chromium(text.as_bytes())).as_deref(), wanted, "{text:?}");
        }
    }
}
