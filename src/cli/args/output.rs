//! Where the output goes.

use std::path::PathBuf;

use super::ModeArgs;

/// Where the output goes.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write what becomes of each input to a file of the same path below DIR
    #[arg(id = "output", short, long, value_name = "DIR", conflicts_with_all = ModeArgs::OPTIONS)]
    pub directory: Option<PathBuf>,

    /// With -o, replace outputs that exist; an input is never replaced
    #[arg(long, requires = "output")]
    pub force: bool,

    /// With -o, compress each output, and add .zst or .gz to its name
    #[arg(long, value_name = "METHOD", value_enum, requires = "output")]
    pub compress: Option<Compression>,
}

/// `--compress`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Compression {
    Zstd,
    Gzip,
}

impl Compression {
    /// The ending of the name of a file that is compressed so.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Zstd => ".zst",
            Self::Gzip => ".gz",
        }
    }
}
