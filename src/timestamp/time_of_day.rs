//! The time of a day: hours, minutes, seconds and their fraction.

use super::cursor::Cursor;
use super::{HOUR, MINUTE, SECOND};

/// Longer fractions are something else, and not read on: a line may be a megabyte of digits.
const FRACTION_LIMIT: usize = 20;

/// A time of day as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    /// Milliseconds since midnight.
    pub millis: i64,
    /// The smallest part that is written.
    pub detail: Detail,
}

/// How far a time of day goes into detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    Minutes,
    Seconds,
    Fraction,
}

/// Reads `10:00`, `10:00:00`, `10:00:00.123`, `10:00:00,123` or `10:00:00:123`, with AM or PM or without.
///
/// A leap second counts as the second before it.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<TimeOfDay> {
    let mut ahead = *cursor;
    let hour = ahead.eat_number(1..=2)?;
    if !ahead.eat(b':') {
        return None;
    }
    let minute = ahead.eat_number(2..=2)?;
    let second = if ahead.eat(b':') { Some(ahead.eat_number(2..=2)?) } else { None };
    let fraction = second.and_then(|_| fraction(&mut ahead));
    let hour = in_half_days(&mut ahead, hour)?;
    if hour > 23 || minute > 59 || second > Some(60) {
        return None;
    }
    *cursor = ahead;
    let seconds = i64::from(second.unwrap_or(0).min(59));
    let millis = i64::from(hour) * HOUR
        + i64::from(minute) * MINUTE
        + seconds * SECOND
        + fraction.unwrap_or(0);
    let detail = match (second, fraction) {
        (_, Some(_)) => Detail::Fraction,
        (Some(_), None) => Detail::Seconds,
        (None, None) => Detail::Minutes,
    };
    Some(TimeOfDay { millis, detail })
}

/// Reads the fraction of a second with what separates it, as milliseconds; what is finer is cut off.
///
/// A colon separates milliseconds only: other numbers behind one are something else.
pub(super) fn fraction(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mut ahead = *cursor;
    let separator = ahead.eat_any(b".,:")?;
    let digits = ahead.digits(FRACTION_LIMIT);
    if digits == 0 || separator == b':' && digits != 3 {
        return None;
    }
    let (written, rest) = ahead.0.split_at(digits);
    cursor.0 = rest;
    Some((0..3).fold(0, |value, place| {
        value * 10 + written.get(place).map_or(0, |digit| i64::from(digit - b'0'))
    }))
}

/// The hour of the day when `hour` is followed by AM or PM, else `hour` itself.
fn in_half_days(cursor: &mut Cursor<'_>, hour: u32) -> Option<u32> {
    let mut ahead = *cursor;
    ahead.eat_blanks(1);
    let Some(half) = ahead.eat_any(b"APap") else { return Some(hour) };
    if ahead.eat_any(b"Mm").is_none() || !ahead.is_edge() {
        return Some(hour);
    }
    *cursor = ahead;
    let afternoon = half.eq_ignore_ascii_case(&b'p');
    (1..=12).contains(&hour).then_some(hour % 12 + if afternoon { 12 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_millisecond() {
        let rows = [
            ("10:00:00", Some((36_000_000, Detail::Seconds)), ""),
            ("10:00:01.5 x", Some((36_001_500, Detail::Fraction)), " x"),
            ("10:00:01,123", Some((36_001_123, Detail::Fraction)), ""),
            ("10:00:01:123 ", Some((36_001_123, Detail::Fraction)), " "),
            ("10:00:01.123456789Z", Some((36_001_123, Detail::Fraction)), "Z"),
            ("10:00:01.9999", Some((36_001_999, Detail::Fraction)), ""),
            ("10:00:01.", Some((36_001_000, Detail::Seconds)), "."),
            ("10:00:01, x", Some((36_001_000, Detail::Seconds)), ", x"),
            ("10:00:01: x", Some((36_001_000, Detail::Seconds)), ": x"),
            ("10:00:01:12", Some((36_001_000, Detail::Seconds)), ":12"),
            ("9:05:03", Some((32_703_000, Detail::Seconds)), ""),
            ("10:00", Some((36_000_000, Detail::Minutes)), ""),
            ("23:59:60", Some((86_399_000, Detail::Seconds)), ""),
            ("12:00:00 AM", Some((0, Detail::Seconds)), ""),
            ("12:30:00 PM", Some((45_000_000, Detail::Seconds)), ""),
            ("1:00:00pm", Some((46_800_000, Detail::Seconds)), ""),
            ("1:00:00 PMs", Some((3_600_000, Detail::Seconds)), " PMs"),
            ("13:00:00 PM", None, "13:00:00 PM"),
            ("24:00:00", None, "24:00:00"),
            ("10:60:00", None, "10:60:00"),
            ("10:00:61", None, "10:00:61"),
            ("10:0:00", None, "10:0:00"),
            ("10:00:0", None, "10:00:0"),
            ("100:00", None, "100:00"),
            ("10", None, "10"),
            ("", None, ""),
        ];
        for (text, wanted, rest) in rows {
            let mut cursor = Cursor(text.as_bytes());
            assert_eq!(
                read(&mut cursor).map(|time| (time.millis, time.detail)),
                wanted,
                "{text:?}"
            );
            assert_eq!(cursor.0, rest.as_bytes(), "{text:?}");
        }
    }
}
