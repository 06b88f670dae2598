//! When things were seen: counts in intervals of time, as wide as they have to be.

use std::collections::VecDeque;

use crate::catalog::Severity;
use crate::timestamp::LocalTimestamp;

/// Counts by time and severity, in at most [`Histogram::LIMIT`] intervals of one width.
///
/// The width grows with the span of time that is seen. It does not depend on the order in which things are added.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// The width of an interval, in milliseconds; one of [`WIDTHS`].
    width: i64,
    /// The number of the first interval, counted from the epoch.
    first: i64,
    /// Of the first interval and those behind it. The first and the last one hold something. A flat list, since this is
    /// written to for each occurrence; a tree takes five times as long.
    counts: VecDeque<Counts>,
    /// The earliest and the latest time.
    ends: Option<(LocalTimestamp, LocalTimestamp)>,
    timeless: u64,
}

/// Counts of an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Sightings of a code that is known to be an error or worse, or unknown.
    pub errors: u64,
    /// All other occurrences.
    pub others: u64,
}

/// Counts by time, as a picture or a table shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intervals {
    /// How long each interval is, in milliseconds.
    pub width: i64,
    /// Each interval by its beginning, from the first to the last that holds something.
    pub counts: Vec<(LocalTimestamp, Counts)>,
}

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Widths of the intervals that are counted in, in milliseconds: each a multiple of the one before, so that intervals can be
/// put together. All times that a [`LocalTimestamp`] can be lie within [`Histogram::LIMIT`] of the widest.
const WIDTHS: [i64; 13] = [
    1,
    10,
    100,
    SECOND,
    10 * SECOND,
    MINUTE,
    10 * MINUTE,
    HOUR,
    6 * HOUR,
    DAY,
    10 * DAY,
    100 * DAY,
    1000 * DAY,
];

/// Widths of the intervals that are shown, as people count time: each is a multiple of all of [`WIDTHS`] from which it may
/// have to be made. The last two hold all times on one side of the epoch.
const SHOWN: [i64; 35] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    10 * DAY,
    20 * DAY,
    50 * DAY,
    100 * DAY,
    500 * DAY,
    1000 * DAY,
    10_000 * DAY,
    100_000 * DAY,
    10_000_000 * DAY,
];

impl Default for Histogram {
    fn default() -> Self {
        Self { width: WIDTHS[0], first: 0, counts: VecDeque::new(), ends: None, timeless: 0 }
    }
}

impl Histogram {
    /// The most intervals from the first to the last one.
    pub const LIMIT: i64 = 4096;

    /// Counts a occurrence at `time`, or without one.
    pub fn add(&mut self, time: Option<LocalTimestamp>, severity: Option<Severity>) {
        let Some(time) = time else {
            self.timeless += 1;
            return;
        };
        self.reach(time, time);
        let counts = self.at(time.millis());
        match severity.is_none_or(|severity| severity >= Severity::Error) {
            true => counts.errors += 1,
            false => counts.others += 1,
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.timeless += other.timeless;
        let Some((earliest, latest)) = other.ends else { return };
        self.widen(other.width);
        self.reach(earliest, latest);
        for (interval, counts) in (other.first..).zip(&other.counts) {
            if *counts != Counts::default() {
                // The interval may begin before the earliest time that is in it.
                *self.at((interval * other.width).max(earliest.millis())) += *counts;
            }
        }
    }

    /// The counts in at most `limit` intervals, but never in fewer than two if times on both sides of the epoch are seen.
    /// Empty ones between others are included.
    pub fn intervals(&self, limit: usize) -> Intervals {
        let Some((earliest, latest)) = self.ends else {
            return Intervals { width: self.width, counts: Vec::new() };
        };
        let number = |width: i64, time: LocalTimestamp| time.millis().div_euclid(width);
        let fits = |&width: &i64| {
            width % self.width == 0
                && number(width, latest) - number(width, earliest)
                    < i64::try_from(limit).unwrap_or(i64::MAX)
        };
        let width = SHOWN.into_iter().find(fits).unwrap_or(SHOWN[SHOWN.len() - 1]);
        let first = number(width, earliest);
        let mut counts: Vec<(LocalTimestamp, Counts)> = (first..=number(width, latest))
            .map(|interval| (LocalTimestamp::from_millis(interval * width), Counts::default()))
            .collect();
        for (interval, one) in (self.first..).zip(&self.counts) {
            counts[((interval * self.width).div_euclid(width) - first) as usize].1 += *one;
        }
        Intervals { width, counts }
    }

    /// The earliest and the latest time, if there is any.
    pub fn time_range(&self) -> Option<(LocalTimestamp, LocalTimestamp)> {
        self.ends
    }

    /// Sightings on lines that tell no time.
    pub fn without_time(&self) -> u64 {
        self.timeless
    }

    /// The counts of the interval that holds `millis`, which is within reach.
    fn at(&mut self, millis: i64) -> &mut Counts {
        &mut self.counts[(millis.div_euclid(self.width) - self.first) as usize]
    }

    /// Makes room for all intervals from `earliest` to `latest`, in as small a width as the limit allows.
    fn reach(&mut self, earliest: LocalTimestamp, latest: LocalTimestamp) {
        if self.ends.is_some_and(|(first, last)| first <= earliest && latest <= last) {
            return;
        }
        let (earliest, latest) = match self.ends {
            Some((first, last)) => (first.min(earliest), last.max(latest)),
            None => (earliest, latest),
        };
        self.ends = Some((earliest, latest));
        let span = |width: i64| {
            latest.millis().div_euclid(width) - earliest.millis().div_euclid(width) + 1
        };
        let width =
            WIDTHS.into_iter().find(|&width| width >= self.width && span(width) <= Self::LIMIT);
        self.widen(width.unwrap_or(WIDTHS[WIDTHS.len() - 1]));
        let first = earliest.millis().div_euclid(self.width);
        if self.counts.is_empty() {
            self.first = first;
        }
        for _ in first..self.first {
            self.counts.push_front(Counts::default());
        }
        self.first = first;
        self.counts.resize(span(self.width) as usize, Counts::default());
    }

    /// Puts intervals together so that they are at least `width` wide, which is one of [`WIDTHS`].
    fn widen(&mut self, width: i64) {
        if width <= self.width {
            return;
        }
        let first = (self.first * self.width).div_euclid(width);
        let mut counts: VecDeque<Counts> = VecDeque::new();
        for (interval, one) in (self.first..).zip(&self.counts) {
            let at = ((interval * self.width).div_euclid(width) - first) as usize;
            counts.resize(at + 1, Counts::default());
            counts[at] += *one;
        }
        (self.width, self.first, self.counts) = (width, first, counts);
    }
}

impl Counts {
    /// All occurrences of the interval.
    pub fn total(self) -> u64 {
        self.errors + self.others
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.errors += other.errors;
        self.others += other.others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        for &time in times {
            histogram.add(Some(LocalTimestamp::from_millis(time)), Some(Severity::Error));
        }
        histogram
    }

