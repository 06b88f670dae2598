//! Arguments that are valid alone but not together.

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use clap::error::ErrorKind;
use imerr::format::LogSchema;

use crate::args::{Args, Command, FilterArgs, Format, GateArgs, InputArgs, Tail, usage_error};
use crate::user_file::is_dash;

pub fn check_conflicts(args: &Args) -> Result<(), clap::Error> {
    let conflict = match &args.command {
        None => input_conflict(args, &args.input)
            .or_else(|| answers_conflict(args))
            .or_else(|| format_conflict(args))
            .or_else(|| filter_conflict(&args.filter, &args.gate)),
        Some(Command::Stats(stats)) => input_conflict(args, &stats.input)
            .or_else(|| filter_conflict(&stats.run.filter, &stats.run.gate)),
        Some(Command::Diagnose(diagnose)) => input_conflict(args, &diagnose.input)
            .or_else(|| filter_conflict(&diagnose.run.filter, &diagnose.run.gate)),
        Some(_) => None,
    };
    if conflict.is_none() && waits_for_terminal(args) {
        let message = "no log to read; name files, or pipe a log in ('-' reads what you type)";
        return Err(usage_error(ErrorKind::MissingRequiredArgument, message));
    }
    match conflict {
        Some(conflict) => Err(usage_error(ErrorKind::ArgumentConflict, &conflict)),
        None => Ok(()),
    }
}

/// Whether the run would read the keyboard without being asked to.
fn waits_for_terminal(args: &Args) -> bool {
    let input = match &args.command {
        None => &args.input,
        Some(Command::Stats(stats)) => &stats.input,
        Some(Command::Diagnose(diagnose)) if diagnose.asks_for_causes() => return false,
        Some(Command::Diagnose(diagnose)) => &diagnose.input,
        Some(_) => return false,
    };
    let names_none = input.reads_stdin() && args.program.is_empty();
    names_none && !args.asks_about_program() && io::stdin().is_terminal()
}

fn input_conflict(args: &Args, input: &InputArgs) -> Option<String> {
    let names_stdin = input.files.iter().any(|file| is_dash(file));
    let reads_stdin = args.program.is_empty() && (names_stdin || input.reads_stdin());
    let conflict = if reads_stdin && args.output_dir.is_some() {
        "--output-dir needs named files; for standard input use > FILE"
    } else if reads_stdin && args.follow {
        "--follow is for files; standard input is read as it is written without it"
    } else if reads_stdin && matches!(input.tail, Some(Tail::Lines(_))) {
        "--tail is for files; for standard input use tail -n N | imerr-annotate"
    } else if names_stdin && input.list_is_stdin() {
        "standard input cannot be both the list of files and one of them; write the list to a file"
    } else {
        return None;
    };
    Some(conflict.to_string())
}

/// Of a format that answers each line with one record.
fn answers_conflict(args: &Args) -> Option<String> {
    if args.format != Format::Rsyslog {
        return None;
    }
    let options = [
        ("-- COMMAND", !args.program.is_empty()),
        ("--only", args.lines.only),
        ("--invert-match", args.lines.invert_match),
        ("context", args.lines.has_context()),
        ("--max-count", args.lines.max_count.is_some()),
        ("--quiet", args.mode.quiet),
        ("--since", args.filter.since.is_some()),
        ("--until", args.filter.until.is_some()),
        ("--line-number", args.line_number),
        ("--with-filename", args.with_filename),
    ];
    let given = options.into_iter().find(|(_, is_given)| *is_given);
    let option = given.map(|(option, _)| option).or(args.mode.replaces_lines())?;
    Some(format!(
        "--format rsyslog answers each line by one line, which {option} would change; leave one of \
         them out"
    ))
}

