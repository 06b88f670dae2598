//! An option as a setting: what it takes, and what would be typed for it.

use std::ffi::OsString;

use clap::builder::ValueHint;
use clap::{Arg, ArgAction, Command};

use super::setting::Value;

/// Options that the file of the current directory cannot set, and why: who unpacks the logs of somebody else and works there
/// has not chosen what it holds.
pub const NOT_OF_PROJECT: [(&str, &str); 3] = [
    ("raw-control-chars", "lets a log command the terminal"),
    ("follow-links", "leads out of the directory"),
    ("baseline", "hides from a gate what the log shows"),
];

/// An option that is a setting.
#[derive(Clone, Copy, Debug)]
pub struct Key<'c> {
    pub option: &'c Arg,
    /// The flag that takes a flag back.
    pub inverse: Option<&'c Arg>,
}

impl<'c> Key<'c> {
    /// The option `name` of `command`, if it has one.
    pub fn of(command: &'c Command, name: &str) -> Option<Self> {
        let long =
            |name: &str| command.get_arguments().find(|option| option.get_long() == Some(name));
        let option = long(name)?;
        let inverse = || {
            long(&format!("no-{name}"))
                .or_else(|| long(&format!("no-{}", name.strip_prefix("with-")?)))
        };
        let is_flag = matches!(option.get_action(), ArgAction::SetTrue);
        Some(Self { option, inverse: if is_flag { inverse() } else { None } })
    }

    pub fn name(&self) -> &'c str {
        self.option.get_long().unwrap_or_default()
    }

    pub fn is_flag(&self) -> bool {
        matches!(self.option.get_action(), ArgAction::SetTrue)
    }

    pub fn is_list(&self) -> bool {
        matches!(self.option.get_action(), ArgAction::Append)
    }

    pub fn is_path(&self) -> bool {
        self.option.get_value_hint() == ValueHint::AnyPath
    }

    /// The values that one text stands for.
    pub fn split(&self, text: &str) -> Vec<String> {
        match self.option.get_value_delimiter().filter(|_| self.is_list()) {
            Some(delimiter) => text.split(delimiter).map(str::to_string).collect(),
            None => vec![text.to_string()],
        }
    }

    /// Why the file of the current directory cannot set it, if it cannot.
    pub fn not_of_project(&self) -> Option<&'static str> {
        NOT_OF_PROJECT.iter().find(|(name, _)| *name == self.name()).map(|(_, reason)| *reason)
    }

    /// What would have to be typed for `value`.
    pub fn args(&self, value: &Value) -> Vec<OsString> {
        let flag = |option: &Arg| option.get_long().map(|long| OsString::from(format!("--{long}")));
        match value {
            Value::Flag(true) => Vec::from_iter(flag(self.option)),
            Value::Flag(false) => Vec::from_iter(self.inverse.and_then(flag)),
            Value::Texts(texts) => texts
                .iter()
                .map(|text| {
                    let mut arg = OsString::from(format!("--{}=", self.name()));
                    arg.push(text);
                    arg
                })
                .collect(),
        }
    }
}
