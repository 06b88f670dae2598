//! The clock of a run: what the timestamps of lines leave out.

use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::LocalTimestamp;
use super::formats::Reading;
use super::{DAY, MINUTE, SECOND, civil, epoch, locate};

/// What a line tells is not earlier: 2001-01-01. A clock that was not set tells 1970, 1980 or 2000, and one such line would stretch
/// a log of minutes over decades.
const EARLIEST: LocalTimestamp = LocalTimestamp::from_millis(epoch::RANGE.start);

/// How far a log may be ahead before its timestamps without a year are taken for those of the year before.
const AHEAD_OF_YEAR: i64 = DAY;

/// The same for times without a day.
const AHEAD_OF_DAY: i64 = MINUTE;

/// Years without a leap day that follow each other, at most.
const LEAP_GAP: i64 = 8;

/// Reads the timestamps of lines for one run, knowing its time and its time zone.
///
/// ```
/// use imerr::timestamp::TimestampReader;
/// use jiff::civil::date;
/// use jiff::tz::{TimeZone, offset};
///
/// let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::fixed(offset(8)))?;
/// let clock = TimestampReader::new(&now);
/// let read = |line: &str| clock.read(line.as_bytes()).map(|stamp| stamp.to_string());
///
/// assert_eq!(read("2026-11-24T02:00:00Z ERROR x").as_deref(), Some("2026-11-24 10:00:00.000"));
/// assert_eq!(read("05-09 12:51:37.044  7325 E imsdk: x").as_deref(), Some("2026-05-09 12:51:37.044"));
/// assert_eq!(read("order 17 of 2026-11-24 10:00:00 failed"), None);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TimestampReader {
    start: LocalTimestamp,
    /// When it was started, if it goes on.
    going: Option<Instant>,
    zone: TimeZone,
}

impl TimestampReader {
    /// The clock of a run that takes place at `now`, in the time zone of `now`. It stands still.
    pub fn new(now: &ZonedDateTime) -> Self {
        let zone = now.time_zone().clone();
        Self { start: local(&zone, now.timestamp()), going: None, zone }
    }

    /// The clock of a run that begins now, in the system's time zone. It goes on, so that the lines of a log that is followed for
    /// days are of the day on which they come.
    pub fn started() -> Self {
        Self { going: Some(Instant::now()), ..Self::new(&ZonedDateTime::now()) }
    }

    /// The time of the run.
    pub fn now(&self) -> LocalTimestamp {
        let elapsed = self
            .going
            .map_or(0, |since| i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX));
        LocalTimestamp::from_millis(self.start.millis().saturating_add(elapsed))
    }

    /// The timestamp of `line`, in the time zone of the run; None when it has none.
    ///
    /// It stands at the start, behind what loggers write before it (level, tag, address, container), or behind a key of
    /// JSON or logfmt (`time`, `ts`, `@timestamp`, ...); dates inside a message are no timestamps. One with an offset
    /// or `Z` is converted, one without is local. One without a year is of the latest year that puts it no more than a
    /// day ahead of the run; a lone time is of today, or of yesterday when it lies more than a minute ahead. One before 2001 is of a
    /// clock that was not set, and tells nothing.
    ///
    /// Only the first bytes are looked at, and nothing is allocated.
    pub fn read(&self, line: &[u8]) -> Option<LocalTimestamp> {
        self.resolve(locate::read(line)?).filter(|&stamp| stamp >= EARLIEST)
    }

    /// The stamp of what was read.
    pub(super) fn resolve(&self, reading: Reading) -> Option<LocalTimestamp> {
        match reading {
            Reading::Instant(millis) => {
                Timestamp::from_millisecond(millis).ok().map(|instant| local(&self.zone, instant))
            }
            Reading::Local(millis) => Some(LocalTimestamp::from_millis(millis)),
            Reading::Yearless { month, day, time } => self.latest_year(month, day, time),
            Reading::TimestampReader(time) => Some(self.latest_day(time)),
        }
    }

    /// The stamp in the latest year that puts it no more than a day ahead.
    fn latest_year(&self, month: u32, day: u32, time: i64) -> Option<LocalTimestamp> {
        let now = self.now();
        let next_year = now.civil().year + 1;
        (0..=LEAP_GAP + 1)
            .filter_map(|back| civil::days(next_year - back, month, day))
            .map(|days| LocalTimestamp::from_millis(days * DAY + time))
            .find(|stamp| stamp.millis() <= now.millis() + AHEAD_OF_YEAR)
    }

    /// `time` of today, or of yesterday if it lies more than a minute ahead.
    fn latest_day(&self, time: i64) -> LocalTimestamp {
        let now = self.now();
        let today = now.floor(DAY).millis() + time;
        let is_ahead = today > now.millis() + AHEAD_OF_DAY;
        LocalTimestamp::from_millis(if is_ahead { today - DAY } else { today })
    }
}

/// What the wall clock of `zone` shows at `instant`.
fn local(zone: &TimeZone, instant: Timestamp) -> LocalTimestamp {
    LocalTimestamp::from_millis(
        instant.as_millisecond() + i64::from(zone.to_offset(instant).seconds()) * SECOND,
    )
}
