//! What is read, and how.

use std::path::PathBuf;

use imerr::input::Encoding;

use super::number;
use crate::inputs::{is_dash, overrides};

/// What is read.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Files to read, in this order; `-` or none is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub walk: WalkArgs,

    /// The encoding of the files: auto (UTF-16 where a byte order mark tells so), none (bytes as they are), or a label such as gb18030
    #[arg(long, value_name = "LABEL", default_value = "auto", help_heading = "Input")]
    pub encoding: Encoding,

    /// Read only the last N lines of each file; with -f, and what comes behind them
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = number::<u64>, help_heading = "Input")]
    pub tail: Option<u64>,
}

/// How FILEs are turned into inputs.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Which files")]
pub struct WalkArgs {
    /// Read all files in a FILE that is a directory, hidden ones too
    #[arg(short, long)]
    pub recursive: bool,

    /// With -r, only files that match; with a leading ! only files that do not (repeatable, the last match decides)
    #[arg(long, value_name = "GLOB", requires = "recursive", value_parser = glob)]
    pub glob: Vec<String>,

    /// With -r, follow symbolic links
    #[arg(long, requires = "recursive")]
    pub follow_links: bool,

    /// Read also the files that LIST names, one a line; `-` is standard input
    #[arg(long, value_name = "LIST")]
    pub files_from: Option<PathBuf>,

    /// Names in the LIST end with NUL bytes, as `find -print0` writes them
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
