//! The arguments of commands that read no logs.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{EntryFilterArgs, Product};

/// Explain codes or names
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Codes such as 6206 or -10003, or names such as ERR_USER_SIG_EXPIRED
    #[arg(value_name = "CODE|NAME", required = true, allow_negative_numbers = true)]
    pub wanted: Vec<String>,
}

/// Show how lines are scored: the points of keys, names, patterns and markers
#[derive(Debug, clap::Args)]
pub struct ExplainLineArgs {
    /// Log lines [default: standard input]
    #[arg(value_name = "LINE", allow_hyphen_values = true)]
    pub lines: Vec<String>,

    /// Resolve a code of several systems to this one, unless its line says otherwise
    #[arg(long, value_name = "SYSTEM")]
    pub prefer: Option<String>,

    /// Take the lines for those of an app or server that uses this product: tencent-im
    #[arg(long, value_name = "PRODUCT")]
    pub assume: Option<Product>,
}

/// Check catalogs and rules, and run the samples of rules
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Files with entries or rules, directories of such files, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// Print a commented catalog to start from
#[derive(Debug, clap::Args)]
pub struct NewCatalogArgs {
    /// The system of its codes: lower-case letters, digits and '-'
    #[arg(value_name = "NAME", value_parser = system_name)]
    pub name: String,
}

fn system_name(name: &str) -> Result<String, String> {
    if imerr::catalog::is_slug(name) {
        Ok(name.to_string())
    } else {
        Err("the name of a system has only lower-case letters, digits and '-'".to_string())
    }
}

/// Find codes by words in their names, meanings and remedies
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// Words that must all occur
    #[arg(value_name = "WORD", required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// List all codes
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub entries: EntryFilterArgs,

    /// The format of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// Show the config file
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print all keys, as a config file
    Show,
    /// Print the path of the config file
    Path,
}

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the manual page of the program or of a command
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A command, such as stats [default: the program]
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Columns for people
    Table,
    /// One JSON object per line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}
