//! The script of zsh, in which nothing completes behind a command as the generator writes it: it takes the first word for a file and
//! the second for a program.

use clap::Command;

use super::{commands, filled};

const FUNCTIONS: &str = include_str!("zsh.zsh");
const WORDS: &str = include_str!("zsh_words.zsh");

/// Where the functions go: in front of all others.
const BEGINNING: &str = "\nautoload -U is-at-least\n";
/// What begins the options of the program, and what ends them: its words, up to the branch of the first command.
const OPTIONS: &str = "    _arguments \"${_arguments_options[@]}\" : \\\n";
const FIRST_WORD: &str = "'::files -- ";
const BRANCH: &str = "    (imerr-annotate)\n";

/// `script` with the words of the program put right, and with lists that go on behind a comma.
pub fn mended(script: &str, command: &Command) -> String {
    let lines = script.lines().map(|line| match line.split_once(":KIND=FILE:") {
        Some((option, _)) => format!("{option}:KIND=FILE:_imerr-annotate_report' \\\n"),
        None => list(line).unwrap_or_else(|| format!("{line}\n")),
    });
    let script: String = lines.collect();
    with_words(&script, command).unwrap_or(script)
}

/// A line of an option that can be repeated and knows its words, which commas can stand between as well.
fn list(line: &str) -> Option<String> {
    let (option, words) = line.strip_prefix("'*--").and_then(|line| line.split_once(":("))?;
    let words = words.strip_suffix(")' \\").filter(|words| !words.starts_with('('))?;
    Some(format!("'*--{option}:_sequence compadd - {words}' \\\n"))
}

/// None if the generator writes another script than it did.
fn with_words(script: &str, command: &Command) -> Option<String> {
    let (beginning, rest) = script.split_once(BEGINNING)?;
    let (start, rest) = rest.split_once(OPTIONS)?;
    let (options, rest) = rest.split_once(FIRST_WORD)?;
    let (_, rest) = rest.split_once(BRANCH)?;
    let names = commands(command).join(" ");
    let functions = filled(FUNCTIONS, command);
    // The number of the word that is the command: there are no files before it.
    let rest = rest.replace("$line[3]", "$line[1]");
    Some(format!(
        "{beginning}{BEGINNING}{functions}{start}    local -a commands_of_all=({names})\n    local -a all_options=( \\\n{options}{WORDS}{rest}"
    ))
}
