//! Pieces of real-shaped lines, for tests that attack with random lines.

#[path = "fragment_list.rs"]
mod fragment_list;

use proptest::prelude::*;

use fragment_list::FRAGMENTS;

/// A line of random fragments.
pub(crate) fn line() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        20 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>().prop_filter("a line has no line \
            end", |byte| *byte != b'\n'), 1..4),
    ];
    proptest::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

/// What a line of a block of `below` begins with, whole or in part.
const BLOCK_HEADS: [&str; 8] = [
    "       \terror ",
    "       \t     ",
    "       \t| ",
    "       \t^^^^ ",
    "       \t",
    "^^^^ ",
    "  ^",
    "fix: ",
];

/// What such a line or an added line end ends with, in part, and other white space.
const BLOCK_TAILS: [&str; 9] =
    ["", " ", "\t", "  ", " \t", "\t ", "       \t", "       \t ", "\t\t"];

/// A line that begins or ends as a line of a block does, but is none.
pub(crate) fn block_like_line() -> impl Strategy<Value = Vec<u8>> {
    let (heads, tails) = (&BLOCK_HEADS[..], &BLOCK_TAILS[..]);
    (proptest::sample::select(heads), line(), proptest::sample::select(tails))
        .prop_map(|(head, line, tail)| [head.as_bytes(), &line, tail.as_bytes()].concat())
        .prop_filter("both marks are those of an annotation", |line| {
            let text = line.strip_suffix(b"\r").unwrap_or(line);
            !text.ends_with(b" \t ") && !text.ends_with(b"       \t \t")
        })
}

/// Enough cases for every run; PROPTEST_CASES asks for more.
pub(crate) fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { 2000 };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}
