//! The program's own options, and the definition that clap parses.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::styling::Style as AnsiStyle;
use clap::builder::{NonEmptyStringValueParser, PathBufValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, CommandFactory, FromArgMatches, Id, Parser, ValueEnum};
use imerr::format::{Json, LogSchema, Repeat};
use imerr::strip::DEFAULT_KEY;
use imerr::terminal::{Styles, Theme};

use super::examples::with_examples;
use super::output::schemas;
use super::usage::with_next_step;
use super::*;
use crate::color::{self, Sink, When};
use crate::lang::{LangChoice, VARIABLE};
use crate::user_file::is_dash;

/// Finds Tencent Cloud IM (Chat) error codes in logs and adds their meaning and remedy.
///
/// Reads FILEs, standard input or the output of a COMMAND, and prints every line. To a line with an
/// error code it adds the code's category, meaning and remedy: below the line on a terminal, at its
/// end elsewhere. Nothing else of the log changes, and `--strip` removes the additions.
// A help heading holds up to the next one, also after the fields of a flattened struct. So the
// fields after `mode` have that of `ModeArgs`.
#[derive(Debug, Parser)]
#[command(name = "imerr-annotate", version, after_help = after_help())]
#[command(args_conflicts_with_subcommands = true, args_override_self = true)]
#[command(override_usage = USAGE, styles = STYLES)]
#[command(disable_help_flag = true, disable_version_flag = true, next_help_heading = "Output")]
pub struct Args {
    #[command(flatten)]
    pub input: InputArgs,

    /// Keep reading as the FILEs grow, from the last 10 lines on, or as --tail says. Survives
    /// rotation, truncation and files that don't exist yet
    #[arg(short, long, conflicts_with = "output_dir", help_heading = "Input")]
    pub follow: bool,

    /// With -f, check the files this often: 100ms, 2s
    #[arg(long, value_name = "SPAN", requires = "follow", default_value = "100ms")]
    #[arg(value_parser = poll_interval, help_heading = "Input")]
    pub poll_interval: Duration,

    /// A command to run. Its standard output and standard error are annotated separately, and its
    /// exit status is passed on
    #[arg(last = true, num_args = 1.., value_names = ["COMMAND", "ARG"], help_heading = None)]
    #[arg(conflicts_with_all = ["files", "files_from", "recursive", "glob"])]
    #[arg(conflicts_with_all = ["output_dir", "follow", "tail"])]
    pub program: Vec<OsString>,

    #[command(subcommand)]
    pub command: Option<Command>,

    /// What is printed: the log with annotations, or instead of it records of the codes, the log
    /// for a CI system, or a report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Auto)]
    pub format: Format,

    /// The field names in JSON lines: imerr, or in addition ecs or otel
    #[arg(long, value_name = "SCHEMA", default_value = "imerr", hide_possible_values = true)]
    #[arg(value_parser = schemas())]
    pub json_fields: LogSchema,

    /// The key to add to JSON lines, for logs that already use `imerr`; give --strip the same one
    #[arg(long, value_name = "KEY", default_value = DEFAULT_KEY)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub json_key: String,

    /// In the format below, how to explain a code again in the same file, on a terminal also in the
    /// next ones: full, short (by the line that explains it; out of sight, also by the meaning) or
    /// none
    #[arg(long, value_name = "HOW", default_value = "short")]
    pub repeated: Repeat,

    /// The colors: auto (for every background), dark, light or none, with styles such as
    /// light,error=bold red,code=underline
    #[arg(long, value_name = "THEME", default_value = "auto", global = true)]
    pub theme: Theme,

    /// When to link codes to their documentation, for terminals that support it (OSC 8): auto,
    /// always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    #[arg(hide_possible_values = true)]
    pub hyperlink: When,

    /// Print binary files on a terminal too, instead of a note
    #[arg(short = 'a', long)]
    pub text: bool,

    /// Remove the annotations of earlier runs
    #[arg(long, conflicts_with_all = ["format", "line_number"])]
    pub strip: bool,

