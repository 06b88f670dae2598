//! Runs workers on as many threads as the system allows.

use std::{io, thread};

/// Runs `work` for all `workers` at the same time: for the first one on this thread, and for each
/// other one on a thread of its own.
///
/// If the system refuses a thread, `refused` is called with the number of threads that there are
/// and the error, and the remaining workers are dropped. A panic of `work` passes on once all
/// threads have ended.
pub fn run_on_threads<W: Send>(
    workers: impl IntoIterator<Item = W>,
    work: impl Fn(W) + Sync,
    refused: impl FnOnce(usize, io::Error),
) {
    let mut workers = workers.into_iter();
    let Some(first) = workers.next() else { return };
    let work = &work;
    thread::scope(|scope| {
        for (index, worker) in workers.enumerate() {
            let started = thread::Builder::new().spawn_scoped(scope, move || work(worker));
            if let Err(error) = started {
                refused(index + 1, error);
                break;
            }
        }
        work(first);
    });
}
