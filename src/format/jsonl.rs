//! `jsonl`: one JSON object for each finding, and others that tell where files begin and end.
//!
//! Every record has a `type`: `begin` and `end` enclose the `match` records of a file, and `summary` comes last.
//! `fixtures/schemas/jsonl.schema.json` describes them. The number of that description, `schema_version`, stands in `begin`
//! and `summary`, not in each `match`, of which there are many; new members do not change it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::{FormatProperties, Line, Render};
use crate::catalog::{Catalog, Entry};
use crate::detect::Finding;
use crate::stats::{ColumnCounter, Totals};

/// A stream of records for programs; the log itself is not part of the output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jsonl;

impl Jsonl {
    /// The version of the records' description.
    pub const SCHEMA_VERSION: u32 = 1;
}

impl Render for Jsonl {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn begin_file(&self, file: &str, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"begin\",\"schema_version\":", &Self::SCHEMA_VERSION);
        push_json(out, ",\"file\":", file);
        out.extend_from_slice(b"}\n");
    }

    fn render_line(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        push_matches(out, line, catalog, false);
    }

    /// Of a long line the record holds the beginning as `text`, and says so; the line itself is not part of the output.
    fn long_line_end(&self, line: &Line<'_>, catalog: &Catalog, out: &mut Vec<u8>) {
        push_matches(out, line, catalog, true);
    }

    fn end_file(&self, file: &str, totals: &Totals, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"end\",\"file\":", file);
        push_totals(out, totals);
    }

    fn end_run(&self, totals: &Totals, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"summary\",\"schema_version\":", &Self::SCHEMA_VERSION);
        push_json(out, ",\"files\":", &totals.files);
        push_totals(out, totals);
    }
}

/// Writes a record for each finding. With `truncated`, only the beginning of the line is there.
fn push_matches(out: &mut Vec<u8>, line: &Line<'_>, catalog: &Catalog, truncated: bool) {
    let mut columns = ColumnCounter::default();
    let text = if truncated { whole_characters(line.text) } else { line.text };
    for finding in line.findings {
        push_json(out, "{\"type\":\"match\",\"file\":", line.file);
        push_json(out, ",\"line\":", &line.number);
        push_json(out, ",\"column\":", &columns.column_at(line.text, finding.start));
        push_json(out, ",\"offset\":", &line.offset);
        push_json(out, ",\"start\":", &finding.start);
        push_json(out, ",\"end\":", &finding.end);
        push_json(out, ",\"code\":", &finding.code);
        push_meaning(out, finding, catalog);
        if truncated {
            push_json(out, ",\"truncated\":", &true);
        }
        push_text(out, text);
        out.extend_from_slice(b"}\n");
    }
}

/// Writes the counts that files and runs have in common, and the end of the record.
fn push_totals(out: &mut Vec<u8>, totals: &Totals) {
    push_json(out, ",\"bytes\":", &totals.bytes);
    push_json(out, ",\"lines\":", &totals.lines);
    push_json(out, ",\"matched_lines\":", &totals.matched_lines);
    push_json(out, ",\"matches\":", &totals.matches);
    out.extend_from_slice(b"}\n");
}

/// Writes `before` and the JSON text of `value`.
pub(super) fn push_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, before: &str, value: &T) {
    out.extend_from_slice(before.as_bytes());
    serde_json::to_writer(out, value)
        .expect("numbers and strings are JSON, and a Vec takes all bytes");
}

