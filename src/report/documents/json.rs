//! `JsonTable`: the summary for programs, as one JSON object.
//!
//! `fixtures/schemas/summary.schema.json` describes its keys. Codes and causes are in the order of
//! what to fix first. Members that `jsonl` has too are the same there. Times are local times of the
//! log: `2026-11-24T10:00:00.123`.

use std::ffi::OsStr;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serializer;
use serde_json::{Value, json};

use crate::catalog::Entry;
use crate::report::model::{Cause, breakdown, causes, explained};
use crate::report::{Report, ReportData};
use crate::stats::{CodeRow, Intervals, Totals};
use crate::terminal::JsonEscaper;
use crate::timestamp::LocalTimestamp;

/// The counts of a run, for programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonTable;

/// The most intervals of the histogram.
const INTERVALS: usize = 400;

impl Report for JsonTable {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Totals { files, lines, bytes, matched_lines, matches, .. } = data.stats.totals;
        let causes = causes(data);
        write!(out, "{{\"schema_version\":1,\"files\":{files},\"lines\":{lines},")?;
        write!(out, "\"bytes\":{bytes},\"matched_lines\":{matched_lines},\"matches\":{matches}")?;
        let codes = causes.iter().flat_map(|cause| cause.rows.iter().map(move |row| (cause, row)));
        write_array("codes", codes.map(|(cause, row)| code_record(cause, row, data)), out)?;
        write_array("causes", causes.iter().map(|cause| cause_record(cause, data)), out)?;
        if data.diagnosis.is_some() {
            write_array("explained_by", explained_records(data), out)?;
        }
        write_array("categories", categories(data), out)?;
        write_array("kinds", kinds(data), out)?;
        write_array("file_counts", file_counts(data), out)?;
        let (codes, histogram) = (&data.stats.codes, &data.stats.codes.histogram);
        let Intervals { width, counts } = histogram.intervals(INTERVALS);
        let timeless = histogram.without_time;
        write!(out, ",\"uncounted\":{},\"histogram\":{{", codes.overflowed)?;
        write!(out, "\"interval_ms\":{width},\"timeless\":{timeless},")?;
        write!(out, "\"times_from_line_before\":{}", codes.times_from_line_before)?;
        let intervals = counts.into_iter().map(|(start, counts)| {
            json!({ "start": start.to_iso(), "errors": counts.errors, "others": counts.others })
        });
        write_array("intervals", intervals, out)?;
        writeln!(out, "}}}}")
    }
}

/// Writes `,"KEY":` and an array. Only one element is in memory, since there may be 100,000 codes.
fn write_array(
    key: &str,
    elements: impl IntoIterator<Item = Value>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, ",\"{key}\":")?;
    Ok(serde_json::Serializer::new(JsonEscaper(out)).collect_seq(elements)?)
}

fn code_record(cause: &Cause<'_>, row: &CodeRow, data: &ReportData<'_>) -> Value {
    let entry = data.entry(&row.key);
    let mut record = json!({
        "code": row.key.code,
        "known": entry.is_some(),
        "name": entry.and_then(Entry::name),
        "system": entry.map(|entry| &entry.system),
        "category": entry.map(|entry| &entry.category),
        "kind": entry.map(|entry| entry.kind),
        "severity": row.key.entries.known_severity(data.catalog),
        "confidence": row.confidence,
        "count": row.count,
        "share": share(row.count, data),
        "first_file": file(data.name(row.first.file)),
        "first_line": row.first.line,
        "last_file": file(data.name(row.last.file)),
        "last_line": row.last.line,
        "earliest": row.earliest.map(LocalTimestamp::to_iso),
        "latest": row.latest.map(LocalTimestamp::to_iso),
        "times_from_line_before": row.times_from_line_before,
        "cause_code": cause.code,
        "meaning": entry.map(|entry| &entry.meaning),
        "remedy": entry.map(|entry| &entry.remedy),
        "retry": entry.map(|entry| entry.retry),
    });
    let mut alternatives = Vec::new();
    for entry in row.key.entries.in_catalog(data.catalog).skip(1) {
        alternatives.push(json!({
            "name": entry.name(),
            "system": entry.system,
            "category": entry.category,
            "kind": entry.kind,
            "severity": entry.severity,
            "meaning": entry.meaning,
            "remedy": entry.remedy,
            "retry": entry.retry,
        }));
    }
    if !alternatives.is_empty() {
        record["alternatives"] = alternatives.into();
    }
    record
}

fn cause_record(cause: &Cause<'_>, data: &ReportData<'_>) -> Value {
    let mut codes: Vec<i64> = cause.rows.iter().map(|row| row.key.code).collect();
    codes.dedup();
    let (meaning, remedy) = cause.texts(data);
    json!({
        "code": cause.code,
        "severity": cause.severity,
        "count": cause.count,
        "share": share(cause.count, data),
        "codes": codes,
        "meaning": meaning,
        "remedy": remedy,
    })
}

