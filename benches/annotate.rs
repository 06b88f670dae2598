//! Throughput of the parts and of the whole, for logs with codes on 0, 0.1, 1, 10 and 100 % of the
//! lines.
//!
//! `cargo bench` prints bytes per second. Each benchmark checks its result before it is measured.
//! Compare only figures of one run on one machine.

use std::io;
use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use imerr::annotate::Annotator;
use imerr::catalog::{Catalog, CodeRange};
use imerr::detect::{Detector, Finding, Scratch};
use imerr::format::{Auto, Jsonl, Render};
use imerr::input::Feed;
use imerr::pipeline::{Interrupt, Stage, run};
use imerr::strip::Stripper;

fn main() {
    divan::main();
}

/// Lines with codes per ten thousand lines.
const DENSITIES: [usize; 5] = [0, 10, 100, 1_000, 10_000];
const LINES: usize = 50_000;

const PLAIN_LINES: [&str; 5] = [
    "2024-05-09 12:51:36.480 INFO  [worker-7] com.example.orders.Service: order 1400123456 stored \
        in 12 ms, retry 0, queue 17",
    "May  9 12:51:36 host7 sshd[10035]: Accepted publickey for deploy from 192.0.2.17 port 50112 \
        ssh2",
    "05-09 12:51:36.902  7325  7398 D PowerManagerService: acquire lock=233570404, flags=0x1, \
        tag=\"View Lock\", uid=10037, pid=2227",
    "192.0.2.44 - - [09/May/2024:12:51:37 +0000] \"GET /static/app.js HTTP/1.1\" 200 \
        70013 \"-\" \"Mozilla/5.0\" error=0",
    "[Mon May 09 13:46:20 2024] [error] [client 192.0.2.9] File does not exist: \
        /var/www/html/favicon.ico",
];
const CODE_LINES: [&str; 4] = [
    "05-09 12:51:37.044  7325  7398 E imsdk   : TIM: |-login.cpp:764  LogRequestEnd  |Login \
        failed|error_code:6206|error_message:expired",
    "{\"ActionStatus\":\"FAIL\",\"ErrorInfo\":\"no such user\",\"ErrorCode\":70107}",
    "login failed, code: 10010, desc: group not found",
    "发送失败，错误码：20007，原因：对方已将你加入黑名单",
];

/// A log with evenly spread codes.
fn log(density: usize) -> Vec<u8> {
    let mut log = Vec::new();
    let mut codes = 0;
    for number in 0..LINES {
        let is_code = (number + 1) * density / 10_000 > codes;
        let line = if is_code { CODE_LINES[codes % 4] } else { PLAIN_LINES[number % 5] };
        codes += usize::from(is_code);
        log.extend_from_slice(line.as_bytes());
        log.push(b'\n');
    }
    log
}

/// How many lines of the log have a code.
fn expected(density: usize) -> u64 {
    (LINES * density / 10_000) as u64
}

/// Runs `log` through `stage` and returns how many lines matched.
fn matched_lines(mut stage: impl Stage, log: &'static [u8]) -> u64 {
    let mut feed = Feed::from_reader(log).with_line_numbers(false);
    run(&mut feed, &mut stage, &mut io::sink(), &mut (), &Interrupt::default())
        .expect("the sink takes all bytes")
        .matched_lines
}

fn bench_stage(bencher: Bencher, density: usize, stage: impl Stage + Sync) {
    let log: &'static [u8] = log(density).leak();
    assert_eq!(matched_lines(stage.clone(), log), expected(density));
    bencher
        .counter(BytesCount::of_slice(log))
        .bench(|| matched_lines(stage.clone(), black_box(log)));
}

/// The search for lines that may contain a code: the cost of every byte of a log.
#[divan::bench(args = DENSITIES)]
fn scan(bencher: Bencher, density: usize) {
    let log = log(density);
    let detector = Detector::built_in();
    assert_eq!(scanned_lines(&detector, &log), expected(density));
    let bencher = bencher.counter(BytesCount::of_slice(&log));
    bencher.bench_local(|| scanned_lines(&detector, black_box(&log)));
}

fn scanned_lines(detector: &Detector, log: &[u8]) -> u64 {
    let mut scan = detector.scan(log);
    let mut count = 0;
    while scan.next_line().is_some() {
        count += 1;
    }
    count
}

/// Detection in lines that all have a code.
#[divan::bench]
fn detect(bencher: Bencher) {
    let log = log(10_000);
    let detector = Detector::built_in();
    let (mut scratch, mut findings) = (Scratch::default(), Vec::new());
    assert_eq!(found_codes(&detector, &log, &mut scratch, &mut findings), LINES);
    let bencher = bencher.counter(BytesCount::of_slice(&log));
    bencher.bench_local(|| found_codes(&detector, black_box(&log), &mut scratch, &mut findings));
}

fn found_codes(
    detector: &Detector,
    log: &[u8],
    scratch: &mut Scratch,
    findings: &mut Vec<Finding>,
) -> usize {
    let mut count = 0;
    for line in log.split(|&byte| byte == b'\n') {
        detector.detect(line, scratch, findings);
        count += findings.len();
    }
    count
}

/// `count` with ten thousand more codes in the catalog: the cost grows with the hits, not with the
/// codes.
#[divan::bench(args = DENSITIES)]
fn count_with_ten_thousand_codes(bencher: Bencher, density: usize) {
    let built_in = imerr::catalog::built_in();
    let mut entries = built_in.entries().to_vec();
    let model = entries[0].clone();
    entries.extend((0..10_000).map(|number| {
        let mut entry = model.clone();
        entry.system = "custom".into();
        entry.codes = CodeRange::one(500_000 + number);
        entry.names = vec![format!("ERR_CUSTOM_{number}").into()].into();
        entry
    }));
    let detector = Detector::new(Catalog::from_entries(entries), imerr::rules::built_in())
        .expect("the built-in rules are valid");
    bench_stage(bencher, density, Annotator::new(detector, None));
}

/// `--count`: everything but output.
#[divan::bench(args = DENSITIES)]
fn count(bencher: Bencher, density: usize) {
    bench_stage(bencher, density, Annotator::new(Detector::built_in(), None));
}

/// The usual run: every line is printed, lines with codes are annotated.
#[divan::bench(args = DENSITIES)]
fn annotate(bencher: Bencher, density: usize) {
    bench_stage(
        bencher,
        density,
        Annotator::new(Detector::built_in(), Some(Arc::new(Auto::default()) as Arc<dyn Render>)),
    );
}

/// JSON records with line numbers.
#[divan::bench(args = DENSITIES)]
fn jsonl(bencher: Bencher, density: usize) {
    bench_stage(
        bencher,
        density,
        Annotator::new(Detector::built_in(), Some(Arc::new(Jsonl) as Arc<dyn Render>)),
    );
}

/// Stripping a log without annotations.
#[divan::bench]
fn strip(bencher: Bencher) {
    let log: &'static [u8] = log(0).leak();
    assert_eq!(matched_lines(Stripper::default(), log), 0);
    bencher
        .counter(BytesCount::of_slice(log))
        .bench(|| matched_lines(Stripper::default(), black_box(log)));
}
