//! The functions that need no setup: the built-in codes and rules, and the format `auto` without
//! color.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::{Arc, LazyLock};

use crate::annotate::Annotator;
use crate::catalog::Entry;
use crate::detect::Detector;
use crate::diagnose::{
    self, CauseSet, Diagnosis, EventSearch, EventStage, SessionKey, SignalCollector, finish_block,
};
use crate::format::Auto;
use crate::input::{Block, Events, Feed, FileError, Input};
use crate::pipeline::{Interrupt, Observer, run};
use crate::stages::OccurrenceTimes;
use crate::stats::{BlockOutcome, Occurrence, OccurrenceRecorder, RunStats, Totals};
use crate::timestamp::TimestampReader;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::built_in);

/// Annotates a line, as the program does when its output is a file.
///
/// Returns the line as it is if it has no code. JSON lines get a member, other lines an annotation
/// at their end. A text of several lines is annotated line by line. The same line always gives the
/// same text: an annotation of an earlier call is renewed, not repeated. Costs one search of the
/// line, and several allocations if it has a code. Never fails.
///
/// ```
/// let line = imerr::annotate_line("imsdk: login failed, code: 6206");
/// assert!(line.starts_with("imsdk: login failed, code: 6206 [imerr 6206 sdk/account error: "));
/// ```
pub fn annotate_line(line: &str) -> Cow<'_, str> {
    if DETECTOR.scan(line.as_bytes()).next_line().is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = Vec::new();
    annotate_feed(Feed::from_text(line), &mut out).expect("memory can be read and written");
    if out == line.as_bytes() {
        return Cow::Borrowed(line);
    }
    Cow::Owned(String::from_utf8(out).expect("annotations of UTF-8 text are UTF-8"))
}

/// The entries of a code in the built-in catalog: none for an unknown code, several if several
/// systems have the code. Costs a lookup and one allocation.
///
/// ```
/// let entries = imerr::explain(6206);
/// assert_eq!(entries[0].meaning, "The UserSig has expired.");
/// ```
pub fn explain(code: i64) -> Vec<&'static Entry> {
    DETECTOR.catalog().entries_for_code(code).collect()
}

/// Copies a log from `reader` to `writer` and annotates it, as the program does when its output is
/// a file.
///
/// Reads blocks of 256 KiB, and flushes `writer` before a read that may have to wait. With the
/// feature `decode`, compressed input (gzip, zstd, xz, bzip2, lz4) is decompressed, the members of
/// an archive are read one after the other, and input with a byte order mark of UTF-16, or clearly
/// in UTF-16, GB18030 or Big5, is converted to UTF-8. Without it all bytes stay as they are. Memory
/// does not grow with the log or the length of a line. Returns the counts of lines and codes.
///
/// # Errors
///
/// If `writer` fails, or if `reader` fails or compressed data is damaged. In the second case all
/// that was read before is written first.
///
/// ```
/// let mut out = Vec::new();
/// let totals = imerr::annotate(&b"start\nimsdk: login failed, code: 6206\n"[..], &mut out)?;
/// assert_eq!((totals.lines, totals.matches), (2, 1));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn annotate(reader: impl Read + Send + 'static, writer: impl Write) -> io::Result<Totals> {
    annotate_feed(Feed::from_reader(reader), writer)
}

fn annotate_feed(mut feed: Feed, mut writer: impl Write) -> io::Result<Totals> {
    let mut annotator = Annotator::for_format(DETECTOR.clone(), Auto::default());
    let mut observer = ReadError(None);
    let totals = run(&mut feed, &mut annotator, &mut writer, &mut observer, &Interrupt::default())?;
    match observer.0 {
        Some(error) => Err(error),
        None => Ok(totals),
    }
}

/// Counts the codes in a log: how often each occurs, and where and when it is first and last.
///
/// Reads as [`annotate`] does. Memory grows with the number of different codes, up to a limit.
///
/// # Errors
///
/// If `reader` fails or compressed data is damaged.
///
/// ```
/// let stats = imerr::count(&b"imsdk code:6206\nimsdk code:6206\n"[..])?;
/// let row = &stats.codes.rows[0];
/// assert_eq!((row.key.code, row.count, row.first.line, row.last.line), (6206, 2, 1, 2));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn count(reader: impl Read + Send + 'static) -> io::Result<RunStats> {
    Ok(read_log(Feed::from_reader(reader), None)?.stats)
}

/// Finds what went wrong first in a log, and which codes follow from it, by the built-in causes.
///
/// Reads as [`annotate`] does. Memory has a limit.
///
/// # Errors
///
/// If `reader` fails or compressed data is damaged.
///
/// ```
/// let log = "10:00:00 imsdk: OnUserSigExpired\n10:00:01 imsdk: error code:6014|not login\n";
/// let diagnosis = imerr::diagnose(log.as_bytes())?;
/// let incident = &diagnosis.incidents[0];
/// assert_eq!(diagnosis.cause(incident).name, "usersig-expired");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn diagnose(reader: impl Read + Send + 'static) -> io::Result<Diagnosis> {
    let feed = Feed::from_reader(reader);
    let causes = Arc::new(CauseSet::built_in());
    let signals = SignalCollector::new(causes.clone(), feed.inputs(), SessionKey::default());
    let read = read_log(feed, Some((EventSearch::new(&causes), signals)))?;
    let signals = read.signals.expect("it was given");
    Ok(diagnose::diagnose(&signals, DETECTOR.catalog()))
}

