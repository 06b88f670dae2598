//! Settings of the environment: `IMERR_ANNOTATE_MIN_CONFIDENCE=low`.

use std::ffi::OsString;
use std::path::PathBuf;

use super::check::check;
use super::key::Key;
use super::keys::{Keys, NoKey, TABLES};
use super::setting::{Origin, Setting, Trouble, Value};

const PREFIX: &str = "IMERR_ANNOTATE_";
/// Names the file of settings.
const CONFIG: &str = "CONFIG";
/// Leaves files of settings unread.
const NO_CONFIG: &str = "NO_CONFIG";

/// The variables that are meant for this program, without those that are empty; sorted by their names.
#[derive(Debug, Default)]
pub struct Variables(Vec<(String, OsString)>);

impl Variables {
    /// Those of the environment.
    pub fn given() -> Self {
        let named = |(name, value): (OsString, OsString)| {
            Some((name.to_str()?.strip_prefix(PREFIX)?.to_string(), value))
        };
        let mut all: Vec<_> =
            std::env::vars_os().filter_map(named).filter(|(_, value)| !value.is_empty()).collect();
        all.sort();
        Self(all)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The file that is read in place of those that are looked for.
    pub fn config(&self) -> Option<PathBuf> {
        self.get(CONFIG).map(PathBuf::from)
    }

    /// Whether no file is to be read.
    pub fn no_config(&self) -> bool {
        self.get(NO_CONFIG).and_then(|value| truth(value.to_str()?)).unwrap_or(false)
    }

    fn get(&self, wanted: &str) -> Option<&OsString> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }

    /// The settings that they hold, and all that is wrong with their values.
    pub fn settings(&self, keys: &Keys) -> (Vec<Setting>, Vec<Trouble>) {
        let (mut settings, mut troubles) = (Vec::new(), Vec::new());
        if let Some(wrong) = self.get(NO_CONFIG).and_then(|value| flag(value).err()) {
            troubles.push(origin(NO_CONFIG).trouble(wrong));
        }
        for (name, value) in self.named() {
            let Ok((table, key)) = found(name, keys) else { continue };
            match setting(table, key, value, origin(name)) {
                Ok(setting) => settings.push(setting),
                Err(wrong) => troubles.push(origin(name).trouble(wrong)),
            }
        }
        (settings, troubles)
    }

    /// What is to be said of those that are no settings. They may be somebody else's, of an installer or a job, so nothing is wrong.
    pub fn strangers(&self, keys: &Keys) -> Vec<Trouble> {
        self.named()
            .filter_map(|(name, _)| Some(origin(name).trouble(found(name, keys).err()?)))
            .collect()
    }

    /// Those that are named like settings.
    fn named(&self) -> impl Iterator<Item = (&str, &OsString)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .filter(|(name, _)| ![CONFIG, NO_CONFIG].contains(name))
    }
}

fn origin(name: &str) -> Origin {
    Origin::Variable(format!("{PREFIX}{name}"))
}

fn setting(
    table: Option<&'static str>,
    key: Key,
    value: &OsString,
    origin: Origin,
) -> Result<Setting, String> {
    let value = match key.is_flag() {
        true => Value::Flag(flag(value)?),
        false => Value::Texts(match value.to_str() {
            Some(text) => key.split(text).into_iter().map(OsString::from).collect(),
            None => vec![value.clone()],
        }),
    };
    if let Value::Texts(texts) = &value {
        texts.iter().try_for_each(|text| check(key, text))?;
    }
    Ok(Setting { table, key: key.name().to_string(), args: key.args(&value), value, origin })
}

/// The setting that a variable stands for: `STATS_FORMAT` is `format` in the table `stats`. The error says why it is none.
fn found<'c>(name: &str, keys: &Keys<'c>) -> Result<(Option<&'static str>, Key<'c>), String> {
    let key = name.replace('_', "-").to_ascii_lowercase();
    let of_table = |table: &'static str| {
        Some((table, key.strip_prefix(table)?.strip_prefix('-')?.to_string()))
    };
    let (table, key) = match TABLES.into_iter().find_map(of_table) {
        Some((table, key)) => (Some(table), key),
        None => (None, key),
    };
    let variable = |key: &str| {
        let parts = [table, Some(key)].into_iter().flatten().collect::<Vec<_>>();
        format!("{PREFIX}{}", parts.join("_").replace('-', "_").to_ascii_uppercase())
    };
    match keys.find(table, &key) {
        Ok(found) if variable(found.name()) == format!("{PREFIX}{name}") => Ok((table, found)),
        Ok(found) => {
            Err(format!("is ignored, being no setting; did you mean {}?", variable(found.name())))
        }
        Err(NoKey::Unknown(Some(near))) => {
            Err(format!("is ignored, being no setting; did you mean {}?", variable(&near)))
        }
        Err(NoKey::Unknown(None)) => {
            Err("is ignored, being no setting; 'imerr-annotate config show' lists those"
                .to_string())
        }
        Err(NoKey::Refused(reason)) => {
            Err(format!("is ignored, since --{key} is no setting: it {reason}"))
        }
        Err(NoKey::Inverse(positive)) => {
            Err(format!("is ignored; it is written {}=0", variable(&positive)))
        }
    }
}

fn flag(value: &OsString) -> Result<bool, String> {
    let wrong = || format!("'{}' is none of 1, 0, true, false, yes, no", value.to_string_lossy());
    value.to_str().and_then(truth).ok_or_else(wrong)
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Some(true),
        "0" | "false" | "no" => Some(false),
        _ => None,
    }
}
