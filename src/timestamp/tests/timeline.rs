//! The times of lines that depend on the lines before.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::civil::date;
use jiff::tz::{TimeZone, offset};
use proptest::prelude::*;

use super::reader;
use crate::testutil::fragments::config;
use crate::timestamp::{LocalTimestamp, Timeline, TimestampReader};

/// A timeline of a file that was last written at noon of 2024-03-10, eight hours east of UTC.
fn timeline() -> Timeline {
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_710_043_200);
    Timeline::new(Arc::new(reader()), Some(written))
}

/// The time of each line.
fn times(lines: &[&str]) -> Vec<Option<String>> {
    let mut timeline = timeline();
    let mut offset = 0;
    let mut times = Vec::new();
    for line in lines {
        let time = timeline.read(offset, line.as_bytes());
        times.push(time.map(|time| time.to_string()[..19].to_string()));
        offset += line.len() as u64 + 1;
    }
    times
}

/// Lines, each with its time; an empty one is none.
type Log = &'static [(&'static str, &'static str)];

#[test]
fn what_a_line_leaves_out_comes_from_the_lines_before() {
    let logs: [Log; 13] = [
        // A clock belongs to the day of the last line with a date, and goes on after midnight.
        &[
            ("09:00:00 before any date", "2024-03-10 09:00:00"),
            ("13:00:00 after the last write", "2024-03-09 13:00:00"),
            ("2012-05-16 23:50:00 x", "2012-05-16 23:50:00"),
            ("23:59:59,120 ERROR x", "2012-05-16 23:59:59"),
            ("  at x", ""),
            ("00:00:01 x", "2012-05-17 00:00:01"),
            ("23:59:59 another thread", "2012-05-16 23:59:59"),
            ("00:00:02 x", "2012-05-17 00:00:02"),
            ("12:00:00 x", "2012-05-17 12:00:00"),
            ("11:00:00 x", "2012-05-17 11:00:00"),
            ("09:59:59 x", "2012-05-18 09:59:59"),
        ],
        // Dates without a year are not after the last write.
        &[
            ("Dec 31 10:00:00 host x", "2023-12-31 10:00:00"),
            ("Mar 10 12:00:00 host x", "2024-03-10 12:00:00"),
            ("Mar 11 12:00:01 host x", "2023-03-11 12:00:01"),
            ("Feb 29 12:00:00 host x", "2024-02-29 12:00:00"),
            ("11:00:00 x", "2024-02-29 11:00:00"),
        ],
        // Or they are near dates with a year.
        &[
            ("2019-12-30 10:00:00 x", "2019-12-30 10:00:00"),
            ("12-31 10:00:00.123 x", "2019-12-31 10:00:00"),
            ("01-05 10:00:00.123 x", "2020-01-05 10:00:00"),
            ("01-11 10:00:00.123 x", "2020-01-11 10:00:00"),
            ("02-29 10:00:00.123 far away", "2024-02-29 10:00:00"),
        ],
        // The members of bodies are not times where lines begin with theirs.
        &[
            ("2024-01-16 10:00:00 x", "2024-01-16 10:00:00"),
            ("timestamp:1376999419", ""),
            ("{\"timestamp\":1376999419,\"nonce\":\"5\"}", ""),
            ("timestamp=1376999419 nonce=5", ""),
            ("2024-01-16 10:00:01 x", "2024-01-16 10:00:01"),
        ],
        // A line that is one object, or logfmt, has a time of its own if it is near.
        &[
            ("2024-01-16 10:00:00 x", "2024-01-16 10:00:00"),
            (
                "{\"level\":\"info\",\"time\":\"2024-01-16T10:00:05\",\"msg\":\"x\"}",
                "2024-01-16 10:00:05",
            ),
            ("  {\"log\":\"x\",\"ts\":1705370406000}", "2024-01-16 10:00:06"),
            ("time=\"2024-01-16T10:00:07\" level=info msg=x", "2024-01-16 10:00:07"),
            ("  at x", ""),
            ("11:00:00 x", "2024-01-16 11:00:00"),
            ("{\"body\":{\"time\":\"2024-01-16T10:00:08\"}}", ""),
            ("{\"msg\":\"2024-01-16 10:00:08 x\"}", ""),
            ("\"time\": \"2024-01-16T10:00:09\",", ""),
            ("reply {\"time\":\"2024-01-16T10:00:09\"}", ""),
            ("{\"time\":\"2024-01-24T10:00:09\"}", ""),
        ],
        &[
            ("[10:00:00] no date yet", "2024-03-10 10:00:00"),
            ("{\"time\":\"2024-01-16T10:00:05\"}", "2024-01-16 10:00:05"),
        ],
        // In files with both, members win when they go on.
        &[
            ("2024-01-16 10:00:00 x", "2024-01-16 10:00:00"),
            ("time:2024-01-16T10:00:01", ""),
            ("time:2024-01-16T10:00:02", ""),
            ("time:2024-01-16T10:00:03", ""),
            ("time:2024-01-16T10:00:04", ""),
            ("time:2024-01-16T10:00:05", ""),
            ("time:2024-01-16T10:00:06", ""),
            ("time:2024-01-16T10:00:07", ""),
            ("time:2024-01-16T10:00:08", ""),
            ("time:2024-01-16T10:00:09", "2024-01-16 10:00:09"),
        ],
        // A number above 12 shows which one is the day.
        &[
            ("05/06/2024 10:00:00 x", ""),
            ("13/06/2024 10:00:00 x", "2024-06-13 10:00:00"),
            ("05/06/2024 10:00:00 x", "2024-06-05 10:00:00"),
            ("05/06/2024 10:00:00 AM x", "2024-06-05 10:00:00"),
        ],
        &[
            ("06/13/2024 10:00:00 x", "2024-06-13 10:00:00"),
            ("05/06/2024 10:00:00 x", "2024-05-06 10:00:00"),
        ],
        // AM and PM are American.
        &[
            ("05/06/2024 10:00:00 PM x", "2024-05-06 22:00:00"),
            ("05/06/2024 10:00:00 x", ""),
            ("05/05/2024 10:00:00 x", "2024-05-05 10:00:00"),
        ],
        // A clock that was not set is not the day of others.
        &[
            ("2024-01-16 10:00:00 x", "2024-01-16 10:00:00"),
            ("1970-01-01 00:00:05 x", ""),
            ("11:00:00 x", "2024-01-16 11:00:00"),
        ],
        // So do instants and members.
        &[
            ("{\"time\":\"2024-01-16T20:00:00Z\"}", "2024-01-17 04:00:00"),
            ("{\"time\":\"2024-01-16T21:00:00Z\"}", "2024-01-17 05:00:00"),
            ("06:00:00 x", "2024-01-17 06:00:00"),
        ],
        &[("x", ""), ("", "")],
    ];
    for log in logs {
        let lines: Vec<&str> = log.iter().map(|(line, _)| *line).collect();
        for (time, (line, wanted)) in times(&lines).iter().zip(log) {
            assert_eq!(time.as_deref().unwrap_or_default(), *wanted, "{line}");
        }
    }
}

