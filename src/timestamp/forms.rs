//! The forms of timestamps, and the parts of each.

use super::fields::{self, Cursor, Precision, calendar_date};
use super::local::start_of;
use super::written::Written;

#[rustfmt::skip]
const CHINESE_MONTHS: [&str; 12] = [
    "一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月",
];
const CHINESE_WEEKDAYS: [&str; 7] =
    ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

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

/// The forms of dates with their times that begin like `text`, except for [`iso_8601`].
///
/// A `%` and a letter are a part, brackets make what is in them optional, and a blank is one to
/// three blanks, which a comma may precede. All other bytes are literal.
///
/// | part | text |
/// | --- | --- |
/// | `%D` | `2026-11-24`, `2026/11/24` or `2026.11.24` |
/// | `%Y`, `%y` | `2026`, `26` |
/// | `%m`, `%d` | `11`, `24`; with two digits, or in `%-d` with one or two |
/// | `%X` | `24/11/2026` or `11/24/2026` |
/// | `%8`, `%6`, `%4` | `20261124`, `261124`, `1124` |
/// | `%b`, `%a` | `Nov` or `十一月`, `Tue` or `星期二` |
/// | `%s` | `T`, `_`, one or two colons, or a blank between a date and its time |
/// | `%R`, `%T`, `%F` | `10:00` and more precise, at least to the second, with a fraction |
/// | `%C` | `100000` or `100000.123` |
/// | `%H`, `%M`, `%S`, `%N` | hours, minutes and seconds of one or two digits, milliseconds |
/// | `%z`, `%h` | an offset from UTC: `+08:00` and similar ones, or nothing; the hours `+8.0` |
/// | `%Z` | the name of a time zone, which is ignored |
/// | `%L`, `%n` | the letter of a level, a number of up to eight digits |
/// | `%A` | the 24 hexadecimal digits of TAI64N |
/// | `%~` | at most three blanks |
fn forms(text: &[u8]) -> &'static [&'static str] {
    let digits = Cursor(text).count_digits(9);
    match (digits, text.get(digits)) {
        // 年
        (4, Some(0xE5)) => &["%Y年%~%-m月%~%-d日%~[%a]%~%R", "%Y年%-m月%-d日%~%H时%M分%S秒"],
        // The SDK's `2026-11-24 +8.0 10:00:00.123`, Gin, Unreal.
        (4, _) => &["%D %h %R", "%D - %T", "%D-%H.%M.%S:%N", "%D %H:%M:%S"],
        (8, _) => &["%8T%C%z", "%8T%T%z", "%8 %T%z", "%8-%H:%M:%S:%N", "%8-%T%z"],
        // Six digits start with the year, unlike two digits with separators between them. HDFS
        // writes the time without separators too, and the process.
        (6, _) => &["%6 %T", "%6 %C %n"],
        // Android. Without a fraction: see `AT_LINE_START`. Tomcat, Erlang.
        (1 | 2, Some(b'-')) => &["%m-%d %F", "%-d-%b-%Y%s%R%z", "%-d-%-m-%Y %R"],
        // Apache and nginx, Windows, Spark.
        (1 | 2, Some(b'/')) => &["%-d/%b/%Y%s%R%z", "%X %R", "%y/%m/%d %T"],
        (1 | 2, Some(b'.')) => &["%-d.%-m.%Y %R", "%-d. %b[.] %Y %R"],
        // Redis, with or without a year.
        (1 | 2, Some(b' ')) => &["%-d %b [%Y ]%R%z"],
        // 月
        (1 | 2, Some(0xE6)) => &["%-m月 %-d, %Y %R"],
        (0, Some(b'@')) => &["@%A"],
        // glog: the level, and the date without a blank between them.
        (0, Some(b'A'..=b'Z')) if text.get(1).is_some_and(u8::is_ascii_digit) => {
            &["%L%8 %F", "%L%4 %F"]
        }
        // asctime, mail, JavaScript; with Chinese names: 星期.
        (0, Some(0xE6)) => WITH_WEEKDAY,
        (0, Some(b'A'..=b'Z')) if text.first_chunk().is_some_and(is_weekday) => WITH_WEEKDAY,
        // syslog, Java; with Chinese names: 一 to 十.
        (0, Some(b'A'..=b'Z' | 0xE4 | 0xE5)) => &["%b %-d [%Y ]%R%z"],
        _ => &[],
    }
}

