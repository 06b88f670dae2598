//! Parts that several documents have in common.

pub(super) mod breakdown;
mod causes;
mod ids;
mod issue;
mod path;
pub(super) mod phrases;

pub(super) use causes::{Cause, causes};
pub(super) use ids::{Fingerprints, fnv1a, rule_id};
pub(super) use issue::{Issue, issues};
pub(super) use path::{relative_path, uri};
