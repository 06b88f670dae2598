//! Options for output files, colors, links and control characters.

use std::path::PathBuf;

use imerr::format::Repeat;
use imerr::terminal::Theme;

use crate::color::When;

#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write the output for each input to a file of the same path under DIR
    #[arg(id = "output", short, long, value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// With -o, overwrite existing files, but never an input
    #[arg(long, requires = "output")]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct StyleArgs {
    /// In the format below, how to explain a code again in the same file: full, short (its meaning
    /// only) or none
    #[arg(long, value_name = "HOW", default_value = "short")]
    pub repeat: Repeat,

    /// The colors: dark, light or none, with styles such as light,error=bold red,code=underline
    #[arg(long, value_name = "THEME", default_value = "dark")]
    pub theme: Theme,

    /// When to link codes to their documentation, for terminals that support it (OSC 8): auto,
    /// always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_possible_values = true)]
    pub hyperlink: When,

    /// Write control characters of the log to a terminal as they are, instead of escaping them
    #[arg(long)]
    pub raw_control_chars: bool,
}
