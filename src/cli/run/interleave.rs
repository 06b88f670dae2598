//! Writes the lines of several streams to one output, without cutting a line of one with a line of
//! another.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crate::messages;

pub struct Interleaver<'w> {
    state: Mutex<State<'w>>,
    /// Whether our messages go to the same place.
    is_stderr: bool,
}

struct State<'w> {
    out: &'w mut (dyn Write + Send),
    /// The stream whose last line has no end yet.
    open_line: Option<usize>,
}

impl<'w> Interleaver<'w> {
    /// `is_stderr` is whether standard error goes to the same file or terminal.
    pub fn new(out: &'w mut (dyn Write + Send), is_stderr: bool) -> Self {
        Self { state: Mutex::new(State { out, open_line: None }), is_stderr }
    }

    pub fn stream(&self, index: usize) -> StreamWriter<'_, 'w> {
        StreamWriter { interleaver: self, index, buffer: Vec::new() }
    }

    /// Writes what a stream has. A line that another stream has not ended is ended first: it may be
    /// the last one of its stream, or a very long one that the child ends only after its other
    /// stream is read.
    fn write(&self, stream: usize, bytes: &[u8]) -> io::Result<()> {
        let State { out, open_line } =
            &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stderr = self.is_stderr.then(messages::lock_stderr);
        if open_line.is_some_and(|open| open != stream) {
            out.write_all(b"\n")?;
        }
        let is_line_open = bytes.last() != Some(&b'\n');
        *open_line = is_line_open.then_some(stream);
        if let Some(stderr) = &mut stderr {
            **stderr = is_line_open;
        }
        out.write_all(bytes)?;
        out.flush()
    }
}

/// Buffers what one stream writes until it is flushed. A run does that before each read of a
/// stream, after whole lines.
pub struct StreamWriter<'o, 'w> {
    interleaver: &'o Interleaver<'w>,
    index: usize,
    buffer: Vec<u8>,
}

impl Write for StreamWriter<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.interleaver.write(self.index, &self.buffer);
        self.buffer.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_whole_and_an_open_line_is_ended_before_another_stream() {
        let mut out = Vec::new();
        let interleaver = Interleaver::new(&mut out, false);
        let mut streams = [interleaver.stream(0), interleaver.stream(1)];
        for (stream, text) in [
            (0, "one\n"),
            (1, "a\nb\n"),
            (0, "two"),
            (0, " three"),
            (1, "c\n"),
            (0, "four\n"),
            (1, "d"),
        ] {
            // In pieces, as a run writes.
            let (first, second) = text.split_at(1);
            streams[stream].write_all(first.as_bytes()).expect("the buffer is in memory");
            streams[stream].write_all(second.as_bytes()).expect("the buffer is in memory");
            streams[stream].flush().expect("a vector does not fail");
        }
        assert_eq!(
            String::from_utf8(out).expect("all is text"),
            "one\na\nb\ntwo three\nc\nfour\nd"
        );
    }
}
