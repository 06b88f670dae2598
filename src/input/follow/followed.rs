//! A name that is followed, whatever file stands under it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use same_file::Handle;

use super::Settings;
use super::incarnation::{Incarnation, Next};
use super::name::Named;
use super::skipped;
use crate::input::error::FileError;
use crate::input::events::{Event, Notice};

/// A name that is followed.
pub(super) struct Followed {
    path: PathBuf,
    /// Its place among the inputs.
    file: usize,
    standing: Standing,
    /// The file that is read. It stays when it has lost its name, since somebody may still write into it.
    current: Option<Incarnation>,
    /// What is read behind it, and what is said before: the last one stands under the name in its place.
    successors: VecDeque<(Arc<Handle>, Notice)>,
    /// What is to be told first.
    events: VecDeque<Event>,
}

/// What was found under the name last, and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nobody looked yet.
    Unknown,
    File,
    Nothing,
    /// What cannot be read.
    Other,
    /// Nothing that is waited for: it cannot be read, or no more of it is wanted.
    GivenUp,
}

impl Followed {
    pub(super) fn new(path: PathBuf, file: usize) -> Self {
        Self {
            path,
            file,
            standing: Standing::Unknown,
            current: None,
            successors: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Whether nothing will ever come.
    pub(super) fn is_given_up(&self) -> bool {
        self.standing == Standing::GivenUp && self.events.is_empty()
    }

    /// Whether more of this file should come before anything of another one.
    pub(super) fn is_in_long_line(&self) -> bool {
        self.current.as_ref().is_some_and(Incarnation::is_in_long_line)
    }

    /// Looks once at the name and the file, and returns whether there is something to do or to tell.
    pub(super) fn look(&mut self, settings: &Settings) -> bool {
        if self.standing == Standing::GivenUp {
            return false;
        }
        // First the name, then the file: what is written into the old file before the new one holds anything is read before that.
        if self.successors.is_empty() {
            match Named::find(&self.path, settings.output.as_ref()) {
                Named::File(handle, length) => self.found(handle, length, settings),
                Named::Nothing => self.found_nothing(),
                Named::Other(error) => self.found_other(error),
            }
        }
        let has_grown = self.current.as_mut().is_some_and(Incarnation::look);
        has_grown || !self.successors.is_empty() || !self.events.is_empty()
    }

    fn found(&mut self, handle: Arc<Handle>, length: u64, settings: &Settings) {
        let is_first = self.standing == Standing::Unknown;
        let was_missing = matches!(self.standing, Standing::Nothing | Standing::Other);
        let notice = if was_missing { Notice::Appeared } else { Notice::Replaced };
        match &self.current {
            Some(current) if current.file() != handle => {
                let mut next = skipped::between(&self.path, &current.file(), &handle);
                // Somebody may have made it already, and still write into the one before.
                next.extend((length > 0).then_some(handle));
                self.successors.extend(next.into_iter().map(|handle| (handle, notice)));
                if self.successors.is_empty() {
                    return;
                }
            }
            Some(_) => self.tell(was_missing.then_some(notice)),
            None => {
                self.tell(was_missing.then_some(notice));
                if let Err(error) = self.begin(handle, settings, is_first) {
                    self.give_up(error);
                    return;
                }
            }
        }
        self.standing = Standing::File;
    }

    fn found_nothing(&mut self) {
        if self.standing != Standing::Nothing {
            self.standing = Standing::Nothing;
            self.tell(Some(if self.current.is_some() { Notice::Gone } else { Notice::Missing }));
        }
    }

    /// Waits for something else to stand there, unless it was there from the start and can never be read.
    fn found_other(&mut self, error: FileError) {
        if self.standing == Standing::Unknown && !matches!(error, FileError::Io(_)) {
            self.give_up(error);
        } else if self.standing != Standing::Other {
            self.standing = Standing::Other;
            self.events.push_back(Event::Failed(self.file, error));
        }
    }

    fn give_up(&mut self, error: FileError) {
        self.standing = Standing::GivenUp;
        self.events.push_back(Event::Failed(self.file, error));
    }

    fn tell(&mut self, notice: Option<Notice>) {
        self.events.extend(notice.map(|notice| Event::Notice(self.file, notice)));
    }

    /// Begins with `handle`; with its last lines if it was there from the start and only those are asked for.
    fn begin(
        &mut self,
        handle: Arc<Handle>,
        settings: &Settings,
        is_first: bool,
    ) -> Result<(), FileError> {
        let incarnation = match settings.tail().filter(|_| is_first) {
            None => Incarnation::new(handle, &self.path, self.file, settings),
            Some(tail) => {
                let start = tail.start(handle.as_file())?;
                Incarnation::starting(handle, &self.path, self.file, settings, start)
                    .map_err(FileError::Io)?
            }
        };
        self.current = Some(incarnation);
        self.events.push_back(Event::Started(self.file));
        Ok(())
    }

    /// What comes next; a block is put into the memory of `spare`. None if there is nothing until somebody looks again.
    pub(super) fn next(&mut self, spare: &mut Vec<u8>, settings: &Settings) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let current = self.current.as_mut()?;
            match current.next(self.file, spare) {
                Next::Event(event) => return Some(event),
                // Either way nothing of this file comes behind what was just read.
                Next::NotYet if current.is_cut_off() || !self.successors.is_empty() => {
                    current.go_on_in_copy();
                    current.finish();
                }
                Next::NotYet => return None,
                Next::End => self.go_on(settings)?,
            }
        }
    }

    /// Begins with what comes behind the file that ended; None if there is nothing yet.
    fn go_on(&mut self, settings: &Settings) -> Option<()> {
        let current = self.current.as_ref()?;
        if current.is_cut_off() {
            let next = current
                .copies_since()
                .into_iter()
                .chain([current.file()])
                .map(|handle| (handle, Notice::Truncated));
            self.successors = next.chain(self.successors.drain(..)).collect();
        }
        let (handle, notice) = self.successors.pop_front()?;
        self.tell(Some(notice));
        self.begin(handle, settings, false).ok()
    }

    /// Whether it is the file at this place among the inputs.
    pub(super) fn is_of(&self, file: usize) -> bool {
        self.file == file
    }

    /// Nothing more of it is wanted; what is left to say comes next.
    pub(super) fn leave(&mut self) {
        let end = self.current.take().map(|mut current| current.leave(self.file));
        self.events.extend(end.into_iter().flatten());
        self.standing = Standing::GivenUp;
        self.successors.clear();
    }

    /// What is left when nothing more is asked for.
    pub(super) fn stop(&mut self) -> Vec<Event> {
        let mut events: Vec<Event> = self.events.drain(..).collect();
        events.extend(
            self.current.as_mut().map(|current| current.stop(self.file)).into_iter().flatten(),
        );
        events
    }
}
