//! What was typed, as far as it can be read without the settings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};

use super::key::Key;
use super::setting::Setting;
use crate::args::{Args, with_next_step};
use crate::run_config;

/// Settings that write where nothing is to be written.
const LOUD: [&str; 2] = ["summary", "progress"];

/// What was typed.
#[derive(Debug)]
pub struct Typed {
    raw: Vec<OsString>,
    matches: ArgMatches,
    /// That it is not whole. A setting may give what is missing.
    missing: Option<clap::Error>,
}

impl Typed {
    /// Reads arguments, the name of the program first. The error tells what no setting can mend, or asks for help or the version.
    pub fn read(raw: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let raw: Vec<OsString> = raw.into_iter().collect();
        let (matches, missing) = match Args::definition().try_get_matches_from(&raw) {
            Ok(matches) => (matches, None),
            Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => {
                (Args::definition().ignore_errors(true).try_get_matches_from(&raw)?, Some(error))
            }
            Err(error) => return Err(with_next_step(error)),
        };
        Ok(Self { raw, matches, missing })
    }

    /// The command, if it is one of those behind the name of the program.
    pub fn command(&self) -> Option<&str> {
        self.matches.subcommand_name()
    }

    /// The values that were typed for an option of the command; None if neither it nor its inverse was typed.
    pub fn values(&self, key: Key) -> Option<Vec<OsString>> {
        let matches = self.of_command();
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let is_any = is_typed(key.option.get_id().as_str())
            || key.inverse.is_some_and(|option| is_typed(option.get_id().as_str()));
        let values = || {
            matches
                .get_raw(key.option.get_id().as_str())
                .into_iter()
                .flatten()
                .map(OsString::from)
                .collect()
        };
        is_any.then(values)
    }

    /// Whether a setting has to give way to what was typed, though both could be typed: quiet is quiet, unless the same person wants
    /// it otherwise.
    pub fn silences(&self, key: Key) -> bool {
        LOUD.contains(&key.name()) && self.matches.get_flag("quiet")
    }

    /// Whether only the program itself is asked about.
    pub fn is_about_program(&self) -> bool {
        self.matches.get_flag("short_help") || self.matches.get_flag("version")
    }

    /// The file of `--config`.
    pub fn config(&self) -> Option<PathBuf> {
        self.of_command().get_one::<PathBuf>("config").cloned()
    }

    /// `--no-config`
    pub fn no_config(&self) -> bool {
        self.of_command().get_one("no_config").copied().unwrap_or(false)
    }

    /// The arguments without settings. Does not read them once more: most runs have none, and start as quickly as they can.
    pub fn alone(self) -> Result<Args, clap::Error> {
        match self.missing {
            Some(error) => Err(error),
            None => Args::from_arg_matches(&self.matches).and_then(run_config::checked),
        }
    }

    /// The arguments with `settings` in front of what was typed.
    pub fn parse<'s>(
        &self,
        settings: impl IntoIterator<Item = &'s Setting>,
    ) -> Result<Args, clap::Error> {
        // A command comes before all options.
        let names = 1 + usize::from(self.command().is_some());
        let (names, typed) = self.raw.split_at(names.min(self.raw.len()));
        let set = settings.into_iter().flat_map(|setting| &setting.args);
        Args::typed(names.iter().chain(set).chain(typed)).and_then(run_config::checked)
    }

    fn of_command(&self) -> &ArgMatches {
        self.matches.subcommand().map_or(&self.matches, |(_, matches)| matches)
    }
}
