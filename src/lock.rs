//! Locks that a panic of another thread does not close.

use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

/// Locks `mutex`, whether or not a thread panicked while it had the lock.
///
/// Each change of what these locks guard leaves it consistent, so other threads can go on with it.
/// They also end in order after a panic: they write what is complete and remove temporary files.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    ignore_poison(mutex.lock())
}

/// What [`lock`] does, for the other operations that report a panic of another thread.
pub fn ignore_poison<G>(result: LockResult<G>) -> G {
    result.unwrap_or_else(PoisonError::into_inner)
}
