//! The manual: a page about the program, and one about each of its commands.

mod tables;

use std::io::{self, Write};
use std::iter;

use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::{Args, EXAMPLES, ManArgs, NOTES};
use crate::exit_status::Outcome;
use crate::messages;
use tables::{FILES, STATUSES, VARIABLES};

/// How the program is called without a command.
const USAGES: [&str; 2] =
    ["imerr-annotate [OPTIONS] [FILE]...", "imerr-annotate [OPTIONS] -- COMMAND [ARG]..."];

/// Where the options of commands are told.
const PAGES: &str =
    "`imerr-annotate man COMMAND` prints a page about one of them, with its options.";

/// Writes a manual page: of the program, or of one of its commands.
pub fn manual(args: &ManArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Args::definition();
    command.build();
    let page = match &args.command {
        None => of_program(&command)?,
        Some(wanted) => match command.find_subcommand(wanted) {
            Some(found) => of_command(found)?,
            None => {
                let names: Vec<&str> = command
                    .get_subcommands()
                    .map(Command::get_name)
                    .filter(|name| *name != "help")
                    .collect();
                messages::error(
                    wanted,
                    &format!("is no command; commands are {}", names.join(", ")),
                );
                return Ok(Outcome::Failed);
            }
        },
    };
    out.write_all(with_emphasis(&page).as_bytes())?;
    Ok(Outcome::Done)
}

fn of_program(command: &Command) -> io::Result<String> {
    let usages = USAGES.map(str::to_string).into_iter().chain(leaves(command).map(usage));
    let end = [
        paragraphs(&[PAGES]),
        examples(),
        list("EXIT STATUS", &STATUSES),
        list("ENVIRONMENT", &VARIABLES),
        list("FILES", &FILES),
    ];
    Ok([page(command, usages, &NOTES)?, end.concat()].concat())
}

fn of_command(command: &Command) -> io::Result<String> {
    let mut end = Roff::new();
    end.control("SH", ["SEE ALSO"]).text([bold("imerr-annotate"), roman("(1)")]);
    Ok([page(command, leaves(command).map(usage), &[])?, end.render()].concat())
}

/// The sections that the definition of a command gives.
fn page(
    command: &Command,
    usages: impl IntoIterator<Item = String>,
    notes: &[&str],
) -> io::Result<String> {
    let name = called(command).replace(' ', "-");
    // Arguments have a section of their own, which tells how many there may be.
    let options =
        command.clone().mut_args(|arg| if arg.is_positional() { arg.hide(true) } else { arg });
    let man = Man::new(options);
    let (mut description, mut options) = (Vec::new(), Vec::new());
    man.render_description_section(&mut description)?;
    man.render_options_section(&mut options)?;
    let sections = [
        start(&name, command),
        synopsis(called(command), usages),
        text(description)?,
        paragraphs(notes),
        list("ARGUMENTS", &arguments(command)),
        under_one_heading(&text(options)?),
        list("COMMANDS", &rows(command)),
    ];
    Ok(sections.concat())
}

fn text(page: Vec<u8>) -> io::Result<String> {
    String::from_utf8(page).map_err(io::Error::other)
}

/// The title, how lines are broken, and the line by which the page is found.
fn start(name: &str, command: &Command) -> String {
    let mut roff = Roff::new();
    // Options and names are to be copied, so they are not hyphenated, and blanks in them not stretched.
    roff.control("nh", []).control("ad", ["l"]);
    roff.control("SH", ["NAME"]).text([roman(format!("{name} - {}", about(command)))]);
    // By hand: the generator leaves the date out when it is empty, and what follows is taken for it.
    let version = env!("CARGO_PKG_VERSION");
    let title = format!(
        ".TH {} 1 \"\" \"imerr-annotate {version}\" \"User Commands\"\n",
        name.to_uppercase()
    );
    [title, roff.render()].concat()
}

/// How a command is called: `imerr-annotate stats`.
fn called(command: &Command) -> &str {
    command.get_bin_name().unwrap_or_else(|| command.get_name())
}

/// What can stand behind a command; not `help`, which clap adds to all.
fn commands(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|one| one.get_name() != "help")
}

/// The command itself, or in its place those that can stand behind it.
fn leaves(command: &Command) -> Box<dyn Iterator<Item = &Command> + '_> {
    match command.has_subcommands() {
        true => Box::new(commands(command).flat_map(leaves)),
        false => Box::new(iter::once(command)),
    }
}

/// How a command is called, with all that can stand behind it.
fn usage(command: &Command) -> String {
    command.clone().render_usage().to_string().trim_start_matches("Usage: ").to_string()
}

