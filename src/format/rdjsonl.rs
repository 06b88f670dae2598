//! `rdjsonl`: one diagnostic of reviewdog for each finding, as JSON lines without the log.
//!
//! Columns are bytes from 1, as reviewdog counts them. The end is exclusive.

use super::format::{Record, whole_characters};
use super::json_members::{push_json, push_log_text};
use super::{FormatProperties, Line, LineContext, Render};
use crate::catalog::Severity;
use crate::detect::Finding;

/// Writes `{"message":...,"location":{...},"severity":"ERROR","source":{...},
/// "code":{"value":"6206"},"original_output":LINE}`, in one line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rdjsonl;

/// The most bytes of a line that are quoted.
const QUOTE_LIMIT: usize = 4096;

impl Render for Rdjsonl {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn render_line(&self, line: &Line<'_>, _context: &mut LineContext, out: &mut Vec<u8>) {
        self.long_line_end(line, out);
    }

    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        for record in line.records() {
            push_diagnostic(out, line, record);
        }
    }
}

fn push_diagnostic(out: &mut Vec<u8>, line: &Line<'_>, record: Record<'_>) {
    let Record { finding, text, .. } = record;
    let message = format!("{} -> {}", finding.meaning(), finding.remedy());
    push_json(out, "{\"message\":", &message);
    push_log_text(out, ",\"location\":{\"path\":", &line.file.to_string_lossy());
    if let Some([line, start, end]) = range(line.number, &finding) {
        push_json(out, ",\"range\":{\"start\":{\"line\":", &line);
        push_json(out, ",\"column\":", &start);
        push_json(out, "},\"end\":{\"line\":", &line);
        push_json(out, ",\"column\":", &end);
        out.extend_from_slice(b"}}");
    }
    let severity = match finding.entries.severity(line.catalog) {
        Severity::Fatal | Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    };
    push_json(out, "},\"severity\":", severity);
    push_json(out, ",\"source\":{\"name\":", env!("CARGO_PKG_NAME"));
    push_json(out, "},\"code\":{\"value\":", &finding.code.to_string());
    out.push(b'}');
    if let Some(quote) = quote(&line.text[text]) {
        push_log_text(out, ",\"original_output\":", quote);
    }
    out.extend_from_slice(b"}\n");
}

/// The line and the columns of the start and the end; None if one does not fit into the 32 bits
/// that reviewdog has for it.
fn range(line: u64, finding: &Finding) -> Option<[i32; 3]> {
    let start = i32::try_from(finding.start + 1).ok()?;
    let end = i32::try_from(finding.end + 1).ok()?;
    Some([i32::try_from(line).ok()?, start, end])
}

/// The beginning of `text` in whole characters; None if it is not UTF-8.
fn quote(text: &[u8]) -> Option<&str> {
    let mut quote = text;
    if text.len() >= QUOTE_LIMIT {
        quote = whole_characters(&text[..QUOTE_LIMIT]);
    }
    std::str::from_utf8(quote).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::detect::Detector;
    use crate::format::LinePart;

    fn records(file: &str, number: u64, text: &[u8]) -> Vec<Value> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, text);
        let mut out = Vec::new();
        let catalog = detector.catalog();
        let line = Line {
            file: file.as_ref(),
            number,
            offset: 0,
            text,
            end: b"\n",
            findings: &findings,
            part: LinePart::default(),
            catalog,
        };
        Rdjsonl.render_line(&line, &mut LineContext::default(), &mut out);
        out.split_inclusive(|&byte| byte == b'\n')
            .map(|record| serde_json::from_slice(record).expect("JSON"))
            .collect()
    }

    #[test]
    fn a_record_is_a_diagnostic() {
        let records = records("a\n.log", 12, "错误 imsdk code:-10113".as_bytes());
        let [record] = records.as_slice() else { panic!("one record, not {records:?}") };
        let (start, end) =
            (json!({ "line": 12, "column": 19 }), json!({ "line": 12, "column": 25 }));
        let range = json!({ "start": start, "end": end });
        assert_eq!(record["location"], json!({ "path": "a\n.log", "range": range }));
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
    fn lines_are_quoted_if_they_are_utf_8() {
        fn quoted(text: &[u8]) -> Option<usize> {
            records("stdin", 1, text)[0]
                .get("original_output")
                .and_then(Value::as_str)
                .map(str::len)
        }
        assert_eq!(quoted(b"imsdk \xff code:6206"), None);
        assert_eq!(quoted(b"imsdk code:6206 \xe9\x94"), None);
        let long =
            |character: &str| format!("imsdk code:6206 {}", character.repeat(5000)).into_bytes();
        assert_eq!(
            (quoted(&long("x")), quoted(&long("错"))),
            (Some(QUOTE_LIMIT), Some(QUOTE_LIMIT))
        );
        assert_eq!(quoted(&long("\u{1f600}")[1..]), Some(QUOTE_LIMIT - 1));
    }

    #[test]
    fn a_line_beyond_32_bits_has_no_range() {
        assert!(
            records("stdin", 1 << 31, b"imsdk code:6206")[0]["location"].get("range").is_none()
        );
    }
}
