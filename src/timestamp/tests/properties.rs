//! Properties of all lines, tested with random ones.

use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::testutil::fragments::config;
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
