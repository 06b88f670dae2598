//! Where settings are read from.

use std::path::PathBuf;

use clap::Subcommand;

/// Where settings are read from.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub struct ConfigFileArgs {
    /// Read settings from FILE, not from the files that are looked for (`config path` tells which)
    #[arg(long, value_name = "FILE", global = true, overrides_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no settings: neither files nor variables
    #[arg(long, global = true, overrides_with = "config")]
    pub no_config: bool,
}

/// Tell which settings hold, and where they come from.
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What `config` tells.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting with where it comes from, in the form of a settings file
    Show,
    /// Print the files that settings are read from, and whether they are there
    Path,
}
