//! Completions for shells.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use imerr::catalog::{Catalog, Entry, Kind, Retry, Severity, Text};
use imerr::detect::Confidence;
use imerr::own::Own;
use imerr::render::Repeat;

use super::args::{Args, Completions};
use super::outcome::Outcome;

/// Writes a completion script. In bash, zsh and fish codes and names complete behind `explain`.
pub fn completions(args: &Completions, out: &mut dyn Write) -> io::Result<Outcome> {
    let words = codes_and_names();
    let mut command = with_values(with_words(Args::definition(), words.clone()));
    let name = command.get_name().to_string();
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, &name, &mut script);
    let mut script = String::from_utf8(script).map_err(io::Error::other)?;
    if args.shell == Shell::Bash {
        // The generator gives a program with a hyphen in its name two names inside the script, so that no command is found.
        script = script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"));
    }
    out.write_all(script.as_bytes())?;
    if args.shell == Shell::Fish {
        // The generator leaves the values of arguments out.
        writeln!(out, "complete -c {name} -n \"__fish_seen_subcommand_from explain\" -f -a \"{}\"", words.join(" "))?;
    }
    Ok(Outcome::Done)
}

fn codes_and_names() -> Vec<String> {
    let catalog = Catalog::built_in();
    let codes = catalog.entries().iter().filter(|entry| !entry.codes.is_range()).map(|entry| entry.codes.first.to_string());
    let names = catalog.entries().iter().flat_map(|entry| entry.names.iter().map(|name| name.to_string()));
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
    let offer = |arg: clap::Arg| match offered(arg.get_id().as_str()) {
        words if words.is_empty() => arg,
        words => arg.value_parser(PossibleValuesParser::new(words)),
    };
    command.mut_args(offer).mut_subcommands(|one| one.mut_args(offer))
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
        "with" => Own::optional().collect(),
        "theme" => vec!["dark", "light", "none"],
        _ => Vec::new(),
    }
}

/// What the entries of the built-in catalogs say of themselves, each word once.
fn of_entries(word: fn(&Entry) -> &Text) -> Vec<&'static str> {
    // Built in, the texts are not owned by the catalog.
    let catalog = Catalog::built_in();
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
        completions(&Completions { shell: Shell::Bash }, &mut script).expect("a vector takes everything");
        let script = String::from_utf8(script).expect("the script is text");
        let chosen: Vec<&str> = script.lines().filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"')).collect();
        assert!(chosen.len() > 10, "{chosen:?}");
        for name in chosen.into_iter().filter(|name| !name.is_empty()) {
            assert!(script.lines().any(|line| line.trim() == format!("{name})")), "{name}");
        }
    }

    #[test]
    fn options_offer_the_words_that_they_know() {
        let mut script = Vec::new();
        for (shell, wanted) in [(Shell::Bash, "fatal"), (Shell::Zsh, "(info warning error fatal)"), (Shell::Fish, "rate-limit")] {
            script.clear();
            completions(&Completions { shell }, &mut script).expect("a vector takes everything");
            let script = String::from_utf8_lossy(&script);
            assert!(script.contains(wanted) && script.contains("community") && script.contains("after-fix"), "{shell}");
        }
    }

    #[test]
    fn every_option_is_in_the_completions() {
        let mut command = Args::definition();
        command.build();
        let mut scripts = Vec::new();
        for &shell in <Shell as clap::ValueEnum>::value_variants() {
            completions(&Completions { shell }, &mut scripts).expect("a vector takes everything");
            let script = String::from_utf8(std::mem::take(&mut scripts)).expect("the script is text");
            for long in command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(clap::Arg::get_long) {
                assert!(script.contains(long), "{shell}: --{long}");
            }
            let completes_codes = matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish);
            assert_eq!(script.contains("ERR_USER_SIG_EXPIRED"), completes_codes, "{shell}");
        }
    }
}
