//! Finds the codes in a line.
//!
//! The cheap question comes first: a few trigger literals over a whole block ([`Scan`]), then the
//! key and the number at the trigger, and only where both are there the line around them, the
//! patterns and the markers. What is found in a line depends on that line alone.
//! [`Detector::detect`] defines it; a [`Scan`] only skips lines without findings.

mod adjacent;
mod candidate;
mod code_index;
mod conditions;
mod detector;
mod explain;
mod extract;
mod finding;
mod identifier;
mod inner;
mod json_escapes;
mod literals;
mod lookup;
mod markers;
mod nearby;
mod number;
#[cfg(test)]
mod oracle;
mod pattern;
mod precheck;
mod prefilter;
mod resolve;
mod rule_set;
mod scan;
mod separator;
mod systems;
#[cfg(test)]
mod tests;
mod triggered;

pub use crate::confidence::Confidence;
pub use detector::{Detector, Scratch};
pub use explain::{Explanation, Reason};
pub use finding::{Finding, PossibleEntries, ResolvedFinding};
pub use pattern::{PatternError, check_pattern};
pub use scan::Scan;