fn explained_records(data: &ReportData<'_>) -> impl Iterator<Item = Value> {
    let lang = data.catalog.lang();
    explained(data).into_iter().map(move |one| {
        json!({
            "cause": one.cause.name,
            "title": one.cause.texts(lang).title,
            "count": one.findings,
            "incidents": one.incidents,
        })
    })
}

fn categories(data: &ReportData<'_>) -> impl Iterator<Item = Value> {
    breakdown::categories(data).into_iter().map(|(group, count)| {
        let (system, category) = group.unzip();
        let share = share(count, data);
        json!({ "system": system, "category": category, "count": count, "share": share })
    })
}

fn kinds(data: &ReportData<'_>) -> impl Iterator<Item = Value> {
    let kinds = breakdown::kinds(data).into_iter();
    kinds.map(|(kind, count)| json!({ "kind": kind, "count": count, "share": share(count, data) }))
}

fn file_counts(data: &ReportData<'_>) -> impl Iterator<Item = Value> {
    breakdown::files(data).into_iter().map(|row| {
        json!({
            "file": file(data.name(row.file)),
            "severity": row.severity,
            "count": row.count,
            "share": share(row.count, data),
        })
    })
}

/// The name of a file, as `jsonl` has it.
pub(in crate::report) fn file(name: &OsStr) -> Value {
    match name.to_str() {
        Some(name) => name.into(),
        None => json!({ "bytes": STANDARD.encode(name.as_encoded_bytes()) }),
    }
}

/// The share of `count` in all findings, in percent, to a thousandth.
fn share(count: u64, data: &ReportData<'_>) -> f64 {
    (breakdown::share(count, data) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;
    use crate::testutil::json_schema::{read, violations};

    fn document(run: &TestRun) -> Value {
        let text = run.document(&JsonTable);
        assert!(text.ends_with("}\n") && text.lines().count() == 1);
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn documents_match_the_schema() {
        let schema = read("fixtures/schemas/summary.schema.json");
        let runs = [
            TestRun::default(),
            TestRun::from_codes(&[424_242]),
            TestRun::chat_app(),
            TestRun::from_codes(&[6206]).with_files(&["a\n\"\u{202e}\0日志"]),
        ];
        for run in runs {
            let document = document(&run);
            assert_eq!(violations(&schema, &document), [""; 0], "{document}");
        }
        let mut wrong = document(&TestRun::chat_app());
        wrong["codes"][0]["count"] = json!("2");
        wrong["histogram"]["intervals"][1]["start"] = json!("2026-11-24 10:00");
        wrong["surprise"] = json!(1);
        let wanted = ["/codes/0/count", "/histogram/intervals/1/start", "/surprise"];
        let found = violations(&schema, &wrong);
        assert!(
            found.len() == 3
                && wanted.iter().all(|path| found.iter().any(|one| one.starts_with(path))),
            "{found:?}"
        );
    }

    #[test]
    fn sums_agree_with_each_other() {
        let document = document(&TestRun::chat_app());
        for list in ["codes", "causes", "categories", "kinds", "file_counts"] {
            assert_eq!(json!(sum(&document[list], "count")), document["matches"], "{list}");
        }
        let histogram = &document["histogram"];
        let counted: u64 = histogram["intervals"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                one["errors"].as_u64().expect("a number")
                    + one["others"].as_u64().expect("a number")
            })
            .sum();
        assert_eq!(
            json!(counted + histogram["timeless"].as_u64().expect("a number")),
            document["matches"]
        );
    }

    fn sum(list: &Value, field: &str) -> u64 {
        list.as_array()
            .expect("a list")
            .iter()
            .map(|row| row[field].as_u64().expect("a number"))
            .sum()
    }

    #[test]
    fn codes_of_one_cause_name_it() {
        let document = document(&TestRun::from_codes(&[-10003, 70001, 70001, 424_242]));
        let wanted = json!({
            "code": 70001, "cause_code": 6206, "known": true, "system": "server", "count": 2,
            "share": 50.0, "first_line": 2, "last_line": 3, "earliest": null,
        });
        for (key, value) in wanted.as_object().expect("an object") {
            assert_eq!(&document["codes"][0][key], value, "{key}");
        }
        assert_eq!(document["codes"][0]["alternatives"][0]["system"], "web");
        assert_eq!(document["causes"][0]["codes"], json!([70001, -10003]));
        assert_eq!(
            (&document["codes"][2]["known"], &document["codes"][2]["severity"]),
            (&json!(false), &Value::Null)
        );
    }
}
