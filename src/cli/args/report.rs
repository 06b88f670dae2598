//! Options for reports about a whole run, and for gates that make it fail.

use std::path::PathBuf;

use clap::ValueEnum;
use imerr::catalog::Severity;

use super::filter::{CodeArg, code_arg, severity};
use super::program::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentKind {
    /// SARIF 2.1.0
    Sarif,
    /// A code quality report for GitLab
    Gitlab,
    /// JUnit XML
    Junit,
    /// A table in Markdown
    Markdown,
    /// One JSON object
    Json,
    /// Comma-separated values with a header
    Csv,
    /// Columns for people
    Table,
}

impl DocumentKind {
    pub fn names() -> Vec<String> {
        let values = Self::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        values.map(|value| value.get_name().to_string()).collect()
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports and gates")]
pub struct ReportArgs {
    /// Print a summary of all codes to standard error at the end
    #[arg(long)]
    pub summary: bool,

    /// Also write a report to a file: sarif, gitlab, junit, markdown, json, csv or table
    /// (repeatable)
    #[arg(long, value_name = "KIND=FILE", value_parser = report_to)]
    pub report: Vec<ReportTo>,
}

/// Gates: conditions under which a run exits with status 1.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports and gates")]
#[command(group = clap::ArgGroup::new("gates").multiple(true))]
pub struct GateArgs {
    /// Exit with status 1 if a code of this severity or worse is found: info, warning, error,
    /// fatal. An unknown code counts as an error
    #[arg(long, value_name = "SEVERITY", group = "gates", value_parser = severity)]
    pub fail_on: Option<Severity>,

    /// Exit with status 1 if one of these codes is found, even if it is in no catalog:
    /// 6206,70001-70020
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        allow_hyphen_values = true,
        group = "gates"
    )]
    #[arg(value_parser = code_arg)]
    pub fail_on_code: Vec<CodeArg>,

    /// Exit with status 1 if a code is found that is in no catalog
    #[arg(long, group = "gates")]
    pub fail_on_unknown: bool,

    /// Exit with status 1 if there are more than NUM errors, fatal and unknown codes included
    #[arg(long, value_name = "NUM", allow_negative_numbers = true, group = "gates")]
    #[arg(value_parser = number::<u64>)]
    pub max_errors: Option<u64>,

    /// Fail only for codes that are not in this file, or more frequent than there
    #[arg(long, value_name = "FILE", requires = "gates")]
    pub baseline: Option<PathBuf>,

    /// Write the file for --baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
}

impl GateArgs {
    pub fn is_set(&self) -> bool {
        self.fail_on.is_some()
            || !self.fail_on_code.is_empty()
            || self.fail_on_unknown
            || self.max_errors.is_some()
    }
}

/// A report, and the file that it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    pub kind: DocumentKind,
    pub file: PathBuf,
}

fn report_to(text: &str) -> Result<ReportTo, String> {
    let kinds = DocumentKind::names().join(", ");
    let Some((kind, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err(format!(
            "'{text}' is not KIND=FILE, such as sarif=codes.sarif; kinds are {kinds}"
        ));
    };
    let kind =
        DocumentKind::from_str(kind, false).map_err(|_| format!("'{kind}' is none of {kinds}"))?;
    if file == "-" {
        return Err("a report goes to a file; --format writes a document to standard output".into());
    }
    Ok(ReportTo { kind, file: PathBuf::from(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_kind_and_a_file() {
        let rows = [
            ("sarif=a.sarif", Ok(ReportTo { kind: DocumentKind::Sarif, file: "a.sarif".into() })),
            ("csv=a=b", Ok(ReportTo { kind: DocumentKind::Csv, file: "a=b".into() })),
            ("pdf=a", Err("'pdf' is none of sarif, gitlab,")),
            ("sarif", Err("is not KIND=FILE")),
            ("sarif=", Err("is not KIND=FILE")),
            ("sarif=-", Err("--format writes")),
        ];
        for (text, wanted) in rows {
            match (report_to(text), wanted) {
                (Ok(report), Ok(wanted)) => assert_eq!(report, wanted, "{text}"),
                (Err(message), Err(wanted)) => {
                    assert!(message.contains(wanted), "{text}: {message}")
                }
                (got, wanted) => panic!("{text}: {got:?}, not {wanted:?}"),
            }
        }
    }
}
