//! Which files the client may read: those below the roots that the user names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::Error;

/// The directories that the client may read.
pub struct Roots {
    /// Without symbolic links.
    directories: Vec<PathBuf>,
    /// As the user named them, but absolute: a client may know them by these names.
    named: Vec<PathBuf>,
}

/// The most bytes of a path. No system has longer ones.
const PATH_LIMIT: usize = 4096;

impl Roots {
    /// Fails with an error for each one that is no directory.
    pub fn new(roots: &[PathBuf]) -> Result<Self, Vec<Error>> {
        let (mut directories, mut named, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for root in roots {
            match fs::canonicalize(root) {
                Ok(directory) if directory.is_dir() => {
                    directories.push(directory);
                    named.push(std::path::absolute(root).unwrap_or_else(|_| root.clone()));
                }
                Ok(_) => {
                    let error = Error::of_path(root, "is not a directory");
                    errors.push(error.with_hint("--root needs a directory with logs"));
                }
                Err(error) => errors.push(Error::of_io(root, &error)),
            }
        }
        if errors.is_empty() { Ok(Self { directories, named }) } else { Err(errors) }
    }

    /// The file or directory that `path` names, without symbolic links. A relative path is one of
    /// the first root that has it.
    ///
    /// The error says what the client can do. About a path outside of the roots it says the same
    /// whether it exists or not.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, String> {
        if self.directories.is_empty() {
            return Err(
                "this server reads no logs: it was started without --root DIR. Ask the user \
                        to add --root with the directory of the logs, or pass text to find_codes"
                    .to_string(),
            );
        }
        if path.is_empty() || path.len() > PATH_LIMIT || path.contains('\0') {
            return Err(format!(
                "the path is empty, has a NUL, or has more than {PATH_LIMIT} bytes"
            ));
        }
        let mut is_inside = false;
        for directory in &self.directories {
            let candidate = directory.join(path);
            if !self.contains_name(&candidate) {
                continue;
            }
            is_inside = true;
            let Ok(found) = fs::canonicalize(&candidate) else { continue };
            if !self.contains(&found) {
                return Err(format!("{path:?} is a link that leads out of the roots"));
            }
            return readable(found, path);
        }
        let roots: Vec<String> =
            self.directories.iter().map(|root| root.display().to_string()).collect();
        let roots = roots.join(", ");
        if is_inside {
            return Err(format!("no file {path:?}; the roots are {roots}"));
        }
        Err(format!("{path:?} is outside of the roots, which are {roots}"))
    }

    fn contains(&self, path: &Path) -> bool {
        self.directories.iter().any(|root| path.starts_with(root))
    }

    /// Whether a path is below a root by its name alone.
    fn contains_name(&self, path: &Path) -> bool {
        let path = without_parents(path);
        self.contains(&path) || self.named.iter().any(|root| path.starts_with(root))
    }
}

/// `found`, unless to read it could wait for ever.
fn readable(found: PathBuf, path: &str) -> Result<PathBuf, String> {
    match fs::metadata(&found) {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => Ok(found),
        Ok(_) => Err(format!("{path:?} is neither a file nor a directory")),
        Err(error) => Err(format!("{path:?}: {}", imerr::input::describe(&error))),
    }
}

/// `path` with `.` and `..` resolved by their names.
fn without_parents(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = resolved.pop(),
            component => resolved.push(component),
        }
    }
    resolved
}

#[cfg(all(test, unix))]
mod tests;
