//! The parts of timestamps: numbers, dates of digits, times of day, offsets and counts of seconds.
//!
//! All functions read from a [`Cursor`]. Where they return None, the cursor may have moved;
//! [`Cursor::attempt`] resets it.

use std::ops::{Range, RangeInclusive};

use jiff::civil::Date;

use super::{HOUR, MINUTE, SECOND};

/// From 2001-01-01 to 2100-01-01 UTC, in milliseconds. Numbers outside are ids, not counts of
/// seconds.
pub(super) const EPOCH_RANGE: Range<i64> = 978_307_200_000..4_102_444_800_000;

/// The most digits of a fraction. Longer ones are something else, and a line may be a megabyte of
/// digits.
const FRACTION_LIMIT: usize = 20;

/// AM and PM in lower case, with the hours to add.
const HALVES: [(&str, u32); 4] = [("am", 0), ("pm", 12), ("上午", 0), ("下午", 12)];

/// The rest of a text that is read from its front. A copy is a position to return to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t>(pub &'t [u8]);

impl Cursor<'_> {
    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Skips `byte`, and returns whether it was next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.0 = &self.0[usize::from(is_next)..];
        is_next
    }

    /// Skips `byte`; None if it is not next.
    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    /// Skips the next byte and returns it, if it is one of `bytes`.
    pub(super) fn eat_any(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&next, rest) = self.0.split_first()?;
        if !bytes.contains(&next) {
            return None;
        }
        self.0 = rest;
        Some(next)
    }

    /// Skips `text`, and returns whether it was next.
    pub(super) fn eat_text(&mut self, text: &[u8]) -> bool {
        let Some(rest) = self.0.strip_prefix(text) else { return false };
        self.0 = rest;
        true
    }

    /// Skips at most `limit` blanks and returns their number.
    pub(super) fn eat_blanks(&mut self, limit: usize) -> usize {
        let mut count = 0;
        while count < limit && matches!(self.0.get(count), Some(b' ' | b'\t')) {
            count += 1;
        }
        self.0 = &self.0[count..];
        count
    }

    /// Skips one to three blanks, a comma in front of them and a color after them; None if there
    /// is no blank.
    pub(super) fn expect_blanks(&mut self) -> Option<()> {
        // Nearly always there is one blank.
        if let [b' ', next, ..] = self.0
            && !matches!(next, b' ' | b'\t' | 0x1B)
        {
            self.0 = &self.0[1..];
            return Some(());
        }
        self.eat(b',');
        let count = self.eat_blanks(3);
        self.0 = &self.0[color_length(self.0)..];
        (count > 0).then_some(())
    }

    /// None if a word or a number continues here.
    pub(super) fn expect_boundary(&self) -> Option<()> {
        let continues = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        (!self.peek().is_some_and(continues)).then_some(())
    }

    /// Reads something optional: moves only if `read` succeeds.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let value = read(&mut ahead)?;
        *self = ahead;
        Some(value)
    }

    /// Reads a number if its count of digits is in `digits`, of at most nine.
    // Inlined, its loop becomes a few comparisons.
    #[inline(always)]
    pub(super) fn eat_number(&mut self, digits: RangeInclusive<usize>) -> Option<u32> {
        let (mut number, mut count) = (0, 0);
        while let Some(digit @ b'0'..=b'9') = self.0.get(count) {
            if count == *digits.end() {
                return None;
            }
            number = number * 10 + u32::from(digit - b'0');
            count += 1;
        }
        if count < *digits.start() {
            return None;
        }
        self.0 = &self.0[count..];
        Some(number)
    }

    /// The number of digits that are next, counted up to `limit`.
    pub(super) fn count_digits(&self, limit: usize) -> usize {
        let mut count = 0;
        while count < limit && self.0.get(count).is_some_and(u8::is_ascii_digit) {
            count += 1;
        }
        count
    }
}

/// The length of the control sequence for a color that `text` starts with, or 0.
pub(super) fn color_length(text: &[u8]) -> usize {
    let Some(tail) = text.strip_prefix(b"\x1b[") else { return 0 };
    let end = tail.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';');
    end.filter(|&end| tail[end] == b'm').map_or(0, |end| end + 3)
}

/// `word` in lower case, written to `buffer`; empty if it is longer than any known word.
pub(super) fn lower_case<'b>(word: &[u8], buffer: &'b mut [u8; 20]) -> &'b [u8] {
    let Some(lower) = buffer.get_mut(..word.len()) else { return &[] };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    lower
}

