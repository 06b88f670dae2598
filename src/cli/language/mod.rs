//! The messages of the program, in each language.
//!
//! A [`Messages`] that lacks one of them does not compile. Messages about values and data files are
//! written in English, as the library writes them, and translated sentence by sentence
//! ([`Messages::diagnostic`]); a sentence that is not known stays in English, with an English
//! label. Notices and errors of inputs come from [`imerr::language`].

mod chinese;
mod chinese_diagnostic;
mod chinese_help;
mod chinese_toml;
mod chinese_usage;
mod english;
mod line_score;

use chinese::Chinese;
use english::English;
use imerr::catalog::Lang;
use imerr::gate::Violation;
use imerr::input::Notice;
use imerr::report::{Bundle, ReportData};
use imerr::stats::TimesOutOfRange;
use imerr::terminal::replace_unsafe;
pub use line_score::{LineScoreWords, line_score_words};

use crate::commands::Problem;
use crate::messages::Level;

/// The messages in a language.
pub fn of(lang: Lang) -> &'static dyn Messages {
    match lang {
        Lang::En => &English,
        Lang::Zh => &Chinese,
    }
}

/// Binary files, at the end of a run.
pub struct BinaryFiles<'n> {
    pub count: u64,
    /// The name of the first.
    pub first: &'n str,
    pub are_hidden: bool,
    /// The number of codes in those that are hidden.
    pub findings: u64,
}

/// Why a run read nothing.
pub enum NothingRead<'n> {
    /// The directories and archives have no file.
    NoFile {
        paths: &'n str,
    },
    /// No file in them matches the globs.
    NoMatch {
        paths: &'n str,
    },
    EmptyFile {
        name: &'n str,
    },
    EmptyFiles {
        count: u64,
    },
}

/// Codes that no catalog knows, at the end of a run.
pub struct UnknownNote {
    pub count: usize,
    /// Whether there are more than were counted.
    pub is_lower_bound: bool,
    /// The first codes, with commas.
    pub named: String,
    /// Whether these are all.
    pub are_all_named: bool,
}

/// What the name of a missing file may have meant. With further words it is `words`.
pub enum Meant<'w> {
    Code {
        words: &'w str,
    },
    Member {
        archive: &'w str,
        member: &'w str,
    },
    Severity {
        name: &'w str,
    },
    LastLines {
        count: &'w str,
    },
    Context {
        count: &'w str,
    },
    First {
        count: &'w str,
    },
    Version,
    /// The codes are part of the program.
    Update,
    Typed {
        words: String,
    },
    Program {
        name: &'w str,
    },
    Command {
        name: String,
    },
    /// A command that is not the first word.
    LateCommand {
        name: &'w str,
    },
    File {
        name: &'w str,
    },
}

/// A search that finds no code.
pub struct NoHit {
    pub query: String,
    /// The words that no code has.
    pub missing: Vec<String>,
    /// Queries that find something, with similar words in place of these.
    pub corrected: Vec<String>,
}

/// A notice that several files have, at the end of a run.
pub struct CommonNotice<'n> {
    /// The file for which it was printed.
    pub first: &'n str,
    /// The number of the others.
    pub count: usize,
    /// The first of the others.
    pub named: &'n [String],
}

/// The numbers of a data file.
pub enum Contents {
    Entries(usize),
    Rules { rules: usize, lines: usize },
    Causes { causes: usize, samples: usize },
}

/// Why a file or directory cannot be an output.
#[derive(Clone, Copy)]
pub enum OutputProblem {
    Exists,
    NoDirectory,
    IsDirectory,
    /// A directory is in the place of an output below the directory of `-o`.
    IsDirectoryBelow,
    NotDirectory,
    /// Standard input has no path to mirror.
    NoPath,
}

