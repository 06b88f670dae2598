//! Points in time as users type them: `2026-11-24 10:00`, `yesterday`, `2 hours ago`.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use imerr_catalog::nearest;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::fmt::friendly::SpanParser;

use super::fields::{self, Cursor};
use super::forms;
use super::local::start_of;
use super::locate::Stamp;
use super::written::Written;
use super::{DAY, LocalTimestamp, Timeline, TimestampReader};

/// Forms that are accepted, for error messages.
const EXAMPLES: &str = "2026-11-24, 2026-11-24T10:00:00+08:00, \
                        11-24 10:00:00 (in the year of the log), 10:00 (today), yesterday, \
                        2h (2 hours ago), @1700000000";

const DAYS: [&str; 3] = ["today", "yesterday", "tomorrow"];

/// Chinese words for days and units, each with its English form.
const CHINESE: [(&str, &str); 14] = [
    ("前天", "day before yesterday "),
    ("今天", "today "),
    ("昨天", "yesterday "),
    ("明天", "tomorrow "),
    ("现在", "now"),
    ("个", ""),
    ("毫秒", "ms"),
    ("秒", "s"),
    ("分钟", "m"),
    ("小时", "h"),
    ("天", "d"),
    ("周", "w"),
    ("以前", ""),
    ("前", ""),
];

/// A text is not a point in time. The message names the text and forms that are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeArgError {
    text: String,
}

impl fmt::Display for TimeArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.escape_debug();
        match nearest(&self.text, DAYS) {
            Some(near) => write!(f, "'{text}' is not a time; did you mean '{near}'?"),
            None => write!(f, "'{text}' is not a time; examples: {EXAMPLES}"),
        }
    }
}

impl Error for TimeArgError {}

/// A point in time that a user typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeArg {
    /// The time. Without a year, in the latest year that puts it at most a day after now.
    pub time: LocalTimestamp,
    /// Whether the year was typed, or follows from the present time.
    pub has_year: bool,
}

impl TimeArg {
    /// Parses a point in time as [`parse_time_arg`] does.
    ///
    /// # Errors
    ///
    /// If [`parse_time_arg`] returns one.
    pub fn parse(text: &str, now: &ZonedDateTime) -> Result<Self, TimeArgError> {
        let of_chinese = || in_english(text).and_then(|text| Self::parse_english(&text, now));
        let time = Self::parse_english(text, now).or_else(of_chinese);
        time.ok_or_else(|| TimeArgError { text: text.to_string() })
    }

    fn parse_english(text: &str, now: &ZonedDateTime) -> Option<Self> {
        let trimmed = text.trim();
        let reader = Arc::new(TimestampReader::new(now));
        let mut timeline = Timeline::new(Arc::clone(&reader), None);
        if trimmed == "now" {
            return Some(reader.now().into());
        }
        if let Some(time) = seconds_since_epoch(trimmed, &mut timeline) {
            return Some(time.into());
        }
        if let Some(time) = day_or_time(trimmed, reader.now().floor(DAY)) {
            return Some(time.into());
        }
        if let Some(time) = date_and_time(trimmed, &mut timeline) {
            return Some(time);
        }
        span_before(trimmed, now).map(Self::from)
    }

    /// The time for a log that begins at `first`: without a year, in the year that puts it nearest.
    ///
    /// So `11-24 10:00`, copied from a log of an earlier year, is a time of that log.
    pub fn near(self, first: LocalTimestamp) -> LocalTimestamp {
        if self.has_year {
            return self.time;
        }
        let date = self.time.to_datetime();
        let since_midnight = self.time.millis() - self.time.floor(DAY).millis();
        let year = first.to_datetime().year();
        let years = (year - 1..=year + 1).filter_map(|year| {
            let date = Date::new(year, date.month(), date.day()).ok()?;
            Some(LocalTimestamp::from_millis(start_of(date) + since_midnight))
        });
        let nearest = years.min_by_key(|time| (time.millis() - first.millis()).abs());
        nearest.unwrap_or(self.time)
    }
}

impl From<LocalTimestamp> for TimeArg {
    fn from(time: LocalTimestamp) -> Self {
        Self { time, has_year: true }
    }
}

