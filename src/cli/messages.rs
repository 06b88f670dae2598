//! Messages on standard error, next to the lines that a child process writes there.
//!
//! Each begins with its level, as clap's usage errors do.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, OnceLock};

use imerr::catalog::Lang;
use imerr::lock::lock;
use imerr::terminal::{self, Role, Styles};

use super::color::{self, Sink, When};
use super::error::Error;
use super::lang::LangChoice;
use super::language::{self, Messages};
use super::{progress, system};

/// What a message means for the run, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// An input failed, or the run.
    Error,
    /// The result may lack something.
    Warning,
    /// The result is complete.
    Note,
}

impl Level {
    /// The label of a message in `lang`, and what separates it from the message. It looks like a
    /// code of the severity that is nearest.
    pub fn label(self, lang: Lang) -> String {
        let label = self.plain_label(lang);
        let name = label.trim_end();
        let role = match self {
            Self::Error => Role::Error,
            Self::Warning => Role::Warning,
            Self::Note => Role::Info,
        };
        format!("{}{}", styles().paint(role, name), &label[name.len()..])
    }

    /// The label without a style.
    fn plain_label(self, lang: Lang) -> String {
        let name = language::of(lang).level(self);
        // A full-width colon has its own blank.
        let blank = if name.is_ascii() { " " } else { "" };
        format!("{name}{blank}")
    }
}

/// Prints an error, and the excerpt of a file below it.
pub fn print(error: &Error) {
    print_as(Level::Error, error);
    for line in error.excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
        write_line(&sanitize(line));
    }
}

/// Prints an error of a part of the run as a message of this level.
pub fn print_as(level: Level, error: &Error) {
    let error = error.clone().localized();
    let (text, hint) = error.divided();
    message(level, error.lang, &text);
    if let Some(hint) = hint.filter(|_| is_printed(level)) {
        let label = language::of(error.lang).tip_label();
        let label = format!("  {label}");
        write_text(&label, terminal::width(&label), &sanitize(hint));
    }
}

/// Prints a message in the language of standard error, with a list below it.
pub fn say_list(level: Level, text: impl Display, items: &[String]) {
    say(level, text);
    for item in items.iter().filter(|_| is_printed(level)) {
        write_text("  ", 2, &sanitize(item));
    }
}

/// Prints a message in the language of standard error.
pub fn say(level: Level, text: impl Display) {
    message(level, lang(), text);
}

/// Prints an error that is written in English.
pub fn error(text: impl Display) {
    print_as(Level::Error, &Error::of_cause(text.to_string()));
}

/// Prints a warning that is written in English.
pub fn warning(text: impl Display) {
    print_as(Level::Warning, &Error::of_cause(text.to_string()));
}

/// Prints a note that is written in English.
pub fn note(text: impl Display) {
    print_as(Level::Note, &Error::of_cause(text.to_string()));
}

/// The last level that is printed.
static PRINTED: OnceLock<Level> = OnceLock::new();

/// Leaves out messages below this level, for a reader that takes them for output, or for a person
/// who knows them.
pub fn print_from(level: Level) {
    // It is set once, before any other message.
    let _ = PRINTED.set(level);
}

fn is_printed(level: Level) -> bool {
    PRINTED.get().is_none_or(|last| level <= *last)
}

fn message(level: Level, lang: Lang, text: impl Display) {
    if !is_printed(level) {
        return;
    }
    let columns = terminal::width(&level.plain_label(lang));
    write_text(&level.label(lang), columns, &sanitize(&text.to_string()));
}

static LANG: OnceLock<Lang> = OnceLock::new();

/// Sets the value of `--lang`, from the command line, the environment or the config file.
pub fn set_lang(choice: LangChoice) {
    // It is set once, before any other message.
    let _ = LANG.set(choice.on(Sink::Stderr));
}

/// The language of standard error. Until the value of `--lang` is set, the command line is searched
/// for it.
pub fn lang() -> Lang {
    let choice = || LangChoice::of_words(std::env::args_os());
    *LANG.get_or_init(|| choice().on(Sink::Stderr))
}

/// The messages in the language of standard error.
pub fn words() -> &'static dyn Messages {
    language::of(lang())
}

static STYLES: OnceLock<Styles> = OnceLock::new();

/// Sets the styles of labels, which `--color` and `--theme` choose on the command line or in the
/// config file.
pub fn set_styles(styles: Styles) {
    // They are set once, before any other message.
    let _ = STYLES.set(styles);
}

