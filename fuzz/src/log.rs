//! Runs over a log in memory.

use std::io::{self, Read};

use imerr::input::{Encoding, Feed, FileError, Input};
use imerr::pipeline::{Interrupt, Observer, Stage, run};

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
    let mut feed = Feed::from_reader(reader, true).with_encoding(encoding);
    let mut out = Limited(Vec::new());
    let mut failures = Failures::default();
    let interrupt = Interrupt::default();
    run(&mut feed, &mut stage, &mut out, &mut failures, &interrupt).ok()?;
    Some((out.0, failures.0))
}

/// The output of `stage` for `log`, in reads of at most `size` bytes.
pub fn run_in_pieces(stage: impl Stage, log: &[u8], size: usize) -> Vec<u8> {
    let (out, error) =
        read_in(Encoding::default(), stage, log, size).expect("the output of a log is small");
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

/// Whether an input that begins like this is decompressed or decoded, so that the output is another
/// text.
pub fn is_decoded(beginning: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"\x1f\x8b",
        b"\x28\xb5\x2f\xfd",
        b"\xfd7zXZ\0",
        b"BZh",
        b"\x04\x22\x4d\x18",
        b"\x02\x21\x4c\x18",
        b"\xff\xfe",
        b"\xfe\xff",
    ];
    let is_skippable = matches!(beginning, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    is_skippable || MAGIC.iter().any(|magic| beginning.starts_with(magic))
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
