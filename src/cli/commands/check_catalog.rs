//! `check-catalog`: prints every problem of catalogs and rules. `new-catalog`: prints a template
//! for one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use imerr::catalog::Lang;
use imerr::custom::{Diagnostic, FileSummary};
use imerr::language;

use crate::args::CatalogArgs;
use crate::catalogs::{CatalogFiles, excerpt_of, print_overrides};
use crate::exit_status::Outcome;
use crate::language::Contents;
use crate::messages::{self, Level, sanitize};
use crate::user_file::is_dash;

const TEMPLATE: &str = include_str!("new_catalog.toml");
const TEMPLATE_ZH: &str = include_str!("new_catalog_zh.toml");

pub fn new_catalog(name: &str, lang: Lang, out: &mut dyn Write) -> io::Result<Outcome> {
    let template = match lang {
        Lang::En => TEMPLATE,
        Lang::Zh => TEMPLATE_ZH,
    };
    out.write_all(template.replace("NAME", name).as_bytes())?;
    Ok(Outcome::Done)
}

/// Checks `paths` together with the files of `context`, which are read first. The problems are in
/// `lang`.
pub fn check_catalog(
    paths: &[PathBuf],
    context: &CatalogArgs,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let words = crate::language::of(lang);
    let mut files = CatalogFiles::default();
    files.add_args(context);
    let summaries = files.add(paths.iter());
    files.errors.iter().for_each(messages::print);
    let problems = match files.builder.finish() {
        Ok(loaded) => {
            print_overrides(&loaded);
            loaded.wrong_samples()
        }
        Err(problems) => problems,
    };
    for problem in &problems {
        let Diagnostic { path, span, message } = problem;
        let message = words.diagnostic(message).unwrap_or_else(|| message.clone());
        let (line, column) = (span.line, span.column);
        writeln!(out, "{}", sanitize(&format!("{path}:{line}:{column}: {message}")))?;
        let excerpt = excerpt_of(&files.texts, problem);
        for line in excerpt.iter().flat_map(|excerpt| excerpt.lines()) {
            writeln!(out, "{}", sanitize(line))?;
        }
    }
    for path in paths.iter().filter(|path| may_be_log(path) && names_problem(path, &problems)) {
        out.flush()?;
        let name = path.display().to_string();
        messages::say(Level::Note, messages::words().may_be_log(&name));
    }
    if problems.is_empty() {
        for (name, summary) in summaries {
            let contents = words.contents(&contents(summary));
            writeln!(out, "{}{}{contents}", sanitize(&name), language::of(lang).colon())?;
        }
    }
    if !files.errors.is_empty() {
        Ok(Outcome::Failed)
    } else if problems.is_empty() {
        Ok(Outcome::Done)
    } else {
        Ok(Outcome::ProblemsFound)
    }
}

/// Whether the name of a file is not that of a TOML file.
fn may_be_log(path: &Path) -> bool {
    !is_dash(path) && !path.is_dir() && path.extension().is_none_or(|extension| extension != "toml")
}

fn names_problem(path: &Path, problems: &[Diagnostic]) -> bool {
    let name = path.display().to_string();
    problems.iter().any(|problem| problem.path == name)
}

fn contents(summary: FileSummary) -> Contents {
    let FileSummary { entries, rules, causes, samples, .. } = summary;
    if causes > 0 {
        Contents::Causes { causes, samples }
    } else if rules == 0 {
        Contents::Entries(entries)
    } else {
        Contents::Rules { rules, lines: samples }
    }
}
