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

    fn ignore(&mut self, error: io::Error) -> io::Result<()> {
        if !self.is_ignored || !is_broken_pipe(&error) {
            return Err(error);
        }
        self.is_closed = true;
        Ok(())
    }
}

impl Write for IgnoreBrokenPipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_closed {
            match self.out.write(bytes) {
                Err(error) => self.ignore(error)?,
                written => return written,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        self.out.flush().or_else(|error| self.ignore(error))
    }
}
