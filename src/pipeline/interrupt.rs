//! Stopping a run from outside, between two blocks, with every complete line written.

use crate::lock::lock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// A request to stop, made by a signal handler or another thread.
#[derive(Debug, Default)]
pub struct Interrupt {
    requested: AtomicBool,
    /// Whether the run waits for input with all its output flushed. The run holds the lock while
    /// it works, and releases it while it waits.
    is_idle: Mutex<bool>,
    /// The thread of the run, once it has paused.
    paused: Mutex<Option<Thread>>,
}

/// Holds a run that waits for input.
///
/// While this lives, the run writes nothing. When it is dropped, the run is free again: as soon as
/// there is input, it writes that one block and stops.
#[derive(Debug)]
#[must_use = "dropping it lets the run go on"]
pub struct Frozen<'i> {
    _lock: MutexGuard<'i, bool>,
}

/// Held by a run while it works.
pub(super) struct Busy<'i> {
    interrupt: &'i Interrupt,
    is_idle: MutexGuard<'i, bool>,
}

impl Interrupt {
    /// Asks the run to stop, and waits up to `patience` until it waits for input.
    ///
    /// Such a run has flushed all its output and cannot notice the request, so it is frozen: as
    /// long as the caller keeps the returned guard, the process can end without losing anything.
    /// Returns `None` if the run does not wait in that time: it stops by itself, or its output is
    /// stuck.
    pub fn request(&self, patience: Duration) -> Option<Frozen<'_>> {
        self.requested.store(true, Ordering::SeqCst);
        if let Some(run) = &*self.paused() {
            run.unpark();
        }
        let since = Instant::now();
        while since.elapsed() < patience {
            match self.is_idle.try_lock() {
                Ok(is_idle) if *is_idle => return Some(Frozen { _lock: is_idle }),
                _ => thread::sleep(Duration::from_millis(1)),
            }
        }
        None
    }

    /// Whether the run was asked to stop.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Waits for `duration`, or until the run is asked to stop or its thread is unparked. May
    /// return early.
    pub(super) fn pause(&self, duration: Duration) {
        *self.paused() = Some(thread::current());
        // A request after this unparks the thread, so that it does not wait.
        if !self.is_requested() {
            thread::park_timeout(duration);
        }
    }

    fn paused(&self) -> MutexGuard<'_, Option<Thread>> {
        lock(&self.paused)
    }

    /// Marks the run as working; waits while it is frozen.
    pub(super) fn start_work(&self) -> Busy<'_> {
        let mut is_idle = lock(&self.is_idle);
        *is_idle = false;
        Busy { interrupt: self, is_idle }
    }
}

impl Busy<'_> {
    /// Runs `wait` while the run counts as idle and can be frozen. All output must be flushed.
    pub(super) fn while_idle<T>(mut self, wait: impl FnOnce() -> T) -> (T, Self) {
        *self.is_idle = true;
        drop(self.is_idle);
        let result = wait();
        (result, self.interrupt.start_work())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::annotate::Annotator;
    use crate::detect::Detector;
    use crate::format::Append;
    use crate::input::Feed;
    use crate::pipeline::run;

    /// Reports each read, and waits for a piece of text.
    struct Pieces(Sender<()>, Receiver<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            // Both fail only when the test is over.
            let _ = self.0.send(());
            let piece = self.1.recv().unwrap_or_default();
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[test]
    fn a_frozen_run_writes_nothing_and_a_released_one_ends() {
        const LIMIT: Duration = Duration::from_secs(20);
        let (input, pieces) = channel();
        let (reads, is_read) = channel();
        let (done, ended) = channel();
        let interrupt = Arc::new(Interrupt::default());
        let of_run = Arc::clone(&interrupt);
        thread::spawn(move || {
            let mut feed = Feed::from_reader(Pieces(reads, pieces)).with_line_numbers(false);
            let append = Arc::new(Append::default());
            let mut stage = Annotator::new(Detector::built_in(), Some(append));
            let mut out = Vec::new();
            let totals = run(&mut feed, &mut stage, &mut out, &mut (), &of_run);
            done.send((totals.is_ok(), out)).expect("the test waits for the end");
        });
        // The first read shows the format of the input; the second one waits for more text.
        is_read.recv_timeout(LIMIT).expect("the run reads");
        input.send(b"zero\n").expect("the run reads");
        is_read.recv_timeout(LIMIT).expect("the run reads on");
        let frozen = interrupt.request(LIMIT).expect("the run waits for input");
        input.send(b"one\n").expect("the run reads");
        assert!(ended.recv_timeout(Duration::from_millis(50)).is_err(), "the run went on");
        drop(frozen);
        let end = ended.recv_timeout(LIMIT).expect("the run ends once it is released");
        assert_eq!(end, (true, b"zero\none\n".to_vec()));
    }

    #[test]
    fn a_run_that_works_is_not_frozen() {
        let interrupt = Interrupt::default();
        let busy = interrupt.start_work();
        assert!(interrupt.request(Duration::from_millis(5)).is_none());
        assert!(interrupt.is_requested());
        let ((), busy) = busy.while_idle(|| {
            assert!(interrupt.request(Duration::from_millis(5)).is_some());
        });
        drop(busy);
    }
}
