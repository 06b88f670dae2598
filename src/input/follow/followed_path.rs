//! One followed path, and the files that have it one after the other.

mod reading;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use same_file::Handle;

use super::content_sample::ContentSample;
use super::file_generation::FileGeneration;
use super::known_files::{Copied, Known, OtherPaths, PastFile};
use super::rotations::{self, LastRead};
use super::watcher::Watcher;
use crate::input::feed::ReadOptions;
use crate::input::reader::Start;
use crate::input::tail;
use crate::input::{Event, FileError, Notice};

/// The most replaced files that are kept at the same time.
const MAX_REPLACED: usize = 16;

/// The most files that are remembered after they were read.
const MAX_PAST: usize = 16;

/// How files are followed.
pub(super) struct FollowOptions {
    pub(super) read: ReadOptions,
    /// Whether a file whose last lines cannot be found is read from its beginning.
    pub(super) reads_encoded_files_whole: bool,
    /// How long a replaced file is kept since it was replaced, or last grew.
    pub(super) patience: Duration,
    /// The least time between two polls in which a path may have had several files.
    pub(super) rotation_gap: Duration,
}

/// A followed path.
pub(super) struct FollowedPath {
    path: PathBuf,
    /// The index among the inputs.
    input: usize,
    state: PathState,
    /// The file that had the path at the last poll at which it existed.
    newest: Option<Arc<Handle>>,
    /// When it was modified then.
    modified: SystemTime,
    /// The end of the last poll, whether or not there was a file.
    last_poll: Option<Instant>,
    /// The file that is read. It is kept when it has lost its path, since a program may still write
    /// to it.
    current: Option<FileGeneration>,
    /// The files to read after it.
    successors: VecDeque<Successor>,
    /// The files before it, to which programs may still write. One may also end in the middle of a
    /// line.
    replaced: VecDeque<FileGeneration>,
    /// The bytes and lines of forgotten files that no finished file has counted.
    uncounted: (u64, u64),
    /// Whether the current file and those after it are watched.
    is_watched: bool,
    /// The last files that were read and are not polled any more.
    past: VecDeque<PastFile>,
    /// Events that come first.
    events: VecDeque<Event>,
}

/// A file to read after the current one.
struct Successor {
    file: Arc<Handle>,
    /// The notice that announces it.
    notice: Notice,
    /// How much of it was read before.
    offset: u64,
}

/// The target of the path at the last poll. Each change is reported once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathState {
    /// It was not polled yet.
    Unknown,
    File,
    Missing,
    /// Something that cannot be read.
    Unreadable,
    /// A file that is read under another path.
    Duplicate,
    /// The path is no longer polled: it can never be read, or its rest is skipped.
    Abandoned,
}

impl FollowedPath {
    pub(super) fn new(path: PathBuf, input: usize) -> Self {
        Self {
            path,
            input,
            state: PathState::Unknown,
            newest: None,
            modified: SystemTime::UNIX_EPOCH,
            last_poll: None,
            current: None,
            successors: VecDeque::new(),
            replaced: VecDeque::new(),
            uncounted: (0, 0),
            is_watched: false,
            past: VecDeque::new(),
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
        self.files().any(|file| file.blocks.in_long_line)
    }

    /// Polls the path and its files once. Returns whether there may be events.
    pub(super) fn poll(&mut self, options: &FollowOptions, others: &OtherPaths<'_>) -> bool {
        if self.state == PathState::Abandoned {
            return false;
        }
        // Poll the path before the files: bytes written to the old file before the new one has
        // content come first.
        match look_up(&self.path, &options.read) {
            Ok((file, modified)) => {
                let file = Arc::new(file);
                self.found_file(Arc::clone(&file), options, others);
                if self.newest.as_ref() == Some(&file) {
                    self.modified = modified;
                }
            }
            Err(FileError::Io(error))
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                self.found_nothing();
            }
            Err(error) => self.found_unreadable(error),
        }
        self.last_poll = Some(Instant::now());
        self.poll_files(options)
    }