/// Reads a log without writing it.
fn read_log(
    mut feed: Feed,
    diagnosis: Option<(EventSearch, SignalCollector)>,
) -> io::Result<LogObserver> {
    let annotator =
        Annotator::new(DETECTOR.clone(), None).with_recorder(Some(OccurrenceRecorder::default()));
    let (events, signals) = diagnosis.unzip();
    let mut stage = EventStage::new(annotator, events);
    let mut observer = LogObserver {
        stats: RunStats::default(),
        signals,
        times: OccurrenceTimes::new(Arc::new(TimestampReader::started())),
        pending: Vec::new(),
        error: ReadError(None),
    };
    let interrupt = Interrupt::default();
    let totals = run(&mut feed, &mut stage, &mut io::sink(), &mut observer, &interrupt)?;
    observer.stats.totals = totals;
    match observer.error.0.take() {
        Some(error) => Err(error),
        None => Ok(observer),
    }
}

/// Counts the codes of a log, and collects its signals if there is a collector.
struct LogObserver {
    stats: RunStats,
    signals: Option<SignalCollector>,
    times: OccurrenceTimes,
    /// Occurrences of a block that is not done. Its events come at its end, and signals have to be
    /// in order.
    pending: Vec<Occurrence>,
    error: ReadError,
}

impl Observer for LogObserver {
    fn file_failed(&mut self, input: &Input, error: &FileError) {
        self.error.file_failed(input, error);
    }

    fn occurrences(&mut self, _block: &Block, occurrences: Vec<Occurrence>) {
        self.pending.extend(occurrences);
    }

    fn block_done(&mut self, block: &Block, mut outcome: BlockOutcome) {
        outcome.occurrences.splice(0..0, self.pending.drain(..));
        finish_block(block, &mut outcome, &mut self.times, self.signals.as_mut());
        self.stats.add(block.file, outcome, DETECTOR.catalog());
    }
}

/// Keeps the error of the reader.
struct ReadError(Option<io::Error>);

impl Observer for ReadError {
    fn file_failed(&mut self, _input: &Input, error: &FileError) {
        let kind = match error {
            FileError::Io(error) => error.kind(),
            _ => io::ErrorKind::Other,
        };
        self.0 = Some(io::Error::new(kind, error.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_codes_are_borrowed() {
        for line in ["", "nothing here\n", "error: port 8080", "http code 6206", "imsdk code: 0"] {
            assert!(matches!(annotate_line(line), Cow::Borrowed(same) if same == line), "{line:?}");
        }
    }

    #[test]
    fn annotations_are_those_of_the_program() {
        let added = "sdk/account error: The UserSig has expired. -> \
                     Get a new UserSig from your server and log in again.";
        let once = annotate_line("imsdk 登录 code:6206");
        assert_eq!(once, format!("imsdk 登录 code:6206 [imerr 6206 {added}]"));
        assert_eq!(annotate_line(&once), once);
        let lines = annotate_line("imsdk code:6206\r\nnothing\n");
        assert_eq!(lines, format!("imsdk code:6206 [imerr 6206 {added}]\r\nnothing\n"));
        let json = annotate_line("{\"ActionStatus\":\"FAIL\",\"ErrorCode\":70001}");
        assert!(
            json.starts_with(
                "{\"ActionStatus\":\"FAIL\",\"ErrorCode\":70001,\"imerr\":{\"code\":70001,"
            ),
            "{json}"
        );
    }

    #[test]
    fn a_line_is_never_decompressed() {
        for start in ["BZh91AY&SY", "\u{4}\"M\u{18}", "P*M\u{18}"] {
            let line = format!("{start} imsdk code:6206");
            assert!(annotate_line(&line).starts_with(&format!("{line} [imerr 6206 ")), "{start:?}");
        }
    }

    #[test]
    fn entries_come_from_all_systems() {
        let systems = |code| explain(code).iter().map(|entry| &*entry.system).collect::<Vec<_>>();
        assert_eq!([systems(6206), systems(424242)], [vec!["sdk"], vec![]]);
        assert_eq!(systems(2003), ["server", "web"]);
    }

    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::ConnectionReset, "gone"))
        }
    }

    #[test]
    fn a_log_is_counted_with_its_times_and_diagnosed() {
        let log =
            "2024-05-09 12:51:37 imsdk code:6206\nplain\n2024-05-09 12:51:39 imsdk code:6206\n";
        let stats = count(log.as_bytes()).expect("memory can be read");
        let row = &stats.codes.rows[0];
        let times = [row.earliest, row.latest].map(|time| time.map(|time| time.to_iso()));
        assert_eq!((row.count, row.last.line, stats.totals.lines), (2, 3, 3));
        assert!(times[0] < times[1] && times[0].is_some(), "{times:?}");
        let diagnosis = diagnose(log.as_bytes()).expect("memory can be read");
        assert_eq!((diagnosis.incidents.len(), diagnosis.findings), (1, 2));
    }

    #[test]
    fn a_reader_that_fails_is_an_error_of_every_function() {
        let kinds =
            [count(Failing).err(), diagnose(Failing).err()].map(|one| one.map(|e| e.kind()));
        assert_eq!(kinds, [Some(io::ErrorKind::ConnectionReset); 2]);
    }

    #[test]
    fn a_reader_that_fails_is_an_error_after_its_output() {
        let mut out = Vec::new();
        let error = annotate(b"imsdk code:6206\n".chain(Failing), &mut out).expect_err("it fails");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(out.starts_with(b"imsdk code:6206 [imerr "));
    }
}
