//! The command line of imerr-annotate: arguments, environment, terminal, signals and exit statuses.

mod about;
mod args;
mod atomic_file;
mod catalogs;
mod closing_notes;
mod color;
mod commands;
mod config;
mod error;
mod exit_status;
mod finish;
mod help_text;
mod input_stats;
mod inputs;
mod lang;
mod language;
mod mcp;
mod messages;
mod observer;
mod progress;
mod run;
mod run_config;
mod signals;
mod source_text;
mod system;
mod temporary_file;
mod time_zone;
mod user_file;
mod zip_file;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use args::{Args, Command, Format};
use color::Sink;
use config::CommandLine;
use error::Failure;
use exit_status::Outcome;
use imerr::report::CommandFilter;
use messages::Level;
use run::process_logs;
use run_config::RunConfig;

fn main() -> ExitCode {
    commands::answer_shell();
    system::catch_file_size_limit();
    // Not locked: a run on several threads hands it from one to the next.
    let mut out = BufWriter::with_capacity(64 << 10, progress::Stdout(system::stdout()));
    let command_line = CommandLine::parse(std::env::args_os());
    let result = command_line.and_then(|command_line| run_command(&command_line, &mut out));
    let flushed = out.flush();
    progress::finish();
    // After an error, what is left in the buffer must not be written when it is dropped.
    let _ = out.into_parts();
    exit_status::exit(result, flushed)
}

/// Runs the command of the command line, and writes its output to `out`.
fn run_command(
    command_line: &CommandLine,
    out: &mut (dyn Write + Send),
) -> Result<Outcome, Failure> {
    let args = &command_line.args;
    set_up_messages(args);
    if args.short_help {
        return Ok(about::short_help(args.lang.on(Sink::Stdout), &args.styles(Sink::Stdout), out)?);
    }
    if args.short_version {
        return Ok(about::short_version(out)?);
    }
    if args.version {
        return Ok(about::version(args.lang.on(Sink::Stdout), out)?);
    }
    match &args.command {
        None => Ok(process_logs(RunConfig::for_log(args, command_line.detector()?)?, out)?),
        Some(command) => run_subcommand(command, command_line, out),
    }
}

fn set_up_messages(args: &Args) {
    messages::set_styles(args.styles(Sink::Stderr));
    messages::set_lang(args.lang);
    let answers_lines = args.command.is_none() && args.format == Format::Rsyslog;
    if answers_lines && color::stdout_is_stderr() && !Sink::Stderr.is_terminal() {
        // rsyslog gives a program one pipe for both, and a message would count as an answer.
        messages::print_from(Level::Error);
    } else if !args.notes || args.mode.quiet {
        messages::print_from(Level::Warning);
    }
}

fn run_subcommand(
    command: &Command,
    command_line: &CommandLine,
    out: &mut (dyn Write + Send),
) -> Result<Outcome, Failure> {
    let args = &command_line.args;
    let styles = args.styles(Sink::Stdout);
    let detector = || command_line.detector();
    let outcome = match command {
        Command::Stats(stats) => {
            process_logs(RunConfig::for_stats(stats, args, command_line.loaded()?)?, out)
        }
        Command::Diagnose(diagnose) if diagnose.asks_for_causes() => {
            commands::causes(&command_line.loaded()?.causes(), &styles, command_line.lang(), out)
        }
        Command::Diagnose(diagnose) => {
            process_logs(RunConfig::for_diagnose(diagnose, args, command_line.loaded()?)?, out)
        }
        Command::Explain { wanted, lookup } => {
            commands::explain(wanted, lookup, &styles, &detector()?, out)
        }
        Command::Search { words, lookup } => {
            commands::search(words, lookup, &styles, detector()?.catalog(), out)
        }
        Command::List { lookup } => commands::list(lookup, &styles, detector()?.catalog(), out),
        Command::Export(export) => {
            return commands::export(export, &args.catalogs, detector()?.catalog(), out);
        }
        Command::ExplainLine(lines) if run::runs_inline_commands() => {
            let mut out = CommandFilter::new(out);
            let outcome = commands::explain_line(lines, &styles, detector()?, &mut out);
            out.finish()?;
            outcome
        }
        Command::ExplainLine(lines) => commands::explain_line(lines, &styles, detector()?, out),
        Command::Mcp(one) if one.skill => mcp::print_skill(out),
        Command::Mcp(one) => return mcp::serve(one, command_line.loaded()?),
        Command::CheckCatalog { files } => {
            commands::check_catalog(files, &args.catalogs, args.lang.on(Sink::Stdout), out)
        }
        Command::NewCatalog { name } => {
            commands::new_catalog(name, args.lang.on(Sink::Stdout), out)
        }
        Command::Config { command: Some(_) } => config::print_path(args, out),
        Command::Config { command: None } => return config::print(args, out),
        Command::Completions { shell } => commands::completions(*shell, out),
        Command::Man { command } => {
            commands::manual(command.as_deref(), args.lang.on(Sink::Stdout), out)
        }
    };
    Ok(outcome?)
}
