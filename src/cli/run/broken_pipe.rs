//! Standard output whose reader may go away while the run still needs its whole input.

use std::io::{self, Write};

use crate::exit_status::is_broken_pipe;

/// A writer that drops everything once its reader is gone.
pub struct IgnoreBrokenPipe<'w> {
    out: &'w mut (dyn Write + Send),
    is_ignored: bool,
    is_closed: bool,
}

impl<'w> IgnoreBrokenPipe<'w> {
    /// Without `is_ignored`, a broken pipe is an error as usual.
    pub fn new(out: &'w mut (dyn Write + Send), is_ignored: bool) -> Self {
        Self { out, is_ignored, is_closed: false }
    }

    pub fn close(&mut self) {
        self.is_closed = true;
    }

    pub fn if_open(&mut self) -> Option<&mut dyn Write> {
        if self.is_closed { None } else { Some(self) }
    }

    fn check<T>(&mut self, result: io::Result<T>, if_closed: T) -> io::Result<T> {
        match result {
            Err(error) if self.is_ignored && is_broken_pipe(&error) => {
                self.is_closed = true;
                Ok(if_closed)
            }
            result => result,
        }
    }
}

impl Write for IgnoreBrokenPipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.check(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.check(flushed, ())
    }
}
