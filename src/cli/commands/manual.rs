//! `man`: the manual page of the program, or of one of its commands.

use std::io::{self, Write};
use std::process::{self, Stdio};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use imerr::catalog::unknown_word;

use crate::args::{Args, EXAMPLES};
use crate::color::Sink;
use crate::exit_status::Outcome;
use crate::messages::{self, Level};

/// The sections about exit statuses, the environment and files.
const SECTIONS: &str = include_str!("manual.roff");

/// The generated usage lists all options.
const USAGE: &str = "\
imerr-annotate [OPTIONS] [FILE]...
imerr-annotate [OPTIONS] -- COMMAND [ARG]...
imerr-annotate stats|diagnose|explain|... ...
";

/// Prints the manual page of the program, or of the command `name`. On a terminal, `man` shows it.
pub fn manual(name: Option<&str>, out: &mut dyn Write) -> io::Result<Outcome> {
    if !Sink::Stdout.is_terminal() {
        return print(name, out);
    }
    let mut page = Vec::new();
    let outcome = print(name, &mut page)?;
    if outcome != Outcome::Done || show(&page) {
        return Ok(outcome);
    }
    messages::say(Level::Error, messages::words().no_man());
    Ok(Outcome::Failed)
}

/// Lets `man` show a page. Returns whether it did.
fn show(page: &[u8]) -> bool {
    let mut man = process::Command::new("man");
    let Ok(mut man) = man.args(["-l", "-"]).stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut stdin) = man.stdin.take() {
        // A reader that quits early closes it.
        let _ = stdin.write_all(page);
    }
    man.wait().is_ok_and(|status| status.success())
}

fn print(name: Option<&str>, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Args::definition();
    command.build();
    let Some(name) = name else {
        program_page(command, out)?;
        return Ok(Outcome::Done);
    };
    let Some(found) = command.find_subcommand(name) else {
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        messages::error(format_args!("command {}", unknown_word(name, &names)));
        return Ok(Outcome::Failed);
    };
    page(found.clone()).render(out)?;
    Ok(Outcome::Done)
}

fn page(command: Command) -> Man {
    let version = concat!("imerr-annotate ", env!("CARGO_PKG_VERSION"));
    // A blank date: an empty one is left out, and the source would be taken for it.
    Man::new(command).date(" ").source(version).manual("User Commands")
}

/// The generated page, with sections of its own instead of the end of the help and the version.
fn program_page(command: Command, out: &mut dyn Write) -> io::Result<()> {
    let command = command.override_usage(USAGE).after_help(None::<&str>).version(None::<&str>);
    page(command).render(out)?;
    out.write_all(SECTIONS.as_bytes())?;
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    roff.text(EXAMPLES.map(|example| roman(format!("{example}\n")))).control("fi", []);
    roff.to_writer(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(command: Option<&str>) -> String {
        let mut out = Vec::new();
        print(command, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("the page is text").replace("\\-", "-")
    }

    #[test]
    fn every_option_is_in_the_manual() {
        let mut command = Args::definition();
        command.build();
        let names = command.get_subcommands().map(Command::get_name).filter(|name| *name != "help");
        let mut pages = vec![(&command, printed(None))];
        for name in names {
            let found = command.find_subcommand(name).expect("it is one of the commands");
            pages.push((found, printed(Some(name))));
        }
        for (command, page) in pages {
            for option in command.get_arguments().filter(|option| !option.is_hide_set()) {
                let Some(long) = option.get_long() else { continue };
                let wanted = format!("\\fB--{long}\\fR");
                assert!(page.contains(&wanted), "{}: --{long}", command.get_name());
            }
        }
    }

    #[test]
    fn the_program_page_has_a_title_and_its_own_sections() {
        let page = printed(None);
        let title = concat!(
            " 1 \" \" \"imerr-annotate ",
            env!("CARGO_PKG_VERSION"),
            "\" \"User Commands\""
        );
        assert!(page.contains(title), "{page}");
        for heading in ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"] {
            assert!(
                page.contains(&format!("\n.SH \"{heading}\""))
                    || page.contains(&format!("\n.SH {heading}")),
                "{heading}"
            );
        }
        assert!(page.contains("\nimerr-annotate explain 6206\n"), "{page}");
    }
}
