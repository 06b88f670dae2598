//! Timestamps of log lines, read from the bytes of a line.
//!
//! A [`TimestampReader`] is made once for a run and reads the [`LocalTimestamp`] of each line.
//! [`parse_time_arg`] reads the points in time that users type. Both return local time of the run,
//! so that lines of several logs compare.
//!
//! A line passes three stages. `locate` skips what loggers write before a timestamp (brackets,
//! levels, tags, the keys of JSON and logfmt) and stops at prose, since a date inside a message is
//! not the line's timestamp. `formats` has a table of notations, and reads the first one that fits
//! with the parts in `fields`. The [`TimestampReader`] adds what the line leaves out: the year, the
//! day, the time zone.
//!
//! Not read are years of two digits between separators (`17/06/09`) and numeric dates with the year
//! last (`11/24/2026`), since their parts come in more than one order.

mod fields;
mod formats;
mod local;
mod locate;
mod reader;
mod structured;
mod time_arg;

#[cfg(test)]
mod tests;

pub use local::LocalTimestamp;
pub(crate) use local::{DAY, HOUR, MINUTE, SECOND};
pub use reader::TimestampReader;
pub use time_arg::{TimeArgError, parse_time_arg};