const WITH_WEEKDAY: &[&str] =
    &["%a %b %-d %R%z[ %Z] %Y", "%a %b %-d [%Y ]%R%z", "%a %-d %b [%Y ]%R%z"];

/// The form that is read only at the start of a line: further on, two numbers are a range.
const AT_LINE_START: &str = "%m-%d %T";

/// Forms that are read only at the start of a bracket: those of Chromium and Electron, where the
/// numbers of process and thread may come first, and of the lite Web SDK.
const BRACKETED: [&str; 6] =
    ["%m-%d %T]", "%m.%d %T]", "%4/%C:", "%n:%4/%C:", "%n:%n:%4/%C:", "%H:%M:%S:%N]"];

/// Whether a timestamp may begin like `text`: with a digit, the name of a month or weekday in
/// English or Chinese, the letter of a level, or `@`.
#[inline]
pub(super) fn may_begin(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'0'..=b'9' | b'A'..=b'Z' | b'@' | 0x80..))
}

/// Whether `text` begins like a count of seconds, and like no date.
#[inline]
pub(super) fn begins_with_count(text: &[u8]) -> bool {
    text.first_chunk().is_some_and(fields::are_digits)
}

/// Reads the count of seconds that `text` starts with, if `preceding` allows it.
pub(super) fn count(text: &[u8], preceding: Preceding) -> Option<Written> {
    let mut cursor = Cursor(text);
    match preceding {
        Preceding::TimeKey => fields::since_epoch(&mut cursor).map(Written::Instant),
        // Without its fraction it may be an id.
        Preceding::Tag if text.get(10) == Some(&b'.') => epoch_at_line_start(&mut cursor),
        Preceding::Nothing => epoch_at_line_start(&mut cursor),
        Preceding::Tag | Preceding::LevelOrName => None,
    }
}

/// Reads the timestamp that `text` starts with, other than a count of seconds. Returns its length
/// with it.
pub(super) fn read(text: &[u8], preceding: Preceding) -> Option<(Written, usize)> {
    let mut cursor = Cursor(text);
    let mut written = date_and_time(&mut cursor);
    if written.is_none() && preceding == Preceding::Nothing {
        written = cursor.attempt(|cursor| read_form(cursor, AT_LINE_START));
    }
    let written = written.or_else(|| without_date(&mut cursor, preceding))?;
    cursor.expect_boundary()?;
    Some((written, text.len() - cursor.0.len()))
}

/// Reads a date with its time, in the first form that fits.
pub(super) fn date_and_time(cursor: &mut Cursor<'_>) -> Option<Written> {
    let text = cursor.0;
    if let Some(b'-' | b'/' | b'.') = text.get(4)
        && let Some(written) = iso_8601(cursor)
    {
        return Some(written);
    }
    cursor.0 = text;
    for form in forms(text) {
        if let Some(written) = read_form(cursor, form) {
            return Some(written);
        }
        cursor.0 = text;
    }
    None
}

/// Reads `%D%s%R%z`, the form of most logs. Read by [`Parts`], it takes a third longer.
fn iso_8601(cursor: &mut Cursor<'_>) -> Option<Written> {
    let (year, month, day) = fields::date(cursor)?;
    separator(cursor)?;
    let time = fields::time_of_day(cursor)?.millis;
    let local = start_of(calendar_date(year, month, day)?) + time;
    Some(match cursor.attempt(fields::offset) {
        Some(offset) => Written::Instant(local - offset),
        None => Written::Local(local),
    })
}

/// Reads what is between a date and its time.
fn separator(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.eat(b':') {
        cursor.eat(b':');
        return Some(());
    }
    if cursor.eat(b'T') || cursor.eat(b'_') { Some(()) } else { cursor.expect_blanks() }
}

/// Reads a date without a year, and its time if there is one. Logs contain them in brackets or with
/// a fraction only: elsewhere on a line, they may be other numbers.
pub(super) fn typed(cursor: &mut Cursor<'_>) -> Option<Written> {
    let with_time = ["%-m-%-d %R", "%-m.%-d %R", "%-m月%-d日%~%R"];
    let of_day = ["%-m-%-d", "%-m月%-d日", "%b %-d"];
    let mut forms = with_time.iter().chain(&of_day);
    forms.find_map(|form| cursor.attempt(|cursor| read_form(cursor, form)))
}

/// Reads one of the forms at the start of a bracket.
pub(super) fn bracketed(inside: &[u8]) -> Option<Written> {
    if !inside.first()?.is_ascii_digit() {
        return None;
    }
    BRACKETED.iter().find_map(|form| read_form(&mut Cursor(inside), form))
}