    fn shape(histogram: &Histogram, limit: usize) -> Vec<(i64, u64)> {
        histogram
            .intervals(limit)
            .counts
            .into_iter()
            .map(|(at, counts)| (at.millis(), counts.total()))
            .collect()
    }

    #[test]
    fn intervals_are_as_narrow_as_the_limit_allows() {
        assert_eq!(shape(&of(&[]), 10), []);
        assert_eq!(shape(&of(&[5]), 10), [(5, 1)]);
        assert_eq!(
            shape(&of(&[1000, 1003, 1003]), 10),
            [(1000, 1), (1001, 0), (1002, 0), (1003, 2)]
        );
        assert_eq!(
            shape(&of(&[1000, 1003, 1053]), 6),
            [(1000, 2), (1010, 0), (1020, 0), (1030, 0), (1040, 0), (1050, 1)]
        );
        assert_eq!(shape(&of(&[-1, 0]), 10), [(-1, 1), (0, 1)]);
        let year = 365 * DAY;
        let wide = of(&[0, 20 * year]).intervals(50);
        assert_eq!((wide.width, wide.counts.len()), (500 * DAY, 15));
    }

    #[test]
    fn the_intervals_fill_the_limit_well() {
        // Spans from a moment to decades; at least a sixth of the room is used.
        for step in 0..300 {
            let span = (100.0 * 1.08_f64.powi(step)) as i64;
            for limit in [60, 100, 190] {
                let shown = of(&[1_795_514_400_000, 1_795_514_400_000 + span]).intervals(limit);
                let used = shown.counts.len();
                let at_most = used <= limit;
                assert!(
                    at_most && (used * 6 >= limit || shown.width == 1),
                    "{span} ms in {used} of {limit} of {} ms",
                    shown.width
                );
            }
        }
    }

    #[test]
    fn a_width_that_is_shown_can_be_made_from_one_that_is_counted() {
        for pair in WIDTHS.windows(2) {
            assert_eq!(pair[1] % pair[0], 0, "{pair:?}");
        }
        for shown in SHOWN {
            let finer: Vec<i64> = WIDTHS.into_iter().filter(|&width| width <= shown).collect();
            assert!(finer.iter().all(|width| shown % width == 0), "{shown}");
        }
        assert!(SHOWN.is_sorted());
    }

    #[test]
    fn the_order_does_not_matter() {
        let times: Vec<i64> =
            (0..10_000).map(|time| time * 7_919 % 100_003 * 60 - 3_000_000).collect();
        let mut reversed = times.clone();
        reversed.reverse();
        let mut joined = of(&times[..3000]);
        joined.merge(&of(&[]));
        joined.merge(&of(&times[3000..5000]));
        joined.merge(&of(&times[5000..]));
        let mut from_nothing = of(&[]);
        from_nothing.merge(&of(&times));
        for limit in [1, 2, 100, 4096] {
            let wanted = shape(&of(&times), limit);
            assert_eq!(wanted, shape(&of(&reversed), limit));
            assert_eq!(wanted, shape(&joined, limit));
            assert_eq!(wanted, shape(&from_nothing, limit));
            assert_eq!(wanted.iter().map(|(_, count)| count).sum::<u64>(), 10_000);
        }
        assert_eq!(of(&times).time_range(), joined.time_range());
    }

    #[test]
    fn times_at_the_ends_of_the_range_do_no_harm() {
        let ends = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for limit in [0, 1, 2, 10, usize::MAX] {
            let far = of(&ends);
            let mut joined = of(&ends[3..]);
            joined.merge(&of(&ends[..3]));
            let counts = far.intervals(limit).counts;
            assert_eq!(counts.iter().map(|(_, counts)| counts.errors).sum::<u64>(), 7);
            assert!(counts.len() <= limit.max(2), "{limit}");
            assert_eq!(shape(&far, limit), shape(&joined, limit));
        }
        let mut timeless = Histogram::default();
        timeless.add(None, None);
        assert_eq!(
            (timeless.without_time(), timeless.intervals(3).counts.len(), timeless.time_range()),
            (1, 0, None)
        );
    }
}
