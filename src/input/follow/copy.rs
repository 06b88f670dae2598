//! The copy that was made of a file before it was cut off.
//!
//! Who copies a log and then cuts it off (`copytruncate` of logrotate) leaves in the copy what nobody had read by then. It may be
//! compressed before anybody looks.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::skipped;
use super::witness::Witness;
use crate::input::encoding::Encoding;
use crate::input::source::Source;

/// So many files that could be the copy are looked into.
const LIMIT: usize = 16;

/// The copy of a file, in which reading goes on.
pub(super) struct Copy {
    /// What it holds behind what was read.
    pub(super) rest: Box<dyn Read + Send>,
    /// The file, unless it is a compressed one: that is another file than the copy was.
    pub(super) file: Option<Handle>,
}

/// The copy that stands beside `path` under a longer name and holds what was read up to `position`; the newest of several.
///
/// None if nothing was read, since then nothing tells the copy from others. Costs a look at each name in the directory, and what
/// is compressed is read up to `position` if it begins as the file did.
pub(super) fn find(path: &Path, witness: &Witness, position: u64) -> Option<Copy> {
    if position == 0 {
        return None;
    }
    let look = || {
        let mut files: Vec<(SystemTime, PathBuf)> = beside(path)?.collect();
        files.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
        files.truncate(LIMIT);
        let find = |at: fn(&Path, &Witness, u64) -> io::Result<Option<Copy>>| {
            files.iter().find_map(|(_, path)| at(path, witness, position).ok().flatten())
        };
        // The plain one stands there until the compressed one is complete.
        find(plain).or_else(|| find(compressed))
    };
    // It may be gone by the time when it is opened, and then is a compressed one.
    look().or_else(look)
}

/// The files beside `path` under longer names, and when each was changed last.
fn beside(path: &Path) -> Option<impl Iterator<Item = (SystemTime, PathBuf)>> {
    let name = path.file_name()?.as_encoded_bytes().to_vec();
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = fs::read_dir(folder).ok()?.filter_map(Result::ok).filter_map(move |entry| {
        let other = entry.file_name();
        let is_longer = other.len() > name.len() && other.as_encoded_bytes().starts_with(&name);
        // Before it is opened: a FIFO would wait.
        let about =
            is_longer.then(|| entry.metadata().ok()).flatten().filter(fs::Metadata::is_file)?;
        Some((about.modified().ok()?, entry.path()))
    });
    Some(files)
}

fn plain(path: &Path, witness: &Witness, position: u64) -> io::Result<Option<Copy>> {
    let handle = Handle::from_path(path)?;
    if !witness.stands(handle.as_file(), position)? {
        return Ok(None);
    }
    // From now on nobody else moves the place that both read at.
    let mut rest = handle.as_file().try_clone()?;
    rest.seek(SeekFrom::Start(position))?;
    Ok(Some(Copy { rest: Box::new(rest), file: Some(handle) }))
}

fn compressed(path: &Path, witness: &Witness, position: u64) -> io::Result<Option<Copy>> {
    let mut rest = Source::decoding(Box::new(File::open(path)?), Encoding::None);
    rest.settle()?;
    let is_it = rest.is_decompressed() && witness.begins(&mut rest, position)?;
    Ok(is_it.then(|| Copy { rest: Box::new(rest), file: None }))
}

/// The copies that were made behind `copy` of the file that stands at `path`, the oldest first: those of all that it held before
/// what it holds now.
pub(super) fn since(path: &Path, copy: &Handle, file: &Handle) -> Vec<Arc<Handle>> {
    let mut copies = skipped::between(path, copy, file);
    // What was copied, and not yet cut off, is still to be read in the file.
    copies.retain(|copy| !begins_with(file.as_file(), copy.as_file()).unwrap_or(false));
    copies
}

/// Whether `file` begins with what `start` holds, as far as a witness tells.
fn begins_with(file: &File, start: &File) -> io::Result<bool> {
    let length = start.metadata()?.len();
    Witness::of(start, length)?.stands(file, length)
}
