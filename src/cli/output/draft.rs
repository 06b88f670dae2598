//! A file in the making: written beside its final name, and given that name when it is whole.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::write::GzEncoder;
use tempfile::NamedTempFile;
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::args::Compression;
use crate::system;

/// What is written so far; it goes away with the draft unless that is [finished](Draft::finish).
pub struct Draft {
    sink: Sink,
    target: PathBuf,
    /// Held until the draft is gone or has its name.
    _listed: Listed,
}

/// The drafts that are being written, for whoever ends the process under them.
static DRAFTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes all drafts. Only for a signal that ends the process: their writers go on without noticing.
pub fn remove_all() {
    for draft in &*drafts() {
        // One that has its name by now is no draft any more.
        let _ = fs::remove_file(draft);
    }
}

fn drafts() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    DRAFTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place in the list of drafts.
struct Listed(PathBuf);

impl Listed {
    fn new(draft: &Path) -> Self {
        drafts().insert(draft.to_path_buf());
        Self(draft.to_path_buf())
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        drafts().remove(&self.0);
    }
}

type File = BufWriter<NamedTempFile>;

/// Output is gathered up to this size before it is written.
const BUFFER: usize = 64 << 10;

enum Sink {
    Plain(File),
    Zstd(ZstdEncoder<'static, File>),
    Gzip(GzEncoder<File>),
}

impl Draft {
    /// A draft of `target`, in the folder of `target`, which is made if need be. Who may read the input that `like` tells of
    /// may read the output.
    pub fn new(
        target: &Path,
        like: &Metadata,
        compression: Option<Compression>,
    ) -> io::Result<Self> {
        let folder = target
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        if let Some(permissions) = system::permissions_like(like) {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder)?;
        let listed = Listed::new(file.path());
        let file = BufWriter::with_capacity(BUFFER, file);
        let sink = match compression {
            None => Sink::Plain(file),
            Some(Compression::Zstd) => {
                let mut encoder = ZstdEncoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Sink::Zstd(encoder)
            }
            Some(Compression::Gzip) => {
                Sink::Gzip(GzEncoder::new(file, flate2::Compression::default()))
            }
        };
        Ok(Self { sink, target: target.to_path_buf(), _listed: listed })
    }

    /// Writes what is held back and gives the file its name; with `force` another file of this name is replaced.
    pub fn finish(self, force: bool) -> io::Result<()> {
        let file = match self.sink {
            Sink::Plain(file) => file,
            Sink::Zstd(encoder) => encoder.finish()?,
            Sink::Gzip(encoder) => encoder.finish()?,
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let persisted =
            if force { file.persist(&self.target) } else { file.persist_noclobber(&self.target) };
        persisted.map(drop).map_err(|failed| failed.error)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Plain(file) => file.write(bytes),
            Sink::Zstd(encoder) => encoder.write(bytes),
            Sink::Gzip(encoder) => encoder.write(bytes),
        }
    }

    /// Does nothing: nobody reads a draft, and each flush would end a block of the compressed data.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder is there");
        entries
            .map(|entry| {
                entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned()
            })
            .collect()
    }

    #[test]
    fn a_draft_gets_its_name_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let about = fs::metadata(folder.path()).expect("the folder is there");
        let target = folder.path().join("deep/a.log");
        let draft = |text: &[u8]| {
            let mut draft = Draft::new(&target, &about, None).expect("the folder is writable");
            draft.write_all(text).expect("the disk has room");
            draft
        };
        let first = draft(b"one");
        assert!(!target.exists());
        drop(first);
        assert!(names(&folder.path().join("deep")).is_empty());
        draft(b"two").finish(false).expect("the name is free");
        assert_eq!(
            draft(b"three").finish(false).map_err(|error| error.kind()),
            Err(io::ErrorKind::AlreadyExists)
        );
        assert_eq!(fs::read(&target).expect("the draft is finished"), b"two");
        draft(b"four").finish(true).expect("the file is ours");
        assert_eq!(fs::read(&target).expect("the draft is finished"), b"four");
        assert_eq!(names(&folder.path().join("deep")), ["a.log"]);
    }

    #[test]
    fn compressed_drafts_are_whole_streams() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let about = fs::metadata(folder.path()).expect("the folder is there");
        let text = "imsdk code:6206\n".repeat(100_000);
        let target = folder.path().join("a");
        for compression in [Compression::Zstd, Compression::Gzip] {
            let mut draft =
                Draft::new(&target, &about, Some(compression)).expect("the folder is writable");
            draft
                .write_all(text.as_bytes())
                .and_then(|()| draft.flush())
                .expect("the disk has room");
            draft.finish(true).expect("the disk has room");
            let file = fs::File::open(&target).expect("the draft is finished");
            let mut back = String::new();
            let read = match compression {
                Compression::Zstd => zstd::Decoder::new(file)
                    .and_then(|mut decoder| decoder.read_to_string(&mut back)),
                Compression::Gzip => flate2::read::GzDecoder::new(file).read_to_string(&mut back),
            };
            assert_eq!(read.expect("the stream is whole"), text.len());
            assert!(back == text, "{compression:?}");
        }
    }
}
