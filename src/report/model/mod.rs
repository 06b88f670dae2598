//! Parts that several documents have in common.

pub(super) mod breakdown;
mod causes;
mod explained;
mod ids;
mod issue;
pub(super) mod phrases;

pub(super) use causes::{Cause, causes};
pub(super) use explained::explained;
pub(super) use ids::{Fingerprints, fnv1a, relative_path, rule_id, uri};
pub(super) use issue::{Issue, issues};
