//! One followed path, and the files that have it one after the other.

use std::collections::VecDeque;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use same_file::Handle;

use super::file_generation::FileGeneration;
use super::rotations;
use crate::input::events::{Event, FileError, Notice};
use crate::input::feed::ReadOptions;
use crate::input::reader::Start;
use crate::input::tail;

/// A followed path.
pub(super) struct FollowedPath {
    path: PathBuf,
    /// The index among the inputs.
    input: usize,
    state: PathState,
    /// The file that is read. It is kept when it has lost its path, since a program may still write
    /// to it.
    current: Option<FileGeneration>,
    /// The files to read after it, each with the notice that announces it. The last one has the
    /// path now.
    successors: VecDeque<(Arc<Handle>, Notice)>,
    /// Events that come first.
    events: VecDeque<Event>,
}

/// The target of the path at the last look. Each change is reported once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathState {
    /// No look was taken yet.
    Unknown,
    File,
    Missing,
    /// Something that cannot be read.
    Unreadable,
    /// The path is no longer looked at: it can never be read, or its rest is skipped.
    Abandoned,
}

impl FollowedPath {
    pub(super) fn new(path: PathBuf, input: usize) -> Self {
        Self {
            path,
            input,
            state: PathState::Unknown,
            current: None,
            successors: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Whether no event will ever come.
    pub(super) fn is_done(&self) -> bool {
        self.state == PathState::Abandoned && self.events.is_empty()
    }

    /// Whether the last block ended inside a very long line, whose rest must come before blocks of
    /// other files.
    pub(super) fn is_in_long_line(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.blocks.in_long_line)
    }

    /// Looks once at the path and the current file. Returns whether there may be events.
    pub(super) fn look(&mut self, options: &ReadOptions) -> bool {
        if self.state == PathState::Abandoned {
            return false;
        }
        // Look at the path before the file: bytes written to the old file before the new one has
        // content come first.
        if self.successors.is_empty() {
            match look_up(&self.path, options) {
                Ok((handle, length)) => self.found_file(Arc::new(handle), length, options),
                Err(FileError::Io(error))
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
                {
                    self.found_nothing();
                }
                Err(error) => self.found_unreadable(error),
            }
        }
        let has_grown = self.current.as_mut().is_some_and(FileGeneration::look);
        has_grown || !self.successors.is_empty() || !self.events.is_empty()
    }

    fn found_file(&mut self, file: Arc<Handle>, length: u64, options: &ReadOptions) {
        let is_first = self.state == PathState::Unknown;
        let was_missing = matches!(self.state, PathState::Missing | PathState::Unreadable);
        let current = self.current.as_ref().map(|current| Arc::clone(&current.growing().file));
        if let Some(current) = current
            && current != file
        {
            let mut next = rotations::files_between(&self.path, &current, &file);
            // A rotation creates the new file while programs still write to the old one. Wait until
            // it has content.
            if length > 0 {
                next.push(file);
            }
            if next.is_empty() {
                return;
            }
            let notice = if was_missing { Notice::Appeared } else { Notice::Replaced };
            self.successors.extend(next.into_iter().map(|file| (file, notice)));
        } else {
            if was_missing {
                self.notify(Notice::Appeared);
            }
            if self.current.is_none()
                && let Err(error) = self.start(file, options, is_first)
            {
                self.abandon(error);
                return;
            }
        }
        self.state = PathState::File;
    }

    fn found_nothing(&mut self) {
        if self.state != PathState::Missing {
            self.state = PathState::Missing;
            self.notify(if self.current.is_some() { Notice::Gone } else { Notice::Missing });
        }
    }

    /// Waits for something readable, unless the path was unreadable from the start and can never be
    /// read.
    fn found_unreadable(&mut self, error: FileError) {
        if self.state == PathState::Unknown && !matches!(error, FileError::Io(_)) {
            self.abandon(error);
        } else if self.state != PathState::Unreadable {
            self.state = PathState::Unreadable;
            self.events.push_back(Event::Failed(self.input, error));
        }
    }

    /// Reports `error` and looks at the path no more.
    pub(super) fn abandon(&mut self, error: FileError) {
        self.state = PathState::Abandoned;
        self.events.push_back(Event::Failed(self.input, error));
    }

    fn notify(&mut self, notice: Notice) {
        self.events.push_back(Event::Notice(self.input, notice));
    }

    /// Starts reading `file`: from its last lines if it is the first one and only those are wanted.
    fn start(
        &mut self,
        file: Arc<Handle>,
        options: &ReadOptions,
        is_first: bool,
    ) -> Result<(), FileError> {
        let mut start = Start::default();
        if let Some(lines) = options.tail
            && is_first
        {
            start = tail::find_start(file.as_file(), lines, true, options)?;
        }
        self.current = Some(FileGeneration::new(file, &self.path, self.input, start, options)?);
        self.events.push_back(Event::Started(self.input));
        Ok(())
    }

    /// Returns the next event, or `None` if there is none until the next look. A block uses the
    /// memory of `spare`.
    pub(super) fn next(&mut self, spare: &mut Vec<u8>, options: &ReadOptions) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let current = self.current.as_mut()?;
            if let Some(event) = current.next(spare) {
                return Some(event);
            }
            let mut growing = current.growing();
            if current.has_ended {
                drop(growing);
                self.start_successor(options)?;
            } else if growing.is_truncated || !self.successors.is_empty() {
                // The bytes that were just read are the end of the file.
                growing.finish();
            } else {
                return None;
            }
        }
    }

    /// Starts the file after the one that ended; `None` if there is none yet.
    fn start_successor(&mut self, options: &ReadOptions) -> Option<()> {
        let growing = self.current.as_ref()?.growing();
        if growing.is_truncated {
            // The contents that the file had since the truncation.
            let mut next = rotations::newer_copies(&self.path, &growing);
            next.push(Arc::clone(&growing.file));
            for file in next.into_iter().rev() {
                self.successors.push_front((file, Notice::Truncated));
            }
        }
        drop(growing);
        let (file, notice) = self.successors.pop_front()?;
        self.notify(notice);
        self.start(file, options, false).ok()
    }

    /// Skips the rest of this path. The last events of its file come next.
    pub(super) fn skip(&mut self) {
        if let Some(mut current) = self.current.take() {
            self.events.extend(current.skip());
        }
        self.state = PathState::Abandoned;
        self.successors.clear();
    }

    /// The remaining events when the run stops.
    pub(super) fn stop(&mut self) -> Vec<Event> {
        let mut events: Vec<Event> = self.events.drain(..).collect();
        if let Some(current) = &mut self.current {
            events.extend(current.stop());
        }
        events
    }
}

/// The regular file that `path` refers to, following symbolic links, and its length.
fn look_up(path: &Path, options: &ReadOptions) -> Result<(Handle, u64), FileError> {
    // Checked before opening: opening a FIFO blocks.
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(FileError::Directory);
    }
    if !metadata.is_file() {
        return Err(FileError::NotFollowable);
    }
    let file = Handle::from_path(path)?;
    if options.output.as_ref() == Some(&file) {
        return Err(FileError::IsOutput);
    }
    let length = file.as_file().metadata()?.len();
    Ok((file, length))
}
