//! `config`: prints the path of the config file, and which defaults it sets.

use std::io::{self, Write};

use toml::de::DeTable;

use super::defaults::KEYS;
use super::file::{self, ConfigFile};
use crate::args::{Args, ConfigArgs, ConfigCommand, ConfigFileArgs};
use crate::exit_status::Outcome;

pub fn run(args: &ConfigArgs, file: &ConfigFileArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let path = file::path(file);
    if let ConfigCommand::Path = args.command {
        if let Some(at) = path {
            writeln!(out, "{}", at.path.display())?;
        }
        return Ok(Outcome::Done);
    }
    match path.map(|path| ConfigFile::read(&path)).transpose() {
        Ok(file) => show(file.flatten().as_ref(), out).map(|()| Outcome::Done),
        Err(problem) => {
            problem.report();
            Ok(Outcome::Failed)
        }
    }
}

/// Prints every key as a line of a config file: with the value that `file` sets, or commented out
/// with its built-in default.
fn show(file: Option<&ConfigFile>, out: &mut dyn Write) -> io::Result<()> {
    let text = file.map_or("", |file| &file.text);
    let (table, _) = DeTable::parse_recoverable(text);
    let mut definition = Args::definition();
    definition.build();
    for key in KEYS {
        if let Some(value) = table.get_ref().get(key) {
            writeln!(out, "{key} = {}", &text[value.span()])?;
            continue;
        }
        let option = definition.get_arguments().find(|option| option.get_long() == Some(key));
        match option.and_then(|option| option.get_default_values().first()) {
            Some(default) => writeln!(out, "# {key} = \"{}\"", default.to_string_lossy())?,
            None => writeln!(out, "# {key}")?,
        }
    }
    Ok(())
}
