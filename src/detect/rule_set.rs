//! Sets of rules of one kind.

use crate::rules::Rules;

/// A set of rules: bit `i` is set if the rule with the index `i` is in it.
pub(super) type RuleSet = u128;

const _: () = assert!(Rules::MARKER_LIMIT <= RuleSet::BITS as usize);
const _: () = assert!(Rules::SHAPE_LIMIT <= RuleSet::BITS as usize);

/// The rules of `list` for which `matches` returns true.
pub(super) fn rules_where<T>(list: &[T], matches: impl Fn(&T) -> bool) -> RuleSet {
    let mut set = 0;
    for (index, rule) in list.iter().enumerate() {
        if matches(rule) {
            set |= 1 << index;
        }
    }
    set
}

/// The indexes of the rules in `set`, ascending.
pub(super) fn indexes(mut set: RuleSet) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let index = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_come_back_ascending() {
        assert_eq!(indexes(1 << 127 | 1 << 64 | 1).collect::<Vec<_>>(), [0, 64, 127]);
        assert_eq!(rules_where(&[3, 4, 5], |number| number % 2 == 1), 0b101);
        assert_eq!(indexes(0).count(), 0);
    }
}
