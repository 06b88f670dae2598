//! Arguments that are valid alone but not together, or not with the catalog.

use clap::error::ErrorKind;
use clap::{CommandFactory, ValueEnum};
use imerr::catalog::Catalog;

use crate::args::{self, Args, Command, Format, Schema, WrongName};
use crate::inputs::is_dash;

/// A command after options, which is parsed as a file that does not exist.
fn late_command(args: &Args) -> Option<&str> {
    let first = args.input.files.first()?;
    if args.command.is_some() || first.exists() {
        return None;
    }
    let name = first.to_str()?;
    Args::command().get_subcommands().any(|command| command.get_name() == name).then_some(name)
}

/// The arguments, unless some of them conflict.
pub fn checked(args: Args) -> Result<Args, clap::Error> {
    let (input, filter, gate) = match &args.command {
        None => (&args.input, &args.filter, &args.gate),
        Some(Command::Stats(stats)) => (&stats.input, &stats.filter, &stats.gate),
        Some(_) => return Ok(args),
    };
    if let Some(name) = late_command(&args) {
        let wrong = format!(
            "'{name}' is no file but a command, which comes before all options: imerr-annotate {name} [OPTIONS]"
        );
        return Err(Args::command().error(ErrorKind::ArgumentConflict, wrong));
    }
    let names_stdin = input.files.iter().any(|file| is_dash(file));
    let reads_stdin = names_stdin || input.files.is_empty() && input.walk.files_from.is_none();
    let is_document = args.format.document().is_some() || args.no_passthru;
    let is_listing = matches!(args.format, Format::Jsonl | Format::Csv | Format::Rdjsonl);
    let keeps_log = !(is_document || is_listing);
    let format = args
        .format
        .to_possible_value()
        .map_or_else(String::new, |value| format!("--format {}", value.get_name()));
    let mode = args.mode.short();
    let is_narrowed = (args.lines.invert_match || args.lines.has_context())
        && args.mode.short().is_none()
        && !args.mode.quiet;
    let takes_commands =
        matches!(args.format, Format::Ci | Format::Github | Format::Azure | Format::Teamcity);
    let names_unknown = filter.unknown || gate.fail_on_unknown;
    let runs_command = !args.program.is_empty();
    let names_files =
        !input.files.is_empty() || input.walk.files_from.is_some() || input.walk.recursive;
    let wrong = if runs_command && names_files {
        "what is named before -- is read and what stands behind it is run, and a run does one of the two; leave out the files, or --"
    } else if runs_command && args.output.directory.is_some() {
        "--output mirrors the paths of files, and a command has none; write what it says with > FILE and 2> FILE"
    } else if runs_command && (args.follow.follow || input.tail.is_some()) {
        "--follow and --tail are for files; what a command writes is annotated as it comes"
    } else if args.output.directory.is_some() && reads_stdin {
        "standard input has no path to mirror below the directory of --output; name files, or write it with > FILE"
    } else if args.follow.follow && reads_stdin {
        "--follow is for files; standard input is read as it is written without it"
    } else if input.tail.is_some() && reads_stdin {
        "--tail is for files; the last lines of standard input are those of tail -n N | imerr-annotate"
    } else if names_stdin && input.walk.list_is_stdin() {
        "standard input cannot be both the list of files and one of them; write the list to a file"
    } else if args.output.directory.is_some() && (is_document || takes_commands) {
        "--output is for formats of logs; --report KIND=FILE writes a document beside it"
    } else if let Some(mode) = mode.filter(|_| is_document) {
        &format!(
            "{mode} prints something else in place of {format}; --report KIND=FILE writes a document beside it"
        )
    } else if let Some(mode) = mode.filter(|_| takes_commands || is_listing) {
        &format!("{mode} prints something else in place of {format}; leave one of them out")
    } else if is_narrowed && !keeps_log {
        &format!(
            "--invert-match and context are about lines of the log, which {format} leaves out; another format has them"
        )
    } else if args.json.schema != Schema::Imerr && !args.format.writes_json_lines() {
        "--schema is for lines that are JSON: for the formats auto and json"
    } else if filter.since.zip(filter.until).is_some_and(|(since, until)| since >= until) {
        "no time lies from --since on and before --until; the earlier one is for --since"
    } else if names_unknown && !filter.entries.filter().only.is_empty() {
        "codes that no catalog holds have no system, category, kind, severity or retry to choose them by; leave that out, or --unknown and \
         --fail-on-unknown"
    } else if args.no_passthru && !takes_commands {
        "--no-passthru is for the formats ci, github, azure and teamcity; other formats of documents leave the log out anyway"
    } else {
        return Ok(args);
    };
    Err(Args::command().error(ErrorKind::ArgumentConflict, wrong))
}

