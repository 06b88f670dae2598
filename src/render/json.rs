//! `json`: an `imerr` member put before the last brace of lines that are one JSON object.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::jsonl::{push_json, push_meaning};
use super::mark::{ANNOTATION_LIMIT, MEMBER};
use super::{Line, Render, distinct};
use crate::catalog::Catalog;
use crate::detect::Finding;

/// `"imerr":{...}`, or an array where several codes stand, in JSON lines; all other lines stay as they are.
///
/// The line's own bytes and the order of its keys are kept. A line that has a member `imerr` already stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

/// White space behind the closing brace up to this many bytes is taken for a part of the line.
const TRAILING_LIMIT: usize = 1 << 10;

impl Render for Json {
    fn line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        match closing_brace(line.text) {
            Some(brace) => {
                out.extend_from_slice(&line.text[..brace]);
                member(line.findings, catalog, out);
                out.extend_from_slice(&line.text[brace..]);
            }
            None => out.extend_from_slice(line.text),
        }
        out.extend_from_slice(line.end);
    }

    /// Nothing: a line that is not held whole cannot be known to be JSON.
    fn long_line_end(&self, _line: &Line<'_>, _catalog: &Catalog, _out: &mut Vec<u8>) {}
}

/// Whether the line is one JSON object.
pub(super) fn is_object(text: &[u8]) -> bool {
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
        && std::str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// The place of the closing brace, if the line is one JSON object that can take a member `imerr`.
fn closing_brace(text: &[u8]) -> Option<usize> {
    #[derive(Deserialize)]
    struct Members {
        imerr: Option<IgnoredAny>,
    }
    if !is_object(text) {
        return None;
    }
    let members: Members = serde_json::from_slice(text).ok()?;
    let brace = text.iter().rposition(|&byte| byte == b'}')?;
    (members.imerr.is_none() && text.len() - brace <= TRAILING_LIMIT).then_some(brace)
}

/// Writes `,"imerr":` and its value. An object in which a code was found is not empty, so the comma is right.
fn member(findings: &[Finding], catalog: &Catalog, out: &mut Vec<u8>) {
    let findings = distinct(findings);
    out.extend_from_slice(MEMBER);
    if let [finding] = findings.as_slice() {
        return object(finding, catalog, out);
    }
    let start = out.len();
    for (place, finding) in findings.iter().enumerate() {
        let before = out.len();
        out.push(if place == 0 { b'[' } else { b',' });
        object(finding, catalog, out);
        // Whoever takes annotations out again holds only so much of a line's end.
        if out.len() - start > ANNOTATION_LIMIT - 64 {
            out.truncate(before);
            push_json(out, ",{\"more\":", &(findings.len() - place));
            out.push(b'}');
            break;
        }
    }
    out.push(b']');
}

fn object(finding: &Finding, catalog: &Catalog, out: &mut Vec<u8>) {
    push_json(out, "{\"code\":", &finding.code);
    push_meaning(out, finding, catalog);
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    fn rendered(line: &str) -> String {
        let mut detector = Detector::built_in();
        let mut findings = Vec::new();
        detector.detect(line.as_bytes(), &mut findings);
        let line = Line { file: "-", number: 1, offset: 0, text: line.as_bytes(), end: b"\n", findings: &findings };
        let mut out = Vec::new();
        Json.line(&line, detector.catalog(), &mut out);
        String::from_utf8(out).expect("the line is UTF-8")
    }

    #[test]
    fn the_member_comes_last_and_the_rest_stays() {
        let line = rendered("{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" } ");
        assert!(
            line.starts_with("{ \"ErrorCode\" : 70001,  \"z\":1.0, \"a\":\"中\" ,\"imerr\":{\"code\":70001,\"known\":true,"),
            "{line}"
        );
        let value: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON still");
        assert_eq!(value["imerr"]["system"], "server");
    }

    #[test]
    fn several_codes_make_an_array() {
        let line = rendered("{\"ErrorCode\":70001,\"List\":[{\"ErrorCode\":70107},{\"ErrorCode\":70107}]}");
        let value: serde_json::Value = serde_json::from_str(&line).expect("the line is JSON still");
        let codes: Vec<i64> = value["imerr"].as_array().into_iter().flatten().filter_map(|one| one["code"].as_i64()).collect();
        assert_eq!(codes, [70001, 70107]);
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let rows = [
            "imsdk code:6206",
            "{\"code\":6206",
            "[{\"code\":6206}]",
            "{\"ErrorCode\":6206,\"imerr\":1}",
            "{\"code\":6206} {\"code\":6206}",
        ];
        for line in rows {
            assert_eq!(rendered(line), format!("{line}\n"));
        }
    }
}
