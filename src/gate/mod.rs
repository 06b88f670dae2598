//! Gates: conditions on what a run found that make the run fail.

mod baseline;
mod conditions;

pub use baseline::{Baseline, BaselineError};
pub use conditions::{Condition, Gate, Violation};