fn format_conflict(args: &Args) -> Option<String> {
    let value = args.format.to_possible_value()?;
    let format = format!("--format {}", value.get_name());
    let is_for_ci =
        matches!(args.format, Format::Ci | Format::Github | Format::Azure | Format::Teamcity);
    let is_document = args.format.document().is_some() || args.no_log;
    let is_listing = args.format.is_listing();
    let mode = args.mode.replaces_lines();
    let selects_log_lines = args.lines.invert_match || args.lines.has_context();
    if args.output_dir.is_some() && (is_document || is_for_ci) {
        return Some(
            "--output-dir needs a log format; use --report KIND=FILE for documents".into(),
        );
    }
    if let Some(mode) = mode.filter(|_| is_document) {
        let hint = "--report KIND=FILE writes a document in addition";
        return Some(format!("{mode} replaces the output of {format}; {hint}"));
    }
    if let Some(mode) = mode.filter(|_| is_for_ci || is_listing) {
        return Some(format!("{mode} replaces the output of {format}; leave one of them out"));
    }
    if selects_log_lines && mode.is_none() && !args.mode.quiet && (is_document || is_listing) {
        let hint = "use another format";
        return Some(format!(
            "--invert-match and context select lines of the log, which {format} leaves out; {hint}"
        ));
    }
    if args.json_fields != LogSchema::Imerr && !args.format.writes_json_lines() {
        return Some("--json-fields is for JSON lines: for the formats auto and json".into());
    }
    if args.no_log && !is_for_ci {
        let hint = "other document formats leave the log out anyway";
        return Some(format!("--no-log is for ci, github, azure and teamcity; {hint}"));
    }
    None
}

fn filter_conflict(filter: &FilterArgs, gate: &GateArgs) -> Option<String> {
    if filter
        .since
        .zip(filter.until)
        .is_some_and(|(since, until)| since.near(until.time) >= until.time)
    {
        return Some("no time is after --since and before --until; swap them".into());
    }
    let names_unknown = filter.unknown || gate.fails_on_unknown();
    if names_unknown && !filter.entries.traits().0.is_empty() {
        let hint = "leave that out, or --unknown and --fail-on unknown";
        return Some(format!(
            "unknown codes have no system, category, kind, severity or retry to select them by; \
             {hint}"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicting_options_are_refused_with_a_hint() {
        let rows: [(&[&str], &str); 27] = [
            (&["a"], ""),
            (&["--", "a"], ""),
            (&["--count", "--format", "junit", "--", "a"], "--report KIND=FILE"),
            (&["-f", "a"], ""),
            (&["-f"], "--follow is for files"),
            (&["-f", "a", "-"], "--follow is for files"),
            (&["--tail", "5", "a"], ""),
            (&["--tail", "5"], "tail -n N | imerr-annotate"),
            (&["stats", "--tail", "5", "-"], "tail -n N | imerr-annotate"),
            (&["--count", "--format", "ci", "a"], "leave one of them out"),
            (&["--count", "--format", "github", "a"], "leave one of them out"),
            (&["--count", "--format", "sarif", "a"], "--report KIND=FILE"),
            (&["--quiet", "--format", "github", "a"], ""),
            (&["--json-fields", "ecs", "a"], ""),
            (&["--json-fields", "ecs", "--format", "append", "a"], "for the formats auto and json"),
            (&["--since", "2026-11-24", "--until", "2026-11-25", "a"], ""),
            (&["--since", "2026-11-24", "--until", "2026-11-24", "a"], "swap them"),
            (&["stats", "--since", "2026-11-24", "--until", "2026-11-23", "a"], "swap them"),
            (&["--fail-on", "unknown", "--severity", "error", "a"], "leave that out"),
            (&["stats", "--unknown", "--system", "sdk", "a"], "leave that out"),
            (&["--format", "jsonl", "--system", "sdk", "a"], ""),
            (&["--format", "rsyslog", "--min-confidence", "high", "a"], ""),
            (&["--format", "rsyslog", "--only", "a"], "which --only would change"),
            (&["--format", "rsyslog", "-A1", "a"], "which context would change"),
            (&["--format", "rsyslog", "-c", "a"], "which --count would change"),
            (&["--format", "rsyslog", "--since", "2h", "a"], "which --since would change"),
            (&["--format", "rsyslog", "--", "a"], "which -- COMMAND would change"),
        ];
        for (typed, expected) in rows {
            let args = Args::parse_typed(typed).expect("each option is valid");
            let error = check_conflicts(&args).err().map(|error| error.to_string());
            assert_eq!(error.is_none(), expected.is_empty(), "{typed:?}: {error:?}");
            assert!(error.unwrap_or_default().contains(expected), "{typed:?}");
        }
    }
}
