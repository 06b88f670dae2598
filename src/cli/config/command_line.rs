//! Parses the command line, with the config file as the defaults of options.
//!
//! It is parsed first without the file, which finds usage errors, and then with the values of the
//! file as clap's default values. So a typed option wins, and a default conflicts with no option.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::ArgMatches;
use clap::parser::ValueSource;
use imerr::catalog::{Catalog, Entry, Lang, nearest, unknown_word};
use imerr::custom::Loaded;
use imerr::detect::Detector;
use imerr::format::LogSchema;

use super::file::{ConfigFile, OptionDefault};
use crate::args::{
    self, Args, Choice, CodeArg, Command, DiagnosisFormat, DocumentKind, EntryFilterArgs, Format,
    LookupFormat, value_error,
};
use crate::color::Sink;
use crate::error::{Error, Failure};
use crate::lang::LangChoice;
use crate::{catalogs, inputs, language, run_config};

/// The parsed command line, and the config file without the defaults that it overrides.
pub struct CommandLine {
    pub args: Args,
    file: Option<ConfigFile>,
}

/// The error for FILEs that are something else. A file that is followed may appear later, so `-f`
/// needs another one that is there: `tail -f app.log`.
fn wrong_guess(args: &Args) -> Option<Error> {
    let files = match &args.command {
        None if args.follow && !args.input.files.iter().any(|path| path.exists()) => return None,
        None => &args.input.files,
        Some(Command::Stats(stats)) => &stats.input.files,
        Some(Command::Diagnose(diagnose)) => &diagnose.input.files,
        Some(_) => return None,
    };
    inputs::wrong_guess(files)
}

