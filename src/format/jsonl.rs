//! `jsonl`: one JSON object for each finding, and others for the beginning and end of files and for
//! the run.
//!
//! Every record has a `type`. The `match` records of a file are between a `begin` and an `end`
//! record, and a `summary` record comes last. `fixtures/schemas/jsonl.schema.json` describes them.
//! The number of that description, `schema_version`, is in `begin` and `summary` but not in the
//! many `match` records. New members do not change it.

use std::ffi::OsStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::format::Record;
use super::json_members::{EntryMembers, push_json, push_log_text, push_meanings};
use super::{FormatProperties, Line, LineContext, Render};
use crate::stats::Totals;

/// Writes a stream of records for programs, without the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Jsonl;

impl Jsonl {
    /// The version of the description of the records.
    pub const SCHEMA_VERSION: u32 = 1;
}

impl Render for Jsonl {
    fn properties(&self) -> FormatProperties {
        FormatProperties::RECORDS
    }

    fn begin_file(&self, file: &OsStr, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"begin\",\"schema_version\":", &Self::SCHEMA_VERSION);
        push_bytes(out, ",\"file\":", file.as_encoded_bytes());
        out.extend_from_slice(b"}\n");
    }

    fn render_line(&self, line: &Line<'_>, context: &mut LineContext, out: &mut Vec<u8>) {
        push_matches(out, line, &mut context.json_members, false);
    }

    /// Writes records with `truncated`.
    fn long_line_end(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        push_matches(out, line, &mut EntryMembers::default(), true);
    }

    fn end_file(&self, file: &OsStr, totals: &Totals, out: &mut Vec<u8>) {
        push_bytes(out, "{\"type\":\"end\",\"file\":", file.as_encoded_bytes());
        push_totals(out, totals);
    }

    fn end_run(&self, totals: &Totals, out: &mut Vec<u8>) {
        push_json(out, "{\"type\":\"summary\",\"schema_version\":", &Self::SCHEMA_VERSION);
        push_json(out, ",\"files\":", &totals.files);
        push_totals(out, totals);
    }
}

fn push_totals(out: &mut Vec<u8>, totals: &Totals) {
    push_json(out, ",\"bytes\":", &totals.bytes);
    push_json(out, ",\"lines\":", &totals.lines);
    push_json(out, ",\"matched_lines\":", &totals.matched_lines);
    push_json(out, ",\"matches\":", &totals.matches);
    out.extend_from_slice(b"}\n");
}

/// `is_truncated` says whether the line is longer than its text.
fn push_matches(
    out: &mut Vec<u8>,
    line: &Line<'_>,
    members: &mut EntryMembers,
    is_truncated: bool,
) {
    for Record { finding, column, text } in line.records() {
        push_bytes(out, "{\"type\":\"match\",\"file\":", line.file.as_encoded_bytes());
        push_json(out, ",\"line\":", &line.number);
        push_json(out, ",\"column\":", &column);
        push_json(out, ",\"offset\":", &line.offset);
        push_json(out, ",\"start\":", &finding.start);
        push_json(out, ",\"end\":", &finding.end);
        push_json(out, ",\"code\":", &finding.code);
        push_meanings(out, &finding, members);
        if is_truncated || text.len() < line.text.len() {
            out.extend_from_slice(b",\"truncated\":true");
        }
        if text.start > 0 {
            push_json(out, ",\"text_start\":", &text.start);
        }
        push_bytes(out, ",\"text\":", &line.text[text]);
        out.extend_from_slice(b"}\n");
    }
}