/// Parses a point in time that a user typed, in the time zone of `now`.
///
/// * `2026-11-24`: the start of that day. `today`, `yesterday` and `tomorrow` likewise; a time may
///   follow each.
/// * `2026-11-24 10:00`, `2026-11-24T10:00:00.5`, `2026-11-24T10:00:00+08:00`, and what else a log
///   may contain, with or without brackets.
/// * `11-24 10:00:00`, `Nov 24 10:00`, `11-24` (the start of that day): in the latest year that puts it at most a day after now, or
///   by [`TimeArg::near`] in that of a log.
/// * `10:00`: today at that time, even if it is in the future.
/// * `now`.
/// * `2h`, `30m`, `1d12h`, `90s`, `1w`, `2 hours ago`, `-2h`: before now. Days and longer units
///   follow the calendar: the time of day stays the same.
/// * `@1700000000`: seconds since 1970, or milliseconds.
/// * `昨天 10:00`, `2小时前`: the same in Chinese.
///
/// # Errors
///
/// If `text` has none of these forms.
///
/// ```
/// use imerr::timestamp::parse_time_arg;
/// use jiff::civil::date;
/// use jiff::tz::TimeZone;
///
/// let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC)?;
/// assert_eq!(parse_time_arg("yesterday 10:00", &now)?.to_string(), "2026-11-23 10:00:00.000");
/// assert_eq!(parse_time_arg("1d12h", &now)?.to_string(), "2026-11-23 00:00:00.000");
/// assert!(parse_time_arg("soon", &now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_time_arg(text: &str, now: &ZonedDateTime) -> Result<LocalTimestamp, TimeArgError> {
    TimeArg::parse(text, now).map(|arg| arg.time)
}

/// `yesterday 10:00` for `昨天10:00`; None without Chinese words.
fn in_english(text: &str) -> Option<String> {
    let mut english = text.to_string();
    for (word, name) in CHINESE {
        english = english.replace(word, name);
    }
    (english != text).then_some(english)
}

/// Parses `@1700000000`.
fn seconds_since_epoch(text: &str, timeline: &mut Timeline) -> Option<LocalTimestamp> {
    let mut cursor = Cursor(text.strip_prefix('@')?.as_bytes());
    let millis = fields::since_epoch(&mut cursor)?;
    if !cursor.0.is_empty() {
        return None;
    }
    timeline.resolve(&Stamp::at_start(Written::Instant(millis)))
}

/// Parses a day, a time of today, or a day and a time.
fn day_or_time(text: &str, today: LocalTimestamp) -> Option<LocalTimestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let day = cursor.attempt(|cursor| day(cursor, today.millis()));
    let mut millis = day.unwrap_or(today.millis());
    if day.is_none() || !cursor.0.is_empty() {
        if day.is_some() {
            cursor.expect_blanks()?;
        }
        millis += fields::time_of_day(&mut cursor)?.millis;
    }
    cursor.0.is_empty().then(|| LocalTimestamp::from_millis(millis))
}

/// Reads `2026-11-24`, or the name of a day near `today`.
fn day(cursor: &mut Cursor<'_>, today: i64) -> Option<i64> {
    let days =
        [("today", 0), ("yesterday", -DAY), ("day before yesterday", -2 * DAY), ("tomorrow", DAY)];
    for (name, distance) in days {
        if cursor.eat_text(name.as_bytes()) {
            return Some(today + distance);
        }
    }
    let (year, month, day) = fields::date(cursor)?;
    fields::calendar_date(year, month, day).map(start_of)
}

/// Parses a date and time as a log may contain it.
fn date_and_time(text: &str, timeline: &mut Timeline) -> Option<TimeArg> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let mut cursor = Cursor(text.as_bytes());
    let start = cursor;
    let written = forms::date_and_time(&mut cursor).or_else(|| {
        cursor = start;
        forms::typed(&mut cursor)
    })?;
    if !cursor.0.is_empty() {
        return None;
    }
    let time = timeline.resolve(&Stamp::at_start(written))?;
    Some(TimeArg { time, has_year: !matches!(written, Written::Yearless { .. }) })
}

