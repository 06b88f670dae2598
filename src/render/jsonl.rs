//! `jsonl`: one JSON object for each finding, and one with the totals at the end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::{Line, Render};
use crate::catalog::{Catalog, Entry};
use crate::detect::Finding;
use crate::stats::Totals;

/// A stream of records for programs; the log itself is not part of the output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jsonl;

impl Render for Jsonl {
    fn keeps_plain_lines(&self) -> bool {
        false
    }

    fn needs_line_numbers(&self) -> bool {
        true
    }

    fn line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        for finding in line.findings {
            push_json(out, "{\"type\":\"match\",\"file\":", line.file);
            push_json(out, ",\"line\":", &line.number);
            push_json(out, ",\"offset\":", &line.offset);
            push_json(out, ",\"start\":", &finding.start);
            push_json(out, ",\"end\":", &finding.end);
            push_json(out, ",\"code\":", &finding.code);
            push_meaning(out, finding, catalog);
            push_text(out, line.text);
            out.extend_from_slice(b"}\n");
        }
    }

    /// Of a long line the record holds the beginning as `text`; the line itself is not part of the output.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.line(line, catalog, out);
    }

    fn finish(&self, totals: &Totals, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"summary\",\"files\":", &totals.files);
        push_json(out, ",\"bytes\":", &totals.bytes);
        push_json(out, ",\"lines\":", &totals.lines);
        push_json(out, ",\"matched_lines\":", &totals.matched_lines);
        push_json(out, ",\"matches\":", &totals.matches);
        out.extend_from_slice(b"}\n");
    }
}

/// Writes `before` and the JSON text of `value`.
pub(super) fn push_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, before: &str, value: &T) {
    out.extend_from_slice(before.as_bytes());
    serde_json::to_writer(out, value).expect("numbers and strings are JSON, and a Vec takes all bytes");
}

/// Writes `,"known":...` and what the catalog says about the finding. Further meanings of an ambiguous code are
/// `alternatives`, likeliest first. An unknown code has no entry, so only `known` and `confidence`.
pub(super) fn push_meaning(out: &mut Vec<u8>, finding: &Finding, catalog: &Catalog) {
    push_json(out, ",\"known\":", &!finding.meanings.is_unknown());
    let mut entries = finding.meanings.places().iter().map(|&place| catalog.entry(place));
    let Some(first) = entries.next() else { return push_json(out, ",\"confidence\":", finding.confidence.as_str()) };
    push_entry(out, first, Some(finding));
    if finding.meanings.is_ambiguous() {
        out.extend_from_slice(b",\"alternatives\":[");
        for (place, entry) in entries.enumerate() {
            out.extend_from_slice(if place == 0 { b"{" } else { b",{" });
            let start = out.len();
            push_entry(out, entry, None);
            // Every member begins with a comma; the first of an object has none.
            out.remove(start);
            out.push(b'}');
        }
        out.push(b']');
    }
}

fn push_entry(out: &mut Vec<u8>, entry: &Entry, finding: Option<&Finding>) {
    push_json(out, ",\"name\":", &entry.name());
    push_json(out, ",\"system\":", &entry.system);
    push_json(out, ",\"category\":", &entry.category);
    push_json(out, ",\"kind\":", entry.kind.as_str());
    push_json(out, ",\"severity\":", entry.severity.as_str());
    if let Some(finding) = finding {
        push_json(out, ",\"confidence\":", finding.confidence.as_str());
    }
    push_json(out, ",\"meaning\":", &entry.meaning);
    push_json(out, ",\"remedy\":", &entry.remedy);
    push_json(out, ",\"retry\":", entry.retry.as_str());
}

/// Writes `,"text":` and the line: as a string if it is UTF-8, as `{"bytes":"<base64>"}` if not.
fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    match std::str::from_utf8(text) {
        Ok(text) => push_json(out, ",\"text\":", text),
        Err(_) => {
            push_json(out, ",\"text\":{\"bytes\":", &STANDARD.encode(text));
            out.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    fn records(line: &[u8]) -> Vec<serde_json::Value> {
        let mut detector = Detector::built_in().with_unknown(true);
        let mut findings = Vec::new();
        detector.detect(line, &mut findings);
        let line = Line { file: "a\"b.log", number: 12, offset: 3456, text: line, end: b"\n", findings: &findings };
        let mut out = Vec::new();
        Jsonl.line(&line, detector.catalog(), &mut out);
        out.split(|&byte| byte == b'\n')
            .filter(|record| !record.is_empty())
            .map(|record| serde_json::from_slice(record).expect("JSON"))
            .collect()
    }

    #[test]
    fn a_record_tells_place_code_and_meaning() {
        let records = records(b"imsdk \x1b[31mcode:-10003|desc:\tx");
        let [record] = records.as_slice() else { panic!("one record, not {records:?}") };
        assert_eq!(
            (&record["type"], &record["file"], &record["line"], &record["offset"]),
            (&"match".into(), &"a\"b.log".into(), &12.into(), &3456.into())
        );
        assert_eq!((&record["start"], &record["end"], &record["code"]), (&16.into(), &22.into(), &(-10003).into()));
        assert_eq!(
            (&record["known"], &record["system"], &record["confidence"]),
            (&true.into(), &"server".into(), &"high".into())
        );
        assert_eq!(record["text"], "imsdk \u{1b}[31mcode:-10003|desc:\tx");
    }

    #[test]
    fn text_that_is_not_utf8_comes_as_base64() {
        assert_eq!(records(b"imsdk \xff code:6206")[0]["text"]["bytes"], STANDARD.encode(b"imsdk \xff code:6206"));
    }

    #[test]
    fn an_unknown_code_has_no_entry() {
        let records = records(b"imsdk error_code:6707");
        assert_eq!((&records[0]["code"], &records[0]["known"]), (&6707.into(), &false.into()));
        assert!(records[0].get("meaning").is_none());
    }
}
