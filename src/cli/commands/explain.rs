//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};
use std::path::Path;

use imerr::catalog::{Catalog, Entry};
use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::terminal::Styles;

use super::entry_text::EntryText;
use super::lookup;
use super::query::{Answer, Problem, answers};
use super::text_page::TextPage;
use crate::args::{LookupArgs, LookupFormat};
use crate::exit_status::Outcome;
use crate::messages::{self, Level};

pub fn explain(
    wanted: &[String],
    args: &LookupArgs,
    styles: &Styles,
    detector: &Detector,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let catalog = detector.catalog();
    let filter = args.entries.filter(catalog);
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for wanted in wanted {
        collect(wanted, &filter, detector, &mut found, &mut problems);
    }
    if wanted.is_empty() {
        let entries = catalog.entries().iter().filter(|entry| filter.selects(entry));
        found.extend(entries.map(|entry| Answer { entry, code: None }));
        if found.is_empty() {
            problems.push(Problem::NonePasses);
        }
    }
    let entries: Vec<&Entry> = found.iter().map(|answer| answer.entry).collect();
    match args.format {
        LookupFormat::Text => write_text(&found, styles, catalog, out)?,
        LookupFormat::Json => lookup::write_json(&entries, catalog.lang(), out)?,
        LookupFormat::Csv => lookup::write_csv(&entries, catalog.lang(), out)?,
    }
    // On a terminal that shows both streams, the messages come after the entries.
    out.flush()?;
    let problems = Problem::with_words_joined(problems);
    problems.iter().for_each(print_problem);
    let logs = wanted.iter().filter(|wanted| Path::new(wanted).is_file());
    if let Some(log) = logs.take(problems.len()).next() {
        messages::say(Level::Note, messages::words().may_be_log(log));
    }
    Ok(if problems.is_empty() { Outcome::Done } else { Outcome::NothingFound })
}

/// Adds the entries for `wanted` that the filter selects.
fn collect<'c>(
    wanted: &str,
    filter: &Filter,
    detector: &'c Detector,
    found: &mut Vec<Answer<'c>>,
    problems: &mut Vec<Problem>,
) {
    let (found_before, problems_before) = (found.len(), problems.len());
    for answer in answers(wanted, detector) {
        match answer {
            Ok(answer) if filter.selects(answer.entry) => found.push(answer),
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if found.len() == found_before && problems.len() == problems_before {
        problems.push(Problem::EntryFiltered(wanted.to_string()));
    }
}

/// Prints why there is no entry. Meanings of several codes that are near have a line each.
fn print_problem(problem: &Problem) {
    let words = messages::words();
    match problem {
        Problem::Unknown { wanted, similar } if similar.len() > 1 => {
            messages::say_list(Level::Error, words.several_near(wanted), similar);
        }
        _ => messages::say(Level::Error, words.lookup_problem(problem)),
    }
}

fn write_text(
    found: &[Answer<'_>],
    styles: &Styles,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = TextPage::stdout(styles, out).for_sentences();
    for (index, answer) in found.iter().enumerate() {
        if index > 0 {
            page.end_line()?;
        }
        EntryText { catalog, page: &mut page }.write(answer)?;
    }
    Ok(())
}
