//! Checking a value as the command line would.

use std::error::Error;
use std::ffi::{OsStr, OsString};

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use super::key::Key;

/// What is wrong with `value` as the value, or one of the values, of `key`, if anything is.
pub fn check(key: Key, value: &OsStr) -> Result<(), String> {
    // Alone: what the option goes together with, or not, is not for this.
    let parser: ValueParser = key.option.get_value_parser().clone();
    let option = Arg::new("value").long("value").action(ArgAction::Set).value_parser(parser);
    let command = Command::new("setting").no_binary_name(true).disable_help_flag(true).arg(option);
    let mut typed = OsString::from("--value=");
    typed.push(value);
    command
        .try_get_matches_from([typed])
        .map(drop)
        .map_err(|error| told(&error, &value.to_string_lossy()))
}

/// The error without the name of the option.
fn told(error: &clap::Error, value: &str) -> String {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let (choices, near) = (texts(ContextKind::ValidValue), texts(ContextKind::SuggestedValue));
    let meant = near.first().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
    match (error.kind(), error.source()) {
        (ErrorKind::InvalidUtf8, _) => "is not UTF-8".to_string(),
        _ if !choices.is_empty() => format!("'{value}' is none of {}{meant}", choices.join(", ")),
        _ if value.is_empty() => "is empty".to_string(),
        (_, Some(source)) if source.to_string().contains(value) => source.to_string(),
        (_, Some(source)) => format!("'{value}': {source}"),
        (_, None) => format!("'{value}' is no value for it"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Keys;
    use super::*;
    use crate::args::Args;

    #[test]
    fn an_error_names_the_value_and_the_choices() {
        let mut command = Args::definition();
        command.build();
        let keys = Keys::of(&command);
        let rows = [
            ("format", "below", ""),
            ("format", "belo", "'belo' is none of auto, append, below, inline,"),
            ("format", "belo", "; did you mean 'below'?"),
            ("min-confidence", "lo", "'lo' is none of low, medium, high"),
            ("threads", "2", ""),
            ("threads", "0", "0 is not in 1..=256"),
            ("max-errors", "many", "'many': a whole number from 0 on is needed"),
            ("code", "-10009--10001", ""),
            ("code", "x", "'x' is no code"),
            ("json-key", "", "is empty"),
            ("catalog", "", "is empty"),
            ("baseline", "x", ""),
            ("with", "zebra", "no optional catalog is called 'zebra'"),
        ];
        for (name, value, wanted) in rows {
            let key = keys.find(None, name).unwrap_or_else(|_| panic!("{name} is a setting"));
            let told = check(key, value.as_ref()).err().unwrap_or_default();
            assert_eq!(
                (told.contains(wanted), told.is_empty()),
                (true, wanted.is_empty()),
                "{name} = {value}: {told}"
            );
        }
    }
}
