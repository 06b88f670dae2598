//! Runs over logs and file names that try to be commands, for the tests of all documents.

use proptest::prelude::*;

use crate::testutil::TestRun;

/// Pieces of names and lines that mean something to a CI system, a parser or a terminal.
const PIECES: [&str; 40] = [
    "::error::x",
    "::error file=a::x",
    "::stop-commands::x",
    "::x::",
    "::",
    ":",
    ",",
    "=",
    "##[error]x",
    "##[set-output name=a]x",
    "##vso[task.setvariable variable=a]x",
    "##vso[",
    "##teamcity[buildStop]",
    "##teamcity[",
    "[",
    "]",
    ";",
    "|",
    "'",
    "\"",
    "|n",
    "%",
    "%0A",
    "%0a",
    "%25",
    "%AZP25",
    "%5D",
    "%3B",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{2028}",
    "\u{85}",
    "错误",
    "\u{1f600}",
    "a.log",
];

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
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..6)
        .prop_map(|pieces| pieces.concat())
}

/// A run over a few files with such names and lines.
pub(crate) fn run() -> impl Strategy<Value = TestRun> {
    let line = (text(), proptest::sample::select(&CODES[..]), text())
        .prop_map(|(before, code, after)| format!("{before} {code} {after}"));
    let log = proptest::collection::vec(line, 0..5).prop_map(|lines| lines.join("\n").into_bytes());
    proptest::collection::vec((text(), log), 0..4).prop_map(|files| TestRun::from_logs(&files, 0))
}
