//! A point in time as the wall clock of the run shows it.

use std::fmt;

use super::civil;

/// Milliseconds of a second.
pub(crate) const SECOND: i64 = 1_000;
/// Milliseconds of a minute.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// Milliseconds of an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;

/// A point in time: the milliseconds from 1970-01-01 00:00 to a local date and time, both taken as if they were UTC.
///
/// Stamps compare as the wall clock does: when clocks are set back, an hour comes twice. Written as
/// `2026-11-24 10:00:00.123`. A stamp lies in the years 0 to 9999: those that are written with four digits, and far from where sums
/// overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTimestamp(i64);

/// The parts of a [`LocalTimestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year, 1 before 1 AD being 0.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, 1 to 31.
    pub day: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
    /// The second, 0 to 59.
    pub second: u32,
    /// The millisecond, 0 to 999.
    pub millisecond: u32,
}

impl LocalTimestamp {
    /// The first moment of the year 0.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The last moment of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The stamp that is `millis` milliseconds after 1970-01-01 00:00; the nearest there is, where that is out of range.
    pub const fn from_millis(millis: i64) -> Self {
        match millis {
            ..-62_167_219_200_000 => Self::MIN,
            253_402_300_800_000.. => Self::MAX,
            _ => Self(millis),
        }
    }

    /// The milliseconds since 1970-01-01 00:00; negative before.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// `2026-11-24T10:00:00.123`, as programs read it.
    pub fn to_iso(self) -> String {
        self.to_string().replacen(' ', "T", 1)
    }

    /// The beginning of the span of `step` milliseconds in which this stamp lies, spans being laid from 1970-01-01
    /// 00:00 on: the bucket of a histogram. A step below 1 leaves the stamp as it is.
    ///
    /// Steps that divide a day (a minute, an hour, six hours) begin at midnight; a step of a week begins on Thursdays.
    pub const fn floor(self, step: i64) -> Self {
        if step < 1 { self } else { Self(self.0.saturating_sub(self.0.rem_euclid(step))) }
    }

    /// The date and the time of day.
    pub fn civil(self) -> Civil {
        let (year, month, day) = civil::date(self.0.div_euclid(DAY));
        let time = self.0.rem_euclid(DAY);
        let part = |size: i64, count: i64| (time / size % count) as u32;
        let (hour, minute) = (part(HOUR, 24), part(MINUTE, 60));
        Civil {
            year,
            month,
            day,
            hour,
            minute,
            second: part(SECOND, 60),
            millisecond: part(1, SECOND),
        }
    }
}

impl fmt::Display for LocalTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, millisecond } = self.civil();
        f.pad(&format!(
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millisecond:03}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_written_as_date_and_time() {
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
    fn buckets_begin_at_round_times() {
        let stamp = LocalTimestamp::from_millis(1_795_514_399_123);
        let rows = [
            (SECOND, "2026-11-24 09:59:59.000"),
            (10 * MINUTE, "2026-11-24 09:50:00.000"),
            (6 * HOUR, "2026-11-24 06:00:00.000"),
            (DAY, "2026-11-24 00:00:00.000"),
            (0, "2026-11-24 09:59:59.123"),
        ];
        for (step, wanted) in rows {
            assert_eq!(stamp.floor(step).to_string(), wanted, "{step}");
        }
        assert_eq!(
            LocalTimestamp::from_millis(-1).floor(DAY).to_string(),
            "1969-12-31 00:00:00.000"
        );
    }

    #[test]
    fn the_ends_of_time_are_written_too() {
        for millis in [i64::MIN, i64::MAX] {
            assert!(
                LocalTimestamp::from_millis(millis).floor(DAY).to_string().ends_with(".000")
                    || millis == i64::MIN
            );
            assert!(!LocalTimestamp::from_millis(millis).to_string().is_empty());
        }
    }
}
