//! The order of causes in tables.

/// The order of the causes in a [`Summary`](crate::report::Summary).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CauseOrder {
    /// The worst severity first, then the largest count.
    #[default]
    Severity,
    /// The largest count first.
    Count,
    /// The first in the inputs first.
    First,
}
