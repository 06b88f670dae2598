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
}
