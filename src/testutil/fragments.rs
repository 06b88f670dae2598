//! Pieces of real-shaped lines, for tests that attack with random lines.

#[path = "fragment_list.rs"]
mod fragment_list;

use proptest::prelude::*;

use fragment_list::FRAGMENTS;

/// A line of random fragments.
pub(crate) fn line() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop_oneof![
        20 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>().prop_filter("a line has no line end", |byte| *byte != b'\n'), 1..4),
    ];
    proptest::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

/// Enough cases for every run; PROPTEST_CASES asks for more.
pub(crate) fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { 2000 };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}
