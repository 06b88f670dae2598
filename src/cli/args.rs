//! What was typed. Only forms are checked here; what is meant by it is settled in [`job`](super::job).

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use imerr::catalog::{Catalog, Codes, Entry, Kind, Severity};
use imerr::detect::Confidence;
use imerr::input::Encoding;

use super::color::Choice;
use super::inputs::Which;
use super::output::Target;
use super::progress::When;

/// Finds Tencent Cloud IM (Chat) error codes in logs and writes their meaning and remedy beside them.
///
/// Reads FILEs, or standard input, line by line and passes every line on. A line with an error code gets the code's
/// category, meaning and remedy before its end; nothing else of the log is changed, and `--strip` takes it out again.
#[derive(Debug, Parser)]
#[command(name = "imerr-annotate", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Args {
    /// Files to read, in this order; `-` or none is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub which: Which,

    #[command(subcommand)]
    pub command: Option<Command>,

    /// How lines with codes are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Auto, help_heading = "Output")]
    pub format: Format,

    /// Take the annotations of earlier runs out again
    #[arg(long, help_heading = "Output", conflicts_with_all = ["format", "only", "count", "quiet", "unknown", "prefer", "min_confidence",
        "system", "category", "kind", "severity", "code"])]
    pub strip: bool,

    /// Print only lines with codes
    #[arg(long, help_heading = "Output")]
    pub only: bool,

    /// Print only the number of lines with codes; for each file when there are several
    #[arg(short, long, help_heading = "Output", conflicts_with = "quiet")]
    pub count: bool,

    /// Print nothing; exit with 0 when a code was found and with 1 when not
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// Begin each line with the name of its file and a colon
    #[arg(short = 'H', long, help_heading = "Output", overrides_with = "no_filename", conflicts_with = "strip")]
    pub with_filename: bool,

    /// Never name files before lines or counts
    #[arg(long, help_heading = "Output", overrides_with = "with_filename")]
    pub no_filename: bool,

    #[command(flatten)]
    pub target: Target,

    /// When to color: auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Choice::Auto, global = true, hide_possible_values = true,
        help_heading = "Output")]
    pub color: Choice,

    /// The least confidence that is shown: low, medium or high
    #[arg(long, value_name = "LEVEL", default_value = "medium", help_heading = "Which codes")]
    pub min_confidence: Confidence,

    /// Also report codes that no catalog holds, where the line speaks of the product (always in jsonl)
    #[arg(long, help_heading = "Which codes")]
    pub unknown: bool,

    /// The system that a code belongs to where it can be one of several and the line does not decide
    #[arg(long, value_name = "SYSTEM", value_parser = system, help_heading = "Which codes")]
    pub prefer: Option<String>,

    #[command(flatten)]
    pub entries: EntryFilter,

    /// Only these codes: 6206, 70001-70020, -10003
    #[arg(long, value_name = "CODES", value_delimiter = ',', allow_hyphen_values = true, value_parser = codes,
        help_heading = "Which codes")]
    pub code: Vec<Codes>,

    /// The encoding of the files: auto (UTF-16 where a byte order mark tells so), none (bytes as they are), or a label such as gb18030
    #[arg(long, value_name = "LABEL", default_value = "auto", help_heading = "Input")]
    pub encoding: Encoding,

    /// Accepted; compressed files (gzip, zstd, xz, bzip2, lz4) are read through anyway
    #[arg(short = 'z', long, help_heading = "Input")]
    pub search_zip: bool,

    /// Threads to work with [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Working")]
    pub threads: Option<u16>,

    /// When to show on standard error how far a run over files is: auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_possible_values = true, help_heading = "Working")]
    pub progress: When,

    /// Accepted; whole lines are never kept back anyway
    #[arg(long, help_heading = "Working", overrides_with = "block_buffered")]
    pub line_buffered: bool,

    /// Accepted; files are written in blocks anyway
    #[arg(long, help_heading = "Working", overrides_with = "line_buffered")]
    pub block_buffered: bool,
}

const EXAMPLES: &str = "\
Examples:
  tail -f app.log | imerr-annotate
  imerr-annotate --only server.log client.log
  imerr-annotate -r -o annotated --glob '*.log' customer/
  imerr-annotate --format jsonl app.log | jq .remedy
  imerr-annotate explain 6206
  imerr-annotate --strip annotated.log > app.log

