//! The script of fish, in which values of options and of arguments are missing as the generator writes it.

use std::fmt::Write;

use clap::Command;

use super::{Values, commands, filled, kind, words};

const FUNCTIONS: &str = include_str!("fish.fish");

/// What the functions take the place of, and what comes behind it.
const REPLACED: &str = "function __fish_imerr_annotate_needs_command\n";
const NEXT: &str = "\nfunction __fish_imerr_annotate_using_subcommand\n";

/// `script` with functions that know unfinished options, and with the values that the generator leaves out.
pub fn mended(script: &str, name: &str, command: &Command) -> String {
    let mut script = with_functions(script, command).unwrap_or_else(|| script.to_string());
    // Commands, unlike options, only in the first place.
    let named = format!("complete -c {name} -n \"__fish_imerr_annotate_needs_command\" -a ");
    script = script.replace(
        &named,
        &format!("complete -c {name} -n \"__fish_imerr_annotate_is_first_word\" -a "),
    );
    // The generator waits for `help` to be no command that was given.
    let never = format!("; and not __fish_seen_subcommand_from {}", commands(command).join(" "));
    script = script.replace(&never, "");
    let mut more = |condition: &str, rest: &str| {
        // Writing into memory cannot fail.
        let _ = writeln!(script, "complete -c {name} -n \"{condition}\" {rest}");
    };
    more(
        "__fish_imerr_annotate_is_behind_dashes",
        "-f -a \"(__fish_imerr_annotate_complete_program)\"",
    );
    values(command, "__fish_imerr_annotate_needs_command", &mut more);
    for one in command.get_subcommands() {
        let condition = format!("__fish_imerr_annotate_using_subcommand {}", one.get_name());
        values(one, &condition, &mut more);
        if !one.get_positionals().any(|argument| kind(argument) == Some(Values::Paths)) {
            let words: Vec<String> = one.get_positionals().flat_map(words).collect();
            more(&condition, &format!("-f -a \"{}\"", words.join(" ")));
        }
    }
    script
}

fn with_functions(script: &str, command: &Command) -> Option<String> {
    let (start, rest) = script.split_once(REPLACED)?;
    let (_, rest) = rest.split_once(NEXT)?;
    Some(format!("{start}{}{NEXT}{rest}", filled(FUNCTIONS, command)))
}

/// What options of `command` take beside their words: lists of them, and KIND=FILE.
fn values(command: &Command, condition: &str, more: &mut impl FnMut(&str, &str)) {
    for option in command.get_arguments() {
        let Some(long) = option.get_long() else { continue };
        let words = words(option);
        if long == "report" {
            more(condition, "-l report -x -a \"(__fish_imerr_annotate_complete_report)\"");
        } else if option.get_value_delimiter() == Some(',') && !words.is_empty() {
            more(condition, &format!("-l {long} -x -a \"(__fish_append , {})\"", words.join(" ")));
        }
    }
}