#[test]
fn the_year_may_come_in_a_later_line() {
    // The last line, and the year of the first one.
    let rows = [
        ("{\"time\":\"2019-05-09T12:51:46.013Z\",\"msg\":\"x\"}", 2019),
        ("2018-05-15 10:00:00 x", 2018),
        ("[timestamp:1557391906]", 2023),
        ("{\"timestamp\":1557391906}", 2019),
        // Not near.
        ("{\"time\":\"2019-05-17T12:51:46.013Z\"}", 2023),
        ("2019-11-01 10:00:00 x", 2023),
        ("login of 2019-05-09 10:00:00 x", 2023),
    ];
    for (last, wanted) in rows {
        let log = format!("05-09 12:51:36.118 I x\n  at x\n05-09 12:51:37.044 E x\n{last}\n");
        let mut timeline = timeline();
        timeline.look_ahead(log.as_bytes());
        let first = timeline.read(0, log.as_bytes()).expect("the line has a time");
        assert_eq!(first.to_datetime().year(), wanted, "{last}");
    }
    let far = format!("05-09 12:51:36.118 x\n{}2019-05-09 12:51:37 x\n", "x\n".repeat(1 << 15));
    let mut timeline = timeline();
    timeline.look_ahead(far.as_bytes());
    let first = timeline.read(0, far.as_bytes()).expect("the line has a time");
    assert_eq!(first.to_datetime().year(), 2023, "only the first 64 KiB are looked at");
}

