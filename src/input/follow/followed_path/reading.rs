//! Reading the files of a path one after the other, and moving from one to the next.

use std::sync::Arc;

use super::{FollowOptions, FollowedPath, MAX_PAST, MAX_REPLACED, PathState, Successor, is_longer};
use crate::input::block::Part;
use crate::input::follow::known_files::PastFile;
use crate::input::follow::rotations::{self, MissedFiles};
use crate::input::{Event, Notice};

impl FollowedPath {
    /// Returns the next event, or `None` if there is none until the next poll. A block uses the
    /// memory of `spare`.
    pub(in crate::input::follow) fn next(
        &mut self,
        spare: &mut Vec<u8>,
        options: &FollowOptions,
    ) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.current.is_some()
                && let Some(event) = self.next_late(spare)
            {
                return Some(event);
            }
            if let Some(current) = &mut self.current
                && let Some(event) = current.next(spare)
            {
                // A compressed file between others is read as they are.
                if matches!(event, Event::Notice { notice: Notice::Compressed, .. })
                    && !self.successors.is_empty()
                {
                    continue;
                }
                return Some(event);
            }
            self.advance(options)?;
        }
    }

    /// The next event of a replaced file.
    fn next_late(&mut self, spare: &mut Vec<u8>) -> Option<Event> {
        if self.current.as_ref().is_some_and(|current| current.blocks.in_long_line) {
            return None;
        }
        // The rest of a very long line comes first.
        let long = self.replaced.iter().position(|file| file.blocks.in_long_line);
        let mut index = long.unwrap_or(0);
        while let Some(file) = self.replaced.get_mut(index) {
            if let Some(event) = file.next(spare) {
                return Some(self.late(event));
            }
            if file.has_ended {
                self.give_up(index);
            } else if file.blocks.in_long_line {
                // Other lines must not wait for its end.
                file.growing().finish();
            } else {
                index += 1;
            }
        }
        None
    }

    /// Puts an event of a replaced file among those of the current one.
    fn late(&self, mut event: Event) -> Event {
        if let Event::Block(block) = &mut event {
            if let Some(current) = &self.current {
                block.generation = current.blocks.generation;
            }
            if matches!(block.part, Part::Lines | Part::LongEnd) {
                block.terminate();
            }
        }
        event
    }

    /// Does what comes when nothing can be read now; returns `None` if that is to wait for the next
    /// poll.
    fn advance(&mut self, options: &FollowOptions) -> Option<()> {
        let is_superseded = self.is_superseded();
        let Some(current) = &mut self.current else { return self.start_successor(options) };
        let mut growing = current.growing();
        if current.has_ended {
            drop(growing);
            self.finish_current();
        } else if growing.is_truncated || is_superseded && current.blocks.in_long_line {
            // The bytes that were just read are the end of the file.
            growing.finish();
        } else if is_superseded {
            drop(growing);
            self.replace_current();
        } else {
            return None;
        }
        Some(())
    }

    /// Whether the next file has content, or was replaced itself.
    ///
    /// A rotation creates the new file while programs still write to the old one. As long as the
    /// new one is empty, their lines come in order.
    fn is_superseded(&self) -> bool {
        let Some(next) = self.successors.front() else { return false };
        self.successors.len() > 1 || is_longer(&next.file, 0)
    }

    /// Ends the current file, which was read to its end.
    fn finish_current(&mut self) {
        self.push_finished();
        let Some(current) = self.current.take() else { return };
        let growing = current.growing();
        self.remember(PastFile::new(&growing));
        if !growing.is_truncated {
            return;
        }
        // The contents that the file had since the truncation.
        let MissedFiles { mut oldest_first, may_be_more, .. } =
            rotations::newer_copies(&self.path, &growing);
        oldest_first.push(Arc::clone(&growing.file));
        let mut notice = Notice::Truncated;
        if may_be_more || growing.copy.is_none() {
            notice = Notice::TruncatedWithoutCopy;
        }
        for file in oldest_first.into_iter().rev() {
            self.successors.push_front(Successor { file, notice, offset: 0 });
        }
    }

    fn remember(&mut self, past: PastFile) {
        self.past.push_back(past);
        if self.past.len() > MAX_PAST {
            self.past.pop_front();
        }
    }

    /// Keeps the current file among the replaced ones.
    fn replace_current(&mut self) {
        self.push_finished();
        let Some(mut current) = self.current.take() else { return };
        current.replace();
        self.replaced.push_back(current);
        if self.replaced.len() > MAX_REPLACED {
            self.replaced[0].growing().finish();
        }
    }

    /// Reports the end of the current file. It counts the lines of replaced files that came since
    /// it started.
    fn push_finished(&mut self) {
        let (mut bytes, mut lines) = std::mem::take(&mut self.uncounted);
        for file in self.current.iter_mut().chain(&mut self.replaced) {
            let totals = file.take_totals();
            bytes += totals.0;
            lines += totals.1;
        }
        self.events.push_back(Event::Finished { file: self.input, bytes, lines });
    }

    /// Forgets a replaced file that has ended.
    fn give_up(&mut self, index: usize) {
        let Some(mut file) = self.replaced.remove(index) else { return };
        let (bytes, lines) = file.take_totals();
        self.uncounted.0 += bytes;
        self.uncounted.1 += lines;
        let past = PastFile::new(&file.growing());
        self.remember(past);
    }

    /// Starts the next file; `None` if there is none yet.
    fn start_successor(&mut self, options: &FollowOptions) -> Option<()> {
        let Successor { file, notice, offset } = self.successors.pop_front()?;
        self.notify(notice);
        if let Err(error) = self.start(file, offset, options, false) {
            self.events.push_back(Event::Failed { file: self.input, error });
        }
        Some(())
    }

    /// Skips the rest of this path. The last events of its file come next.
    pub(in crate::input::follow) fn skip(&mut self) {
        if let Some(current) = &mut self.current {
            self.events.extend(current.end());
            self.push_finished();
        }
        self.state = PathState::Abandoned;
        self.current = None;
        self.replaced.clear();
        self.successors.clear();
    }

    /// The remaining events when the run stops.
    pub(in crate::input::follow) fn stop(&mut self) -> Vec<Event> {
        let mut late = Vec::new();
        for file in &mut self.replaced {
            late.extend(file.stop());
        }
        let mut events: Vec<Event> = self.events.drain(..).collect();
        events.extend(late.into_iter().map(|event| self.late(event)));
        if let Some(current) = &mut self.current {
            events.extend(current.stop());
            self.push_finished();
        }
        events.extend(self.events.drain(..));
        events
    }
}