    /// Polls the files alone. Returns whether there may be events.
    pub(super) fn poll_files(&mut self, options: &FollowOptions) -> bool {
        let mut has_grown = self.current.as_mut().is_some_and(FileGeneration::poll);
        for file in &mut self.replaced {
            has_grown |= file.poll_replaced(options.patience);
        }
        has_grown || !self.successors.is_empty() || !self.events.is_empty()
    }

    fn found_file(&mut self, file: Arc<Handle>, options: &FollowOptions, others: &OtherPaths<'_>) {
        let is_first = self.state == PathState::Unknown;
        let was_missing = matches!(self.state, PathState::Missing | PathState::Unreadable);
        let notice = if was_missing { Notice::Appeared } else { Notice::Replaced };
        if self.newest.as_ref() == Some(&file) {
            if was_missing {
                self.notify(notice);
            }
            self.state = PathState::File;
            return;
        }
        let offset = match self.known(&file, others) {
            Known::New => 0,
            Known::ReadTo(offset) => offset,
            // Its lines come under the path where it is read.
            Known::InUse => return self.found_duplicate(),
        };
        self.state = PathState::File;
        if let Some(newest) = self.newest.replace(Arc::clone(&file)) {
            let is_late = self.last_poll.is_some_and(|poll| poll.elapsed() >= options.rotation_gap);
            self.find_missed(&newest, &file, notice, is_late, others);
            self.successors.push_back(Successor { file, notice, offset });
            self.is_watched = false;
            return;
        }
        if was_missing {
            self.notify(notice);
        }
        if let Err(error) = self.start(file, offset, options, is_first) {
            self.abandon(error);
        }
    }

    fn found_duplicate(&mut self) {
        if self.state == PathState::Unknown {
            self.state = PathState::Duplicate;
            self.notify(Notice::Duplicate);
        }
    }

    /// Adds the files that had the path after `last` and before `next`. If the poll is late and
    /// `last` was moved to another directory, there may have been files that went there too.
    fn find_missed(
        &mut self,
        last: &Handle,
        next: &Handle,
        notice: Notice,
        is_late: bool,
        others: &OtherPaths<'_>,
    ) {
        let growing = self.current.as_ref().map(FileGeneration::growing);
        let (unread, modified) = (ContentSample::default(), self.modified);
        let last = match &growing {
            Some(growing) if *growing.file == *last => growing.last_read(modified),
            _ => LastRead { file: Some(last), sample: &unread, position: 0, modified },
        };
        let missed = rotations::files_between(&self.path, &last, next);
        drop(growing);
        if missed.may_be_more || missed.last_is_gone && is_late {
            self.notify(Notice::Incomplete);
        }
        for file in missed.oldest_first {
            let offset = match self.known(&file, others) {
                Known::New => 0,
                Known::ReadTo(offset) if is_longer(&file, offset) => offset,
                Known::ReadTo(_) | Known::InUse => continue,
            };
            self.successors.push_back(Successor { file, notice, offset });
        }
    }

    /// What this path and the others know of `file`.
    fn known(&self, file: &Handle, others: &OtherPaths<'_>) -> Known {
        let mut known = self.recognize(file).max(others.recognize(file));
        // At the start, a file that begins as another one does may be an earlier one.
        if known == Known::New && self.state != PathState::Unknown {
            known = others.recognize_copy(file, self);
        }
        known
    }

    /// What this path knows of `file`.
    pub(super) fn recognize(&self, file: &Handle) -> Known {
        let is_read = self.files().any(|one| *one.growing().file == *file);
        if is_read || self.successors.iter().any(|successor| *successor.file == *file) {
            return Known::InUse;
        }
        self.past.iter().map(|past| past.recognize(file)).max().unwrap_or(Known::New)
    }

