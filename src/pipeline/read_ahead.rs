//! Blocks that one worker reads for all, where reading a block takes longer than working on it.
//!
//! A plain file is read faster than two workers can hand it to each other, so each reads its own
//! blocks. Compressed data comes slower: its reader goes on reading while the others have work, so
//! that decompression never waits for a search, nor for a thread to wake up.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, TryLockError};

use crate::input::Event;
use crate::lock::{ignore_poison, lock};

/// An event with its sequence number in the input.
pub(super) type Numbered = (u64, Event);

/// Events that are read and wait for a worker. The caller limits how many.
#[derive(Default)]
pub(super) struct ReadAhead {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Numbered>,
    /// Whether the current reader puts events here.
    reader_fills_queue: bool,
    /// The number of workers that wait for a change.
    waiting: usize,
}

/// The next task of a worker.
pub(super) enum Task<'r, R> {
    /// Work on an event.
    Work(Numbered),
    /// Read.
    Read(MutexGuard<'r, R>),
}

impl ReadAhead {
    /// Waits for an event that another worker has read, or for the lock on `reader`.
    pub(super) fn next_task<'r, R>(&self, reader: &'r Mutex<R>) -> Task<'r, R> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(event) = queue.events.pop_front() {
                return Task::Work(event);
            }
            match reader.try_lock() {
                Ok(reader) => return Task::Read(reader),
                Err(TryLockError::Poisoned(poisoned)) => return Task::Read(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if queue.reader_fills_queue => {
                    queue.waiting += 1;
                    queue = ignore_poison(self.changed.wait(queue));
                    queue.waiting -= 1;
                }
                // The reader keeps no events for others, so the lock is free soon. Waiting for it
                // costs less than a notification.
                Err(TryLockError::WouldBlock) => {
                    drop(queue);
                    let reader = lock(reader);
                    queue = lock(&self.queue);
                    if queue.events.is_empty() {
                        return Task::Read(reader);
                    }
                }
            }
        }
    }

    /// Whether an event that comes before this sequence number waits for a worker.
    pub(super) fn has_before(&self, sequence: u64) -> bool {
        lock(&self.queue).events.front().is_some_and(|(first, _)| *first < sequence)
    }

    /// Puts an event into the queue for the other workers.
    pub(super) fn push(&self, event: Numbered) {
        let mut queue = lock(&self.queue);
        queue.reader_fills_queue = true;
        queue.events.push_back(event);
        if queue.waiting > 0 {
            self.changed.notify_one();
        }
    }
}

/// Lets another worker read once this is dropped, also if the reader panics. Drop it after the lock
/// on the reader.
pub(super) struct ReaderHandoff<'r> {
    pub(super) read_ahead: &'r ReadAhead,
    /// Whether the next reader is going to fill the queue too.
    pub(super) reader_fills_queue: bool,
}

impl Drop for ReaderHandoff<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.read_ahead.queue);
        queue.reader_fills_queue = self.reader_fills_queue;
        if queue.waiting > 0 {
            self.read_ahead.changed.notify_all();
        }
    }
}
