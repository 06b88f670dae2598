//! The command line of imerr-annotate: arguments, environment, terminal, signals and exit statuses.

mod about;
mod args;
mod child;
mod closing;
mod color;
mod commands;
mod config;
mod excerpt;
mod exit_status;
mod guard;
mod hanging;
mod inputs;
mod job;
mod messages;
mod output;
mod own;
mod progress;
mod run;
mod signals;
mod stages;
mod system;
mod watch;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use args::Command;
use commands::{check, completions, explain, explain_line, list, manual, new_catalog, search};
use config::Refused;

/// Output is gathered up to this size before it is written.
const OUTPUT_BUFFER: usize = 64 << 10;

fn main() -> ExitCode {
    let settled = match config::settle(std::env::args_os()) {
        Ok(settled) => settled,
        Err(Refused::Usage(error)) => return exit_status::of_usage(&error),
        Err(Refused::Settings) => return ExitCode::from(2),
    };
    let args = &settled.args;
    // Not locked: a run on several threads hands it from one to the next.
    let mut out = BufWriter::with_capacity(OUTPUT_BUFFER, io::stdout());
    let result = match &args.command {
        _ if args.info.short_help => about::short_help(&mut out),
        _ if args.info.version => about::version(&mut out),
        Some(Command::Check(wanted)) => check::check(wanted, &args.catalogs, &mut out),
        Some(Command::NewCatalog(wanted)) => new_catalog::new_catalog(wanted, &mut out),
        Some(Command::Config(wanted)) => config::run(wanted, &mut out),
        Some(Command::Completions(wanted)) => completions::completions(wanted, &mut out),
        Some(Command::Man(wanted)) => manual::manual(wanted, &mut out),
        command => {
            let Some(knowledge) = settled.knowledge() else { return ExitCode::from(2) };
            own::tell_replaced(&knowledge);
            let detector = knowledge.detector;
            let terminal = || color::Sink::Stdout.columns();
            match command {
                Some(Command::Stats(wanted)) => {
                    run::run(job::Job::of_stats(wanted, args.color, detector), &mut out)
                }
                Some(Command::Explain(wanted)) => {
                    let look = explain::Look {
                        color: args.color.colors(color::Sink::Stdout),
                        columns: terminal(),
                    };
                    explain::explain(wanted, detector.catalog(), look, &mut out)
                }
                Some(Command::Search(wanted)) => {
                    search::search(wanted, detector.catalog(), terminal(), &mut out)
                }
                Some(Command::List(wanted)) => {
                    list::list(wanted, detector.catalog(), terminal(), &mut out)
                }
                Some(Command::ExplainLine(wanted)) => {
                    explain_line::explain_line(wanted, detector, &mut out)
                }
                _ => run::run(job::Job::of_log(args, detector), &mut out),
            }
        }
    };
    let flushed = out.flush();
    progress::finish();
    // What is left of the buffer after an error must not be tried again when it is dropped.
    let _ = out.into_parts();
    exit_status::exit(result, flushed)
}
