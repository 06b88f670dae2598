//! What was typed. Only forms are checked here; what it means is resolved in [`RunConfig`](super::run_config::RunConfig).

mod catalogs;
mod commands;
mod config;
mod filter;
mod follow;
mod format;
mod input;
mod lines;
mod mode;
mod output;
mod report;
mod style;

use std::ffi::OsString;
use std::str::FromStr;

use clap::builder::NonEmptyStringValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use imerr::strip::DEFAULT_KEY;

use super::color::ColorChoice;
use super::progress::When;
pub use catalogs::{CatalogArgs, optional_catalog};
pub use commands::{
    CheckArgs, CompletionsArgs, ExplainArgs, ExplainLineArgs, ListArgs, ListFormat, ManArgs,
    NewCatalogArgs, SearchArgs,
};
pub use config::{ConfigArgs, ConfigCommand, ConfigFileArgs};
pub use filter::{EntryFilterArgs, FilterArgs, WrongName, check_names};
pub use follow::FollowArgs;
pub use format::{DocumentKind, Format, JsonArgs, Schema, StatsFormat};
pub use input::{InputArgs, WalkArgs};
pub use lines::LineArgs;
pub use mode::ModeArgs;
pub use output::OutputArgs;
pub use report::{GateArgs, ReportArgs};
pub use style::{Hyperlink, StyleArgs};

/// Finds Tencent Cloud IM (Chat) error codes in logs and writes their meaning and remedy beside them.
///
/// Reads FILEs, standard input, or what a COMMAND writes, line by line and passes every line on. A line with an error code gets
/// the code's category, meaning and remedy before its end; nothing else of the log is changed, and `--strip` takes it out again.
#[derive(Debug, Parser)]
#[command(name = "imerr-annotate", version, args_conflicts_with_subcommands = true, args_override_self = true, after_help = after_help())]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub struct Args {
    #[command(flatten)]
    pub input: InputArgs,

    #[command(flatten)]
    pub follow: FollowArgs,

    /// A command to run: its standard output and standard error are annotated, each on its own stream, and its exit status is ours
    #[arg(last = true, num_args = 1.., value_names = ["COMMAND", "ARG"], help_heading = None)]
    pub program: Vec<OsString>,

    #[command(subcommand)]
    pub command: Option<Command>,

    /// How the log is written, or which document about it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Auto, help_heading = "Output")]
    pub format: Format,

    #[command(flatten)]
    pub json: JsonArgs,

    #[command(flatten)]
    pub style: StyleArgs,

    /// Take the annotations of earlier runs out again
    #[arg(long, help_heading = "Output", conflicts_with_all = ["format", "line_number"])]
    #[arg(conflicts_with_all = LineArgs::OPTIONS, conflicts_with_all = ModeArgs::OPTIONS)]
    #[arg(conflicts_with_all = FilterArgs::OPTIONS, conflicts_with_all = EntryFilterArgs::OPTIONS, conflicts_with_all = ReportArgs::OPTIONS, conflicts_with_all = GateArgs::OPTIONS)]
    pub strip: bool,

    #[command(flatten)]
    pub lines: LineArgs,

    #[command(flatten)]
    pub mode: ModeArgs,

    /// In CI formats, leave the log out
    #[arg(long, help_heading = "Output")]
    pub no_passthru: bool,

    /// Begin each line with the name of its file and a colon
    #[arg(
        short = 'H',
        long,
        help_heading = "Output",
        overrides_with = "no_filename",
        conflicts_with = "strip"
    )]
    pub with_filename: bool,

    /// Never name files before lines or counts
    #[arg(long, help_heading = "Output", overrides_with = "with_filename")]
    pub no_filename: bool,

    /// Begin each line with its number and a colon
    #[arg(short = 'n', long, help_heading = "Output")]
    pub line_number: bool,

    #[command(flatten)]
    pub output: OutputArgs,

    /// When to color: auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto, global = true, hide_possible_values = true,
        help_heading = "Output")]
    pub color: ColorChoice,

    #[command(flatten)]
    pub filter: FilterArgs,

    #[command(flatten)]
    pub catalogs: CatalogArgs,

    #[command(flatten)]
    pub report: ReportArgs,

    #[command(flatten)]
    pub gate: GateArgs,

    #[command(flatten)]
    pub runtime: RuntimeArgs,

    #[command(flatten)]
    pub config: ConfigFileArgs,

    #[command(flatten)]
    pub info: InfoArgs,
}

/// What the program says of itself.
#[derive(Debug, clap::Args)]
pub struct InfoArgs {
    /// Print the options that most people need
    #[arg(short = 'h', help_heading = None)]
    pub short_help: bool,

    /// Print all options
    #[arg(long, action = clap::ArgAction::HelpLong, help_heading = None)]
    pub help: Option<bool>,

    /// Print the version, and how many codes of which systems are known as of when
    #[arg(short = 'V', long, help_heading = None)]
    pub version: bool,
}

impl Args {
    /// The command line that is parsed, with its hidden flags.
    pub fn definition() -> clap::Command {
        let command = with_hidden_flags(Self::command());
        command.mut_subcommands(|command| {
            // The program's own -h prints another help, so commands do not inherit it.
            let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
            with_hidden_flags(command.arg(help.help("Print help").help_heading(None::<&str>)))
        })
    }

