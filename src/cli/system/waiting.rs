//! Standard streams that wait where a non-blocking one fails.
//!
//! Another process may set `O_NONBLOCK` on a terminal, pipe or socket that it shares with this one.
//! A read then fails while there is no input, and a write while the reader is slow.

use std::io::{self, ErrorKind, Read, Stderr, Stdin, Stdout, Write};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// How often in a row a stream may be ready and fail all the same. Another process may have read
/// the input first. A stream that keeps failing is broken, and must not be asked forever.
const MAX_ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(1);

/// A stream whose reads and writes never fail with [`ErrorKind::WouldBlock`] while it can be
/// waited for.
pub struct Waiting<S>(S);

pub fn stdin() -> Waiting<Stdin> {
    Waiting(io::stdin())
}

pub fn stdout() -> Waiting<Stdout> {
    Waiting(io::stdout())
}

pub fn stderr() -> Waiting<Stderr> {
    Waiting(io::stderr())
}

impl<S: AsFd> Waiting<S> {
    fn retry<T>(
        &mut self,
        readiness: PollFlags,
        mut operation: impl FnMut(&mut S) -> io::Result<T>,
    ) -> io::Result<T> {
        for attempt in 0..MAX_ATTEMPTS {
            match operation(&mut self.0) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => return result,
            }
            if attempt > 0 {
                thread::sleep(PAUSE);
            }
            wait(&self.0, readiness)?;
        }
        operation(&mut self.0)
    }
}

/// Waits until `stream` is ready, has failed, or has no other end any more.
fn wait(stream: &impl AsFd, readiness: PollFlags) -> io::Result<()> {
    loop {
        match poll(&mut [PollFd::new(stream, readiness)], None) {
            Err(Errno::INTR) => {}
            result => return result.map(drop).map_err(io::Error::from),
        }
    }
}

impl<S: AsFd + Read> Read for Waiting<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(PollFlags::IN, |stream| stream.read(buffer))
    }
}

impl<S: AsFd + Write> Write for Waiting<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(PollFlags::OUT, |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.retry(PollFlags::OUT, S::flush)
    }
}
