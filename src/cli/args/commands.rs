//! What commands that read no logs are asked.

use std::path::PathBuf;

use clap::ValueEnum;

use super::EntryFilterArgs;

/// Tell everything about codes or names.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// CodeRange such as 6206 or -10003, or names such as ERR_USER_SIG_EXPIRED
    #[arg(value_name = "CODE|NAME", required = true, allow_negative_numbers = true)]
    pub wanted: Vec<String>,
}

/// Tell why lines are judged as they are: keys, names, shapes and markers with their points.
#[derive(Debug, clap::Args)]
pub struct ExplainLineArgs {
    /// Lines of a log; without any, those of standard input
    #[arg(value_name = "LINE", allow_hyphen_values = true)]
    pub lines: Vec<String>,

    /// The system that is meant where the line does not decide
    #[arg(long, value_name = "SYSTEM")]
    pub prefer: Option<String>,
}

/// Tell every problem of catalogs and rules, and try the lines that rules bring along.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Files with entries or rules, directories with those, `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// Print a catalog with comments to begin with.
#[derive(Debug, clap::Args)]
pub struct NewCatalogArgs {
    /// The system that its codes belong to: lower-case letters, digits and '-'
    #[arg(value_name = "NAME", value_parser = new_system)]
    pub name: String,
}

fn new_system(name: &str) -> Result<String, String> {
    match imerr::catalog::is_slug(name) {
        true => Ok(name.to_string()),
        false => Err("a system is named by lower-case letters, digits and '-'".to_string()),
    }
}

/// Find codes by words of their names, meanings and remedies.
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// Words that all have to occur
    #[arg(value_name = "WORD", required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// List the codes.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub entries: EntryFilterArgs,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// Print the completions for a shell.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// Print the manual page, or that of a command.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A command, such as stats; without one, the program
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// How `list` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// Columns for people
    Table,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}
