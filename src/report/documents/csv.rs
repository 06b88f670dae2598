//! `CsvTable`: a row for each code, for spreadsheets and data frames.
//!
//! CodeRange stand in the order of what to fix first; `cause` is the code that stands for their
//! cause, the same for all codes that have it. Shares are in percent of all findings. A code that
//! no catalog holds has no system, category, kind and severity; of an ambiguous one, system,
//! category and kind are those of the likeliest meaning, severity is the worst. No cell holds a
//! line break, and none that comes from a log begins like a formula.

use std::io::{self, Write};

use crate::catalog::Entry;
use crate::report::model::breakdown;
use crate::report::model::{Cause, causes};
use crate::report::{Report, ReportData};
use crate::stats::CodeRow;
use crate::terminal::escape_name;
use crate::timestamp::LocalTimestamp;

/// The codes of a run as comma-separated values with a header: quoted as RFC 4180 has it, with
/// lines that end in LF.
#[derive(Clone, Copy, Debug, Default)]
pub struct CsvTable;

const HEADER: [&str; 19] = [
    "code",
    "name",
    "system",
    "category",
    "kind",
    "severity",
    "confidence",
    "count",
    "share",
    "first_file",
    "first_line",
    "last_file",
    "last_line",
    "earliest",
    "latest",
    "cause",
    "meaning",
    "remedy",
    "retry",
];

impl Report for CsvTable {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(HEADER)?;
        for cause in causes(data) {
            for row in &cause.rows {
                csv.write_record(record(&cause, row, data))?;
            }
        }
        csv.flush()
    }
}

fn record(cause: &Cause<'_>, row: &CodeRow, data: &ReportData<'_>) -> [String; HEADER.len()] {
    let entry = data.entry(&row.key);
    let of = |text: fn(&Entry) -> &str| entry.map(text).unwrap_or_default().to_string();
    let severity = row.key.meanings.known_severity(data.catalog);
    [
        row.key.code.to_string(),
        of(|entry| entry.name().unwrap_or_default()),
        of(|entry| &entry.system),
        of(|entry| &entry.category),
        of(|entry| entry.kind.as_str()),
        severity.map_or("", |severity| severity.as_str()).to_string(),
        row.confidence.to_string(),
        row.count.to_string(),
        format!("{:.3}", breakdown::share(row.count, data)),
        file(data.file(&row.first)),
        row.first.line.to_string(),
        file(data.file(&row.last)),
        row.last.line.to_string(),
        row.earliest.map(LocalTimestamp::to_iso).unwrap_or_default(),
        row.latest.map(LocalTimestamp::to_iso).unwrap_or_default(),
        cause.code.to_string(),
        data.meaning(&row.key),
        data.remedy(&row.key),
        of(|entry| entry.retry.as_str()),
    ]
}

/// The name of a file. One that a spreadsheet would take for a formula gets `./` before it, which
/// names the same file.
fn file(name: &str) -> String {
    let name = escape_name(name);
    let is_formula = name.starts_with(['=', '+', '-', '@']);
    format!("{}{name}", if is_formula { "./" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::TestRun;

    fn records(text: &str) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(text.as_bytes())
            .into_records()
            .collect::<Result<_, _>>()
            .expect("CSV")
    }

    #[test]
    fn a_row_tells_all_of_a_code() {
        let run = TestRun::default()
            .with_finding_at(0, 7, 70107, Some(123))
            .with_finding_at(1, 9, 70107, Some(60_000))
            .with_finding(0, 1, -10003);
        let text = run.document(&CsvTable);
        assert_eq!(text.lines().next(), Some(HEADER.join(",").as_str()));
        let first = "70107,ERR_SVR_ACCOUNT_NOT_FOUND,server,account,not-found,error,high,2,66.667,app.log,7,\
                     logs/backend-2026-11-24.log,9,2026-11-24T10:00:00.123,2026-11-24T10:01:00.000,70107,";
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with(first)), "{text}");
        let rows = records(&text);
        assert_eq!((&rows[1][0], &rows[1][13], &rows[1][15]), ("-10003", "", "6206"));
    }

    #[test]
    fn unknown_and_ambiguous_codes_keep_the_columns() {
        let rows = records(&TestRun::from_codes(&[424_242, 70001]).document(&CsvTable));
        assert_eq!(
            (&rows[0][0], &rows[0][15], rows[0][16].contains(" Or: ")),
            ("70001", "6206", true)
        );
        assert_eq!(
            rows[1].iter().take(7).collect::<Vec<_>>(),
            ["424242", "", "", "", "", "", "high"]
        );
    }

    #[test]
    fn names_of_files_break_no_row_and_are_no_formulas() {
        let rows = [
            ("=cmd|' /C calc'!A0", "./=cmd|' /C calc'!A0"),
            ("-1+1.log", "./-1+1.log"),
            ("@x\"y,z\n6206", "./@x\"y,z\\n6206"),
            ("\t=x", "\\t=x"),
            ("stdin", "stdin"),
            ("日志.log", "日志.log"),
        ];
        for (name, wanted) in rows {
            let rows =
                records(&TestRun::from_codes(&[6206]).with_files(&[name]).document(&CsvTable));
            assert_eq!((rows.len(), &rows[0][9]), (1, wanted), "{name:?}");
        }
    }
}
