//! An archive of either format, and the reader of its current member.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard};

use super::member::Member;
use super::tar_reader::TarReader;
use super::zip_index::ZipIndex;
use super::zip_reader::ZipReader;
use crate::input::ArchiveFormat;
use crate::lock::lock;

/// An archive that is read member by member.
#[derive(Clone)]
pub(in crate::input) struct ArchiveReader {
    archive: Arc<Mutex<Box<dyn Archive>>>,
    format: ArchiveFormat,
}

/// A format of archives.
pub(super) trait Archive: Send {
    /// Advances to the next regular file, or returns `None` at the end. Skips the rest of the
    /// current one.
    fn next_member(&mut self) -> io::Result<Option<Member>>;

    /// Reads from the current member.
    fn read_member(&mut self, out: &mut [u8]) -> io::Result<usize>;

    /// The number of members so far that are neither regular files nor directories.
    fn left_out(&self) -> u64;

    /// Whether members can still be read after the error that was returned.
    fn can_continue(&self) -> bool {
        false
    }
}

impl ArchiveReader {
    pub(in crate::input) fn new(format: ArchiveFormat, reader: Box<dyn Read + Send>) -> Self {
        let archive: Box<dyn Archive> = match format {
            ArchiveFormat::Tar => Box::new(TarReader::new(reader)),
            ArchiveFormat::Zip => Box::new(ZipReader::new(reader, None)),
        };
        Self { archive: Arc::new(Mutex::new(archive)), format }
    }

    /// Reads a zip file whose directory was read.
    pub(in crate::input) fn of_zip_file(reader: Box<dyn Read + Send>, index: ZipIndex) -> Self {
        let archive: Box<dyn Archive> = Box::new(ZipReader::new(reader, Some(index)));
        Self { archive: Arc::new(Mutex::new(archive)), format: ArchiveFormat::Zip }
    }

    pub(in crate::input) fn format(&self) -> ArchiveFormat {
        self.format
    }

    /// Advances to the next regular file, or returns `None` at the end.
    pub(in crate::input) fn next_member(&self) -> io::Result<Option<Member>> {
        self.lock().next_member()
    }

    /// A reader of the current member. Must not be used after the next one has begun.
    pub(in crate::input) fn member_reader(&self) -> Box<dyn Read + Send> {
        Box::new(MemberReader(self.clone()))
    }

    /// The number of members so far that are neither regular files nor directories.
    pub(in crate::input) fn left_out(&self) -> u64 {
        self.lock().left_out()
    }

    /// Whether members can still be read after the error that was returned.
    pub(in crate::input) fn can_continue(&self) -> bool {
        self.lock().can_continue()
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Archive>> {
        lock(&self.archive)
    }
}

/// Reads the current member.
struct MemberReader(ArchiveReader);

impl Read for MemberReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.lock().read_member(out)
    }
}
