//! Options for formats.

use clap::ValueEnum;
use imerr::format::{Json, LogSchema};
use imerr::strip::DEFAULT_KEY;

/// The format of the log, or a document about it instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// `json` for lines that are one JSON object, `append` for all others
    Auto,
    /// A bracket for each code at the end of the line
    Append,
    /// A block under each line with codes, as compilers print them
    Below,
    /// The meaning in parentheses after the code
    Inline,
    /// A member `imerr` in JSON lines
    Json,
    /// Pairs such as `imerr_code=6206` at the end of the line
    Logfmt,
    /// One JSON object for each code found, without the log
    Jsonl,
    /// One row of comma-separated values for each code found, without the log
    Csv,
    /// One JSON object for each code found, as reviewdog reads them
    Rdjsonl,
    /// The format of the CI system that the environment shows; `auto` elsewhere
    Ci,
    /// The log, then an annotation for each code, as workflow commands
    Github,
    /// The log, then an issue for each code, as logging commands of Azure Pipelines
    Azure,
    /// The log, then a message for each code, as service messages
    Teamcity,
    /// A code quality report for GitLab, without the log
    Gitlab,
    /// SARIF 2.1.0, without the log
    Sarif,
    /// JUnit XML with a test case for each code, without the log
    Junit,
    /// A table for people, without the log
    Markdown,
}

impl Format {
    /// Whether it lists codes for programs, without the log.
    pub fn is_listing(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Rdjsonl)
    }

    /// Whether it adds a member to lines that are JSON objects, in the names of `--schema`.
    pub fn writes_json_lines(self) -> bool {
        matches!(self, Self::Auto | Self::Json | Self::Ci)
    }
}

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
    /// The statistics as one JSON object
    Json,
    /// The statistics as comma-separated values
    Csv,
    /// The table that `stats` prints
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Columns for people
    Table,
    /// One JSON object
    Json,
    /// A table in Markdown
    Markdown,
    /// Comma-separated values with a header
    Csv,
}

impl From<StatsFormat> for DocumentKind {
    fn from(format: StatsFormat) -> Self {
        match format {
            StatsFormat::Table => Self::Table,
            StatsFormat::Json => Self::Json,
            StatsFormat::Markdown => Self::Markdown,
            StatsFormat::Csv => Self::Csv,
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct JsonArgs {
    /// The field names in JSON lines: imerr, or in addition ecs or otel
    #[arg(long, value_name = "SCHEMA", value_enum, default_value_t = Schema::Imerr, hide_possible_values = true)]
    pub schema: Schema,

    /// The key of the member added to JSON lines, if logs already use `imerr`; --strip needs the
    /// same
    #[arg(long, value_name = "KEY", default_value = DEFAULT_KEY, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub json_key: String,
}

impl JsonArgs {
    pub fn render(&self) -> Json {
        let schema = match self.schema {
            Schema::Imerr => LogSchema::Imerr,
            Schema::Ecs => LogSchema::Ecs,
            Schema::Otel => LogSchema::Otel,
        };
        Json::new(schema, &self.json_key)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// The member `imerr` alone
    Imerr,
    /// Also the names of the Elastic Common Schema
    Ecs,
    /// Also the names of OpenTelemetry
    Otel,
}
