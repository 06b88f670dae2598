//! Counts over time, in intervals that widen as the time range grows.

use std::collections::VecDeque;

use crate::timestamp::{DAY, HOUR, LocalTimestamp, MINUTE, SECOND};

/// Counts over time, in at most [`Histogram::LIMIT`] intervals of one width.
///
/// The width grows with the range of the times. It does not depend on the order in which times are
/// added.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Histogram {
    /// The index of the width in [`WIDTHS`].
    width_index: usize,
    /// The number of the first interval, counted from the epoch.
    first: i64,
    /// One element per interval from `first` on. The first and the last one are not empty. A flat
    /// list, since it is written for each occurrence; a tree takes five times as long.
    counts: VecDeque<Counts>,
    /// The earliest and the latest time, if there is any.
    pub time_range: Option<(LocalTimestamp, LocalTimestamp)>,
    /// The number of occurrences without a time.
    pub without_time: u64,
}

/// The counts of one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Occurrences of errors and worse. Unknown codes count as errors.
    pub errors: u64,
    /// All other occurrences.
    pub others: u64,
}

/// Counts over time, for display.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intervals {
    /// The width of each interval, in milliseconds.
    pub width: i64,
    /// The start and the counts of each interval, from the first to the last that is not empty.
    pub counts: Vec<(LocalTimestamp, Counts)>,
}

/// The widths that are counted in, in milliseconds, each with its multiples for display.
///
/// Each width is a multiple of the one before, so that narrow intervals can be merged into wider
/// ones. All times of a [`LocalTimestamp`] lie within [`Histogram::LIMIT`] intervals of the widest,
/// and within two of its last multiple.
const WIDTHS: [(i64, &[i64]); 13] = [
    (1, &[1, 2, 5]),
    (10, &[1, 2, 5]),
    (100, &[1, 2, 5]),
    (SECOND, &[1, 2, 5]),
    (10 * SECOND, &[1, 3]),
    (MINUTE, &[1, 2, 5]),
    (10 * MINUTE, &[1, 3]),
    (HOUR, &[1, 2]),
    (6 * HOUR, &[1, 2]),
    (DAY, &[1, 2, 5]),
    (10 * DAY, &[1, 2, 5]),
    (100 * DAY, &[1, 5]),
    (1000 * DAY, &[1, 10, 100, 10_000]),
];

impl Histogram {
    /// The most intervals from the first to the last one.
    pub const LIMIT: i64 = 4096;