impl CommandLine {
    /// Parses `words`, of which the first is the name of the program, and reads the config file if
    /// the command uses it.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let definition = Args::definition();
        let words: Vec<OsString> = words.into_iter().collect();
        let lang = LangChoice::of_words(words.iter().cloned()).on(Sink::Stdout);
        let words = args::command_first(&definition, words);
        let definition = args::translated(definition, language::of(lang));
        let (mut typed, matches) = Args::parse_words(definition, &words)?;
        run_config::check_conflicts(&typed)?;
        if let Some(error) = wrong_guess(&typed) {
            return Err(vec![error].into());
        }
        let file = if uses_defaults(&typed) { ConfigFile::read(&typed) } else { Ok(None) };
        let Some(mut file) = file? else {
            typed.catalogs.explain_options = explain_options(&typed, None);
            return Ok(Self { args: typed, file: None });
        };
        file.defaults.retain(|default| !is_typed(&matches, default.key));
        let (mut args, _) = Args::parse_words(with_defaults(&file.defaults), &words)?;
        yield_to_typed(&mut args, &typed, is_typed(&matches, "json-fields"));
        args.catalogs.explain_options = explain_options(&typed, Some(&file));
        Ok(Self { args, file: Some(file) })
    }

    /// The detector with the catalogs and rules that the arguments add to the built-in ones.
    pub fn detector(&self) -> Result<Detector, Failure> {
        Ok(self.loaded()?.detector)
    }

    /// The same with the causes of a diagnosis.
    pub fn loaded(&self) -> Result<Loaded, Failure> {
        let causes = match &self.args.command {
            Some(Command::Diagnose(diagnose)) => &diagnose.causes[..],
            _ => &[],
        };
        let loaded = catalogs::load(&self.args.catalogs, causes, self.lang());
        let loaded = loaded.map_err(|mut errors| {
            errors.extend(self.file_error("catalog", "cannot be loaded, see above"));
            errors
        })?;
        self.check_names(loaded.detector.catalog())?;
        catalogs::print_overrides(&loaded);
        Ok(loaded)
    }

    /// The language of the output. Formats that programs read are in English unless the user chose
    /// a language.
    pub fn lang(&self) -> Lang {
        let is_for_people = match &self.args.command {
            None => self.args.format.is_for_people() && self.args.output_dir.is_none(),
            Some(Command::Stats(stats)) => {
                matches!(stats.format, DocumentKind::Table | DocumentKind::Markdown)
            }
            Some(Command::Diagnose(diagnose)) => diagnose.format != DiagnosisFormat::Json,
            Some(Command::Mcp(_)) => false,
            Some(
                Command::Explain { lookup, .. }
                | Command::Search { lookup, .. }
                | Command::List { lookup, .. },
            ) => lookup.format == LookupFormat::Text,
            Some(Command::Export(_)) => false,
            Some(_) => true,
        };
        self.args.lang.on(if is_for_people { Sink::Stdout } else { Sink::File })
    }

    /// Refuses a system or category in the arguments that no entry of `catalog` has.
    fn check_names(&self, catalog: &Catalog) -> Result<(), Failure> {
        self.check_code_names(catalog)?;
        let none = EntryFilterArgs::default();
        let (prefer, entries) = match &self.args.command {
            None => (&self.args.filter.prefer_system, &self.args.filter.entries),
            Some(Command::Stats(stats)) => {
                (&stats.run.filter.prefer_system, &stats.run.filter.entries)
            }
            Some(Command::Diagnose(one)) => {
                (&one.run.filter.prefer_system, &one.run.filter.entries)
            }
            Some(
                Command::Explain { lookup, .. }
                | Command::Search { lookup, .. }
                | Command::List { lookup },
            ) => (&None, &lookup.entries),
            Some(Command::Export(export)) => (&None, &export.entries),
            Some(Command::ExplainLine(lines)) => (&lines.prefer_system, &none),
            Some(_) => return Ok(()),
        };
        if prefer.is_none() && entries.system.is_empty() && entries.category.is_empty() {
            return Ok(());
        }
        let all = catalog.entries();
        let systems: BTreeSet<&str> = all.iter().map(|entry| entry.system.as_ref()).collect();
        let categories: BTreeSet<&str> = all.iter().map(|entry| entry.category.as_ref()).collect();
        let rows = [
            ("--prefer-system <SYSTEM>", prefer.iter().cloned().collect(), &systems),
            ("--system <LIST>", Choice::values(&entries.system), &systems),
            ("--category <LIST>", Choice::values(&entries.category), &categories),
        ];
        for (option, names, known) in rows {
            for name in names {
                // `server/group`, as categories are printed.
                let is_category = option.contains("category")
                    && all.iter().any(|entry| entry.is_in_category(&name));
                if !is_category && !known.contains(name.as_str()) {
                    let pairs = pairs_like(&name, all);
                    let pairs = pairs.iter().map(String::as_str);
                    let known: Vec<&str> = known.iter().copied().chain(pairs).collect();
                    return Err(self.unknown_name(option, &name, &known));
                }
            }
        }
        Ok(())
    }

    /// Refuses a name of a code that no entry of `catalog` has.
    fn check_code_names(&self, catalog: &Catalog) -> Result<(), Failure> {
        let (entries, gate_codes) = match &self.args.command {
            None => (&self.args.filter.entries, self.args.gate.codes()),
            Some(Command::Stats(stats)) => (&stats.run.filter.entries, stats.run.gate.codes()),
            Some(Command::Diagnose(one)) => (&one.run.filter.entries, one.run.gate.codes()),
            Some(
                Command::Explain { lookup, .. }
                | Command::Search { lookup, .. }
                | Command::List { lookup },
            ) => (&lookup.entries, Vec::new()),
            Some(Command::Export(export)) => (&export.entries, Vec::new()),
            Some(_) => return Ok(()),
        };
        let rows =
            [("--code <LIST>", Choice::values(&entries.code)), ("--fail-on <LIST>", gate_codes)];
        for (option, codes) in rows {
            for code in codes {
                let CodeArg::Name(name) = code else { continue };
                let capitals = name.to_ascii_uppercase();
                if catalog.ids_for_name(capitals.as_bytes()).next().is_some() {
                    continue;
                }
                let near = catalog.similar_names(&name, 1);
                let near = near.first().map(|(near, _)| format!("; did you mean '{near}'?"));
                let cause = format!(
                    "no code has this name, and it is neither a code nor a range such as \
                     70001-70020{}",
                    near.unwrap_or_default()
                );
                return Err(value_error(option, &name, &cause).into());
            }
        }
        Ok(())
    }

    fn unknown_name(&self, option: &str, name: &str, known: &[&str]) -> Failure {
        let cause = match nearest(name, known.iter().copied()) {
            Some(_) => unknown_word(name, known),
            // There are too many to name them all.
            None if option.starts_with("--category") => {
                format!("'{name}' is unknown; 'imerr-annotate list' shows the categories")
            }
            None => unknown_word(name, known),
        };
        let in_file = self.file_error("prefer-system", &cause);
        if let Some(error) = in_file.filter(|_| option.starts_with("--prefer-system")) {
            return vec![error].into();
        }
        value_error(option, name, &cause).into()
    }

    /// The error for a key of the config file; None if its value is not in use.
    fn file_error(&self, key: &str, cause: &str) -> Option<Error> {
        self.file.as_ref().and_then(|file| file.error(key, cause))
    }
}