A file named like a command is reached as ./explain.
Exit status: 0 also when nothing was found, 2 for a usage error or a file that cannot be read or written.";

/// Everything but annotating.
#[derive(Debug, Subcommand)]
pub enum Command {
    Explain(Explain),
    Search(Search),
    List(List),
    ExplainLine(ExplainLine),
}

/// Tell everything about codes or names.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Codes such as 6206 or -10003, or names such as ERR_USER_SIG_EXPIRED
    #[arg(value_name = "CODE|NAME", required = true, allow_negative_numbers = true)]
    pub wanted: Vec<String>,
}

/// Tell why lines are judged as they are: keys, names, shapes and markers with their points.
#[derive(Debug, clap::Args)]
pub struct ExplainLine {
    /// Lines of a log; without any, those of standard input
    #[arg(value_name = "LINE", allow_hyphen_values = true)]
    pub lines: Vec<String>,

    /// The system that is meant where the line does not decide
    #[arg(long, value_name = "SYSTEM", value_parser = system)]
    pub prefer: Option<String>,
}

/// Find codes by words of their names, meanings and remedies.
#[derive(Debug, clap::Args)]
pub struct Search {
    /// Words that all have to occur
    #[arg(value_name = "WORD", required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// List the codes.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    pub entries: EntryFilter,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// What the catalog must say about a code.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Which codes")]
pub struct EntryFilter {
    /// Only codes of these systems: sdk, server, web, ...
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = system)]
    pub system: Vec<String>,

    /// Only codes of these categories: account, group, message, ...
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = category)]
    pub category: Vec<String>,

    /// Only codes of these kinds: auth, rate-limit, network, ...
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub kind: Vec<Kind>,

    /// Only codes of these severities: info, warning, error, fatal
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub severity: Vec<Severity>,
}

/// How lines with codes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// `json` for lines that are one JSON object, `append` for all others
    Auto,
    /// A bracket for each code before the line end
    Append,
    /// A member `imerr` in JSON lines
    Json,
    /// One JSON object for each code found, without the log
    Jsonl,
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

fn system(name: &str) -> Result<String, String> {
    one_of(name, |entry| &entry.system)
}

fn category(name: &str) -> Result<String, String> {
    one_of(name, |entry| &entry.category)
}

/// `name`, if an entry of the catalog bears it; the error names the choices.
fn one_of(name: &str, of: impl Fn(&Entry) -> &str) -> Result<String, String> {
    let catalog = Catalog::built_in();
    let choices: BTreeSet<&str> = catalog.entries().iter().map(of).collect();
    match choices.contains(name) {
        true => Ok(name.to_string()),
        false => Err(format!("'{name}' is none of {}", Vec::from_iter(choices).join(", "))),
    }
}

/// `6206`, `-10003`, `70001-70020`, `-10009--10001` or `70001..70020`.
fn codes(text: &str) -> Result<Codes, String> {
    let wrong = || format!("'{text}' is no code and no range of codes such as 70001-70020");
    let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
    let dash = text.char_indices().skip(1).find(|&(_, c)| c == '-').map(|(at, _)| (at, 1));
    let (at, length) = match text.find("..").map(|at| (at, 2)).or(dash) {
        None => return number(text).map(Codes::one),
        Some(found) => found,
    };
    let (first, last) = (number(&text[..at])?, number(&text[at + length..])?);
    if first > last {
        return Err(format!("the range {first} to {last} is empty: the smaller code comes first"));
    }
    Ok(Codes { first, last })
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
    fn codes_and_ranges_are_read_with_their_signs() {
        let rows = [
            ("6206", Some((6206, 6206))),
            ("-10003", Some((-10003, -10003))),
            ("70001-70020", Some((70001, 70020))),
            ("70001..70020", Some((70001, 70020))),
            ("-10009--10001", Some((-10009, -10001))),
            ("-5-5", Some((-5, 5))),
            ("70020-70001", None),
            ("6206-", None),
            ("x", None),
            ("", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(codes(text).ok().map(|codes| (codes.first, codes.last)), wanted, "{text}");
        }
    }
}
