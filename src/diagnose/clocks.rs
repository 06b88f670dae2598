//! How far points are apart. A log may have lines of several clocks, such as an SDK that writes UTC
//! and a console that writes local time; then the order of lines counts.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::Distance;
use super::collector::FileState;
use super::signals::Point;
use crate::timestamp::{LocalTimestamp, MINUTE};

/// A span of time in lines, where times are missing.
const SPAN_LINES: u64 = 200;

/// How far a time may be behind the one before in its file. Threads that write at the same time
/// are within a second; time zones differ by 15 minutes or more.
const MAX_BEHIND: i64 = 10 * MINUTE;

/// Whether the clock of `next`, in the same file after `last`, is another one.
pub(super) fn is_other_clock(last: LocalTimestamp, next: LocalTimestamp) -> bool {
    last.millis() - next.millis() > MAX_BEHIND
}

/// The files in which times cannot be compared.
pub(super) struct Clocks(HashSet<usize>);

impl Clocks {
    pub fn new(files: &HashMap<usize, FileState>) -> Self {
        let differing = files.iter().filter(|(_, state)| state.clocks_differ);
        Self(differing.map(|(&file, _)| file).collect())
    }

    /// Whether a file has lines of several clocks.
    pub fn differ(&self, file: usize) -> bool {
        self.0.contains(&file)
    }

    /// The milliseconds from one point to another; None if their times say nothing.
    fn millis(&self, from: &Point, to: &Point) -> Option<i64> {
        if self.differ(from.file) || self.differ(to.file) {
            return None;
        }
        from.time.zip(to.time).map(|(from, to)| to.millis() - from.millis())
    }

    /// Whether `to` is later than `from` by more than `span`; without times, by more than
    /// [`SPAN_LINES`].
    pub fn is_beyond(&self, from: &Point, to: &Point, span: Duration) -> bool {
        match self.millis(from, to) {
            Some(millis) => millis > span.as_millis() as i64,
            None => lines_between(from, to) > SPAN_LINES,
        }
    }

    /// How far `to` is after `from`.
    pub fn distance(&self, from: &Point, to: &Point) -> Distance {
        match self.millis(from, to) {
            Some(millis) => Distance::Time(millis.max(0)),
            None => Distance::Lines(lines_between(from, to)),
        }
    }
}

/// The lines from one point to a later one. Of the lines between two files, those of the second
/// one count.
fn lines_between(from: &Point, to: &Point) -> u64 {
    if from.file == to.file { to.line.abs_diff(from.line) } else { to.line }
}
