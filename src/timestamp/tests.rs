//! Whole lines of real systems, and lines without a timestamp.

mod forms;
mod properties;
mod timeline;

use jiff::civil::date;
use jiff::tz::{TimeZone, offset};

use super::TimestampReader;

/// A reader at noon, eight hours east of UTC.
fn reader() -> TimestampReader {
    TimestampReader::new(
        &date(2026, 11, 24)
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::fixed(offset(8)))
            .expect("a fixed zone has every time"),
    )
}

fn read(line: impl AsRef<[u8]>) -> Option<String> {
    reader().read(line.as_ref()).map(|timestamp| timestamp.to_string())
}

#[test]
fn all_forms_are_read_and_nothing_else() {
    for (line, wanted) in forms::FORMS {
        assert_eq!(read(line).as_deref(), *wanted, "{line:?}");
    }
}

#[test]
fn hostile_lines_are_handled() {
    let rows: [(Vec<u8>, Option<&str>); 11] = [
        (b"2026-11-24 10:00:00 \xff\xfe\0".to_vec(), Some("2026-11-24 10:00:00.000")),
        (b"2026-11-24 10:00:00\xff".to_vec(), Some("2026-11-24 10:00:00.000")),
        (b"\xff2026-11-24 10:00:00".to_vec(), None),
        (b"\x002026-11-24 10:00:00".to_vec(), Some("2026-11-24 10:00:00.000")),
        (
            [vec![0; 1 << 20], b"2026-11-24 10:00:00".to_vec()].concat(),
            Some("2026-11-24 10:00:00.000"),
        ),
        (b"2026-11-24 \x0010:00:00".to_vec(), None),
        (
            [b"2026-11-24 10:00:00 ".to_vec(), vec![b'x'; 1 << 20]].concat(),
            Some("2026-11-24 10:00:00.000"),
        ),
        (
            [vec![b' '; 159], b"2026-11-24 10:00:00 x".to_vec()].concat(),
            Some("2026-11-24 10:00:00.000"),
        ),
        ([vec![b' '; 160], b"2026-11-24 10:00:00 x".to_vec()].concat(), None),
        ([b"2026-11-24 10:00:00.".to_vec(), vec![b'1'; 1 << 20]].concat(), None),
        ([b"{\"time\"".to_vec(), vec![b' '; 1 << 20]].concat(), None),
    ];
    for (line, wanted) in rows {
        assert_eq!(
            read(&line).as_deref(),
            wanted,
            "{:?}",
            String::from_utf8_lossy(&line[..line.len().min(40)])
        );
    }
    for byte in 0..=u8::MAX {
        assert_eq!(read(vec![byte; 1 << 20]), None, "{byte}");
    }
}

#[test]
fn the_latest_year_that_is_not_ahead_is_taken() {
    let rows = [
        ("11-25 11:59:59.999 x", "2026-11-25 11:59:59.999"),
        ("11-25 12:00:00.001 x", "2025-11-25 12:00:00.001"),
        ("Dec 31 23:59:59 host x", "2025-12-31 23:59:59.000"),
        ("Feb 29 10:00:00 host x", "2024-02-29 10:00:00.000"),
    ];
    for (line, wanted) in rows {
        assert_eq!(read(line).as_deref(), Some(wanted), "{line}");
    }
    let new_year = TimestampReader::new(
        &date(2026, 12, 31)
            .at(23, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time"),
    );
    assert_eq!(
        new_year.read(b"Jan  1 00:00:00 x").map(|timestamp| timestamp.to_datetime().year()),
        Some(2027)
    );
    let after_1900 = TimestampReader::new(
        &date(2103, 6, 1)
            .at(0, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .expect("UTC has every time"),
    );
    assert_eq!(
        after_1900.read(b"Feb 29 00:00:00 x").map(|timestamp| timestamp.to_datetime().year()),
        Some(2096)
    );
}

#[test]
fn offsets_follow_daylight_saving_time() {
    // The clocks of Berlin go forward at 01:00 UTC on 2026-03-29 and back at 01:00 UTC on
    // 2026-10-25.
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("this is a POSIX zone");
    let reader = TimestampReader::new(
        &date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(zone).expect("noon comes once"),
    );
    let rows = [
        ("2026-03-29T00:59:59Z x", "2026-03-29 01:59:59.000"),
        ("2026-03-29T01:00:00Z x", "2026-03-29 03:00:00.000"),
        ("2026-10-25T00:30:00Z x", "2026-10-25 02:30:00.000"),
        ("2026-10-25T01:30:00Z x", "2026-10-25 02:30:00.000"),
        ("2026-10-25T02:30:00+08:00 x", "2026-10-24 20:30:00.000"),
        ("1795485600 x", "2026-11-24 03:00:00.000"),
        ("2026-03-29 02:30:00 x", "2026-03-29 02:30:00.000"),
    ];
    for (line, wanted) in rows {
        assert_eq!(
            reader.read(line.as_bytes()).map(|timestamp| timestamp.to_string()).as_deref(),
            Some(wanted),
            "{line}"
        );
    }
}

#[test]
fn times_before_2001_and_dates_that_do_not_exist_are_ignored() {
    let rows = [
        ("1970-01-01 00:00:05.123 E/imsdk: x", None),
        ("1970-01-01T00:00:00Z ERROR x", None),
        ("{\"time\":\"1970-01-01T08:00:00+08:00\",\"msg\":\"x\"}", None),
        ("ts=0 level=error msg=x", None),
        ("Thu Jan  1 00:00:07 1970 x", None),
        ("1980-01-06 00:00:00 E x", None),
        ("2000-01-01 00:00:12.000 E x", None),
        ("2000-12-31 23:59:59.999 E x", None),
        ("2026-00-00 10:00:00 E x", None),
        ("20260000 10:00:00 E x", None),
        ("2001-01-01 00:00:00.000 E x", Some("2001-01-01 00:00:00.000")),
    ];
    for (line, wanted) in rows {
        assert_eq!(read(line).as_deref(), wanted, "{line}");
    }
}
