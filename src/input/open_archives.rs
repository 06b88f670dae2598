//! The archives that a feed has open, and the limits for them.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::archive::{ArchiveReader, Member};
use super::archive_problem::ArchiveProblem;
use super::{Event, FileError, Notice};

/// The most archives of which each is a member of the one before.
const MAX_DEPTH: usize = 4;

/// The number of bytes to which any archive may unpack.
const FREE: u64 = 1 << 30;
/// A long archive may unpack to this many times its own length. Deflate reaches 1,032 where all
/// bytes are the same.
const MAX_RATIO: u64 = 1000;

/// An archive, and the others that it is a member of.
#[derive(Default)]
pub(super) struct OpenArchives {
    /// The outermost comes first.
    stack: Vec<OpenArchive>,
    lengths: Arc<Lengths>,
    /// How many archives were not opened, since they are within too many others.
    too_deep: u64,
}

/// What an input has grown to.
#[derive(Default)]
pub(super) struct Lengths {
    /// The number of bytes of the input that were read.
    read: AtomicU64,
    /// The number of bytes of its members, and of theirs.
    unpacked: AtomicU64,
}

pub(super) struct OpenArchive {
    pub(super) reader: ArchiveReader,
    /// Its index among the inputs.
    pub(super) index: usize,
    /// Whether reading may have to wait.
    pub(super) is_stream: bool,
}

impl OpenArchives {
    /// Starts with another input. Returns `reader`, which counts its bytes.
    pub(super) fn begin_input(&mut self, reader: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        self.lengths = Arc::default();
        self.too_deep = 0;
        Box::new(InputReader { reader, lengths: Arc::clone(&self.lengths) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    /// Opens an archive. Only the first that is within too many others is an error of its own.
    pub(super) fn push(&mut self, archive: OpenArchive) -> Result<(), Option<FileError>> {
        if self.stack.len() < MAX_DEPTH {
            self.stack.push(archive);
            return Ok(());
        }
        self.too_deep += 1;
        Err((self.too_deep == 1).then(|| io::Error::from(ArchiveProblem::TooDeep).into()))
    }

    /// Closes the innermost archive.
    pub(super) fn close(&mut self) {
        self.stack.pop();
    }

    /// Closes all archives if they have unpacked to too much.
    pub(super) fn close_too_large(&mut self) {
        if self.lengths.check().is_err() {
            self.stack.clear();
        }
    }

    /// The next member of the innermost archive, and the index of the archive. At its end, or where
    /// nothing more of it can be read, it is closed. Then what is to be reported is returned.
    pub(super) fn next_member(&mut self) -> Result<(usize, Member), Vec<Event>> {
        let Some(archive) = self.stack.last() else { return Err(Vec::new()) };
        let index = archive.index;
        let mut events = Vec::new();
        match archive.reader.next_member() {
            Ok(Some(member)) => return Ok((index, member)),
            Ok(None) => {}
            Err(error) => events.push(Event::Failed { file: index, error: error.into() }),
        }
        if archive.reader.can_continue() {
            return Err(events);
        }
        let left_out = archive.reader.left_out();
        if left_out > 0 {
            events.push(Event::Notice { file: index, notice: Notice::LeftOut(left_out) });
        }
        self.close();
        if self.is_empty() && self.too_deep > 1 {
            let problem = ArchiveProblem::MoreTooDeep(self.too_deep - 1);
            events.push(Event::Failed { file: index, error: io::Error::from(problem).into() });
        }
        Err(events)
    }

    /// A reader of the current member, and whether it may have to wait. It fails where the archives
    /// have unpacked to too much.
    pub(super) fn member_reader(&self) -> (Box<dyn Read + Send>, bool) {
        let Some(archive) = self.stack.last() else { return (Box::new(io::empty()), false) };
        let lengths = Arc::clone(&self.lengths);
        let reader = MemberReader { reader: archive.reader.member_reader(), lengths };
        (Box::new(reader), archive.is_stream)
    }
}

impl Lengths {
    fn check(&self) -> io::Result<()> {
        let limit = FREE.max(MAX_RATIO.saturating_mul(self.read.load(Ordering::Relaxed)));
        if self.unpacked.load(Ordering::Relaxed) > limit {
            return Err(ArchiveProblem::TooLarge.into());
        }
        Ok(())
    }
}

/// Counts the bytes that are read. [`WouldBlock`](io::ErrorKind::WouldBlock) is a failure as any
/// other: a feed does not come back later, as a follower does.
struct InputReader {
    reader: Box<dyn Read + Send>,
    lengths: Arc<Lengths>,
}

impl Read for InputReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(out) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::Error::other(error)),
            Ok(count) => {
                self.lengths.read.fetch_add(count as u64, Ordering::Relaxed);
                Ok(count)
            }
            Err(error) => Err(error),
        }
    }
}

/// Reads a member, or another archive in it, up to the limit.
struct MemberReader {
    reader: Box<dyn Read + Send>,
    lengths: Arc<Lengths>,
}

impl Read for MemberReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.lengths.check()?;
        let count = self.reader.read(out)?;
        self.lengths.unpacked.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
#[cfg(feature = "decode")]
mod tests {
    use super::*;
    use crate::input::ArchiveFormat;

    #[test]
    fn too_much_text_closes_all_archives() {
        let mut archives = OpenArchives::default();
        let mut input = archives.begin_input(Box::new(io::repeat(0).take(3 << 20)));
        let reader = ArchiveReader::new(ArchiveFormat::Tar, Box::new(io::empty()));
        let archive = OpenArchive { reader, index: 0, is_stream: false };
        assert!(archives.push(archive).is_ok());
        let (mut member, _) = archives.member_reader();
        let rows = [(10, FREE, true), (10, FREE + 1, false), (2 << 20, 2000 << 20, true)];
        for (read, unpacked, is_right) in rows {
            archives.lengths.read.store(read, Ordering::Relaxed);
            archives.lengths.unpacked.store(unpacked, Ordering::Relaxed);
            assert_eq!(member.read(&mut [0]).is_ok(), is_right, "{read} {unpacked}");
        }
        archives.close_too_large();
        assert!(!archives.is_empty());
        archives.lengths.unpacked.store((2000 << 20) + 1, Ordering::Relaxed);
        let error = member.read(&mut [0]).expect_err("this is over the limit").to_string();
        assert!(error.contains("more than 1 GiB and 1,000 times its own length"), "{error}");
        archives.close_too_large();
        assert!(archives.is_empty());
        assert!(io::copy(&mut input, &mut io::sink()).is_ok());
        assert_eq!(archives.lengths.read.load(Ordering::Relaxed), 5 << 20);
    }
}
