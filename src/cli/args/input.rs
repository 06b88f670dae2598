//! Options for inputs.

use std::path::PathBuf;

use imerr::input::Encoding;

use super::number;
use crate::inputs::{is_dash, overrides};

/// The inputs, and how they are read.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Files to read, in this order; `-` is standard input, which is also the default
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub walk: WalkArgs,

    /// The encoding of the files: auto (UTF-16 if there is a byte order mark), none (bytes as they
    /// are), or a label such as gb18030
    #[arg(long, value_name = "LABEL", default_value = "auto", help_heading = "Input")]
    pub encoding: Encoding,

    /// Read only the last N lines of each file; with -f, also what is appended later
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = number::<u64>, help_heading = "Input")]
    pub tail: Option<u64>,
}

/// How directories and lists become files to read.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Files")]
pub struct WalkArgs {
    /// If a FILE is a directory, read all files in it, including hidden ones
    #[arg(short, long)]
    pub recursive: bool,

    /// With -r, read only files that match GLOB, or with a leading ! that do not (repeatable, the
    /// last match decides)
    #[arg(long, value_name = "GLOB", requires = "recursive", value_parser = glob)]
    pub glob: Vec<String>,

    /// With -r, follow symbolic links
    #[arg(long, requires = "recursive")]
    pub follow_links: bool,

    /// Also read the files listed in LIST, one per line; `-` is standard input
    #[arg(long, value_name = "LIST")]
    pub files_from: Option<PathBuf>,

    /// Names in LIST end with NUL bytes, as `find -print0` writes them
    #[arg(long, requires = "files_from")]
    pub null: bool,
}

impl WalkArgs {
    /// Whether standard input is the list of files.
    pub fn list_is_stdin(&self) -> bool {
        self.files_from.as_deref().is_some_and(is_dash)
    }
}

fn glob(text: &str) -> Result<String, String> {
    overrides(&[text.to_string()]).map(|_| text.to_string())
}
