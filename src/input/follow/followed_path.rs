//! One followed path, and the files that have it one after the other.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use same_file::Handle;

use super::file_generation::{FileGeneration, Next};
use super::follower::FollowSettings;
use super::missed_rotations;
use super::path_target::PathTarget;
use crate::input::error::FileError;
use crate::input::events::{Event, Notice};

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

/// What the path referred to at the last look. Each change is reported once.
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

    /// The index of this path among the inputs.
    pub(super) fn input_index(&self) -> usize {
        self.input
    }

    /// Whether no event will ever come.
    pub(super) fn is_abandoned(&self) -> bool {
        self.state == PathState::Abandoned && self.events.is_empty()
    }

    /// Whether the last block ended inside a very long line, whose rest must come before blocks of
    /// other files.
    pub(super) fn is_in_long_line(&self) -> bool {
        self.current.as_ref().is_some_and(FileGeneration::is_in_long_line)
    }

    /// Looks once at the path and the current file. Returns whether there may be events.
    pub(super) fn look(&mut self, settings: &FollowSettings) -> bool {
        if self.state == PathState::Abandoned {
            return false;
        }
        // Look at the path before the file: bytes written to the old file before the new one has
        // content come first.
        if self.successors.is_empty() {
            match PathTarget::find(&self.path, settings.output.as_ref()) {
                PathTarget::File(handle, length) => self.found_file(handle, length, settings),
                PathTarget::Missing => self.found_nothing(),
                PathTarget::Unreadable(error) => self.found_unreadable(error),
            }
        }
        let has_grown = self.current.as_mut().is_some_and(FileGeneration::look);
        has_grown || !self.successors.is_empty() || !self.events.is_empty()
    }

    fn found_file(&mut self, handle: Arc<Handle>, length: u64, settings: &FollowSettings) {
        let is_first = self.state == PathState::Unknown;
        let was_missing = matches!(self.state, PathState::Missing | PathState::Unreadable);
        match &self.current {
            Some(current) if current.file() != handle => {
                let notice = if was_missing { Notice::Appeared } else { Notice::Replaced };
                let mut next = missed_rotations::between(&self.path, &current.file(), &handle);
                // A rotation creates the new file while programs still write to the old one. Wait
                // until it has content.
                if length > 0 {
                    next.push(handle);
                }
                if next.is_empty() {
                    return;
                }
                self.successors.extend(next.into_iter().map(|handle| (handle, notice)));
            }
            current => {
                let is_new = current.is_none();
                if was_missing {
                    self.notify(Notice::Appeared);
                }
                if is_new && let Err(error) = self.start(handle, settings, is_first) {
                    self.abandon(error);
                    return;
                }
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

    fn abandon(&mut self, error: FileError) {
        self.state = PathState::Abandoned;
        self.events.push_back(Event::Failed(self.input, error));
    }

    fn notify(&mut self, notice: Notice) {
        self.events.push_back(Event::Notice(self.input, notice));
    }

    /// Starts reading `handle`: from its last lines if it existed at the start and only those are
    /// wanted.
    fn start(
        &mut self,
        handle: Arc<Handle>,
        settings: &FollowSettings,
        is_first: bool,
    ) -> Result<(), FileError> {
        let generation = match settings.tail() {
            Some(tail) if is_first => {
                let start = tail.find_start(handle.as_file())?;
                FileGeneration::starting_at(start, handle, &self.path, self.input, settings)
                    .map_err(FileError::Io)?
            }
            _ => FileGeneration::new(handle, &self.path, self.input, settings),
        };
        self.current = Some(generation);
        self.events.push_back(Event::Started(self.input));
        Ok(())
    }

    /// Returns the next event, or `None` if there is none until the next look. A block uses the
    /// memory of `spare`.
    pub(super) fn next(&mut self, spare: &mut Vec<u8>, settings: &FollowSettings) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let current = self.current.as_mut()?;
            match current.next(self.input, spare) {
                Next::Event(event) => return Some(event),
                // The file was truncated or replaced: what was just read is its end.
                Next::NotYet if current.is_truncated() || !self.successors.is_empty() => {
                    current.continue_in_copy();
                    current.finish();
                }
                Next::NotYet => return None,
                Next::End => self.start_successor(settings)?,
            }
        }
    }

    /// Starts the file after the one that ended; `None` if there is none yet.
    fn start_successor(&mut self, settings: &FollowSettings) -> Option<()> {
        let current = self.current.as_ref()?;
        if current.is_truncated() {
            let mut next: VecDeque<(Arc<Handle>, Notice)> = VecDeque::new();
            for handle in current.newer_copies() {
                next.push_back((handle, Notice::Truncated));
            }
            next.push_back((current.file(), Notice::Truncated));
            next.append(&mut self.successors);
            self.successors = next;
        }
        let (handle, notice) = self.successors.pop_front()?;
        self.notify(notice);
        self.start(handle, settings, false).ok()
    }

    /// Skips the rest of this path. The last events of its file come next.
    pub(super) fn skip(&mut self) {
        if let Some(mut current) = self.current.take() {
            self.events.extend(current.skip(self.input));
        }
        self.state = PathState::Abandoned;
        self.successors.clear();
    }

    /// The remaining events when the run stops.
    pub(super) fn stop(&mut self) -> Vec<Event> {
        let mut events: Vec<Event> = self.events.drain(..).collect();
        if let Some(current) = &mut self.current {
            events.extend(current.stop(self.input));
        }
        events
    }
}
