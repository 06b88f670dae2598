//! Which notation a timestamp is in, told by its first bytes.

use super::cursor::Cursor;
use super::time_of_day::{self, Detail};
use super::{DAY, civil, epoch, glog, month_names, numeric};

/// A timestamp as it is written, before the clock of the run adds what is left out. All times are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Since 1970-01-01 UTC.
    Instant(i64),
    /// From 1970-01-01 00:00 to a local date and time.
    Local(i64),
    /// A local date and time of an unknown year.
    Yearless { month: u32, day: u32, time: i64 },
    /// A local time of an unknown day.
    TimestampReader(i64),
}

impl Reading {
    /// A date and a time of day, with an offset from UTC or without; None when there is no such date.
    pub(super) fn dated(
        year: i64,
        month: u32,
        day: u32,
        time: i64,
        offset: Option<i64>,
    ) -> Option<Self> {
        let local = civil::days(year, month, day)? * DAY + time;
        Some(offset.map_or(Self::Local(local), |offset| Self::Instant(local - offset)))
    }

    /// A date without its year; None when no year has it.
    pub(super) fn yearless(month: u32, day: u32, time: i64) -> Option<Self> {
        civil::days(2000, month, day).map(|_| Self::Yearless { month, day, time })
    }
}

/// Where a timestamp would stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the beginning of the line.
    Start,
    /// Behind a level or a name that loggers put before the time.
    Named,
    /// Behind something else that may precede a timestamp, such as an address.
    Inside,
    /// Behind a key that announces it.
    Key,
}

/// Reads the timestamp that `text` begins with.
pub(super) fn read(text: &[u8], place: Place) -> Option<Reading> {
    let mut cursor = Cursor(text);
    let reading = dated(&mut cursor).or_else(|| undated(&mut cursor, place))?;
    cursor.is_edge().then_some(reading)
}

/// Reads a date with its time.
pub(super) fn dated(cursor: &mut Cursor<'_>) -> Option<Reading> {
    match cursor.peek()? {
        b'0'..=b'9' => numeric::read(cursor),
        b'A'..=b'Z' => month_names::read(cursor).or_else(|| glog::glog(cursor)),
        _ => None,
    }
}

/// Reads a lone time or a count of seconds, where these are timestamps.
fn undated(cursor: &mut Cursor<'_>, place: Place) -> Option<Reading> {
    match place {
        Place::Inside => None,
        Place::Key => epoch::read(cursor).map(Reading::Instant),
        Place::Named => clock(cursor),
        Place::Start if cursor.digits(3) < 3 => clock(cursor),
        Place::Start => epoch_at_start(cursor),
    }
}

/// Reads a number at the start of the line as a count of seconds, if the line goes on and it is no id.
fn epoch_at_start(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let text = cursor.0;
    let millis = epoch::read(cursor)?;
    let goes_on = matches!(cursor.peek(), Some(b' ' | b'\t' | b'|' | b',' | b':' | b']' | b'"'));
    (goes_on && !epoch::is_app_id(text)).then_some(Reading::Instant(millis))
}

/// Reads a time of day to the second.
fn clock(cursor: &mut Cursor<'_>) -> Option<Reading> {
    let time = time_of_day::read(cursor).filter(|time| time.detail >= Detail::Seconds)?;
    (time.detail == Detail::Fraction || !is_address(cursor.0))
        .then_some(Reading::TimestampReader(time.millis))
}

/// Whether three numbers with colons go on as a hardware address (`10:00:5e:00:53:af`) or a time code does.
fn is_address(rest: &[u8]) -> bool {
    match rest {
        [b':', next, ..] if next.is_ascii_digit() => true,
        [b':', first, second, b':', ..] => first.is_ascii_hexdigit() && second.is_ascii_hexdigit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_decides_what_is_a_timestamp() {
        use Place::{Inside, Key, Named, Start};
        let time = Some(Reading::TimestampReader(36_000_000));
        let instant = Some(Reading::Instant(1_700_000_000_123));
        let local = Some(Reading::Local(1_795_514_400_000));
        let rows = [
            ("10:00:00 x", [time, time, None, None]),
            ("10:00:00: x", [time, time, None, None]),
            ("10:00:00:debug", [time, time, None, None]),
            ("1700000000123 x", [instant, None, None, instant]),
            ("1700000000123", [None, None, None, instant]),
            ("1700000000123-x", [None, None, None, instant]),
            ("1700000000.123] x", [instant, None, None, instant]),
            ("1400123456 x", [None, None, None, Some(Reading::Instant(1_400_123_456_000))]),
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
            let read = [Start, Named, Inside, Key].map(|place| read(text.as_bytes(), place));
            assert_eq!(read, wanted, "{text:?}");
        }
    }
}