    #[command(flatten)]
    pub lines: LineArgs,

    #[command(flatten)]
    pub mode: ModeArgs,

    /// In CI formats, do not print the log
    #[arg(long)]
    pub no_log: bool,

    /// Print the file name in front of each line. This is the default where lines of several files
    /// are selected (--only, -v, -A, -B, -C, -m). On a terminal, the name of each of several files
    /// is a heading instead
    #[arg(short = 'H', long, overrides_with = "no_filename", conflicts_with = "strip")]
    pub with_filename: bool,

    /// Never print file names in front of lines or counts, nor as headings
    #[arg(long, overrides_with = "with_filename")]
    pub no_filename: bool,

    /// Print the line number in front of each line
    #[arg(short = 'n', long)]
    pub line_number: bool,

    /// Write each annotated input to a file of the same path under DIR
    #[arg(short, long, value_name = "DIR")]
    #[arg(value_parser = PathBufValueParser::new().try_map(output_dir))]
    pub output_dir: Option<PathBuf>,

    /// With -o, overwrite existing files, but never an input
    #[arg(long, requires = "output_dir")]
    pub force: bool,

    /// When to color: auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, global = true)]
    #[arg(hide_possible_values = true)]
    pub color: When,

    /// The language: auto (that of the locale on a terminal, English elsewhere), en, zh
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangChoice::Auto)]
    #[arg(env = VARIABLE, global = true)]
    #[arg(hide_possible_values = true)]
    pub lang: LangChoice,

    /// Whether notes are printed, which the config file can turn off
    #[arg(long, value_name = "BOOL", default_value_t = true, action = ArgAction::Set, hide = true)]
    pub notes: bool,

    #[command(flatten)]
    pub filter: FilterArgs,

    #[command(flatten)]
    pub catalogs: CatalogArgs,

    /// Print a summary of all codes to standard error at the end, as `stats` does
    #[arg(long, conflicts_with = "strip", help_heading = "Reports and gates")]
    pub summary: bool,

    #[command(flatten)]
    pub report: ReportArgs,

    #[command(flatten)]
    pub gate: GateArgs,

    #[command(flatten)]
    pub runtime: RuntimeArgs,

    /// Read the defaults of options from FILE (`imerr-annotate config path` prints the usual one)
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        overrides_with = "no_config",
        help_heading = "Config"
    )]
    pub config: Option<PathBuf>,

    /// Read no config file
    #[arg(long, global = true, overrides_with = "config", help_heading = "Config")]
    pub no_config: bool,

    /// Print the most important options
    #[arg(short = 'h', help_heading = None)]
    pub short_help: bool,

    /// Print all options
    #[arg(long, action = ArgAction::HelpLong, help_heading = None)]
    pub help: Option<bool>,

    /// Print the version
    #[arg(short = 'V', help_heading = None)]
    pub short_version: bool,

    /// Print the version, and the number and date of the codes of each system
    #[arg(long, help_heading = None)]
    pub version: bool,
}

/// Headings are bold, as in `-h`.
const STYLES: clap::builder::Styles =
    clap::builder::Styles::styled().header(AnsiStyle::new().bold()).usage(AnsiStyle::new().bold());

/// The usage of `-h` too. clap's own names two different things COMMAND.
const USAGE: &str = "\
imerr-annotate [OPTIONS] [FILE]...
       imerr-annotate [OPTIONS] -- COMMAND [ARG]...
       imerr-annotate stats|diagnose|explain|... [...]";

impl Args {
    /// Whether the help or the version is asked for.
    pub fn asks_about_program(&self) -> bool {
        self.short_help || self.short_version || self.version
    }

    /// The renderer of JSON lines.
    pub fn json(&self) -> Json {
        Json::new(self.json_fields, &self.json_key)
    }

    /// The colors of text that goes to `sink`.
    pub fn styles(&self, sink: Sink) -> Styles {
        color::styles(self.color, &self.theme, sink)
    }

