//! CompletionsArgs for shells.
//!
//! A generator writes a script for each shell from the definition of the command line. What it gets wrong in the three shells that
//! most people use is put right in its script, in [`bash`], [`fish`] and [`zsh`].

mod bash;
mod fish;
mod zsh;

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueEnum, ValueHint};
use clap_complete::Shell;
use imerr::catalog::{Entry, Kind, Retry, Severity, Text};
use imerr::custom::CustomBuilder;
use imerr::detect::Confidence;
use imerr::format::Repeat;

use crate::args::{Args, CompletionsArgs, DocumentKind};
use crate::exit_status::Outcome;

/// Encodings that logs are often in; there are more.
const ENCODINGS: [&str; 12] = [
    "auto",
    "none",
    "utf-8",
    "utf-16le",
    "utf-16be",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "windows-1252",
];

/// Writes a completion script. In bash, zsh and fish codes and names complete behind `explain`, lists behind a comma, and a command to
/// run behind `--`.
pub fn completions(args: &CompletionsArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = with_values(with_words(Args::shown(), codes_and_names()));
    let name = command.get_name().to_string();
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &name, &mut script);
    let script = String::from_utf8(script).map_err(io::Error::other)?;
    let script = match args.shell {
        Shell::Bash => bash::mended(&script, &name, &command),
        Shell::Fish => fish::mended(&script, &name, &command),
        Shell::Zsh => zsh::mended(&script, &command),
        _ => script,
    };
    out.write_all(script.as_bytes())?;
    Ok(Outcome::Done)
}

/// What the value of an option or argument is, for completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    /// One of some words.
    Chosen,
    Paths,
    /// Anything else, such as a number.
    Free,
}

/// What the value of `arg` is; None if it takes none.
fn kind(arg: &Arg) -> Option<Values> {
    let takes_values = arg.is_positional() || arg.get_action().takes_values();
    takes_values.then(|| match arg.get_value_hint() {
        _ if !words(arg).is_empty() => Values::Chosen,
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => Values::Paths,
        _ => Values::Free,
    })
}

/// The words that `arg` knows. A flag knows none.
fn words(arg: &Arg) -> Vec<String> {
    let values = arg
        .get_possible_values()
        .into_iter()
        .filter(|_| arg.is_positional() || arg.get_action().takes_values());
    values.map(|value| value.get_name().to_string()).collect()
}

fn commands(command: &Command) -> Vec<&str> {
    command.get_subcommands().map(Command::get_name).collect()
}

/// A part of a script, with the commands and the kinds of documents in their places.
fn filled(part: &str, command: &Command) -> String {
    let kinds = DocumentKind::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let kinds: Vec<String> = kinds.map(|kind| kind.get_name().to_string()).collect();
    part.replace("@COMMANDS@", &commands(command).join(" ")).replace("@KINDS@", &kinds.join(" "))
}

fn codes_and_names() -> Vec<String> {
    let catalog = imerr::catalog::built_in();
    let codes = catalog
        .entries()
        .iter()
        .filter(|entry| !entry.codes.is_range())
        .map(|entry| entry.codes.first.to_string());
    let names =
        catalog.entries().iter().flat_map(|entry| entry.names.iter().map(|name| name.to_string()));
    let mut words: Vec<String> = codes.chain(names).collect();
    words.sort();
    words.dedup();
    words
}

/// `command`, which offers `words` behind `explain`. For completion only: any other word may be asked for as well.
fn with_words(command: Command, words: Vec<String>) -> Command {
    command.mut_subcommand("explain", |explain| {
        explain.mut_arg("wanted", |wanted| wanted.value_parser(PossibleValuesParser::new(words)))
    })
}

/// `command`, whose options offer the words that they know. For completion only: several can stand behind each other, and other
/// catalogs have other systems.
fn with_values(command: Command) -> Command {
    let offer = |arg: Arg| match offered(arg.get_id().as_str()) {
        words if !words.is_empty() => arg.value_parser(PossibleValuesParser::new(words)),
        // Numbers, times and words are no files.
        _ if kind(&arg) == Some(Values::Free) => arg.value_hint(ValueHint::Other),
        _ => arg,
    };
    let names: Vec<String> =
        command.get_subcommands().map(|one| one.get_name().to_string()).collect();
    let command = command.mut_args(offer).mut_subcommands(|one| one.mut_args(offer));
    command.mut_subcommand("man", |man| {
        man.mut_arg("command", |arg| arg.value_parser(PossibleValuesParser::new(names)))
    })
}