/// The styles of labels. Until they are set, the command line is searched for the options: an error
/// may be about that line or the config file.
fn styles() -> &'static Styles {
    STYLES.get_or_init(|| {
        let words = || std::env::args_os();
        color::styles(When::color_of_words(words()), &color::theme_of_words(words()), Sink::Stderr)
    })
}

/// Prints that the system refused a thread, so that the run goes on with `started` threads.
pub fn threads_refused(started: usize, error: &io::Error) {
    let threads = if started == 1 { "1 thread".to_string() } else { format!("{started} threads") };
    let cause = imerr::input::describe(error);
    note(format_args!("cannot start more threads: {cause}; going on with {threads}"));
}

/// Replaces control characters and CI commands in `text`, since a file name may contain them.
pub fn sanitize(text: &str) -> String {
    terminal::neutralize_ci_commands(&terminal::replace_unsafe(text))
}

/// The indent of rows that continue a text, in addition to that of its label.
const INDENT: usize = 2;
/// The least columns of a terminal for which texts are wrapped.
const MIN_COLUMNS: usize = 20;

/// Prints `text` after a label of `columns`: in one line, or wrapped at words if standard error is a
/// terminal.
fn write_text(label: &str, columns: usize, text: &str) {
    let rows = match Sink::Stderr.columns().filter(|width| *width >= MIN_COLUMNS) {
        Some(width) => rows(label, columns, text, width),
        None => format!("{label}{text}"),
    };
    write_line(&rows);
}

/// The rows of a text in `width` columns. A longer word, such as a path, stays whole.
fn rows(label: &str, columns: usize, text: &str, width: usize) -> String {
    let text = text.trim_start();
    let beside = width.saturating_sub(columns);
    let Some(first) = terminal::wrap(text, beside).first().copied() else {
        return label.to_string();
    };
    let label_indent = label.len() - label.trim_start_matches(' ').len();
    let indent = INDENT + label_indent;
    let mut rows = format!("{label}{first}");
    for row in terminal::wrap(text[first.len()..].trim_start(), width - indent) {
        rows += &format!("\n{}{row}", " ".repeat(indent));
    }
    rows
}

fn write_line(line: &str) {
    // One write per line: other threads and programs may write to the same terminal or file. An
    // error is ignored, since there is no other place to report it.
    let _ = document(&format!("{line}\n"));
}

/// Writes a document for people as it is. If the last line of a child is unterminated, or that of
/// standard output on the same terminal, ends it first.
pub fn document(text: &str) -> io::Result<()> {
    let mut is_line_open = lock_stderr();
    let is_stdout_line_open = progress::is_stdout_line_open() && is_on_terminal_of_stdout();
    let separator = if *is_line_open || is_stdout_line_open { "\n" } else { "" };
    *is_line_open = false;
    if is_stdout_line_open {
        progress::close_stdout_line();
    }
    progress::suspend(|| system::stderr().write_all(format!("{separator}{text}").as_bytes()))
}

fn is_on_terminal_of_stdout() -> bool {
    Sink::Stderr.is_terminal() && color::stdout_is_stderr()
}

/// Whether the last line on standard error has no line end yet. A thread that writes there keeps it
/// locked, so that lines stay whole.
static IS_LINE_OPEN: Mutex<bool> = Mutex::new(false);

pub fn lock_stderr() -> MutexGuard<'static, bool> {
    lock(&IS_LINE_OPEN)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn rows_end_at_words() {
        let long = "/var/log/a-name-that-has-no-room-in-a-row.log";
        let table: [(&str, &str, &str); 7] = [
            ("note: ", "one two", "note: one two"),
            (
                "note: ",
                "put TZ=Asia/Shanghai in front",
                "note: put\n  TZ=Asia/Shanghai\n  in front",
            ),
            ("note: ", "fourteen chars now", "note: fourteen chars\n  now"),
            ("  tip: ", "use --format json for all", "  tip: use --format\n    json for all"),
            (
                "提示：",
                "日志的时间没有日期，按当天计算",
                "提示：日志的时间没有\n  日期，按当天计算",
            ),
            ("note: ", long, &format!("note: {long}")),
            ("note: ", "", "note: "),
        ];
        for (label, text, wanted) in table {
            assert_eq!(rows(label, imerr::terminal::width(label), text, 20), wanted);
        }
    }
}
