//! One file that has, or had, a followed path.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex};

use same_file::Handle;

use super::follower::FollowSettings;
use super::growing_file::{GrowingFile, GrowingReader, lock};
use crate::input::decoding_reader::DecodingReader;
use crate::input::error::FileError;
use crate::input::events::{Event, Notice};
use crate::input::open_file::OpenFile;
use crate::input::reader::{BlockReader, Start};

/// One file, from its first line to its last.
pub(super) struct FileGeneration {
    growing: Arc<Mutex<GrowingFile>>,
    file: OpenFile,
    is_detected: bool,
    /// Whether an error was reported that still persists.
    is_failing: bool,
    has_ended: bool,
}

/// What comes next of a file.
pub(super) enum Next {
    Event(Event),
    /// Nothing until the next look.
    NotYet,
    /// Nothing any more.
    End,
}

impl FileGeneration {
    /// Reads `handle`, which is at `path` and has the index `input`, from its beginning.
    pub(super) fn new(
        handle: Arc<Handle>,
        path: &Path,
        input: usize,
        settings: &FollowSettings,
    ) -> Self {
        let growing = Arc::new(Mutex::new(GrowingFile::new(handle, path)));
        let reader = DecodingReader::new(Box::new(GrowingReader::new(&growing)), settings.encoding);
        Self::of(growing, BlockReader::new(reader, input, settings.counts_lines))
    }

    /// Reads `handle` from `start` on.
    pub(super) fn starting_at(
        start: Start,
        handle: Arc<Handle>,
        path: &Path,
        input: usize,
        settings: &FollowSettings,
    ) -> io::Result<Self> {
        let growing = Arc::new(Mutex::new(GrowingFile::starting_at(start.offset, handle, path)?));
        let reader =
            DecodingReader::from_middle(Box::new(GrowingReader::new(&growing)), settings.encoding);
        let blocks = BlockReader::starting_at(start, reader, input, settings.counts_lines);
        Ok(Self::of(growing, blocks))
    }

    fn of(growing: Arc<Mutex<GrowingFile>>, blocks: BlockReader<DecodingReader>) -> Self {
        Self {
            growing,
            file: OpenFile::new(blocks),
            is_detected: false,
            is_failing: false,
            has_ended: false,
        }
    }

    /// The file itself.
    pub(super) fn file(&self) -> Arc<Handle> {
        Arc::clone(lock(&self.growing).file())
    }

    /// Whether the file was truncated. Its new content is read as a new generation.
    pub(super) fn is_truncated(&self) -> bool {
        lock(&self.growing).is_truncated()
    }

    /// Makes the present end of the file final: the rest is returned, including an unterminated
    /// line.
    pub(super) fn finish(&mut self) {
        lock(&self.growing).finish();
    }

    /// See [`GrowingFile::continue_in_copy`].
    pub(super) fn continue_in_copy(&mut self) {
        lock(&self.growing).continue_in_copy();
    }

    /// See [`GrowingFile::newer_copies`].
    pub(super) fn newer_copies(&self) -> Vec<Arc<Handle>> {
        lock(&self.growing).newer_copies()
    }

    /// Whether the last block ended inside a very long line.
    pub(super) fn is_in_long_line(&self) -> bool {
        self.file.blocks.is_in_long_line()
    }

    /// Returns whether there may be something to read.
    pub(super) fn look(&mut self) -> bool {
        // An error occurs again when reading, and is reported then.
        !self.has_ended && lock(&self.growing).look().unwrap_or(true)
    }

    /// Returns what comes next. A block uses the memory of `spare`.
    pub(super) fn next(&mut self, input: usize, spare: &mut Vec<u8>) -> Next {
        if self.has_ended {
            return Next::End;
        }
        let block = match self.detect() {
            Ok(Some(notice)) => return Next::Event(Event::Notice(input, notice)),
            Ok(None) => self.file.next(spare),
            Err(error) => Err(error),
        };
        match block {
            Ok(Some(block)) => {
                self.is_failing = false;
                Next::Event(Event::Block(block))
            }
            Ok(None) => Next::Event(self.end(input)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.not_yet(input),
            Err(error) => Next::Event(Event::Failed(input, FileError::Io(error))),
        }
    }

    /// Detects the format of the file, and returns the notice that comes before its next block.
    fn detect(&mut self) -> io::Result<Option<Notice>> {
        if !self.is_detected {
            self.file.blocks.reader_mut().detect()?;
            self.is_detected = true;
            if self.file.blocks.reader().is_decompressed() {
                // A decoder cannot continue after it was told to wait.
                self.finish();
                return Ok(Some(Notice::Compressed));
            }
        }
        Ok(self.file.notice())
    }

    /// Reports the error that prevents reading, if it is new.
    fn not_yet(&mut self, input: usize) -> Next {
        let Some(error) = lock(&self.growing).take_error() else { return Next::NotYet };
        if self.is_failing {
            return Next::NotYet;
        }
        self.is_failing = true;
        Next::Event(Event::Failed(input, FileError::Io(error)))
    }

    /// The remaining events when the run stops. An unterminated line is included if it is the end
    /// of the file, but not if only a part of it was read.
    pub(super) fn stop(&mut self, input: usize) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.has_ended && lock(&self.growing).stop() {
            while let Next::Event(event) = self.next(input, &mut Vec::new()) {
                events.push(event);
            }
        }
        events.extend(self.skip(input));
        events
    }

    /// The remaining events when the rest of the file is skipped.
    pub(super) fn skip(&mut self, input: usize) -> Vec<Event> {
        let mut events = Vec::new();
        while !self.has_ended {
            events.push(self.end(input));
        }
        events
    }

    /// Returns the last events of the file, one at a time.
    fn end(&mut self, input: usize) -> Event {
        if let Some(notice) = self.file.last_notice() {
            return Event::Notice(input, notice);
        }
        self.has_ended = true;
        Event::Finished(input, self.file.blocks.bytes(), self.file.blocks.lines())
    }
}
