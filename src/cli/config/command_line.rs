//! Parses the command line, with the config file as the defaults of options.
//!
//! It is parsed first without the file, which finds usage errors, and then with the values of the
//! file as clap's default values. So a typed option wins, and a default conflicts with no option.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};
use imerr::detect::Detector;

use super::file::{ConfigFile, OptionDefault, path};
use crate::args::{Args, Command, Format, Schema};
use crate::error::Failure;
use crate::{catalogs, run_config};

/// The parsed command line, and the config file without the defaults that it overrides.
pub struct CommandLine {
    pub args: Args,
    file: Option<ConfigFile>,
}

/// Parses `words`, of which the first is the name of the program, and reads the config file if the
/// command uses it.
pub fn load(words: impl IntoIterator<Item = OsString>) -> Result<CommandLine, Failure> {
    let words: Vec<OsString> = words.into_iter().collect();
    let (typed, matches) = Args::parse_words(Args::definition(), &words)?;
    run_config::check_conflicts(&typed)?;
    let Some(path) = path(&typed.config).filter(|_| uses_defaults(&typed)) else {
        return Ok(CommandLine { args: typed, file: None });
    };
    let Some(mut file) = ConfigFile::read(&path).map_err(|error| vec![error])? else {
        return Ok(CommandLine { args: typed, file: None });
    };
    file.defaults.retain(|default| !is_typed(&matches, default.key));
    let (mut args, _) = Args::parse_words(with_defaults(&file.defaults), &words)?;
    yield_to_typed(&mut args, &typed, is_typed(&matches, "schema"));
    Ok(CommandLine { args, file: Some(file) })
}

impl CommandLine {
    /// The detector with the catalogs and rules that the arguments add to the built-in ones.
    pub fn detector(&self) -> Result<Detector, Failure> {
        let loaded = catalogs::load(&self.args.catalogs).map_err(|mut errors| {
            for key in ["catalog", "rules"] {
                errors.extend(self.file_error(key, "cannot be loaded, see above"));
            }
            errors
        })?;
        if let Some(name) = run_config::unknown_name(&self.args, loaded.detector.catalog()) {
            let is_prefer = name.option.starts_with("--prefer");
            if let Some(error) = self.file_error("prefer", &name.cause).filter(|_| is_prefer) {
                return Err(vec![error].into());
            }
            return Err(Args::command().error(ErrorKind::InvalidValue, name).into());
        }
        catalogs::print_overrides(&loaded);
        Ok(loaded.detector)
    }

    /// The error for a key of the config file; None if its value is not in use.
    fn file_error(&self, key: &str, cause: &str) -> Option<crate::error::Error> {
        self.file.as_ref().and_then(|file| file.error(key, cause))
    }
}

/// Whether the command uses the defaults. The others must run even if the file is broken.
fn uses_defaults(args: &Args) -> bool {
    if args.info.short_help || args.info.version {
        return false;
    }
    match &args.command {
        None => true,
        Some(command) => matches!(
            command,
            Command::Stats(_)
                | Command::Explain(_)
                | Command::Search(_)
                | Command::List(_)
                | Command::ExplainLine(_)
        ),
    }
}

/// Whether the option `--KEY`, or its inverse, was typed.
fn is_typed(matches: &ArgMatches, key: &str) -> bool {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let id = key.replace('-', "_");
    [format!("no_{id}"), id].iter().any(|id| {
        matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    })
}

/// The definition of the command line with these default values.
fn with_defaults(defaults: &[OptionDefault]) -> clap::Command {
    let set = |arg: clap::Arg| {
        let default = defaults.iter().find(|default| arg.get_long() == Some(default.key));
        match default {
            Some(default) => arg.default_values(&default.values),
            None => arg,
        }
    };
    Args::definition().mut_args(set).mut_subcommands(|command| {
        // Commands have a --format with other values.
        command.mut_args(|arg| if arg.get_long() == Some("format") { arg } else { set(arg) })
    })
}

/// Drops defaults that contradict the typed options, or that would hide codes from a gate.
fn yield_to_typed(args: &mut Args, typed: &Args, is_schema_typed: bool) {
    if args.json.schema != Schema::Imerr && !args.format.writes_json_lines() {
        // A schema needs a format that writes JSON lines.
        if is_schema_typed {
            args.format = Format::Auto;
        } else {
            args.json.schema = Schema::Imerr;
        }
    }
    if args.mode.quiet {
        args.runtime.progress = typed.runtime.progress;
    }
    let (filter, gate, typed_filter) = match (&mut args.command, &typed.command) {
        (None, None) => (&mut args.filter, &args.gate, &typed.filter),
        (Some(Command::Stats(stats)), Some(Command::Stats(typed))) => {
            (&mut stats.filter, &stats.gate, &typed.filter)
        }
        _ => return,
    };
    // Unknown codes have no system, category, kind, severity or retry to select them by.
    if !filter.entries.filter().only.is_empty() {
        filter.unknown = typed_filter.unknown;
    }
    if gate.is_set() {
        filter.min_confidence = filter.min_confidence.min(typed_filter.min_confidence);
    }
}
