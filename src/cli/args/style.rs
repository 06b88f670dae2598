//! Options about colors, links and control characters.

use clap::ValueEnum;
use imerr::format::Repeat;
use imerr::terminal::{Styles, Theme};

use crate::color::{ColorChoice, Sink, variable};

/// Options about colors, links and control characters.
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
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Hyperlink::Auto, hide_possible_values = true)]
    pub hyperlink: Hyperlink,

    /// Write control characters of the log to a terminal as they are, instead of escaping them
    #[arg(long)]
    pub raw_control_chars: bool,
}

impl StyleArgs {
    /// The styles for output to `sink`.
    pub fn paint(&self, color: ColorChoice, sink: Sink) -> Styles {
        let paint =
            if color.colors(sink) { Styles::colored(self.theme.clone()) } else { Styles::none() };
        paint.with_links(self.hyperlink.is_on(sink))
    }

    /// Whether control characters of the log are escaped in output to `sink`.
    pub fn shows_controls(&self, sink: Sink) -> bool {
        !self.raw_control_chars && sink.is_terminal()
    }
}

/// `--hyperlink`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Hyperlink {
    /// On a terminal that is known to support links
    Auto,
    Always,
    Never,
}

impl Hyperlink {
    fn is_on(self, sink: Sink) -> bool {
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
