//! Options for output files.

use std::path::PathBuf;

use super::ModeArgs;

/// Options for output files.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write the output for each input to a file of the same path under DIR
    #[arg(id = "output", short, long, value_name = "DIR", conflicts_with_all = ModeArgs::OPTIONS)]
    pub directory: Option<PathBuf>,

    /// With -o, overwrite existing files, but never an input
    #[arg(long, requires = "output")]
    pub force: bool,
}
