//! Where what becomes of streams that run side by side goes: in whole lines, so that none cuts a line of another in half.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crate::messages;

/// Takes the lines of several streams.
pub struct Outlet<'w> {
    state: Mutex<State<'w>>,
    /// Whether what is said on standard error goes to the same place.
    is_shared: bool,
}

struct State<'w> {
    out: &'w mut (dyn Write + Send),
    /// The stream whose line has no end yet.
    open: Option<usize>,
}

impl<'w> Outlet<'w> {
    pub fn new(out: &'w mut (dyn Write + Send), is_shared: bool) -> Self {
        Self { state: Mutex::new(State { out, open: None }), is_shared }
    }

    /// The writer of the stream at a place.
    pub fn stream(&self, place: usize) -> Lines<'_, 'w> {
        Lines { outlet: self, place, held: Vec::new() }
    }

    /// Writes what a stream has. Where another one has left half a line, that is ended first: it may be the last one of its
    /// stream, or a very long one whose end the command writes only when its other stream is read.
    fn take(&self, place: usize, bytes: &[u8]) -> io::Result<()> {
        let State { out, open } = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut turn = self.is_shared.then(messages::turn);
        if open.is_some_and(|open| open != place) {
            out.write_all(b"\n")?;
        }
        *open = (bytes.last() != Some(&b'\n')).then_some(place);
        if let Some(turn) = &mut turn {
            turn.is_open = open.is_some();
        }
        out.write_all(bytes)?;
        out.flush()
    }
}

/// What one stream writes: held until it is flushed, which a run does before each read of a stream, behind whole lines.
pub struct Lines<'o, 'w> {
    outlet: &'o Outlet<'w>,
    place: usize,
    held: Vec<u8>,
}

impl Write for Lines<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let taken = self.outlet.take(self.place, &self.held);
        self.held.clear();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_and_half_a_line_is_ended_before_another_stream() {
        let mut out = Vec::new();
        let outlet = Outlet::new(&mut out, false);
        let mut streams = [outlet.stream(0), outlet.stream(1)];
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
            streams[stream].write_all(first.as_bytes()).expect("what is held is in memory");
            streams[stream].write_all(second.as_bytes()).expect("what is held is in memory");
            streams[stream].flush().expect("a vector takes everything");
        }
        assert_eq!(
            String::from_utf8(out).expect("all is text"),
            "one\na\nb\ntwo three\nc\nfour\nd"
        );
    }
}