    /// The command line that is parsed, with its hidden flags.
    pub fn definition() -> clap::Command {
        let mut command = with_hidden_flags(Self::command());
        let modes = options_of(&command, &["ModeArgs"]);
        command = command.mut_arg("output_dir", |arg| arg.conflicts_with_all(modes));
        // Clap would name every option of a group that conflicts, not only the one that is typed.
        let structs =
            ["LineArgs", "ModeArgs", "FilterArgs", "EntryFilterArgs", "ReportArgs", "GateArgs"];
        let options = options_of(&command, &structs);
        command = command.mut_arg("strip", |arg| arg.conflicts_with_all(options));
        let common = command.get_arguments().filter(|option| option.is_global_set());
        let hidden: Vec<Arg> = common.map(|option| option.clone().hide(true)).collect();
        command.mut_subcommands(|command| {
            let command = command.mut_subcommands(with_help);
            let command = with_examples(with_hidden_flags(with_help(command)));
            if IGNORING.contains(&command.get_name()) {
                return command.args(&hidden);
            }
            if command.get_name() == "config" {
                let is_other = |option: &&Arg| !option.get_id().as_str().ends_with("config");
                return command.args(hidden.iter().filter(is_other));
            }
            command
        })
    }

    /// Parses `words`, of which the first is the name of the program.
    pub fn parse_words(
        mut definition: clap::Command,
        words: &[OsString],
    ) -> Result<(Self, ArgMatches), clap::Error> {
        let words = &with_commas(&definition, words);
        // For `config`, the options about the config file are not rare.
        let is_config = words.get(1).is_some_and(|word| word == "config");
        if !is_config && words.iter().any(|word| word == "-h") {
            definition = for_short_help(definition);
        }
        let matches = definition.try_get_matches_from_mut(words);
        let matches = matches.map_err(|error| with_next_step(error, &definition, words))?;
        Ok((Self::from_arg_matches(&matches)?, matches))
    }

    #[cfg(test)]
    pub fn parse_typed(typed: &[&str]) -> Result<Self, clap::Error> {
        let words = ["imerr-annotate"].iter().chain(typed);
        let words: Vec<OsString> = words.map(OsString::from).collect();
        Self::parse_words(Self::definition(), &words).map(|(args, _)| args)
    }
}

/// The ids of the options in structs; derived groups have the names of their structs.
fn options_of(command: &clap::Command, structs: &[&str]) -> Vec<Id> {
    let groups = command.get_groups().filter(|group| structs.contains(&group.get_id().as_str()));
    groups.flat_map(|group| group.get_args().cloned().collect::<Vec<_>>()).collect()
}

/// Commands that accept the common options, but do not depend on them.
const IGNORING: [&str; 3] = ["new-catalog", "completions", "man"];

/// Options that the config file can set but that no value resets. `--no-NAME` does, with all values
/// of a list.
const WITH_INVERSE: [&str; 6] =
    ["catalog", "also", "prefer-system", "assume-im", "unknown", "threads"];

/// Flags of similar programs that need not do anything here: compressed files are always
/// decompressed, and no line waits in a buffer.
const IGNORED: [&str; 3] = ["search-zip", "line-buffered", "block-buffered"];

/// Options that the `-h` of a command leaves out, so that it fits one screen.
const RARE: [&str; 26] = [
    "also",
    "assume-im",
    "baseline",
    "catalog",
    "category",
    "causes",
    "color",
    "config",
    "encoding",
    "files-from",
    "json-key",
    "kind",
    "known",
    "lang",
    "max-errors",
    "min-confidence",
    "no-config",
    "prefer-system",
    "retry",
    "session-key",
    "summary",
    "tail",
    "theme",
    "threads",
    "unknown",
    "write-baseline",
];

/// The definition for `-h`, without rare options.
fn for_short_help(definition: clap::Command) -> clap::Command {
    definition.mut_args(hide_if_rare).mut_subcommands(|command| {
        let has_rare =
            command.get_arguments().any(|option| is_rare(option) && !option.is_hide_set());
        let command = command.mut_args(hide_if_rare);
        if has_rare { with_hint(command) } else { command }
    })
}