fn read_form(cursor: &mut Cursor<'_>, form: &str) -> Option<Written> {
    let mut parts = Parts::default();
    parts.read(cursor, form.as_bytes())?;
    parts.finish()
}

/// The parts of a timestamp that were read.
#[derive(Clone, Copy, Default)]
struct Parts {
    instant: Option<i64>,
    year: Option<u32>,
    /// 0 if there is no date.
    month: u32,
    day: u32,
    /// Whether day and month may be in the other order.
    is_slashed: bool,
    /// Milliseconds since midnight.
    time: i64,
    /// Whether AM or PM is written.
    has_half: bool,
    /// Milliseconds east of UTC.
    offset: Option<i64>,
}

impl Parts {
    fn read(&mut self, cursor: &mut Cursor<'_>, mut form: &[u8]) -> Option<()> {
        loop {
            form = match form {
                [] => return Some(()),
                [b'[', rest @ ..] => {
                    let end = rest.iter().position(|&byte| byte == b']')?;
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
                    cursor.expect(*byte)?;
                    rest
                }
            };
        }
    }

    /// Reads `form` if it fits.
    fn read_optional(&mut self, cursor: &mut Cursor<'_>, form: &[u8]) {
        let mut parts = *self;
        if cursor.attempt(|cursor| parts.read(cursor, form)).is_some() {
            *self = parts;
        }
    }

    /// Reads one part. A day and a month have at least `digits` digits.
    fn read_part(&mut self, cursor: &mut Cursor<'_>, part: u8, digits: usize) -> Option<()> {
        match part {
            b'D' | b'Y' | b'y' | b'm' | b'd' | b'X' | b'8' | b'6' | b'4' | b'b' => {
                self.read_date_part(cursor, part, digits)?;
            }
            b'R' | b'T' | b'F' | b'C' | b'H' | b'M' | b'S' | b'N' => {
                self.read_time_part(cursor, part)?;
            }
            b'A' => self.instant = Some(fields::tai64n(cursor)?),
            b'z' => self.offset = cursor.attempt(fields::offset),
            b'h' => self.offset = Some(fields::offset_in_hours(cursor)?),
            b'Z' => zone_name(cursor)?,
            b'a' => weekday(cursor)?,
            b's' => separator(cursor)?,
            b'L' => _ = cursor.eat_any(b"IWEFD")?,
            b'n' => _ = cursor.eat_number(1..=8)?,
            b'~' => _ = cursor.eat_blanks(3),
            _ => return None,
        }
        Some(())
    }

    fn read_date_part(&mut self, cursor: &mut Cursor<'_>, part: u8, digits: usize) -> Option<()> {
        match part {
            b'D' => {
                let (year, month, day) = fields::date(cursor)?;
                self.set_date(year, month, day);
            }
            b'Y' => self.year = Some(cursor.eat_number(4..=4)?),
            b'y' => self.year = Some(2000 + cursor.eat_number(2..=2)?),
            b'm' => self.month = cursor.eat_number(digits..=2)?,
            b'd' => self.day = cursor.eat_number(digits..=2)?,
            b'b' => self.month = month(cursor)?,
            b'X' => {
                self.read(cursor, b"%-d/%-m/%Y")?;
                self.is_slashed = true;
            }
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
            _ => return None,
        }
        Some(())
    }

    fn read_time_part(&mut self, cursor: &mut Cursor<'_>, part: u8) -> Option<()> {
        match part {
            b'R' => self.read_time(cursor, Precision::Minutes)?,
            b'T' => self.read_time(cursor, Precision::Seconds)?,
            b'F' => self.read_time(cursor, Precision::Fraction)?,
            b'C' => self.time = fields::compact_time(cursor)?,
            b'H' => self.time = fields::time_in_day(cursor.eat_number(1..=2)?, 0, 0)?,
            b'M' => self.time += fields::time_in_day(0, cursor.eat_number(1..=2)?, 0)?,
            b'S' => self.time += fields::time_in_day(0, 0, cursor.eat_number(1..=2)?)?,
            b'N' => self.time += i64::from(cursor.eat_number(1..=3)?),
            _ => return None,
        }
        Some(())
    }

    fn set_date(&mut self, year: u32, month: u32, day: u32) {
        (self.year, self.month, self.day) = (Some(year), month, day);
    }

