//! Runs over logs and file names that try to be commands, for the tests of all documents.

#[path = "hostile_list.rs"]
mod hostile_list;

use proptest::prelude::*;

use crate::testutil::TestRun;
use hostile_list::HOSTILE_PIECES;

/// Codes of every severity, and an unknown one.
const CODES: [&str; 6] = [
    "imsdk code:6206",
    "imsdk error_code:-10113",
    "imsdk error_code:70001",
    "imsdk error_code:6707",
    "imsdk code:6012",
    "",
];

/// A name or a piece of a line.
pub(crate) fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&HOSTILE_PIECES[..]), 0..6)
        .prop_map(|pieces| pieces.concat())
}

/// A run over a few files with such names and lines.
pub(crate) fn run() -> impl Strategy<Value = TestRun> {
    logs().prop_map(|files| TestRun::from_logs(&files, 0))
}

/// The same with the lines around codes.
pub(crate) fn run_with_passages() -> impl Strategy<Value = TestRun> {
    logs().prop_map(|files| TestRun::with_passages(&files, 65_536))
}

fn logs() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let line = (text(), proptest::sample::select(&CODES[..]), text())
        .prop_map(|(before, code, after)| format!("{before} {code} {after}"));
    let log = proptest::collection::vec(line, 0..5).prop_map(|lines| lines.join("\n").into_bytes());
    proptest::collection::vec((text(), log), 0..4)
}