/// Reads `2026-11-24`, `2026/11/24` or `2026.11.24` as year, month and day.
#[inline(always)]
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<(u32, u32, u32)> {
    let year = cursor.eat_number(4..=4)?;
    let separator = cursor.eat_any(b"-/.")?;
    let month = cursor.eat_number(1..=2)?;
    cursor.expect(separator)?;
    let day = cursor.eat_number(1..=2)?;
    Some((year, month, day))
}

/// The date, if it exists and its year is one of 1970 to 2199. The
/// [`Timeline`](super::Timeline) drops those of clocks that were never set.
pub(super) fn calendar_date(year: u32, month: u32, day: u32) -> Option<Date> {
    if !(1970..2200).contains(&year) {
        return None;
    }
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// A time of day as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    /// Milliseconds since midnight.
    pub millis: i64,
    /// The smallest part that is written.
    pub precision: Precision,
    /// Whether AM or PM is written.
    pub has_half: bool,
}

/// The smallest written part of a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    Minutes,
    Seconds,
    Fraction,
}

/// Reads `10:00`, `10:00:00`, `10:00:00.123`, `10:00:00,123` or `10:00:00:123`, each with or
/// without AM or PM after it or, in Chinese, in front of it.
///
/// A leap second counts as the second before it.
pub(super) fn time_of_day(cursor: &mut Cursor<'_>) -> Option<TimeOfDay> {
    // Only Chinese names are not ASCII.
    let is_half_first = cursor.peek().is_some_and(|byte| !byte.is_ascii());
    let mut half = None;
    if is_half_first {
        half = cursor.attempt(half_of_day);
        cursor.eat_blanks(1);
    }
    let hour = cursor.eat_number(1..=2)?;
    cursor.expect(b':')?;
    let minute = cursor.eat_number(2..=2)?;
    let (mut second, mut millis, mut precision) = (0, 0, Precision::Minutes);
    if cursor.eat(b':') {
        second = cursor.eat_number(2..=2)?;
        precision = Precision::Seconds;
        if let Some(fraction) = cursor.attempt(fraction) {
            millis = fraction;
            precision = Precision::Fraction;
        }
    }
    if half.is_none() {
        half = cursor.attempt(half_of_day);
    }
    let hour = match half {
        Some(hours) if (1..=12).contains(&hour) => hour % 12 + hours,
        Some(_) => return None,
        None => hour,
    };
    let millis = time_in_day(hour, minute, second)? + millis;
    Some(TimeOfDay { millis, precision, has_half: half.is_some() })
}

/// The milliseconds from midnight to a time, if it exists.
pub(super) fn time_in_day(hour: u32, minute: u32, second: u32) -> Option<i64> {
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(i64::from((hour * 60 + minute) * 60 + second.min(59)) * SECOND)
}

/// Reads `100000` or `100000.123`, as milliseconds since midnight.
pub(super) fn compact_time(cursor: &mut Cursor<'_>) -> Option<i64> {
    let number = cursor.eat_number(6..=6)?;
    let time = time_in_day(number / 10_000, number / 100 % 100, number % 100)?;
    Some(time + cursor.attempt(fraction).unwrap_or(0))
}

/// Reads the fraction of a second with its separator, rounded down to milliseconds.
///
/// After a colon only three digits are a fraction; other numbers are something else.
fn fraction(cursor: &mut Cursor<'_>) -> Option<i64> {
    let separator = cursor.eat_any(b".,:")?;
    let count = cursor.count_digits(FRACTION_LIMIT);
    if count == 0 || separator == b':' && count != 3 {
        return None;
    }
    let (digits, rest) = cursor.0.split_at(count);
    cursor.0 = rest;
    let mut millis = 0;
    for index in 0..3 {
        millis = millis * 10 + digits.get(index).map_or(0, |digit| i64::from(digit - b'0'));
    }
    Some(millis)
}

/// Reads AM or PM, as the hours to add: 0 or 12.
fn half_of_day(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.eat_any(b" \t");
    // This is asked after each time of day.
    if !matches!(cursor.peek()?, b'A' | b'P' | b'a' | b'p' | 0xE4) {
        return None;
    }
    let (name, hours) = HALVES.iter().find(|(name, _)| starts_with(cursor.0, name))?;
    cursor.0 = &cursor.0[name.len()..];
    if name.is_ascii() {
        cursor.expect_boundary()?;
    }
    Some(*hours)
}

/// Whether `text` starts with `name`, in upper or lower case.
fn starts_with(text: &[u8], name: &str) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

