//! The notations of timestamps, and the parts of each.

use super::fields::{self, Cursor, Precision, calendar_date};
use super::local::start_of;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// A timestamp as it is written, before the [`TimestampReader`](super::TimestampReader) adds what
/// is left out.
///
/// All times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// An instant, since 1970-01-01 UTC.
    Instant(i64),
    /// A local date and time, since 1970-01-01 00:00.
    Local(i64),
    /// A local date without a year, and the time since midnight.
    Yearless { month: u32, day: u32, time: i64 },
    /// A local time without a date, since midnight.
    TimeOfDay(i64),
}

/// The text in front of a timestamp. It decides whether a time without a date or a plain number can
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
    let parsed = date_and_time(&mut cursor).or_else(|| without_date(&mut cursor, preceding))?;
    cursor.expect_boundary()?;
    Some(parsed)
}

/// Reads a date with its time, in the first format that fits.
pub(super) fn date_and_time(cursor: &mut Cursor<'_>) -> Option<Parsed> {
    let formats = formats(cursor)?;
    formats.iter().find_map(|format| cursor.attempt(|cursor| read_format(cursor, format)))
}

/// The formats of dates with their times that begin like the text.
///
/// A `%` and a letter are a part, brackets make what is in them optional, and a blank is one to
/// three blanks, which a comma may precede. All other bytes are literal.
///
/// | part | text |
/// | --- | --- |
/// | `%D` | `2026-11-24`, `2026/11/24` or `2026.11.24` |
/// | `%Y` | `2026` |
/// | `%m`, `%d` | `11`, `24`; with two digits, or in `%-d` with one or two |
/// | `%8`, `%6`, `%4` | `20261124`, `261124`, `1124` |
/// | `%b`, `%a` | `Nov`, `Tue` |
/// | `%s` | `T`, `_` or a blank between a date and its time |
/// | `%R`, `%T`, `%F` | `10:00` and more precise, at least to the second, with a fraction |
/// | `%C` | `100000` or `100000.123` |
/// | `%z`, `%h` | an offset from UTC: `+08:00` and similar ones, or nothing; the hours `+8.0` |
/// | `%Z` | the name of a time zone, which is ignored |
/// | `%L` | the letter of a level |
fn formats(cursor: &Cursor<'_>) -> Option<&'static [&'static str]> {
    Some(match (cursor.0, cursor.count_digits(9)) {
        // ISO 8601 and similar ones, and the SDK's `2026-11-24 +8.0 10:00:00.123`.
        (_, 4) => &["%D%s%R%z", "%D %h %R"],
        (_, 8) => &["%8T%C%z", "%8T%T%z", "%8 %T%z", "%8-%T%z"],
        // Six digits start with the year, unlike two digits with separators between them.
        (_, 6) => &["%6 %T"],
        (_, 1 | 2) => &[
            // Android. Without a fraction, two numbers are a range.
            "%m-%d %F",
            // Apache, nginx.
            "%-d/%b/%Y:%R%z",
            "%-d/%b/%Y %R%z",
            "%-d-%b-%Y %R%z",
            // Redis, with or without a year.
            "%-d %b [%Y ]%R%z",
        ],
        // glog: the level, and the date without a blank between them.
        ([b'A'..=b'Z', b'0'..=b'9', ..], _) => &["%L%8 %F", "%L%4 %F"],
        // asctime, syslog, mail, Java, JavaScript.
        ([b'A'..=b'Z', b'a'..=b'z', ..], _) => &[
            "%b %-d [%Y ]%R%z",
            "%a %b %-d %R%z[ %Z] %Y",
            "%a %b %-d [%Y ]%R%z",
            "%a %-d %b [%Y ]%R%z",
        ],
        _ => return None,
    })
}

/// Reads Chromium's and Electron's `1124/100000.123456:`. The numbers of process and thread may
/// come first, each with a colon after it.
pub(super) fn chromium(text: &[u8]) -> Option<Parsed> {
    let mut cursor = Cursor(text);
    for _ in 0..3 {
        let parsed = cursor.attempt(|cursor| read_format(cursor, "%4/%C:"));
        if parsed.is_some() {
            return parsed;
        }
        cursor.eat_number(1..=8)?;
        cursor.eat_any(b":")?;
    }
    None
}

/// Reads a timestamp in `format`.
fn read_format(cursor: &mut Cursor<'_>, format: &str) -> Option<Parsed> {
    let mut parts = Parts::default();
    parts.read(cursor, format.as_bytes())?;
    let Parts { year, month, day, time, offset } = parts;
    // A date without a year must exist in some year.
    let leap_year = 2000;
    let local = start_of(calendar_date(year.unwrap_or(leap_year), month, day)?) + time;
    Some(match (year, offset) {
        (None, _) => Parsed::Yearless { month, day, time },
        (Some(_), None) => Parsed::Local(local),
        (Some(_), Some(offset)) => Parsed::Instant(local - offset),
    })
}

/// The parts of a timestamp that were read.
#[derive(Clone, Copy, Default)]
struct Parts {
    year: Option<u32>,
    month: u32,
    day: u32,
    /// Milliseconds since midnight.
    time: i64,
    /// Milliseconds east of UTC.
    offset: Option<i64>,
}

impl Parts {
    fn read(&mut self, cursor: &mut Cursor<'_>, mut format: &[u8]) -> Option<()> {
        loop {
            format = match format {
                [] => return Some(()),
                [b'[', rest @ ..] => {
                    let end = memchr::memchr(b']', rest)?;
                    self.read_optional(cursor, &rest[..end]);
                    &rest[end + 1..]
                }
                [b'%', b'-', part, rest @ ..] => {
                    self.read_part(cursor, *part, 1)?;
                    rest
                }
                [b'%', part, rest @ ..] => {
                    self.read_part(cursor, *part, 2)?;
                    rest
                }
                [b' ', rest @ ..] => {
                    cursor.expect_blanks()?;
                    rest
                }
                [byte, rest @ ..] => {
                    cursor.eat_any(&[*byte])?;
                    rest
                }
            };
        }
    }

    /// Reads `format` if it fits.
    fn read_optional(&mut self, cursor: &mut Cursor<'_>, format: &[u8]) {
        let mut parts = *self;
        if cursor.attempt(|cursor| parts.read(cursor, format)).is_some() {
            *self = parts;
        }
    }

    /// Reads one part. A day and a month have at least `digits` digits.
    fn read_part(&mut self, cursor: &mut Cursor<'_>, part: u8, digits: usize) -> Option<()> {
        match part {
            b'D' => {
                let (year, month, day) = fields::date(cursor)?;
                self.set_date(year, month, day);
            }
            b'Y' => self.year = Some(cursor.eat_number(4..=4)?),
            b'm' => self.month = cursor.eat_number(digits..=2)?,
            b'd' => self.day = cursor.eat_number(digits..=2)?,
            b'8' => {
                let number = cursor.eat_number(8..=8)?;
                self.set_date(number / 10_000, number / 100 % 100, number % 100);
            }
            b'6' => {
                let number = cursor.eat_number(6..=6)?;
                self.set_date(2000 + number / 10_000, number / 100 % 100, number % 100);
            }
            b'4' => {
                let number = cursor.eat_number(4..=4)?;
                (self.month, self.day) = (number / 100, number % 100);
            }
            b'b' => self.month = name(cursor, &MONTHS)?,
            b'a' => _ = name(cursor, &WEEKDAYS)?,
            b's' => {
                if cursor.eat_any(b"T_").is_none() {
                    cursor.expect_blanks()?;
                }
            }
            b'R' => self.time = fields::precise_time(cursor, Precision::Minutes)?,
            b'T' => self.time = fields::precise_time(cursor, Precision::Seconds)?,
            b'F' => self.time = fields::precise_time(cursor, Precision::Fraction)?,
            b'C' => self.time = fields::compact_time(cursor)?,
            b'z' => self.offset = cursor.attempt(fields::offset),
            b'h' => self.offset = Some(fields::offset_in_hours(cursor)?),
            b'Z' => {
                let letters = cursor.0.iter().take_while(|byte| byte.is_ascii_alphabetic());
                let count = letters.take(6).count();
                return (!cursor.take(count).is_empty()).then_some(());
            }
            b'L' => _ = cursor.eat_any(b"IWEFD")?,
            _ => return None,
        }
        Some(())
    }

    fn set_date(&mut self, year: u32, month: u32, day: u32) {
        (self.year, self.month, self.day) = (Some(year), month, day);
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::timestamp::LocalTimestamp;

    /// The written parts, with `Z` after UTC; None for None.
    pub(in crate::timestamp) fn display(parsed: Option<Parsed>) -> Option<String> {
        let local = |millis| LocalTimestamp::from_millis(millis).to_string();
        let time_of_day = |millis| local(millis)[11..].to_string();
        Some(match parsed? {
            Parsed::Instant(millis) => format!("{}Z", local(millis)),
            Parsed::Local(millis) => local(millis),
            Parsed::Yearless { month, day, time } => {
                format!("{month:02}-{day:02} {}", time_of_day(time))
            }
            Parsed::TimeOfDay(time) => time_of_day(time),
        })
    }

    #[test]
    fn the_text_in_front_decides_what_is_a_timestamp() {
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
                display(date_and_time(&mut Cursor(text.as_bytes()))).as_deref(),
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
            let parsed = date_and_time(&mut cursor);
            assert_eq!(display(parsed).as_deref(), wanted, "{text:?}");
        }
    }

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
            assert_eq!(
                display(date_and_time(&mut Cursor(text.as_bytes()))).as_deref(),
                wanted,
                "{text:?}"
            );
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
