//! The command line of imerr-annotate: arguments, environment, terminal, signals and exit statuses.

mod about;
mod args;
mod atomic_file;
mod catalogs;
mod color;
mod commands;
mod config;
mod error;
mod excerpt;
mod exit_status;
mod finish;
mod gate_message;
mod input_stats;
mod inputs;
mod messages;
mod observer;

mod progress;
mod run;
mod run_config;
mod signals;
mod system;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;

use args::{Args, Command};
use commands::{check, completions, explain, explain_line, list, manual, new_catalog, search};
use config::CommandLine;
use error::Error;
use exit_status::Outcome;
use imerr::catalog::Lang;
use imerr::detect::Detector;
use run_config::RunConfig;

/// Output is buffered up to this size.
const OUTPUT_BUFFER: usize = 64 << 10;

fn main() -> ExitCode {
    completions::answer_shell();
    let command_line = match config::load(std::env::args_os()) {
        Ok(command_line) => command_line,
        Err(config::Error::Usage(error)) => return exit_status::of_usage(&error),
        Err(config::Error::Config) => return ExitCode::from(2),
    };
    // Not locked: a run on several threads hands it from one to the next.
    let mut out = BufWriter::with_capacity(OUTPUT_BUFFER, io::stdout());
    let result = run(&command_line, &mut out);
    let flushed = out.flush();
    progress::finish();
    // After an error, what is left in the buffer must not be written when it is dropped.
    let _ = out.into_parts();
    exit_status::exit(result, flushed)
}

fn run(command_line: &CommandLine, out: &mut (dyn Write + Send)) -> io::Result<Outcome> {
    let args = &command_line.args;
    if args.info.short_help {
        return about::short_help(out);
    }
    if args.info.version {
        return about::version(out);
    }
    match &args.command {
        Some(Command::Check(args_of)) => check::check(args_of, &args.catalogs, out),
        Some(Command::NewCatalog(args)) => new_catalog::new_catalog(args, out),
        Some(Command::Config(config)) => config::run(config, &args.config, out),
        Some(Command::Completions(args)) => completions::completions(args, out),
        Some(Command::Man(args)) => manual::manual(args, out),
        _ => match command_line.load_catalogs() {
            Some(loaded) => {
                catalogs::print_overrides(&loaded);
                run_with_catalog(args, loaded.detector, out)
            }
            None => Ok(Outcome::Failed),
        },
    }
}

/// Runs a command that needs the user's catalogs and rules.
fn run_with_catalog(
    args: &Args,
    detector: Detector,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    let columns = color::Sink::Stdout.columns();
    match &args.command {
        Some(Command::Explain(explain_args)) => {
            let color = args.color.colors(color::Sink::Stdout);
            let look = explain::Look { color, columns, lang: Lang::En };
            explain::explain(explain_args, detector.catalog(), look, out)
        }
        Some(Command::Search(args)) => search::search(args, detector.catalog(), columns, out),
        Some(Command::List(args)) => list::list(args, detector.catalog(), columns, out),
        Some(Command::ExplainLine(args)) => explain_line::explain_line(args, detector, out),
        Some(Command::Stats(stats)) => {
            run_over_logs(RunConfig::for_stats(stats, args.color, detector), out)
        }
        _ => run_over_logs(RunConfig::for_log(args, detector), out),
    }
}

fn run_over_logs(
    config: Result<RunConfig, Vec<Error>>,
    out: &mut (dyn Write + Send),
) -> io::Result<Outcome> {
    match config {
        Ok(config) => run::run(&Arc::new(config), out),
        Err(errors) => {
            errors.iter().for_each(messages::print);
            Ok(Outcome::Failed)
        }
    }
}
