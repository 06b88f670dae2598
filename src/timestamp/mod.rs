//! Timestamps of log lines, read from the bytes of a line.
//!
//! A [`Timeline`] reads the [`LocalTimestamp`] of each line of a file, for a run whose time and
//! time zone a [`TimestampReader`] has. [`parse_time_arg`] reads the points in time that users
//! type. All return local time of the run, so that lines of several logs compare.
//!
//! A line passes three stages. `locate` skips what loggers write before a timestamp (brackets,
//! levels, tags, the keys of JSON and logfmt) and stops at prose, since a date inside a message is
//! not the line's timestamp. `forms` has a table of forms, and reads the first one that fits with
//! the parts in `fields`; `form_reader` spares that where a timestamp is like the one before. The
//! [`Timeline`] adds what the line leaves out: the year, the day, the order of day and month, the
//! time zone.
//!
//! Not read are dates with the year in two digits at the end (`24/11/26`), since those at the
//! beginning (`26/11/24`) look the same, and times without seconds that have no date.

mod fields;
mod form_reader;
mod forms;
mod local;
mod locate;
mod reader;
mod structured;
mod time_arg;
mod timeline;
mod written;

#[cfg(test)]
mod tests;

pub use local::LocalTimestamp;
pub(crate) use local::{DAY, HOUR, MINUTE, SECOND};
pub use reader::TimestampReader;
pub use time_arg::{TimeArg, TimeArgError, parse_time_arg};
pub use timeline::Timeline;
