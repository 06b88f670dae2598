//! A file that grows while it is read, and may be cut off meanwhile.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use same_file::Handle;

use super::copy::{self, Copy};
use super::witness::Witness;
use crate::input::tail::read_at;

/// A file that grows while it is read. Where it ends for now, reading fails with [`ErrorKind::WouldBlock`].
///
/// A file that is cut off may have grown past the place again before anybody looks. So the bytes around the last read are
/// looked at again: what was read is the file's as long as they stand where they stood.
pub(super) struct Growing {
    file: Arc<Handle>,
    /// The name that it stands under, beside which its copies stand.
    path: PathBuf,
    /// Where the next byte is read.
    position: u64,
    witness: Witness,
    /// Length and time of the last change, as seen last.
    seen: Option<(u64, Option<SystemTime>)>,
    is_cut_off: bool,
    /// The copy that was made before that, in which the rest is read.
    copy: Option<Copy>,
    /// Whether the end is the end.
    is_final: bool,
    /// Whether nothing more is to be read.
    is_stopped: bool,
    error: Option<io::Error>,
}

impl Growing {
    /// Reads `file` from its beginning on.
    pub(super) fn new(file: Arc<Handle>, path: &Path) -> Self {
        let path = path.to_path_buf();
        let witness = Witness::default();
        Self {
            file,
            path,
            position: 0,
            witness,
            seen: None,
            is_cut_off: false,
            copy: None,
            is_final: false,
            is_stopped: false,
            error: None,
        }
    }

    /// Reads `file` from `position` on.
    pub(super) fn starting(file: Arc<Handle>, path: &Path, position: u64) -> io::Result<Self> {
        let witness = Witness::of(file.as_file(), position)?;
        Ok(Self { position, witness, ..Self::new(file, path) })
    }

    /// The file.
    pub(super) fn file(&self) -> &Arc<Handle> {
        &self.file
    }

    /// Whether the file was cut off since reading began: what it holds now begins at its beginning.
    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    /// From now on the end of the file is its end.
    pub(super) fn finish(&mut self) {
        self.is_final = true;
    }

    /// Reads no more; true if what was read is all that the file holds, and so its end is the end.
    pub(super) fn stop(&mut self) -> bool {
        let is_all = self.file.as_file().metadata().is_ok_and(|about| about.len() == self.position);
        self.is_stopped = true;
        !self.is_cut_off && is_all && !std::mem::replace(&mut self.is_final, true)
    }

    /// Goes on in the copy that was made of the file before it was cut off, if it was and there is one.
    pub(super) fn go_on_in_copy(&mut self) {
        if self.is_cut_off && self.copy.is_none() {
            self.copy = copy::find(&self.path, &self.witness, self.position);
        }
    }

    /// The copies that were made since then, the oldest first; none if that one is not known.
    pub(super) fn copies_since(&self) -> Vec<Arc<Handle>> {
        let copy = self.copy.as_ref().and_then(|copy| copy.file.as_ref());
        copy.map_or_else(Vec::new, |copy| copy::since(&self.path, copy, &self.file))
    }

    /// What kept the last read from reading; once.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Looks whether there is something to read, or the file was cut off.
    pub(super) fn look(&mut self) -> io::Result<bool> {
        let about = self.file.as_file().metadata()?;
        let now = Some((about.len(), about.modified().ok()));
        if about.len() < self.position {
            self.is_cut_off = true;
        } else if about.len() == self.position && now != self.seen {
            self.is_cut_off |= !self.witness.stands(self.file.as_file(), self.position)?;
        }
        self.seen = now;
        Ok(self.is_cut_off || about.len() > self.position)
    }

    /// Reads what is there; of a file that was cut off what its copy holds.
    fn read_on(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.is_stopped {
            return Ok(0);
        }
        if self.is_cut_off {
            return self.copy.as_mut().map_or(Ok(0), |copy| copy.rest.read(out));
        }
        let mut file: &File = self.file.as_file();
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.read(out)?;
        self.take_in(&out[..count])
    }

