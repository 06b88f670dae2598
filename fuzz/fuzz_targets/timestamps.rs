#![no_main]
//! Timestamps of lines, points in time that users type, and the lines of a time range.

use std::sync::{Arc, LazyLock};

use imerr::annotate::Annotator;
use imerr::input::{Block, FileError};
use imerr::pipeline::Observer;
use imerr::stages::{OccurrenceTimes, TimeRange, TimeRangeStage};
use imerr::stats::{BlockOutcome, Occurrence, OccurrenceRecorder};
use imerr::timestamp::{LocalTimestamp, TimeArg, Timeline, TimestampReader, parse_time_arg};
use imerr_fuzz::{
    FRAGMENTS, Input, SETUPS, assert_same, formats, is_decoded, lines_of, observe, run_in_pieces,
    run_whole,
};
use jiff::civil::date;
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, ZonedDateTime};

imerr_fuzz::target!(run, &[PIECES, &FRAGMENTS]);

const PIECES: &[&str] = &[
    "2026-11-24",
    "2026",
    "-",
    "11",
    "24",
    "/",
    "24/Nov/2026:10:00:00 +0800",
    "10:00:00",
    "10:00",
    ".123",
    ",123",
    ".123456789",
    "T",
    "Z",
    "+08:00",
    "+8.0",
    "-0330",
    " UTC",
    "Nov 24",
    "Tue",
    "AM",
    "PM",
    "20261124",
    "1795485600",
    "1795485600123",
    "1795485600123456",
    "[",
    "]",
    "(",
    ")",
    "<34>1 ",
    "{\"time\":",
    "{\"ts\":",
    "{\"@timestamp\":\"",
    "{\"$date\":",
    "\"",
    "time=",
    "ts=",
    "=",
    "|",
    "{\"log\":\"x\",\"stream\":\"stdout\",\"time\":\"",
    "\u{feff}",
    "【",
    "】",
    "%c",
    "\x1b[31m",
    "\x1b[0m",
    "E/imsdk(12): ",
    "I ",
    "1124 10:00:00.1",
    "[I][",
    "10.0.0.8 - - [",
    "02-29",
    "60",
    "59",
    "24:00",
    "9999-12-31",
    "0000-00-00",
    "1970-01-01",
    "now",
    "today",
    "yesterday",
    "tomorrow",
    "2h",
    "1d12h",
    "2 hours ago",
    "P1Y2M",
    "9223372036854775807",
    "@1700000000",
    "\n",
    "\r\n",
    "imsdk code:6206\n",
    "\nimsdk code:6206\n",
    "05/06/2026 ",
    "13/06/2026 ",
    "99999999999999999999",
];

/// The time of the run in zones with and without changes of the clocks, at ordinary and at extreme
/// times.
static NOWS: LazyLock<Vec<ZonedDateTime>> = LazyLock::new(|| {
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("this is a POSIX zone");
    let east = TimeZone::fixed(offset(14));
    vec![
        at_half_past(2026, 11, 24, 12, &TimeZone::UTC),
        at_half_past(2026, 10, 25, 2, &berlin),
        at_half_past(2026, 3, 29, 2, &berlin),
        at_half_past(2024, 2, 29, 0, &east),
        at_half_past(2026, 1, 1, 0, &TimeZone::fixed(offset(-12))),
        at_half_past(9999, 12, 30, 12, &TimeZone::UTC),
        at_half_past(1, 1, 1, 0, &east),
    ]
});

fn at_half_past(year: i16, month: i8, day: i8, hour: i8, zone: &TimeZone) -> ZonedDateTime {
    let local = date(year, month, day).at(hour, 30, 0, 0);
    local.to_zoned_datetime(zone.clone()).expect("a zone has a time for every local time")
}

fn run(mut input: Input) {
    let now = input.choose(&NOWS[..]);
    let check = input.choose(&[
        check_lines,
        check_arguments,
        check_range,
        check_skipping,
        check_occurrences,
    ]);
    let (choice, text) = (input.byte(), input.rest());
    check(now, choice, text);
}

fn check_lines(now: &ZonedDateTime, _choice: u8, text: &[u8]) {
    let reader = TimestampReader::new(now);
    for line in text.split(|&byte| byte == b'\n') {
        let Some(time) = reader.read(line) else { continue };
        assert!(time.to_datetime().year() >= 2001 || now.year() < 2001, "{time}");
        assert!((LocalTimestamp::MIN..=LocalTimestamp::MAX).contains(&time), "{time}");
        // A line that goes on has the same timestamp.
        let longer = [line, b" and more"].concat();
        let is_ended = line.last().is_some_and(|last| matches!(last, b' ' | b']' | b'|' | b'}'));
        assert!(!is_ended || reader.read(&longer) == Some(time), "{}", line.escape_ascii());
        if is_usual(time) {
            for written in [time.to_string(), time.to_iso()] {
                let read = reader.read(format!("{written} x").as_bytes());
                assert_eq!(read, Some(time), "{written}");
            }
        }
    }
}

/// Whether the year is one of those that a text can have.
fn is_usual(time: LocalTimestamp) -> bool {
    (2002..2199).contains(&time.to_datetime().year())
}

fn check_arguments(now: &ZonedDateTime, _choice: u8, text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    match parse_time_arg(text, now) {
        Ok(time) if !is_usual(time) => {}
        Ok(time) => {
            for written in [time.to_string(), time.to_iso()] {
                assert_eq!(parse_time_arg(&written, now), Ok(time), "{text:?} is {written}");
            }
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains('\x1b') && !message.contains('\n'), "{message:?}");
        }
    }
}

