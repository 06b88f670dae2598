//! Output files: written under a temporary name and renamed when they are complete, and never onto
//! each other or an input.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use imerr::input::Input;
use imerr::lock::lock;
use tempfile::NamedTempFile;

use super::color::stdout_file;
use super::error::Error;
use super::system::{self, FileId};
use super::temporary_file;

const BUFFER: usize = 64 << 10;

/// Limits how many symbolic links are followed, as Linux does.
const MAX_LINKS: usize = 40;

/// A file that gets its name with [`commit`](Self::commit), and disappears without it.
pub struct AtomicFile {
    file: BufWriter<NamedTempFile>,
    target: PathBuf,
}

impl AtomicFile {
    /// Starts a file for `path`, next to it. Where `path` is a symbolic link, the file that it
    /// leads to is written.
    pub fn create(path: &Path, permissions: Option<Permissions>) -> io::Result<Self> {
        let target = resolve_links(path)?;
        let file = temporary_file::create(&target, permissions)?;
        unfinished().insert(file.path().to_path_buf());
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), target })
    }

    /// Renames the file to its name. Without `replace`, it is an error if a file of that name
    /// exists.
    pub fn commit(self, replace: bool) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let temporary = file.path().to_path_buf();
        let renamed =
            if replace { file.persist(&self.target) } else { file.persist_noclobber(&self.target) };
        unfinished().remove(&temporary);
        renamed.map(drop).map_err(|failed| failed.error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// Does nothing, since nothing reads the file before it is complete.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a document to `path` as a whole: if that fails, a file of this name stays as it is.
pub fn replace(path: &Path, document: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        // A FIFO or a device cannot be renamed to.
        return OpenOptions::new().write(true).open(path)?.write_all(document);
    }
    let mut file = AtomicFile::create(path, system::permissions(None))?;
    file.write_all(document)?;
    file.commit(true)
}

/// Appends a document to the file at `path`, which is created if it does not exist.
pub fn append(path: &Path, document: &[u8]) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(document)
}

/// The temporary files that were not renamed. Some no longer exist, since a file that is not
/// committed disappears by itself.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes all temporary files. Only for a signal that ends the process, since their writers do not
/// notice.
pub fn remove_unfinished() {
    for path in &*unfinished() {
        let _ = fs::remove_file(path);
    }
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    lock(&UNFINISHED)
}

/// The inputs and the output files of a run, each with a description, to find an output that would
/// replace one of them.
#[derive(Default)]
pub struct ClaimedFiles(HashMap<FileKey, String>);

/// Identifies a file, whatever name or link leads to it: by the part of its path that exists, and
/// the names after that.
type FileKey = (FileId, PathBuf);

impl ClaimedFiles {
    /// Claims the inputs, and the file that standard output goes to.
    pub fn new(inputs: &[Input]) -> Self {
        let mut files = HashMap::new();
        for input in inputs {
            if let Input::Path(path) = input
                && path.is_file()
                && let Ok(key) = file_key(path)
            {
                files.insert(key, format!("the input {}", path.display()));
            }
        }
        if let Some(stdout) = stdout_file()
            && let Ok(id) = system::handle_id(&stdout)
        {
            files.insert((id, PathBuf::new()), "standard output".to_string());
        }
        Self(files)
    }

    /// Claims `path` for an output. It is an error if an input or an earlier output is the same
    /// file, by whatever name or link.
    pub fn claim(&mut self, path: &Path, description: String) -> Result<(), Error> {
        let key = file_key(path).map_err(|error| Error::of_io(path, &error))?;
        if let Some(claimed) = self.0.get(&key) {
            return Err(Error::of_path(path, format!("is the same file as {claimed}")));
        }
        self.0.insert(key, description);
        Ok(())
    }
}

fn file_key(path: &Path) -> io::Result<FileKey> {
    let path = resolve_links(path)?;
    for ancestor in path.ancestors() {
        if let Ok(existing) = system::file_id(or_current_dir(ancestor)) {
            let missing = path.strip_prefix(ancestor).unwrap_or(Path::new("")).to_path_buf();
            return Ok((existing, missing));
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// The path of the file that is written through `path`, which may be a symbolic link to a file that
/// does not exist.
fn resolve_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = parent(&path).join(target),
            // Not a link.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

fn parent(path: &Path) -> &Path {
    or_current_dir(path.parent().unwrap_or(Path::new("")))
}

fn or_current_dir(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("the directory exists");
        entries
            .map(|entry| entry.expect("it can be listed").file_name().display().to_string())
            .collect()
    }

    #[test]
    fn files_and_documents_are_replaced_when_they_are_complete() {
        let dir = tempfile::tempdir().expect("a directory for the test");
        let target = dir.path().join("a.log");
        let first = begin(&target, b"one");
        assert!(!target.exists());
        drop(first);
        assert!(names(dir.path()).is_empty());
        begin(&target, b"two").commit(false).expect("the name is free");
        let refused = begin(&target, b"three").commit(false).map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&target).expect("it was committed"), b"two");
        begin(&target, b"four").commit(true).expect("the file is ours");
        assert_eq!(fs::read(&target).expect("it was committed"), b"four");
        assert_eq!(names(dir.path()), ["a.log"]);
        // In the same test, since it removes the files of all threads.
        let unfinished = begin(&target, b"five");
        assert_eq!(names(dir.path()).len(), 2);
        remove_unfinished();
        assert_eq!(names(dir.path()), ["a.log"]);
        drop(unfinished);
        check_documents();
    }

    fn begin(target: &Path, text: &[u8]) -> AtomicFile {
        let mut file = AtomicFile::create(target, None).expect("the directory is writable");
        file.write_all(text).expect("the disk has room");
        file
    }

    fn check_documents() {
        let dir = tempfile::tempdir().expect("a directory for the test");
        let path = dir.path().join("a.json");
        replace(&path, b"one").expect("the directory is writable");
        replace(&path, b"two").expect("the file is ours");
        append(&path, b"+").expect("the file is writable");
        assert_eq!(fs::read(&path).expect("the file exists"), b"two+");
        assert_eq!(names(dir.path()), ["a.json"]);
    }

    #[test]
    fn a_file_is_claimed_once_by_any_path_or_link() {
        let dir = tempfile::tempdir().expect("a directory for the test");
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("sub")).expect("the directory is writable");
        fs::write(path("input"), "").expect("the directory is writable");
        fs::write(path("old"), "").expect("the directory is writable");
        fs::hard_link(path("old"), path("hard")).expect("the directory is writable");
        let inputs = [Input::Path(path("input"))];
        let mut files = ClaimedFiles::new(&inputs);
        let rows = [
            ("sub/../input", "the input"),
            ("old", ""),
            ("hard", "old"),
            ("sub/../old", "old"),
            ("new", ""),
            ("sub/../new", "new"),
            ("sub/new", ""),
            ("missing/new", ""),
            ("missing/other", ""),
            ("sub/../missing/new", "missing/new"),
        ];
        for (name, expected) in rows {
            let claimed = files.claim(&path(name), name.to_string());
            let error = claimed.err().map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(error.is_empty(), expected.is_empty(), "{name}: {error}");
            assert!(error.contains(expected), "{name}: {error}");
        }
    }
}
