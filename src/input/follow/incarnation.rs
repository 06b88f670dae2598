//! A file that stands, or stood, under a followed name.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex};

use same_file::Handle;

use super::Settings;
use super::growing::{Growing, Tap, lock};
use crate::input::error::FileError;
use crate::input::events::{Event, Notice};
use crate::input::reader::{BlockReader, Start};
use crate::input::reading::Reading;
use crate::input::source::Source;

/// One file from its first line to its last.
pub(super) struct Incarnation {
    growing: Arc<Mutex<Growing>>,
    reading: Reading,
    is_settled: bool,
    /// Whether an error was told that still holds.
    is_failing: bool,
    has_ended: bool,
}

/// What comes next of an incarnation.
pub(super) enum Next {
    Event(Event),
    /// Nothing for now.
    NotYet,
    /// Nothing any more.
    End,
}

impl Incarnation {
    /// Reads `handle`, which stands at `path`, as the file at place `file` of the inputs, from its beginning.
    pub(super) fn new(handle: Arc<Handle>, path: &Path, file: usize, settings: &Settings) -> Self {
        let growing = Arc::new(Mutex::new(Growing::new(handle, path)));
        let source = Source::decoding(Box::new(Tap::new(&growing)), settings.encoding);
        Self::of(growing, BlockReader::new(source, file, settings.counts_lines))
    }

    /// The same from `start` on.
    pub(super) fn starting(
        handle: Arc<Handle>,
        path: &Path,
        file: usize,
        settings: &Settings,
        start: Start,
    ) -> io::Result<Self> {
        let growing = Arc::new(Mutex::new(Growing::starting(handle, path, start.offset)?));
        let source = Source::within(Box::new(Tap::new(&growing)), settings.encoding);
        Ok(Self::of(growing, BlockReader::starting(source, file, settings.counts_lines, start)))
    }

    fn of(growing: Arc<Mutex<Growing>>, reader: BlockReader<Source>) -> Self {
        Self {
            growing,
            reading: Reading::new(reader),
            is_settled: false,
            is_failing: false,
            has_ended: false,
        }
    }

    /// The file.
    pub(super) fn file(&self) -> Arc<Handle> {
        Arc::clone(lock(&self.growing).file())
    }

    /// Whether it was cut off: then it goes on only as a new incarnation of the same file.
    pub(super) fn is_cut_off(&self) -> bool {
        lock(&self.growing).is_cut_off()
    }

    /// Nothing is waited for any more: what is there comes out, a line without its end included.
    pub(super) fn finish(&mut self) {
        lock(&self.growing).finish();
    }

    /// Goes on in the copy that was made of the file before it was cut off, if it was and there is one.
    pub(super) fn go_on_in_copy(&mut self) {
        lock(&self.growing).go_on_in_copy();
    }

    /// The copies that were made of the same file since then, the oldest first; none if that one is not known.
    pub(super) fn copies_since(&self) -> Vec<Arc<Handle>> {
        lock(&self.growing).copies_since()
    }

    /// Whether the last block ended within a very long line, of which more should come before anything else.
    pub(super) fn is_in_long_line(&self) -> bool {
        self.reading.reader.is_in_long_line()
    }

    /// Looks whether there is something to read.
    pub(super) fn look(&mut self) -> bool {
        // An error shows again at the read, which tells of it.
        !self.has_ended && lock(&self.growing).look().unwrap_or(true)
    }

    /// What comes next; a block is put into the memory of `spare`.
    pub(super) fn next(&mut self, file: usize, spare: &mut Vec<u8>) -> Next {
        if self.has_ended {
            return Next::End;
        }
        let block = match self.settle() {
            Ok(Some(notice)) => return Next::Event(Event::Notice(file, notice)),
            Ok(None) => self.reading.next(spare),
            Err(error) => Err(error),
        };
        match block {
            Ok(Some(block)) => {
                self.is_failing = false;
                Next::Event(Event::Block(block))
            }
            Ok(None) => Next::Event(self.end(file)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.not_yet(file),
            Err(error) => Next::Event(Event::Failed(file, FileError::Io(error))),
        }
    }

    /// Finds out what the file is, and returns what is to be said before its next block.
    fn settle(&mut self) -> io::Result<Option<Notice>> {
        if !self.is_settled {
            self.reading.reader.reader_mut().settle()?;
            self.is_settled = true;
            if self.reading.reader.reader().is_decompressed() {
                // A decoder that is told to wait does not go on where it was.
                self.finish();
                return Ok(Some(Notice::Compressed));
            }
        }
        Ok(self.reading.notice())
    }

    /// What keeps the file from being read, if that is new.
    fn not_yet(&mut self, file: usize) -> Next {
        let error = lock(&self.growing).take_error();
        let is_new = error.is_some() && !std::mem::replace(&mut self.is_failing, error.is_some());
        match error.filter(|_| is_new) {
            Some(error) => Next::Event(Event::Failed(file, FileError::Io(error))),
            None => Next::NotYet,
        }
    }

    /// What comes when nothing more is asked for. A line without its end does if the file holds no more: half a line that was
    /// read up to somewhere does not.
    pub(super) fn stop(&mut self, file: usize) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.has_ended && lock(&self.growing).stop() {
            while let Next::Event(event) = self.next(file, &mut Vec::new()) {
                events.push(event);
            }
        }
        events.extend(self.leave(file));
        events
    }

    /// What is left to say when it is read no more.
    pub(super) fn leave(&mut self, file: usize) -> Vec<Event> {
        let mut events = Vec::new();
        while !self.has_ended {
            events.push(self.end(file));
        }
        events
    }

    /// What is left to say at the end, one event at a time.
    fn end(&mut self, file: usize) -> Event {
        if let Some(notice) = self.reading.last_notice() {
            return Event::Notice(file, notice);
        }
        self.has_ended = true;
        Event::Finished(file, self.reading.reader.bytes(), self.reading.reader.lines())
    }
}
