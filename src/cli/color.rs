//! The streams that output goes to, and whether it is colored there.

use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::ValueEnum;
use imerr::terminal::{Styles, Theme};
use same_file::Handle;

use super::system;

/// The value of `--color` and `--hyperlink`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// A destination of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    Stdout,
    Stderr,
    /// A named file, which is never a terminal.
    File,
}

impl Sink {
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
            Self::File => false,
        }
    }

    /// The columns of the terminal; None if it is not one.
    pub fn columns(self) -> Option<usize> {
        match self {
            Self::Stdout => system::columns_of(io::stdout()),
            Self::Stderr => system::columns_of(io::stderr()),
            Self::File => None,
        }
    }

    /// The rows of the terminal; None if it is not one or does not know them.
    pub fn rows(self) -> Option<usize> {
        match self {
            Self::Stdout => system::rows_of(io::stdout()),
            Self::Stderr => system::rows_of(io::stderr()),
            Self::File => None,
        }
    }
}

/// The file that standard output goes to, if it is a regular one.
pub fn stdout_file() -> Option<Handle> {
    let handle = Handle::stdout().ok()?;
    let is_file = handle.as_file().metadata().is_ok_and(|metadata| metadata.is_file());
    is_file.then_some(handle)
}

/// Whether both streams go to the same file, pipe or terminal.
pub fn stdout_is_stderr() -> bool {
    Handle::stdout().is_ok_and(|stdout| Handle::stderr().is_ok_and(|stderr| stdout == stderr))
}

impl When {
    /// The last `--color` among `words` up to `--`, for a command line that clap refuses.
    pub fn color_of_words(words: impl IntoIterator<Item = OsString>) -> Self {
        let parse = |value: &str| Self::from_str(value, false).ok();
        last_value("--color", words, parse).unwrap_or(Self::Auto)
    }

    /// Whether output to `sink` is colored, if this is the value of `--color`.
    pub fn colors(self, sink: Sink) -> bool {
        self.resolve(variable, sink.is_terminal())
    }

    /// In this order: the option, NO_COLOR, CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR=0, the
    /// terminal. `variable` returns variables that are set and not empty.
    ///
    /// The crate anstream has nearly the same rules, but no FORCE_COLOR, and no color on a terminal
    /// without TERM.
    fn resolve(self, variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if variable("NO_COLOR").is_some() => false,
            Self::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto if variable("FORCE_COLOR").is_some_and(|value| value != "0") => true,
            Self::Auto if variable("CLICOLOR").is_some_and(|value| value == "0") => false,
            Self::Auto => is_terminal && variable("TERM").is_none_or(|value| value != "dumb"),
        }
    }
}

/// The last `--theme` among `words` up to `--`, for a command line that clap refuses.
pub fn theme_of_words(words: impl IntoIterator<Item = OsString>) -> Theme {
    last_value("--theme", words, |value| value.parse().ok()).unwrap_or_else(Theme::auto)
}

/// The styles of text that goes to `sink`, with the values of `--color` and `--theme`.
pub fn styles(color: When, theme: &Theme, sink: Sink) -> Styles {
    if color.colors(sink) { Styles::colored(of_terminal(theme.clone())) } else { Styles::default() }
}

/// The last value of `option` among `words` up to `--` that `parse` accepts.
pub fn last_value<T>(
    option: &str,
    words: impl IntoIterator<Item = OsString>,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let (mut last, mut is_next) = (None, false);
    for word in words.into_iter().take_while(|word| word != "--") {
        let word = word.to_string_lossy();
        let joined = word.strip_prefix(option).and_then(|rest| rest.strip_prefix('='));
        let value = if is_next { Some(&*word) } else { joined };
        last = value.and_then(&parse).or(last);
        is_next = word == option;
    }
    last
}

/// `theme` in the colors that the terminal has.
fn of_terminal(theme: Theme) -> Theme {
    let has_all_colors = variable("COLORTERM").is_some_and(|value| {
        value.eq_ignore_ascii_case("truecolor") || value.eq_ignore_ascii_case("24bit")
    });
    if has_all_colors { theme } else { theme.in_256_colors() }
}

/// A variable of the environment that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_last_color_option_wins() {
        let rows: [(&[&str], When); 5] = [
            (&["--formt"], When::Auto),
            (&["--color", "never", "--formt"], When::Never),
            (&["--color=always", "--color", "never"], When::Never),
            (&["--color=never", "--color", "red"], When::Never),
            (&["--", "--color=never"], When::Auto),
        ];
        for (words, wanted) in rows {
            assert_eq!(When::color_of_words(words.iter().map(OsString::from)), wanted, "{words:?}");
        }
    }

    type Row = (When, &'static [(&'static str, &'static str)], bool, bool);

    #[test]
    fn the_option_outranks_variables_and_those_the_terminal() {
        let rows: [Row; 13] = [
            (When::Auto, &[], true, true),
            (When::Auto, &[], false, false),
            (When::Always, &[("NO_COLOR", "1")], false, true),
            (When::Never, &[("CLICOLOR_FORCE", "1")], true, false),
            (When::Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (When::Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (When::Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (When::Auto, &[("FORCE_COLOR", "1")], false, true),
            (When::Auto, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], false, true),
            (When::Auto, &[("CLICOLOR", "0")], true, false),
            (When::Auto, &[("CLICOLOR", "1")], true, true),
            (When::Auto, &[("TERM", "dumb")], true, false),
            (When::Auto, &[("TERM", "xterm")], true, true),
        ];
        for (choice, variables, is_terminal, wanted) in rows {
            let variables: HashMap<_, _> = variables.iter().copied().collect();
            let variable = |name: &str| variables.get(name).map(|value| value.to_string());
            assert_eq!(
                choice.resolve(variable, is_terminal),
                wanted,
                "{choice:?} {variables:?} {is_terminal}"
            );
        }
    }
}
