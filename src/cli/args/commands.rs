//! The commands and their arguments.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Subcommand, ValueEnum};
use clap_complete::Shell;
use imerr::diagnose::SessionKey;
use imerr::stats::CauseOrder;
use imerr::strip::DEFAULT_KEY;

use super::{
    DocumentKind, EntryFilterArgs, ExportArgs, FilterArgs, GateArgs, InputArgs, ReportArgs,
    RuntimeArgs,
};
use crate::args::program::number;

/// The commands. Without one, logs are annotated.
#[derive(Debug, Subcommand)]
pub enum Command {
    Stats(Box<StatsArgs>),
    Diagnose(Box<DiagnoseArgs>),
    /// Explain codes: meaning, remedy, cause, and how to tell causes apart
    ///
    /// A text is looked up as in a log: its code is explained. Words without a code are searched
    /// for: a few codes that have them are explained, and more are listed.
    Explain {
        /// Codes (6206,70001, 0x183e), ranges (70001-70020), names or parts of names, or text of a
        /// log with a code
        #[arg(value_name = "CODE|NAME|TEXT", allow_negative_numbers = true)]
        #[arg(required_unless_present = "EntryFilterArgs")]
        wanted: Vec<String>,

        #[command(flatten)]
        lookup: LookupArgs,
    },
    /// Find codes by words in their names and texts
    ///
    /// The codes that fit best come first. Words are English or Chinese, and synonyms of them count.
    Search {
        /// Words of which all or most occur
        #[arg(value_name = "WORD", required = true, allow_negative_numbers = true)]
        words: Vec<String>,

        #[command(flatten)]
        lookup: LookupArgs,
    },
    /// List all codes
    List {
        #[command(flatten)]
        lookup: LookupArgs,
    },
    Export(ExportArgs),
    ExplainLine(ExplainLineArgs),
    Mcp(McpArgs),
    /// Check catalogs and rules, and run the samples of rules
    CheckCatalog {
        /// Files with entries or rules, directories of such files, or `-` for standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a commented catalog to start from
    NewCatalog {
        /// The system of its codes: lower-case letters, digits and '-'
        #[arg(value_name = "NAME", value_parser = system_name)]
        name: String,
    },
    /// Print the options that the config file sets, and where
    Config {
        #[command(subcommand)]
        command: Option<ConfigCommand>,
    },
    /// Print the completion script for a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL", value_enum)]
        shell: Shell,
    },
    /// Print the manual page of the program or of a command
    Man {
        /// A command, such as stats [default: the program]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// Count the codes in logs: by category and kind, by file, and over time
///
/// The table groups the codes of one problem, and has what to do about it. The lines of the log are
/// not printed.
#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(flatten)]
    pub input: InputArgs,

    /// The format of the statistics
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    #[arg(value_parser = stats_format())]
    pub format: DocumentKind,

    /// List the first NUM problems in full, or `all` [default: on a terminal the first 10 in a short
    /// table that fits the screen; else all]
    #[arg(long, value_name = "NUM", help_heading = "Output", allow_negative_numbers = true)]
    #[arg(value_parser = top)]
    pub top: Option<Top>,

    /// What comes first in the table: the worst severity, the largest count, or the first line
    /// [default: severity]
    #[arg(long, value_name = "ORDER", value_enum, help_heading = "Output")]
    pub sort: Option<Sort>,

    /// Name the causes that `diagnose` finds, and how many findings each explains
    /// [default: only on a terminal]
    #[arg(long, help_heading = "Output")]
    pub by_cause: bool,

    #[command(flatten)]
    pub run: RunArgs,
}

/// Find what went wrong first, and which codes follow from it
///
/// Several files that are rotations of one log are read as one log, in the order of their times.
#[derive(Debug, clap::Args)]
pub struct DiagnoseArgs {
    #[command(flatten)]
    pub input: InputArgs,

    /// The format of the diagnosis: text, json or markdown (to paste into a ticket)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = DiagnosisFormat::Text)]
    #[arg(hide_possible_values = true, help_heading = "Output")]
    pub format: DiagnosisFormat,

    /// List NUM incidents in the text, or `all`; of more, those of one cause are one line
    /// [default: on a terminal at most 8 that fit the screen, else all]
    #[arg(long, value_name = "NUM", help_heading = "Output", allow_negative_numbers = true)]
    #[arg(value_parser = top)]
    pub top: Option<Top>,

    /// Add the causes in a file, or in all *.toml files of a directory; they replace built-in ones
    /// of the same name (repeatable)
    #[arg(long, value_name = "FILE|DIR", help_heading = "Diagnosis")]
    pub causes: Vec<PathBuf>,

    /// Tell the runs of an app apart by what REGEX finds in a line: its group `session`, or else
    /// all of it [default: the process, the user or the SDKAppID]
    #[arg(long, value_name = "REGEX", value_parser = SessionKey::custom)]
    #[arg(help_heading = "Diagnosis")]
    pub session_key: Option<SessionKey>,

