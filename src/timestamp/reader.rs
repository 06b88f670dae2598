//! Reads the timestamps of lines and adds what they leave out.

use std::time::Instant;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::formats::Parsed;
use super::local::start_of;
use super::{DAY, LocalTimestamp, MINUTE, SECOND, fields, locate};

/// The earliest timestamp of a line: 2001-01-01. A clock that was never set shows 1970, 1980 or
/// 2000, and one such line would stretch the time range of a log over decades.
const EARLIEST: LocalTimestamp = LocalTimestamp::from_millis(fields::EPOCH_RANGE.start);

/// How far a timestamp without a year may be in the future. Beyond, it is taken as one of the year
/// before.
const MAX_AHEAD_WITHOUT_YEAR: i64 = DAY;

/// How far a timestamp without a date may be in the future. Beyond, it is taken as one of the day
/// before.
const MAX_AHEAD_WITHOUT_DATE: i64 = MINUTE;

/// The most years from one leap year to the next.
const MAX_YEARS_BETWEEN_LEAP_YEARS: i16 = 8;

/// Reads the timestamps of lines for one run, given its time and time zone.
///
/// ```
/// use imerr::timestamp::TimestampReader;
/// use jiff::civil::date;
/// use jiff::tz::{TimeZone, offset};
///
/// let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::fixed(offset(8)))?;
/// let reader = TimestampReader::new(&now);
/// let read = |line: &str| reader.read(line.as_bytes()).map(|timestamp| timestamp.to_string());
///
/// assert_eq!(read("2026-11-24T02:00:00Z ERROR x").as_deref(), Some("2026-11-24 10:00:00.000"));
/// assert_eq!(read("05-09 12:51:37.044 E imsdk: x").as_deref(), Some("2026-05-09 12:51:37.044"));
/// assert_eq!(read("order 17 of 2026-11-24 10:00:00 failed"), None);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TimestampReader {
    start: LocalTimestamp,
    /// When the run started, if its time advances.
    started: Option<Instant>,
    zone: TimeZone,
}

impl TimestampReader {
    /// A reader for a run at the fixed time `now`, in the time zone of `now`.
    pub fn new(now: &ZonedDateTime) -> Self {
        let zone = now.time_zone().clone();
        Self { start: local(&zone, now.timestamp()), started: None, zone }
    }

    /// A reader for a run that starts now, in the system's time zone. Its time advances, so that
    /// the lines of a log that is followed for days belong to the day on which they arrive.
    pub fn started() -> Self {
        Self { started: Some(Instant::now()), ..Self::new(&ZonedDateTime::now()) }
    }

    /// The time of the run.
    pub fn now(&self) -> LocalTimestamp {
        let elapsed = match self.started {
            Some(started) => i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
            None => 0,
        };
        LocalTimestamp::from_millis(self.start.millis().saturating_add(elapsed))
    }

    /// The timestamp of `line` in the time zone of the run; None if the line has none.
    ///
    /// A timestamp is at the start of the line, after what loggers write in front of it (level,
    /// tag, address, container), or after a key of JSON or logfmt (`time`, `ts`, `@timestamp`,
    /// ...). Dates inside a message are not timestamps.
    ///
    /// * With an offset or `Z` it is converted, without one it is local.
    /// * Without a year it is of the latest year that puts it at most a day ahead of the run.
    /// * Without a date it is of today, or of yesterday if it would be more than a minute ahead.
    /// * Before 2001 it comes from a clock that was not set, and is ignored.
    ///
    /// Only the first bytes are inspected, and nothing is allocated.
    pub fn read(&self, line: &[u8]) -> Option<LocalTimestamp> {
        let timestamp = self.resolve(locate::find(line)?)?;
        (timestamp >= EARLIEST).then_some(timestamp)
    }

    /// Adds what `parsed` leaves out.
    pub(super) fn resolve(&self, parsed: Parsed) -> Option<LocalTimestamp> {
        match parsed {
            Parsed::Instant(millis) => {
                let instant = Timestamp::from_millisecond(millis).ok()?;
                Some(local(&self.zone, instant))
            }
            Parsed::Local(millis) => Some(LocalTimestamp::from_millis(millis)),
            Parsed::Yearless { month, day, time } => self.in_latest_year(month, day, time),
            Parsed::TimeOfDay(time) => Some(self.on_latest_day(time)),
        }
    }

    /// The timestamp in the latest year that puts it at most a day ahead.
    fn in_latest_year(&self, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
        let now = self.now();
        let limit = now.millis() + MAX_AHEAD_WITHOUT_YEAR;
        let next_year = now.to_datetime().year() + 1;
        let earliest_year = next_year - MAX_YEARS_BETWEEN_LEAP_YEARS - 1;
        for year in (earliest_year..=next_year).rev() {
            // In years without it, there is no February 29.
            let Ok(date) = Date::new(year, month as i8, day as i8) else { continue };
            let millis = start_of(date) + time;
            if millis <= limit {
                return Some(LocalTimestamp::from_millis(millis));
            }
        }
        None
    }

    /// The time of today, or of yesterday if it would be more than a minute ahead.
    fn on_latest_day(&self, time: i64) -> LocalTimestamp {
        let now = self.now();
        let today = now.floor(DAY).millis() + time;
        let is_ahead = today > now.millis() + MAX_AHEAD_WITHOUT_DATE;
        LocalTimestamp::from_millis(if is_ahead { today - DAY } else { today })
    }
}

/// The time that the wall clock of `zone` shows at `instant`.
fn local(zone: &TimeZone, instant: Timestamp) -> LocalTimestamp {
    let offset = i64::from(zone.to_offset(instant).seconds());
    LocalTimestamp::from_millis(instant.as_millisecond() + offset * SECOND)
}
