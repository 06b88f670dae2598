//! When a line of a log was written: its timestamp, read from its bytes.
//!
//! A [`Clock`] is made once for a run and reads each line's [`Stamp`](super::Stamp). [`parse_when`] reads the points in time that
//! people type. Both give local time of the run, so that lines of several logs compare.
//!
//! A line passes three stages. `place` walks over what may stand before a timestamp (brackets, levels, tags, the keys
//! of JSON and logfmt) and stops at prose: a date inside a message is no timestamp. `form` tells by the first bytes
//! which notation it could be, and `numeric`, `named`, `google` and `epoch` read it. The [`Clock`] adds what the line
//! leaves out: the year, the day, the time zone.
//!
//! Not read are years of two digits between signs (`17/06/09`) and dates of numbers with the year last (`11/24/2026`):
//! their parts come in more than one order.

mod clock;
mod cursor;
mod epoch;
mod form;
mod google;
mod json;
mod key;
mod logfmt;
mod named;
mod numeric;
mod offset;
mod place;
mod time_of_day;
mod when;
mod word;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use when::parse_when;

use super::civil;
use super::stamp::{DAY, HOUR, MINUTE, SECOND};
