//! Finds the config file, reads it, and checks its values.

use std::env;
use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, CommandFactory};
use imerr::catalog::{nearest, unknown_word};
use imerr::custom::Span;
use imerr::terminal::{padded, width, wrap};
use toml::de::{DeTable, DeValue};

use crate::args::Args;
use crate::color::{Sink, variable};
use crate::error::{Error, Failure};
use crate::exit_status::Outcome;
use crate::{lang, language, user_file};

/// The keys, which are the names of long options.
///
/// A new key must not hide codes from a gate, write files, or make the command line refuse an
/// option that is typed.
const KEYS: [&str; 17] = [
    "color",
    "lang",
    "theme",
    "hyperlink",
    "format",
    "repeated",
    "json-fields",
    "json-key",
    "catalog",
    "also",
    "prefer-system",
    "assume-im",
    "unknown",
    "min-confidence",
    "encoding",
    "threads",
    "notes",
];

/// The formats that write the log. The others are refused together with options about lines and
/// output files.
const FORMATS: [&str; 6] = ["auto", "append", "below", "inline", "json", "logfmt"];

/// The width of comments that are printed.
const COMMENT_COLUMNS: usize = 76;

/// Names the config file where `--config` does not.
const VARIABLE: &str = "IMERR_ANNOTATE_CONFIG";

/// `config`: prints the options that the file and the environment set, as lines of a config file,
/// and where each is set.
pub fn print(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let words = language::of(args.lang.on(Sink::Stdout));
    let file = ConfigFile::read(args)?;
    let mut lines: Vec<(String, String)> = Vec::new();
    let lang = variable(lang::VARIABLE);
    if let Some(file) = &file {
        let set = file.defaults.iter().filter(|one| one.key != "lang" || lang.is_none());
        lines.extend(set.map(|one| (one.line(), words.line_of_config(file.line_of(one)))));
    }
    if let Some(lang) = lang {
        lines.push((format!("lang = {lang:?}"), lang::VARIABLE.to_string()));
    }
    match (path(args), &file) {
        (Some((path, _)), Some(_)) => writeln!(out, "# {}", path.display())?,
        (Some((path, _)), None) => {
            writeln!(out, "# {}", words.no_config_file(&path.display().to_string()))?;
        }
        (None, _) => {}
    }
    if lines.is_empty() {
        for line in wrap(&words.nothing_configured(&KEYS.join(", ")), COMMENT_COLUMNS) {
            writeln!(out, "# {line}")?;
        }
    }
    let widest = lines.iter().map(|(line, _)| width(line)).max().unwrap_or(0);
    for (line, place) in lines {
        writeln!(out, "{}# {place}", padded(&line, widest + 2))?;
    }
    Ok(Outcome::Done)
}

/// `config path`: prints the path of the file, whether it exists or not.
pub fn print_path(args: &Args, out: &mut dyn Write) -> io::Result<Outcome> {
    if let Some((path, _)) = path(args) {
        writeln!(out, "{}", path.display())?;
    }
    Ok(Outcome::Done)
}

/// The file of `--config`, else that of the variable, else the user's. None with `--no-config`, or
/// if there is no home directory. Also whether the user named it, so that it must exist.
fn path(args: &Args) -> Option<(PathBuf, bool)> {
    if args.no_config {
        return None;
    }
    let variable = env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = args.config.clone().or(variable) {
        return Some((path, true));
    }
    Some((config_home()?.join("imerr-annotate").join("config.toml"), false))
}

/// The directory for config files, from the environment alone, so that an empty environment reads
/// no file.
fn config_home() -> Option<PathBuf> {
    if cfg!(windows) {
        return absolute_variable("APPDATA");
    }
    absolute_variable("XDG_CONFIG_HOME")
        .or_else(|| Some(absolute_variable("HOME")?.join(".config")))
}

/// A relative path in such a variable is invalid and ignored, as the XDG specification demands.
fn absolute_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

pub struct ConfigFile {
    path: PathBuf,
    text: String,
    pub defaults: Vec<OptionDefault>,
}

pub struct OptionDefault {
    pub key: &'static str,
    pub values: Vec<OsString>,
    /// Where they are in the text of the file.
    span: Range<usize>,
}

impl OptionDefault {
    /// The line of a config file with these values.
    fn line(&self) -> String {
        let is_bare = matches!(self.key, "threads" | "unknown" | "assume-im" | "notes");
        let mut values = Vec::new();
        for value in &self.values {
            let value = value.to_string_lossy();
            values.push(if is_bare { value.to_string() } else { format!("{value:?}") });
        }
        let values = match &values[..] {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        format!("{} = {values}", self.key)
    }
}

impl ConfigFile {
    /// Reads the file. None if it does not exist and was not named by the user. Returns an error
    /// for each of its problems.
    pub fn read(args: &Args) -> Result<Option<Self>, Vec<Error>> {
        let Some((path, is_named)) = path(args) else { return Ok(None) };
        let mut bytes = user_file::CONFIG.read_if_exists(&path).map_err(|error| vec![error])?;
        if bytes.is_none() && is_named {
            bytes = Some(user_file::CONFIG.read(&path).map_err(|error| vec![error])?);
        }
        let Some(bytes) = bytes else { return Ok(None) };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(vec![Error::of_path(&path, "not valid UTF-8")]);
        };
        match parse(&text, path.parent().unwrap_or(Path::new(""))) {
            Ok(defaults) => Ok(Some(Self { path, text, defaults })),
            Err(problems) => {
                let at = |(span, cause)| Error::at(&path, &text, span, cause);
                Err(problems.into_iter().map(at).collect())
            }
        }
    }

