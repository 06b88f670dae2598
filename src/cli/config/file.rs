//! Finding the config file, reading it, and reporting what is wrong with it.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use imerr::catalog::nearest;
use imerr::custom::Span;
use imerr::input::describe;

use super::defaults::{Defaults, KEYS};
use crate::args::ConfigFileArgs;
use crate::excerpt::excerpt;
use crate::messages;

/// Names the config file where `--config` does not.
const VARIABLE: &str = "IMERR_ANNOTATE_CONFIG";

/// A path, and whether the user named it, so that the file must exist.
pub struct ConfigPath {
    pub path: PathBuf,
    is_named: bool,
}

/// The file to read: that of `--config`, else that of the variable, else the user's. None with
/// `--no-config`, or if there is no home directory.
pub fn path(args: &ConfigFileArgs) -> Option<ConfigPath> {
    if args.no_config {
        return None;
    }
    let variable = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = args.config.clone().or(variable) {
        return Some(ConfigPath { path, is_named: true });
    }
    let path = config_home()?.join("imerr-annotate").join("config.toml");
    Some(ConfigPath { path, is_named: false })
}

/// The directory for config files, from the environment alone, so that an empty environment reads
/// no file.
fn config_home() -> Option<PathBuf> {
    if cfg!(windows) {
        return absolute_variable("APPDATA");
    }
    absolute_variable("XDG_CONFIG_HOME")
        .or_else(|| Some(absolute_variable("HOME")?.join(".config")))
}

/// A relative path in such a variable is invalid and ignored, as the XDG specification demands.
fn absolute_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// A config file whose syntax and values are valid.
pub struct ConfigFile {
    name: String,
    pub text: String,
    pub defaults: Defaults,
}

impl ConfigFile {
    /// Reads the file. None if it does not exist and was not named by the user.
    pub fn read(at: &ConfigPath) -> Result<Option<Self>, Problem> {
        let name = at.path.display().to_string();
        let bytes = match fs::read(&at.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !at.is_named => {
                return Ok(None);
            }
            Err(error) => return Err(Problem::of_file(name, describe(&error))),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(Problem::of_file(name, "not valid UTF-8".to_string()));
        };
        let mut defaults: Defaults = match toml::from_str(&text) {
            Ok(defaults) => defaults,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let what = match error.message() {
                    message if message.starts_with("unknown field") => {
                        unknown_key(text.get(span.clone()).unwrap_or_default())
                    }
                    message => message.to_string(),
                };
                return Err(Problem::at(&name, &text, span, what));
            }
        };
        defaults.resolve_paths(at.path.parent().unwrap_or(Path::new("")));
        Ok(Some(Self { name, text, defaults }))
    }

    /// Reports that the catalogs or rules named in this file, if any are in use, are what cannot be
    /// loaded.
    pub fn blame_catalogs(&self) {
        for (key, paths) in [("catalog", &self.defaults.catalog), ("rules", &self.defaults.rules)] {
            if let Some(paths) = paths {
                self.report(paths.span(), format!("{key}: cannot be loaded, see above"));
            }
        }
    }

    /// Reports that the system of `prefer` is unknown. False if its value is not from this file.
    pub fn blame_prefer(&self, what: &str) -> bool {
        let Some(prefer) = &self.defaults.prefer else { return false };
        self.report(prefer.span(), format!("prefer: {what}"));
        true
    }

    fn report(&self, span: Range<usize>, what: String) {
        Problem::at(&self.name, &self.text, span, what).report();
    }
}

fn unknown_key(key: &str) -> String {
    let key = key.trim_matches(['"', '\'']);
    match nearest(key, KEYS) {
        Some(near) => format!("unknown key '{key}'; did you mean '{near}'?"),
        None => format!("unknown key '{key}'; known keys are {}", KEYS.join(", ")),
    }
}

/// What is wrong with a config file.
pub struct Problem {
    /// The name of the file, with line and column if the problem has a position.
    subject: String,
    what: String,
    excerpt: Option<String>,
}

impl Problem {
    fn of_file(subject: String, what: String) -> Self {
        Self { subject, what, excerpt: None }
    }

    fn at(name: &str, text: &str, span: Range<usize>, what: String) -> Self {
        let span = Span::of(text, span);
        let subject = format!("{name}:{}:{}", span.line, span.column);
        Self { subject, what, excerpt: excerpt(text.as_bytes(), span) }
    }

    /// Writes it to standard error.
    pub fn report(&self) {
        messages::error(&self.subject, &self.what);
        if let Some(excerpt) = &self.excerpt {
            messages::quote(excerpt);
        }
    }
}
