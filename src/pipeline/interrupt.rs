//! Stopping a run from outside, between two blocks, with everything whole written out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A request to stop that a signal handler or another thread makes.
#[derive(Debug, Default)]
pub struct Interrupt {
    requested: AtomicBool,
    /// Whether the run waits for input with all its output flushed. Held by the run except while it does.
    waiting: Mutex<bool>,
    /// Held while somebody begins to pause, or ends it.
    pausing: Mutex<()>,
    pause_over: Condvar,
}

/// Held by a run while it works.
pub(super) struct Working<'i>(MutexGuard<'i, bool>);

impl Interrupt {
    /// Asks the run to stop, and waits until it is found waiting for input, or until `patience` is over.
    ///
    /// Returns true when the run waits for input with all its output flushed: it cannot notice the request, and will
    /// not begin another block, so the caller can end the process without losing anything. Returns false when the
    /// run did not come to that in time: it stopped by itself, or its output is stuck.
    pub fn request(&self, patience: Duration) -> bool {
        self.requested.store(true, Ordering::SeqCst);
        drop(self.pausing.lock());
        self.pause_over.notify_all();
        let since = Instant::now();
        while since.elapsed() < patience {
            match self.waiting.try_lock() {
                Ok(waiting) if *waiting => {
                    // The run must not begin another block before the process is gone.
                    std::mem::forget(waiting);
                    return true;
                }
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
        false
    }

    /// Whether somebody asked the run to stop.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Waits, but not longer than until somebody asks the run to stop.
    pub(super) fn pause(&self, duration: Duration) {
        let pausing = self.pausing.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing depends on whether the time is over.
        let _ = self.pause_over.wait_timeout_while(pausing, duration, |()| !self.is_requested());
    }

    pub(super) fn working(&self) -> Working<'_> {
        Working(self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does `wait`, during which the process may be ended.
    pub(super) fn waiting<'i, T>(
        &'i self,
        working: Working<'i>,
        wait: impl FnOnce() -> T,
    ) -> (T, Working<'i>) {
        let Working(mut waiting) = working;
        *waiting = true;
        drop(waiting);
        let done = wait();
        let mut working = self.working();
        *working.0 = false;
        (done, working)
    }
}
