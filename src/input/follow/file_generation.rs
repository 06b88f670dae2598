//! One file that has, or had, a followed path.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use same_file::Handle;

use super::growing_file::{GrowingFile, GrowingReader};
use crate::input::decoding_reader::DecodingReader;
use crate::input::feed::ReadOptions;
use crate::input::reader::{BlockReader, Start};
use crate::input::{Event, Notice};
use crate::lock::lock;

/// One file, from its first line to its last.
pub(super) struct FileGeneration {
    growing: Arc<Mutex<GrowingFile>>,
    pub(super) blocks: BlockReader,
    is_detected: bool,
    /// Whether an error was reported that still persists.
    is_failing: bool,
    /// Whether nothing more comes.
    pub(super) has_ended: bool,
    /// When the file was replaced, or the last poll after that at which it had grown.
    last_growth: Instant,
    /// The bytes and lines that [`take_totals`](Self::take_totals) has returned.
    taken: (u64, u64),
}

impl FileGeneration {
    /// Reads `file`, which is at `path` and has the index `input`, from `start` on.
    pub(super) fn new(
        file: Arc<Handle>,
        path: &Path,
        input: usize,
        start: Start,
        options: &ReadOptions,
    ) -> io::Result<Self> {
        let growing = Arc::new(Mutex::new(GrowingFile::new(file, path, start.offset)?));
        let reader = Box::new(GrowingReader(Arc::clone(&growing)));
        let reader = DecodingReader::new(reader, options.encoding, start.offset == 0);
        Ok(Self {
            growing,
            blocks: BlockReader::new(reader, input, start, options.counts_lines),
            is_detected: false,
            is_failing: false,
            has_ended: false,
            last_growth: Instant::now(),
            taken: (0, 0),
        })
    }

    /// The file itself, which the reader of the blocks shares.
    pub(super) fn growing(&self) -> MutexGuard<'_, GrowingFile> {
        lock(&self.growing)
    }

    /// Returns whether there may be something to read. Reading repeats and reports an error.
    pub(super) fn poll(&mut self) -> bool {
        self.growing().poll().unwrap_or(true)
    }

    /// Polls a file that was replaced. Returns whether there may be events.
    ///
    /// Makes its present end final when it has not grown for `patience`, or was truncated.
    pub(super) fn poll_replaced(&mut self, patience: Duration) -> bool {
        let mut growing = lock(&self.growing);
        let has_grown = growing.poll().unwrap_or(false);
        if has_grown {
            self.last_growth = Instant::now();
        }
        let is_over = growing.is_truncated || self.last_growth.elapsed() >= patience;
        if is_over {
            growing.finish();
        }
        has_grown || is_over
    }

    /// Starts the time after which a file that was replaced is given up.
    pub(super) fn replace(&mut self) {
        self.last_growth = Instant::now();
    }

    /// Returns the next event, or `None` if there is none until the next poll, or none any more. A
    /// block uses the memory of `spare`.
    pub(super) fn next(&mut self, spare: &mut Vec<u8>) -> Option<Event> {
        if self.has_ended {
            return None;
        }
        match self.try_next(spare) {
            Ok(event) => event,
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.new_error(),
            Err(error) => Some(self.failed(error)),
        }
    }

    fn try_next(&mut self, spare: &mut Vec<u8>) -> io::Result<Option<Event>> {
        if !self.is_detected {
            self.blocks.reader.detect()?;
            self.is_detected = true;
            if self.blocks.reader.is_decompressed && self.blocks.reader.archive.is_none() {
                // A decoder cannot continue after its reader had to wait.
                self.growing().finish();
                return Ok(Some(Event::Notice {
                    file: self.blocks.file,
                    notice: Notice::Compressed,
                }));
            }
        }
        if let Some(notice) = self.blocks.notice() {
            return Ok(Some(Event::Notice { file: self.blocks.file, notice }));
        }
        let Some(block) = self.blocks.next(spare)? else { return Ok(self.end()) };
        self.is_failing = false;
        Ok(Some(Event::Block(block)))
    }

    /// The error that prevents reading, if it was not reported yet.
    fn new_error(&mut self) -> Option<Event> {
        let error = self.growing().error.take()?;
        if self.is_failing {
            return None;
        }
        self.is_failing = true;
        Some(self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Event {
        Event::Failed { file: self.blocks.file, error: error.into() }
    }

    /// The remaining events when the run stops. An unterminated line is included if it is the end
    /// of the file, but not if only a part of it was read.
    pub(super) fn stop(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.has_ended && self.growing().stop() {
            while let Some(event) = self.next(&mut Vec::new()) {
                events.push(event);
            }
        }
        events.extend(self.end());
        events
    }

    /// Ends the file. Returns the notice that comes after its last block, if any.
    pub(super) fn end(&mut self) -> Option<Event> {
        self.has_ended = true;
        let notice = self.blocks.last_notice()?;
        Some(Event::Notice { file: self.blocks.file, notice })
    }

    /// The bytes and lines that were returned since the last call.
    pub(super) fn take_totals(&mut self) -> (u64, u64) {
        let totals = self.blocks.totals();
        let taken = std::mem::replace(&mut self.taken, totals);
        (totals.0 - taken.0, totals.1 - taken.1)
    }
}
