//! A set of codes.

use crate::CodeRange;

/// The codes of any number of ranges. A lookup costs a binary search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeSet {
    /// Ascending, without overlaps.
    ranges: Vec<CodeRange>,
}

impl CodeSet {
    /// Whether no code is in the set.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether `code` is in the set.
    pub fn contains(&self, code: i64) -> bool {
        self.overlaps(CodeRange::one(code))
    }

    /// Whether a code of `codes` is in the set.
    pub fn overlaps(&self, codes: CodeRange) -> bool {
        let next = self.ranges.partition_point(|range| range.last < codes.first);
        self.ranges.get(next).is_some_and(|range| range.overlaps(codes))
    }
}

impl FromIterator<CodeRange> for CodeSet {
    fn from_iter<I: IntoIterator<Item = CodeRange>>(ranges: I) -> Self {
        let mut sorted: Vec<CodeRange> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut ranges: Vec<CodeRange> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match ranges.last_mut() {
                Some(last) if range.first <= last.last => last.last = last.last.max(range.last),
                _ => ranges.push(range),
            }
        }
        Self { ranges }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sets of ranges with small bounds, against the ranges themselves.
    #[test]
    fn a_set_has_the_codes_of_its_ranges() {
        let mut all = Vec::new();
        for first in 0..5 {
            all.extend((first..5).map(|last| CodeRange { first, last }));
        }
        for subset in 0_u32..1 << all.len() {
            if subset.count_ones() > 4 {
                continue;
            }
            let chosen = || (0..all.len()).filter(|bit| subset >> bit & 1 == 1).map(|bit| all[bit]);
            let set: CodeSet = chosen().collect();
            assert_eq!(set.is_empty(), subset == 0);
            for &codes in &all {
                let wanted = chosen().any(|range| range.overlaps(codes));
                assert_eq!(set.overlaps(codes), wanted, "{set:?} {codes}");
            }
            for code in -1..6 {
                assert_eq!(set.contains(code), chosen().any(|range| range.contains(code)));
            }
        }
    }
}
