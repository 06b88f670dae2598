//! The script of bash. The generated function is called by another one that prepares its words.

use clap::{Arg, Command};

use super::{Values, filled, kind};

const LINE: &str = include_str!("bash.sh");

/// `script` with a function around that of the generator.
pub fn mended(script: &str, name: &str, command: &Command) -> String {
    // The generator gives a program with a hyphen in its name two names inside the script, so that no command is found.
    let script = script.replace(&name.replace('-', "__subcmd__"), &name.replace('-', "__"));
    let function = format!("_{}", name.replace('-', "__"));
    let Some((generated, registered)) = script.split_once("\n}\n") else { return script };
    let options = |wanted: Values| {
        let options = command
            .get_arguments()
            .chain(command.get_subcommands().flat_map(Command::get_arguments));
        let mut names: Vec<String> = Vec::new();
        for option in options.filter(|option| kind(option) == Some(wanted)) {
            names.extend(option.get_long().map(|long| format!("--{long}")));
            names.extend(option.get_short().map(|short| format!("-{short}")));
        }
        names.sort();
        names.dedup();
        names.join(" ")
    };
    let reading = command
        .get_subcommands()
        .filter(|one| one.get_positionals().any(|arg| kind(arg) == Some(Values::Paths)));
    let lists = command
        .get_arguments()
        .filter(|arg| arg.get_value_delimiter() == Some(','))
        .filter_map(Arg::get_long);
    let lists: Vec<String> = lists.map(|long| format!("--{long}")).collect();
    let line = filled(LINE, command)
        .replace("@READING@", &reading.map(Command::get_name).collect::<Vec<_>>().join(" "))
        .replace("@CHOSEN@", &options(Values::Chosen))
        .replace("@PATHS@", &options(Values::Paths))
        .replace("@FREE@", &options(Values::Free))
        .replace("@LISTS@", &lists.join(" "))
        .replace("@FUNCTION@", &function);
    let registered = registered
        .replace(&format!("complete -F {function} "), "complete -F _imerr_annotate_line ");
    format!("{generated}\n}}\n{line}{registered}")
}