/// What to do instead of a word that the command line does not accept.
#[derive(Clone, Copy)]
pub enum Tip<'w> {
    /// Codes need no pattern.
    NoPattern,
    /// Terminals get the format for people.
    Pretty,
    /// `--glob` selects files.
    Glob,
    /// Directories are read without an option.
    NoRecursion,
    /// `--files-from` reads lists that end with NUL.
    NullLists,
    /// Lines are printed whole.
    WholeLines,
    /// `stats` counts by all that it knows.
    AllCounts,
    /// It is so without the option.
    Default,
    /// A rotated file is followed by its name.
    FollowsNames,
    /// No pager is started.
    NoPager,
    /// Another option or command, as it is typed.
    Use(&'w str),
    /// The option is for reading logs.
    NoCommand,
    /// Only one of several options is possible.
    OnlyOne,
    /// The names of all commands, with commas.
    Commands(&'w str),
    /// A command line that does something.
    Example(&'w str),
    /// What a config file sets is changed in that file.
    ConfigFile,
    /// The config file turns notes off.
    NoNotes,
    /// The same, and what can take the place of its argument, with commas.
    ExampleOf { words: &'w str, values: &'w str },
}

/// The longest text of words that a hint repeats, in bytes.
const MAX_REPEATED: usize = 100;

/// The words of a text as a shell reads them, or a placeholder if they are many or unsafe to show.
fn shell_words(text: &str) -> String {
    let quoted = shlex::try_join(text.split_whitespace()).unwrap_or_default();
    if quoted.is_empty() || quoted.len() > MAX_REPEATED || replace_unsafe(&quoted) != quoted {
        return "WORD...".to_string();
    }
    quoted
}

/// The messages in one language. A hint stands after a cause, and has no capital.
pub trait Messages: Sync {
    /// The first word of a message, with a colon.
    fn level(&self, level: Level) -> &'static str;
    /// The text in front of a hint.
    fn before_hint(&self) -> &'static str;
    /// The text in front of a hint that has a line of its own.
    fn tip_label(&self) -> &'static str;
    /// A message about the command line that is too long for one line: it, and its hint.
    fn divided_usage(&self, message: &str) -> Option<(String, String)>;

    /// The hint for a name of a missing file that means something else.
    fn meant(&self, meant: &Meant<'_>) -> String;
    /// There is no file of this name.
    fn no_file_named(&self, name: &str) -> String;
    /// A directory cannot be followed.
    fn is_directory(&self) -> [&'static str; 2];
    /// The hint for a notice; None if there is none.
    fn notice_hint(&self, notice: Notice) -> Option<&'static str>;
    /// A file that failed is opened again.
    fn trying_again(&self) -> &'static str;
    /// An input failed, so that its output is missing.
    fn no_output_written(&self) -> &'static str;

    /// No code is in so many lines, and what to do.
    fn no_code_in_lines(&self, lines: u64) -> String;
    /// Errors about so many inputs, of which some are named, are above the log.
    fn errors_above(&self, count: usize, named: &[String]) -> String;
    /// The filters leave none of so many findings.
    fn none_passes_filters(&self, findings: u64) -> String;
    /// Nothing but so many findings of low confidence.
    fn only_guesses(&self, findings: u64) -> String;
    /// In a file, times with and without an offset disagree.
    fn mixed_zones(&self, file: &str) -> String;
    /// No code is in the time range.
    fn none_in_time_range(&self, times: &TimesOutOfRange) -> String;
    /// Some files are binary.
    fn binary_files(&self, files: &BinaryFiles<'_>) -> String;
    /// Nothing was read.
    fn nothing_read(&self, nothing: &NothingRead<'_>) -> String;
    /// Some codes are in no catalog.
    fn unknown_codes(&self, note: &UnknownNote) -> String;
    /// Other files have a notice that was printed for one.
    fn same_notice(&self, notice: &CommonNotice<'_>) -> String;
    /// The filters left out so many findings that a diagnosis may need.
    fn filters_may_hide_cause(&self, findings: u64) -> String;
    /// Files were written.
    fn files_written(&self, names: &[String]) -> String;
    /// What a baseline contains, after its name.
    fn in_baseline(&self, count: u64) -> String;
    /// Where to read more about a code, which `explain` knows with these options.
    fn more_about_code(&self, code: i64, options: &str) -> String;

    /// So many of the files are read.
    fn files_done(&self, done: usize, all: usize) -> String;
    /// So many of the bytes are read.
    fn bytes_done(&self, done: &str, all: &str) -> String;
    /// The time that is left.
    fn seconds_left(&self, seconds: u64) -> String;

    /// A condition of the gate is not met.
    fn gate(&self, violation: &Violation<'_>, data: &ReportData<'_>) -> String;
    /// A cause that fails the run was found at a place.
    fn cause_found(&self, cause: &str, place: &str) -> String;
    /// A bundle of so many bytes was written to a file.
    fn bundle_written(&self, file: &str, bytes: u64, bundle: &Bundle) -> String;
    /// A gate has nothing to check, since no file was read, and what to do.
    fn gate_read_nothing(&self) -> [&'static str; 2];
    /// A file is not written after an incomplete run.
    fn not_all_read(&self) -> &'static str;
    /// No baseline is written, as more than `count` codes were found, and what to do.
    fn baseline_of_too_many(&self, count: usize) -> [String; 2];
    /// Why a path cannot be an output, and what to do.
    fn output_problem(&self, problem: OutputProblem) -> [&'static str; 2];
    /// There is no command of this name to run.
    fn command_not_found(&self, name: &str) -> String;
    /// A file cannot be written.
    fn cannot_be_written(&self, cause: &str) -> String;

    /// No catalog has a code or name, but several that are near, which a list names.
    fn several_near(&self, wanted: &str) -> String;
    /// Why `explain` has no entry.
    fn lookup_problem(&self, problem: &Problem) -> String;
    /// Words are no code or name, but so many codes have them.
    fn found_by_words(&self, words: &str, count: usize) -> String;
    /// `search` got no words.
    fn no_words(&self) -> &'static str;
    /// The words that none of the codes has that a search found.
    fn words_left_out(&self, words: &[String]) -> String;
    /// No code has most of the words, and what to do.
    fn no_code_has(&self, search: &NoHit) -> String;
    /// The filters leave no code with these words.
    fn no_code_passes(&self, words: &str) -> String;

    /// A value of `--code` is in no catalog, and what to do.
    fn undetectable(&self, codes: &str) -> [String; 2];
    /// The value of `TZ` is not a time zone, and what to do.
    fn unknown_zone(&self, zone: &str) -> [String; 2];
    /// What follows from that for a run that only shows times.
    fn times_in_utc(&self) -> &'static str;
    /// So many further values of `--code` are in no catalog.
    fn more_undetectable(&self, count: usize) -> String;
    /// What a data file has, if it has no problem.
    fn contents(&self, contents: &Contents) -> String;
    /// An entry or rule replaces another one.
    fn replaces(&self, subject: &str, overridden: &str) -> String;
    /// So many further entries and rules are replaced.
    fn more_replaced(&self, count: usize) -> String;
    /// A sentence that is written in English; None if this language has no words for it.
    fn diagnostic(&self, message: &str) -> Option<String>;
    /// No program shows manual pages, and what to do.
    fn no_man(&self) -> &'static str;
    /// The line of the config file that sets an option.
    fn line_of_config(&self, line: usize) -> String;
    /// There is no config file at this path yet.
    fn no_config_file(&self, path: &str) -> String;
    /// No option is set. These can be.
    fn nothing_configured(&self, keys: &str) -> String;
    /// A problem of a file that there are no words for.
    fn untranslated(&self, message: &str) -> String;
    /// The heading of the numbers of entries by system.
    fn codes_and_ranges(&self, count: usize) -> String;
    /// The date of the vendor's list.
    fn as_of(&self, date: &str) -> String;
    /// So many further problems of catalogs are not shown, and what to do.
    fn more_catalog_problems(&self, count: usize) -> [String; 2];
    /// A bundle has the name of another kind of file; it could have this one.
    fn bundle_is_zip(&self, name: &str) -> [String; 2];
    /// An option that sorts or shortens needs a table, and what to do.
    fn only_table_is_shortened(&self) -> [&'static str; 2];
    /// An option that shortens needs the text of a diagnosis, and what to do.
    fn only_text_is_shortened(&self) -> [&'static str; 2];
    /// The text after the number of problems that a table leaves out.
    fn all_problems(&self) -> &'static str;
    /// What a short table leaves out, and how to see it.
    fn all_details(&self) -> &'static str;
    /// A command reads what a client of the protocol writes.
    fn waiting_for_client(&self) -> &'static str;
    /// A command reads lines that are typed.
    fn waiting_for_lines(&self) -> &'static str;
    /// A file given as a catalog or a code may be a log.
    fn may_be_log(&self, name: &str) -> String;

    /// A usage error of clap without its label; None if it is clap's own text, as in English.
    fn usage_error(&self, error: &clap::Error) -> Option<String>;
    /// What to do about a usage error.
    fn tip(&self, tip: Tip<'_>) -> String;

    /// What the program or a command does, for help texts; None if it is the text of the
    /// definition, as in English. Further paragraphs are for `--help` and the manual alone.
    fn about(&self, command: &str) -> Option<&'static str>;
    /// The help of an option with this id, in the same form.
    fn option_help(&self, command: &str, id: &str) -> Option<&'static str>;
    /// The help of a value that `command` explains.
    fn value_help(&self, command: &str, value: &str) -> Option<&'static str>;
    /// English phrases that help texts contain, and what they are in this language.
    fn help_phrases(&self) -> &'static [(&'static str, &'static str)];
    /// A heading of help texts with its colon; None if it is `heading`, as in English.
    fn help_heading(&self, heading: &str) -> Option<&'static str>;
}
