//! Finds what a rotation did with a file: the copy that it made of it before truncating it, and the
//! files that had a path between two looks and were moved away.
//!
//! A rotation that copies a log and then truncates it (`copytruncate` of logrotate) leaves the
//! unread lines only in the copy. The copy may be compressed soon after.
//!
//! Rotation by numbers moves `app.log.1` to `app.log.2` and so on, and then `app.log` to
//! `app.log.1`. So the files at lower numbers than the file that was read last are newer than it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::content_sample::ContentSample;
use super::growing_file::GrowingFile;
use crate::input::decoding_reader::DecodingReader;
use crate::input::encoding::Encoding;

/// The most files that can be the copy.
const CANDIDATES: usize = 16;

/// The copy of a file, in which reading continues.
pub(super) struct RotatedCopy {
    /// The content after what was read of the file.
    pub(super) rest: Box<dyn Read + Send>,
    /// The copy itself; `None` if it is compressed, since that is another file than the copy was.
    pub(super) file: Option<Handle>,
}

/// Finds the newest file beside `path` whose name is longer and that begins with what was read of
/// `path` up to `position`.
///
/// Returns `None` if nothing was read: then nothing distinguishes the copy from other files. Costs
/// a look at each name in the directory. A compressed file is decompressed up to `position` if it
/// begins as the file did.
pub(super) fn find_copy(path: &Path, sample: &ContentSample, position: u64) -> Option<RotatedCopy> {
    if position == 0 {
        return None;
    }
    // A plain copy may be replaced by a compressed one between the listing and the opening. So try
    // twice.
    find_copy_once(path, sample, position).or_else(|| find_copy_once(path, sample, position))
}

fn find_copy_once(path: &Path, sample: &ContentSample, position: u64) -> Option<RotatedCopy> {
    let candidates = candidates(path)?;
    // The plain copy exists until the compressed one is complete, so look for it first.
    for open in [open_plain, open_compressed] {
        for candidate in &candidates {
            if let Ok(Some(copy)) = open(candidate, sample, position) {
                return Some(copy);
            }
        }
    }
    None
}

/// The most recently modified files beside `path` whose names begin with its name, the newest
/// first.
fn candidates(path: &Path) -> Option<Vec<PathBuf>> {
    let name = path.file_name()?.as_encoded_bytes();
    let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(path.with_file_name(".")).ok()?.flatten() {
        let other = entry.file_name();
        if other.len() <= name.len() || !other.as_encoded_bytes().starts_with(name) {
            continue;
        }
        // Checked before opening: opening a FIFO blocks.
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
            && let Ok(modified) = metadata.modified()
        {
            files.push((modified, entry.path()));
        }
    }
    files.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
    files.truncate(CANDIDATES);
    Some(files.into_iter().map(|(_, path)| path).collect())
}

fn open_plain(
    path: &Path,
    sample: &ContentSample,
    position: u64,
) -> io::Result<Option<RotatedCopy>> {
    let handle = Handle::from_path(path)?;
    if !sample.matches_file(handle.as_file(), position)? {
        return Ok(None);
    }
    // The clone shares its position with the handle. From here on only the clone moves it.
    let mut rest = handle.as_file().try_clone()?;
    rest.seek(SeekFrom::Start(position))?;
    Ok(Some(RotatedCopy { rest: Box::new(rest), file: Some(handle) }))
}

fn open_compressed(
    path: &Path,
    sample: &ContentSample,
    position: u64,
) -> io::Result<Option<RotatedCopy>> {
    let mut rest = DecodingReader::new(Box::new(File::open(path)?), Encoding::None, true);
    rest.detect()?;
    if !rest.is_decompressed || !sample.matches_stream(&mut rest, position)? {
        return Ok(None);
    }
    Ok(Some(RotatedCopy { rest: Box::new(rest), file: None }))
}

/// The copies made of `growing`, which is at `path`, after the one in which its rest was read, the
/// oldest first: the contents that it had before its present one. None if that copy is unknown.
pub(super) fn newer_copies(path: &Path, growing: &GrowingFile) -> Vec<Arc<Handle>> {
    let Some(RotatedCopy { file: Some(copy), .. }) = &growing.copy else { return Vec::new() };
    let file = &growing.file;
    let mut copies = files_between(path, copy, file);
    // A copy of what the file still contains is read in the file itself.
    copies.retain(|copy| !begins_with(file.as_file(), copy.as_file()).unwrap_or(false));
    copies
}

/// Whether `file` begins with the content of `start`, judged by a sample.
fn begins_with(file: &File, start: &File) -> io::Result<bool> {
    let length = start.metadata()?.len();
    ContentSample::of(start, length)?.matches_file(file, length)
}

