//! Finds the copy that a rotation made of a file before truncating it.
//!
//! A rotation that copies a log and then truncates it (`copytruncate` of logrotate) leaves the
//! unread lines only in the copy. The copy may be compressed soon after.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::content_sample::ContentSample;
use super::growing_file::GrowingFile;
use super::missed_rotations;
use crate::input::decoding_reader::DecodingReader;
use crate::input::encoding::Encoding;

/// The most files that are examined.
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
pub(super) fn find(path: &Path, sample: &ContentSample, position: u64) -> Option<RotatedCopy> {
    if position == 0 {
        return None;
    }
    // A plain copy may be replaced by a compressed one between the listing and the opening. So try
    // twice.
    find_once(path, sample, position).or_else(|| find_once(path, sample, position))
}

fn find_once(path: &Path, sample: &ContentSample, position: u64) -> Option<RotatedCopy> {
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
    let mut copies = missed_rotations::between(path, copy, file);
    // A copy of what the file still contains is read in the file itself.
    copies.retain(|copy| !begins_with(file.as_file(), copy.as_file()).unwrap_or(false));
    copies
}

/// Whether `file` begins with the content of `start`, judged by a sample.
fn begins_with(file: &File, start: &File) -> io::Result<bool> {
    let length = start.metadata()?.len();
    ContentSample::of(start, length)?.matches_file(file, length)
}
