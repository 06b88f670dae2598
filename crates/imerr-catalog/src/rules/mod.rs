//! What a code looks like in a log: the keys, names and shapes it stands behind, and the markers that speak for
//! or against it.
//!
//! Rules are data (`patterns/rules`). This module knows what they say, not how lines are searched fast.

mod read;
mod rule;

pub(crate) use read::rules_of;
pub use read::{PatternPlace, RuleFile, Sample, read_rules};
pub use rule::{Key, Marker, NameRule, Rules, Shape};
