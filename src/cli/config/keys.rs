//! Which options are settings: all that the command line knows, but for a few, each for a reason.

use clap::{Arg, ArgAction, Command};
use imerr::catalog::nearest;

use super::key::Key;
use super::setting::Setting;

/// The commands that have settings of their own, below a table of their name.
pub const TABLES: [&str; 1] = ["stats"];

const TASK: &str = "says what one run is for";
const WRITES: &str = "writes files";
const IDLE: &str = "changes nothing";
const READS: &str = "says what one run reads";

/// Options that are no settings, and why.
const REFUSED: [(&str, &str); 24] = [
    ("strip", TASK),
    ("count", TASK),
    ("files-with-matches", TASK),
    ("files-without-match", TASK),
    ("quiet", TASK),
    ("invert-match", TASK),
    ("max-count", TASK),
    ("follow", TASK),
    ("tail", READS),
    ("since", READS),
    ("until", READS),
    ("files-from", READS),
    ("null", READS),
    ("output", WRITES),
    ("force", WRITES),
    ("report", WRITES),
    ("write-baseline", WRITES),
    ("config", "says where settings are"),
    ("no-config", "says where settings are"),
    ("search-zip", IDLE),
    ("line-buffered", IDLE),
    ("block-buffered", IDLE),
    ("help", TASK),
    ("version", TASK),
];

/// Settings that a command has for itself, though it takes the same values, and the command: the numbers that a summary holds are
/// what it prints anyway.
const APART: [(&str, &str); 1] = [("stats", "summary")];

/// The options of a command line.
pub struct Keys<'c>(&'c Command);

/// Why a name is no setting.
#[derive(Debug, PartialEq, Eq)]
pub enum NoKey {
    /// No option is called so; one with such a name may be meant.
    Unknown(Option<String>),
    /// It is an option, but this says why it is no setting.
    Refused(&'static str),
    /// It takes back this flag, which is the setting.
    Inverse(String),
}

impl<'c> Keys<'c> {
    /// The options of `command`, which is built.
    pub fn of(command: &'c Command) -> Self {
        Self(command)
    }

    /// The setting `name` of all commands, or that of the command `table` alone.
    pub fn find(&self, table: Option<&str>, name: &str) -> Result<Key<'c>, NoKey> {
        if let Some(key) = self.all(table).find(|key| key.name() == name) {
            return Ok(key);
        }
        let command = self.command(table);
        let refused = REFUSED
            .iter()
            .find(|(refused, _)| *refused == name)
            .map(|(_, reason)| NoKey::Refused(reason));
        let inverse =
            || Key::of(command, name).and_then(|_| positive(command, name)).map(NoKey::Inverse);
        let unknown = || {
            let names: Vec<&str> = self.all(table).map(|key| key.name()).collect();
            NoKey::Unknown(nearest(name, names).map(str::to_string))
        };
        Err(refused.or_else(inverse).unwrap_or_else(unknown))
    }

    /// All settings of all commands, or those of the command `table`, in the order of the help.
    pub fn all(&self, table: Option<&str>) -> impl Iterator<Item = Key<'c>> {
        let command = self.command(table);
        let names = command.get_arguments().filter_map(|option| Some((option.get_long()?, option)));
        names.filter_map(move |(name, option)| {
            let is_setting = REFUSED.iter().all(|(refused, _)| *refused != name)
                && positive(command, name).is_none();
            let has_value = matches!(
                option.get_action(),
                ArgAction::Set | ArgAction::Append | ArgAction::SetTrue
            );
            if is_setting && has_value { Key::of(command, name) } else { None }
        })
    }

    /// The option of the command `name`, or of a run without a command, that `setting` is about. None if it is not for that one.
    pub fn of_command(&self, setting: &Setting, name: Option<&str>) -> Option<Key<'c>> {
        let key = Key::of(self.command(name), &setting.key)?;
        let is_meant = match setting.table {
            Some(table) => name == Some(table),
            // A list of codes shows all of them, whichever count in logs.
            None if name == Some("list") => key.option.is_global_set(),
            None => self.is_common(name, key),
        };
        is_meant.then_some(key)
    }

    /// Whether the settings of all commands hold for an option of the command `name`.
    pub fn is_common(&self, name: Option<&str>, key: Key) -> bool {
        let at_section_start =
            APART.iter().any(|&(command, option)| name == Some(command) && key.name() == option);
        !at_section_start
            && self.find(None, key.name()).is_ok_and(|common| is_shared(key.option, common.option))
    }

    fn command(&self, name: Option<&str>) -> &'c Command {
        name.and_then(|name| self.0.find_subcommand(name)).unwrap_or(self.0)
    }
}

