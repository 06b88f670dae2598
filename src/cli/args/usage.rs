//! Usage errors: clap's own, with what to do next, and others that look the same.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};
use imerr::catalog::{nearest, unknown_word};

use super::report::report_option;
use super::{Args, CodeArg, is_number, severity};
use crate::inputs::is_program;
use crate::language::{Meant, Tip};
use crate::{messages, system};

/// An error about the command line that clap does not find.
pub fn usage_error(kind: ErrorKind, message: &str) -> clap::Error {
    let text = format!("{message}\n\nFor more information, try '--help'.\n");
    let mut error = clap::Error::raw(kind, text).with_cmd(&Args::command());
    error.insert(ContextKind::Custom, ContextValue::String(message.to_string()));
    error
}

/// An error about a value that clap accepts. The English text is complete; other languages have
/// their words for the context.
pub fn value_error(option: &str, value: &str, cause: &str) -> clap::Error {
    let message = format!("invalid value '{value}' for '{option}': {cause}");
    let mut error = usage_error(ErrorKind::InvalidValue, &message);
    for (kind, text) in [
        (ContextKind::InvalidArg, option),
        (ContextKind::InvalidValue, value),
        (ContextKind::Custom, cause),
    ] {
        error.insert(kind, ContextValue::String(text.to_string()));
    }
    error
}

/// Adds what to do next. Drops the usage, which has nothing that the message does not say.
pub fn with_next_step(
    mut error: clap::Error,
    definition: &Command,
    words: &[OsString],
) -> clap::Error {
    error.remove(ContextKind::Usage);
    let name = words.get(1).and_then(|word| word.to_str()).unwrap_or_default();
    let command = definition.find_subcommand(name).unwrap_or(definition);
    match error.kind() {
        ErrorKind::UnknownArgument => explain_option(&mut error, definition, command, words),
        ErrorKind::InvalidSubcommand => {
            // `help explian`, `config pth`
            let is_help = command.get_name() == "help" || !command.has_subcommands();
            explain_command(&mut error, if is_help { definition } else { command });
        }
        ErrorKind::InvalidValue => return with_near_value(error, command),
        ErrorKind::ValueValidation => add_number(&mut error),
        ErrorKind::MissingRequiredArgument => add_example(&mut error, command),
        // `--follow=name`, as of tail
        ErrorKind::TooManyValues if invalid_argument(&error) == Some("--follow") => {
            add_tip(&mut error, Tip::FollowsNames);
        }
        ErrorKind::ArgumentConflict if error.get(ContextKind::PriorArg).is_some() => {
            add_tip(&mut error, Tip::OnlyOne);
        }
        _ => {}
    }
    error
}

fn invalid_argument(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => Some(argument),
        _ => None,
    }
}

fn add_tip(error: &mut clap::Error, tip: Tip<'_>) {
    add_text(error, messages::words().tip(tip));
}

fn add_text(error: &mut clap::Error, text: String) {
    let tip = ContextValue::StyledStrs(vec![text.into()]);
    error.insert(ContextKind::Suggested, tip);
}

/// Shows the form of an option that takes a number and has the name of a file.
fn add_number(error: &mut clap::Error) {
    let option = invalid_argument(error).and_then(|option| option.strip_suffix(" <NUM>"));
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) else { return };
    if let Some(option) = option.filter(|_| Path::new(value).exists()) {
        let typed = format!("{option} 10 {value}");
        add_tip(error, Tip::Example(&typed));
    }
}

/// Command lines by the argument that they have and an error lacks.
const EXAMPLES: [(&str, &str); 7] = [
    ("<WORD>...", "imerr-annotate search expired"),
    ("<CODE|NAME|TEXT>...", "imerr-annotate explain 6206"),
    ("<SHELL>", "imerr-annotate completions bash"),
    ("<FILE>...", "imerr-annotate check-catalog my-app.toml"),
    ("<NAME>", "imerr-annotate new-catalog my-app > my-app.toml"),
    ("<FORMAT>", "imerr-annotate export csv > codes.csv"),
    ("<--fail-on <LIST>|--max-errors <NUM>>", "--fail-on error --baseline imerr-baseline.json"),
];

fn add_example(error: &mut clap::Error, command: &Command) {
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return };
    let example = EXAMPLES.iter().find(|(argument, _)| missing.iter().any(|one| one == argument));
    let Some((argument, example)) = example else { return };
    let mut positionals = command.get_positionals();
    let values = positionals.find(|one| one.to_string() == *argument);
    let values = values.map(Arg::get_possible_values).unwrap_or_default();
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    if names.is_empty() {
        add_tip(error, Tip::Example(example));
    } else {
        add_tip(error, Tip::ExampleOf { words: example, values: &names.join(", ") });
    }
}

