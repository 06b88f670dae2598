//! `config`: prints the path of the config file, and the defaults that it sets.

use std::io::Write;

use crate::args::{Args, ConfigArgs, ConfigCommand, ConfigFileArgs};
use crate::config::{self, ConfigFile, KEYS};
use crate::error::Failure;
use crate::exit_status::Outcome;

/// `show` prints every key as a line of a config file: with the value that the file sets, or
/// commented out with its built-in default.
pub fn config(
    args: &ConfigArgs,
    file: &ConfigFileArgs,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let path = config::path(file);
    if let ConfigCommand::Path = args.command {
        if let Some(at) = path {
            writeln!(out, "{}", at.path.display())?;
        }
        return Ok(Outcome::Done);
    }
    let file = match path {
        Some(path) => ConfigFile::read(&path).map_err(|error| vec![error])?,
        None => None,
    };
    let mut definition = Args::definition();
    definition.build();
    for key in KEYS {
        let default = file.iter().find_map(|file| file.value(key));
        let option = definition.get_arguments().find(|option| option.get_long() == Some(key));
        match (default, option.and_then(|option| option.get_default_values().first())) {
            (Some(value), _) => writeln!(out, "{key} = {value}")?,
            (None, Some(default)) => writeln!(out, "# {key} = \"{}\"", default.display())?,
            (None, None) => writeln!(out, "# {key}")?,
        }
    }
    Ok(Outcome::Done)
}
