#![no_main]
//! The member that `json` adds: valid JSON stays valid JSON, the other members keep their bytes,
//! all other lines stay as they are, and stripping restores the line.

use std::sync::Arc;

use imerr::format::{Auto, Json, LogSchema, Render};
use imerr::strip::{DEFAULT_KEY, Stripper};
use imerr::terminal::Styles;
use imerr_fuzz::{
    ANNOTATION_PIECES, FRAGMENTS, Input, SETUPS, assert_same, is_decoded, lines_of, run_in_pieces,
    run_whole,
};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

imerr_fuzz::target!(run, &[&FRAGMENTS[..], ANNOTATION_PIECES]);

const SCHEMAS: [LogSchema; 3] = [LogSchema::Imerr, LogSchema::Ecs, LogSchema::Otel];

/// Keys that logs use themselves, that need escapes, and that are members of a schema.
const KEYS: [&str; 6] = [DEFAULT_KEY, "tim", "im \"x\"\\", "错误", "error", "error.code"];

/// How the text of the input becomes the log.
const WRAPPERS: [fn(&[u8]) -> Vec<u8>; 3] = [<[u8]>::to_vec, as_string, as_member];

fn run(mut input: Input) {
    let setup = input.choose(&SETUPS[..]);
    let (schema, key) = (*input.choose(&SCHEMAS), *input.choose(&KEYS));
    let wrap = input.choose(&WRAPPERS);
    let size = [1, 3, 17, usize::MAX][usize::from(input.byte() % 4)];
    let log = wrap(input.rest());
    if is_decoded(&log) {
        return;
    }
    let json = Json::new(schema, key);
    let auto: Arc<dyn Render> = Arc::new(Auto::new(Styles::default(), json.clone()));
    let json: Arc<dyn Render> = Arc::new(json);
    let annotator = |format| setup.annotator(format).with_json_key(key);
    let stripper = || Stripper::with_json_key(key).with_catalog(setup.detector.catalog().clone());

    let annotated = run_in_pieces(annotator(&json), &log, size);
    let (before, after): (Vec<_>, Vec<_>) =
        (lines_of(&log).collect(), lines_of(&annotated).collect());
    assert_eq!(before.len(), after.len(), "json adds no line");
    let is_original = run_whole(stripper(), &log) == log;
    for (before, after) in before.into_iter().zip(after) {
        if is_original {
            check_line(before, after, key);
        }
    }
    if is_original {
        for format in [&json, &auto] {
            let annotated = run_whole(annotator(format), &log);
            assert_same(&run_whole(stripper(), &annotated), &log, "strip restores the log");
            let twice = run_whole(annotator(format), &annotated);
            assert_same(&twice, &annotated, "annotating twice is annotating once");
        }
    }
}

/// The text as a string in an object with a code.
fn as_string(text: &[u8]) -> Vec<u8> {
    let text = Value::from(String::from_utf8_lossy(text));
    format!("{{\"ErrorInfo\":{text},\"ErrorCode\":70001,\"ActionStatus\":\"FAIL\"}}").into_bytes()
}

/// The text as JSON between two members.
fn as_member(text: &[u8]) -> Vec<u8> {
    [b"{\"imsdk code\":6206,\"x\":", text, b",\"msg\":\"code:6014\"}\n"].concat()
}

/// The members of a line that is one JSON object, in order, with the bytes of their values.
fn members(line: &[u8]) -> Option<Vec<(String, String)>> {
    let members: Map<String, Value> = serde_json::from_slice(line).ok()?;
    let raw: std::collections::BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(line).ok()?;
    let value = |key: &String| raw[key].get().to_string();
    Some(members.keys().map(|key| (key.clone(), value(key))).collect())
}

fn check_line(before: &[u8], after: &[u8], key: &str) {
    if before == after {
        return;
    }
    let show = || format!("{}\n{}", before.escape_ascii(), after.escape_ascii());
    // The line is what it was, around one insertion in front of its last brace.
    let brace = before.iter().rposition(|&byte| byte == b'}').expect("an object has a brace");
    let (head, tail) = before.split_at(brace);
    assert!(after.starts_with(head) && after.ends_with(tail), "{}", show());
    let inserted = &after[head.len()..after.len() - tail.len()];
    let added: Map<String, Value> =
        serde_json::from_slice(&[b"{", &inserted[1..], b"}"].concat()).expect("members");
    assert!(
        inserted[0] == b',' && added.keys().next().is_some_and(|first| first == key),
        "{}",
        show()
    );
    assert!(std::str::from_utf8(after).is_ok(), "{}", show());
    serde_json::from_slice::<serde::de::IgnoredAny>(after)
        .unwrap_or_else(|error| panic!("{error}: {}", show()));
    // Keys that occur twice, and lone surrogates, are beyond serde_json's values.
    if let (Some(before), Some(after)) = (members(before), members(after)) {
        assert_eq!(before.len() + added.len(), after.len(), "{}", show());
        assert_eq!(before[..], after[..before.len()], "{}", show());
    }
}
