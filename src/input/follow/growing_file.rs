//! A file that grows while it is read, and may be truncated.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use same_file::Handle;

use super::content_sample::ContentSample;
use super::copies::{self, RotatedCopy};
use super::rotations::LastRead;
use crate::input::tail::read_at;
use crate::lock::lock;

/// A file that grows while it is read. At its present end, reading fails with
/// [`ErrorKind::WouldBlock`].
///
/// A truncated file may have grown past the read position before the next poll, so its length is no
/// evidence. Instead the bytes around the last read are read again: the file was not truncated
/// while they are unchanged.
pub(super) struct GrowingFile {
    pub(super) file: Arc<Handle>,
    /// The path of the file. Copies are looked for beside it.
    path: PathBuf,
    /// The offset of the next byte to read.
    pub(super) position: u64,
    pub(super) sample: ContentSample,
    /// Length and modification time at the last poll.
    last_seen: Option<(u64, Option<SystemTime>)>,
    /// Whether the file was truncated after reading began. Its present content is read as a new
    /// generation.
    pub(super) is_truncated: bool,
    /// The copy made before the truncation, in which the rest is read.
    pub(super) copy: Option<RotatedCopy>,
    /// Whether the present end is the final one.
    is_final: bool,
    /// Whether nothing more is read.
    is_stopped: bool,
    /// The error of the last read, until it was reported.
    pub(super) error: Option<io::Error>,
}

impl GrowingFile {
    /// Reads `file`, which is at `path`, from `position` on.
    pub(super) fn new(file: Arc<Handle>, path: &Path, position: u64) -> io::Result<Self> {
        Ok(Self {
            sample: ContentSample::of(file.as_file(), position)?,
            file,
            path: path.to_path_buf(),
            position,
            last_seen: None,
            is_truncated: false,
            copy: None,
            is_final: false,
            is_stopped: false,
            error: None,
        })
    }

    /// Makes the present end of the file final: the rest is returned, including an unterminated
    /// line. The rest of a truncated file is in the copy that was made of it before, if there is
    /// one.
    pub(super) fn finish(&mut self) {
        self.is_final = true;
        if self.is_truncated && self.copy.is_none() {
            self.find_copy();
        }
    }

    fn find_copy(&mut self) {
        self.copy = copies::find_copy(&self.path, &self.sample, self.position);
    }

    /// What identifies the file, which was modified at this time.
    pub(super) fn last_read(&self, modified: SystemTime) -> LastRead<'_> {
        let (file, sample) = (Some(&*self.file), &self.sample);
        LastRead { file, sample, position: self.position, modified }
    }

    /// Stops reading. Returns true if everything in the file was read and its end was not final
    /// before; it is now.
    pub(super) fn stop(&mut self) -> bool {
        self.is_stopped = true;
        let metadata = self.file.as_file().metadata();
        let is_all_read = metadata.is_ok_and(|metadata| metadata.len() == self.position);
        if self.is_truncated || !is_all_read || self.is_final {
            return false;
        }
        self.is_final = true;
        true
    }

    /// Returns whether there is something to read, or the file was truncated.
    pub(super) fn poll(&mut self) -> io::Result<bool> {
        let metadata = self.file.as_file().metadata()?;
        let seen = Some((metadata.len(), metadata.modified().ok()));
        if metadata.len() < self.position {
            self.is_truncated = true;
        } else if metadata.len() == self.position && seen != self.last_seen {
            self.is_truncated |= !self.sample.matches_file(self.file.as_file(), self.position)?;
        }
        self.last_seen = seen;
        Ok(self.is_truncated || metadata.len() > self.position)
    }

    /// Reads what is available: of a truncated file, the rest of its copy.
    fn read_available(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.is_stopped {
            return Ok(0);
        }
        if self.is_truncated {
            let Some(copy) = &mut self.copy else { return Ok(0) };
            let count = copy.read(out)?;
            self.sample.extend(&out[..count]);
            self.position += count as u64;
            return Ok(count);
        }
        let mut file: &File = self.file.as_file();
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.read(out)?;
        self.accept(&out[..count])
    }

    /// Moves past bytes that were just read, if they continue what was read before. Returns how
    /// many do: all or none.
    ///
    /// The file may have been truncated before or after the read. Bytes that are still where they
    /// were read were written after the truncation, and will be read again from the beginning.
    fn accept(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.sample.matches_file(self.file.as_file(), self.position)? {
            self.is_truncated = true;
            self.find_copy();
            let reread = read_at(self.file.as_file(), self.position, bytes.len() as u64)?;
            if reread == bytes {
                return Ok(0);
            }
            if let Some(copy) = &mut self.copy {
                // A read during the truncation may mix old and new bytes, but not if the file is
                // still shorter.
                if reread.is_empty() {
                    copy.continue_with(bytes);
                }
                return Ok(0);
            }
        }
        self.sample.extend(bytes);
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }
}

