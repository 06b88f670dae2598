//! Several threads against one.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::annotate::Annotator;
use crate::detect::Detector;
use crate::format::Jsonl;
use crate::input::{Feed, FileError, Input, InputList, Notice};
use crate::pipeline::{Output, run};
use crate::stats::{BlockOutcome, OccurrenceRecorder};

/// Records all calls, in order.
#[derive(Default)]
struct Recorder(Vec<String>);

impl Observer for Recorder {
    fn notice(&mut self, input: &Input, notice: Notice) {
        self.0.push(format!("{} {notice:?}", input.name()));
    }

    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.0.push(format!("{} {error}", input.name()));
    }

    fn block_done(&mut self, block: &Block, outcome: BlockOutcome) {
        let file = block.file;
        self.0.extend(
            outcome.occurrences.iter().map(|one| format!("{file}:{}:{}", one.line, one.column)),
        );
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
}

/// Plain and compressed files in turn, long and short ones, one that ends early and one with a very
/// long line.
fn inputs(folder: &Path) -> InputList {
    fn log(lines: usize) -> String {
        (0..lines)
            .map(|line| format!("{line} imsdk code:{}, desc:x\n", 6200 + line % 20))
            .collect::<String>()
    }
    let long = format!("imsdk code:6206 {}\nimsdk code:6208\n", "x".repeat(3 << 20));
    let cut = gzip(log(100_000).as_bytes());
    let files = [
        gzip(log(60_000).as_bytes()),
        log(20_000).into_bytes(),
        gzip(b""),
        gzip(log(3).as_bytes()),
        cut[..cut.len() / 2].to_vec(),
        log(1).into_bytes(),
        gzip(long.as_bytes()),
        gzip(log(40_000).as_bytes()),
    ];
    let paths = files.iter().enumerate().map(|(number, bytes)| {
        let path = folder.join(number.to_string());
        std::fs::write(&path, bytes).expect("the folder is writable");
        Input::Path(path)
    });
    InputList::from(paths)
}

#[test]
fn the_number_of_threads_changes_neither_output_nor_events() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let inputs = inputs(folder.path());
    let one = run_on(&inputs, 1);
    assert!(
        one.0.matches > 100_000 && one.1.iter().any(|event| event.contains("ends early")),
        "{:?}",
        one.0
    );
    for threads in [2, 3, 8] {
        let many = run_on(&inputs, threads);
        assert_eq!((many.0, many.1), (one.0, one.1.clone()), "{threads} threads");
        assert!(many.2 == one.2, "{threads} threads write other bytes");
    }
}

fn run_on(inputs: &InputList, threads: usize) -> (Totals, Vec<String>, Vec<u8>) {
    let mut feed = Feed::new(inputs.clone());
    let mut stage = Annotator::new(Detector::built_in(), Some(Arc::new(Jsonl)));
    stage = stage.with_inputs(inputs.clone()).with_recorder(Some(OccurrenceRecorder::default()));
    let (mut out, mut events, interrupt) = (Vec::new(), Recorder::default(), Interrupt::default());
    let totals = match threads {
        1 => run(&mut feed, &mut stage, &mut out, &mut events, &interrupt),
        _ => run_parallel(&mut feed, &mut stage, &mut out, &mut events, &interrupt, threads),
    };
    (totals.expect("a vector takes everything"), events.0, out)
}

/// Compressed data that ends in a panic.
struct Panics(Cursor<Vec<u8>>);

impl Read for Panics {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => panic!("the reader of the test panics"),
            count => Ok(count),
        }
    }
}

/// No thread waits for ever for a block of the thread that panicked.
#[test]
fn a_panic_ends_the_run_on_every_thread() {
    let log: String = (0..100_000).map(|line| format!("{line} imsdk code:6206\n")).collect();
    let mut compressed = gzip(log.as_bytes());
    compressed.truncate(compressed.len() - 20);
    for threads in [2, 8] {
        let mut feed = Feed::from_reader(Panics(Cursor::new(compressed.clone())));
        let mut stage = Annotator::new(Detector::built_in(), None);
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run_parallel(
                &mut feed,
                &mut stage,
                &mut Vec::new(),
                &mut (),
                &Interrupt::default(),
                threads,
            )
        }));
        assert!(ended.is_err(), "{threads} threads");
    }
}

/// Counts the bytes that are read.
struct Counting<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }
}

/// Delays the first block until nothing more is read, and keeps what was read by then.
#[derive(Clone)]
struct SlowStart {
    read: Arc<AtomicU64>,
    read_at_first: Arc<AtomicU64>,
}

