//! When things were seen: counts in intervals of time, as wide as they have to be.

use std::collections::BTreeMap;

use super::Stamp;
use crate::catalog::Severity;

/// Counts by time and severity, in at most [`Histogram::LIMIT`] intervals of one width.
///
/// The width grows with the span of time that is seen. It does not depend on the order in which things are added.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// The width of an interval, in milliseconds.
    width: i64,
    /// By the number of the interval, counted from the epoch.
    counts: BTreeMap<i64, Counts>,
    timeless: u64,
}

/// Counts of an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sightings of a code that is known to be an error or worse, or unknown.
    pub errors: u64,
    /// All other sightings.
    pub others: u64,
}

/// Widths of an interval, in milliseconds: each a multiple of the one before, so that intervals can be put together.
const WIDTHS: [i64; 14] = {
    const SECOND: i64 = 1000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 8 * DAY, 64 * DAY, 512 * DAY, i64::MAX]
};

impl Default for Histogram {
    fn default() -> Self {
        Self { width: WIDTHS[0], counts: BTreeMap::new(), timeless: 0 }
    }
}

impl Histogram {
    /// The most intervals from the first to the last one.
    pub const LIMIT: i64 = 4096;

    /// Counts a sighting at `time`, or without one.
    pub fn add(&mut self, time: Option<Stamp>, severity: Option<Severity>) {
        let Some(time) = time else {
            self.timeless += 1;
            return;
        };
        let counts = self.counts.entry(time.millis().div_euclid(self.width)).or_default();
        match severity.is_none_or(|severity| severity >= Severity::Error) {
            true => counts.errors += 1,
            false => counts.others += 1,
        }
        self.widen();
    }

    /// Adds the counts of `other`.
    pub fn append(&mut self, other: &Self) {
        self.timeless += other.timeless;
        self.regroup(self.width.max(other.width));
        for (&interval, counts) in &other.counts {
            *self.counts.entry((interval * other.width).div_euclid(self.width)).or_default() += *counts;
        }
        self.widen();
    }

    /// The counts in at most `limit` intervals, each by its beginning, empty ones between them included.
    pub fn intervals(&self, limit: usize) -> Vec<(Stamp, Counts)> {
        let mut all = self.clone();
        while all.span() > limit.max(1) as i64 && all.width < WIDTHS[WIDTHS.len() - 1] {
            all.regroup(all.next_width());
        }
        let (Some((&first, _)), Some((&last, _))) = (all.counts.first_key_value(), all.counts.last_key_value()) else {
            return Vec::new();
        };
        let of = |interval: i64| all.counts.get(&interval).copied().unwrap_or_default();
        (first..=last).map(|interval| (Stamp::from_millis(interval.saturating_mul(all.width)), of(interval))).collect()
    }

    /// Sightings on lines that tell no time.
    pub fn timeless(&self) -> u64 {
        self.timeless
    }

    fn span(&self) -> i64 {
        match (self.counts.first_key_value(), self.counts.last_key_value()) {
            (Some((first, _)), Some((last, _))) => last - first + 1,
            _ => 0,
        }
    }

    fn widen(&mut self) {
        while self.span() > Self::LIMIT {
            self.regroup(self.next_width());
        }
    }

    fn next_width(&self) -> i64 {
        WIDTHS.into_iter().find(|&width| width > self.width).unwrap_or(self.width)
    }

    fn regroup(&mut self, width: i64) {
        if width == self.width {
            return;
        }
        for (interval, counts) in std::mem::take(&mut self.counts) {
            *self.counts.entry((interval * self.width).div_euclid(width)).or_default() += counts;
        }
        self.width = width;
    }
}

impl Counts {
    /// All sightings of the interval.
    pub fn all(self) -> u64 {
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
            histogram.add(Some(Stamp::from_millis(time)), Some(Severity::Error));
        }
        histogram
    }

    fn shape(histogram: &Histogram, limit: usize) -> Vec<(i64, u64)> {
        histogram.intervals(limit).into_iter().map(|(at, counts)| (at.millis(), counts.all())).collect()
    }

    #[test]
    fn intervals_are_as_narrow_as_the_limit_allows() {
        assert_eq!(shape(&of(&[]), 10), []);
        assert_eq!(shape(&of(&[5]), 10), [(5, 1)]);
        assert_eq!(shape(&of(&[1000, 1003, 1003]), 10), [(1000, 1), (1001, 0), (1002, 0), (1003, 2)]);
        assert_eq!(shape(&of(&[1000, 1003, 1053]), 10), [(1000, 2), (1010, 0), (1020, 0), (1030, 0), (1040, 0), (1050, 1)]);
        let year = 365 * 86_400_000;
        let wide = shape(&of(&[0, 20 * year]), 50);
        assert_eq!((wide.len(), wide[0].1, wide[wide.len() - 1].1), (15, 1, 1));
    }

    #[test]
    fn the_order_does_not_matter() {
        let times: Vec<i64> = (0..10_000).map(|time| time * 7_919 % 100_003 * 60).collect();
        let mut reversed = times.clone();
        reversed.reverse();
        let mut joined = of(&times[..3000]);
        joined.append(&of(&times[3000..]));
        assert_eq!(shape(&of(&times), 100), shape(&of(&reversed), 100));
        assert_eq!(shape(&of(&times), 100), shape(&joined, 100));
        assert_eq!(shape(&joined, 100).iter().map(|(_, count)| count).sum::<u64>(), 10_000);
    }

    #[test]
    fn times_at_the_ends_of_the_range_do_no_harm() {
        let far = of(&[i64::MIN / 2, 0, i64::MAX / 2]);
        assert!(far.intervals(10).len() <= 10);
        let mut timeless = Histogram::default();
        timeless.add(None, None);
        assert_eq!((timeless.timeless(), timeless.intervals(3).len()), (1, 0));
    }
}