/// Reads `Z`, `+08:00`, `+0800`, `+08`, ` +0800`, ` UTC` or ` GMT+0800`, as milliseconds east of
/// UTC.
///
/// Offsets are whole quarters of an hour and at most 14 hours; ` -1002` is something else. Other
/// names of zones (CST) are ambiguous.
pub(super) fn offset(cursor: &mut Cursor<'_>) -> Option<i64> {
    let has_blank = cursor.eat(b' ');
    if !matches!(cursor.peek()?, b'+' | b'-' | b'U' | b'G' | b'Z' | b'z') {
        return None;
    }
    let is_named = cursor.eat_text(b"UTC")
        || cursor.eat_text(b"GMT")
        || !has_blank && cursor.eat_any(b"Zz").is_some();
    let minutes_required = has_blank && !is_named;
    let offset = match cursor.attempt(|cursor| signed_offset(cursor, minutes_required)) {
        None if is_named => 0,
        offset => offset?,
    };
    cursor.expect_boundary()?;
    Some(offset)
}

/// Reads `+08:00`, `+0800` or, unless `minutes_required`, `+08`.
fn signed_offset(cursor: &mut Cursor<'_>, minutes_required: bool) -> Option<i64> {
    let sign = sign(cursor)?;
    let digits = cursor.count_digits(5);
    let number = cursor.eat_number(2..=4)?;
    let (hours, minutes) = match digits {
        4 => (number / 100, number % 100),
        2 if cursor.eat(b':') => (number, cursor.eat_number(2..=2)?),
        2 if !minutes_required => (number, 0),
        _ => return None,
    };
    if hours > 14 || minutes > 59 || minutes % 15 != 0 {
        return None;
    }
    cursor.expect_boundary()?;
    Some(sign * (i64::from(hours) * HOUR + i64::from(minutes) * MINUTE))
}

/// Reads the offset in the SDK's own log files, a number of hours: `+8.0`.
///
/// The SDK rounds it: 5.8 is 5:45.
pub(super) fn offset_in_hours(cursor: &mut Cursor<'_>) -> Option<i64> {
    let sign = sign(cursor)?;
    let hours = cursor.eat_number(1..=2)?;
    cursor.expect(b'.')?;
    let tenths = cursor.eat_number(1..=1)?;
    if hours > 14 {
        return None;
    }
    let quarters = (i64::from(tenths) * 4 + 5) / 10;
    Some(sign * (i64::from(hours) * HOUR + quarters * 15 * MINUTE))
}

fn sign(cursor: &mut Cursor<'_>) -> Option<i64> {
    let sign = cursor.eat_any(b"+-")?;
    Some(if sign == b'-' { -1 } else { 1 })
}

/// Reads `1700000000`, `1700000000.123`, `1700000000123` and longer ones, as milliseconds since
/// 1970 UTC.
///
/// The number of digits decides the unit: 10 are seconds, 13 milliseconds, 16 microseconds, 19
/// nanoseconds.
pub(super) fn since_epoch(cursor: &mut Cursor<'_>) -> Option<i64> {
    let (seconds, rest) = cursor.0.split_first_chunk::<10>()?;
    let more = Cursor(rest).count_digits(10);
    if !matches!(more, 0 | 3 | 6 | 9) || !are_digits(seconds) {
        return None;
    }
    cursor.0 = &rest[more..];
    let has_point = cursor.peek() == Some(b'.');
    let fraction = if has_point { cursor.attempt(fraction) } else { None };
    // After milliseconds, as in 1700000000123.456, the fraction is dropped.
    let millis = if more == 0 { fraction.unwrap_or(0) } else { number(&rest[..3]) };
    let millis = number(seconds) * SECOND + millis;
    cursor.expect_boundary()?;
    EPOCH_RANGE.contains(&millis).then_some(millis)
}

/// Whether all bytes are digits. Without a branch for each, since nearly always they are.
#[inline]
pub(super) fn are_digits(text: &[u8; 10]) -> bool {
    text.iter().fold(true, |are_digits, byte| are_digits & byte.is_ascii_digit())
}

/// The number that `digits` write.
fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

/// Reads the seconds and nanoseconds of a TAI64N label after its `@`, as milliseconds since 1970
/// UTC.
///
/// Its writers add 10 seconds to UTC and ignore the leap seconds since 1972, and so do its readers.
pub(super) fn tai64n(cursor: &mut Cursor<'_>) -> Option<i64> {
    let digits = cursor.0.get(..24).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    let digits = std::str::from_utf8(digits).ok()?;
    let seconds = i64::from_str_radix(&digits[..16], 16).ok()? - (1 << 62) - 10;
    let nanos = i64::from_str_radix(&digits[16..], 16).ok()?;
    cursor.0 = &cursor.0[24..];
    let millis = seconds.checked_mul(SECOND)?.checked_add(nanos / 1_000_000)?;
    EPOCH_RANGE.contains(&millis).then_some(millis)
}

