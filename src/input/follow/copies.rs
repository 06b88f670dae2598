//! Finds the copy that a rotation made of a file before truncating it.
//!
//! A rotation that copies a log and then truncates it (`copytruncate` of logrotate) leaves the
//! unread lines only in the copy. The copy may be compressed soon after.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use same_file::Handle;

use super::content_sample::ContentSample;
use crate::input::decoding_reader::DecodingReader;
use crate::input::encoding::Encoding;

/// The most files that can be the copy.
const CANDIDATES: usize = 16;

/// The copy of a file, in which reading continues.
pub(super) struct RotatedCopy {
    /// The content after what was read of the file.
    rest: Box<dyn Read + Send>,
    /// What the file had in this place just before it was truncated, without what was read since.
    last_read: Vec<u8>,
    /// The copy itself; `None` if it is compressed, since that is another file than the copy was.
    pub(super) file: Option<Handle>,
}

impl RotatedCopy {
    /// Reads `bytes` after the copy if they begin as it does: they were read of the file just
    /// before it was truncated, and programs write between the copying and the truncation, too.
    ///
    /// What a truncation cuts off may be read as NUL bytes at the same time.
    pub(super) fn continue_with(&mut self, bytes: &[u8]) {
        let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
        self.last_read = bytes[..end].to_vec();
    }
}

impl Read for RotatedCopy {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(out)?;
        if count == 0 {
            let count = self.last_read.as_slice().read(out)?;
            self.last_read.drain(..count);
            return Ok(count);
        }
        let after = self.last_read.strip_prefix(&out[..count]).unwrap_or_default();
        self.last_read = after.to_vec();
        Ok(count)
    }
}

/// Finds the newest file beside `path` whose name is longer and that begins with what was read of
/// `path` up to `position`.
///
/// Returns `None` if nothing was read: then nothing distinguishes the copy from other files. Costs
/// a look-up of each name in the directory. A compressed file is decompressed up to `position` if
/// it begins as the file did.
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
    Ok(Some(RotatedCopy { rest: Box::new(rest), last_read: Vec::new(), file: Some(handle) }))
}

fn open_compressed(
    path: &Path,
    sample: &ContentSample,
    position: u64,
) -> io::Result<Option<RotatedCopy>> {
    let Some(mut rest) = decompressed(File::open(path)?)? else { return Ok(None) };
    if !sample.matches_stream(&mut rest, position)? {
        return Ok(None);
    }
    Ok(Some(RotatedCopy { rest: Box::new(rest), last_read: Vec::new(), file: None }))
}

/// A reader of the decompressed content of `file`; `None` if it is not compressed.
pub(super) fn decompressed(file: File) -> io::Result<Option<DecodingReader>> {
    (&file).seek(SeekFrom::Start(0))?;
    let mut reader = DecodingReader::new(Box::new(file), Encoding::None, true);
    reader.detect()?;
    Ok(reader.is_decompressed.then_some(reader))
}
