//! Options for what is read: logs and catalogs.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use imerr::catalog::unknown_word;
use imerr::custom::CustomBuilder;
use imerr::input::{Encoding, Globs};
use same_file::Handle;

use super::program::number;
use crate::user_file::is_dash;

#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Files to read, in this order; of a directory or a zip or tar archive, all files in it,
    /// hidden ones too. `-` is standard input, which is also the default
    #[arg(value_name = "FILE", help_heading = None)]
    pub files: Vec<PathBuf>,

    /// With -f, follow the files that are in a directory now. Without -f, directories are always
    /// read; the default is then the current one if nothing is on standard input
    #[arg(short, long, hide = true, help_heading = "Input")]
    pub recursive: bool,

    /// In directories and archives, read only files that match GLOB, or with a leading ! that do
    /// not (repeatable, the last match decides)
    #[arg(short, long, value_name = "GLOB", help_heading = "Input")]
    #[arg(value_parser = glob)]
    pub glob: Vec<String>,

    /// Also read the files that FILE lists, one per line or as `find -print0` writes them; `-` is
    /// standard input
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub files_from: Option<PathBuf>,

    /// The encoding of the files: auto (UTF-16 with a byte order mark, and what is clearly UTF-16,
    /// GB18030 or Big5), none (bytes as they are), or a name such as gb18030
    #[arg(long, value_name = "ENCODING", default_value = "auto", help_heading = "Input")]
    pub encoding: Encoding,

    /// Start NUM lines before the end of each file, or with `all` at its beginning [default: all]
    #[arg(long, value_name = "NUM", allow_negative_numbers = true, help_heading = "Input")]
    #[arg(value_parser = tail)]
    pub tail: Option<Tail>,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// At the beginning.
    All,
    /// So many lines before the end.
    Lines(u64),
}

fn tail(text: &str) -> Result<Tail, String> {
    if text == "all" {
        return Ok(Tail::All);
    }
    number(text).map(Tail::Lines).map_err(|error| format!("{error}, or 'all'"))
}

impl InputArgs {
    /// Whether no file is named, so that the log is standard input.
    pub fn reads_stdin(&self) -> bool {
        self.files.is_empty() && self.files_from.is_none() && !self.reads_current_directory()
    }

    /// Whether no file is named, and the log is in the current directory, as for `rg`: `-r` with
    /// nothing on standard input.
    pub fn reads_current_directory(&self) -> bool {
        self.recursive && self.files.is_empty() && self.files_from.is_none() && !stdin_has_log()
    }

    /// Whether standard input is the list of files.
    pub fn list_is_stdin(&self) -> bool {
        self.files_from.as_deref().is_some_and(is_dash)
    }
}

/// Whether a file or a pipe is standard input, and neither a terminal nor `/dev/null`.
fn stdin_has_log() -> bool {
    let is_null = || Some(Handle::stdin().ok()? == Handle::from_path("/dev/null").ok()?);
    !io::stdin().is_terminal() && is_null() != Some(true)
}

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Custom codes")]
pub struct CatalogArgs {
    /// Add the codes and rules in a file, or in all *.toml files of a directory; they override
    /// built-in ones (repeatable)
    #[arg(long, value_name = "FILE|DIR", global = true)]
    pub catalog: Vec<PathBuf>,

    /// The names of optional catalogs.
    #[arg(long, value_name = "LIST", value_delimiter = ',', global = true)]
    #[arg(value_parser = optional_catalog)]
    #[arg(help = format!("Add the codes of another product: {}", optional_catalogs()))]
    pub also: Vec<String>,

    /// The typed options that `explain` needs to know the same codes, as a shell reads them.
    #[arg(skip)]
    pub explain_options: String,
}

fn optional_catalogs() -> String {
    CustomBuilder::optional().collect::<Vec<_>>().join(", ")
}

fn optional_catalog(name: &str) -> Result<String, String> {
    if CustomBuilder::optional().any(|one| one == name) {
        Ok(name.to_string())
    } else {
        Err(unknown_word(name, &CustomBuilder::optional().collect::<Vec<_>>()))
    }
}

fn glob(text: &str) -> Result<String, String> {
    Globs::new(&[text.to_string()]).map(|_| text.to_string())
}
