//! Finds the files that had a path between two polls and were moved away.
//!
//! Rotation by numbers moves `app.log.1` to `app.log.2` and so on, and then `app.log` to
//! `app.log.1`. So the files at lower numbers than the file that was read last are newer than it.
//! Rotation by dates (`dateext` of logrotate) moves `app.log` to `app.log-20261128`. Both may
//! compress the files, at once or at the next rotation.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::content_sample::ContentSample;
use super::copies::{self, RotatedCopy};
use super::growing_file::GrowingFile;

/// The highest number that is examined.
const MAX_NUMBER: u32 = 64;

/// The extensions of compressed files. Whether one is compressed is decided by its content.
const COMPRESSED: [&str; 5] = ["gz", "zst", "xz", "bz2", "lz4"];

/// The file that was read last.
pub(super) struct LastRead<'f> {
    /// None if only its content is known.
    pub(super) file: Option<&'f Handle>,
    /// What was read of it, up to `position`.
    pub(super) sample: &'f ContentSample,
    pub(super) position: u64,
    /// When it was modified, as far as is known from the time before it was moved. Programs may
    /// still write to it after files that are newer.
    pub(super) modified: SystemTime,
}

/// The files that had a path after the one that was read last.
#[derive(Default)]
pub(super) struct MissedFiles {
    pub(super) oldest_first: Vec<Arc<Handle>>,
    /// Whether there may have been others, which cannot be found or opened.
    pub(super) may_be_more: bool,
    /// Whether neither the file that was read last nor a newer one is found.
    pub(super) last_is_gone: bool,
}

/// The files that had the path `path` after `last` and before `next`.
///
/// If `last` has vanished, all files that were modified after it count. Costs a look-up of each
/// number after the path up to that of `last`; and at all names in the directory if `last` is at
/// none of them.
pub(super) fn files_between(path: &Path, last: &LastRead<'_>, next: &Handle) -> MissedFiles {
    let mut walk = Walk::new(last, next);
    let is_found = walk.visit_numbered(path) || dated(path).iter().any(|file| walk.visit(file));
    let mut newest_first = walk.newest_first;
    if !is_found {
        newest_first.retain(|file| modified(file.as_file()) > last.modified);
    }
    MissedFiles {
        may_be_more: walk.is_unreadable || !is_found && !newest_first.is_empty(),
        last_is_gone: !is_found && newest_first.is_empty(),
        oldest_first: newest_first.into_iter().rev().collect(),
    }
}

/// The copies made of `growing`, which is at `path`, after the one in which its rest was read: the
/// contents that it had before its present one. None if that copy is unknown.
pub(super) fn newer_copies(path: &Path, growing: &GrowingFile) -> MissedFiles {
    let Some(RotatedCopy { file: copy, .. }) = &growing.copy else { return MissedFiles::default() };
    let file = &growing.file;
    let modified = copy.as_ref().map_or(SystemTime::UNIX_EPOCH, |copy| modified(copy.as_file()));
    let last = LastRead { file: copy.as_ref(), ..growing.last_read(modified) };
    let mut walk = Walk::new(&last, file);
    if !walk.visit_numbered(path) && !dated(path).iter().any(|file| walk.visit(file)) {
        return MissedFiles::default();
    }
    // A copy of what the file still contains is read in the file itself.
    let mut oldest_first: Vec<_> = walk.newest_first.into_iter().rev().collect();
    oldest_first.retain(|copy| !begins_with(file.as_file(), copy.as_file()).unwrap_or(false));
    MissedFiles { oldest_first, may_be_more: walk.is_unreadable, last_is_gone: false }
}

/// Whether `file` begins with the content of `start`, judged by a sample.
fn begins_with(file: &File, start: &File) -> io::Result<bool> {
    let length = start.metadata()?.len();
    ContentSample::of(start, length)?.matches_file(file, length)
}

/// The visit of rotated files from the newest to the one that was read last.
struct Walk<'w> {
    last: &'w LastRead<'w>,
    next: &'w Handle,
    newest_first: Vec<Arc<Handle>>,
    /// Whether a file that may have been missed cannot be opened.
    is_unreadable: bool,
}

impl<'w> Walk<'w> {
    fn new(last: &'w LastRead<'w>, next: &'w Handle) -> Self {
        Self { last, next, newest_first: Vec::new(), is_unreadable: false }
    }

    /// Visits the files at the numbers after `path`. Returns whether the last one is among them.
    fn visit_numbered(&mut self, path: &Path) -> bool {
        let mut last_was_free = false;
        for number in 0..=MAX_NUMBER {
            let Some(file) = file_at(&with_suffix(path, &number.to_string())) else {
                // One number may be free while a rotation is in progress.
                if last_was_free {
                    break;
                }
                // Most rotations begin with 1.
                last_was_free = number > 0;
                continue;
            };
            last_was_free = false;
            if self.visit(&file) {
                return true;
            }
        }
        false
    }

