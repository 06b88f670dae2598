//! `JsonTable`: the summary for programs, as one JSON object.
//!
//! ```text
//! schema_version   1; it grows when a key is taken away or changes its meaning, not when one is added
//! files lines bytes matched_lines matches
//!                  what was read and found, as in the last record of `jsonl`
//! codes            what was seen of each code, what to fix first coming first:
//!   code known name system category kind severity confidence
//!                  as in `jsonl`, except that the severity is the worst of all meanings; null where no catalog holds the code
//!   count share    how often, and in percent of all findings
//!   first_file first_line last_file last_line
//!   earliest latest
//!                  the first and the last time among lines that tell one, or null
//!   cause          the code that stands for the cause
//!   meaning remedy retry
//!   alternatives   further meanings of an ambiguous code, likeliest first
//! causes           codes with one cause put together, what to fix first coming first:
//!                  code severity count share codes meaning remedy
//! categories       system category count share, the most first
//! kinds            kind count share
//! file_counts      file severity count share, for each file with a finding
//! uncounted        findings of further codes, where a log holds too many different ones for a row each
//! histogram        interval_ms, timeless (findings without a time), and intervals without gaps:
//!                  start errors others; unknown codes are errors
//! ```
//!
//! Times are local ones of the log: `2026-11-24T10:00:00.123`.
//! `fixtures/schemas/summary.schema.json` says the same to programs.

mod code;

use std::io::{self, Write};

use serde::Serialize;

use crate::report::model::breakdown;
use crate::report::model::{Cause, causes};
use crate::report::{Report, ReportData};
use code::Code;

/// Counts of a run, for programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonTable;

/// The most intervals of the histogram.
const INTERVALS: usize = 400;

impl Report for JsonTable {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Document::of(data))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct Document<'o> {
    schema_version: u32,
    files: u64,
    lines: u64,
    bytes: u64,
    matched_lines: u64,
    matches: u64,
    codes: Vec<Code<'o>>,
    causes: Vec<CauseRow>,
    categories: Vec<Category<'o>>,
    kinds: Vec<Kind>,
    file_counts: Vec<File<'o>>,
    uncounted: u64,
    histogram: Histogram,
}

#[derive(Serialize)]
struct CauseRow {
    code: i64,
    severity: Option<&'static str>,
    count: u64,
    share: f64,
    codes: Vec<i64>,
    meaning: String,
    remedy: String,
}

#[derive(Serialize)]
struct Category<'o> {
    system: Option<&'o str>,
    category: Option<&'o str>,
    count: u64,
    share: f64,
}

#[derive(Serialize)]
struct Kind {
    kind: Option<&'static str>,
    count: u64,
    share: f64,
}

#[derive(Serialize)]
struct File<'o> {
    file: &'o str,
    severity: Option<&'static str>,
    count: u64,
    share: f64,
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
    errors: u64,
    others: u64,
}

impl<'o> Document<'o> {
    fn of(data: &ReportData<'o>) -> Self {
        let (totals, tally) = (data.stats.totals, &data.stats.codes);
        let causes = causes(data);
        let share = |count| share(count, data);
        Self {
            schema_version: 1,
            files: totals.files,
            lines: totals.lines,
            bytes: totals.bytes,
            matched_lines: totals.matched_lines,
            matches: totals.matches,
            codes: causes
                .iter()
                .flat_map(|cause| cause.rows.iter().map(|row| Code::of(cause, row, data)))
                .collect(),
            causes: causes.iter().map(|cause| CauseRow::of(cause, data)).collect(),
            categories: breakdown::categories(data)
                .into_iter()
                .map(|(key, count)| {
                    let (system, category) = key.unzip();
                    Category { system, category, count, share: share(count) }
                })
                .collect(),
            kinds: breakdown::kinds(data)
                .into_iter()
                .map(|(kind, count)| Kind {
                    kind: kind.map(|kind| kind.as_str()),
                    count,
                    share: share(count),
                })
                .collect(),
            file_counts: breakdown::files(data)
                .into_iter()
                .map(|row| File {
                    file: data.name(row.file),
                    severity: row.severity.map(|severity| severity.as_str()),
                    count: row.count,
                    share: share(row.count),
                })
                .collect(),
            uncounted: tally.overflowed(),
            histogram: Histogram::of(tally.histogram()),
        }
    }
}

impl CauseRow {
    fn of(cause: &Cause<'_>, data: &ReportData<'_>) -> Self {
        let mut codes: Vec<i64> = cause.rows.iter().map(|row| row.key.code).collect();
        codes.dedup();
        Self {
            code: cause.code,
            severity: cause.severity.map(|severity| severity.as_str()),
            count: cause.count,
            share: share(cause.count, data),
            codes,
            meaning: cause.meaning(data),
            remedy: cause.remedy(data),
        }
    }
}

impl Histogram {
    fn of(histogram: &crate::stats::Histogram) -> Self {
        let intervals = histogram.intervals(INTERVALS);
        Self {
            interval_ms: intervals.width,
            timeless: histogram.without_time(),
            intervals: intervals
                .counts
                .into_iter()
                .map(|(start, counts)| Interval {
                    start: start.to_iso(),
                    errors: counts.errors,
                    others: counts.others,
                })
                .collect(),
        }
    }
}

/// The share in percent, to a thousandth.
fn share(count: u64, data: &ReportData<'_>) -> f64 {
    (breakdown::share(count, data) * 1000.0).round() / 1000.0
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
    fn documents_are_as_the_schema_says() {
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
        let seen: u64 = histogram["intervals"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                one["errors"].as_u64().expect("a number")
                    + one["others"].as_u64().expect("a number")
            })
            .sum();
        assert_eq!(
            json!(seen + histogram["timeless"].as_u64().expect("a number")),
            document["matches"]
        );
    }

    #[test]
    fn codes_of_one_cause_name_it() {
        let document = document(&TestRun::from_codes(&[-10003, 70001, 70001, 424_242]));
        let told: Vec<Value> = [
            "code",
            "cause",
            "known",
            "system",
            "count",
            "share",
            "first_line",
            "last_line",
            "earliest",
        ]
        .map(|key| document["codes"][0][key].clone())
        .to_vec();
        assert_eq!(
            told,
            [
                json!(70001),
                json!(6206),
                json!(true),
                json!("server"),
                json!(2),
                json!(50.0),
                json!(2),
                json!(3),
                Value::Null
            ]
        );
        assert_eq!(document["codes"][0]["alternatives"][0]["system"], "web");
        assert_eq!(document["causes"][0]["codes"], json!([70001, -10003]));
        assert_eq!(
            (&document["codes"][2]["known"], &document["codes"][2]["severity"]),
            (&json!(false), &Value::Null)
        );
    }
}
