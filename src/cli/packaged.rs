//! What an installed program brings along: completions for shells, and manual pages.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, line_break, roman};
use imerr::catalog::{Catalog, Entry, Kind, Retry, Severity, Text};
use imerr::detect::Confidence;
use imerr::own::Own;
use imerr::render::Repeat;

use super::args::{Args, Completions, EXAMPLES, Manual};
use super::outcome::Outcome;

/// The exit statuses, as the manual tells them.
const STATUSES: [(&str, &str); 9] = [
    ("0", "All went well, also when nothing was found, or when the reader of the output closed it."),
    ("1", "A gate such as --fail-on tripped, or --quiet, explain or search found nothing, or check found a problem."),
    ("2", "Wrong usage or settings, or a file that cannot be read or written; it is named, and the others are still worked on."),
    ("129", "Ended by SIGHUP, with all whole lines written."),
    ("130", "Ended by SIGINT, with all whole lines written."),
    ("143", "Ended by SIGTERM, with all whole lines written."),
    ("126", "With a command: it cannot be run."),
    ("127", "With a command: there is none of this name."),
    (
        "any",
        "With a command: its own status, or 128 and the number of the signal that ended it. Where that is 0, one of those above.",
    ),
];

/// The variables that are minded, as the manual tells them.
const VARIABLES: [(&str, &str); 4] = [
    (
        "IMERR_ANNOTATE_MIN_CONFIDENCE, ...",
        "Each sets the long option of its name; lists as on the command line, 1 or 0 for flags.",
    ),
    ("IMERR_ANNOTATE_CONFIG", "The file with settings, as --config."),
    ("IMERR_ANNOTATE_NO_CONFIG", "With 1, no file with settings is read."),
    ("NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, CLICOLOR, TERM", "Whether to color, where --color is auto."),
];

/// The files with settings, as the manual tells them.
const FILES: [(&str, &str); 2] = [
    (
        "~/.config/imerr-annotate/config.toml",
        "Settings of the user; below $XDG_CONFIG_HOME if that is set, on Windows below %APPDATA%.",
    ),
    ("./.imerr-annotate.toml", "Settings of the current directory, which win over those of the user."),
];

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

/// Writes a manual page: of the program, or of one of its commands.
pub fn manual(args: &Manual, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Args::definition();
    command.build();
    let Some(wanted) = &args.command else {
        page(command, out)?;
        examples(out)?;
        list("EXIT STATUS", &STATUSES, out)?;
        list("ENVIRONMENT", &VARIABLES, out)?;
        list("FILES", &FILES, out)?;
        return Ok(Outcome::Done);
    };
    match command.find_subcommand(wanted) {
        Some(found) => {
            let name = format!("{}-{wanted}", command.get_name());
            page(found.clone().display_name(name), out)?;
            Ok(Outcome::Done)
        }
        None => {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).filter(|name| *name != "help").collect();
            super::messages::error(wanted, &format!("is no command; commands are {}", names.join(", ")));
            Ok(Outcome::Failed)
        }
    }
}

/// The sections that the definition of a command gives.
fn page(command: Command, out: &mut dyn Write) -> io::Result<()> {
    let has_commands = command.has_subcommands();
    let man = Man::new(command).manual("User Commands").source(concat!("imerr-annotate ", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if has_commands { man.render_subcommands_section(out) } else { Ok(()) }
}

fn examples(out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    roff.text(EXAMPLES.iter().flat_map(|example| [roman(*example), line_break()]).collect::<Vec<_>>());
    roff.control("fi", []);
    roff.to_writer(out)
}

/// A section with a paragraph for each of `rows`.
fn list(heading: &str, rows: &[(&str, &str)], out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    for (what, meaning) in rows {
        roff.control("TP", []);
        roff.text([roman(*what)]);
        roff.text([roman(*meaning)]);
    }
    roff.to_writer(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(command: Option<&str>) -> String {
        let mut out = Vec::new();
        manual(&Manual { command: command.map(str::to_string) }, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("the page is text").replace('\\', "")
    }

    /// The long options of a command.
    fn options(command: &Command) -> Vec<String> {
        command
            .get_arguments()
            .filter(|arg| !arg.is_hide_set())
            .filter_map(|arg| arg.get_long())
            .map(|long| format!("--{long}"))
            .collect()
    }

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
    fn every_option_is_in_the_manual_and_in_the_completions() {
        let mut command = Args::definition();
        command.build();
        let mut scripts = Vec::new();
        for &shell in <Shell as clap::ValueEnum>::value_variants() {
            completions(&Completions { shell }, &mut scripts).expect("a vector takes everything");
            let script = String::from_utf8(std::mem::take(&mut scripts)).expect("the script is text");
            for option in options(&command) {
                assert!(script.contains(option.trim_start_matches('-')), "{shell}: {option}");
            }
            let completes_codes = matches!(shell, Shell::Bash | Shell::Zsh | Shell::Fish);
            assert_eq!(script.contains("ERR_USER_SIG_EXPIRED"), completes_codes, "{shell}");
        }
        let page = page_of(None);
        for option in options(&command) {
            assert!(page.contains(&option), "{option}");
        }
        let stats = command.find_subcommand("stats").expect("there is such a command");
        let page = page_of(Some("stats"));
        for option in options(stats) {
            assert!(page.contains(&option), "stats {option}");
        }
    }
}
