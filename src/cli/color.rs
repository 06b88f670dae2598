//! Whether to color.

use std::io::IsTerminal;

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// On a terminal, unless the environment says otherwise
    Auto,
    /// Also into a pipe or file
    Always,
    Never,
}

impl Choice {
    /// Whether standard output is colored under this choice.
    pub fn stdout(self) -> bool {
        self.holds(variable, std::io::stdout().is_terminal())
    }

    /// Whether standard error is colored under this choice.
    pub fn stderr(self) -> bool {
        self.holds(variable, std::io::stderr().is_terminal())
    }

    /// Whether a file is colored under this choice.
    pub fn file(self) -> bool {
        self.holds(variable, false)
    }

    /// The flag outranks NO_COLOR, that CLICOLOR_FORCE and FORCE_COLOR, those CLICOLOR=0, and that the terminal.
    ///
    /// `variable` gives variables that are set and not empty.
    fn holds(self, variable: impl Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
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

/// A variable of the environment that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (Choice, &'static [(&'static str, &'static str)], bool, bool);

    #[test]
    fn the_order_of_flag_variables_and_terminal() {
        let rows: [Row; 13] = [
            (Choice::Auto, &[], true, true),
            (Choice::Auto, &[], false, false),
            (Choice::Always, &[("NO_COLOR", "1")], false, true),
            (Choice::Never, &[("CLICOLOR_FORCE", "1")], true, false),
            (Choice::Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (Choice::Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Choice::Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Choice::Auto, &[("FORCE_COLOR", "1")], false, true),
            (Choice::Auto, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], false, true),
            (Choice::Auto, &[("CLICOLOR", "0")], true, false),
            (Choice::Auto, &[("CLICOLOR", "1")], true, true),
            (Choice::Auto, &[("TERM", "dumb")], true, false),
            (Choice::Auto, &[("TERM", "xterm")], true, true),
        ];
        for (choice, variables, is_terminal, wanted) in rows {
            let variable = |name: &str| variables.iter().find(|(one, _)| *one == name).map(|(_, value)| value.to_string());
            assert_eq!(choice.holds(variable, is_terminal), wanted, "{choice:?} {variables:?} {is_terminal}");
        }
    }
}
