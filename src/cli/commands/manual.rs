//! `man`: the manual page of the program, or of one of its commands.

use std::io::{self, Write};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::{Args, EXAMPLES, ManArgs};
use crate::exit_status::Outcome;
use crate::messages;

const STATUSES: [(&str, &str); 7] = [
    ("0", "Success, also if no code was found or the reader of the output closed it."),
    (
        "1",
        "A gate such as --fail-on failed; --quiet, explain or search found nothing; or check found a problem.",
    ),
    (
        "2",
        "Wrong usage, a broken config file or catalog, or a file that cannot be read or written. The other files are still processed.",
    ),
    ("129, 130, 143", "Ended by SIGHUP, SIGINT or SIGTERM. All complete lines were written."),
    ("126", "The COMMAND cannot be run."),
    ("127", "The COMMAND does not exist."),
    (
        "any other",
        "The status of the COMMAND, or 128 plus the number of the signal that ended it. If it is 0, the rows above apply.",
    ),
];

const VARIABLES: [(&str, &str); 2] = [
    ("IMERR_ANNOTATE_CONFIG", "The config file, if --config is not given."),
    (
        "NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, CLICOLOR, TERM",
        "Decide about color if --color is auto.",
    ),
];

const FILES: [(&str, &str); 1] = [(
    "~/.config/imerr-annotate/config.toml",
    "Defaults for options, such as theme = \"light\". Below $XDG_CONFIG_HOME if that is set, on Windows below %APPDATA%.",
)];

/// The generated usage lists all options.
const USAGE: &str = "\
imerr-annotate [OPTIONS] [FILE]...
imerr-annotate [OPTIONS] -- COMMAND [ARG]...
imerr-annotate stats|explain|search|list|explain-line|check|new-catalog|config|completions|man ...
";

/// Prints the manual page of the program, or of the command that `args` names.
pub fn manual(args: &ManArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Args::definition();
    command.build();
    let Some(name) = &args.command else {
        program_page(command, out)?;
        return Ok(Outcome::Done);
    };
    let Some(found) = command.find_subcommand(name) else {
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let names = names.join(", ");
        messages::message(format_args!("{name}: no such command; commands are {names}"));
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

fn program_page(command: Command, out: &mut dyn Write) -> io::Result<()> {
    let man = page(command.override_usage(USAGE));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    man.render_subcommands_section(out)?;
    let mut roff = Roff::new();
    section(&mut roff, "EXIT STATUS", &STATUSES);
    section(&mut roff, "ENVIRONMENT", &VARIABLES);
    section(&mut roff, "FILES", &FILES);
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    roff.text(EXAMPLES.map(|example| roman(format!("{example}\n")))).control("fi", []);
    roff.to_writer(out)
}

fn section(roff: &mut Roff, heading: &str, rows: &[(&str, &str)]) {
    roff.control("SH", [heading]);
    for (term, text) in rows {
        roff.control("TP", []).text([bold(*term)]).text([roman(*text)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(command: Option<&str>) -> String {
        let mut out = Vec::new();
        let args = ManArgs { command: command.map(str::to_string) };
        manual(&args, &mut out).expect("a vector takes everything");
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
