//! `JsonTable`: the summary for programs, as one JSON object.
//!
//! `fixtures/schemas/summary.schema.json` describes its keys. Codes and causes are in the order of
//! what to fix first. Members that `jsonl` has too are the same there. Times are local times of the
//! log: `2026-11-24T10:00:00.123`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::code_record::{CodeRecord, Share, share};
use crate::catalog::{Kind, Severity};
use crate::report::model::{Cause, breakdown, causes};
use crate::report::{Report, ReportData};
use crate::stats::{self, Counts, FileRow, Totals};

/// The counts of a run, for programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonTable;

/// The most intervals of the histogram.
const INTERVALS: usize = 400;

impl Report for JsonTable {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Document::new(data))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    #[serde(flatten)]
    totals: Totals,
    codes: Vec<CodeRecord<'r>>,
    causes: Vec<CauseRecord<'r>>,
    categories: Vec<CategoryCount<'r>>,
    kinds: Vec<KindCount>,
    file_counts: Vec<FileCount<'r>>,
    uncounted: u64,
    histogram: Histogram,
}

#[derive(Serialize)]
struct CauseRecord<'r> {
    code: i64,
    severity: Option<Severity>,
    count: u64,
    share: Share,
    codes: Vec<i64>,
    meaning: Cow<'r, str>,
    remedy: Cow<'r, str>,
}

#[derive(Serialize)]
struct CategoryCount<'r> {
    system: Option<&'r str>,
    category: Option<&'r str>,
    count: u64,
    share: Share,
}

#[derive(Serialize)]
struct KindCount {
    kind: Option<Kind>,
    count: u64,
    share: Share,
}

#[derive(Serialize)]
struct FileCount<'r> {
    file: &'r str,
    severity: Option<Severity>,
    count: u64,
    share: Share,
}

#[derive(Serialize)]
struct Histogram {
    interval_ms: i64,
    timeless: u64,
    intervals: Vec<Interval>,
}

#[derive(Serialize)]
struct Interval {
    start: String,
    #[serde(flatten)]
    counts: Counts,
}

impl<'r> Document<'r> {
    fn new(data: &ReportData<'r>) -> Self {
        let causes = causes(data);
        let mut codes = Vec::new();
        for cause in &causes {
            codes.extend(cause.rows.iter().map(|row| CodeRecord::new(cause, row, data)));
        }
        Self {
            schema_version: 1,
            totals: data.stats.totals,
            codes,
            causes: causes.iter().map(|cause| CauseRecord::new(cause, data)).collect(),
            categories: categories(data),
            kinds: kinds(data),
            file_counts: file_counts(data),
            uncounted: data.stats.codes.overflowed,
            histogram: Histogram::new(&data.stats.codes.histogram),
        }
    }
}

impl<'r> CauseRecord<'r> {
    fn new(cause: &Cause<'r>, data: &ReportData<'r>) -> Self {
        let mut codes: Vec<i64> = cause.rows.iter().map(|row| row.key.code).collect();
        codes.dedup();
        let (meaning, remedy) = cause.texts(data);
        let &Cause { code, severity, count, .. } = cause;
        Self { code, severity, count, share: share(count, data), codes, meaning, remedy }
    }
}

fn categories<'r>(data: &ReportData<'r>) -> Vec<CategoryCount<'r>> {
    let mut counts = Vec::new();
    for (group, count) in breakdown::categories(data) {
        let (system, category) = group.unzip();
        counts.push(CategoryCount { system, category, count, share: share(count, data) });
    }
    counts
}

fn kinds(data: &ReportData<'_>) -> Vec<KindCount> {
    let kinds = breakdown::kinds(data).into_iter();
    kinds.map(|(kind, count)| KindCount { kind, count, share: share(count, data) }).collect()
}

fn file_counts<'r>(data: &ReportData<'r>) -> Vec<FileCount<'r>> {
    let mut counts = Vec::new();
    for FileRow { file, count, severity } in breakdown::files(data) {
        let (file, share) = (data.file(file), share(count, data));
        counts.push(FileCount { file, severity, count, share });
    }
    counts
}

impl Histogram {
    fn new(histogram: &stats::Histogram) -> Self {
        let mut intervals = Vec::new();
        let stats::Intervals { width, counts } = histogram.intervals(INTERVALS);
        for (start, counts) in counts {
            intervals.push(Interval { start: start.to_iso(), counts });
        }
        Self { interval_ms: width, timeless: histogram.without_time, intervals }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
        let sum = |list: &str, of: &str| -> u64 {
            document[list]
                .as_array()
                .expect("a list")
                .iter()
                .map(|row| row[of].as_u64().expect("a number"))
                .sum()
        };
        for list in ["codes", "causes", "categories", "kinds", "file_counts"] {
            assert_eq!(json!(sum(list, "count")), document["matches"], "{list}");
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

    #[test]
    fn codes_of_one_cause_name_it() {
        let document = document(&TestRun::from_codes(&[-10003, 70001, 70001, 424_242]));
        let wanted = json!({
            "code": 70001, "cause": 6206, "known": true, "system": "server", "count": 2,
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
