//! When a line of a log was written: its timestamp, read from its bytes.
//!
//! A [`TimestampReader`] is made once for a run and reads each line's [`LocalTimestamp`]. [`parse_time_arg`] reads the points in time that
//! people type. Both give local time of the run, so that lines of several logs compare.
//!
//! A line passes three stages. `place` walks over what may stand before a timestamp (brackets, levels, tags, the keys
//! of JSON and logfmt) and stops at prose: a date inside a message is no timestamp. `form` tells by the first bytes
//! which notation it could be, and `numeric`, `named`, `google` and `epoch` read it. The [`TimestampReader`] adds what the line
//! leaves out: the year, the day, the time zone.
//!
//! Not read are years of two digits between signs (`17/06/09`) and dates of numbers with the year last (`11/24/2026`):
//! their parts come in more than one order.

mod civil;
mod cursor;
mod epoch;
mod formats;
mod glog;
mod json;
mod key;
mod local;
mod locate;
mod logfmt;
mod month_names;
mod numeric;
mod offset;
mod reader;
mod time_arg;
mod time_of_day;
mod tokens;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use local::{Civil, LocalTimestamp};
pub use reader::TimestampReader;
pub use time_arg::parse_time_arg;

pub(crate) use local::{DAY, HOUR, MINUTE, SECOND};