    /// Counts an occurrence at `time`, or one without a time.
    pub fn add(&mut self, time: Option<LocalTimestamp>, is_error: bool) {
        let Some(time) = time else {
            self.without_time += 1;
            return;
        };
        self.extend_to(time, time);
        let counts = self.counts_at(time.millis());
        if is_error {
            counts.errors += 1;
        } else {
            counts.others += 1;
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.without_time += other.without_time;
        let Some((earliest, latest)) = other.time_range else { return };
        self.widen(other.width_index);
        self.extend_to(earliest, latest);
        for (interval, counts) in (other.first..).zip(&other.counts) {
            if *counts != Counts::default() {
                // The interval may start before the earliest time in it.
                *self.counts_at((interval * other.width()).max(earliest.millis())) += *counts;
            }
        }
    }

    /// The counts in at most `limit` intervals, or in two if the times lie on both sides of the
    /// epoch. Empty intervals between others are included.
    pub fn intervals(&self, limit: usize) -> Intervals {
        let Some((earliest, latest)) = self.time_range else {
            return Intervals { width: self.width(), counts: Vec::new() };
        };
        let width = self.display_width(earliest, latest, i64::try_from(limit).unwrap_or(i64::MAX));
        let (first, last) = (number(earliest, width), number(latest, width));
        let mut counts: Vec<(LocalTimestamp, Counts)> = (first..=last)
            .map(|interval| (LocalTimestamp::from_millis(interval * width), Counts::default()))
            .collect();
        for (interval, one) in (self.first..).zip(&self.counts) {
            counts[((interval * self.width()).div_euclid(width) - first) as usize].1 += *one;
        }
        Intervals { width, counts }
    }

    /// The narrowest width for display in which at most `limit` intervals cover the time range; the
    /// widest if there is none.
    fn display_width(&self, earliest: LocalTimestamp, latest: LocalTimestamp, limit: i64) -> i64 {
        let mut candidate = self.width();
        for (width, multiples) in WIDTHS {
            for multiple in multiples {
                candidate = width * multiple;
                if candidate % self.width() == 0 && span(earliest, latest, candidate) <= limit {
                    return candidate;
                }
            }
        }
        candidate
    }

    /// The width of an interval, in milliseconds.
    fn width(&self) -> i64 {
        WIDTHS[self.width_index].0
    }

    /// The counts of the interval that contains `millis`, which must lie in one of the intervals.
    fn counts_at(&mut self, millis: i64) -> &mut Counts {
        let interval = millis.div_euclid(self.width());
        &mut self.counts[(interval - self.first) as usize]
    }

    /// Adds the intervals from `earliest` to `latest`, in the smallest width that the limit allows.
    fn extend_to(&mut self, earliest: LocalTimestamp, latest: LocalTimestamp) {
        let (earliest, latest) = match self.time_range {
            Some((first, last)) if first <= earliest && latest <= last => return,
            Some((first, last)) => (first.min(earliest), last.max(latest)),
            None => (earliest, latest),
        };
        self.time_range = Some((earliest, latest));
        let mut width_index = self.width_index;
        while span(earliest, latest, WIDTHS[width_index].0) > Self::LIMIT {
            width_index += 1;
        }
        self.widen(width_index);
        let first = number(earliest, self.width());
        if self.counts.is_empty() {
            self.first = first;
        }
        for _ in first..self.first {
            self.counts.push_front(Counts::default());
        }
        self.first = first;
        self.counts.resize(span(earliest, latest, self.width()) as usize, Counts::default());
    }

    /// Merges intervals so that they are at least as wide as this one of [`WIDTHS`].
    fn widen(&mut self, width_index: usize) {
        if width_index <= self.width_index {
            return;
        }
        let width = WIDTHS[width_index].0;
        let first = (self.first * self.width()).div_euclid(width);
        let mut counts: VecDeque<Counts> = VecDeque::new();
        for (interval, one) in (self.first..).zip(&self.counts) {
            let index = ((interval * self.width()).div_euclid(width) - first) as usize;
            counts.resize(index + 1, Counts::default());
            counts[index] += *one;
        }
        self.width_index = width_index;
        self.first = first;
        self.counts = counts;
    }
}

/// The number of the interval of this `width` that contains `time`, counted from the epoch.
fn number(time: LocalTimestamp, width: i64) -> i64 {
    time.millis().div_euclid(width)
}

/// How many intervals of this `width` cover the times from `earliest` to `latest`.
fn span(earliest: LocalTimestamp, latest: LocalTimestamp, width: i64) -> i64 {
    number(latest, width) - number(earliest, width) + 1
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

    fn histogram(times: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        for &time in times {
            histogram.add(Some(LocalTimestamp::from_millis(time)), true);
        }
        histogram
    }

    fn intervals(histogram: &Histogram, limit: usize) -> Vec<(i64, u64)> {
        histogram
            .intervals(limit)
            .counts
            .into_iter()
            .map(|(at, counts)| (at.millis(), counts.total()))
            .collect()
    }

    #[test]
    fn intervals_are_as_narrow_as_the_limit_allows() {
        assert_eq!(intervals(&histogram(&[]), 10), []);
        assert_eq!(intervals(&histogram(&[5]), 10), [(5, 1)]);
        assert_eq!(
            intervals(&histogram(&[1000, 1003, 1003]), 10),
            [(1000, 1), (1001, 0), (1002, 0), (1003, 2)]
        );
        assert_eq!(
            intervals(&histogram(&[1000, 1003, 1053]), 6),
            [(1000, 2), (1010, 0), (1020, 0), (1030, 0), (1040, 0), (1050, 1)]
        );
        assert_eq!(intervals(&histogram(&[-1, 0]), 10), [(-1, 1), (0, 1)]);
        let year = 365 * DAY;
        let wide = histogram(&[0, 20 * year]).intervals(50);
        assert_eq!((wide.width, wide.counts.len()), (500 * DAY, 15));
    }

    #[test]
    fn intervals_use_at_least_a_sixth_of_the_limit() {
        // Time ranges from 100 ms to decades.
        for step in 0..300 {
            let span = (100.0 * 1.08_f64.powi(step)) as i64;
            for limit in [60, 100, 190] {
                let displayed =
                    histogram(&[1_795_514_400_000, 1_795_514_400_000 + span]).intervals(limit);
                let used = displayed.counts.len();
                let at_most = used <= limit;
                assert!(
                    at_most && (used * 6 >= limit || displayed.width == 1),
                    "{span} ms in {used} of {limit} of {} ms",
                    displayed.width
                );
            }
        }
    }

    #[test]
    fn each_width_is_a_multiple_of_the_one_before() {
        for pair in WIDTHS.windows(2) {
            let [(width, multiples), (next, _)] = *pair else { unreachable!() };
            assert_eq!(next % width, 0, "{pair:?}");
            assert!(
                multiples.is_sorted() && multiples[multiples.len() - 1] * width < next,
                "{pair:?}"
            );
        }
    }

    #[test]
    fn the_order_does_not_matter() {
        let times: Vec<i64> =
            (0..10_000).map(|time| time * 7_919 % 100_003 * 60 - 3_000_000).collect();
        let mut reversed = times.clone();
        reversed.reverse();
        let mut merged = histogram(&times[..3000]);
        merged.merge(&histogram(&[]));
        merged.merge(&histogram(&times[3000..5000]));
        merged.merge(&histogram(&times[5000..]));
        let mut from_nothing = histogram(&[]);
        from_nothing.merge(&histogram(&times));
        for limit in [1, 2, 100, 4096] {
            let wanted = intervals(&histogram(&times), limit);
            assert_eq!(wanted, intervals(&histogram(&reversed), limit));
            assert_eq!(wanted, intervals(&merged, limit));
            assert_eq!(wanted, intervals(&from_nothing, limit));
            assert_eq!(wanted.iter().map(|(_, count)| count).sum::<u64>(), 10_000);
        }
        assert_eq!(histogram(&times).time_range, merged.time_range);
    }

    #[test]
    fn the_extreme_times_are_counted() {
        let ends = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for limit in [0, 1, 2, 10, usize::MAX] {
            let far = histogram(&ends);
            let mut merged = histogram(&ends[3..]);
            merged.merge(&histogram(&ends[..3]));
            let counts = far.intervals(limit).counts;
            assert_eq!(counts.iter().map(|(_, counts)| counts.errors).sum::<u64>(), 7);
            assert!(counts.len() <= limit.max(2), "{limit}");
            assert_eq!(intervals(&far, limit), intervals(&merged, limit));
        }
        let mut untimed = Histogram::default();
        untimed.add(None, false);
        assert_eq!(
            (untimed.without_time, untimed.intervals(3).counts.len(), untimed.time_range),
            (1, 0, None)
        );
    }
}