/// Lines of all kinds.
const LINES: [&str; 17] = [
    "2024-01-16 10:00:00 x",
    "2024-02-01T10:00:00Z x",
    "1999-01-01 10:00:00 not set",
    "23:30:00 x",
    "00:10:00 x",
    "12:00:00 x",
    "Jan 20 10:00:00 host x",
    "03-01 10:00:00.123 x",
    "{\"time\":\"2024-01-17T10:00:01\"}",
    "{\"time\":\"2024-01-25T10:00:01\"}",
    "timestamp:1376999419",
    "05/06/2024 10:00:00 x",
    "13/06/2024 10:00:00 x",
    "06/13/2024 10:00:00 x",
    "  at x",
    "login failed",
    "",
];

/// A log with more lines of all kinds than are read whole, and then as many again.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    // Runs of the same kind make members count again.
    let run = || (proptest::sample::select(&LINES[..]), prop_oneof![1..4_usize, 60..80_usize]);
    let runs = || proptest::collection::vec(run(), 0..24);
    (runs(), 0..200_usize, runs()).prop_map(|(first, padding, second)| {
        let mut log = Vec::new();
        for (runs, padding) in [(first, padding), (second, 12)] {
            for (line, count) in runs {
                let text = format!("{line}{}\n", " y".repeat(padding));
                log.extend(text.repeat(count).into_bytes());
            }
        }
        log.pop();
        log
    })
}

/// The times of each line of `log`. Those with a number in `skipped` are skipped, together with
/// their neighbors or apart, and have none.
fn times_without(log: &[u8], skipped: impl Fn(usize) -> bool) -> Vec<Option<LocalTimestamp>> {
    let mut timeline = timeline();
    let (mut offset, mut skipped_from) = (0, 0);
    let mut times = Vec::new();
    for (number, line) in log.split_inclusive(|&byte| byte == b'\n').enumerate() {
        if skipped(number) {
            times.push(None);
        } else {
            let lines_before = &log[skipped_from..offset];
            let time = if number.is_multiple_of(2) {
                timeline.skip(skipped_from as u64, lines_before);
                timeline.read(offset as u64, line)
            } else {
                timeline.read_after(skipped_from as u64, lines_before, line)
            };
            times.push(time.or(timeline.last()));
            skipped_from = offset + line.len();
        }
        offset += line.len();
    }
    times
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases.min(64), ..config() })]

    #[test]
    fn skipped_lines_count_as_if_they_were_read(
        log in lines(),
        kept in proptest::collection::vec(any::<bool>(), 1..64),
    ) {
        let all = times_without(&log, |_| false);
        for skips in [1, 7, 50] {
            let is_kept = |number: usize| number.is_multiple_of(skips) && kept[number % kept.len()];
            let some = times_without(&log, |number| !is_kept(number));
            for (number, time) in some.iter().enumerate() {
                if is_kept(number) {
                    prop_assert_eq!(*time, all[number], "line {}", number);
                }
            }
        }
    }
}

/// A container writes UTC with `Z`, the app in it local time of Shanghai without an offset.
#[test]
fn times_with_and_without_an_offset_disagree_in_the_wrong_zone() {
    let log = "2026-11-24 10:00:00 a\n2026-11-24T02:00:01Z b\n2026-11-24 10:00:02 c\n";
    let rows = [
        (log, TimeZone::UTC, true),
        (log, TimeZone::fixed(offset(8)), false),
        ("2026-11-24 10:00:00 a\n2026-11-24 02:00:01 b\n", TimeZone::UTC, false),
        ("2026-11-24T10:00:00Z a\n2026-11-24T02:00:01Z b\n", TimeZone::UTC, false),
        ("2026-11-24 10:00:00 a\n2026-11-24T09:59:59Z b\n", TimeZone::UTC, false),
        ("2026-11-24 10:00:00 a\n2026-11-20T09:59:59Z b\n", TimeZone::UTC, false),
    ];
    for (log, zone, wanted) in rows {
        let now = date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(zone).expect("noon is once");
        let mut timeline = Timeline::new(Arc::new(TimestampReader::new(&now)), None);
        for line in log.lines() {
            timeline.read(0, line.as_bytes());
        }
        assert_eq!(timeline.zones_disagree(), wanted, "{log}");
    }
}