    /// Adds the file at `path`, unless it is the one that was read last: then returns true.
    fn visit(&mut self, path: &Path) -> bool {
        let file = match Handle::from_path(path) {
            Ok(file) => file,
            Err(_) => {
                let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
                self.is_unreadable |= modified.is_ok_and(|modified| modified > self.last.modified);
                return false;
            }
        };
        if self.last.is_in(&file) {
            return true;
        }
        // A file that is met twice was moved in the meantime, and the files after it will be met
        // again too.
        if let Some(index) = self.newest_first.iter().position(|found| **found == file) {
            self.newest_first.truncate(index + 1);
        } else if file == *self.next {
            self.newest_first.clear();
        } else if modified(file.as_file()) >= self.last.modified {
            // Numbers that count upwards, or mean something else than an age, lead to older files.
            self.newest_first.push(Arc::new(file));
        }
        false
    }
}

impl LastRead<'_> {
    /// Whether `file` is this file, or has its content in compressed form.
    fn is_in(&self, file: &Handle) -> bool {
        if self.file == Some(file) {
            return true;
        }
        if self.position == 0 {
            return false;
        }
        let reader = file.as_file().try_clone().and_then(copies::decompressed);
        let Ok(Some(mut reader)) = reader else { return false };
        self.sample.matches_stream(&mut reader, self.position).unwrap_or(false)
    }
}

fn modified(file: &File) -> SystemTime {
    file.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// `path`, or the path of its compressed form, if there is such a file.
fn file_at(path: &Path) -> Option<PathBuf> {
    let compressed = COMPRESSED.iter().filter(|_| cfg!(feature = "decode"));
    let mut names = std::iter::once(path.to_path_buf())
        .chain(compressed.map(|extension| with_suffix(path, extension)));
    // A plain file exists until its compressed form is complete. Opening a FIFO would block.
    names.find(|name| fs::metadata(name).is_ok_and(|metadata| metadata.is_file()))
}

/// `path` with `.suffix` appended.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{suffix}"));
    name.into()
}

/// The fewest digits of a date: that of `261128`.
const DATE_DIGITS: usize = 6;

/// The files with a date after `path`, the newest first.
fn dated(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name() else { return Vec::new() };
    let Ok(directory) = fs::read_dir(path.with_file_name(".")) else { return Vec::new() };
    let mut names: Vec<OsString> = Vec::new();
    for entry in directory.flatten() {
        let other = entry.file_name();
        let plain = without_compression(&other);
        let suffix = plain.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        if suffix.is_some_and(is_date) {
            names.push(plain.to_os_string());
        }
    }
    names.sort_unstable();
    names.dedup();
    names.iter().rev().filter_map(|name| file_at(&path.with_file_name(name))).collect()
}

fn is_date(suffix: &[u8]) -> bool {
    let digits = suffix.iter().filter(|byte| byte.is_ascii_digit()).count();
    suffix.first().is_some_and(is_separator)
        && digits >= DATE_DIGITS
        && suffix.iter().all(|byte| byte.is_ascii_digit() || is_separator(byte) || *byte == b'T')
}

fn is_separator(byte: &u8) -> bool {
    matches!(byte, b'-' | b'.' | b'_' | b':')
}

/// `name` without an extension of compressed files.
fn without_compression(name: &OsStr) -> &OsStr {
    let path = Path::new(name);
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    if COMPRESSED.contains(&extension) { path.file_stem().unwrap_or(name) } else { name }
}

/// Whether a rotation may copy or compress the file at `original` to `path`. The paths differ in a
/// number or date at the end; between two of those a rotation compresses only.
pub(super) fn is_rotated_path(path: &Path, original: &Path) -> bool {
    let (Some(name), Some(original_name)) = (path.file_name(), original.file_name()) else {
        return false;
    };
    let base = base_name(path);
    let is_base = original_name.as_encoded_bytes() == base;
    path != original
        && path.parent() == original.parent()
        && base == base_name(original)
        && (is_base || without_compression(name) != name)
}

