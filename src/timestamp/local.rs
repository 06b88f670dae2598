//! Local time: what the wall clock of the run shows.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Milliseconds of a second.
pub(crate) const SECOND: i64 = 1_000;
/// Milliseconds of a minute.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// Milliseconds of an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A local date and time, in milliseconds.
///
/// Timestamps compare as the wall clock does: when clocks are set back, an hour comes twice.
/// Displayed as `2026-11-24 10:00:00.123`. All lie in the years 0 to 9999, which have four digits
/// and are far from where sums overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTimestamp(i64);

impl LocalTimestamp {
    /// The first millisecond of the year 0.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The last millisecond of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The timestamp `millis` milliseconds after 1970-01-01 00:00 local time. Values out of range
    /// become [`LocalTimestamp::MIN`] or [`LocalTimestamp::MAX`].
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// The milliseconds since 1970-01-01 00:00 local time; negative before.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The date and the time of day.
    pub fn to_datetime(self) -> DateTime {
        match Timestamp::from_millisecond(self.0) {
            // This takes a third of the instructions of adding to a date.
            Ok(timestamp) => Offset::UTC.to_datetime(timestamp),
            // The last day of the year 9999.
            Err(_) => EPOCH.saturating_add(SignedDuration::from_millis(self.0)),
        }
    }

    /// `2026-11-24T10:00:00.123`, for programs.
    pub fn to_iso(self) -> String {
        self.to_datetime().strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string()
    }

    /// `2026-11-24 10:00:00`, for people who need no milliseconds.
    pub fn to_seconds(self) -> String {
        self.to_datetime().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Rounds down to a multiple of `step` milliseconds since 1970-01-01 00:00. A step below 1
    /// changes nothing.
    ///
    /// Steps that divide a day (a minute, an hour, six hours) start at midnight; steps of a week
    /// start on Thursdays.
    pub const fn floor(self, step: i64) -> Self {
        if step < 1 { self } else { Self(self.0.saturating_sub(self.0.rem_euclid(step))) }
    }
}

impl fmt::Display for LocalTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_datetime().strftime("%Y-%m-%d %H:%M:%S.%3f").to_string())
    }
}

/// The milliseconds from 1970-01-01 to the start of `date`.
pub(super) fn start_of(date: Date) -> i64 {
    date.duration_since(EPOCH.date()).as_secs() * SECOND
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn timestamps_are_displayed_as_date_and_time() {
        let rows = [
            (0, "1970-01-01 00:00:00.000"),
            (-1, "1969-12-31 23:59:59.999"),
            (1_795_514_400_123, "2026-11-24 10:00:00.123"),
            (951_868_799_999, "2000-02-29 23:59:59.999"),
        ];
        for (millis, wanted) in rows {
            assert_eq!(LocalTimestamp::from_millis(millis).to_string(), wanted);
            assert_eq!(LocalTimestamp::from_millis(millis).to_iso(), wanted.replace(' ', "T"));
        }
    }

    #[test]
    fn floor_rounds_down() {
        let timestamp = LocalTimestamp::from_millis(1_795_514_399_123);
        let rows = [
            (SECOND, "2026-11-24 09:59:59.000"),
            (10 * MINUTE, "2026-11-24 09:50:00.000"),
            (6 * HOUR, "2026-11-24 06:00:00.000"),
            (DAY, "2026-11-24 00:00:00.000"),
            (0, "2026-11-24 09:59:59.123"),
        ];
        for (step, wanted) in rows {
            assert_eq!(timestamp.floor(step).to_string(), wanted, "{step}");
        }
        assert_eq!(
            LocalTimestamp::from_millis(-1).floor(DAY).to_string(),
            "1969-12-31 00:00:00.000"
        );
    }

    #[test]
    fn the_extreme_times_are_displayed() {
        let (min, max) =
            (LocalTimestamp::from_millis(i64::MIN), LocalTimestamp::from_millis(i64::MAX));
        assert_eq!(min.to_string(), "0000-01-01 00:00:00.000");
        assert_eq!(max.to_string(), "9999-12-31 23:59:59.999");
        assert_eq!(min.floor(DAY), min);
    }

    #[test]
    fn days_start_at_multiples_of_a_day() {
        let rows = [
            (date(1970, 1, 1), 0),
            (date(1969, 12, 31), -1),
            (date(2000, 2, 29), 11_016),
            (date(2000, 3, 1), 11_017),
            (date(2026, 11, 24), 20_781),
        ];
        for (date, days) in rows {
            assert_eq!(start_of(date), days * DAY, "{date}");
        }
    }
}
