//! The codes of an entry: one code or a range.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// One code, or a range of codes with both ends included.
///
/// Serializes to a map: `{"code":6206}` or `{"range":[120001,130000]}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = imerr_catalog))]
pub struct CodeRange {
    /// The first code.
    pub first: i64,
    /// The last code; equal to `first` for a single code.
    pub last: i64,
}

impl CodeRange {
    /// The most digits of a code. Longer numbers in a log are ids, times or hashes.
    pub const MAX_DIGITS: u32 = 10;

    /// A single code.
    pub const fn one(code: i64) -> Self {
        Self { first: code, last: code }
    }

    /// Whether `code` is in the range.
    pub const fn contains(self, code: i64) -> bool {
        self.first <= code && code <= self.last
    }

    /// How far `code` is outside of the range; 0 for a code in it.
    pub const fn distance(self, code: i64) -> u64 {
        if code < self.first {
            self.first.abs_diff(code)
        } else if code > self.last {
            self.last.abs_diff(code)
        } else {
            0
        }
    }

    /// Whether the ranges have a code in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether no code has more than [`CodeRange::MAX_DIGITS`] digits.
    pub const fn is_in_bounds(self) -> bool {
        let end = 10_i64.pow(Self::MAX_DIGITS);
        -end < self.first && self.last < end
    }

    /// Whether it has more than one code.
    pub const fn is_range(self) -> bool {
        self.first != self.last
    }
}

impl fmt::Display for CodeRange {
    /// `6206`, or `120001..130000` for a range.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_range() {
            f.pad(&format!("{}..{}", self.first, self.last))
        } else {
            f.pad(&self.first.to_string())
        }
    }
}

impl Serialize for CodeRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        if self.is_range() {
            map.serialize_entry("range", &[self.first, self.last])?;
        } else {
            map.serialize_entry("code", &self.first)?;
        }
        map.end()
    }
}