const MASKED: &str = "imerr-annotate diagnose --bundle out.zip FILE";
const IN_ZONE: &str = "TZ=Asia/Shanghai imerr-annotate ...";

/// Options of similar programs, and what takes their place here: the first that the command has.
const OPTIONS_OF_OTHERS: &[(&str, Tip<'_>)] = &[
    ("--pretty", Tip::Pretty),
    ("--human", Tip::Pretty),
    ("-p", Tip::Pretty),
    ("-e", Tip::NoPattern),
    ("-E", Tip::NoPattern),
    ("-i", Tip::NoPattern),
    ("-P", Tip::NoPattern),
    ("-w", Tip::NoPattern),
    ("-x", Tip::NoPattern),
    ("-S", Tip::NoPattern),
    ("--regexp", Tip::NoPattern),
    ("--ignore-case", Tip::NoPattern),
    ("--grep", Tip::NoPattern),
    ("--pattern", Tip::NoPattern),
    ("--word-regexp", Tip::NoPattern),
    ("--include", Tip::Glob),
    ("--exclude", Tip::Glob),
    ("--exclude-dir", Tip::Glob),
    ("-t", Tip::Glob),
    ("--type", Tip::Glob),
    ("--follow-links", Tip::Use("find -L DIR -type f -print0 | imerr-annotate --files-from -")),
    ("-R", Tip::NoRecursion),
    ("--hidden", Tip::NoRecursion),
    ("--no-ignore", Tip::NoRecursion),
    ("-u", Tip::NoRecursion),
    ("-N", Tip::Default),
    ("--passthru", Tip::Default),
    ("--print", Tip::Default),
    ("-I", Tip::Use("--no-filename")),
    ("--files", Tip::Use("--files-with-matches")),
    ("--exec", Tip::Use("imerr-annotate -- COMMAND")),
    ("-0", Tip::NullLists),
    ("--null", Tip::NullLists),
    ("--no-color", Tip::Use("--color never")),
    ("--language", Tip::Use("--lang zh")),
    ("--level", Tip::Use("--severity error")),
    ("--log-level", Tip::Use("--severity error")),
    ("--priority", Tip::Use("--severity error")),
    ("--min-severity", Tip::Use("--severity error")),
    ("--min-level", Tip::Use("--severity error")),
    ("--filter", Tip::Use("--severity, --kind, --category, --code")),
    ("--only-matching", Tip::Use("--format jsonl")),
    ("--lines", Tip::Use("--tail NUM")),
    ("-F", Tip::FollowsNames),
    ("--watch", Tip::Use("--follow")),
    ("--no-pager", Tip::NoPager),
    ("--paging", Tip::NoPager),
    ("--pager", Tip::NoPager),
    ("--from", Tip::Use("--since TIME")),
    ("--to", Tip::Use("--until TIME")),
    ("--max-columns", Tip::WholeLines),
    ("--output", Tip::Use("> FILE")),
    ("--last", Tip::Use("--since 2h, or --tail NUM")),
    ("--range", Tip::Use("--since TIME --until TIME")),
    ("--time-range", Tip::Use("--since TIME --until TIME")),
    ("--after", Tip::Use("--since TIME")),
    ("--before", Tip::Use("--until TIME")),
    ("--today", Tip::Use("--since today")),
    ("--head", Tip::Use("head -n NUM FILE | imerr-annotate")),
    ("--timeline", Tip::Use("imerr-annotate stats")),
    ("--histogram", Tip::Use("imerr-annotate stats")),
    ("--count-matches", Tip::Use("imerr-annotate stats")),
    ("--worst", Tip::Use("imerr-annotate stats --sort severity")),
    ("--shell", Tip::Use("imerr-annotate completions bash")),
    ("--error", Tip::Use("--severity error")),
    ("--errors", Tip::Use("--severity error")),
    ("--errors-only", Tip::Use("--severity error")),
    ("--only-errors", Tip::Use("--severity error")),
    ("--warnings", Tip::Use("--severity warning")),
    ("--zh", Tip::Use("--lang zh")),
    ("--cn", Tip::Use("--lang zh")),
    ("--chinese", Tip::Use("--lang zh")),
    ("--en", Tip::Use("--lang en")),
    ("--english", Tip::Use("--lang en")),
    ("--dedup", Tip::Use("--repeated none")),
    ("--unique", Tip::Use("--repeated none")),
    ("--uniq", Tip::Use("--repeated none")),
    ("--brief", Tip::Use("--format append")),
    ("--brief", Tip::Use("--top 5")),
    ("--compact", Tip::Use("--format append")),
    ("--compact", Tip::Use("--top 5")),
    ("--short", Tip::Use("--format append")),
    ("--short", Tip::Use("--top 5")),
    ("--limit", Tip::Use("--max-count NUM")),
    ("--limit", Tip::Use("--top NUM")),
    ("--by", Tip::AllCounts),
    ("--by", Tip::Use("imerr-annotate stats")),
    ("--group-by", Tip::AllCounts),
    ("--group-by", Tip::Use("imerr-annotate stats")),
    ("--no-notes", Tip::NoNotes),
    ("--verbose", Tip::Use("--format below --repeated full")),
    ("-Z", Tip::NullLists),
    ("--schema", Tip::Use("--json-fields ecs")),
    ("--rules", Tip::Use("--catalog FILE")),
    ("--mask", Tip::Use(MASKED)),
    ("--redact", Tip::Use(MASKED)),
    ("--anonymize", Tip::Use(MASKED)),
    ("--anonymise", Tip::Use(MASKED)),
    ("--timezone", Tip::Use(IN_ZONE)),
    ("--time-zone", Tip::Use(IN_ZONE)),
    ("--tz", Tip::Use(IN_ZONE)),
    ("--fail-on-code", Tip::Use("--fail-on 6206,70001-70020")),
    ("--status", Tip::Use("imerr-annotate list --format csv")),
];

/// Replaces clap's tips, which go by the spelling alone, and one of which is to write a value after
/// `--`, where this program takes a command to run.
fn explain_option(
    error: &mut clap::Error,
    definition: &Command,
    command: &Command,
    words: &[OsString],
) {
    error.remove(ContextKind::Suggested);
    error.remove(ContextKind::SuggestedArg);
    let Some(option) = invalid_argument(error).map(str::to_string) else { return };
    if command.get_name() == "list" && !option.starts_with('-') {
        if let Ok(CodeArg::Range(codes)) = option.parse()
            && codes.is_range()
        {
            let typed = format!("imerr-annotate list --code {option}");
            return add_tip(error, Tip::Use(&typed));
        }
        if is_number(&option) || option.contains('_') {
            return add_text(error, messages::words().meant(&Meant::Code { words: &option }));
        }
        return add_tip(error, Tip::Use(&format!("imerr-annotate search {option}")));
    }
    let typed: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    if has_option(command, "--follow")
        && let Some(name) = typed.get(1)
        && is_likely_program(name)
    {
        return add_text(error, messages::words().meant(&Meant::Program { name }));
    }
    if let Some(long) = with_second_dash(&option, command, &typed) {
        return add_tip(error, Tip::Use(&long));
    }
    if reads_logs(command)
        && let Some(tip) =
            tip_for_digit(&option, command, &typed).or_else(|| tip_for_level(&option, &typed))
    {
        return add_text(error, tip);
    }
    if let Some(tip) = replacement(&option, definition, command) {
        return add_text(error, tip);
    }
    if let Some(name) = option.strip_prefix("--") {
        add_near_option(error, definition, command, name);
    }
}

/// Whether a FILE is more likely a program to run: an executable file or, if there is no such file, a
/// program in PATH.
fn is_likely_program(name: &str) -> bool {
    match fs::metadata(name) {
        Ok(metadata) => metadata.is_file() && system::is_executable(&metadata),
        Err(_) => is_program(name),
    }
}

/// Adds the option that is likely misspelled, or the format or the command.
fn add_near_option(error: &mut clap::Error, definition: &Command, command: &Command, name: &str) {
    let options = command.get_arguments().filter(|option| !option.is_hide_set());
    if let Some(near) = nearest(name, options.filter_map(Arg::get_long)) {
        let near = ContextValue::String(format!("--{near}"));
        error.insert(ContextKind::SuggestedArg, near);
        return;
    }
    let formats = formats(command);
    let near = nearest(name, formats.iter().map(String::as_str));
    if let Some(format) = near.and_then(|near| format_named(command, near)) {
        return add_tip(error, Tip::Use(&format!("--format {format}")));
    }
    let commands = definition.get_subcommands().map(Command::get_name);
    if let Some(near) = nearest(name, commands) {
        add_tip(error, Tip::Use(&format!("imerr-annotate {near}")));
    }
}

/// The option whose long name is typed after one dash, as `-help`. clap takes that for several short
/// ones, and names the first that is unknown.
fn with_second_dash(option: &str, command: &Command, typed: &[&str]) -> Option<String> {
    let short = option.strip_prefix('-').filter(|short| !short.starts_with('-'))?;
    for word in typed.iter().filter(|word| !word.starts_with("--") && word.contains(short)) {
        let name = word.split('=').next().unwrap_or(word);
        if name.len() > 2 && name.starts_with('-') && has_option(command, &format!("-{name}")) {
            return Some(format!("-{name}"));
        }
    }
    None
}

/// What takes the place of `-10003`, a code, of `-5`, the context in grep or the rows of a table,
/// and of `-50` or `-n5`, which are lines in head and tail. clap names the first digit alone.
fn tip_for_digit(option: &str, command: &Command, typed: &[&str]) -> Option<String> {
    if !is_number(option) {
        return None;
    }
    let start = option.trim_start_matches('-');
    for word in typed.iter().filter(|word| word.starts_with('-') && !word.starts_with("--")) {
        let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        // `-0` is an option of others.
        if !digits.starts_with(start) || !is_number(digits) || *word == "-0" {
            continue;
        }
        let is_code = |code| imerr::catalog::built_in().entries_for_code(code).next().is_some();
        let meant = if word.len() == 2 && has_option(command, "-C") {
            Meant::Context { count: digits }
        } else if has_option(command, "--top") && is_row_count(word) {
            Meant::First { count: digits }
        } else if word.parse().is_ok_and(is_code) {
            Meant::Code { words: word }
        } else {
            Meant::LastLines { count: digits }
        };
        return Some(messages::words().meant(&meant));
    }
    None
}

/// Whether a word that begins with a hyphen is a number of rows, such as `-5`. Longer ones are
/// codes, or lines of a log.
fn is_row_count(word: &str) -> bool {
    word.len() <= 3 && is_number(&word[1..])
}

/// What takes the place of `-l error`, which is a level in other programs.
fn tip_for_level(option: &str, typed: &[&str]) -> Option<String> {
    let place = typed.iter().position(|word| *word == option).filter(|_| option == "-l")?;
    let severity = severity(typed.get(place + 1)?).ok()?;
    Some(messages::words().meant(&Meant::Severity { name: severity.as_str() }))
}

/// What takes the place of an option that `command` does not have.
fn replacement(option: &str, definition: &Command, command: &Command) -> Option<String> {
    let mut of_others = OPTIONS_OF_OTHERS.iter().filter(|(name, _)| *name == option);
    if let Some((_, tip)) = of_others.find(|(_, tip)| applies(*tip, command)) {
        return Some(messages::words().tip(*tip));
    }
    let excluded = option.strip_prefix("--exclude-").map(|name| format!("--{name}"));
    if let Some(name) = excluded.filter(|name| has_option(command, name)) {
        return Some(messages::words().tip(Tip::Use(&format!("{name} '!VALUE'"))));
    }
    let format = option.strip_prefix("--").and_then(|name| format_named(command, name));
    if let Some(format) = format {
        return Some(messages::words().tip(Tip::Use(&format!("--format {format}"))));
    }
    if let Some(name) = option.strip_prefix("--") {
        if has_option(command, "--report")
            && let Some(report) = report_option(name)
        {
            return Some(messages::words().tip(Tip::Use(&report)));
        }
        if definition.find_subcommand(name).is_some() {
            let typed = format!("imerr-annotate {name}");
            return Some(messages::words().tip(Tip::Use(&typed)));
        }
    }
    if has_option(definition, option) {
        return Some(messages::words().tip(Tip::NoCommand));
    }
    let owner = definition.get_subcommands().find(|one| has_option(one, option))?;
    let typed = format!("imerr-annotate {} {option}", owner.get_name());
    Some(messages::words().tip(Tip::Use(&typed)))
}

/// Whether a command has what a tip names.
fn applies(tip: Tip<'_>, command: &Command) -> bool {
    match tip {
        Tip::Use(words) if words.starts_with("imerr-annotate") => true,
        Tip::Use(words) if words.starts_with('-') => has_option_with_value(command, words),
        Tip::AllCounts => has_option(command, "--by-cause"),
        Tip::FollowsNames | Tip::Pretty | Tip::NoPager | Tip::WholeLines => {
            has_option(command, "--follow")
        }
        _ => reads_logs(command),
    }
}

/// Whether a command has the first of the options in `words`, and its value if it is a format.
fn has_option_with_value(command: &Command, words: &str) -> bool {
    let mut words = words.split([' ', ',']);
    let option = words.next().unwrap_or_default();
    let value = words.next().unwrap_or_default();
    let is_format = option == "--format";
    has_option(command, option) && (!is_format || formats(command).iter().any(|one| one == value))
}

fn reads_logs(command: &Command) -> bool {
    command.get_arguments().any(|option| option.get_long() == Some("glob"))
}

/// Whether an option of a command is written so.
fn has_option(command: &Command, option: &str) -> bool {
    command.get_arguments().any(|one| match option.strip_prefix("--") {
        Some(long) => one.get_long() == Some(long),
        None => one.get_short().is_some_and(|short| format!("-{short}") == option),
    })
}

/// The names of the formats of a command.
fn formats(command: &Command) -> Vec<String> {
    let option = command.get_arguments().find(|option| option.get_long() == Some("format"));
    let formats = option.map(Arg::get_possible_values).unwrap_or_default();
    formats.iter().map(|format| format.get_name().to_string()).collect()
}

/// The format of a command that has this name, or one for each line of it.
fn format_named(command: &Command, name: &str) -> Option<String> {
    let mut wanted = [format!("{name}l"), name.to_string()].into_iter();
    wanted.find(|wanted| formats(command).iter().any(|format| format == wanted))
}

fn explain_command(error: &mut clap::Error, parent: &Command) {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return;
    };
    let names: Vec<&str> = parent.get_subcommands().map(Command::get_name).collect();
    match nearest(name, names.iter().copied()) {
        Some(near) => {
            let near = ContextValue::Strings(vec![near.to_string()]);
            error.insert(ContextKind::SuggestedSubcommand, near);
        }
        None if parent.get_name() == "config" => add_tip(error, Tip::ConfigFile),
        None => add_tip(error, Tip::Commands(&names.join(", "))),
    }
}

