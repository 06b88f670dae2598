//! Formats, and options for the lines that are printed and for what is printed instead of them.

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use imerr::annotate::{LineSelection, Select};
use imerr::format::LogSchema;

use super::program::number;

/// The log with annotations, records of its codes, the log for a CI system, or a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The log: `below` on a terminal; elsewhere `json` for JSON lines and `append` for all others
    Auto,
    /// The log, with a bracket for each code at the end of the line
    Append,
    /// The log, with the meaning and remedy below each line with codes, for people
    Below,
    /// The log, with the meaning in parentheses after the code
    Inline,
    /// The log, with a member `imerr` in JSON lines: an object, or an array if there are several
    /// codes. For jq: `.imerr // empty | arrays // [.] | .[]`
    Json,
    /// The log, with pairs such as `imerr_code=6206` at the end of the line
    Logfmt,
    /// Records: one JSON object for each code found, unknown ones too
    Jsonl,
    /// Records: one row of comma-separated values for each code found, unknown ones too
    Csv,
    /// Records: one JSON object for each code found, unknown ones too, as reviewdog reads them
    Rdjsonl,
    /// Records: one JSON object for each line, `{}` without codes, as mmexternal of rsyslog reads
    /// them
    Rsyslog,
    /// CI: the format of the system that the environment shows; `auto` elsewhere
    Ci,
    /// CI: the log, then an annotation for each code, as workflow commands of GitHub Actions
    Github,
    /// CI: the log, then an issue for each code, as logging commands of Azure Pipelines
    Azure,
    /// CI: the log, then a message for each code, as service messages
    Teamcity,
    /// Report: a code quality report for GitLab
    Gitlab,
    /// Report: SARIF 2.1.0
    Sarif,
    /// Report: JUnit XML with a test case for each code
    Junit,
    /// Report: a table for people
    Markdown,
}

impl Format {
    /// Whether it lists codes for programs, without the log.
    pub fn is_listing(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Rdjsonl)
    }

    /// Whether its output is text for people.
    pub fn is_for_people(self) -> bool {
        match self {
            Self::Auto | Self::Append | Self::Below | Self::Inline | Self::Markdown => true,
            Self::Ci | Self::Github | Self::Azure | Self::Teamcity => true,
            Self::Json | Self::Logfmt | Self::Jsonl | Self::Csv | Self::Rdjsonl => false,
            Self::Rsyslog | Self::Gitlab | Self::Sarif | Self::Junit => false,
        }
    }

    /// Whether it adds a member to lines that are JSON objects, in the names of `--json-fields`.
    pub fn writes_json_lines(self) -> bool {
        matches!(self, Self::Auto | Self::Json | Self::Ci)
    }
}

/// Parses the value of `--json-fields`.
pub fn schemas() -> impl TypedValueParser<Value = LogSchema> {
    let values = [
        PossibleValue::new("imerr").help("The member `imerr` alone"),
        PossibleValue::new("ecs").help("Also the names of the Elastic Common Schema"),
        PossibleValue::new("otel").help("Also the names of OpenTelemetry"),
    ];
    PossibleValuesParser::new(values).map(|name| match name.as_str() {
        "ecs" => LogSchema::Ecs,
        "otel" => LogSchema::Otel,
        _ => LogSchema::Imerr,
    })
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Lines")]
pub struct LineArgs {
    /// Print only lines with codes
    #[arg(long)]
    pub only: bool,

    /// Print only lines without codes; also counts for -c, -l and -q
    #[arg(short = 'v', long)]
    pub invert_match: bool,

    /// Print only lines with codes, and NUM lines before each
    #[arg(short = 'B', long, value_name = "NUM", allow_negative_numbers = true)]
    #[arg(value_parser = number::<usize>)]
    pub before_context: Option<usize>,

    /// Print only lines with codes, and NUM lines after each
    #[arg(short = 'A', long, value_name = "NUM", allow_negative_numbers = true)]
    #[arg(value_parser = number::<usize>)]
    pub after_context: Option<usize>,

    /// The same as -A NUM -B NUM
    #[arg(short = 'C', long, value_name = "NUM", allow_negative_numbers = true)]
    #[arg(value_parser = number::<usize>)]
    pub context: Option<usize>,

    /// Print only the first NUM lines with codes of each file, or with -v those without
    #[arg(short = 'm', long, value_name = "NUM", allow_negative_numbers = true)]
    #[arg(value_parser = number::<u64>)]
    pub max_count: Option<u64>,
}

impl LineArgs {
    /// The selection that the options mean together. Context and -m imply --only, unless -v is given.
    pub fn lines(&self) -> LineSelection {
        let mut lines = LineSelection::default();
        lines.select = if self.invert_match {
            Select::WithoutCodes
        } else if self.only || self.has_context() || self.max_count.is_some() {
            Select::WithCodes
        } else {
            Select::All
        };
        lines.before = self.before_context.or(self.context).unwrap_or(0);
        lines.after = self.after_context.or(self.context).unwrap_or(0);
        lines.max = self.max_count;
        lines
    }

    /// Whether not all lines are printed.
    pub fn selects(&self) -> bool {
        self.lines().select != Select::All
    }

    /// Whether an option for context is given.
    pub fn has_context(&self) -> bool {
        self.before_context.or(self.after_context).or(self.context).is_some()
    }
}

/// Options that print something else instead of lines. The last one wins.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct ModeArgs {
    /// Print only the number of lines with codes, per file if there are several
    #[arg(short, long, overrides_with_all = ["files_with_matches", "files_without_match", "quiet"])]
    pub count: bool,

    /// Print only the names of files with codes
    #[arg(short = 'l', long, overrides_with_all = ["files_without_match", "quiet"])]
    pub files_with_matches: bool,

    /// Print only the names of files without codes
    #[arg(short = 'L', long, overrides_with = "quiet")]
    pub files_without_match: bool,

    /// Print nothing. Without a gate, exit with status 0 if a code is found and 1 if not
    #[arg(short, long)]
    pub quiet: bool,
}

impl ModeArgs {
    /// The option that replaces lines by other output, if one is given.
    pub fn replaces_lines(&self) -> Option<&'static str> {
        if self.count {
            Some("--count")
        } else if self.files_with_matches {
            Some("--files-with-matches")
        } else if self.files_without_match {
            Some("--files-without-match")
        } else {
            None
        }
    }
}
