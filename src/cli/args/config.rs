//! Options for the config file.

use std::path::PathBuf;

use clap::Subcommand;

/// Options for the config file.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Config")]
pub struct ConfigFileArgs {
    /// Read the defaults of options from FILE (`config path` prints the usual file)
    #[arg(long, value_name = "FILE", global = true, overrides_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no config file
    #[arg(long, global = true, overrides_with = "config")]
    pub no_config: bool,
}

/// Show the config file
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What `config` prints.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print all keys, as a config file
    Show,
    /// Print the path of the config file
    Path,
}