    /// What this path knows of a file that may be a copy.
    pub(super) fn recognize_copy(&self, copy: &Copied<'_>) -> Known {
        for file in self.files() {
            let growing = file.growing();
            if copy.is_of(&growing.sample, growing.position) {
                return Known::InUse;
            }
        }
        self.past.iter().map(|past| past.recognize_copy(copy)).max().unwrap_or(Known::New)
    }

    /// Whether a rotation may copy or compress files of `other` at this path.
    pub(super) fn may_have_copies_of(&self, other: &Self) -> bool {
        rotations::is_rotated_path(&self.path, &other.path)
    }

    /// Makes `watcher` watch the files to which programs write by this path. Those that were
    /// replaced wait for the next poll.
    pub(super) fn watch(&mut self, watcher: &mut dyn Watcher) {
        if std::mem::replace(&mut self.is_watched, true) {
            return;
        }
        let current = self.current.as_ref().map(|current| Arc::clone(&current.growing().file));
        let newest = self.successors.back().map(|newest| Arc::clone(&newest.file));
        let files: Vec<_> = current.into_iter().chain(newest).collect();
        let files: Vec<&File> = files.iter().map(|file| file.as_file()).collect();
        watcher.watch(self.input, &self.path, &files);
    }

    /// The files that are read.
    fn files(&self) -> impl Iterator<Item = &FileGeneration> {
        self.current.iter().chain(&self.replaced)
    }

    fn found_nothing(&mut self) {
        if self.state != PathState::Missing {
            self.state = PathState::Missing;
            self.notify(if self.newest.is_some() { Notice::Gone } else { Notice::Missing });
        }
    }

    /// Waits for something readable, unless the path was unreadable from the start and can never be
    /// read.
    fn found_unreadable(&mut self, error: FileError) {
        let is_retried = matches!(error, FileError::Io(_) | FileError::Directory);
        if self.state == PathState::Unknown && !is_retried {
            self.abandon(error);
        } else if self.state != PathState::Unreadable {
            self.state = PathState::Unreadable;
            self.events.push_back(Event::Failed { file: self.input, error });
        }
    }

    /// Reports `error` and stops polling the path.
    pub(super) fn abandon(&mut self, error: FileError) {
        self.state = PathState::Abandoned;
        self.events.push_back(Event::Failed { file: self.input, error });
    }

    fn notify(&mut self, notice: Notice) {
        self.events.push_back(Event::Notice { file: self.input, notice });
    }

    /// Starts reading `file` at `offset`; at its last lines if it is the first one and only those
    /// are wanted.
    fn start(
        &mut self,
        file: Arc<Handle>,
        offset: u64,
        options: &FollowOptions,
        is_first: bool,
    ) -> Result<(), FileError> {
        let mut start = Start { offset, lines: 0 };
        if offset > 0 && options.read.counts_lines {
            start.lines = tail::count_lines(file.as_file(), offset)?;
        }
        if let Some(lines) = options.read.tail
            && is_first
        {
            match tail::find_start(file.as_file(), lines, true, &options.read) {
                Err(FileError::NoTailOfEncoded(_)) if options.reads_encoded_files_whole => {}
                found => start = found?,
            }
        }
        let (path, input) = (&self.path, self.input);
        self.current = Some(FileGeneration::new(file, path, input, start, &options.read)?);
        self.events.push_back(Event::Started { file: self.input });
        self.is_watched = false;
        Ok(())
    }
}

/// Whether `file` has more than `length` bytes.
fn is_longer(file: &Handle, length: u64) -> bool {
    file.as_file().metadata().is_ok_and(|metadata| metadata.len() > length)
}

/// The regular file that `path` refers to, following symbolic links, and when it was modified.
fn look_up(path: &Path, options: &ReadOptions) -> Result<(Handle, SystemTime), FileError> {
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
    Ok((file, metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH)))
}
