//! `check`: every problem of catalogs and rules.

use std::io::{self, Write};

use imerr::custom::{Diagnostic, Held};

use crate::args::{CatalogArgs, CheckArgs};
use crate::exit_status::Outcome;
use crate::own::{Gathered, Texts, tell_replaced};

/// Reads the files of `args` behind those of `context`, and tells what is wrong.
pub fn check(args: &CheckArgs, context: &CatalogArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut files = Gathered::default();
    files.add_named(context);
    let held = files.add(args.files.iter());
    let is_whole = !files.is_incomplete;
    let (result, texts) = files.finish();
    let problems = match result {
        Ok(knowledge) => {
            tell_replaced(&knowledge);
            knowledge.wrong_samples()
        }
        Err(problems) => problems,
    };
    for problem in &problems {
        tell(problem, &texts, out)?;
    }
    if problems.is_empty() {
        for (name, held) in held {
            writeln!(out, "{name}: {}", told(held))?;
        }
    }
    Ok(match (is_whole, problems.is_empty()) {
        (false, _) => Outcome::Failed,
        (true, false) => Outcome::ProblemsFound,
        (true, true) => Outcome::Done,
    })
}

/// The problem, and the line that it is about.
fn tell(problem: &Diagnostic, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    let shown: String =
        problem.to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    writeln!(out, "{shown}")?;
    match texts.excerpt(problem) {
        Some(excerpt) => write!(out, "{excerpt}"),
        None => Ok(()),
    }
}

/// `12 entries`, `3 rules with 9 lines`
fn told(held: Held) -> String {
    let count = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    match held {
        Held { rules: 0, entries, .. } => count(entries, "entry", "entries"),
        Held { rules, samples, .. } => {
            format!("{} with {}", count(rules, "rule", "rules"), count(samples, "line", "lines"))
        }
    }
}