/// The reader of a growing file. The follower keeps the file to poll it between reads.
pub(super) struct GrowingReader(pub(super) Arc<Mutex<GrowingFile>>);

impl Read for GrowingReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut growing = lock(&self.0);
        match growing.read_available(out) {
            Ok(0) if growing.is_final => Ok(0),
            Ok(0) => Err(ErrorKind::WouldBlock.into()),
            Ok(count) => Ok(count),
            // The follower reports the error. It may be temporary, so the block reader must not
            // treat it as the end.
            Err(error) if error.kind() != ErrorKind::Interrupted && !growing.is_final => {
                growing.error = Some(error);
                Err(ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growing(path: &Path) -> GrowingFile {
        let handle = Handle::from_path(path).expect("the file exists");
        GrowingFile::new(Arc::new(handle), path, 0).expect("the file can be read")
    }

    /// How much of `read`, which was read after `before`, is accepted when the file then contains
    /// `now`; and whether the file counts as truncated.
    fn accepted(before: &str, read: &str, now: &str) -> (usize, bool) {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), before).expect("the file is writable");
        let mut growing = growing(file.path());
        let mut out = vec![0; 100];
        assert_eq!(growing.read_available(&mut out).expect("the file exists"), before.len());
        std::fs::write(file.path(), now).expect("the file is writable");
        (growing.accept(read.as_bytes()).expect("the file exists"), growing.is_truncated)
    }

    #[test]
    fn reads_around_a_truncation_are_old_or_new() {
        let rows = [
            // Not truncated.
            ("a1\n", "a2\n", "a1\na2\n", (3, false)),
            ("a1\n", "a2\n", "a1\na2\na3\n", (3, false)),
            ("", "a1\n", "a1\n", (3, false)),
            // Truncated after the read: the bytes are gone from the file and must not be lost.
            ("a1\n", "a2\n", "", (3, true)),
            ("a1\n", "a2\n", "b1\n", (3, true)),
            ("a1\n", "a2\n", "b1\nb2\n", (3, true)),
            // Truncated before the read: the bytes will be read again.
            ("a1\n", "b2\n", "b1\nb2\n", (0, true)),
            ("a1\n", "b2\n", "b1\nb2\nb3\n", (0, true)),
            ("a1\n", "", "b1\n", (0, true)),
        ];
        for (before, read, now, wanted) in rows {
            assert_eq!(accepted(before, read, now), wanted, "{before:?}, then {read:?} of {now:?}");
        }
    }

    #[test]
    fn lines_between_the_copying_and_the_truncation_are_read_after_the_copy() {
        let rows = [
            // The copy, what was read, and what the file contains now; what comes after "a1\n".
            ("a1\na2\n", "a2\na3\n", "", "a2\na3\n"),
            ("a1\n", "a2\n", "", "a2\n"),
            ("a1\na2\na3\n", "a2\n", "", "a2\na3\n"),
            ("a1\na2\n", "a2\n\0\0\0", "", "a2\n"),
            // Read while the file was written again.
            ("a1\na2\n", "b2\nb3\n", "", "a2\n"),
            ("a1\na2\n", "a2\nb3\n", "b1\nb2\nb3\n", "a2\n"),
        ];
        for (copy, read, now, wanted) in rows {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let path = folder.path().join("log");
            std::fs::write(&path, "a1\n").expect("the folder is writable");
            let mut growing = growing(&path);
            let mut out = vec![0; 100];
            assert_eq!(growing.read_available(&mut out).expect("the file exists"), 3);
            std::fs::write(folder.path().join("log.1"), copy).expect("the folder is writable");
            std::fs::write(&path, now).expect("the file is writable");
            assert_eq!(growing.accept(read.as_bytes()).expect("the file exists"), 0);
            let mut rest = Vec::new();
            // In pieces of two bytes.
            while let count @ 1.. = growing.read_available(&mut out[..2]).expect("it is a file") {
                rest.extend_from_slice(&out[..count]);
            }
            assert_eq!(rest.escape_ascii().to_string(), wanted.escape_default().to_string());
        }
    }

    #[test]
    fn only_a_final_end_ends_the_reader() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let growing = Arc::new(Mutex::new(growing(file.path())));
        let mut reader = GrowingReader(Arc::clone(&growing));
        let mut read = || reader.read(&mut [0; 10]).map_err(|error| error.kind());
        assert_eq!(read(), Err(ErrorKind::WouldBlock));
        std::fs::write(file.path(), "one").expect("the file is writable");
        assert_eq!((read(), read()), (Ok(3), Err(ErrorKind::WouldBlock)));
        lock(&growing).finish();
        assert_eq!(read(), Ok(0));
    }
}
