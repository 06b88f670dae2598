//! The archives that a feed has open, and the limits for them.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::archive::{ArchiveReader, Member};
use super::events::{Event, FileError, Notice};

/// The most archives of which each is a member of the one before.
const MAX_DEPTH: usize = 4;

/// An archive may unpack to so much text in any case.
const FREE_TEXT: u64 = 1 << 30;
/// And to so many times its own length. Deflate reaches 1,032 where all bytes are the same.
const MAX_RATIO: u64 = 1000;

const TOO_DEEP: &str = "is an archive within 4 archives, which is the limit; unpack one of them and \
                        read the directory";
const TOO_LARGE: &str = "its archive unpacks to more than 1 GiB and 1,000 times its own length, \
                         which is the limit, so nothing more of it is read; if that is right, \
                         unpack it and read the directory";

/// An archive, and the others that it is a member of.
#[derive(Default)]
pub(super) struct OpenArchives {
    /// The outermost comes first.
    stack: Vec<OpenArchive>,
    /// The number of bytes of the input that were read.
    read: Arc<AtomicU64>,
    /// The number of bytes of text from the members.
    text: u64,
}

pub(super) struct OpenArchive {
    pub(super) reader: ArchiveReader,
    /// Its index among the inputs.
    pub(super) index: usize,
    /// Whether reading may have to wait.
    pub(super) is_stream: bool,
}

impl OpenArchives {
    /// Starts with another input. Returns the counter for the bytes that are read of it.
    pub(super) fn begin_input(&mut self) -> Arc<AtomicU64> {
        self.read = Arc::default();
        self.text = 0;
        Arc::clone(&self.read)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    pub(super) fn push(&mut self, archive: OpenArchive) -> Result<(), FileError> {
        if self.stack.len() == MAX_DEPTH {
            return Err(io::Error::other(TOO_DEEP).into());
        }
        self.stack.push(archive);
        Ok(())
    }

    /// Closes the innermost archive.
    pub(super) fn close(&mut self) {
        self.stack.pop();
    }

    /// The next member of the innermost archive, and the index of the archive. At its end, or where
    /// it is damaged, it is closed, and what is to be reported about it is returned.
    pub(super) fn next_member(&mut self) -> Result<(usize, Member), Option<Event>> {
        let Some(archive) = self.stack.last() else { return Err(None) };
        let index = archive.index;
        let event = match archive.reader.next_member() {
            Ok(Some(member)) => return Ok((index, member)),
            Ok(None) => {
                let count = archive.reader.left_out();
                (count > 0).then_some(Event::Notice(index, Notice::LeftOut(count)))
            }
            Err(error) => Some(Event::Failed(index, error.into())),
        };
        self.close();
        Err(event)
    }

    /// A reader of the current member, and whether it may have to wait.
    pub(super) fn member_reader(&self) -> (Box<dyn Read + Send>, bool) {
        match self.stack.last() {
            Some(archive) => (archive.reader.member_reader(), archive.is_stream),
            None => (Box::new(io::empty()), false),
        }
    }

    /// Counts text of a member. If there is too much of it, closes all archives.
    pub(super) fn add_text(&mut self, length: u64) -> Result<(), FileError> {
        if self.is_empty() {
            return Ok(());
        }
        self.text += length;
        let limit = FREE_TEXT.max(MAX_RATIO.saturating_mul(self.read.load(Ordering::Relaxed)));
        if self.text <= limit {
            return Ok(());
        }
        self.stack.clear();
        Err(io::Error::other(TOO_LARGE).into())
    }
}

#[cfg(test)]
#[cfg(feature = "decode")]
mod tests {
    use super::*;
    use crate::input::events::ArchiveFormat;

    fn archive() -> OpenArchive {
        let reader = ArchiveReader::new(ArchiveFormat::Tar, Box::new(io::empty()));
        OpenArchive { reader, index: 0, is_stream: false }
    }

    #[test]
    fn too_much_text_closes_all_archives() {
        let mut archives = OpenArchives::default();
        let read = archives.begin_input();
        for _ in 0..2 {
            archives.push(archive()).expect("two are not too many");
        }
        read.store(10, Ordering::Relaxed);
        assert!(archives.add_text(FREE_TEXT).is_ok());
        read.store(2 << 20, Ordering::Relaxed);
        assert!(archives.add_text((2 << 20) * MAX_RATIO - FREE_TEXT).is_ok());
        let error = archives.add_text(1).expect_err("this is over the limit").to_string();
        assert!(error.contains("more than 1 GiB and 1,000 times its own length"), "{error}");
        assert!(archives.is_empty());
        archives.begin_input();
        assert!(archives.add_text(2 * FREE_TEXT).is_ok(), "a log alone has no limit");
    }
}
