//! `check`: every problem of catalogs and rules.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use imerr::own::{Held, Own, Problem};

use super::args::{Check, OwnArgs};
use super::excerpt::excerpt;
use super::outcome::Outcome;
use super::own;

/// Reads the files of `args` behind those of `context`, and tells what is wrong.
pub fn check(args: &Check, context: &OwnArgs, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut all = Own::default();
    let mut is_whole = own::gather(context, &mut all);
    let (files, are_listed) = own::files(args.files.iter());
    is_whole &= are_listed;
    let (mut texts, mut held) = (HashMap::new(), Vec::new());
    for path in files {
        let Some(text) = own::text(&path) else {
            is_whole = false;
            continue;
        };
        let name = path.display().to_string();
        held.extend(all.add(&name, &text).map(|held| (name.clone(), held)));
        texts.insert(name, text);
    }
    let problems = match all.finish() {
        Ok(knowledge) => {
            own::tell_replaced(&knowledge);
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
fn tell(problem: &Problem, texts: &HashMap<String, String>, out: &mut dyn Write) -> io::Result<()> {
    let shown: String = problem.to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    writeln!(out, "{shown}")?;
    let text = match texts.get(&problem.path) {
        Some(text) => Some(text.clone()),
        None => own::text(&PathBuf::from(&problem.path)),
    };
    match text.as_deref().and_then(|text| excerpt(text, problem.place)) {
        Some(excerpt) => write!(out, "{excerpt}"),
        None => Ok(()),
    }
}

/// `12 entries`, `3 rules with 9 lines`
fn told(held: Held) -> String {
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    match held {
        Held { rules: 0, entries, .. } => count(entries, "entry", "entries"),
        Held { rules, samples, .. } => {
            format!("{} with {}", count(rules, "rule", "rules"), count(samples, "line", "lines"))
        }
    }
}
