//! Writing documents to files: whole, or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::system;

/// Writes a file by `write`. It gets its name when it is whole; until then, one of that name stays as it is.
pub fn save(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // A FIFO or a device takes what it is given at once.
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return into(OpenOptions::new().write(true).open(path)?, write);
    }
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".imerr-annotate-");
    if let Some(permissions) = system::permissions() {
        builder.permissions(permissions);
    }
    let draft = builder.tempfile_in(folder)?;
    into(draft.as_file(), write)?;
    draft.persist(path).map(drop).map_err(|error| error.error)
}

/// Adds to a file what `write` writes.
pub fn append(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    into(OpenOptions::new().append(true).create(true).open(path)?, write)
}

fn into(file: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_when_the_new_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("a.json");
        save(&path, |file| file.write_all(b"one")).expect("the folder is writable");
        let broken =
            save(&path, |file| file.write_all(b"two").and_then(|()| Err(io::Error::other("full"))));
        assert!(broken.is_err());
        assert_eq!(fs::read(&path).expect("the file is there"), b"one");
        append(&path, |file| file.write_all(b"+")).expect("the file is writable");
        assert_eq!(fs::read(&path).expect("the file is there"), b"one+");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder is there").count(), 1);
    }
}