/// Says where the rare options are, in place of the examples: the short help of a command that reads
/// logs is one screen.
fn with_hint(command: clap::Command) -> clap::Command {
    command.after_help("--help prints all options.")
}

fn is_rare(option: &Arg) -> bool {
    option.get_long().is_some_and(|long| RARE.contains(&long))
}

fn hide_if_rare(option: Arg) -> Arg {
    if is_rare(&option) { option.hide(true) } else { option }
}

/// Adds the inverses of options, and to commands that read logs the flags that are accepted and
/// ignored.
fn with_hidden_flags(command: clap::Command) -> clap::Command {
    let mut flags = Vec::new();
    for option in command.get_arguments() {
        match option.get_long() {
            Some(long) if WITH_INVERSE.contains(&long) => {
                let inverse = hidden_flag(&format!("no-{long}")).overrides_with(option.get_id());
                flags.push(inverse.global(option.is_global_set()));
            }
            None if option.get_id() == "files" => flags.extend(IGNORED.map(hidden_flag)),
            _ => {}
        }
    }
    command.args(flags)
}

fn hidden_flag(long: &str) -> Arg {
    let flag = Arg::new(long.replace('-', "_")).long(long.to_string());
    let flag = if long == "search-zip" { flag.short('z') } else { flag };
    flag.action(ArgAction::SetTrue).hide(true)
}

/// Moves the name of a command in front of the options before it, where clap expects it:
/// `--color always explain 6206`.
pub fn command_first(definition: &clap::Command, mut words: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    while let Some(word) = words.get(at).and_then(|word| word.to_str()) {
        if word == "-" || !word.starts_with('-') {
            if word == "help" {
                return without_lang(words);
            }
            if definition.find_subcommand(word).is_some() {
                words[1..=at].rotate_right(1);
            }
            break;
        }
        if word == "--" {
            break;
        }
        at += if takes_next_word(definition, word) { 2 } else { 1 };
    }
    words
}

/// The words of `help` without `--lang zh`, which its parser takes for the name of a command. The
/// definition is in that language already.
fn without_lang(words: Vec<OsString>) -> Vec<OsString> {
    let is_lang = |word: &OsString| {
        let word = word.to_str().unwrap_or_default();
        <LangChoice as ValueEnum>::from_str(word, false).is_ok()
    };
    let mut kept = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word == "--lang" && words.next_if(is_lang).is_some() {
            continue;
        }
        let value = word.to_str().and_then(|word| word.strip_prefix("--lang="));
        if value.is_some_and(|value| is_lang(&value.into())) {
            continue;
        }
        kept.push(word);
    }
    kept
}

/// The words with commas in place of Chinese ones in the values of lists: `--code 6206，70001`.
fn with_commas(definition: &clap::Command, words: &[OsString]) -> Vec<OsString> {
    let mut changed = words.to_vec();
    let mut is_list = false;
    for word in &mut changed {
        let Some(text) = word.to_str() else {
            is_list = false;
            continue;
        };
        if text == "--" {
            break;
        }
        let (option, has_value) = match text.split_once('=') {
            Some((option, _)) => (option, true),
            None => (text, false),
        };
        let names_list = takes_list(definition, option);
        let is_value = is_list || names_list && has_value;
        is_list = names_list && !has_value;
        if is_value {
            *word = text.replace(['，', '、'], ",").into();
        }
    }
    changed
}

/// Whether an option of the program or of a command takes a list.
fn takes_list(definition: &clap::Command, option: &str) -> bool {
    let Some(long) = option.strip_prefix("--") else { return false };
    let is_list = |arg: &Arg| arg.get_long() == Some(long) && arg.get_value_delimiter().is_some();
    let mut commands = definition.get_subcommands().chain([definition]);
    commands.any(|command| command.get_arguments().any(is_list))
}

