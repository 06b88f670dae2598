//! Options for reports about a whole run, and for gates that make it fail.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use imerr::catalog::{Severity, unknown_word};

use super::filter::{CodeArg, least_severity, words_in_chinese};
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
    #[value(alias = "text")]
    Table,
    /// A web page
    Html,
}

impl DocumentKind {
    pub fn names() -> Vec<String> {
        Self::value_variants().iter().map(|kind| kind.name()).collect()
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
    }

    /// What the names of its files usually end with.
    fn extension(self) -> &'static str {
        match self {
            Self::Sarif => "sarif",
            Self::Gitlab | Self::Json => "json",
            Self::Junit => "xml",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Table => "txt",
            Self::Html => "html",
        }
    }

    /// The option that writes a document of this kind.
    fn report_option(self) -> String {
        format!("--report {}=report.{}", self.name(), self.extension())
    }

    /// The kind that the extension of a file suggests.
    fn of_file(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let mut kinds = [Self::Json].iter().chain(Self::value_variants());
        kinds.find(|kind| kind.extension() == extension).copied()
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports and gates")]
pub struct ReportArgs {
    /// Write a report to a file as well: html (a page for people), sarif, gitlab, junit,
    /// markdown, json, csv or table (repeatable)
    #[arg(long, value_name = "KIND=FILE", value_parser = report_to)]
    pub report: Vec<ReportTo>,
}

/// Gates: conditions under which a run exits with status 1.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reports and gates")]
#[command(group = clap::ArgGroup::new("gates").multiple(true))]
pub struct GateArgs {
    /// Exit with status 1 if one of these is found: a code of a severity or worse (info, warning,
    /// error, fatal), where an unknown code counts as an error; a code that is in no catalog
    /// (unknown); or a code: error,unknown,70001-70020
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    #[arg(group = "gates")]
    pub fail_on: Vec<FailOn>,

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
        !self.fail_on.is_empty() || self.max_errors.is_some()
    }

    /// The severity from which on a code fails the run.
    pub fn severity(&self) -> Option<Severity> {
        let severities = self.fail_on.iter().filter_map(|one| match one {
            FailOn::Severity(severity) => Some(*severity),
            _ => None,
        });
        severities.min()
    }

    pub fn codes(&self) -> Vec<CodeArg> {
        let codes = self.fail_on.iter().filter_map(|one| match one {
            FailOn::Code(code) => Some(code.clone()),
            _ => None,
        });
        codes.collect()
    }

    pub fn fails_on_unknown(&self) -> bool {
        self.fail_on.contains(&FailOn::Unknown)
    }
}

/// A value of `--fail-on`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailOn {
    Severity(Severity),
    Unknown,
    Code(CodeArg),
}

/// What is printed in Chinese for a code that is in no catalog.
const UNKNOWN_IN_CHINESE: &str = "未收录";

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "unknown" || text == UNKNOWN_IN_CHINESE {
            return Ok(Self::Unknown);
        }
        if let Ok(severity) = least_severity(text) {
            return Ok(Self::Severity(severity));
        }
        let mut words: Vec<String> = Vec::new();
        if text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            words.extend(Severity::ALL.iter().map(|one| one.as_str().to_string()));
            words.push("unknown".to_string());
        } else if !text.is_ascii() {
            words = words_in_chinese::<Severity>();
            words.push(UNKNOWN_IN_CHINESE.to_string());
        } else {
            return text.parse().map(Self::Code);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Err(unknown_word(text, &words))
    }
}

/// A report, and the file that it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    pub kind: DocumentKind,
    pub file: PathBuf,
}

/// The option that writes a document of the kind with this name; None if there is no such kind.
pub fn report_option(name: &str) -> Option<String> {
    DocumentKind::from_str(name, false).ok().map(DocumentKind::report_option)
}

fn report_to(text: &str) -> Result<ReportTo, String> {
    let names = DocumentKind::names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let kinds = names.join(", ");
    let Some((kind, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        let kind = text.trim_end_matches('=');
        if let Ok(kind) = DocumentKind::from_str(kind, false) {
            return Err(format!("the file is missing; use {}", kind.report_option()));
        }
        if let Some(kind) = DocumentKind::of_file(text) {
            return Err(format!("the kind is missing; use --report {}={text}", kind.name()));
        }
        return Err(format!(
            "'{text}' is not KIND=FILE, such as html=report.html; kinds are {kinds}"
        ));
    };
    let kind = DocumentKind::from_str(kind, false).map_err(|_| unknown_word(kind, &names))?;
    if file == "-" {
        return Err("a report goes to a file; --format writes a document to standard output".into());
    }
    Ok(ReportTo { kind, file: PathBuf::from(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_has_severities_unknown_and_codes() {
        let code = |text: &str| Ok(FailOn::Code(text.parse().expect("a code")));
        let rows = [
            ("warning", Ok(FailOn::Severity(Severity::Warning))),
            ("warn", Ok(FailOn::Severity(Severity::Warning))),
            (">=warning", Ok(FailOn::Severity(Severity::Warning))),
            ("unknown", Ok(FailOn::Unknown)),
            ("6206", code("6206")),
            ("-10009--10001", code("-10009--10001")),
            ("err_user_sig_expired", code("err_user_sig_expired")),
            ("waning", Err("'waning' is unknown; did you mean 'warning'?")),
            ("", Err("is none of info")),
            ("7-", Err("is neither a code nor a range")),
        ];
        for (text, wanted) in rows {
            match (text.parse::<FailOn>(), wanted) {
                (Ok(got), Ok(wanted)) => assert_eq!(got, wanted, "{text}"),
                (Err(message), Err(wanted)) => {
                    assert!(message.contains(wanted), "{text}: {message}")
                }
                (got, wanted) => panic!("{text}: {got:?}, not {wanted:?}"),
            }
        }
    }

    #[test]
    fn a_report_is_a_kind_and_a_file() {
        let rows = [
            ("sarif=a.sarif", Ok(ReportTo { kind: DocumentKind::Sarif, file: "a.sarif".into() })),
            ("csv=a=b", Ok(ReportTo { kind: DocumentKind::Csv, file: "a=b".into() })),
            ("pdf=a", Err("'pdf' is none of sarif, gitlab,")),
            ("sarif", Err("the file is missing; use --report sarif=report.sarif")),
            ("html=", Err("the file is missing; use --report html=report.html")),
            ("out/x.html", Err("the kind is missing; use --report html=out/x.html")),
            ("x.json", Err("the kind is missing; use --report json=x.json")),
            ("x.xml", Err("the kind is missing; use --report junit=x.xml")),
            ("x", Err("is not KIND=FILE")),
            ("=x", Err("is none of sarif, gitlab,")),
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
