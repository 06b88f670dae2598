//! Globs, which select files of directories and members of archives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};

use super::MemberFilter;

/// Globs as ripgrep understands them: those with a slash are relative to the current directory, a
/// leading `!` leaves out, and the last match decides.
#[derive(Clone, Debug)]
pub struct Globs(Override);

impl Globs {
    /// Fails if a glob is wrong.
    pub fn new(globs: &[String]) -> Result<Self, String> {
        let root = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let mut builder = OverrideBuilder::new(root);
        for glob in globs {
            builder.add(glob).map_err(|error| error.to_string())?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Whether an entry of a directory is read. A directory that is not selected is not walked. An
    /// archive counts as a directory, so that the globs select among its members.
    pub fn selects(&self, path: &Path, is_dir: bool) -> bool {
        !self.0.matched(path, is_dir || has_archive_name(path)).is_ignore()
    }

    /// Selects members of archives as a walk selects the files of directories. All members of an
    /// archive that a glob names are selected, except those that another one excludes. None if
    /// there are no globs.
    pub fn member_filter(&self) -> Option<MemberFilter> {
        if self.0.is_empty() {
            return None;
        }
        let globs = self.0.clone();
        Some(Arc::new(move |archive, member| selects_member(&globs, archive, member)))
    }
}

fn selects_member(globs: &Override, archive: &Path, member: &Path) -> bool {
    let inside = member.ancestors().skip(1).take_while(|path| *path != archive);
    if inside.into_iter().any(|directory| globs.matched(directory, true).is_ignore()) {
        return false;
    }
    if globs.matched(member, true).is_ignore() {
        return false;
    }
    let mut archives = member.ancestors().skip(1).filter(|path| has_archive_name(path));
    has_archive_name(member)
        || !globs.matched(member, false).is_ignore()
        || archives.any(|archive| globs.matched(archive, true).is_whitelist())
}

/// Whether a file of this name is an archive. Globs are matched before it is opened.
#[doc(hidden)]
pub fn has_archive_name(path: &Path) -> bool {
    const ENDS: [&str; 12] = [
        ".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".tar.gz", ".tar.bz2", ".tar.xz",
        ".tar.zst", ".tar.lz4",
    ];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}