    /// Parses `words`, of which the first is the name of the program.
    pub fn parse_words(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<(Self, ArgMatches), clap::Error> {
        let matches = Self::definition().try_get_matches_from(words).map_err(with_next_step)?;
        Ok((Self::from_arg_matches(&matches)?, matches))
    }
}

/// Options that the config file can set but that no value resets. `--no-NAME` does, with all values of a list.
const WITH_INVERSE: [&str; 6] = ["catalog", "rules", "with", "prefer", "unknown", "threads"];

/// Flags of similar programs that need not do anything here: compressed files are always decompressed, and no line waits in a buffer.
const IGNORED: [&str; 3] = ["search-zip", "line-buffered", "block-buffered"];

/// Adds the inverses of options, and to commands that read logs the flags that are accepted and ignored.
fn with_hidden_flags(mut command: clap::Command) -> clap::Command {
    let mut flags = Vec::new();
    for option in command.get_arguments() {
        let Some(long) = option.get_long().filter(|long| WITH_INVERSE.contains(long)) else {
            continue;
        };
        let inverse = hidden_flag(format!("no-{long}")).overrides_with(option.get_id());
        flags.push(inverse.global(option.is_global_set()));
    }
    if command.get_arguments().any(|arg| arg.get_id() == "files") {
        let ignored = IGNORED.map(|long| hidden_flag(long.to_string()));
        flags.extend(
            ignored.map(|flag| if flag.get_id() == "search_zip" { flag.short('z') } else { flag }),
        );
    }
    for flag in flags {
        command = command.arg(flag);
    }
    command
}

fn hidden_flag(long: String) -> Arg {
    Arg::new(long.replace('-', "_")).long(long).action(ArgAction::SetTrue).hide(true)
}

/// `error` with what can be done about it, and without the tip to put a value behind `--`: there stands a command to run.
fn with_next_step(mut error: clap::Error) -> clap::Error {
    match error.kind() {
        ErrorKind::UnknownArgument => drop(error.remove(ContextKind::Suggested)),
        ErrorKind::ArgumentConflict if error.get(ContextKind::PriorArg).is_some() => {
            let step = "leave out the one or the other".into();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![step]));
        }
        _ => {}
    }
    error
}

/// How many lines or findings, from 0 on. `+3` is none: `tail` takes it for a place.
fn number<N: FromStr>(text: &str) -> Result<N, String> {
    let number = if text.starts_with('+') { None } else { text.parse().ok() };
    number.ok_or_else(|| "a whole number from 0 on is needed, without a sign".to_string())
}

/// What people do, for the help and the manual.
pub const EXAMPLES: [&str; 12] = [
    "tail -f app.log | imerr-annotate",
    "imerr-annotate -f app.log",
    "imerr-annotate -- ./app --flag",
    "imerr-annotate --only server.log client.log",
    "imerr-annotate --format below app.log | less -R",
    "imerr-annotate -r -o annotated --glob '*.log' customer/",
    "imerr-annotate --format jsonl app.log | jq .remedy",
    "imerr-annotate --format ci --fail-on error build/logs/*.log",
    "imerr-annotate stats --since 2h app.log",
    "imerr-annotate explain 6206",
    "imerr-annotate new-catalog my-app > my-app.toml",
    "imerr-annotate --strip annotated.log > app.log",
];

/// A note about the whole command line, for the help and the manual.
pub const NOTE: &str = "To read a file that is named like a command, write ./explain.";

fn after_help() -> String {
    format!(
        "Examples:\n  {}\n\n{NOTE}\nExit status: 0 also when nothing was found, 1 when a gate tripped, 2 for a usage error \
         or a file that cannot be read or written; with a command, its own unless that is 0.",
        EXAMPLES.join("\n  ")
    )
}

/// Everything but annotating.
#[derive(Debug, Subcommand)]
pub enum Command {
    Stats(Box<StatsArgs>),
    Explain(ExplainArgs),
    Search(SearchArgs),
    List(ListArgs),
    ExplainLine(ExplainLineArgs),
    Check(CheckArgs),
    NewCatalog(NewCatalogArgs),
    Config(ConfigArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Tell which codes logs hold: how often, where first and last, what to do; by category and kind, by file, over time.
#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(flatten)]
    pub input: InputArgs,

    /// How the numbers are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = StatsFormat::Table, help_heading = "Output")]
    pub format: StatsFormat,

    /// The key of the member that annotated JSON lines have, and that is none of the log
    #[arg(long, value_name = "KEY", default_value = DEFAULT_KEY, value_parser = NonEmptyStringValueParser::new(), help_heading = "Input")]
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

/// How the work is done.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Working")]
pub struct RuntimeArgs {
    /// Threads to work with [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,

    /// When to show on standard error how far a run over files is: auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_possible_values = true)]
    pub progress: When,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }

    #[test]
    fn an_error_of_usage_says_what_to_do() {
        let rows: [(&[&str], &str); 3] = [
            (
                &["--strip", "--only"],
                "cannot be used with '--only'\n\n  tip: leave out the one or the other\n",
            ),
            (&["--strip", "--only", "--count"], "tip: leave out the one or the other\n"),
            (&["--follow", "--output", "x", "a"], "tip: leave out the one or the other\n"),
        ];
        for (typed, wanted) in rows {
            let told = Args::parse_words(["imerr-annotate"].iter().chain(typed))
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(told.contains(wanted), "{typed:?}: {told}");
        }
        let told = Args::parse_words(["imerr-annotate", "--zebra"])
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(!told.is_empty() && !told.contains("'-- --zebra'"), "{told}");
    }
}
