//! Several threads against one.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::annotate::Annotator;
use crate::detect::Detector;
use crate::format::Jsonl;
use crate::input::{FileError, Notice};
use crate::pipeline::run;
use crate::stats::{BlockOutcome, OccurrenceRecorder};

/// Keeps all that is told, in order.
#[derive(Default)]
struct Told(Vec<String>);

impl Observer for Told {
    fn notice(&mut self, input: &Input, notice: Notice) {
        self.0.push(format!("{} {notice:?}", input.name()));
    }

    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.0.push(format!("{} {error}", input.name()));
    }

    fn block_done(&mut self, file: usize, outcome: BlockOutcome) {
        self.0.extend(
            outcome.occurrences.iter().map(|one| format!("{file}:{}:{}", one.line, one.start)),
        );
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("a vector takes everything")
}

/// Plain and compressed files in turn, long and short ones, one that ends early and one with a very long line.
fn inputs(folder: &Path) -> Arc<[Input]> {
    let log = |lines: usize| {
        (0..lines)
            .map(|line| format!("{line} imsdk code:{}, desc:x\n", 6200 + line % 20))
            .collect::<String>()
    };
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
    paths.collect()
}

#[test]
fn threads_change_neither_the_output_nor_what_is_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let inputs = inputs(folder.path());
    let pass = |threads: usize| {
        let mut feed = Feed::new(Arc::clone(&inputs), true);
        let mut stage = Annotator::new(Detector::built_in(), Some(Arc::new(Jsonl)));
        stage =
            stage.with_inputs(Arc::clone(&inputs)).with_notes(Some(OccurrenceRecorder::default()));
        let (mut out, mut told, interrupt) = (Vec::new(), Told::default(), Interrupt::default());
        let totals = match threads {
            1 => run(&mut feed, &mut stage, &mut out, &mut told, &interrupt),
            _ => run_parallel(&mut feed, &mut stage, &mut out, &mut told, &interrupt, threads),
        };
        (totals.expect("a vector takes everything"), told.0, out)
    };
    let one = pass(1);
    assert!(
        one.0.matches > 100_000 && one.1.iter().any(|told| told.contains("ends early")),
        "{:?}",
        one.0
    );
    for threads in [2, 3, 8] {
        let many = pass(threads);
        assert_eq!((many.0, many.1), (one.0, one.1.clone()), "{threads} threads");
        assert!(many.2 == one.2, "{threads} threads write other bytes");
    }
}

/// Compressed data that ends in a panic.
struct Panics(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Panics {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => panic!("the reader of the test panics"),
            count => Ok(count),
        }
    }
}

/// Nobody is left waiting for a thread that is gone.
#[test]
fn a_panic_ends_the_run_on_every_thread() {
    let log: String = (0..100_000).map(|line| format!("{line} imsdk code:6206\n")).collect();
    let mut compressed = gzip(log.as_bytes());
    compressed.truncate(compressed.len() - 20);
    for threads in [2, 8] {
        let mut feed = Feed::from_reader(Panics(std::io::Cursor::new(compressed.clone())), true);
        let mut stage = Annotator::new(Detector::built_in(), None);
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run_parallel(
                &mut feed,
                &mut stage,
                &mut Vec::new(),
                &mut Told::default(),
                &Interrupt::default(),
                threads,
            )
        }));
        assert!(ended.is_err(), "{threads} threads");
    }
}
