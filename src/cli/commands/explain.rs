//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};
use std::path::Path;

use imerr::catalog::{Catalog, Entry};
use imerr::detect::Detector;
use imerr::filter::Filter;
use imerr::terminal::Styles;

use super::entry_text::EntryText;
use super::lookup;
use super::query::{Answer, PARTS, Problem, answers};
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
    let (searches, problems) = searched(Problem::with_words_joined(problems), &filter, catalog);
    let lists = explain_few(&searches, args.format, &mut found);
    let entries: Vec<&Entry> = found.iter().map(|answer| answer.entry).collect();
    match args.format {
        LookupFormat::Text => write_text(&found, &lists, styles, catalog, out)?,
        LookupFormat::Json => lookup::write_json(&entries, catalog.lang(), out)?,
        LookupFormat::Csv => lookup::write_csv(&entries, catalog.lang(), out)?,
    }
    // On a terminal that shows both streams, the messages come after the entries.
    out.flush()?;
    for search in &searches {
        messages::say(Level::Note, search.note());
    }
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

/// Words that are no code or whole name, and the entries that have them.
struct Search<'c> {
    problem: Problem,
    entries: Vec<&'c Entry>,
}

impl<'c> Search<'c> {
    /// None if the problem has no words or no entry has them. A word that no entry has is likely a
    /// misspelled one, for which `search` has suggestions.
    fn new(problem: &Problem, catalog: &'c Catalog) -> Option<Self> {
        let entries = match problem {
            Problem::PartOfNames(part, _) => {
                catalog.entries_with_name_part(&part.to_ascii_uppercase())
            }
            Problem::Words(words) => {
                let words: Vec<&str> = words.split_whitespace().collect();
                let is_known = catalog.words_without_entry(&words).is_empty();
                if is_known { catalog.search(&words) } else { Vec::new() }
            }
            _ => Vec::new(),
        };
        if entries.is_empty() { None } else { Some(Self { problem: problem.clone(), entries }) }
    }

    fn note(&self) -> String {
        match &self.problem {
            Problem::Words(words) => messages::words().found_by_words(words, self.entries.len()),
            problem => messages::words().lookup_problem(problem),
        }
    }
}

/// Searches for the words of problems. Returns also the problems that remain.
fn searched<'c>(
    problems: Vec<Problem>,
    filter: &Filter,
    catalog: &'c Catalog,
) -> (Vec<Search<'c>>, Vec<Problem>) {
    let (mut searches, mut remaining) = (Vec::new(), Vec::new());
    for problem in problems {
        let Some(mut search) = Search::new(&problem, catalog) else {
            remaining.push(problem);
            continue;
        };
        search.entries.retain(|entry| filter.selects(entry));
        match &search.problem {
            Problem::Words(words) | Problem::PartOfNames(words, _) if search.entries.is_empty() => {
                remaining.push(Problem::EntryFiltered(words.clone()));
            }
            _ => searches.push(search),
        }
    }
    (searches, remaining)
}

/// Adds the entries of searches to those that are explained. Returns those of which there are so
/// many that a text lists them.
fn explain_few<'c>(
    searches: &[Search<'c>],
    format: LookupFormat,
    found: &mut Vec<Answer<'c>>,
) -> Vec<&'c Entry> {
    let mut listed = Vec::new();
    for Search { entries, .. } in searches {
        if entries.len() > PARTS && format == LookupFormat::Text {
            listed.extend(entries);
        } else {
            found.extend(entries.iter().map(|entry| Answer { entry, code: None }));
        }
    }
    listed
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
    listed: &[&Entry],
    styles: &Styles,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = TextPage::stdout(styles, &mut *out).for_sentences();
    for (index, answer) in found.iter().enumerate() {
        if index > 0 {
            page.end_line()?;
        }
        EntryText { catalog, page: &mut page }.write(answer)?;
    }
    if !found.is_empty() && !listed.is_empty() {
        page.end_line()?;
    }
    lookup::write_table(listed, catalog.lang(), &mut TextPage::stdout(styles, out))
}
