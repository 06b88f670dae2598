//! What documents are made from, and what several of them share.

pub(super) mod breakdown;
mod causes;
mod data;
mod fingerprint;
mod issue;
mod path;
pub(super) mod phrases;
mod rule_id;

pub(super) use causes::{Cause, causes};
pub use data::ReportData;
pub(super) use fingerprint::{Fingerprints, fnv1a};
pub(super) use issue::{Issue, Level, issues};
pub(super) use path::{relative_path, uri};
pub(super) use rule_id::rule_id;