/// The log, or a longer one of which most lines are no samples of its form.
fn lengthened(log: &[u8], choice: u8) -> Vec<u8> {
    let end = log.iter().position(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let (first, rest) = log.split_at(end);
    match choice % 8 {
        0 => [first, &b"x\n".repeat(40_000), rest].concat(),
        1 => log.repeat(70_000 / log.len().max(1000)),
        2 => [first, &b"y".repeat(70_000), b"\n", rest].concat(),
        _ => log.to_vec(),
    }
}

/// A range has the lines that reading the timestamps line by line selects.
fn check_range(now: &ZonedDateTime, choice: u8, log: &[u8]) {
    let log = &lengthened(log, choice);
    if is_decoded(log) {
        return;
    }
    let reader = Arc::new(TimestampReader::new(now));
    let mut timeline = Timeline::new(Arc::clone(&reader), None);
    let (since, until) = (near(now, choice), near(now, choice / 6));
    let (from, to) = (since.map(TimeArg::from), until.map(TimeArg::from));
    let range = TimeRange { reader, since: from, until: to };
    let mut wanted = Vec::new();
    let (mut offset, mut is_inside) = (0, true);
    for line in lines_of(log) {
        if let Some(time) = timeline.read(offset, line) {
            is_inside =
                since.is_none_or(|since| since <= time) && until.is_none_or(|until| time < until);
        }
        if is_inside {
            wanted.extend_from_slice(line);
        }
        offset += line.len() as u64;
    }
    let stage = || TimeRangeStage::new(SETUPS[0].annotator(&formats()[0]), Some(range.clone()));
    let got = run_whole(stage(), log);
    if !is_decoded(&wanted) {
        let wanted = run_whole(SETUPS[0].annotator(&formats()[0]), &wanted);
        assert_same(&got, &wanted, "a range has the lines of its time");
    }
    assert_same(&run_in_pieces(stage(), log, 3), &got, "reads do not show in a range");
}

/// Skipping lines does what reading them does.
fn check_skipping(now: &ZonedDateTime, choice: u8, log: &[u8]) {
    let log = &lengthened(log, choice);
    let reader = Arc::new(TimestampReader::new(now));
    let mut reading = Timeline::new(Arc::clone(&reader), None);
    let mut skipping = Timeline::new(reader, None);
    let (mut offset, mut skipped) = (0, 0);
    for (number, line) in lines_of(log).enumerate() {
        let time = reading.read(offset as u64, line);
        // One line in a few is read, and those between are skipped together.
        if number % (1 + usize::from(choice / 8)) == 0 {
            skipping.skip(skipped as u64, &log[skipped..offset]);
            skipped = offset + line.len();
            assert_eq!(skipping.read(offset as u64, line), time, "{}", line.escape_ascii());
            assert_eq!(skipping.last(), reading.last(), "{}", line.escape_ascii());
        }
        offset += line.len();
    }
    skipping.skip(skipped as u64, &log[skipped..]);
    assert_eq!(skipping.last(), reading.last(), "after the last line");
}

/// The times of codes are those of their lines, however the log is cut into blocks.
fn check_occurrences(now: &ZonedDateTime, choice: u8, log: &[u8]) {
    let log = &lengthened(log, choice);
    if is_decoded(log) {
        return;
    }
    let reader = Arc::new(TimestampReader::new(now));
    let mut timeline = Timeline::new(Arc::clone(&reader), None);
    let (mut offset, mut times) = (0, Vec::new());
    for line in lines_of(log) {
        timeline.read(offset, line);
        times.push(timeline.last());
        offset += line.len() as u64;
    }
    for size in [usize::MAX, 1 + usize::from(choice) * 31] {
        for occurrence in occurrences(&reader, log, size) {
            let wanted = times[occurrence.line as usize - 1];
            assert_eq!(occurrence.time, wanted, "line {} in reads of {size}", occurrence.line);
        }
    }
}

/// Gives occurrences their times, as the program does.
struct Recorder {
    times: OccurrenceTimes,
    occurrences: Vec<Occurrence>,
}

impl Observer for Recorder {
    fn file_failed(&mut self, _input: &imerr::input::Input, error: &FileError) {
        panic!("a log in memory can be read: {error}");
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        self.times.set_times(block, &mut outcome.occurrences);
        self.times.end_block(block);
        self.occurrences.extend(outcome.occurrences);
    }

    fn occurrences(&mut self, block: &Block, mut occurrences: Vec<Occurrence>) {
        self.times.set_times(block, &mut occurrences);
        self.occurrences.extend(occurrences);
    }
}

fn occurrences(reader: &Arc<TimestampReader>, log: &[u8], size: usize) -> Vec<Occurrence> {
    let times = OccurrenceTimes::new(Arc::clone(reader));
    let mut recorder = Recorder { times, occurrences: Vec::new() };
    let annotator = Annotator::new(SETUPS[0].detector.clone(), None);
    let annotator = annotator.with_recorder(Some(OccurrenceRecorder::default()));
    observe(annotator, log, size, &mut recorder);
    recorder.occurrences
}

/// A point in time near the run, or none.
fn near(now: &ZonedDateTime, choice: u8) -> Option<LocalTimestamp> {
    let hours = *[-24, -1, 0, 1, 48].get(usize::from(choice % 6))?;
    let then = now.checked_add(SignedDuration::from_hours(hours)).ok()?;
    Some(TimestampReader::new(&then).now())
}
