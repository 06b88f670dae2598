//! `man`: the manual page of the program, or of one of its commands.

use std::io::{self, Write};
use std::process::{self, Stdio};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use imerr::catalog::{Lang, unknown_word};

use crate::args::{self, Args, EXAMPLES, examples_of};
use crate::color::Sink;
use crate::exit_status::Outcome;
use crate::language::Messages;
use crate::messages::{self, Level};
use crate::{help_text, language};

/// The sections about exit statuses, the environment and files.
const SECTIONS: &str = include_str!("manual.roff");
const SECTIONS_ZH: &str = include_str!("manual_zh.roff");

/// The generated usage lists all options.
const USAGE: &str = "\
imerr-annotate [OPTIONS] [FILE]...
imerr-annotate [OPTIONS] -- COMMAND [ARG]...
imerr-annotate stats|diagnose|explain|... ...
";

/// Prints the manual page of the program, or of the command `name`. On a terminal, `man` shows it.
pub fn manual(name: Option<&str>, lang: Lang, out: &mut dyn Write) -> io::Result<Outcome> {
    if !Sink::Stdout.is_terminal() {
        return print(name, lang, out);
    }
    let mut page = Vec::new();
    let outcome = print(name, lang, &mut page)?;
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

fn print(name: Option<&str>, lang: Lang, out: &mut dyn Write) -> io::Result<Outcome> {
    let words = language::of(lang);
    let mut command = args::translated(Args::definition(), words);
    command.build();
    let mut text = Vec::new();
    match name {
        None => program_page(command.clone(), lang, &mut text)?,
        Some(name) => {
            let Some(found) = command.find_subcommand(name) else {
                let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
                messages::error(format_args!("command {}", unknown_word(name, &names)));
                return Ok(Outcome::Failed);
            };
            command_page(found.clone(), &mut text)?;
        }
    }
    see_also(&command, name).to_writer(&mut text)?;
    write_page(&text, words, out)
}

fn write_page(page: &[u8], words: &dyn Messages, out: &mut dyn Write) -> io::Result<Outcome> {
    let page = String::from_utf8_lossy(page);
    out.write_all(help_text::localized_manual(&page, words).as_bytes())?;
    Ok(Outcome::Done)
}

fn page(command: Command) -> Man {
    let version = concat!("imerr-annotate ", env!("CARGO_PKG_VERSION"));
    // A blank date: an empty one is left out, and the source would be taken for it.
    Man::new(command).date(" ").source(version).manual("User Commands")
}

/// The generated page, with sections of its own instead of the end of the help and the version.
fn program_page(command: Command, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let command = command.override_usage(USAGE).after_help(None::<&str>).version(None::<&str>);
    page(command).render(out)?;
    let sections = match lang {
        Lang::En => SECTIONS,
        Lang::Zh => SECTIONS_ZH,
    };
    out.write_all(sections.as_bytes())?;
    examples(&EXAMPLES).to_writer(out)
}

/// The generated page of a command, with the usage of its help and sections of its own.
fn command_page(mut command: Command, out: &mut dyn Write) -> io::Result<()> {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim_start().to_string();
    let own = examples_of(command.get_name());
    page(command.override_usage(usage).after_help(None::<&str>)).render(out)?;
    if own.is_empty() { Ok(()) } else { examples(own).to_writer(out) }
}

fn examples(commands: &[&str]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    let lines: Vec<Inline> = commands.iter().map(|one| roman(format!("{one}\n"))).collect();
    roff.text(lines).control("fi", []);
    roff
}

/// The pages besides that of the program or of the command `name`.
fn see_also(definition: &Command, name: Option<&str>) -> Roff {
    let mut pages = vec![(name.is_some(), definition.get_name().to_string())];
    for command in definition.get_subcommands() {
        let is_other = name != Some(command.get_name()) && command.get_name() != "help";
        pages.push((is_other, format!("{}-{}", definition.get_name(), command.get_name())));
    }
    let mut text = Vec::new();
    for (_, page) in pages.into_iter().filter(|(is_other, _)| *is_other) {
        let separator = if text.is_empty() { "" } else { ", " };
        text.extend([roman(separator), bold(page), roman("(1)")]);
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]).text(text);
    roff
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn printed(command: Option<&str>, lang: Lang) -> String {
        let mut out = Vec::new();
        print(command, lang, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("the page is text").replace("\\-", "-")
    }

    #[test]
    fn every_option_is_in_the_manual() {
        let mut command = Args::definition();
        command.build();
        let names = command.get_subcommands().map(Command::get_name).filter(|name| *name != "help");
        let mut pages = vec![(&command, printed(None, Lang::En))];
        for name in names {
            let found = command.find_subcommand(name).expect("it is one of the commands");
            pages.push((found, printed(Some(name), Lang::En)));
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
        let page = printed(None, Lang::En);
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

    #[test]
    fn the_page_of_a_command_has_its_usage_and_names_the_other_pages() {
        let page = printed(Some("stats"), Lang::En);
        let synopsis = "\\fBimerr-annotate stats\\fR [OPTIONS] [FILE]...\n.SH DESCRIPTION\n";
        assert!(page.contains(synopsis), "{page}");
        let last = page.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("\\fBimerr-annotate\\fR(1), \\fBimerr-annotate-diagnose"),
            "{last}"
        );
        assert!(!last.contains("-stats") && !last.contains("-help"), "{last}");
    }

    #[test]
    fn a_chinese_page_says_the_same() {
        let entries = |page: &str| page.lines().filter(|line| line.starts_with('.')).count();
        for name in [None, Some("stats"), Some("export"), Some("config")] {
            let (english, chinese) = (printed(name, Lang::En), printed(name, Lang::Zh));
            // Lines of Chinese would be stretched at the few blanks that they have.
            let is_left_aligned =
                chinese.lines().skip_while(|line| !line.starts_with(".TH ")).nth(1)
                    == Some(".ad l");
            assert!(is_left_aligned, "{name:?}: {chinese}");
            let chinese = chinese.replacen(".ad l\n.nh\n", "", 1);
            assert_eq!(entries(&english), entries(&chinese), "{name:?}");
            for line in chinese.lines().filter(|line| line.starts_with(".SH ")) {
                assert!(!line.is_ascii(), "{name:?}: {line}");
            }
        }
    }

    /// Set by the completion scripts alone.
    const OF_SCRIPTS: &str = "IMERR_ANNOTATE_COMPLETE";

    /// The names of variables, and other words in capitals, in a file that reads the environment.
    fn names_in(source: &str) -> Vec<&str> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        if !["variable(", "var_os(", "VARIABLE: &str"].iter().any(|one| code.contains(one)) {
            return Vec::new();
        }
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        let is_name = |text: &&str| text.len() > 2 && text.bytes().all(is_capital);
        let quoted = code.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
        quoted.filter(is_name).filter(|name| *name != OF_SCRIPTS).collect()
    }

    fn sources(folder: &Path, texts: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the source is there") {
            let path = entry.expect("listed").path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("test")) {
                continue;
            }
            if path.is_dir() {
                sources(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(&path).expect("it is text"));
            }
        }
    }

    #[test]
    fn the_manual_names_every_variable_that_is_read() {
        let mut texts = Vec::new();
        sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut texts);
        let names: Vec<&str> = texts.iter().flat_map(|text| names_in(text)).collect();
        assert!(names.contains(&"COLUMNS") && names.contains(&"TF_BUILD"), "{names:?}");
        for lang in [Lang::En, Lang::Zh] {
            let page = printed(None, lang);
            for name in &names {
                assert!(page.contains(name), "{lang:?}: {name}");
            }
        }
    }
}
