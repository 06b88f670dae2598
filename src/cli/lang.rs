//! The language of text for people.

use std::ffi::OsString;

use clap::ValueEnum;
use imerr::catalog::Lang;

use crate::color::{Sink, last_value, variable};

/// The value of `--lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangChoice {
    /// The language of the locale on a terminal; English elsewhere
    Auto,
    En,
    #[value(aliases = ["zh-CN", "zh_CN", "zh-Hans", "zh-TW", "zh_TW", "zh-Hant", "cn"])]
    Zh,
}

/// The variable that has the default of `--lang`.
pub const VARIABLE: &str = "IMERR_ANNOTATE_LANG";

impl LangChoice {
    /// The last `--lang` among `words`, else that of the environment, for a command line that is
    /// not parsed yet, or that clap refuses.
    pub fn of_words(words: impl IntoIterator<Item = OsString>) -> Self {
        let parse = |value: &str| Self::from_str(value, false).ok();
        let of_variable = || parse(&variable(VARIABLE)?);
        last_value("--lang", words, parse).or_else(of_variable).unwrap_or(Self::Auto)
    }

    /// The language of text that goes to `sink`.
    pub fn on(self, sink: Sink) -> Lang {
        match self {
            Self::Auto if sink.is_terminal() => of_locale(variable),
            Self::Auto | Self::En => Lang::En,
            Self::Zh => Lang::Zh,
        }
    }
}

/// The language of the locale that the environment names, as POSIX defines the order of the
/// variables. All Chinese locales have the same texts.
fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    let language = locale.split(['_', '-', '.', '@']).next();
    if language == Some("zh") { Lang::Zh } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_first_variable_that_is_set_names_the_language() {
        let rows: [(&[(&str, &str)], Lang); 9] = [
            (&[], Lang::En),
            (&[("LANG", "C.UTF-8")], Lang::En),
            (&[("LANG", "zh_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "zh")], Lang::Zh),
            (&[("LANG", "zh_TW.UTF-8")], Lang::Zh),
            (&[("LANG", "zh-Hant-HK")], Lang::Zh),
            (&[("LANG", "zhx_CN")], Lang::En),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")], Lang::En),
            (&[("LANG", "en_US"), ("LC_MESSAGES", "de_DE"), ("LC_ALL", "zh_CN.GB18030")], Lang::Zh),
        ];
        for (variables, wanted) in rows {
            let variables: HashMap<_, _> = variables.iter().copied().collect();
            let variable = |name: &str| variables.get(name).map(|value| value.to_string());
            assert_eq!(of_locale(variable), wanted, "{variables:?}");
        }
    }
}
