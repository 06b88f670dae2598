//! Reads the files that configure a run. Each kind has a limit, so that a device or a log that is
//! named by mistake cannot take all memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::error::Error;
use super::system;

/// A kind of file that is read as a whole.
pub struct UserFile {
    kind: &'static str,
    /// The most MiB of such a file.
    limit: u64,
    /// What to do about a larger one.
    pub hint: &'static str,
}

pub const CATALOG: UserFile =
    UserFile { kind: "a catalog", limit: 32, hint: "split it into several files" };
pub const BASELINE: UserFile =
    UserFile { kind: "a baseline", limit: 32, hint: "--write-baseline writes one" };
pub const KNOWN: UserFile =
    UserFile { kind: "a file with tickets", limit: 1, hint: "split it into several files" };
pub const CONFIG: UserFile =
    UserFile { kind: "a config file", limit: 1, hint: "name another file with --config" };

impl UserFile {
    /// The content of the file.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let file = File::open(path).map_err(|error| Error::of_io(path, &error))?;
        self.read_all(path, file)
    }

    /// The content of the file; None if it does not exist.
    pub fn read_if_exists(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        match File::open(path) {
            Ok(file) => self.read_all(path, file).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::of_io(path, &error)),
        }
    }

    /// The content of the file; of standard input for `-`.
    pub fn read_or_stdin(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let reader = open_or_stdin(path).map_err(|error| Error::of_io(path, &error))?;
        self.read_all(path, reader)
    }

    fn read_all(&self, path: &Path, reader: impl Read) -> Result<Vec<u8>, Error> {
        let limit = self.limit << 20;
        let mut bytes = Vec::new();
        let read = reader.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| Error::of_io(path, &error))?;
        if bytes.len() as u64 > limit {
            let cause = format!("is larger than {} MiB, the limit for {}", self.limit, self.kind);
            return Err(Error::of_path(path, cause).with_hint(self.hint));
        }
        Ok(bytes)
    }
}

/// The file, or standard input for `-`.
pub fn open_or_stdin(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if is_dash(path) {
        return Ok(Box::new(BufReader::new(system::stdin())));
    }
    Ok(Box::new(BufReader::new(File::open(path)?)))
}

pub fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}