/// The name of the file at `path` without a number or date at its end.
fn base_name(path: &Path) -> &[u8] {
    let name = without_compression(path.file_name().unwrap_or_default()).as_encoded_bytes();
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(last) = name.iter().rposition(|byte| !is_digit(byte) && !is_separator(byte)) else {
        return name;
    };
    let suffix = &name[last + 1..];
    if suffix.first().is_some_and(is_separator) { &name[..=last] } else { name }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::input::tail::read_at;

    /// The name of a file after that of the log, its content, and the second of its last change.
    type Rotated = (&'static str, &'static str, u64);

    fn write(path: &Path, content: &[u8], second: u64) {
        fs::write(path, content).expect("the directory is writable");
        let file = File::options().append(true).open(path).expect("the file exists");
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(second))
            .expect("the file is writable");
    }

    /// The concatenated contents of the files found between `a`, which was written in second 10,
    /// and `z`. A `!` follows if there may be more.
    fn found(rotated: &[Rotated]) -> String {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("log");
        let file_of = |letter: &str| directory.path().join(format!("file {letter}"));
        write(&file_of("a"), b"a", 10);
        write(&file_of("z"), b"z", 99);
        for (name, letter, second) in rotated {
            write(&file_of(letter), letter.as_bytes(), *second);
            fs::hard_link(file_of(letter), path.with_file_name(format!("log{name}")))
                .expect("the directory is writable");
        }
        let handle = |letter: &str| Handle::from_path(file_of(letter)).expect("the file exists");
        let last = handle("a");
        let sample = ContentSample::of(last.as_file(), 1).expect("the file exists");
        let modified = modified(last.as_file());
        let last = LastRead { file: Some(&last), sample: &sample, position: 1, modified };
        let missed = files_between(&path, &last, &handle("z"));
        let mut text = String::new();
        for file in missed.oldest_first {
            let content = read_at(file.as_file(), 0, 9).expect("the file exists");
            text += str::from_utf8(&content).expect("the content is text");
        }
        text + if missed.may_be_more { "!" } else { "" }
    }

    #[test]
    fn newer_files_are_found_by_numbers_and_dates() {
        let rows: [(&[Rotated], &str); 21] = [
            (&[], ""),
            (&[(".1", "a", 10)], ""),
            (&[(".1", "b", 12), (".2", "a", 10)], "b"),
            (&[(".1", "c", 13), (".2", "b", 12), (".3", "a", 10), (".4", "x", 9)], "bc"),
            (&[(".1", "c", 10), (".2", "b", 10), (".3", "a", 10)], "bc"),
            (&[(".0", "c", 12), (".1", "b", 11), (".2", "a", 10)], "bc"),
            // A late line was written to a file that was replaced.
            (&[(".1", "c", 13), (".2", "b", 14), (".3", "a", 10)], "bc"),
            // During a rotation: a number is free, a file is met twice, the next file has a number.
            (&[(".2", "b", 12), (".3", "a", 10)], "b"),
            (&[(".1", "b", 12), (".2", "b", 12), (".3", "a", 10)], "b"),
            (
                &[
                    (".1", "c", 13),
                    (".2", "b", 12),
                    (".3", "c", 13),
                    (".4", "b", 12),
                    (".5", "a", 10),
                ],
                "bc",
            ),
            (&[(".1", "y", 15), (".2", "z", 99), (".3", "b", 12), (".4", "a", 10)], "b"),
            // Numbers that count upwards.
            (&[(".1", "b", 9), (".2", "a", 10)], ""),
            // The last file has vanished.
            (&[(".1", "c", 12), (".2", "b", 11), (".3", "x", 9)], "bc!"),
            (&[(".1", "b", 12), (".4", "a", 10)], "b!"),
            (&[(".1", "x", 9)], ""),
            // Dates.
            (&[("-20261127", "a", 10)], ""),
            (&[("-20261127", "a", 10), ("-20261129", "c", 12), ("-20261128", "b", 11)], "bc"),
            (&[("-20261127", "x", 9), ("-20261128-1764288000", "b", 11)], "b!"),
            (&[(".2026-11-28", "b", 11), (".2026-11-27T10:00", "a", 10)], "b"),
            // Other files.
            (&[(".err", "x", 12), (".1x", "x", 12), ("-2026", "x", 12), ("20261128", "x", 12)], ""),
            (&[(".1.bak", "x", 12), ("-20261128.txt", "x", 12), ("2.1", "x", 12)], ""),
        ];
        for (rotated, wanted) in rows {
            assert_eq!(found(rotated), wanted, "{rotated:?}");
        }
    }

    #[test]
    fn copies_have_a_number_or_a_date() {
        let rows = [
            ("a/log.1", "a/log", true),
            ("a/log.2.gz", "a/log.1", true),
            ("a/log-20261128.xz", "a/log", true),
            ("a/log", "a/log.1", false),
            ("a/log.10", "a/log.1", false),
            ("log2", "log1", false),
            ("b/log.1", "a/log", false),
            ("a/log.err", "a/log", false),
            ("a/1.1", "a/1.2", false),
            ("a/log", "a/log", false),
        ];
        for (path, original, wanted) in rows {
            let found = is_rotated_path(Path::new(path), Path::new(original));
            assert_eq!(found, wanted, "{path} {original}");
        }
    }
}
