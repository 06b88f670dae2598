//! Diagnosis: what went wrong first, and which findings follow from it.
//!
//! A log with one fault has many codes, and one code can follow from different faults. So this
//! looks across lines, at *signals*: findings, and *events*, which a log says without a code.
//!
//! 1. An [`EventStage`] finds events, on all threads.
//! 2. A [`SignalCollector`] gets the signals in input order, finds the session of each, and keeps
//!    them in bounded memory.
//! 3. [`diagnose`] applies the [`CauseSet`] to the signals of each session. The [`Diagnosis`] has
//!    an [`Incident`] for each occurrence of a cause, and what no cause explains.
//!
//! [`report`](crate::report) writes documents about it.

mod cause_set;
mod clocks;
mod collector;
mod diagnosis;
mod engine;
mod events;
mod known;
mod machine;
mod merged_sessions;
mod order;
mod samples;
mod session;
mod signals;
mod streams;
mod surroundings;
mod verdict;

#[cfg(test)]
mod tests;

pub use cause_set::CauseSet;
pub use collector::{SignalCollector, finish_block};
pub use diagnosis::{
    CauseCount, Consequence, Diagnosis, Distance, Ending, Incident, KnownTicket, NotExplained,
    Place, Session, SessionKind, SignalCount, SignalKind, Stream, Verdict, VerdictReason,
};
pub use engine::diagnose;
pub use events::{EventSearch, EventStage};
pub use imerr_catalog::causes::{Cause, CauseFile, CauseTexts, Event, Evidence};
pub use known::{Known, read_known};
pub use samples::wrong_samples;
#[cfg(test)]
pub(crate) use samples::{diagnose_log, signals};
pub use session::SessionKey;
pub use surroundings::{SurroundedLine, Surroundings};
