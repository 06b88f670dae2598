//! The file of option defaults.
//!
//! One TOML file, chosen by the user, sets defaults for long options. The command line is parsed
//! once, without the file; then a default fills in wherever nothing was typed. Nothing in the file
//! can switch a gate off: filters, gates and baselines are not keys, and no file is looked for in
//! the current directory, which may hold anyone's files.

mod defaults;
mod file;
mod show;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};
use imerr::custom::Loaded;

use super::args::{Args, Command};
use super::{catalogs, exit_status, run_config};
use file::ConfigFile;
pub use show::run;

/// The parsed command line, with the defaults of the config file filled in.
pub struct CommandLine {
    pub args: Args,
    file: Option<ConfigFile>,
}

/// Why there is nothing to run.
pub enum Error {
    /// The command line is wrong, or asks for help. Not reported yet.
    Usage(Box<clap::Error>),
    /// The config file is broken. Reported already.
    Config,
}

impl From<clap::Error> for Error {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

/// Parses `words`, of which the first is the name of the program, and reads the config file if the
/// command uses it.
pub fn load(words: impl IntoIterator<Item = OsString>) -> Result<CommandLine, Error> {
    let (args, matches) = Args::parse_words(words)?;
    let mut args = run_config::checked(args)?;
    if !uses_defaults(&args) {
        return Ok(CommandLine { args, file: None });
    }
    let mut file = match file::path(&args.config).map(|path| ConfigFile::read(&path)).transpose() {
        Ok(file) => file.flatten(),
        Err(problem) => {
            problem.report();
            return Err(Error::Config);
        }
    };
    if let Some(file) = &mut file {
        file.defaults.apply(&mut args, |id| is_typed(&matches, id));
    }
    Ok(CommandLine { args, file })
}

impl CommandLine {
    /// The built-in catalogs and rules with those that the arguments add. None if they are broken,
    /// or if a name in the arguments is in none of them; that is reported.
    pub fn load_catalogs(&self) -> Option<Loaded> {
        let loaded = match catalogs::load(&self.args.catalogs) {
            Ok(loaded) => loaded,
            Err(error) => {
                error.print();
                if let Some(file) = &self.file {
                    file.blame_catalogs();
                }
                return None;
            }
        };
        let Err(wrong) = run_config::check_names(&self.args, loaded.detector.catalog()) else {
            return Some(loaded);
        };
        let is_default = wrong.option == "prefer";
        if !self.file.as_ref().is_some_and(|file| is_default && file.blame_prefer(&wrong.text)) {
            exit_status::of_usage(&Args::command().error(ErrorKind::InvalidValue, wrong));
        }
        None
    }
}

/// Whether the command uses the defaults. The others must run even if the file is broken.
fn uses_defaults(args: &Args) -> bool {
    if args.info.short_help || args.info.version {
        return false;
    }
    match &args.command {
        None => true,
        Some(
            Command::Stats(_)
            | Command::Explain(_)
            | Command::Search(_)
            | Command::List(_)
            | Command::ExplainLine(_),
        ) => true,
        Some(
            Command::Check(_)
            | Command::NewCatalog(_)
            | Command::Config(_)
            | Command::Completions(_)
            | Command::Man(_),
        ) => false,
    }
}

/// Whether the option `id`, or its inverse, was typed.
fn is_typed(matches: &ArgMatches, id: &str) -> bool {
    let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
    let inverse = format!("no_{id}");
    [id, &inverse].into_iter().any(|id| {
        matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    })
}