    /// Reads a time of day that is written at least as precisely as `least`.
    fn read_time(&mut self, cursor: &mut Cursor<'_>, least: Precision) -> Option<()> {
        let time = fields::time_of_day(cursor)?;
        (self.time, self.has_half) = (time.millis, time.has_half);
        (time.precision >= least).then_some(())
    }

    fn finish(self) -> Option<Written> {
        let Self { year, month, day, time, has_half, .. } = self;
        if let Some(instant) = self.instant {
            return Some(Written::Instant(instant));
        }
        if month == 0 {
            return (day == 0 && year.is_none()).then_some(Written::Clock(time));
        }
        // A date without a year must exist in some year, so in this leap year.
        let date = |month, day| calendar_date(year.unwrap_or(2000), month, day);
        let local = |month, day| Some(start_of(date(month, day)?) + time);
        if self.is_slashed {
            let (day_first, month_first) = (local(month, day), local(day, month));
            day_first.or(month_first)?;
            return Some(Written::Slashed { day_first, month_first, has_half });
        }
        let local = local(month, day)?;
        Some(match (year, self.offset) {
            (None, _) => Written::Yearless { month, day, time },
            (Some(_), None) => Written::Local(local),
            (Some(_), Some(offset)) => Written::Instant(local - offset),
        })
    }
}

/// Passes over the name of a time zone, of at most six letters.
fn zone_name(cursor: &mut Cursor<'_>) -> Option<()> {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
    let count = cursor.0.iter().take(6).take_while(is_letter).count();
    cursor.0 = &cursor.0[count..];
    (count > 0).then_some(())
}

/// Reads the name of a month and returns its number, from 1.
#[rustfmt::skip]
fn month(cursor: &mut Cursor<'_>) -> Option<u32> {
    if !cursor.peek()?.is_ascii() {
        let index = CHINESE_MONTHS.iter().position(|name| cursor.eat_text(name.as_bytes()))?;
        return Some(index as u32 + 1);
    }
    Some(match english_name(cursor)? {
        b"Jan" => 1, b"Feb" => 2, b"Mar" => 3, b"Apr" => 4, b"May" => 5, b"Jun" => 6,
        b"Jul" => 7, b"Aug" => 8, b"Sep" => 9, b"Oct" => 10, b"Nov" => 11, b"Dec" => 12,
        _ => return None,
    })
}

/// Reads the name of a weekday.
fn weekday(cursor: &mut Cursor<'_>) -> Option<()> {
    let is_name = if cursor.peek()?.is_ascii() {
        is_weekday(english_name(cursor)?)
    } else {
        CHINESE_WEEKDAYS.iter().any(|name| cursor.eat_text(name.as_bytes()))
    };
    is_name.then_some(())
}

/// Whether a weekday comes first, in English or in Chinese (星).
pub(super) fn starts_like_weekday(name: &[u8]) -> bool {
    name.starts_with("星".as_bytes()) || name.first_chunk().is_some_and(is_weekday)
}

fn is_weekday(name: &[u8; 3]) -> bool {
    matches!(name, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun")
}

/// Reads a word of three bytes.
fn english_name<'t>(cursor: &mut Cursor<'t>) -> Option<&'t [u8; 3]> {
    let (name, rest) = cursor.0.split_first_chunk()?;
    cursor.0 = rest;
    (!rest.first().is_some_and(u8::is_ascii_alphabetic)).then_some(name)
}

/// Reads a time without a date, if `preceding` allows it.
fn without_date(cursor: &mut Cursor<'_>, preceding: Preceding) -> Option<Written> {
    match preceding {
        Preceding::Nothing | Preceding::LevelOrName => time_only(cursor),
        Preceding::Tag | Preceding::TimeKey => None,
    }
}

/// Reads the number at the start of a line as a count of seconds, if the line continues and the
/// number is not an id.
fn epoch_at_line_start(cursor: &mut Cursor<'_>) -> Option<Written> {
    if fields::is_app_id(cursor.0) {
        return None;
    }
    let millis = fields::since_epoch(cursor)?;
    let continues = matches!(cursor.peek(), Some(b' ' | b'\t' | b'|' | b',' | b':' | b']' | b'"'));
    continues.then_some(Written::Instant(millis))
}

/// Reads a time of day with seconds.
fn time_only(cursor: &mut Cursor<'_>) -> Option<Written> {
    let time = fields::time_of_day(cursor)?;
    let is_time = match time.precision {
        Precision::Minutes => false,
        Precision::Seconds => !continues_as_address(cursor.0),
        Precision::Fraction => true,
    };
    is_time.then_some(Written::Clock(time.millis))
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
