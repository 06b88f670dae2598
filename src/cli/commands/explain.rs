//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};

use super::hanging::hanging;
use crate::args::ExplainArgs;
use crate::exit_status::Outcome;
use crate::messages;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// The number of suggestions for an unknown code.
const SUGGESTIONS: usize = 3;

/// How entries are printed.
#[derive(Clone, Copy)]
pub struct Look {
    pub color: bool,
    /// The columns of the terminal, if it is one.
    pub columns: Option<usize>,
    /// The language of the texts.
    pub lang: Lang,
}

pub fn explain(
    args: &ExplainArgs,
    catalog: &Catalog,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::Done;
    let mut is_first = true;
    for wanted in &args.wanted {
        let entries = entries(catalog, wanted);
        if entries.is_empty() {
            // On a terminal that shows both streams, the message comes after the entries above.
            out.flush()?;
            messages::error(wanted, &unknown(catalog, wanted));
            outcome = Outcome::NothingFound;
        }
        for entry in entries {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            describe(catalog, entry, wanted, look, out)?;
        }
    }
    Ok(outcome)
}

/// The entries for a code, or for a name in any case.
fn entries<'c>(catalog: &'c Catalog, wanted: &str) -> Vec<&'c Entry> {
    if let Ok(code) = wanted.parse::<i64>() {
        return catalog.entries_for_code(code).collect();
    }
    let exact = entries_for_name(catalog, wanted);
    if exact.is_empty() { entries_for_name(catalog, &wanted.to_ascii_uppercase()) } else { exact }
}

fn entries_for_name<'c>(catalog: &'c Catalog, name: &str) -> Vec<&'c Entry> {
    catalog.ids_for_name(name.as_bytes()).map(|id| catalog.entry(id)).collect()
}

/// The message about an unknown code or name, with the nearest ones if there are any.
fn unknown(catalog: &Catalog, wanted: &str) -> String {
    let suggestions = match wanted.parse::<i64>() {
        Ok(code) => nearest_codes(catalog, code),
        Err(_) => nearest_names(catalog, wanted),
    };
    let nearest = if suggestions.is_empty() {
        String::new()
    } else {
        format!("; nearest are {}", suggestions.join(", "))
    };
    format!(
        "no catalog holds it{nearest}; find codes by words with 'imerr-annotate search WORD...'"
    )
}

fn nearest_codes(catalog: &Catalog, code: i64) -> Vec<String> {
    let entries = catalog.nearest_entries(code, SUGGESTIONS);
    entries.iter().map(|entry| format!("{} ({})", entry.codes, entry.phrase())).collect()
}

fn nearest_names(catalog: &Catalog, name: &str) -> Vec<String> {
    let names = catalog.similar_names(name, SUGGESTIONS);
    names.iter().map(|(name, entry)| format!("{name} ({})", entry.codes)).collect()
}

fn describe(
    catalog: &Catalog,
    entry: &Entry,
    wanted: &str,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bold, reset) = if look.color { (BOLD, RESET) } else { ("", "") };
    let code = if entry.codes.is_range() && wanted.parse::<i64>().is_ok() {
        wanted.to_string()
    } else {
        entry.codes.to_string()
    };
    let title: Vec<&str> = std::iter::once(code.as_str())
        .chain(entry.names.iter().map(|name| name.as_ref()))
        .collect();
    writeln!(out, "{bold}{}{reset}", title.join(" "))?;
    let mut row = |label: &str, text: &str| writeln!(out, "{}", hanging(label, text, look.columns));
    let mut field = |name: &str, text: &str| row(&format!("  {name:<9} "), text);
    if entry.codes.is_range() {
        field("range", &entry.codes.to_string())?;
    }
    field("category", &format!("{}/{}", entry.system, entry.category))?;
    field("kind", &format!("{}, severity {}", entry.kind, entry.severity))?;
    let texts = entry.texts(look.lang);
    field("meaning", texts.meaning)?;
    if let Some(cause) = texts.cause {
        field("cause", cause)?;
    }
    field("remedy", texts.remedy)?;
    field("retry", &format!("{}: {}", entry.retry, entry.retry.explained()))?;
    field("status", entry.status.as_str())?;
    for (name, text) in [("since", entry.since.as_deref()), ("note", texts.note)] {
        if let Some(text) = text {
            field(name, text)?;
        }
    }
    if let Some(page) = &entry.page {
        field(
            "page",
            &entry.as_of.as_ref().map_or(page.to_string(), |date| format!("{page} (as of {date})")),
        )?;
    }
    for (index, code) in entry.see.iter().enumerate() {
        let meanings: Vec<String> = catalog
            .entries_for_code(*code)
            .map(|one| {
                let meaning = one.texts(look.lang).meaning;
                format!("{}/{}: {meaning}", one.system, one.category)
            })
            .collect();
        let name = if index == 0 { "see" } else { "" };
        row(&format!("  {name:<9} {code:>6} "), &meanings.join(" or "))?;
    }
    Ok(())
}
