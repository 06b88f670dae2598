//! What is known of a member before its data is read.

use std::time::SystemTime;

use crate::input::archive_problem::ArchiveProblem;

/// A member of an archive: a regular file.
pub(in crate::input) struct Member {
    /// A relative path without `..` and control characters.
    pub(in crate::input) path: String,
    /// Whether `path` differs from the name in the archive in more than its encoding and
    /// separators.
    pub(in crate::input) is_renamed: bool,
    pub(in crate::input) modified: Option<SystemTime>,
    /// Why its data cannot be read, and what to do.
    pub(in crate::input) problem: Option<ArchiveProblem>,
}