impl Stage for SlowStart {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if block.offset == 0 {
            let mut before = u64::MAX;
            while before != self.read.load(Ordering::SeqCst) {
                before = self.read.load(Ordering::SeqCst);
                thread::sleep(Duration::from_millis(200));
            }
            self.read_at_first.store(before, Ordering::SeqCst);
        }
        out.copy(block, 0..block.bytes().len())?;
        Ok(BlockOutcome::default())
    }
}

/// The bytes that are read of `input` while the first block is worked on.
fn read_during_first_block(input: impl Read + Send + 'static, threads: usize) -> u64 {
    let (read, read_at_first) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    let mut stage = SlowStart { read: Arc::clone(&read), read_at_first };
    let mut feed = Feed::from_reader(Counting(input, read)).with_line_numbers(false);
    let (mut out, interrupt) = (io::sink(), Interrupt::default());
    run_parallel(&mut feed, &mut stage, &mut out, &mut (), &interrupt, threads)
        .expect("a sink takes everything");
    stage.read_at_first.load(Ordering::SeqCst)
}

#[test]
fn the_blocks_in_memory_are_bounded_however_many_threads_there_are() {
    assert_eq!(max_in_flight(256), max_in_flight(1 << 16));
    let length = (MAX_IN_FLIGHT + 64) * BLOCK_SIZE as u64;
    let mut stored = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    io::copy(&mut io::repeat(b'\n').take(length), &mut stored).expect("a vector takes everything");
    let stored = stored.finish().expect("a vector takes everything");
    for threads in [2, 32] {
        let limit = (max_in_flight(threads) + 1) * BLOCK_SIZE as u64;
        let plain = read_during_first_block(io::repeat(b'\n').take(length), threads);
        let compressed = read_during_first_block(Cursor::new(stored.clone()), threads);
        assert!(plain <= limit, "{plain} bytes of plain text on {threads} threads");
        assert!(compressed <= limit, "{compressed} compressed bytes on {threads} threads");
    }
}

/// The pieces of output and the size of each that [`Amplifier`] writes for a block.
const PIECES: usize = 200;
const PIECE: usize = 64 << 10;

/// Writes 50 times as much as it reads. Delays the first block until the others write no more, and
/// keeps how much they had written by then.
#[derive(Clone, Default)]
struct Amplifier {
    written: Arc<AtomicU64>,
    written_at_first: Arc<AtomicU64>,
}

impl Stage for Amplifier {
    fn block(&mut self, block: &Block, out: &mut dyn Output) -> io::Result<BlockOutcome> {
        if block.offset == 0 {
            let mut before = u64::MAX;
            while before != self.written.load(Ordering::SeqCst) {
                before = self.written.load(Ordering::SeqCst);
                thread::sleep(Duration::from_millis(200));
            }
            self.written_at_first.store(before, Ordering::SeqCst);
        }
        let number = (block.offset / BLOCK_SIZE as u64) as u8;
        for _ in 0..PIECES {
            out.write_bytes(&[number; PIECE])?;
            self.written.fetch_add(PIECE as u64, Ordering::SeqCst);
        }
        Ok(BlockOutcome::default())
    }
}

/// Counts the bytes, and refuses one that is less than the one before.
#[derive(Default)]
struct Ascending {
    last: u8,
    count: usize,
}

impl Write for Ascending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(bytes.first().is_none_or(|&first| self.last <= first) && bytes.is_sorted());
        self.last = bytes.last().copied().unwrap_or(self.last);
        self.count += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_output_in_memory_is_bounded_and_in_order() {
    const BLOCKS: usize = 9;
    let length = (BLOCKS * BLOCK_SIZE) as u64;
    let mut stored = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    io::copy(&mut io::repeat(b'\n').take(length), &mut stored).expect("a vector takes everything");
    let stored = stored.finish().expect("a vector takes everything");
    // On one thread, the worker that reads ahead has to work on the blocks before its own, too.
    for threads in [1, 2, 4] {
        for is_compressed in [false, true] {
            let mut feed = if is_compressed {
                Feed::from_reader(Cursor::new(stored.clone())).with_line_numbers(false)
            } else {
                Feed::from_reader(io::repeat(b'\n').take(length)).with_line_numbers(false)
            };
            let (mut stage, mut out) = (Amplifier::default(), Ascending::default());
            run_parallel(&mut feed, &mut stage, &mut out, &mut (), &Interrupt::default(), threads)
                .expect("the output takes everything");
            assert!(out.count >= BLOCKS * PIECES * PIECE, "{}", out.count);
            let limit = threads * (MEMORY_PER_THREAD + 2 * PIECE) + PIECES * PIECE;
            let written = stage.written_at_first.load(Ordering::SeqCst);
            assert!(written <= limit as u64, "{written} bytes on {threads} threads");
        }
    }
}
