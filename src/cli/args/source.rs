//! What is read, and how.

use std::path::PathBuf;

use imerr::input::Encoding;

use super::number;
use crate::inputs::Which;

/// What is read.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// Files to read, in this order; `-` or none is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    pub which: Which,

    /// The encoding of the files: auto (UTF-16 where a byte order mark tells so), none (bytes as they are), or a label such as gb18030
    #[arg(long, value_name = "LABEL", default_value = "auto", help_heading = "Input")]
    pub encoding: Encoding,

    /// Read only the last N lines of each file; with -f, and what comes behind them
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = number::<u64>, help_heading = "Input")]
    pub tail: Option<u64>,

    /// Accepted; compressed files (gzip, zstd, xz, bzip2, lz4) are read through anyway
    #[arg(short = 'z', long, help_heading = "Input")]
    pub search_zip: bool,
}