/// The words that the option of this id knows, if it knows some.
fn offered(id: &str) -> Vec<&'static str> {
    fn all<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|&one| word(one)).collect()
    }
    match id.trim_start_matches("exclude_") {
        "system" | "prefer" => of_entries(|entry| &entry.system),
        "category" => of_entries(|entry| &entry.category),
        "kind" => all(Kind::ALL, Kind::as_str),
        "severity" | "fail_on" => all(Severity::ALL, Severity::as_str),
        "retry" => all(Retry::ALL, Retry::as_str),
        "min_confidence" => all(Confidence::ALL, Confidence::as_str),
        "repeat" => all(Repeat::ALL, Repeat::as_str),
        "with" => CustomBuilder::optional().collect(),
        "theme" => vec!["dark", "light", "none"],
        "encoding" => ENCODINGS.to_vec(),
        _ => Vec::new(),
    }
}

/// What the entries of the built-in catalogs say of themselves, each word once.
fn of_entries(word: fn(&Entry) -> &Text) -> Vec<&'static str> {
    // Built in, the texts are not owned by the catalog.
    let catalog = imerr::catalog::built_in();
    let words = catalog.entries().iter().filter_map(|entry| match word(entry) {
        Text::Borrowed(word) => Some(*word),
        Text::Owned(_) => None,
    });
    words.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bash_script_knows_each_command_by_one_name() {
        let mut script = Vec::new();
        completions(&CompletionsArgs { shell: Shell::Bash }, &mut script)
            .expect("a vector takes everything");
        let script = String::from_utf8(script).expect("the script is text");
        let chosen: Vec<&str> = script
            .lines()
            .filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"'))
            .collect();
        assert!(chosen.len() > 10, "{chosen:?}");
        for name in chosen.into_iter().filter(|name| !name.is_empty()) {
            assert!(script.lines().any(|line| line.trim() == format!("{name})")), "{name}");
        }
    }

    #[test]
    fn options_offer_the_words_that_they_know() {
        let mut script = Vec::new();
        for (shell, wanted) in [
            (Shell::Bash, "fatal"),
            (Shell::Zsh, "_sequence compadd - info warning error fatal'"),
            (Shell::Fish, "rate-limit"),
        ] {
            script.clear();
            completions(&CompletionsArgs { shell }, &mut script)
                .expect("a vector takes everything");
            let script = String::from_utf8_lossy(&script);
            assert!(
                script.contains(wanted)
                    && script.contains("community")
                    && script.contains("after-fix"),
                "{shell}"
            );
        }
    }

    #[test]
    fn what_the_generator_gets_wrong_is_put_right() {
        for (shell, wanted, unwanted) in [
            (
                Shell::Bash,
                "complete -F _imerr_annotate_line -o nosort",
                "complete -F _imerr__annotate ",
            ),
            (Shell::Zsh, "\"1: :_imerr-annotate_first\"", "'::files -- "),
            (Shell::Zsh, "case $line[1] in\n            (stats)", "$line[3]"),
            (Shell::Zsh, ":KIND=FILE:_imerr-annotate_report'", ":KIND=FILE:'"),
            (Shell::Fish, "$cmd[1..-2]", "if set -q argv[1]"),
            (Shell::Fish, "__fish_imerr_annotate_is_first_word\" -a \"stats\"", "help; and not"),
            (Shell::Fish, "__fish_append , info warning error fatal", "@KINDS@"),
        ] {
            let mut script = Vec::new();
            completions(&CompletionsArgs { shell }, &mut script)
                .expect("a vector takes everything");
            let script = String::from_utf8_lossy(&script);
            assert!(
                script.contains(wanted) && !script.contains(unwanted),
                "{shell}: {wanted} {unwanted}"
            );
            assert!(!script.contains("@COMMANDS@"), "{shell}");
        }
    }

    #[test]
    fn every_option_is_in_the_completions() {
        let mut command = Args::definition();
        command.build();
        let mut scripts = Vec::new();
        for &shell in <Shell as clap::ValueEnum>::value_variants() {
            completions(&CompletionsArgs { shell }, &mut scripts)
                .expect("a vector takes everything");
            let script =
                String::from_utf8(std::mem::take(&mut scripts)).expect("the script is text");
            for long in command
                .get_arguments()
                .filter(|arg| !arg.is_hide_set())
                .filter_map(clap::Arg::get_long)
            {
                assert!(script.contains(long), "{shell}: --{long}");
            }
            let completes_codes = matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish);
            assert_eq!(script.contains("ERR_USER_SIG_EXPIRED"), completes_codes, "{shell}");
        }
    }
}