/// Parses a span of time before now. One with colons (`25:00:00`) is more likely a mistyped time.
fn span_before(text: &str, now: &ZonedDateTime) -> Option<LocalTimestamp> {
    if text.starts_with('+') || text.contains(':') {
        return None;
    }
    let span = SpanParser::new().parse_span(text).ok()?;
    let then = now.checked_sub(span.abs()).ok()?;
    Some(TimestampReader::new(&then).now())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::{TimeZone, offset};

    use super::*;

    /// The result at noon of a day, eight hours east of UTC; None for an error.
    fn parse(text: &str) -> Option<String> {
        let now = date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::fixed(offset(8)))
            .expect("a fixed zone has every time");
        parse_time_arg(text, &now).ok().map(|timestamp| timestamp.to_string())
    }

    #[test]
    fn typed_times_are_parsed() {
        let rows: [(&str, Option<&str>); 89] = [
            ("now", Some("2026-11-24 12:00:00.000")),
            (" now ", Some("2026-11-24 12:00:00.000")),
            ("today", Some("2026-11-24 00:00:00.000")),
            ("yesterday", Some("2026-11-23 00:00:00.000")),
            ("昨天", Some("2026-11-23 00:00:00.000")),
            ("昨天 10:00", Some("2026-11-23 10:00:00.000")),
            ("前天", Some("2026-11-22 00:00:00.000")),
            ("前天 10:00", Some("2026-11-22 10:00:00.000")),
            ("2天前", Some("2026-11-22 12:00:00.000")),
            ("今天10:00", Some("2026-11-24 10:00:00.000")),
            ("现在", Some("2026-11-24 12:00:00.000")),
            ("2小时前", Some("2026-11-24 10:00:00.000")),
            ("1 天 12 个小时前", Some("2026-11-23 00:00:00.000")),
            ("30分钟", Some("2026-11-24 11:30:00.000")),
            ("改天", None),
            ("前", None),
            ("tomorrow", Some("2026-11-25 00:00:00.000")),
            ("yesterday 10:00", Some("2026-11-23 10:00:00.000")),
            ("10:00", Some("2026-11-24 10:00:00.000")),
            ("23:00:01.5", Some("2026-11-24 23:00:01.500")),
            ("2026-11-24", Some("2026-11-24 00:00:00.000")),
            ("2026/11/24", Some("2026-11-24 00:00:00.000")),
            ("2026-11-24 10:00", Some("2026-11-24 10:00:00.000")),
            ("2026-11-24 10:00:00,123", Some("2026-11-24 10:00:00.123")),
            ("2026-11-24T10:00:00.5", Some("2026-11-24 10:00:00.500")),
            ("2026-11-24T10:00", Some("2026-11-24 10:00:00.000")),
            ("2026-11-24T10:00Z", Some("2026-11-24 18:00:00.000")),
            ("2026-11-24T10:00:00Z", Some("2026-11-24 18:00:00.000")),
            ("2026-11-24 10:00:00 +0800", Some("2026-11-24 10:00:00.000")),
            ("2026-11-24T10:00:00+01:00", Some("2026-11-24 17:00:00.000")),
            ("24/Nov/2026:10:00:00 +0800", Some("2026-11-24 10:00:00.000")),
            ("Nov 24 10:00:00", Some("2026-11-24 10:00:00.000")),
            ("11-24 10:00:00.123", Some("2026-11-24 10:00:00.123")),
            ("05-09 12:51:40", Some("2026-05-09 12:51:40.000")),
            ("[05-09 12:51:40]", Some("2026-05-09 12:51:40.000")),
            ("5-9 12:51", Some("2026-05-09 12:51:00.000")),
            ("05.09 12:51:40", Some("2026-05-09 12:51:40.000")),
            ("5月9日 12:51", Some("2026-05-09 12:51:00.000")),
            ("May  9 12:51:40", Some("2026-05-09 12:51:40.000")),
            ("9 May 12:51:40.5", Some("2026-05-09 12:51:40.500")),
            ("12-31 10:00", Some("2025-12-31 10:00:00.000")),
            ("02-30 10:00", None),
            ("05-09 12:51:40]", None),
            ("2h", Some("2026-11-24 10:00:00.000")),
            ("-2h", Some("2026-11-24 10:00:00.000")),
            ("2h ago", Some("2026-11-24 10:00:00.000")),
            ("2 hours ago", Some("2026-11-24 10:00:00.000")),
            ("30m", Some("2026-11-24 11:30:00.000")),
            ("90s", Some("2026-11-24 11:58:30.000")),
            ("500ms", Some("2026-11-24 11:59:59.500")),
            ("1.5h", Some("2026-11-24 10:30:00.000")),
            ("1d12h", Some("2026-11-23 00:00:00.000")),
            ("1w", Some("2026-11-17 12:00:00.000")),
            ("1mo", Some("2026-10-24 12:00:00.000")),
            ("0s", Some("2026-11-24 12:00:00.000")),
            ("@1700000000", Some("2023-11-15 06:13:20.000")),
            ("@1700000000.5", Some("2023-11-15 06:13:20.500")),
            ("@1700000000123", Some("2023-11-15 06:13:20.123")),
            ("1700000000", None),
            ("@170000000", None),
            ("@1700000000x", None),
            ("@", None),
            ("2026-02-30", None),
            ("2026-13-01 10:00", None),
            ("2026-11-24T", None),
            ("2026-11-24 ", Some("2026-11-24 00:00:00.000")),
            ("2026-11-24 10", None),
            ("2026-11-24 10:00 x", None),
            ("2026-11-2410:00", None),
            ("11-24", Some("2026-11-24 00:00:00.000")),
            ("[5-9]", Some("2026-05-09 00:00:00.000")),
            ("12-31", Some("2025-12-31 00:00:00.000")),
            ("5月9日", Some("2026-05-09 00:00:00.000")),
            ("Nov 24", Some("2026-11-24 00:00:00.000")),
            ("11-24 10", None),
            ("02-30", None),
            ("2026-11", None),
            ("24:00", None),
            ("25:00:00", None),
            ("10:00x", None),
            ("10", None),
            ("2", None),
            ("2x", None),
            ("+2h", None),
            ("-2h ago", None),
            ("9999999999h", None),
            ("todays", None),
            ("Today", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(parse(text).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_time_without_a_year_is_near_the_beginning_of_the_log() {
        let now = "2026-11-24T12:00:00+00:00[UTC]".parse().expect("a time");
        let rows = [
            ("05-09 12:51:40", "2024-05-09 12:51:36", "2024-05-09 12:51:40.000"),
            ("05-09 12:51:40", "2019-11-01 00:00:00", "2019-05-09 12:51:40.000"),
            ("Jan 2 10:00:00", "2023-12-30 10:00:00", "2024-01-02 10:00:00.000"),
            ("12-30 10:00", "2024-01-02 10:00:00", "2023-12-30 10:00:00.000"),
            ("02-29 10:00", "2025-03-01 10:00:00", "2024-02-29 10:00:00.000"),
            ("02-29 10:00", "2022-03-01 10:00:00", "2024-02-29 10:00:00.000"),
            ("05-09", "2024-05-09 12:51:36", "2024-05-09 00:00:00.000"),
            ("2026-05-09 12:51:40", "2024-05-09 12:51:36", "2026-05-09 12:51:40.000"),
            ("10:00", "2024-05-09 12:51:36", "2026-11-24 10:00:00.000"),
            ("yesterday", "2024-05-09 12:51:36", "2026-11-23 00:00:00.000"),
        ];
        for (typed, first, wanted) in rows {
            let arg = TimeArg::parse(typed, &now).expect("it is a time");
            let first = parse_time_arg(first, &now).expect("it is a time");
            assert_eq!(arg.near(first).to_string(), wanted, "{typed} {first}");
        }
    }

    #[test]
    fn days_keep_the_time_of_day_when_clocks_change() {
        // The clocks of Berlin go back an hour in the night to 2026-10-25.
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("this is a POSIX zone");
        let now =
            date(2026, 10, 25).at(12, 0, 0, 0).to_zoned_datetime(zone).expect("noon comes once");
        let rows = [
            ("1d", "2026-10-24 12:00:00.000"),
            ("24h", "2026-10-24 13:00:00.000"),
            ("today", "2026-10-25 00:00:00.000"),
        ];
        for (text, wanted) in rows {
            let parsed = parse_time_arg(text, &now).map(|timestamp| timestamp.to_string());
            assert_eq!(parsed.ok().as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_text_and_the_forms() {
        let now = date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time");
        let message = parse_time_arg("soo\u{1b}n", &now).expect_err("this is no time").to_string();
        assert!(
            message.starts_with(r"'soo\u{1b}n' is not a time; examples: 2026-11-24, "),
            "{message}"
        );
        let message = parse_time_arg("yestreday", &now).expect_err("this is no time").to_string();
        assert_eq!(message, "'yestreday' is not a time; did you mean 'yesterday'?");
        assert!(!message.contains("  "), "{message}");
    }
}