/// Writes `before` and `bytes`: as a string if they are UTF-8, otherwise as `{"bytes":"<base64>"}`.
fn push_bytes(out: &mut Vec<u8>, before: &str, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => push_log_text(out, before, text),
        Err(_) => {
            out.extend_from_slice(before.as_bytes());
            push_json(out, "{\"bytes\":", &STANDARD.encode(bytes));
            out.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::detect::Detector;
    use crate::format::LinePart;
    use crate::testutil::json_schema::{read, violations};

    /// The records of a file with one line.
    fn all_records(line: &[u8]) -> Vec<Value> {
        all_records_by(
            |line, out| push_matches(out, line, &mut EntryMembers::default(), false),
            line,
        )
    }

    /// The same, with `render` for the line.
    fn all_records_by(render: fn(&Line<'_>, &mut Vec<u8>), line: &[u8]) -> Vec<Value> {
        let detector = Detector::built_in().with_unknown(true);
        let findings = crate::testutil::findings(&detector, line);
        let line = Line {
            file: "a\"b.log".as_ref(),
            number: 12,
            offset: 3456,
            text: line,
            end: b"\n",
            findings: &findings,
            part: LinePart::default(),
            catalog: detector.catalog(),
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
        render(&line, &mut out);
        Jsonl.end_file(line.file, &totals, &mut out);
        Jsonl.end_run(&totals, &mut out);
        out.split_inclusive(|&byte| byte == b'\n')
            .map(|record| serde_json::from_slice(record).expect("JSON"))
            .collect()
    }

    /// The `match` records of a file with one line.
    fn records(line: &[u8]) -> Vec<Value> {
        let all = all_records(line);
        all[1..all.len() - 2].to_vec()
    }

    #[test]
    fn a_record_has_position_code_and_meaning() {
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
    fn a_code_may_be_written_as_another_name_of_its_entry() {
        let record = &records(b"imsdk error_code:6206 NOT_LOGGED_IN")[1];
        assert_eq!(
            (&record["code"], &record["name"]),
            (&2024.into(), &"USER_NOT_LOGGED_IN".into())
        );
        assert_eq!((&record["start"], &record["end"]), (&22.into(), &35.into()));
    }

    #[test]
    fn every_record_matches_the_schema() {
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
        let many = "imsdk code:6206 ".repeat(100);
        let lines = [&lines[..], &[many.as_bytes()]].concat();
        let truncated = [&b"imsdk code:6206"[..], b"imsdk error_code:6707"]
            .map(|line| all_records_by(|line, out| Jsonl.long_line_end(line, out), line));
        for record in lines.iter().copied().map(all_records).chain(truncated).flatten() {
            assert_eq!(violations(&schema, &record), Vec::<String>::new(), "{record}");
            types.push(record["type"].as_str().unwrap_or_default().to_string());
            ambiguous += usize::from(record.get("alternatives").is_some());
            // The schema is no looser than the records: it requires every member, and allows no
            // others.
            let optional = ["alternatives", "truncated", "text_start"];
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
    fn text_that_is_not_utf_8_is_base64() {
        assert_eq!(
            records(b"imsdk \xff code:6206")[0]["text"]["bytes"],
            STANDARD.encode(b"imsdk \xff code:6206")
        );
    }

    #[test]
    fn an_excerpt_has_its_code_and_whole_characters() {
        for piece in ["imsdk code:6206 ", "登录失败，imsdk code:6206，错误😀"] {
            let line = piece.repeat(400);
            for (index, record) in records(line.as_bytes()).iter().enumerate() {
                let text = record["text"].as_str().expect("the text is UTF-8");
                let text_start = record["text_start"].as_u64().unwrap_or(0) as usize;
                let at = |name: &str| record[name].as_u64().unwrap_or(0) as usize - text_start;
                assert_eq!(&text[at("start")..at("end")], "6206");
                assert_eq!(text, &line[text_start..text_start + text.len()]);
                assert_eq!(record["truncated"] == true, index > 0);
                assert!(index == 0 || (text.len() > 200 && text.len() <= 404), "{}", text.len());
            }
        }
    }

    #[test]
    fn records_with_little_text_have_the_whole_line() {
        let line = format!("imsdk code:6206 code:70001 {}", "x".repeat(30 << 10));
        assert!(records(line.as_bytes()).iter().all(|record| record["text"] == *line));
        let longer = format!("{line}{line}");
        let cut = records(longer.as_bytes()).iter().filter(|one| one["truncated"] == true).count();
        assert_eq!(cut, 3);
    }

    #[test]
    fn records_of_long_lines_are_truncated() {
        let line = "imsdk code:6206 错".as_bytes();
        assert_eq!(record_of_long_line(line)["truncated"], true);
        assert!(records(line)[0].get("truncated").is_none());
        assert_eq!(record_of_long_line(line)["text"], "imsdk code:6206 错");
        assert!(record_of_long_line(b"imsdk \xff code:6206")["text"]["bytes"].is_string());
        assert!(records(&line[..17])[0]["text"]["bytes"].is_string());
    }

    fn record_of_long_line(line: &[u8]) -> serde_json::Value {
        all_records_by(|line, out| Jsonl.long_line_end(line, out), line).swap_remove(1)
    }

    #[test]
    fn an_unknown_code_has_no_entry() {
        let records = records(b"imsdk error_code:6707");
        assert_eq!((&records[0]["code"], &records[0]["known"]), (&6707.into(), &false.into()));
        assert!(records[0].get("meaning").is_none());
    }
}