/// Whether the value of an option is the next word: `--format below`, `-A 3`, but not
/// `--format=below` or `-A3`.
fn takes_next_word(definition: &clap::Command, option: &str) -> bool {
    let takes_value = |arg: &Arg| arg.get_action().takes_values();
    if let Some(long) = option.strip_prefix("--") {
        let mut options = definition.get_arguments();
        return options.any(|arg| arg.get_long() == Some(long) && takes_value(arg));
    }
    for (at, short) in option.char_indices().skip(1) {
        let mut options = definition.get_arguments();
        if options.any(|arg| arg.get_short() == Some(short) && takes_value(arg)) {
            return at + short.len_utf8() == option.len();
        }
    }
    false
}

/// Adds -h and --help. The program's own -h prints another help, so commands do not inherit it.
fn with_help(command: clap::Command) -> clap::Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command.arg(help.help("Print help").help_heading(None::<&str>))
}

/// Parses a span from 1 millisecond to 1 minute.
fn poll_interval(text: &str) -> Result<Duration, String> {
    let span = text.parse::<jiff::SignedDuration>().ok().and_then(|span| span.try_into().ok());
    let limits = Duration::from_millis(1)..=Duration::from_secs(60);
    span.filter(|span| limits.contains(span))
        .ok_or_else(|| "a span from 1ms to 1m is needed, such as 500ms or 2s".to_string())
}

/// Extensions of files that programs write with `-o`.
const FILE_EXTENSIONS: [&str; 9] = ["csv", "gz", "json", "jsonl", "log", "md", "out", "txt", "xml"];

/// Refuses a name that is more likely that of a file: `-o out.log` writes one in other programs.
fn output_dir(path: PathBuf) -> Result<PathBuf, String> {
    if is_dash(&path) {
        return Err("a directory is needed; without -o, the output is standard output".into());
    }
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let has_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if has_slash || path.is_dir() || !FILE_EXTENSIONS.iter().any(|one| extension == *one) {
        return Ok(path);
    }
    Err(format!("a directory is needed; to write one file: > {}", path.display()))
}

/// Parses a count. `+3` is refused, since `tail` takes it for a line number.
pub fn number<N: FromStr>(text: &str) -> Result<N, String> {
    let number = if text.starts_with('+') { None } else { text.parse().ok() };
    number.ok_or_else(|| "a whole number from 0 on is needed, without a sign".to_string())
}

/// Examples for the help and the manual.
pub const EXAMPLES: [&str; 14] = [
    "tail -f app.log | imerr-annotate",
    "imerr-annotate -f app.log",
    "imerr-annotate -- ./app --flag",
    "imerr-annotate --only server.log client.log",
    "imerr-annotate --format below --color always app.log | less -R",
    "imerr-annotate -o annotated -g '*.log' customer/",
    "imerr-annotate --format jsonl app.log | jq 'select(.type == \"match\").remedy'",
    "imerr-annotate --format ci --fail-on error build/logs/*.log",
    "imerr-annotate stats --since 2h app.log",
    "imerr-annotate diagnose customer.zip",
    "imerr-annotate diagnose --bundle out.zip app.log",
    "imerr-annotate explain 6206",
    "imerr-annotate new-catalog my-app > my-app.toml",
    "imerr-annotate --strip annotated.log > app.log",
];