    /// Name the tickets of causes that were seen before, from a TOML file
    #[arg(long, value_name = "FILE", help_heading = "Diagnosis")]
    pub known: Option<PathBuf>,

    /// Exit with status 1 if one of these causes is found: usersig-expired,kicked (`help` lists all)
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "Diagnosis")]
    pub fail_on_cause: Vec<String>,

    /// Write what to send to support as well: the diagnosis and excerpts of the log, with UserSigs,
    /// passwords, names, chat texts, phone numbers, and mail and IP addresses masked
    ///
    /// Only the bundle is masked: all other output has the log as it is. Masking can miss a name, a
    /// password or a chat text without a key in front of it, so look at the files before you send
    /// them.
    #[arg(long, value_name = "FILE.zip", help_heading = "Output")]
    pub bundle: Option<PathBuf>,

    #[command(flatten)]
    pub run: RunArgs,
}

impl DiagnoseArgs {
    /// Whether the causes are to be listed.
    pub fn asks_for_causes(&self) -> bool {
        self.fail_on_cause.iter().any(|name| name == "help")
    }
}

/// The options that `stats` and `diagnose` share, besides those for inputs.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// The key of the member that an earlier run added to JSON lines, which is skipped
    #[arg(long, value_name = "KEY", default_value = DEFAULT_KEY, help_heading = "Input", hide = true)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub json_key: String,

    #[command(flatten)]
    pub filter: FilterArgs,

    #[command(flatten)]
    pub report: ReportArgs,

    #[command(flatten)]
    pub gate: GateArgs,

    #[command(flatten)]
    pub runtime: RuntimeArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiagnosisFormat {
    /// One screen for people
    Text,
    /// One JSON object
    Json,
    /// Markdown, to paste into a ticket
    Markdown,
}

/// The value of `--top`: the most problems in a table, or incidents in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Top(pub usize);

fn top(text: &str) -> Result<Top, String> {
    if text == "all" {
        return Ok(Top(usize::MAX));
    }
    number(text).map(Top).map_err(|error| format!("{error}, or 'all'"))
}

/// The value of `--sort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    Severity,
    Count,
    First,
}

impl From<Sort> for CauseOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Severity => Self::Severity,
            Sort::Count => Self::Count,
            Sort::First => Self::First,
        }
    }
}

fn stats_format() -> impl TypedValueParser<Value = DocumentKind> {
    use DocumentKind::{Csv, Json, Markdown, Table};
    let formats = [Table, Json, Markdown, Csv];
    PossibleValuesParser::new(formats.iter().filter_map(ValueEnum::to_possible_value))
        .try_map(|name| DocumentKind::from_str(&name, false))
}

/// Show how lines are scored: the points of keys, names, patterns and markers
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Codes")]
pub struct ExplainLineArgs {
    /// Log lines [default: standard input]
    #[arg(value_name = "LINE", allow_hyphen_values = true, help_heading = None)]
    pub lines: Vec<String>,

    /// Resolve a code of several systems to this one, unless its line says otherwise
    #[arg(long, value_name = "SYSTEM")]
    pub prefer_system: Option<String>,

    /// Take the lines for those of an app or server that uses Tencent Cloud IM
    #[arg(long)]
    pub assume_im: bool,
}

/// Serve an agent: a Model Context Protocol server on standard input and output
///
/// A client such as an editor or a chat program starts it, and lets a model look up codes and read
/// logs. It never writes a file.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub struct McpArgs {
    /// Let the client read the logs in DIR and in the directories below it (repeatable) [default:
    /// it reads no files]
    #[arg(long, value_name = "DIR", conflicts_with = "skill")]
    pub root: Vec<PathBuf>,

    /// Print a SKILL.md, which tells an agent how to use the command line instead
    #[arg(long, help_heading = "Output")]
    pub skill: bool,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the path of the config file, whether it exists or not
    Path,
}

/// The options of the commands that look up codes.
#[derive(Debug, clap::Args)]
pub struct LookupArgs {
    /// The format: text, json (one object per line for each code) or csv
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LookupFormat::Text)]
    #[arg(hide_possible_values = true, help_heading = "Output")]
    pub format: LookupFormat,

    #[command(flatten)]
    pub entries: EntryFilterArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LookupFormat {
    /// Text for people
    Text,
    /// One JSON object per line
    #[value(alias = "jsonl")]
    Json,
    /// Comma-separated values with a header
    Csv,
}

fn system_name(name: &str) -> Result<String, String> {
    if imerr::catalog::is_slug(name) {
        Ok(name.to_string())
    } else {
        Err("the name of a system has only lower-case letters, digits and '-'".to_string())
    }
}
