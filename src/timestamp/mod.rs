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

#[cfg_attr(
    not(feature = "time"),
    allow(dead_code, reason = "only readers of timestamps turn dates into days")
)]
mod civil;
#[cfg(feature = "time")]
mod cursor;
#[cfg(feature = "time")]
mod epoch;
#[cfg(feature = "time")]
mod formats;
#[cfg(feature = "time")]
mod glog;
#[cfg(feature = "time")]
mod json;
#[cfg(feature = "time")]
mod key;
mod local;
#[cfg(feature = "time")]
mod locate;
#[cfg(feature = "time")]
mod logfmt;
#[cfg(feature = "time")]
mod month_names;
#[cfg(feature = "time")]
mod numeric;
#[cfg(feature = "time")]
mod offset;
#[cfg(feature = "time")]
mod reader;
#[cfg(feature = "time")]
mod time_arg;
#[cfg(feature = "time")]
mod time_of_day;
#[cfg(feature = "time")]
mod tokens;

#[cfg(all(test, feature = "time"))]
mod properties;
#[cfg(all(test, feature = "time"))]
mod tests;

pub use local::{Civil, LocalTimestamp};
#[cfg(feature = "time")]
pub use reader::TimestampReader;
#[cfg(feature = "time")]
pub use time_arg::parse_time_arg;

#[cfg(feature = "time")]
use local::{DAY, HOUR, MINUTE, SECOND};
