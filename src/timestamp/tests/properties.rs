//! Properties of all lines, tested with random ones.

use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::testutil::fragments::config;
use crate::timestamp::form_reader::FormReader;
use crate::timestamp::forms::Preceding;
use crate::timestamp::{DAY, LocalTimestamp, TimestampReader, parse_time_arg};

fn now() -> jiff::ZonedDateTime {
    date(2026, 11, 24).at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC).expect("UTC has every time")
}

const FRAGMENTS: [&str; 48] = [
    "2026",
    "-",
    "11",
    "24",
    "/",
    ":",
    "10",
    "00",
    ".",
    ",",
    "123",
    "T",
    " ",
    "Z",
    "+08:00",
    "+8.0",
    "Nov",
    "Tue",
    "24/Nov/2026",
    "10:00:00",
    "1795485600",
    "1795485600123",
    "[",
    "]",
    "(",
    ")",
    "<34>",
    "{",
    "}",
    "\"",
    "\\",
    "time",
    "ts",
    "=",
    "|",
    "TIM",
    "INFO",
    "E/imsdk",
    "web-1",
    "login",
    "%c",
    "\x1b[31m",
    "【",
    "\u{feff}",
    "0",
    "9999999999999999999999",
    "AM",
    "{\"$date\":",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        20 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
    ];
    proptest::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_line_causes_a_panic(
        line in line(),
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let reader = TimestampReader::new(&now());
        for timestamp in [reader.read(&line), reader.read(&bytes)].into_iter().flatten() {
            prop_assert!((2001..=2200).contains(&timestamp.to_datetime().year()), "{timestamp}");
        }
    }

    #[test]
    fn no_typed_time_causes_a_panic(line in line(), text: String) {
        for text in [String::from_utf8_lossy(&line).as_ref(), &text] {
            let _ = parse_time_arg(text, &now());
        }
    }

    #[test]
    fn a_displayed_timestamp_is_read_back(millis in DAY * 11_323..DAY * 83_000, rest in line()) {
        let timestamp = LocalTimestamp::from_millis(millis);
        let written = [timestamp.to_string().as_bytes(), b" x ", &rest].concat();
        prop_assert_eq!(TimestampReader::new(&now()).read(&written), Some(timestamp));
    }
}

/// Dates in front of a clock, parts of the clock, and what may follow it.
const DATES: [&str; 12] = [
    "2026-11-24 10:",
    "2026-11-24T10:",
    "2026-11-24 +8.0 10:",
    "11-24 10:",
    "Nov 24 10:",
    "Tue Nov 24 10:",
    "24/Nov/2026:10:",
    "11/24/2026 10:",
    "26/11/24 10:",
    "20261124-10:",
    "上午 10:",
    "10:",
];
const MINUTES: [&str; 6] = ["00:", "01:", "59:", "60:", "9:", "00"];
const SECONDS: [&str; 12] =
    ["00", "01", "59", "60", "9", "00.123", "01.456", "00,5", "01,6", "00:123", "00:12", "01:456"];
#[rustfmt::skip]
const TAILS: [&str; 21] = [
    "", " ", ": ", ", ", ". ", ":5e:", ":5", " 2026", " CST 2026", "Z", " Z", "+08:00", " +0800",
    " GMT+8", " - ", " -10 ", " PM", "am", "下午", "]", "_",
];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_timestamp_is_read_alike_after_any_other(
        date in 0..DATES.len(),
        clocks in prop::collection::vec(
            (0..MINUTES.len(), 0..SECONDS.len(), 0..TAILS.len(), 0..TAILS.len()),
            2..12,
        ),
    ) {
        let mut reader = FormReader::default();
        for (minute, second, tail, next) in clocks {
            let (minute, second) = (MINUTES[minute], SECONDS[second]);
            let (tail, next) = (TAILS[tail], TAILS[next]);
            let text = format!("{}{minute}{second}{tail}{next} text of a line", DATES[date]);
            let alone = FormReader::default().read(text.as_bytes(), Preceding::Nothing);
            prop_assert_eq!(reader.read(text.as_bytes(), Preceding::Nothing), alone, "{}", text);
        }
    }
}