/// The highest number that is examined, and so the most missed files that can be found.
const MAX_NUMBER: u32 = 64;

/// The files that had the path `path` after `last` and before `next`, the oldest first.
///
/// Returns nothing if `last` is at no number, or if the files after it were not written in that
/// order. Costs opening the file at each number up to that of `last`.
pub(super) fn files_between(path: &Path, last: &Handle, next: &Handle) -> Vec<Arc<Handle>> {
    let mut newest_first: Vec<Arc<Handle>> = Vec::new();
    let mut last_was_free = false;
    for number in 1..=MAX_NUMBER {
        let Some(handle) = open_file(&numbered(path, number)) else {
            // One number may be free while a rotation is in progress.
            if last_was_free {
                break;
            }
            last_was_free = true;
            continue;
        };
        last_was_free = false;
        if handle == *last {
            newest_first.reverse();
            let oldest_first = newest_first;
            if were_written_in_order(last, &oldest_first) {
                return oldest_first;
            }
            return Vec::new();
        }
        // A file that is met twice was moved in the meantime, and the files after it will be met
        // again too.
        if let Some(index) = newest_first.iter().position(|found| **found == handle) {
            newest_first.truncate(index + 1);
        } else if handle == *next {
            newest_first.clear();
        } else {
            newest_first.push(Arc::new(handle));
        }
    }
    Vec::new()
}

/// `path` with `.number` appended.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}

fn open_file(path: &Path) -> Option<Handle> {
    // Checked before opening: opening a FIFO blocks.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Handle::from_path(path).ok()
}

/// Whether no file was modified before the file that precedes it. Numbers that count upwards, or
/// that mean something else than an age, fail this check.
fn were_written_in_order(first: &Handle, others: &[Arc<Handle>]) -> bool {
    let mut previous = SystemTime::UNIX_EPOCH;
    for file in std::iter::once(first).chain(others.iter().map(Arc::as_ref)) {
        match file.as_file().metadata().and_then(|metadata| metadata.modified()) {
            Ok(modified) if modified >= previous => previous = modified,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A number, the content of the file at that number, and the second of its last change.
    type Rotated = (u32, &'static str, u64);

    /// The concatenated contents of the files found between `last` and `next`.
    fn found(rotated: &[Rotated], last: &str, next: &str) -> String {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("a");
        let file_of = |letter: &str| directory.path().join(format!("file {letter}"));
        for letter in [last, next] {
            fs::write(file_of(letter), letter).expect("the directory is writable");
        }
        for (number, letter, second) in rotated {
            fs::write(file_of(letter), letter).expect("the directory is writable");
            let file =
                fs::File::options().append(true).open(file_of(letter)).expect("the file exists");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(*second))
                .expect("the file is writable");
            fs::hard_link(file_of(letter), numbered(&path, *number))
                .expect("the directory is writable");
        }
        let handle = |letter: &str| Handle::from_path(file_of(letter)).expect("the file exists");
        let files = files_between(&path, &handle(last), &handle(next));
        files
            .iter()
            .map(|file| std::io::read_to_string(file.as_file()).expect("the file exists"))
            .collect()
    }

    #[test]
    fn newer_files_are_at_lower_numbers() {
        let rows: [(&[Rotated], &str); 12] = [
            (&[], ""),
            (&[(1, "a", 1)], ""),
            (&[(1, "b", 2), (2, "a", 1)], "b"),
            (&[(1, "c", 3), (2, "b", 2), (3, "a", 1), (4, "x", 0)], "bc"),
            (&[(1, "c", 1), (2, "b", 1), (3, "a", 1)], "bc"),
            // During a rotation: a number is free, a file is met twice, the next file has a number.
            (&[(2, "b", 2), (3, "a", 1)], "b"),
            (&[(1, "b", 2), (2, "b", 2), (3, "a", 1)], "b"),
            (&[(1, "c", 3), (2, "b", 2), (3, "c", 3), (4, "b", 2), (5, "a", 1)], "bc"),
            (&[(1, "y", 5), (2, "z", 4), (3, "b", 2), (4, "a", 1)], "b"),
            // The number of the last file is unknown.
            (&[(1, "b", 2), (2, "c", 1)], ""),
            (&[(1, "b", 2), (4, "a", 1)], ""),
            // Numbers that count upwards.
            (&[(1, "b", 1), (2, "a", 2)], ""),
        ];
        for (rotated, wanted) in rows {
            assert_eq!(found(rotated, "a", "z"), wanted, "{rotated:?}");
        }
    }
}
