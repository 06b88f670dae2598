//! A timestamp as it is written.

/// A timestamp as it is written, before a [`Timeline`](super::Timeline) adds what is left out.
///
/// All times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// An instant, since 1970-01-01 UTC.
    Instant(i64),
    /// A local date and time, since 1970-01-01 00:00.
    Local(i64),
    /// A local date and time whose day and month are in either order. A date that does not exist
    /// is None.
    Slashed { day_first: Option<i64>, month_first: Option<i64>, has_half: bool },
    /// A local date without a year, and the time since midnight.
    Yearless { month: u32, day: u32, time: i64 },
    /// A local time without a date, since midnight.
    Clock(i64),
}

impl Written {
    /// The time that is `millis` later on the same day.
    pub(super) fn plus(self, millis: i64) -> Self {
        let plus = |local: Option<i64>| local.map(|local| local + millis);
        match self {
            Self::Instant(instant) => Self::Instant(instant + millis),
            Self::Local(local) => Self::Local(local + millis),
            Self::Slashed { day_first, month_first, has_half } => Self::Slashed {
                day_first: plus(day_first),
                month_first: plus(month_first),
                has_half,
            },
            Self::Yearless { month, day, time } => {
                Self::Yearless { month, day, time: time + millis }
            }
            Self::Clock(time) => Self::Clock(time + millis),
        }
    }

    /// The milliseconds since a midnight.
    pub(super) fn millis(self) -> Option<i64> {
        match self {
            Self::Instant(millis) | Self::Local(millis) | Self::Clock(millis) => Some(millis),
            Self::Slashed { day_first, month_first, .. } => day_first.or(month_first),
            Self::Yearless { time, .. } => Some(time),
        }
    }
}