    /// The line of the text that sets an option.
    fn line_of(&self, default: &OptionDefault) -> usize {
        Span::of(&self.text, default.span.clone()).line
    }

    /// The error for the value of `key`, if it is set.
    pub fn error(&self, key: &str, cause: &str) -> Option<Error> {
        let default = self.defaults.iter().find(|default| default.key == key)?;
        let cause = format!("{key}: {cause}");
        Some(Error::at(&self.path, &self.text, default.span.clone(), cause))
    }
}

/// A problem of a file, with its range in the text.
type Problem = (Range<usize>, String);

/// Reads the keys of a file in `folder`, in the order of the file.
fn parse(text: &str, folder: &Path) -> Result<Vec<OptionDefault>, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = Vec::new();
    for error in errors {
        problems.push((error.span().unwrap_or(0..0), error.message().to_string()));
    }
    if !problems.is_empty() {
        // Keys after a mistake in the syntax may be in the wrong table.
        return Err(problems);
    }
    let definition = Args::command();
    let mut defaults = Vec::new();
    for (name, value) in table.get_ref() {
        let Some(key) = KEYS.into_iter().find(|key| key == name.get_ref()) else {
            problems.push((name.span(), unknown_key(name.get_ref(), &definition)));
            continue;
        };
        let option = definition.get_arguments().find(|option| option.get_long() == Some(key));
        let option = option.expect("each key is an option").clone();
        let values = texts(key, value.get_ref())
            .and_then(|texts| check(option, key, &texts).map(|()| texts));
        let values = match values {
            Ok(values) if key == "catalog" => {
                values.iter().map(|path| resolve(path, folder)).collect()
            }
            Ok(values) => values.into_iter().map(OsString::from).collect(),
            Err(cause) => {
                problems.push((value.span(), cause));
                continue;
            }
        };
        defaults.push(OptionDefault { key, values, span: value.span() });
    }
    defaults.sort_by_key(|default| default.span.start);
    problems.sort_by_key(|(span, _)| span.start);
    if problems.is_empty() { Ok(defaults) } else { Err(problems) }
}

fn unknown_key(key: &str, definition: &clap::Command) -> String {
    if definition.get_arguments().any(|option| option.get_long() == Some(key)) {
        return format!("'{key}' cannot be set in a config file; use --{key}");
    }
    match nearest(key, KEYS) {
        Some(near) => format!("unknown key '{key}'; did you mean '{near}'?"),
        None => format!("unknown key '{key}'; known keys are {}", KEYS.join(", ")),
    }
}

fn texts(key: &str, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    match (key, value) {
        ("threads", DeValue::Integer(number)) => Ok(vec![number.to_string()]),
        ("threads", _) => Err("must be a number".to_string()),
        ("unknown" | "assume-im" | "notes", DeValue::Boolean(is_on)) => Ok(vec![is_on.to_string()]),
        ("unknown" | "assume-im" | "notes", _) => Err("must be true or false".to_string()),
        ("catalog" | "also", DeValue::Array(values)) => {
            let texts = values.iter().map(|value| value.get_ref().as_str().map(str::to_string));
            texts.collect::<Option<_>>().ok_or("must be a list of strings".to_string())
        }
        (_, DeValue::String(text)) => Ok(vec![text.to_string()]),
        ("catalog" | "also", _) => Err("must be a string or a list of strings".to_string()),
        _ => Err("must be a string".to_string()),
    }
}

fn check(option: Arg, key: &str, values: &[String]) -> Result<(), String> {
    // Each value is an occurrence, also that of a flag.
    let option = option.action(ArgAction::Append).num_args(1);
    let words = values.iter().map(|value| format!("--{key}={value}"));
    let parsed = clap::Command::new("config").no_binary_name(true).arg(option);
    parsed.try_get_matches_from(words).map_err(|error| cause(&error))?;
    if key == "format" && !values.iter().all(|value| FORMATS.contains(&value.as_str())) {
        let formats = FORMATS.join(", ");
        return Err(format!("only a format that keeps the log can be a default: {formats}"));
    }
    Ok(())
}

/// The cause of a value that clap refuses, without the name of the option.
fn cause(error: &clap::Error) -> String {
    if let Some(source) = error.source() {
        return source.to_string();
    }
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let value = context(ContextKind::InvalidValue);
    if value.is_empty() {
        return "must not be empty".to_string();
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(valid)) => {
            let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
            unknown_word(&value, &valid)
        }
        _ => error.to_string(),
    }
}

/// A path relative to `folder`, the directory of the config file. `~/` is the home directory.
fn resolve(path: &str, folder: &Path) -> OsString {
    let resolved = match (Path::new(path).strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => folder.join(path),
    };
    resolved.into_os_string()
}
