//! The copy that was made of a file before it was cut off.
//!
//! Who copies a log and then cuts it off (`copytruncate` of logrotate) leaves in the copy what nobody had read by then.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use same_file::Handle;

use super::skipped;
use super::witness::Witness;

/// So many files that could be the copy are looked into.
const LIMIT: usize = 16;

/// The file that stands beside `path` under a longer name and holds what was read of it up to `position`; the newest of several.
///
/// None if nothing was read, since then nothing tells the copy from others. Costs a look at each name in the directory.
pub(super) fn find(path: &Path, witness: &Witness, position: u64) -> Option<Handle> {
    let name = path.file_name()?.as_encoded_bytes();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut candidates: Vec<_> = fs::read_dir(folder).ok()?.filter_map(Result::ok).collect();
    candidates.retain(|entry| {
        let other = entry.file_name();
        other.len() > name.len() && other.as_encoded_bytes().starts_with(name)
    });
    let mut files: Vec<(SystemTime, fs::DirEntry)> = candidates
        .into_iter()
        .filter_map(|entry| {
            // Before it is opened: a FIFO would wait.
            let about = entry.metadata().ok().filter(|about| about.is_file() && about.len() >= position)?;
            Some((about.modified().ok()?, entry))
        })
        .collect();
    files.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
    let holds = |file: &File| position > 0 && witness.stands(file, position).unwrap_or(false);
    let mut handles = files.into_iter().take(LIMIT).filter_map(|(_, entry)| Handle::from_path(entry.path()).ok());
    handles.find(|handle| holds(handle.as_file()))
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