/// Checks that the catalog has the systems and categories in the arguments.
pub fn check_names(args: &Args, catalog: &Catalog) -> Result<(), WrongName> {
    let (entries, prefer) = match &args.command {
        None => (Some(&args.filter.entries), &args.filter.prefer),
        Some(Command::Stats(stats)) => (Some(&stats.filter.entries), &stats.filter.prefer),
        Some(Command::List(list)) => (Some(&list.entries), &None),
        Some(Command::ExplainLine(explain)) => (None, &explain.prefer),
        Some(_) => return Ok(()),
    };
    args::check_names(entries, prefer.as_deref(), catalog)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(typed: &[&str]) -> Args {
        Args::parse_words(["imerr-annotate"].iter().chain(typed))
            .map_or_else(|error| panic!("{typed:?}: {error}"), |(args, _)| args)
    }

    #[test]
    fn conflicting_options_are_refused_with_a_hint() {
        let rows: [(&[&str], &str); 26] = [
            (&["a"], ""),
            (&["--", "a"], ""),
            (&["a", "--", "b"], "leave out the files"),
            (&["--files-from", "a", "--", "b"], "leave out the files"),
            (&["-r", "--", "b"], "leave out the files"),
            (&["-o", "a", "--", "b"], "> FILE"),
            (&["--count", "--format", "junit", "--", "a"], "--report KIND=FILE"),
            (&["-f", "a"], ""),
            (&["-f"], "--follow is for files"),
            (&["-f", "--", "a"], "what a command writes"),
            (&["-f", "a", "-"], "--follow is for files"),
            (&["--tail", "5", "a"], ""),
            (&["--tail", "5"], "tail -n N | imerr-annotate"),
            (&["stats", "--tail", "5", "-"], "tail -n N | imerr-annotate"),
            (&["--count", "--format", "ci", "a"], "leave one of them out"),
            (&["--count", "--format", "github", "a"], "leave one of them out"),
            (&["--count", "--format", "sarif", "a"], "--report KIND=FILE"),
            (&["--quiet", "--format", "github", "a"], ""),
            (&["--schema", "ecs", "a"], ""),
            (&["--schema", "ecs", "--format", "append", "a"], "for the formats auto and json"),
            (&["--since", "2026-11-24", "--until", "2026-11-25", "a"], ""),
            (
                &["--since", "2026-11-24", "--until", "2026-11-24", "a"],
                "the earlier one is for --since",
            ),
            (
                &["stats", "--since", "2026-11-24", "--until", "2026-11-23", "a"],
                "the earlier one is for --since",
            ),
            (&["--fail-on-unknown", "--severity", "error", "a"], "leave that out"),
            (&["stats", "--unknown", "--system", "sdk", "a"], "leave that out"),
            (&["--format", "jsonl", "--system", "sdk", "a"], ""),
        ];
        for (typed, expected) in rows {
            let error = checked(args(typed)).err().map(|error| error.to_string());
            match error {
                None => assert_eq!(expected, "", "{typed:?}"),
                Some(error) => {
                    assert!(!expected.is_empty() && error.contains(expected), "{typed:?}: {error}");
                }
            }
        }
    }
}