fn synopsis(called: &str, usages: impl IntoIterator<Item = String>) -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for (at, usage) in usages.into_iter().enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        let rest = usage.strip_prefix(called).unwrap_or(&usage);
        roff.text([bold(called), roman(rest)]);
    }
    roff.render()
}

fn paragraphs(texts: &[&str]) -> String {
    let mut roff = Roff::new();
    for text in texts {
        roff.control("PP", []).text([roman(*text)]);
    }
    roff.render()
}

/// What stands behind a command that is no option, and what it means.
fn arguments(command: &Command) -> Vec<(String, String)> {
    let told = |arg: &Arg| arg.get_help().map(StyledStr::to_string).unwrap_or_default();
    let form = |arg: &Arg| if arg.is_last_set() { format!("-- {arg}") } else { arg.to_string() };
    command.get_positionals().map(|arg| (form(arg), told(arg))).collect()
}

/// The commands, as they are called behind the name of the program, and what they do.
fn rows(command: &Command) -> Vec<(String, String)> {
    let name = format!("{} ", called(command));
    let row = |one| (usage(one).trim_start_matches(&name).to_string(), about(one));
    commands(command).flat_map(leaves).map(row).collect()
}

fn about(command: &Command) -> String {
    command.get_about().map(StyledStr::to_string).unwrap_or_default()
}

/// The options with a subheading for each of their headings, and their values close together; nothing without any.
fn under_one_heading(options: &str) -> String {
    let values = "\n.br\n\n.br\n\\fIPossible values:\\fR\n.RS 14\n";
    let Some((before, first)) = options.split_once(".SH OPTIONS") else { return String::new() };
    let rest = first
        .replace("\n.SH ", "\n.SS ")
        .replace(values, "\n.RS\n.PD 0\n")
        .replace("\n.RE\n", "\n.RE\n.PD\n");
    format!("{before}.SH OPTIONS{rest}")
}

/// The page with what stands in backquotes in bold letters.
fn with_emphasis(page: &str) -> String {
    let parts = page.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 0 { part.to_string() } else { format!("\\fB{part}\\fR") })
        .collect()
}

fn examples() -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for example in EXAMPLES {
        roff.text([roman(example)]);
    }
    roff.control("fi", []).render()
}

/// A section with a paragraph for each of `rows`; nothing without any.
fn list<T: AsRef<str>>(heading: &str, rows: &[(T, T)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    for (what, meaning) in rows {
        roff.control("TP", []).text([bold(what.as_ref())]).text([roman(meaning.as_ref())]);
    }
    roff.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(command: Option<&str>) -> String {
        let mut out = Vec::new();
        manual(&ManArgs { command: command.map(str::to_string) }, &mut out)
            .expect("a vector takes everything");
        String::from_utf8(out).expect("the page is text").replace("\\-", "-")
    }

    #[test]
    fn every_option_is_in_the_manual() {
        let mut command = Args::definition();
        command.build();
        let pages = commands(&command).map(|one| (one, page_of(Some(one.get_name()))));
        for (command, page) in pages.chain([(&command, page_of(None))]) {
            for long in
                command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(Arg::get_long)
            {
                assert!(
                    page.contains(&format!("\\fB--{long}\\fR")),
                    "{}: --{long}",
                    called(command)
                );
            }
        }
    }

    #[test]
    fn the_synopsis_has_a_line_for_each_way_of_use() {
        let page = page_of(None);
        let (synopsis, rest) = page
            .split_once(".SH SYNOPSIS\n")
            .expect("there is one")
            .1
            .split_once(".SH ")
            .expect("more follows");
        let wanted = [
            "[OPTIONS] [FILE]...",
            "[OPTIONS] -- COMMAND [ARG]...",
            "stats [OPTIONS] [FILE]...",
            "explain [OPTIONS] <CODE|NAME>...",
            "config path [OPTIONS]",
        ];
        for usage in wanted {
            assert!(
                synopsis.contains(&format!("\\fBimerr-annotate\\fR {usage}\n")),
                "{usage}: {synopsis}"
            );
        }
        assert!(synopsis.lines().count() < 40, "{synopsis}");
        assert!(rest.contains("\n.TP\n\\fBstats [OPTIONS] [FILE]...\\fR\n"), "{rest}");
    }

    #[test]
    fn what_the_generator_leaves_plain_is_mended() {
        let mut command = Args::definition();
        command.build();
        assert!(!page_of(Some("help")).contains("OPTIONS.ie"));
        let pages =
            commands(&command).map(|one| page_of(Some(one.get_name()))).chain([page_of(None)]);
        for page in pages {
            for left in ["`", "Possible values", ".SH OUTPUT", ".RS 14", "OPTIONS.ie"] {
                assert!(!page.contains(left), "{left}: {page}");
            }
            assert!(page.contains("\n.SH OPTIONS\n.TP\n"), "{page}");
        }
    }
}
