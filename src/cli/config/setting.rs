//! A setting, where it comes from, and what is told of it.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use imerr::custom::Span;

use crate::excerpt::excerpt;
use crate::messages;

/// A file with settings.
#[derive(Debug)]
pub struct File {
    /// As it is told.
    pub name: String,
    pub text: String,
    /// What relative paths in it count from.
    pub folder: PathBuf,
    /// Whether it is read because it lies in the current directory, whoever put it there.
    pub is_project: bool,
}

impl File {
    /// The path that `text` in it means: `~/` is the home directory, as a shell has it for what is typed. None where nobody knows
    /// that.
    pub fn path(&self, text: &str) -> Option<PathBuf> {
        match text.strip_prefix("~/") {
            Some(rest) => {
                std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(rest))
            }
            None => Some(self.folder.join(text)),
        }
    }
}

/// Where a setting comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    File(Rc<File>, Span),
    Variable(String),
}

impl Origin {
    /// What is wrong there.
    pub fn trouble(&self, text: String) -> Trouble {
        match self {
            Self::File(file, place) => Trouble {
                subject: format!("{}:{}:{}", file.name, place.line, place.column),
                text,
                excerpt: excerpt(file.text.as_bytes(), *place),
            },
            Self::Variable(name) => Trouble { subject: name.clone(), text, excerpt: None },
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file, place) => write!(f, "{}:{}", file.name, place.line),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// Something that is wrong with settings.
#[derive(Debug)]
pub struct Trouble {
    pub subject: String,
    pub text: String,
    /// The line that it is about.
    pub excerpt: Option<String>,
}

impl Trouble {
    /// Says it on standard error.
    pub fn tell(&self) {
        messages::error(&self.subject, &self.text);
        self.excerpt.iter().for_each(|excerpt| messages::quote(excerpt));
    }
}

/// What an option is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Flag(bool),
    /// One, or those of a list.
    Texts(Vec<OsString>),
}

/// An option that is set without being typed.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The command that it is for alone.
    pub table: Option<&'static str>,
    /// The long name of the option.
    pub key: String,
    pub value: Value,
    pub origin: Origin,
    /// As it would be typed.
    pub args: Vec<OsString>,
}