fn after_help() -> String {
    format!(
        "Examples:\n  {}\n\n\
         Names and secrets are masked only by `diagnose --bundle`.\n\
         To read a file that is named like a command, write ./explain.\n\
         Exit status: 0 on success, also if no code was found; 1 if a gate failed; 2 for a usage \
         error or a file that cannot be read or written. A COMMAND's own status is passed on \
         unless it is 0.",
        EXAMPLES.join("\n  ")
    )
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Runtime")]
pub struct RuntimeArgs {
    /// The number of threads [default: one per processor]
    #[arg(short = 'j', long, value_name = "NUM")]
    #[arg(value_parser = threads)]
    pub threads: Option<usize>,
}

const MAX_THREADS: usize = 256;

fn threads(text: &str) -> Result<usize, String> {
    let threads = number(text).ok().filter(|threads| (1..=MAX_THREADS).contains(threads));
    threads.ok_or_else(|| format!("a whole number from 1 to {MAX_THREADS} is needed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_goes_in_front_of_the_options_before_it() {
        let rows = [
            ("--color always explain 6206", "explain --color always 6206"),
            ("--severity error stats a.log", "stats --severity error a.log"),
            ("--color=always explain 6206", "explain --color=always 6206"),
            ("-nA 3 stats", "stats -nA 3"),
            ("-A3 stats", "stats -A3"),
            ("explain 6206", "explain 6206"),
            ("--lang zh help stats", "help stats"),
            ("--lang=zh help", "help"),
            ("help stats --lang zh", "help stats"),
            ("help --lang en stats", "help stats"),
            ("help --lang stats", "help --lang stats"),
            ("a.log stats", "a.log stats"),
            ("--format stats a.log", "--format stats a.log"),
            ("- stats", "- stats"),
            ("-- stats", "-- stats"),
            ("-n", "-n"),
            ("", ""),
        ];
        for (typed, wanted) in rows {
            let words = ["imerr-annotate"].into_iter().chain(typed.split(' '));
            let words = command_first(&Args::definition(), words.map(OsString::from).collect());
            let words: Vec<_> = words[1..].iter().filter_map(|word| word.to_str()).collect();
            assert_eq!(words.join(" "), wanted, "{typed}");
        }
    }

    #[test]
    fn lists_may_have_chinese_commas() {
        let rows = [
            ("--code 6206，70001、5 a，b", "--code 6206,70001,5 a，b"),
            ("list --system=sdk、web", "list --system=sdk,web"),
            ("--fail-on error，6206", "--fail-on error,6206"),
            ("stats --severity =info，fatal", "stats --severity =info,fatal"),
            ("--json-key a，b", "--json-key a，b"),
            ("-- app --code 1，2", "-- app --code 1，2"),
            ("search 群，解散", "search 群，解散"),
        ];
        for (typed, wanted) in rows {
            let words: Vec<OsString> = typed.split(' ').map(OsString::from).collect();
            let words = with_commas(&Args::definition(), &words);
            let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
            assert_eq!(words.join(" "), wanted, "{typed}");
        }
    }

    #[test]
    fn clap_accepts_the_definition() {
        Args::definition().debug_assert();
    }

    #[test]
    fn a_usage_error_suggests_what_to_do() {
        let rows: [(&[&str], &str); 9] = [
            (&["a", "--", "b"], "'[FILE]...' cannot be used with '[COMMAND] [ARG]...'"),
            (
                &["--files-from", "a", "--", "b"],
                "'--files-from <FILE>' cannot be used with '[COMMAND] [ARG]...'",
            ),
            (&["-r", "--", "b"], "'--recursive' cannot be used with '[COMMAND] [ARG]...'"),
            (
                &["-o", "a", "--", "b"],
                "'--output-dir <DIR>' cannot be used with '[COMMAND] [ARG]...'",
            ),
            (&["-f", "--", "a"], "'--follow' cannot be used with '[COMMAND] [ARG]...'"),
            (&["--output-dir", "x", "--count", "a"], "cannot be used with '--count'"),
            (
                &["--strip", "--only"],
                "cannot be used with '--only'\n\n  tip: use only one of them\n",
            ),
            (&["--strip", "--only", "--count"], "tip: use only one of them\n"),
            (&["--follow", "--output-dir", "x", "a"], "tip: use only one of them\n"),
        ];
        for (typed, wanted) in rows {
            let message =
                Args::parse_typed(typed).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(wanted), "{typed:?}: {message}");
        }
        let message = Args::parse_typed(&["--zebra"])
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(!message.is_empty() && !message.contains("'-- --zebra'"), "{message}");
    }
}
