//! Runs over a log in memory.

use std::io::{self, Read};

use imerr::input::{Block, Encoding, Feed, FileError, Input};
use imerr::pipeline::{Interrupt, Observer, Output, Stage, run};
use imerr::stats::BlockOutcome;

/// Returns at most `size` bytes per read.
struct Dribble {
    bytes: Vec<u8>,
    position: usize,
    size: usize,
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.position..];
        let count = self.size.min(buffer.len()).min(rest.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count;
        Ok(count)
    }
}

/// Keeps the error of the file.
#[derive(Default)]
struct Failures(Option<String>);

impl Observer for Failures {
    fn file_failed(&mut self, _input: &Input, error: &FileError) {
        self.0 = Some(error.to_string());
    }
}

/// Writes to a vector, and fails when it is full, so that a bomb ends.
struct Limited(Vec<u8>);

const OUTPUT_LIMIT: usize = 64 << 20;

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() > OUTPUT_LIMIT {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `stage` over `bytes` in this encoding, in reads of at most `size` bytes. Returns the output
/// and the error of the input; None if the output is too large to compare.
pub fn read_in(
    encoding: Encoding,
    mut stage: impl Stage,
    bytes: &[u8],
    size: usize,
) -> Option<(Vec<u8>, Option<String>)> {
    let reader = Dribble { bytes: bytes.to_vec(), position: 0, size };
    let mut feed = Feed::from_reader(reader).with_encoding(encoding);
    let mut out = Limited(Vec::new());
    let mut failures = Failures::default();
    let interrupt = Interrupt::default();
    run(&mut feed, &mut stage, &mut out, &mut failures, &interrupt).ok()?;
    Some((out.0, failures.0))
}

/// Runs `stage` over `log` in reads of at most `size` bytes, for the observer alone.
pub fn observe(mut stage: impl Stage, log: &[u8], size: usize, observer: &mut dyn Observer) {
    let reader = Dribble { bytes: log.to_vec(), position: 0, size };
    let mut feed = Feed::from_reader(reader).with_encoding(Encoding::Marked);
    run(&mut feed, &mut stage, &mut io::sink(), observer, &Interrupt::default())
        .expect("a sink takes all bytes");
}

/// The output of `stage` for `log`, in reads of at most `size` bytes.
pub fn run_in_pieces(stage: impl Stage, log: &[u8], size: usize) -> Vec<u8> {
    let (out, error) =
        read_in(Encoding::Marked, stage, log, size).expect("the output of a log is small");
    assert_eq!(error, None, "a log in memory can be read");
    out
}

/// The output of `stage` for `log`.
pub fn run_whole(stage: impl Stage, log: &[u8]) -> Vec<u8> {
    run_in_pieces(stage, log, usize::MAX)
}

/// The lines of `log` with their line ends.
pub fn lines_of(log: &[u8]) -> impl Iterator<Item = &[u8]> {
    log.split_inclusive(|&byte| byte == b'\n')
}

/// Whether an input that begins like this is decoded or refused, so that the output is not the
/// input.
pub fn is_decoded(beginning: &[u8]) -> bool {
    let beginning = &beginning[..beginning.len().min(64)];
    let result = read_in(Encoding::Marked, Copy, beginning, usize::MAX);
    result.is_none_or(|(out, error)| out != beginning || error.is_some())
}

/// Copies all blocks.
#[derive(Clone)]
struct Copy;

impl Stage for Copy {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        // A line this short is no part of a long one.
        out.copy(block, 0..block.bytes().len())?;
        Ok(BlockOutcome::default())
    }
}

/// Panics with both texts unless they are equal.
#[track_caller]
pub fn assert_same(left: &[u8], right: &[u8], claim: &str) {
    if left == right {
        return;
    }
    let at = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    panic!(
        "{claim}: {} and {} bytes differ at {at}\n left: {}\nright: {}",
        left.len(),
        right.len(),
        around(left, at),
        around(right, at)
    );
}

/// The text near a position.
fn around(text: &[u8], position: usize) -> String {
    let end = text.len().min(position + 400);
    text[position.saturating_sub(400).min(end)..end].escape_ascii().to_string()
}
