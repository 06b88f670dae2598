//! The documents that a run writes at its end, and the gates that make it fail.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use imerr::catalog::{CodeRange, Severity};

use super::filter::codes;
use super::{DocumentKind, number};

/// The documents that a run writes at its end.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "After the run")]
pub struct ReportArgs {
    /// At the end, tell on standard error which codes were found, how often and where
    #[arg(long)]
    pub summary: bool,

    /// Also write a document to a file: sarif, gitlab, junit, markdown, json, csv or table (repeatable)
    #[arg(long, value_name = "KIND=FILE")]
    pub report: Vec<ReportTo>,
}

/// The gates: conditions under which a run exits with status 1.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "After the run", group = clap::ArgGroup::new("gates").multiple(true))]
pub struct GateArgs {
    /// Exit with 1 when a code of this severity, or a worse one, was found: info, warning, error, fatal. An unknown code counts as an error
    #[arg(long, value_name = "SEVERITY", group = "gates")]
    pub fail_on: Option<Severity>,

    /// Exit with 1 when one of these codes was found, in a catalog or not: 6206,70001-70020
    #[arg(long, value_name = "CODES", value_delimiter = ',', allow_hyphen_values = true, value_parser = codes, group = "gates")]
    pub fail_on_code: Vec<CodeRange>,

    /// Exit with 1 when a code was found that no catalog holds
    #[arg(long, group = "gates")]
    pub fail_on_unknown: bool,

    /// Exit with 1 when there are more than N findings of errors, fatal and unknown codes included
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = number::<u64>, group = "gates")]
    pub max_errors: Option<u64>,

    /// Fail only for codes that are new, or more frequent than in this file
    #[arg(long, value_name = "FILE", requires = "gates")]
    pub baseline: Option<PathBuf>,

    /// Write the file for --baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
}

impl ReportArgs {
    /// The ids of its options.
    pub const OPTIONS: [&str; 2] = ["summary", "report"];
}

impl GateArgs {
    /// The ids of its options.
    pub const OPTIONS: [&str; 6] =
        ["fail_on", "fail_on_code", "fail_on_unknown", "max_errors", "baseline", "write_baseline"];

    /// Whether any gate is set.
    pub fn is_set(&self) -> bool {
        self.fail_on.is_some()
            || !self.fail_on_code.is_empty()
            || self.fail_on_unknown
            || self.max_errors.is_some()
    }
}

/// A document, and the file that it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    pub kind: DocumentKind,
    pub file: PathBuf,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = || {
            let values =
                DocumentKind::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            values.map(|value| value.get_name().to_string()).collect::<Vec<_>>().join(", ")
        };
        let (kind, file) = match text.split_once('=') {
            Some((kind, file)) if !file.is_empty() => (kind, file),
            _ => {
                return Err(format!(
                    "'{text}' is not KIND=FILE, such as sarif=codes.sarif; kinds are {}",
                    kinds()
                ));
            }
        };
        let kind = DocumentKind::from_str(kind, false)
            .map_err(|_| format!("'{kind}' is none of {}", kinds()))?;
        match file {
            "-" => Err("a report goes to a file; --format writes a document to standard output"
                .to_string()),
            file => Ok(Self { kind, file: PathBuf::from(file) }),
        }
    }
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
            match (text.parse::<ReportTo>(), wanted) {
                (Ok(report), Ok(wanted)) => assert_eq!(report, wanted, "{text}"),
                (Err(told), Err(wanted)) => assert!(told.contains(wanted), "{text}: {told}"),
                (got, wanted) => panic!("{text}: {got:?}, not {wanted:?}"),
            }
        }
    }
}