/// The typed options that `explain` needs to know the same codes, as a shell reads them, with a
/// blank behind them. It finds the config file of all commands itself.
fn explain_options(typed: &Args, file: Option<&ConfigFile>) -> String {
    let mut words = Vec::new();
    let adds_codes = |file: &ConfigFile| {
        file.defaults.iter().any(|default| matches!(default.key, "catalog" | "also"))
    };
    if let Some(path) = typed.config.as_ref().filter(|_| file.is_some_and(adds_codes)) {
        words.extend(["--config".to_string(), path.display().to_string()]);
    }
    for path in &typed.catalogs.catalog {
        words.extend(["--catalog".to_string(), path.display().to_string()]);
    }
    for name in &typed.catalogs.also {
        words.extend(["--also".to_string(), name.clone()]);
    }
    match shlex::try_join(words.iter().map(String::as_str)) {
        Ok(options) if !options.is_empty() => options + " ",
        _ => String::new(),
    }
}

/// The categories in the form of `name`, if that is `server/group`.
fn pairs_like(name: &str, entries: &[Entry]) -> BTreeSet<String> {
    if !name.contains('/') {
        return BTreeSet::new();
    }
    entries.iter().map(|entry| format!("{}/{}", entry.system, entry.category)).collect()
}

/// Whether the command uses the defaults. The others must run even if the file is broken.
fn uses_defaults(args: &Args) -> bool {
    if args.asks_about_program() {
        return false;
    }
    use Command::{Diagnose, Explain, ExplainLine, List, Mcp, Search, Stats};
    if let Some(Mcp(mcp)) = &args.command {
        return !mcp.skill;
    }
    matches!(
        args.command,
        None | Some(
            Stats(_) | Diagnose(_) | Explain { .. } | Search { .. } | List { .. } | ExplainLine(_)
        )
    )
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
    Args::definition().mut_args(|arg| with_default(arg, defaults)).mut_subcommands(|command| {
        command.mut_args(|arg| {
            // Commands have a --format with other values.
            if arg.get_long() == Some("format") { arg } else { with_default(arg, defaults) }
        })
    })
}

fn with_default(arg: clap::Arg, defaults: &[OptionDefault]) -> clap::Arg {
    match defaults.iter().find(|default| arg.get_long() == Some(default.key)) {
        Some(default) => arg.default_values(&default.values),
        None => arg,
    }
}

/// Drops defaults that contradict the typed options, or that would hide codes from a gate.
fn yield_to_typed(args: &mut Args, typed: &Args, are_fields_typed: bool) {
    if args.json_fields != LogSchema::Imerr && !args.format.writes_json_lines() {
        // A schema needs a format that writes JSON lines.
        if are_fields_typed {
            args.format = Format::Auto;
        } else {
            args.json_fields = LogSchema::Imerr;
        }
    }
    let (filter, gate, typed_filter) = match (&mut args.command, &typed.command) {
        (None, None) => (&mut args.filter, &args.gate, &typed.filter),
        (Some(Command::Stats(stats)), Some(Command::Stats(typed))) => {
            (&mut stats.run.filter, &stats.run.gate, &typed.run.filter)
        }
        (Some(Command::Diagnose(one)), Some(Command::Diagnose(typed))) => {
            (&mut one.run.filter, &one.run.gate, &typed.run.filter)
        }
        _ => return,
    };
    // Unknown codes have no system, category, kind, severity, retry or status to select them by.
    if !filter.entries.traits().0.is_empty() {
        filter.unknown = typed_filter.unknown;
    }
    if gate.is_set() {
        filter.min_confidence = filter.min_confidence.min(typed_filter.min_confidence);
    }
}