/// Whether a number without a fraction could be an SDKAppID: 1400000000 to 1400999999 and
/// 1600000000 to 1600999999. As seconds since 1970 these are twelve days of May 2014 and twelve of
/// September 2020.
pub(super) fn is_app_id(text: &[u8]) -> bool {
    (text.starts_with(b"1400") || text.starts_with(b"1600"))
        && Cursor(text).count_digits(11) == 10
        && text.get(10) != Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_whole() {
        let rows: [(&str, Option<u32>, &str); 6] = [
            ("05-09", Some(5), "-09"),
            ("7", Some(7), ""),
            ("123", None, "123"),
            ("", None, ""),
            ("x1", None, "x1"),
            ("-1", None, "-1"),
        ];
        for (text, wanted, rest) in rows {
            let mut cursor = Cursor(text.as_bytes());
            assert_eq!(cursor.eat_number(1..=2), wanted, "{text:?}");
            assert_eq!(cursor.0, rest.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn the_cursor_moves_only_past_what_is_eaten() {
        let mut cursor = Cursor(b"  T1_");
        assert!(!cursor.eat(b'T') && !cursor.eat_text(b" T"));
        assert_eq!((cursor.eat_blanks(1), cursor.eat_blanks(3)), (1, 1));
        assert_eq!(cursor.eat_any(b"tT"), Some(b'T'));
        assert!(cursor.expect_boundary().is_none() && cursor.eat(b'1'));
        assert!(cursor.expect_boundary().is_none() && cursor.eat(b'_'));
        assert!(cursor.expect_boundary().is_some());
    }

    #[test]
    fn times_are_read_to_the_millisecond() {
        let rows = [
            ("10:00:00", Some((36_000_000, Precision::Seconds)), ""),
            ("10:00:01.5 x", Some((36_001_500, Precision::Fraction)), " x"),
            ("10:00:01,123", Some((36_001_123, Precision::Fraction)), ""),
            ("10:00:01:123 ", Some((36_001_123, Precision::Fraction)), " "),
            ("10:00:01.123456789Z", Some((36_001_123, Precision::Fraction)), "Z"),
            ("10:00:01.9999", Some((36_001_999, Precision::Fraction)), ""),
            ("10:00:01.", Some((36_001_000, Precision::Seconds)), "."),
            ("10:00:01, x", Some((36_001_000, Precision::Seconds)), ", x"),
            ("10:00:01: x", Some((36_001_000, Precision::Seconds)), ": x"),
            ("10:00:01:12", Some((36_001_000, Precision::Seconds)), ":12"),
            ("9:05:03", Some((32_703_000, Precision::Seconds)), ""),
            ("10:00", Some((36_000_000, Precision::Minutes)), ""),
            ("23:59:60", Some((86_399_000, Precision::Seconds)), ""),
            ("12:00:00 AM", Some((0, Precision::Seconds)), ""),
            ("12:30:00 PM", Some((45_000_000, Precision::Seconds)), ""),
            ("1:00:00pm", Some((46_800_000, Precision::Seconds)), ""),
            ("1:00:00 PMs", Some((3_600_000, Precision::Seconds)), " PMs"),
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
                cursor.attempt(time_of_day).map(|time| (time.millis, time.precision)),
                wanted,
                "{text:?}"
            );
            assert_eq!(cursor.0, rest.as_bytes(), "{text:?}");
        }
    }

    fn minutes(text: &str, read: fn(&mut Cursor<'_>) -> Option<i64>) -> (Option<i64>, usize) {
        let mut cursor = Cursor(text.as_bytes());
        (cursor.attempt(read).map(|offset| offset / MINUTE), text.len() - cursor.0.len())
    }

    #[test]
    fn offsets_are_distinguished_from_other_numbers() {
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
            assert_eq!(minutes(text, offset), (wanted, length), "{text:?}");
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
            assert_eq!(minutes(text, offset_in_hours), (wanted, length), "{text:?}");
        }
    }

    #[test]
    fn the_number_of_digits_decides_the_unit() {
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
            assert_eq!(cursor.attempt(since_epoch), wanted, "{text:?}");
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

    #[test]
    fn only_dates_that_exist_are_read() {
        let rows = [
            ("2000-02-29", true),
            ("2026-11-24", true),
            ("2026-02-29", false),
            ("2100-02-29", false),
            ("2026-02-30", false),
            ("2026-04-31", false),
            ("2026-00-01", false),
            ("2026-13-01", false),
            ("2026-01-00", false),
            ("1969-12-31", false),
        ];
        for (text, wanted) in rows {
            let (year, month, day) = date(&mut Cursor(text.as_bytes())).expect("digits");
            assert_eq!(calendar_date(year, month, day).is_some(), wanted, "{text}");
        }
    }
}
