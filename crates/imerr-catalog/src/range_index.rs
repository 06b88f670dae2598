//! Finding the ranges that contain a code.

use crate::CodeRange;

/// Finds those of many ranges that contain a code, by a binary search.
///
/// The bounds of all ranges divide the codes into segments. Each segment has a list of the ranges
/// that contain it. Ranges of one system do not overlap, so the lists are as short as there are
/// systems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeIndex {
    /// The first code of each segment, ascending.
    starts: Vec<i64>,
    /// For each segment, where its list begins in `members`; at the end the length of that.
    lists: Vec<usize>,
    /// The positions of ranges, ascending in each list.
    members: Vec<u32>,
}

impl RangeIndex {
    /// An index of `ranges`. They are given by their positions in it.
    pub fn new(ranges: impl Iterator<Item = CodeRange>) -> Self {
        // Where ranges begin, and the codes after which they end.
        let mut bounds: Vec<(i64, bool, u32)> = Vec::new();
        for (position, range) in (0..).zip(ranges) {
            bounds.push((range.first, true, position));
            bounds.push((range.last.saturating_add(1), false, position));
        }
        bounds.sort_unstable();
        let mut index = Self::default();
        let mut open: Vec<u32> = Vec::new();
        for at_one_code in bounds.chunk_by(|one, other| one.0 == other.0) {
            for &(_, begins, position) in at_one_code {
                match open.binary_search(&position) {
                    Ok(found) => _ = open.remove(found),
                    Err(place) if begins => open.insert(place, position),
                    Err(_) => {}
                }
            }
            index.starts.push(at_one_code[0].0);
            index.lists.push(index.members.len());
            index.members.extend_from_slice(&open);
        }
        index.lists.push(index.members.len());
        index
    }

    /// The positions of the ranges that contain `code`, ascending.
    pub fn find(&self, code: i64) -> &[u32] {
        match self.starts.partition_point(|&start| start <= code) {
            0 => &[],
            after => &self.members[self.lists[after - 1]..self.lists[after]],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_with_a_code_are_found_in_order() {
        let bounds = [(5, 9), (1, 3), (4, 4), (2, 8), (9, 9), (12, 20), (1, 3)];
        let ranges = bounds.map(|(first, last)| CodeRange { first, last });
        let index = RangeIndex::new(ranges.into_iter());
        for code in -1..23 {
            let mut wanted = Vec::new();
            for (position, range) in (0..).zip(ranges) {
                if range.contains(code) {
                    wanted.push(position);
                }
            }
            assert_eq!(index.find(code), wanted, "{code}");
        }
        assert_eq!(RangeIndex::default().find(1), [0; 0]);
    }
}