/// The name of the flag that `no-...` takes back, by which the setting goes.
fn positive(command: &Command, name: &str) -> Option<String> {
    let rest = name.strip_prefix("no-")?;
    [rest.to_string(), format!("with-{rest}")]
        .into_iter()
        .find(|name| Key::of(command, name).is_some())
}

/// Whether two options of one name take the same values, so that one setting is for both.
fn is_shared(one: &Arg, other: &Arg) -> bool {
    let values = |option: &Arg| -> Vec<String> {
        option.get_possible_values().iter().map(|value| value.get_name().to_string()).collect()
    };
    values(one) == values(other)
}

#[cfg(test)]
mod tests {
    use super::super::key::NOT_OF_PROJECT;
    use super::*;
    use crate::args::Args;

    /// What is a setting. A new option belongs here, or above among those that are none: may it hold for all runs? Then: may
    /// the file of a directory that somebody else wrote set it?
    const SETTINGS: &str = "recursive glob follow-links encoding poll format schema json-key repeat theme hyperlink raw-control-chars only \
                            before-context after-context context line-number passthru with-filename color min-confidence \
                            unknown prefer system category kind severity retry code exclude-code exclude-system exclude-category \
                            exclude-kind exclude-severity exclude-retry catalog rules with summary fail-on fail-on-code fail-on-unknown max-errors baseline threads progress";

    #[test]
    fn every_option_is_a_setting_or_refused_for_a_reason() {
        let mut command = Args::definition();
        command.build();
        let keys = Keys::of(&command);
        let found: Vec<&str> = keys.all(None).map(|key| key.name()).collect();
        let settings: Vec<&str> = SETTINGS.split_whitespace().collect();
        for name in &found {
            assert!(settings.contains(name), "--{name} is new: is it a setting?");
        }
        for name in settings.iter().chain(NOT_OF_PROJECT.iter().map(|(name, _)| name)) {
            assert!(found.contains(name), "--{name} is no setting");
        }
        for (name, _) in REFUSED {
            assert!(Key::of(&command, name).is_some(), "there is no --{name} to refuse");
        }
        for table in TABLES {
            for key in keys.all(Some(table)) {
                assert!(
                    found.contains(&key.name()),
                    "{table} has a setting of its own, --{}",
                    key.name()
                );
            }
        }
    }

    #[test]
    fn a_name_that_is_no_setting_is_told_why() {
        let mut command = Args::definition();
        command.build();
        let keys = Keys::of(&command);
        let near = |name: &str| NoKey::Unknown(Some(name.to_string()));
        let rows = [
            (None, "min_confidence", near("min-confidence")),
            (None, "formt", near("format")),
            (None, "zebra-stripes", NoKey::Unknown(None)),
            (None, "count", NoKey::Refused(TASK)),
            (None, "no-filename", NoKey::Inverse("with-filename".to_string())),
            (Some("stats"), "them", NoKey::Unknown(None)),
            (Some("stats"), "formt", near("format")),
        ];
        for (table, name, wanted) in rows {
            assert_eq!(keys.find(table, name).err(), Some(wanted), "{table:?} {name}");
        }
    }
}
