//! Blocks that one worker reads for the others, where reading takes longer than what is done with a block.
//!
//! A plain file is read faster than two workers can hand it to each other, so each reads its own block. Compressed data comes
//! slower: who reads it goes on reading as long as the others have work, so that unpacking never waits for a search, nor for a
//! thread to wake up.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

use crate::input::Event;

/// An event with its number.
pub(super) type Numbered = (u64, Event);

/// Events that are read and wait for a worker.
pub(super) struct Ahead {
    state: Mutex<State>,
    changed: Condvar,
    /// The most events that wait.
    limit: usize,
}

#[derive(Default)]
struct State {
    events: VecDeque<Numbered>,
    /// Whether whoever reads leaves events here.
    is_filled: bool,
    /// Workers that wait for a change.
    waiting: usize,
}

/// What a worker gets to do next.
pub(super) enum Turn<'r, R> {
    /// To work on an event.
    Work(Numbered),
    /// To read.
    Read(MutexGuard<'r, R>),
}

impl Ahead {
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), limit }
    }

    /// Waits for an event that another worker has read, or for the turn to read.
    pub(super) fn turn<'r, R>(&self, reading: &'r Mutex<R>) -> Turn<'r, R> {
        let mut state = lock(&self.state);
        loop {
            if let Some(event) = state.events.pop_front() {
                return Turn::Work(event);
            }
            match reading.try_lock() {
                Ok(reading) => return Turn::Read(reading),
                Err(TryLockError::Poisoned(left)) => return Turn::Read(left.into_inner()),
                Err(TryLockError::WouldBlock) if state.is_filled => {
                    state.waiting += 1;
                    state =
                        self.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
                    state.waiting -= 1;
                }
                // The turn comes soon, and without the detour over a signal.
                Err(TryLockError::WouldBlock) => {
                    drop(state);
                    let reading = lock(reading);
                    state = lock(&self.state);
                    if state.events.is_empty() {
                        return Turn::Read(reading);
                    }
                }
            }
        }
    }

    /// Leaves an event to the other workers; gives it back when enough events wait.
    pub(super) fn offer(&self, event: Numbered) -> Option<Numbered> {
        let mut state = lock(&self.state);
        state.is_filled = true;
        if state.events.len() >= self.limit {
            return Some(event);
        }
        state.events.push_back(event);
        if state.waiting > 0 {
            self.changed.notify_one();
        }
        None
    }

    /// What tells those who wait, when it is dropped, that somebody else may read now; also where reading ended in a panic.
    pub(super) fn passing(&self) -> Passing<'_> {
        Passing { ahead: self, is_filled: false }
    }
}

/// To be dropped when `reading` is free again.
pub(super) struct Passing<'r> {
    ahead: &'r Ahead,
    /// Whether whoever reads next leaves events too.
    pub(super) is_filled: bool,
}

impl Drop for Passing<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.ahead.state);
        state.is_filled = self.is_filled;
        if state.waiting > 0 {
            self.ahead.changed.notify_all();
        }
    }
}

/// What a thread left behind that panicked is whole: each step here ends in a state to go on from.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
