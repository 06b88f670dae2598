//! Points in time as people type them: `2026-11-24 10:00`, `yesterday`, `2 hours ago`.

use jiff::ZonedDateTime;
use jiff::fmt::friendly::SpanParser;

use super::LocalTimestamp;
use super::cursor::Cursor;
use super::formats::Reading;
use super::reader::TimestampReader;
use super::{DAY, civil, epoch, formats, numeric, time_of_day};

/// What can be typed, for the message.
const FORMS: &str = "a date (2026-11-24), a date and time (2026-11-24 10:00, 2026-11-24T10:00:00.5, with Z or +08:00 at \
                     will), a time of today (10:00), now, today, yesterday, tomorrow, a span before now (30m, 2h, 1d12h, \
                     2 hours ago) or seconds since 1970 (@1700000000)";

/// Reads a point in time that was typed, in the time zone of `now`.
///
/// * `2026-11-24`: the beginning of that day. `today`, `yesterday` and `tomorrow` alike; a time may follow each.
/// * `2026-11-24 10:00`, `2026-11-24T10:00:00.5`, `2026-11-24T10:00:00+08:00`, and what else a log may write.
/// * `10:00`: today at that time, also if it lies ahead.
/// * `now`.
/// * `2h`, `30m`, `1d12h`, `90s`, `1w`, `2 hours ago`, `-2h`: before now. Days and longer units count on the calendar:
///   the time of day stays.
/// * `@1700000000`: seconds since 1970, or milliseconds.
///
/// # Errors
///
/// For anything else, a message that names `text` and lists these forms.
///
/// ```
/// use imerr::timestamp::parse_time_arg;
/// use jiff::civil::date;
/// use jiff::tz::TimeZone;
///
/// let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC)?;
/// let when = |text| parse_time_arg(text, &now).map(|stamp| stamp.to_string());
///
/// assert_eq!(when("yesterday 10:00").as_deref(), Ok("2026-11-23 10:00:00.000"));
/// assert_eq!(when("1d12h").as_deref(), Ok("2026-11-23 00:00:00.000"));
/// assert!(when("soon").is_err());
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn parse_time_arg(text: &str, now: &ZonedDateTime) -> Result<LocalTimestamp, String> {
    let typed = text.trim();
    let clock = TimestampReader::new(now);
    (typed == "now")
        .then(|| clock.now())
        .or_else(|| since_1970(typed, &clock))
        .or_else(|| on_a_day(typed, clock.now().floor(DAY)))
        .or_else(|| absolute(typed, &clock))
        .or_else(|| before(typed, now))
        .ok_or_else(|| format!("{text:?} is no point in time: give {FORMS}"))
}

/// Reads `@1700000000`.
fn since_1970(text: &str, clock: &TimestampReader) -> Option<LocalTimestamp> {
    let mut cursor = Cursor(text.strip_prefix('@')?.as_bytes());
    let millis = epoch::read(&mut cursor)?;
    cursor.0.is_empty().then(|| clock.resolve(Reading::Instant(millis)))?
}

/// Reads a day, a time of today, or a day and a time.
fn on_a_day(text: &str, today: LocalTimestamp) -> Option<LocalTimestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let today = today.millis();
    let millis = match day(&mut cursor, today) {
        None => today + time_to_the_end(cursor)?,
        Some(day) if cursor.0.is_empty() => day,
        Some(_) if cursor.eat_blanks(3) == 0 => return None,
        Some(day) => day + time_to_the_end(cursor)?,
    };
    Some(LocalTimestamp::from_millis(millis))
}

/// Reads `2026-11-24`, or a name of a day near `today`.
fn day(cursor: &mut Cursor<'_>, today: i64) -> Option<i64> {
    let named = [("today", 0), ("yesterday", -DAY), ("tomorrow", DAY)];
    if let Some((_, distance)) =
        named.into_iter().find(|(name, _)| cursor.eat_text(name.as_bytes()))
    {
        return Some(today + distance);
    }
    let (year, month, day) = numeric::date(cursor)?;
    civil::days(year.into(), month, day).map(|days| days * DAY)
}

fn time_to_the_end(mut cursor: Cursor<'_>) -> Option<i64> {
    time_of_day::read(&mut cursor).filter(|_| cursor.0.is_empty()).map(|time| time.millis)
}

/// Reads a date and time as a log may write it.
fn absolute(text: &str, clock: &TimestampReader) -> Option<LocalTimestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let reading = formats::dated(&mut cursor)?;
    cursor.0.is_empty().then(|| clock.resolve(reading))?
}

/// Reads a span of time before now. One written as a time (`25:00:00`) is more likely a slip.
fn before(text: &str, now: &ZonedDateTime) -> Option<LocalTimestamp> {
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

    /// What is read at noon of a day eight hours east of UTC; None for an error.
    fn when(text: &str) -> Option<String> {
        let now = date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::fixed(offset(8)))
            .expect("a fixed zone has every time");
        parse_time_arg(text, &now).ok().map(|stamp| stamp.to_string())
    }

    #[test]
    fn what_people_type_is_read() {
        let rows: [(&str, Option<&str>); 60] = [
            ("now", Some("2026-11-24 12:00:00.000")),
            (" now ", Some("2026-11-24 12:00:00.000")),
            ("today", Some("2026-11-24 00:00:00.000")),
            ("yesterday", Some("2026-11-23 00:00:00.000")),
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
            ("11-24", None),
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
            assert_eq!(when(text).as_deref(), wanted, "{text:?}");
        }
    }

    #[test]
    fn days_keep_the_time_where_clocks_change() {
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
            assert_eq!(
                parse_time_arg(text, &now).map(|stamp| stamp.to_string()).as_deref(),
                Ok(wanted),
                "{text}"
            );
        }
    }

    #[test]
    fn an_error_names_the_value_and_the_forms() {
        let now = date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time");
        let message = parse_time_arg("soo\u{1b}n", &now).expect_err("this is no time");
        assert!(
            message.starts_with(r#""soo\u{1b}n" is no point in time: give a date (2026-11-24), "#),
            "{message}"
        );
        assert!(!message.contains("  "), "{message}");
    }
}
