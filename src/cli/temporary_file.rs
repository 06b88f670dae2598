//! The names of temporary files, and the removal of those that earlier runs left behind.
//!
//! A process that is killed cannot remove its temporary files. Each one is locked while its process
//! lives, so a later run recognizes those that it may remove, also while other runs write to the
//! same directory.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

use super::system;
use imerr::lock::lock;

/// The end of each name is this, 16 random hexadecimal digits, and 16 digits that are computed from
/// them: no other file has such a name by chance. The beginning is a dot and the name of the file
/// that is written.
const MARK: &str = ".imerr-annotate-";
const DIGITS: usize = 16;

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
        let mut cleaned = lock(&CLEANED);
        cleaned.insert(directory.to_path_buf())
    };
    if is_first {
        remove_stale(directory);
    }
    for _ in 0..MAX_ATTEMPTS {
        let name = name(target, RandomState::new().hash_one(0));
        let mut builder = tempfile::Builder::new();
        builder.prefix(&name).rand_bytes(0);
        if let Some(permissions) = &permissions {
            builder.permissions(permissions.clone());
        }
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

/// The name of a temporary file for `target`, with this random number.
fn name(target: &Path, random: u64) -> OsString {
    let mut name = OsString::new();
    let target = target.file_name().unwrap_or_default();
    if (1..=MAX_NAME).contains(&target.len()) {
        name.push(".");
        name.push(target);
    }
    name.push(format!("{MARK}{random:016x}{:016x}", check_digits(random)));
    name
}

/// The digits that follow the random ones: the number times the fractional digits of the golden
/// ratio.
fn check_digits(random: u64) -> u64 {
    (random ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Whether `name` is one of a temporary file.
pub fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let Some(mark) = name.len().checked_sub(MARK.len() + 2 * DIGITS) else { return false };
    let (target, end) = name.split_at(mark);
    let Some(digits) = end.strip_prefix(MARK.as_bytes()) else { return false };
    let (random, check) = digits.split_at(DIGITS);
    let is_begun_right = target.is_empty() || target.starts_with(b".");
    is_begun_right
        && number(random).is_some_and(|random| number(check) == Some(check_digits(random)))
}

/// The number with these hexadecimal digits, in lower case.
fn number(digits: &[u8]) -> Option<u64> {
    let is_written_so = digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_written_so)?;
    u64::from_str_radix(digits, 16).ok()
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
            (&"x".repeat(255), ".imerr-annotate-"),
        ];
        for (target, wanted) in rows {
            for random in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
                let name = name(Path::new(target), random).into_string().expect("it is ASCII");
                assert!(name.starts_with(wanted) && name.len() <= 255, "{name}");
                assert!(is_temporary(OsStr::new(&name)), "{name}");
                let others = [
                    format!("a{name}"),
                    format!("{name}0"),
                    name.replace(MARK, ".imerr-annotated-"),
                    name[..name.len() - 1].to_string(),
                    name[..name.len() - DIGITS].to_string() + "0123456789abcdef",
                ];
                for other in others {
                    assert!(!is_temporary(OsStr::new(&other)), "{other}");
                }
            }
        }
        for other in ["a.imerr-annotate-a1B2c3", ".a.log.imerr-annotate-a1B2c3", "a1B2c3", ""] {
            assert!(!is_temporary(OsStr::new(other)), "{other}");
        }
    }
}
