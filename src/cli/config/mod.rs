//! Settings: options that hold without being typed, from files and variables of the environment.
//!
//! A setting is an option that takes its place in front of those that were typed, so that it is read, checked and explained as they
//! are, and there is one list of options. From the weakest to the strongest: the user's file, that of the current directory (or, in
//! place of both, the one of `--config`), variables, and what was typed. The strongest source that has a setting replaces what
//! others say of it; nothing is added up. [`keys`] tells which options are settings, [`fit`] what gives way to what.

mod check;
mod file;
mod fit;
mod key;
mod keys;
mod merge;
mod places;
mod setting;
mod show;
mod theme;
mod typed;
mod variables;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};
use imerr::custom::Loaded;

use super::args::Args;
use super::{exit_status, own, run_config};
use keys::Keys;
use places::Sources;
use setting::{Setting, Trouble};
pub use show::run;
use typed::Typed;

/// Commands that settings hold for. `config` reads them on its own; the others must not fail for a broken file.
const COMMANDS: [&str; 5] = ["stats", "explain", "search", "list", "explain-line"];

/// The arguments with all settings among them.
#[derive(Debug)]
pub struct Settled {
    pub args: Args,
    settings: Vec<Setting>,
}

/// Why there are no arguments to go by.
#[derive(Debug)]
pub enum Refused {
    /// What was typed is wrong, or asks for help.
    Usage(Box<clap::Error>),
    /// Settings are wrong; that is reported.
    Settings,
}

/// What was typed, the name of the program first, with the settings that hold beside it.
pub fn settle(raw: impl IntoIterator<Item = OsString>) -> Result<Settled, Refused> {
    let typed = Typed::read(raw)?;
    let is_read = typed.command().is_none_or(|command| COMMANDS.contains(&command))
        && !typed.is_about_program();
    let sources = if is_read { Sources::of(&typed) } else { Sources::default() };
    sources.tell_strangers();
    settled(typed, &sources)
}

/// What was typed with the settings of `sources` that hold beside it.
fn settled(typed: Typed, sources: &Sources) -> Result<Settled, Refused> {
    if sources.is_empty() {
        return Ok(Settled { args: typed.alone()?, settings: Vec::new() });
    }
    let settings = held(&typed, sources)?;
    Ok(Settled { args: typed.parse(&settings)?, settings })
}

impl Settled {
    /// What a run goes by. None if catalogs or rules are broken, or none of them knows a name; that is reported.
    pub fn knowledge(&self) -> Option<Loaded> {
        let Some(knowledge) = own::load(&self.args.catalogs) else {
            // Whoever did not type the name looks for it in vain.
            for option in ["catalog", "rules"] {
                self.tell(option, "what is named here cannot be used, as told above");
            }
            return None;
        };
        match run_config::check_names(&self.args, knowledge.detector.catalog()) {
            Ok(()) => Some(knowledge),
            Err(wrong) => {
                if !self.tell(wrong.option, &wrong.text) {
                    exit_status::of_usage(&Args::command().error(ErrorKind::InvalidValue, wrong));
                }
                None
            }
        }
    }

    /// Says on standard error what is wrong with `option` if a setting is to blame; returns whether one is.
    fn tell(&self, option: &str, what: &str) -> bool {
        let setting = self.settings.iter().find(|setting| setting.key == option);
        setting.map(|setting| setting.origin.trouble(format!("{option}: {what}")).tell()).is_some()
    }
}

fn held(typed: &Typed, sources: &Sources) -> Result<Vec<Setting>, Vec<Trouble>> {
    let command = definition();
    let keys = Keys::of(&command);
    let levels = sources.settings(&keys)?;
    let levels = merge::merged(&levels, &keys, typed.command(), |key| {
        typed.values(key).is_some() || typed.silences(key)
    });
    fit::fit(typed, levels)
}

/// The command line, with what its commands share known to each.
fn definition() -> Command {
    let mut command = Args::definition();
    command.build();
    command
}

fn tell(troubles: &[Trouble]) {
    troubles.iter().for_each(Trouble::tell);
}

impl From<clap::Error> for Refused {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

impl From<Vec<Trouble>> for Refused {
    fn from(troubles: Vec<Trouble>) -> Self {
        tell(&troubles);
        Self::Settings
    }
}
