//! What was seen in a run: counts, and what was found where and when.
//!
//! A stage tells what it has [seen](Seen) in a block; blocks come back in input order, so that a [`Ledger`] filled from them
//! is the same for every number of threads. What a ledger keeps is bounded by the number of codes, files and the limit that it
//! is given, never by the number of findings.

mod asked;
mod histogram;
mod ledger;
mod sighting;
mod tally;
mod totals;

pub use asked::Asked;
pub use histogram::{Counts, Histogram, Intervals};
pub use ledger::{Kept, Ledger};
pub(crate) use sighting::Position;
pub use sighting::{Notes, Sighting, Subject};
pub use tally::{FileRow, Place, Row, Tally, severity};
pub use totals::Totals;

/// What was seen in a block.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// The counts.
    pub totals: Totals,
    /// The findings, in order, where they are asked for.
    pub sightings: Vec<Sighting>,
    /// Whether nothing more of the file is needed.
    pub is_enough: bool,
    /// Whether what was written last has no line end.
    pub open: Open,
    /// Where in the file the first line begins, in bytes, that has a member of its own in the place of an annotation, and so
    /// got none.
    pub taken: Option<u64>,
}

/// Whether a line that was written has its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Open {
    /// It has.
    #[default]
    No,
    /// It has none, as the last line of a file; what comes next may stand right behind it, as in the log.
    Plain,
    /// It has none, and these bytes have to stand between it and what comes next.
    Apart(&'static [u8]),
}

impl From<Totals> for Seen {
    fn from(totals: Totals) -> Self {
        Self { totals, ..Self::default() }
    }
}

impl std::ops::AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.totals += other.totals;
        self.sightings.extend(other.sightings);
        self.is_enough |= other.is_enough;
        self.open = other.open;
        self.taken = self.taken.or(other.taken);
    }
}
