#![no_main]
//! Catalogs and rules of users: every problem has a place in the file, what is accepted detects
//! without a panic, and its texts keep the promises of annotations.

use std::sync::Arc;

use imerr::custom::{CustomBuilder, DataFile, Diagnostic, Loaded, read};
use imerr::format::Render;
use imerr::strip::Stripper;
use imerr_fuzz::{FRAGMENTS, Input, assert_same, formats, is_stateful, run_whole};

imerr_fuzz::target!(run, &[PIECES, &FRAGMENTS]);

const PIECES: &[&str] = &[
    "system = \"app\"\n",
    "[[entry]]\n",
    "code = 100001\n",
    "range = [100001, 100020]\n",
    "names = [\"ERR_A\"]\n",
    "category = \"cart\"\n",
    "kind = \"auth\"\n",
    "severity = \"error\"\n",
    "meaning = \"A.\"\n",
    "cause = \"A.\"\n",
    "remedy = \"B.\"\n",
    "note = \"C.\"\n",
    "retry = \"never\"\n",
    "status = \"current\"\n",
    "see = [6206]\n",
    "hints = [\"a\"]\n",
    "page = \"https://a\"\n",
    "[entry.zh]\n",
    "[[key]]\n",
    "[[name]]\n",
    "[[shape]]\n",
    "[[marker]]\n",
    "key = \"err code\"\n",
    "weight = 40\n",
    "bare = 10\n",
    "regex = '(?P<code>\\d+)'\n",
    "pattern = 'x(?<code>-?\\d{1,9})'\n",
    "words = [\"imsdk\"]\n",
    "parts = [\"a\"]\n",
    "starts = [\"a\"]\n",
    "found = [\"err code:6206\"]\n",
    "ignored = [\"x\"]\n",
    "triggers = [\"err\"]\n",
    "'''",
    "\"\"\"",
    "\\u202e",
    "\u{202e}",
    "\u{3000}",
    "\u{1f600}",
    "e\u{301}",
    "-> ",
    "; or ",
    ")",
    "]",
    "0x",
    "1e9",
    "-9223372036854775808",
    "9223372036854775807",
    "{}",
    "# x\n",
];

fn run(mut input: Input) {
    let format = input.choose(formats());
    let with_optional = input.byte();
    let bytes = input.rest();
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_reading(text);
    }
    let mut builder = CustomBuilder::default();
    let optional: Vec<&str> = CustomBuilder::optional().collect();
    if let Some(name) = optional.get(usize::from(with_optional)) {
        assert!(builder.add_optional(name), "{name} is optional");
    }
    // A file may come twice, and in two parts.
    builder.add("a.toml", bytes);
    if with_optional == 255 {
        builder.add("b.toml", bytes);
    }
    match builder.finish() {
        Ok(loaded) => check_loaded(&loaded, format, bytes),
        Err(problems) => check_problems(&problems, bytes),
    }
}

fn check_reading(text: &str) {
    let Ok(DataFile::Entries(entries)) = read("a.toml", text) else { return };
    let lines = text.split('\n').count();
    for sourced in entries {
        assert!((1..=lines).contains(&sourced.span.line), "{:?}", sourced.span);
        let codes = sourced.entry.codes;
        assert!(codes.first <= codes.last, "{codes:?}");
    }
}

fn check_problems(problems: &[Diagnostic], bytes: &[u8]) {
    assert!(!problems.is_empty(), "a refused file has a problem");
    let lines = bytes.split(|&byte| byte == b'\n').count();
    for problem in problems {
        let span = problem.span;
        assert!((1..=lines).contains(&span.line), "{problem:?}");
        assert!(span.column >= 1 && span.length >= 1, "{problem:?}");
        assert!(!problem.message.is_empty(), "{problem:?}");
    }
}

fn check_loaded(loaded: &Loaded, format: &Arc<dyn Render>, bytes: &[u8]) {
    loaded.wrong_samples();
    let detector = loaded.detector.clone().with_unknown(true);
    let mut log = b"imsdk: login failed, code: 6206, error_code=100001 my-app\n".to_vec();
    if let Ok(DataFile::Entries(entries)) = read("a.toml", &String::from_utf8_lossy(bytes)) {
        for sourced in entries.iter().take(8) {
            let code = sourced.entry.codes.first;
            log.extend(format!("imsdk error_code:{code} x\n{{\"ErrorCode\":{code}}}\n").bytes());
            for name in sourced.entry.names.iter() {
                log.extend(format!("login failed: {name}\n").bytes());
            }
        }
    }
    check_promises(&detector, format, &log);
    // The samples and texts of the file are lines too.
    if bytes.is_ascii() {
        check_promises(&detector, format, &bytes[..bytes.len().min(600)]);
    }
}

fn check_promises(detector: &imerr::Detector, format: &Arc<dyn Render>, log: &[u8]) {
    if is_stateful(format) || imerr_fuzz::is_decoded(log) {
        return;
    }
    let annotator = || imerr::Annotator::new(detector.clone(), Some(Arc::clone(format)));
    let stripper = || Stripper::default().with_catalog(detector.catalog().clone());
    let once = run_whole(annotator(), log);
    if run_whole(stripper(), log) == log {
        assert_same(&run_whole(stripper(), &once), log, "strip restores the log");
        assert_same(&run_whole(annotator(), &once), &once, "annotating twice is annotating once");
    }
}