/// Formats of other programs, and what takes their place.
const FORMATS_OF_OTHERS: [(&str, &str); 4] = [
    ("text", "--format below"),
    ("pretty", "--format below"),
    ("short", "--format inline"),
    ("table", "imerr-annotate stats"),
];

/// What takes the place of a format that `command` does not have.
fn instead_of_format(command: &Command, value: &str) -> Option<String> {
    let of_others = FORMATS_OF_OTHERS.iter().find(|(name, _)| *name == value);
    match of_others {
        Some((_, typed)) if has_option(command, "--follow") => Some(typed.to_string()),
        _ if has_option(command, "--report") => report_option(value),
        _ => None,
    }
}

/// An error for a value that is none of a list, as for values that clap does not know.
fn with_near_value(mut error: clap::Error, command: &Command) -> clap::Error {
    use ContextKind::{InvalidArg, InvalidValue, ValidValue};
    use ContextValue::{String, Strings};
    let context = [InvalidArg, InvalidValue, ValidValue].map(|kind| error.get(kind));
    let [Some(String(option)), Some(String(value)), Some(Strings(valid))] = context else {
        return error;
    };
    if value.is_empty() {
        return error;
    }
    let (option, value, valid) = (option.clone(), value.clone(), valid.clone());
    if option.starts_with("--format")
        && let Some(typed) = instead_of_format(command, &value)
    {
        error.remove(ContextKind::SuggestedValue);
        error.remove(ContextKind::ValidValue);
        add_tip(&mut error, Tip::Use(&typed));
        return error;
    }
    let valid: Vec<&str> = valid.iter().map(|value| value.as_str()).collect();
    // A shell without completions here is not a misspelled one.
    let is_shell = option == "<SHELL>";
    if messages::words().usage_error(&error).is_some() {
        error.remove(ContextKind::SuggestedValue);
        let near = nearest(&value, valid.iter().copied()).filter(|_| !is_shell);
        if let Some(near) = near.map(|near| String(near.to_string())) {
            error.insert(ContextKind::SuggestedValue, near);
        }
        return error;
    }
    let cause = if is_shell {
        format!("there are completions for {}", valid.join(", "))
    } else {
        unknown_word(&value, &valid)
    };
    usage_error(error.kind(), &format!("invalid value '{value}' for '{option}': {cause}"))
}
