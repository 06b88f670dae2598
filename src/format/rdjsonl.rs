//! `rdjsonl`: the JSON lines that reviewdog takes, one for each finding; the log itself is not part of the output.
//!
//! Columns are bytes from 1, as reviewdog counts them, and the end is exclusive.

use super::jsonl::push_json;
use super::{FormatProperties, Line, Render};
use crate::catalog::{Catalog, Severity};
use crate::detect::Finding;

/// `{"message":...,"location":{...},"severity":"ERROR","source":{...},"code":{"value":"6206"},"original_output":LINE}`
#[derive(Clone, Copy, Debug, Default)]
pub struct Rdjsonl;

/// The most bytes of a line that are quoted.
const QUOTED: usize = 4096;

impl Render for Rdjsonl {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        for finding in line.findings {
            let said = format!(
                "{} -> {}",
                finding.meanings.meaning(catalog),
                finding.meanings.remedy(catalog)
            );
            push_json(out, "{\"message\":", &said);
            push_json(out, ",\"location\":{\"path\":", line.file);
            push_range(out, line.number, finding);
            push_json(out, "},\"severity\":", severity(finding, catalog));
            push_json(out, ",\"source\":{\"name\":", env!("CARGO_PKG_NAME"));
            push_json(out, "},\"code\":{\"value\":", &finding.code.to_string());
            out.push(b'}');
            if let Some(quoted) = quoted(line.text) {
                push_json(out, ",\"original_output\":", quoted);
            }
            out.extend_from_slice(b"}\n");
        }
    }

    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        self.render_line(line, catalog, out);
    }
}

/// Writes `,"range":...`, unless the numbers are beyond the 32 bits that reviewdog has for them.
fn push_range(out: &mut Vec<u8>, line: u64, finding: &Finding) {
    let numbers =
        (i32::try_from(line), i32::try_from(finding.start + 1), i32::try_from(finding.end + 1));
    let (Ok(line), Ok(start), Ok(end)) = numbers else { return };
    push_json(out, ",\"range\":{\"start\":{\"line\":", &line);
    push_json(out, ",\"column\":", &start);
    push_json(out, "},\"end\":{\"line\":", &line);
    push_json(out, ",\"column\":", &end);
    out.extend_from_slice(b"}}");
}

/// The worst that the code can mean; an unknown one counts as an error.
fn severity(finding: &Finding, catalog: &Catalog) -> &'static str {
    match finding.meanings.severity(catalog) {
        Severity::Fatal | Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

/// The beginning of the line, whole characters of it, if it is UTF-8.
fn quoted(text: &[u8]) -> Option<&str> {
    let beginning = &text[..text.len().min(QUOTED)];
    match std::str::from_utf8(beginning) {
        Ok(quoted) => Some(quoted),
        // A character that only lacks its end was cut here, or where a very long line was.
        Err(error) if error.error_len().is_none() && beginning.len() >= QUOTED => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::detect::Detector;

    fn records(file: &str, number: u64, text: &[u8]) -> Vec<Value> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, text);
        let mut out = Vec::new();
        Rdjsonl.render_line(
            &Line { file, number, offset: 0, text, end: b"\n", findings: &findings },
            detector.catalog(),
            &mut out,
        );
        out.split_inclusive(|&byte| byte == b'\n')
            .map(|record| serde_json::from_slice(record).expect("JSON"))
            .collect()
    }

    #[test]
    fn a_record_is_a_diagnostic() {
        let records = records("a\n.log", 12, "错误 imsdk code:-10113".as_bytes());
        let [record] = records.as_slice() else { panic!("one record, not {records:?}") };
        assert_eq!(
            record["location"],
            json!({ "path": "a\n.log", "range": { "start": { "line": 12, "column": 19 }, "end": { "line": 12, "column": 25 } } })
        );
        assert_eq!(
            (&record["severity"], &record["code"]),
            (&json!("WARNING"), &json!({ "value": "-10113" }))
        );
        assert_eq!(record["source"], json!({ "name": "imerr-annotate" }));
        assert_eq!(record["original_output"], "错误 imsdk code:-10113");
        assert!(record["message"].as_str().is_some_and(|message| message.contains(" -> ")));
    }

    #[test]
    fn each_finding_has_a_record_and_an_unknown_code_is_an_error() {
        let records = records("stdin", 1, b"imsdk code:6206 error_code:6707 error_code:6206");
        let codes: Vec<&Value> = records.iter().map(|record| &record["code"]["value"]).collect();
        assert_eq!(codes, ["6206", "6707", "6206"]);
        assert_eq!(records[1]["severity"], "ERROR");
    }

    #[test]
    fn lines_are_quoted_as_far_as_they_are_text() {
        let quoted = |text: &[u8]| {
            records("stdin", 1, text)[0]
                .get("original_output")
                .and_then(Value::as_str)
                .map(str::len)
        };
        assert_eq!(quoted(b"imsdk \xff code:6206"), None);
        assert_eq!(quoted(b"imsdk code:6206 \xe9\x94"), None);
        let long =
            |character: &str| format!("imsdk code:6206 {}", character.repeat(5000)).into_bytes();
        assert_eq!((quoted(&long("x")), quoted(&long("错"))), (Some(QUOTED), Some(QUOTED)));
        assert_eq!(quoted(&long("\u{1f600}")[1..]), Some(QUOTED - 1));
    }

    #[test]
    fn a_line_beyond_32_bits_has_no_range() {
        assert!(
            records("stdin", 1 << 31, b"imsdk code:6206")[0]["location"].get("range").is_none()
        );
    }
}
