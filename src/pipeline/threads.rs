//! Runs workers on as many threads as the system allows.

use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::thread;

/// The memory that a thread may need, with its stack.
const MEMORY: usize = 18 << 20;

/// Runs `work` for all `workers` at the same time: for the first one on this thread, and for each
/// other one on a thread of its own.
///
/// If the system refuses a thread or its memory, `refused` is called with the number of running
/// threads and the error, and the remaining workers are dropped. A panic of `work` passes on once
/// all threads have ended.
pub fn run_on_threads<W: Send>(
    workers: impl IntoIterator<Item = W>,
    work: impl Fn(W) + Sync,
    refused: impl FnOnce(usize, io::Error),
) {
    let workers: Vec<W> = workers.into_iter().collect();
    let with_memory = threads_with_memory(workers.len());
    let mut workers = workers.into_iter();
    let Some(first) = workers.next() else { return };
    let work = &work;
    thread::scope(|scope| {
        for (index, worker) in workers.enumerate() {
            let mut started = Err(ErrorKind::OutOfMemory.into());
            if index + 1 < with_memory {
                started = thread::Builder::new().spawn_scoped(scope, move || work(worker));
            }
            if let Err(error) = started {
                refused(index + 1, error);
                break;
            }
        }
        work(first);
    });
}

/// How many of `threads` threads fit into memory. Where there is a limit (`ulimit -v`), an
/// allocation that fails later would end the process.
fn threads_with_memory(threads: usize) -> usize {
    if threads < 2 {
        return threads;
    }
    let mut reserved = Vec::new();
    while reserved.len() < threads {
        let mut memory: Vec<u8> = Vec::new();
        if memory.try_reserve_exact(MEMORY).is_err() {
            break;
        }
        reserved.push(black_box(memory));
    }
    reserved.len()
}
