//! Which input goes to which file, and what must not be written over.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::ffi::OsString;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Component, Path, PathBuf};

use imerr::input::{FileError, Input};
use same_file::Handle;

use crate::args::{Compression, OutputArgs};
use crate::messages;
use crate::watch::cause;

/// An input and the file for what becomes of it.
#[derive(Debug)]
pub struct Planned<'j> {
    pub input: &'j Input,
    /// The place of the input among all.
    pub place: usize,
    /// The path of the input.
    pub path: &'j Path,
    pub target: PathBuf,
}

/// The files to write, and whether some were refused; that is reported already.
pub fn plan<'j>(inputs: &'j [Input], target: &OutputArgs) -> (Vec<Planned<'j>>, bool) {
    let Some(folder) = &target.directory else { return (Vec::new(), false) };
    if fs::metadata(folder).is_ok_and(|about| !about.is_dir()) {
        messages::error(
            &folder.display().to_string(),
            "is no directory; -o needs one, or the name of one to make",
        );
        return (Vec::new(), true);
    }
    let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
    let mut known = None;
    let mut planned = Vec::new();
    let mut refused = false;
    let mut refuse = |subject: &str, what: &str| {
        refused = true;
        messages::error(subject, what);
    };
    for (place, input) in inputs.iter().enumerate() {
        let Input::Path(path) = input else {
            refuse(
                &input.name(),
                "standard input has no path to mirror below the directory of -o; write it with > FILE",
            );
            continue;
        };
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                refuse(&input.name(), &cause(&FileError::Directory));
                continue;
            }
            Ok(_) => {}
            Err(error) => {
                refuse(&input.name(), &cause(&FileError::Io(error)));
                continue;
            }
        }
        let file = mirrored(path, folder, target.compress);
        let name = file.display().to_string();
        match taken.entry(file.clone()) {
            Entry::Occupied(first) => {
                let first = first.get().display();
                refuse(
                    &input.name(),
                    &format!(
                        "would go to {name}, as {first} does; give them to two runs with different -o"
                    ),
                );
                continue;
            }
            Entry::Vacant(free) => free.insert(path),
        };
        if let Ok(there) = fs::symlink_metadata(&file) {
            let known = known.get_or_insert_with(|| Known::new(inputs));
            if let Some(own) = known.find(&file) {
                refuse(
                    &name,
                    &format!(
                        "is the input {}, which is not written over; give -o another directory",
                        own.display()
                    ),
                );
                continue;
            } else if there.is_dir() {
                refuse(&name, "is a directory; move it away, or give -o another directory");
                continue;
            } else if !target.force {
                refuse(&name, "exists already; --force replaces it");
                continue;
            }
        }
        planned.push(Planned { input, place, path, target: file });
    }
    (planned, refused)
}

/// Endings of compressed files. What is written is not compressed, or otherwise: the name must not say it were.
const PACKED: [&str; 5] = ["gz", "zst", "xz", "bz2", "lz4"];

/// The path of an output: `path` below `folder`, without its root and without `..`, so that it stays in there, and without the
/// ending of a compressed file.
fn mirrored(path: &Path, folder: &Path, compression: Option<Compression>) -> PathBuf {
    let is_packed =
        path.extension().is_some_and(|ending| PACKED.iter().any(|packed| ending == *packed));
    let unpacked = if is_packed { path.with_extension("") } else { path.to_path_buf() };
    let parts = unpacked.components().filter(|part| matches!(part, Component::Normal(_)));
    let mut file: OsString = folder.join(parts.collect::<PathBuf>()).into();
    file.push(compression.map_or("", Compression::extension));
    file.into()
}

/// The inputs by what the system knows them by, so that another name or a link does not hide one.
///
/// A hash stands for a file: to hold the files themselves open would take a descriptor for each.
struct Known<'i>(HashMap<u64, &'i Path>);

impl<'i> Known<'i> {
    fn new(inputs: &'i [Input]) -> Self {
        let paths = inputs.iter().filter_map(|input| match input {
            Input::Path(path) => Some(path.as_path()),
            _ => None,
        });
        Self(paths.filter_map(|path| Some((identity(path)?, path))).collect())
    }

    /// The input that is the same file as `path`.
    fn find(&self, path: &Path) -> Option<&'i Path> {
        self.0
            .get(&identity(path)?)
            .copied()
            .filter(|input| same_file::is_same_file(input, path).unwrap_or(true))
    }
}

/// Only of regular files: to open a FIFO would wait for its writer.
fn identity(path: &Path) -> Option<u64> {
    let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
    let handle = is_file.then(|| Handle::from_path(path).ok()).flatten()?;
    let mut hasher = DefaultHasher::new();
    handle.hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_stay_below_their_folder() {
        let rows = [
            ("a.log", None, "out/a.log"),
            ("./logs/./a.log", None, "out/logs/a.log"),
            ("logs/a.log.gz", None, "out/logs/a.log"),
            ("logs/a.log.xz", Some(Compression::Zstd), "out/logs/a.log.zst"),
            ("/var/log/a.log", None, "out/var/log/a.log"),
            ("../../a.log", None, "out/a.log"),
            ("x/../a.log", None, "out/x/a.log"),
            ("a.log", Some(Compression::Zstd), "out/a.log.zst"),
            ("d/a", Some(Compression::Gzip), "out/d/a.gz"),
        ];
        for (path, compression, wanted) in rows {
            assert_eq!(
                mirrored(Path::new(path), Path::new("out"), compression),
                Path::new(wanted),
                "{path}"
            );
        }
    }
}