    /// Goes past bytes that were just read, if they belong to what was read before, and returns how many that are: all or none.
    ///
    /// The file may have been cut off before they were read as well as behind that. What still stands where it was read was
    /// written since, and comes again from the beginning on.
    fn take_in(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.file.as_file();
        if !self.witness.stands(file, self.position)? {
            self.is_cut_off = true;
            self.copy = copy::find(&self.path, &self.witness, self.position);
            // A read during the cut may be a mix of both; the copy has what was there.
            if self.copy.is_some() || read_at(file, self.position, bytes.len() as u64)? == bytes {
                return Ok(0);
            }
        }
        self.witness.add(bytes);
        self.position += bytes.len() as u64;
        Ok(bytes.len())
    }
}

/// The reader of a growing file that somebody else looks after.
pub(super) struct Tap(Arc<Mutex<Growing>>);

impl Tap {
    pub(super) fn new(file: &Arc<Mutex<Growing>>) -> Self {
        Self(Arc::clone(file))
    }
}

impl Read for Tap {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut growing = lock(&self.0);
        match growing.read_on(out) {
            Ok(0) if growing.is_final => Ok(0),
            Ok(0) => Err(ErrorKind::WouldBlock.into()),
            Ok(count) => Ok(count),
            // Whoever looks after the file tells of the error; it may pass, and nothing must be lost by then.
            Err(error) if error.kind() != ErrorKind::Interrupted && !growing.is_final => {
                growing.error = Some(error);
                Err(ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        }
    }
}

/// Each change of the file leaves it whole.
pub(super) fn lock(file: &Mutex<Growing>) -> MutexGuard<'_, Growing> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken in of `read`, which was read behind `before`, when the file then holds `now`; and whether it was cut off.
    fn taken_in(before: &str, read: &str, now: &str) -> (usize, bool) {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        std::fs::write(file.path(), before).expect("the file is ours");
        let mut growing = Growing::new(
            Arc::new(Handle::from_path(file.path()).expect("the file is ours")),
            file.path(),
        );
        let mut out = vec![0; 100];
        assert_eq!(growing.read_on(&mut out).expect("the file is there"), before.len());
        std::fs::write(file.path(), now).expect("the file is ours");
        (growing.take_in(read.as_bytes()).expect("the file is there"), growing.is_cut_off())
    }

    #[test]
    fn what_was_read_around_a_cut_is_old_or_new() {
        let rows = [
            // Nothing was cut off.
            ("a1\n", "a2\n", "a1\na2\n", (3, false)),
            ("a1\n", "a2\n", "a1\na2\na3\n", (3, false)),
            ("", "a1\n", "a1\n", (3, false)),
            // Behind the read: what was read is gone, and must not be lost.
            ("a1\n", "a2\n", "", (3, true)),
            ("a1\n", "a2\n", "b1\n", (3, true)),
            ("a1\n", "a2\n", "b1\nb2\n", (3, true)),
            // Before the read: what was read comes again.
            ("a1\n", "b2\n", "b1\nb2\n", (0, true)),
            ("a1\n", "b2\n", "b1\nb2\nb3\n", (0, true)),
            ("a1\n", "", "b1\n", (0, true)),
        ];
        for (before, read, now, wanted) in rows {
            assert_eq!(taken_in(before, read, now), wanted, "{before:?}, then {read:?} of {now:?}");
        }
    }

    #[test]
    fn an_end_is_an_end_only_when_it_is_final() {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        let growing = Growing::new(
            Arc::new(Handle::from_path(file.path()).expect("the file is ours")),
            file.path(),
        );
        let growing = Arc::new(Mutex::new(growing));
        let mut tap = Tap::new(&growing);
        let mut read = || tap.read(&mut [0; 10]).map_err(|error| error.kind());
        assert_eq!(read(), Err(ErrorKind::WouldBlock));
        std::fs::write(file.path(), "one").expect("the file is ours");
        assert_eq!((read(), read()), (Ok(3), Err(ErrorKind::WouldBlock)));
        lock(&growing).finish();
        assert_eq!(read(), Ok(0));
    }
}
