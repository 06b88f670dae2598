//! A set of rules of one kind, as a bit for each index.

use std::ops::{BitAnd, BitOr, Not};

use crate::rules::Rules;

/// Indexes into a list of at most [`RuleSet::LIMIT`] rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RuleSet(u128);

const _: () =
    assert!(Rules::MARKER_LIMIT <= RuleSet::LIMIT && Rules::SHAPE_LIMIT <= RuleSet::LIMIT);

impl RuleSet {
    pub const EMPTY: Self = Self(0);
    /// The most rules of one kind.
    pub const LIMIT: usize = u128::BITS as usize;

    /// The set of one rule.
    pub fn one(index: usize) -> Self {
        Self(1 << index)
    }

    /// The rules of `list` for which `matches` returns true.
    pub fn matching<T>(list: &[T], matches: impl Fn(&T) -> bool) -> Self {
        let mut set = Self::EMPTY;
        for (index, rule) in list.iter().enumerate() {
            if matches(rule) {
                set.insert(Self::one(index));
            }
        }
        set
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    #[inline]
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }

    /// The indexes, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            Some(index)
        })
    }
}

impl BitAnd for RuleSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for RuleSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for RuleSet {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_come_back_ascending() {
        let last = RuleSet::LIMIT - 1;
        let mut set = RuleSet::one(last) | RuleSet::one(64) | RuleSet::one(0);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 64, last]);
        set.remove(RuleSet::one(64));
        assert!(!set.intersects(RuleSet::one(64)) && set.intersects(RuleSet::one(last)));
        assert_eq!((set & !RuleSet::one(0)).iter().collect::<Vec<_>>(), [last]);
        assert_eq!(
            RuleSet::matching(&[3, 4, 5], |number| number % 2 == 1).iter().sum::<usize>(),
            2
        );
        assert!(RuleSet::EMPTY.is_empty());
    }
}
