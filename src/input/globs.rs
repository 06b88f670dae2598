//! Globs, which select files of directories and members of archives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};

use super::MemberFilter;

/// Globs as ripgrep understands them: those with a slash are relative to the current directory, a
/// leading `!` leaves out, and the last match decides. In an archive, those with a slash may be
/// relative to the archive as well.
#[derive(Clone, Debug)]
pub struct Globs(Vec<Glob>);

#[derive(Clone, Debug)]
struct Glob {
    matcher: Override,
    leaves_out: bool,
}

impl Globs {
    /// Fails if a glob is wrong.
    pub fn new(globs: &[String]) -> Result<Self, String> {
        let root = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let mut all = Vec::new();
        for glob in globs {
            let mut builder = OverrideBuilder::new(&root);
            builder.add(glob).map_err(|error| error.to_string())?;
            let matcher = builder.build().map_err(|error| error.to_string())?;
            all.push(Glob { matcher, leaves_out: glob.starts_with('!') });
        }
        Ok(Self(all))
    }

    /// Whether an entry of a directory is read. A directory that is not selected is not walked. An
    /// archive counts as a directory, so that the globs select among its members.
    pub fn selects(&self, path: &Path, is_dir: bool) -> bool {
        self.selects_any(&[path], is_dir || has_archive_name(path))
    }

    /// Selects members of archives as a walk selects the files of directories. All members of an
    /// archive that a glob names are selected, except those that another one excludes. None if
    /// there are no globs.
    pub fn member_filter(&self) -> Option<MemberFilter> {
        if self.0.is_empty() {
            return None;
        }
        let globs = self.clone();
        Some(Arc::new(move |archive, member| globs.selects_member(archive, member)))
    }

    fn selects_member(&self, archive: &Path, member: &Path) -> bool {
        let inside = member.ancestors().skip(1).take_while(|path| *path != archive);
        if inside.into_iter().any(|directory| !self.selects_any(&names(archive, directory), true)) {
            return false;
        }
        let names = names(archive, member);
        if !self.selects_any(&names, true) {
            return false;
        }
        let mut archives = member.ancestors().skip(1).filter(|path| has_archive_name(path));
        has_archive_name(member)
            || self.selects_any(&names, false)
            || archives.any(|archive| self.last_match(&[archive], true) == Some(true))
    }

    /// Whether an entry with these names is selected.
    fn selects_any(&self, names: &[&Path], is_dir: bool) -> bool {
        let has_selecting = self.0.iter().any(|glob| !glob.leaves_out);
        self.last_match(names, is_dir).unwrap_or(is_dir || !has_selecting)
    }

    /// Whether the last glob that matches one of the names selects it; None if no glob matches.
    fn last_match(&self, names: &[&Path], is_dir: bool) -> Option<bool> {
        let is_match = |glob: &&Glob| names.iter().any(|name| glob.matches(name, is_dir));
        self.0.iter().rev().find(is_match).map(|glob| !glob.leaves_out)
    }
}

impl Glob {
    fn matches(&self, path: &Path, is_dir: bool) -> bool {
        let found = self.matcher.matched(path, is_dir);
        // What a selecting glob does not match is ignored as well.
        if self.leaves_out { found.is_ignore() } else { found.is_whitelist() }
    }
}

/// The names of something inside an archive: its path, and the ends of the path that are relative
/// to the archive and to each archive around it.
fn names<'p>(archive: &Path, path: &'p Path) -> Vec<&'p Path> {
    let mut names = vec![path];
    for parent in path.ancestors().skip(1) {
        if parent == archive || has_archive_name(parent) {
            names.extend(path.strip_prefix(parent));
        }
    }
    names
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
