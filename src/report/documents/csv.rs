//! `CsvTable`: a row for each code, for spreadsheets and data frames.
//!
//! The rows are in the order of the causes; `cause` is the code that represents the cause. Shares
//! are in percent of all findings. An unknown code has no system, category, kind and severity. Of
//! an ambiguous code, system, category and kind are those of the likeliest meaning, and the
//! severity is the worst. No field contains a line break, and no file name begins like a formula.

use std::io::{self, Write};

use crate::catalog::Entry;
use crate::report::model::{breakdown, causes};
use crate::report::{Report, ReportData};
use crate::terminal::escape_name;
use crate::timestamp::LocalTimestamp;

/// The codes of a run as comma-separated values with a header, quoted as in RFC 4180, with lines
/// that end in LF.
#[derive(Clone, Copy, Debug, Default)]
pub struct CsvTable;

/// The columns. A run without findings has the header too.
const HEADER: &str = "code,name,system,category,kind,severity,confidence,count,share,first_file,\
    first_line,last_file,last_line,earliest,latest,cause,meaning,remedy,retry";

impl Report for CsvTable {
    fn write(&self, data: &ReportData<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{HEADER}")?;
        let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(out);
        for cause in causes(data) {
            for row in cause.rows {
                let entry = data.entry(&row.key);
                let severity = row.key.entries.known_severity(data.catalog);
                let share = format!("{:.3}", breakdown::share(row.count, data));
                let (earliest, latest) = (row.earliest, row.latest);
                // A missing value is an empty field.
                csv.serialize((
                    (row.key.code, entry.and_then(Entry::name)),
                    (entry.map(|entry| &entry.system), entry.map(|entry| &entry.category)),
                    (entry.map(|entry| entry.kind), severity, row.confidence, row.count, share),
                    (file(&data.file(row.first.file)), row.first.line),
                    (file(&data.file(row.last.file)), row.last.line),
                    (earliest.map(LocalTimestamp::to_iso), latest.map(LocalTimestamp::to_iso)),
                    (cause.code, data.meaning(&row.key), data.remedy(&row.key)),
                    entry.map(|entry| entry.retry),
                ))?;
            }
        }
        csv.flush()
    }
}

/// The name of a file. A spreadsheet would read some names as formulas; with `./` in front they
/// still name the same file.
fn file(name: &str) -> String {
    let name = escape_name(name);
    if name.starts_with(['=', '+', '-', '@']) { format!("./{name}") } else { name }
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
    fn a_code_is_a_row_with_all_columns() {
        let run = TestRun::default()
            .with_finding_at(0, 7, 70107, Some(123))
            .with_finding_at(1, 9, 70107, Some(60_000))
            .with_finding(0, 1, -10003);
        let text = run.document(&CsvTable);
        assert_eq!(text.lines().next(), Some(HEADER));
        let first = "70107,ERR_SVR_ACCOUNT_NOT_FOUND,server,account,not-found,error,high,2,66.667,app.log,7,\
                     logs/backend-2026-11-24.log,9,2026-11-24T10:00:00.123,2026-11-24T10:01:00.000,70107,";
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with(first)), "{text}");
        let rows = records(&text);
        assert_eq!((&rows[1][0], &rows[1][13], &rows[1][15]), ("-10003", "", "6206"));
        assert_eq!(&rows[1][18], "after-fix");
    }

    #[test]
    fn a_run_without_findings_has_the_header() {
        assert_eq!(TestRun::default().document(&CsvTable), format!("{HEADER}\n"));
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
    fn file_names_break_no_row_and_are_no_formulas() {
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
