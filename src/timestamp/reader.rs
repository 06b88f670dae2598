//! The time and the time zone of a run.

use std::sync::Arc;
use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::{LocalTimestamp, SECOND, Timeline};

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
        let mut reader =
            Self { start: LocalTimestamp::MIN, started: None, zone: now.time_zone().clone() };
        reader.start = reader.local(now.timestamp());
        reader
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
    /// This is the timestamp that the first line of a stream has: see [`Timeline::read`].
    pub fn read(&self, line: &[u8]) -> Option<LocalTimestamp> {
        Timeline::new(Arc::new(self.clone()), None).read(0, line)
    }

    /// The time that the wall clock of the run's zone shows at `instant`.
    pub(super) fn local(&self, instant: Timestamp) -> LocalTimestamp {
        let offset = i64::from(self.zone.to_offset(instant).seconds());
        LocalTimestamp::from_millis(instant.as_millisecond() + offset * SECOND)
    }
}
