//! `explain`: everything about codes or names.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};

use crate::args::ExplainArgs;
use crate::exit_status::Outcome;
use crate::hanging::hanging;
use crate::messages;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// How many near codes are named when one is unknown.
const NEAR: usize = 3;

/// How it is shown.
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
            // What is known comes first on a terminal that shows both streams.
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

fn entries<'c>(catalog: &'c Catalog, wanted: &str) -> Vec<&'c Entry> {
    match wanted.parse::<i64>() {
        Ok(code) => catalog.entries_for_code(code).collect(),
        Err(_) => {
            let upper = wanted.to_ascii_uppercase();
            let named = |name: &str| -> Vec<&Entry> {
                catalog.ids_for_name(name.as_bytes()).map(|id| catalog.entry(id)).collect()
            };
            let exact = named(wanted);
            if exact.is_empty() { named(&upper) } else { exact }
        }
    }
}

/// Why nothing is known, and what the user may have meant.
fn unknown(catalog: &Catalog, wanted: &str) -> String {
    let near: Vec<String> = match wanted.parse::<i64>() {
        Ok(code) => catalog
            .nearest_entries(code, NEAR)
            .iter()
            .map(|entry| format!("{} ({})", entry.codes, entry.phrase()))
            .collect(),
        Err(_) => catalog
            .similar_names(wanted, NEAR)
            .iter()
            .map(|(name, entry)| format!("{name} ({})", entry.codes))
            .collect(),
    };
    let hint = "find codes by words with 'imerr-annotate search WORD...'";
    if near.is_empty() {
        format!("no catalog holds it; {hint}")
    } else {
        format!("no catalog holds it; nearest are {}; {hint}", near.join(", "))
    }
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
    for (place, code) in entry.see.iter().enumerate() {
        let meanings: Vec<String> = catalog
            .entries_for_code(*code)
            .map(|one| {
                let meaning = one.texts(look.lang).meaning;
                format!("{}/{}: {meaning}", one.system, one.category)
            })
            .collect();
        let name = if place == 0 { "see" } else { "" };
        row(&format!("  {name:<9} {code:>6} "), &meanings.join(" or "))?;
    }
    Ok(())
}
