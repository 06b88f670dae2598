//! The names of temporary files, and the removal of those that earlier runs left behind.
//!
//! A process that is killed cannot remove its temporary files. Each one is locked while its process
//! lives, so a later run recognizes those that it may remove, also while other runs write to the
//! same directory.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

use super::system;

/// The end of each name is this and random letters and digits. The beginning is a dot and the name
/// of the file that is written.
const MARK: &str = ".imerr-annotate-";
const RANDOM_LENGTH: usize = 6;

/// The longest name of a written file, in bytes, that is part of the name of its temporary file.
/// File systems allow 255 bytes.
const MAX_NAME: usize = 200;

/// How many files of another run may have to be passed by.
const MAX_ATTEMPTS: usize = 100;

/// Creates a temporary file for `target` next to it, and locks it. The first one in a directory
/// removes those that earlier runs left behind there.
pub fn create(target: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    static CLEANED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let is_first = {
        let mut cleaned = CLEANED.lock().unwrap_or_else(PoisonError::into_inner);
        cleaned.insert(directory.to_path_buf())
    };
    if is_first {
        remove_stale(directory);
    }
    let prefix = prefix(target);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).rand_bytes(RANDOM_LENGTH);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    for _ in 0..MAX_ATTEMPTS {
        let file = builder.tempfile_in(directory)?;
        // Between its creation and its lock, another run may take it for a stale one.
        let is_locked = system::try_lock(file.as_file());
        let is_lost = is_locked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        if !is_lost && file.path().exists() {
            return Ok(file);
        }
    }
    Err(io::Error::other("temporary files disappear"))
}

fn prefix(target: &Path) -> OsString {
    let mut prefix = OsString::new();
    let name = target.file_name().unwrap_or_default();
    if (1..=MAX_NAME).contains(&name.len()) {
        prefix.push(".");
        prefix.push(name);
    }
    prefix.push(MARK);
    prefix
}

/// Whether a temporary file may have this name.
pub fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let Some(mark) = name.len().checked_sub(MARK.len() + RANDOM_LENGTH) else { return false };
    let (target, end) = name.split_at(mark);
    (target.is_empty() || target.starts_with(b"."))
        && end.starts_with(MARK.as_bytes())
        && end[MARK.len()..].iter().all(u8::is_ascii_alphanumeric)
}

/// Removes the temporary files in `directory` that no process uses. Errors are ignored: the files
/// may be those of another user.
fn remove_stale(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_file = || entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_temporary(&entry.file_name()) && is_file() {
            let _ = remove_unlocked(&entry.path());
        }
    }
}

fn remove_unlocked(path: &Path) -> io::Result<()> {
    // Locks on NFS need a file that is open for writing.
    let file: File = OpenOptions::new().read(true).write(true).open(path)?;
    system::try_lock(&file)?;
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_temporary_files_are_recognized() {
        let rows = [
            ("a.log", ".a.log.imerr-annotate-"),
            ("d/.hidden", "..hidden.imerr-annotate-"),
            ("d/..", ".imerr-annotate-"),
        ];
        for (target, wanted) in rows {
            let prefix = prefix(Path::new(target));
            assert_eq!(prefix, wanted);
            for (end, wanted) in
                [("a1B2c3", true), ("a1B2c", false), ("a1B2c3d", false), ("a1B2c-", false)]
            {
                let mut name = prefix.clone();
                name.push(end);
                assert_eq!(is_temporary(&name), wanted, "{target} {end}");
            }
        }
        for other in ["a.imerr-annotate-a1B2c3", "a1B2c3", ""] {
            assert!(!is_temporary(OsStr::new(other)), "{other}");
        }
        let long = "x".repeat(255);
        assert_eq!(prefix(Path::new(&long)), MARK);
    }
}
