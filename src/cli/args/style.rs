//! How the log looks to people.

use clap::ValueEnum;
use imerr::format::Repeat;
use imerr::terminal::{Styles, Theme};

use crate::color::{ColorChoice, Sink, variable};

/// How the log looks to people.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct StyleArgs {
    /// In the format below, how a code is told that was told before in the file: full, short (what it means alone) or none
    #[arg(long, value_name = "HOW", default_value = "short")]
    pub repeat: Repeat,

    /// The colors: dark, light or none, or styles such as light,error=bold red,code=underline
    #[arg(long, value_name = "THEME", default_value = "dark")]
    pub theme: Theme,

    /// When codes lead to the page about them, for terminals that can (OSC 8): auto, always, never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Hyperlink::Auto, hide_possible_values = true)]
    pub hyperlink: Hyperlink,

    /// On a terminal, pass control characters of the log on instead of showing them
    #[arg(long)]
    pub raw_control_chars: bool,
}

impl StyleArgs {
    /// What is written there with colors and links.
    pub fn paint(&self, color: ColorChoice, sink: Sink) -> Styles {
        let paint =
            if color.colors(sink) { Styles::colored(self.theme.clone()) } else { Styles::none() };
        paint.with_links(self.hyperlink.holds(sink))
    }

    /// Whether control characters of the log are shown there rather than passed on.
    pub fn shows_controls(&self, sink: Sink) -> bool {
        !self.raw_control_chars && sink.is_terminal()
    }
}

/// `--hyperlink`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Hyperlink {
    /// On a terminal that is known to take links
    Auto,
    Always,
    Never,
}

impl Hyperlink {
    fn holds(self, sink: Sink) -> bool {
        let stream = match sink {
            Sink::Stderr => supports_hyperlinks::Stream::Stderr,
            Sink::Stdout | Sink::File => supports_hyperlinks::Stream::Stdout,
        };
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let is_capable = || {
                    variable("TERM").is_none_or(|value| value != "dumb")
                        && supports_hyperlinks::on(stream)
                };
                sink.is_terminal() && is_capable()
            }
        }
    }
}
