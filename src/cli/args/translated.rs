//! The definition with its help texts in another language than English.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, ValueEnum};

use super::{DocumentKind, ExportFormat, Format};
use crate::language::Messages;

/// The definition with the help texts of `words`, which do not change what it accepts. They are
/// not wrapped: clap counts each Chinese character as one column, and breaks lines at blanks only.
pub fn translated(definition: Command, words: &dyn Messages) -> Command {
    if words.about(definition.get_name()).is_none() {
        return definition;
    }
    let translate = |command| with_texts(command, words);
    let command = with_texts(definition, words).term_width(0);
    command.mut_subcommands(|command| translate(command).mut_subcommands(translate))
}

fn with_texts(command: Command, words: &dyn Messages) -> Command {
    let name = command.get_name().to_string();
    let command = command.mut_args(|arg| with_help(arg, &name, words));
    let Some(text) = words.about(&name) else { return command };
    let (short, is_long) = first_paragraph(text);
    let command = command.about(short);
    if is_long { command.long_about(text) } else { command }
}

fn with_help(arg: Arg, command: &str, words: &dyn Messages) -> Arg {
    let id = arg.get_id().to_string();
    let Some(text) = words.option_help(command, &id) else { return arg };
    let (short, is_long) = first_paragraph(text);
    let arg = if is_long { arg.long_help(text) } else { arg };
    let arg = arg.help(short);
    match (command, id.as_str()) {
        ("imerr-annotate", "format") => with_values::<Format>(arg, command, words),
        ("stats", "format") => with_values::<DocumentKind>(arg, command, words),
        ("export", "format") => with_values::<ExportFormat>(arg, command, words),
        _ => arg,
    }
}

/// Replaces the help of the values, and keeps the values.
fn with_values<T: ValueEnum + Send + Sync + 'static>(
    arg: Arg,
    command: &str,
    words: &dyn Messages,
) -> Arg {
    let translate = |value: PossibleValue| match words.value_help(command, value.get_name()) {
        Some(help) => value.help(help),
        None => value,
    };
    let values = PossibleValuesParser::new(arg.get_possible_values().into_iter().map(translate));
    arg.value_parser(values.try_map(|name| T::from_str(&name, false)))
}

/// The text in front of the first blank line, and whether more follows.
fn first_paragraph(text: &'static str) -> (&'static str, bool) {
    match text.split_once("\n\n") {
        Some((first, _)) => (first, true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Args;
    use super::*;
    use crate::language;
    use imerr::catalog::Lang;

    fn is_chinese(text: Option<&clap::builder::StyledStr>) -> bool {
        text.is_some_and(|text| text.to_string().contains(|c| matches!(c, '\u{3400}'..='\u{9fff}')))
    }

    /// The program, its commands and theirs.
    fn all(definition: &Command) -> Vec<&Command> {
        let mut all = vec![definition];
        for command in definition.get_subcommands() {
            all.push(command);
            all.extend(command.get_subcommands());
        }
        all
    }

    #[test]
    fn every_command_option_and_value_has_a_chinese_help() {
        let english = Args::definition();
        let chinese = translated(Args::definition(), language::of(Lang::Zh));
        for (english, chinese) in all(&english).into_iter().zip(all(&chinese)) {
            let name = chinese.get_name();
            assert!(is_chinese(chinese.get_about()), "{name}");
            assert_eq!(
                english.get_long_about().is_some(),
                is_chinese(chinese.get_long_about()),
                "{name}"
            );
            for (before, arg) in english.get_arguments().zip(chinese.get_arguments()) {
                let id = format!("{name} {}", arg.get_id());
                assert_eq!(before.get_help().is_some(), is_chinese(arg.get_help()), "{id}");
                assert_eq!(
                    before.get_long_help().is_some(),
                    is_chinese(arg.get_long_help()),
                    "{id}"
                );
                let values =
                    before.get_possible_values().into_iter().zip(arg.get_possible_values());
                for (before, value) in values.filter(|_| !arg.is_hide_possible_values_set()) {
                    assert_eq!(before.get_name(), value.get_name(), "{id}");
                    let is_explained = before.get_help().is_some();
                    assert_eq!(is_explained, is_chinese(value.get_help()), "{id} {value:?}");
                }
            }
        }
    }

    #[test]
    fn a_translated_definition_accepts_the_same_values() {
        let parse = |words: &[&str]| {
            let definition = translated(Args::definition(), language::of(Lang::Zh));
            let words: Vec<_> = words.iter().map(std::ffi::OsString::from).collect();
            Args::parse_words(definition, &words).map(|(args, _)| args)
        };
        let args = parse(&["imerr-annotate", "--format", "jsonl"]).expect("it is a format");
        assert_eq!(args.format, Format::Jsonl);
        assert!(parse(&["imerr-annotate", "--format", "html"]).is_err());
        assert!(parse(&["imerr-annotate", "stats", "--format", "json"]).is_ok());
        assert!(parse(&["imerr-annotate", "stats", "--format", "sarif"]).is_err());
        assert!(parse(&["imerr-annotate", "export", "lnav"]).is_ok());
    }

    /// The options that a help text names. What is quoted as a whole command is of another one.
    fn named_options(help: &str) -> Vec<&str> {
        let lines = help.lines().filter(|line| !line.contains("imerr-annotate "));
        let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        let words = lines.flat_map(|line| line.split(is_end));
        words.filter(|word| word.starts_with('-') && word.len() > 1).collect()
    }

    fn has_option(command: &Command, name: &str) -> bool {
        command.get_arguments().any(|option| {
            let is_short = option.get_short().is_some_and(|short| name == format!("-{short}"));
            is_short || option.get_long().is_some_and(|long| name == format!("--{long}"))
        })
    }

    #[test]
    fn a_help_names_only_options_that_its_command_has() {
        for lang in [Lang::En, Lang::Zh] {
            let mut definition = translated(Args::definition(), language::of(lang));
            definition.build();
            for command in all(&definition) {
                for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string);
                    for name in named_options(&help.unwrap_or_default()) {
                        // `find -print0` is a command too.
                        let exists = has_option(command, name) || name == "-print0";
                        assert!(exists, "{lang:?} {} {}: {name}", command.get_name(), arg.get_id());
                    }
                }
            }
        }
    }
}