/// Writes `,"known":...` and what the catalog says about the finding. Further meanings of an ambiguous code are
/// `alternatives`, likeliest first. An unknown code has no entry, so only `known` and `confidence`.
pub(super) fn push_meaning(out: &mut Vec<u8>, finding: &Finding, catalog: &Catalog) {
    push_json(out, ",\"known\":", &!finding.meanings.is_unknown());
    let mut entries = finding.meanings.entries(catalog);
    let Some(first) = entries.next() else {
        return push_json(out, ",\"confidence\":", finding.confidence.as_str());
    };
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

/// `text`, the beginning of a line, without the character that was cut in two at its end.
pub(super) fn whole_characters(text: &[u8]) -> &[u8] {
    // A character has at most four bytes.
    let end = (1..=text.len().min(3))
        .rev()
        .map(|back| text.len() - back)
        .find(|&place| is_cut(&text[place..]));
    &text[..end.unwrap_or(text.len())]
}

/// Whether `bytes` are a character that lacks its end.
fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
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
    use serde_json::Value;

    use super::*;
    use crate::detect::Detector;
    use crate::testutil::json_schema::{read, violations};

    /// The records of a file with one line.
    fn all_records(line: &[u8]) -> Vec<Value> {
        all_records_by(Jsonl::render_line, line)
    }

    /// The same where `render` writes those of the line.
    fn all_records_by(
        render: fn(&Jsonl, &Line<'_>, &Catalog, &mut Vec<u8>),
        line: &[u8],
    ) -> Vec<Value> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, line);
        let line = Line {
            file: "a\"b.log",
            number: 12,
            offset: 3456,
            text: line,
            end: b"\n",
            findings: &findings,
        };
        let totals = Totals {
            files: 1,
            bytes: 9,
            lines: 1,
            matched_lines: 1,
            matches: findings.len() as u64,
            ..Totals::default()
        };
        let mut out = Vec::new();
        Jsonl.begin_run(&mut out);
        Jsonl.begin_file(line.file, &mut out);
        render(&Jsonl, &line, detector.catalog(), &mut out);
        Jsonl.end_file(line.file, &totals, &mut out);
        Jsonl.end_run(&totals, &mut out);
        out.split_inclusive(|&byte| byte == b'\n')
            .map(|record| serde_json::from_slice(record).expect("JSON"))
            .collect()
    }

    /// The records of the findings.
    fn records(line: &[u8]) -> Vec<Value> {
        let all = all_records(line);
        all[1..all.len() - 2].to_vec()
    }

    #[test]
    fn a_record_tells_place_code_and_meaning() {
        let records = records(b"imsdk \x1b[31mcode:-10003|desc:\tx");
        let [record] = records.as_slice() else { panic!("one record, not {records:?}") };
        assert_eq!(
            (&record["type"], &record["file"], &record["line"], &record["offset"]),
            (&"match".into(), &"a\"b.log".into(), &12.into(), &3456.into())
        );
        assert_eq!(
            (&record["start"], &record["end"], &record["code"]),
            (&16.into(), &22.into(), &(-10003).into())
        );
        assert_eq!(
            (&record["known"], &record["system"], &record["confidence"]),
            (&true.into(), &"server".into(), &"high".into())
        );
        assert_eq!(record["text"], "imsdk \u{1b}[31mcode:-10003|desc:\tx");
    }

    #[test]
    fn columns_are_code_points() {
        let columns: Vec<Value> = records("登录失败，错误码：6206、70001".as_bytes())
            .iter()
            .map(|one| one["column"].clone())
            .collect();
        assert_eq!(columns, [10, 15]);
    }

    #[test]
    fn every_record_is_as_the_schema_says() {
        let schema = read("fixtures/schemas/jsonl.schema.json");
        assert_eq!(schema["$defs"]["schema_version"]["const"], Jsonl::SCHEMA_VERSION);
        let lines: [&[u8]; 5] = [
            b"imsdk code:6206",
            b"imsdk \xff error_code:6707",
            b"result code: 2003, error_code:-10113",
            b"ret: 6206",
            "登录失败，错误码：120001、70001".as_bytes(),
        ];
        let (mut types, mut ambiguous) = (Vec::new(), 0);
        let truncated = [&b"imsdk code:6206"[..], b"imsdk error_code:6707"]
            .map(|line| all_records_by(Jsonl::long_line_end, line));
        for record in lines.into_iter().map(all_records).chain(truncated).flatten() {
            assert_eq!(violations(&schema, &record), Vec::<String>::new(), "{record}");
            types.push(record["type"].as_str().unwrap_or_default().to_string());
            ambiguous += usize::from(record.get("alternatives").is_some());
            // What is there has to be there, and nothing else may be: the schema is no looser than the records.
            let optional = ["alternatives", "truncated"];
            for member in record
                .as_object()
                .expect("a record is an object")
                .keys()
                .filter(|key| !optional.contains(&key.as_str()))
            {
                let mut less = record.clone();
                less.as_object_mut().expect("a record is an object").remove(member);
                assert!(!violations(&schema, &less).is_empty(), "{record} without {member}");
            }
            let mut more = record.clone();
            more["surprise"] = 1.into();
            assert!(!violations(&schema, &more).is_empty(), "{more}");
        }
        types.dedup();
        assert_eq!(types, ["begin", "match", "end", "summary"].repeat(lines.len() + 2));
        assert!(ambiguous > 0, "one of the lines is ambiguous");
    }

    #[test]
    fn text_that_is_not_utf8_comes_as_base64() {
        assert_eq!(
            records(b"imsdk \xff code:6206")[0]["text"]["bytes"],
            STANDARD.encode(b"imsdk \xff code:6206")
        );
    }

    #[test]
    fn a_line_that_is_not_there_as_a_whole_is_told() {
        let line = "imsdk code:6206 错".as_bytes();
        let record = |line: &[u8]| all_records_by(Jsonl::long_line_end, line).swap_remove(1);
        assert_eq!(record(line)["truncated"], true);
        assert!(records(line)[0].get("truncated").is_none());
        let rows: [(&[u8], &str); 3] = [
            (line, "imsdk code:6206 错"),
            (&line[..line.len() - 1], "imsdk code:6206 "),
            (&line[..17], "imsdk code:6206 "),
        ];
        for (line, wanted) in rows {
            assert_eq!(record(line)["text"], wanted, "{}", line.escape_ascii());
        }
        assert!(record(b"imsdk \xff code:6206")["text"]["bytes"].is_string());
        assert!(records(&line[..17])[0]["text"]["bytes"].is_string());
    }

    #[test]
    fn an_unknown_code_has_no_entry() {
        let records = records(b"imsdk error_code:6707");
        assert_eq!((&records[0]["code"], &records[0]["known"]), (&6707.into(), &false.into()));
        assert!(records[0].get("meaning").is_none());
    }
}
