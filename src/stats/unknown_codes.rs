//! The codes of a run that are in no catalog.

use std::collections::BTreeSet;
use std::ops::AddAssign;

/// Distinct unknown codes. Those beyond a limit are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownCodes(BTreeSet<i64>);

impl UnknownCodes {
    const LIMIT: usize = 1000;

    /// Adds a code.
    pub fn insert(&mut self, code: i64) {
        if !self.is_full() {
            self.0.insert(code);
        }
    }

    /// The number of codes.
    #[expect(clippy::len_without_is_empty, reason = "no caller asks")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether codes may have been left out.
    pub fn is_full(&self) -> bool {
        self.0.len() >= Self::LIMIT
    }

    /// The codes in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }
}

impl AddAssign for UnknownCodes {
    fn add_assign(&mut self, other: Self) {
        for code in other.0 {
            self.insert(code);
        }
    }
}
