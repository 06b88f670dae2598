//! A timestamp as it is written.

use jiff::civil::Date;

use super::fields::calendar_date;
use super::local::start_of;

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

impl Parsed {
    /// A date and a time of day, with an offset from UTC if there is one.
    pub(super) fn dated(date: Date, time: i64, offset: Option<i64>) -> Self {
        let local = start_of(date) + time;
        match offset {
            Some(offset) => Self::Instant(local - offset),
            None => Self::Local(local),
        }
    }

    /// A date without a year; None if it exists in no year.
    pub(super) fn yearless(month: u32, day: u32, time: i64) -> Option<Self> {
        let leap_year = 2000;
        calendar_date(leap_year, month, day)?;
        Some(Self::Yearless { month, day, time })
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
}
