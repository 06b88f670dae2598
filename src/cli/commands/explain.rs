//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};

use super::list::hanging;
use crate::args::ExplainArgs;
use crate::color::{Sink, When};
use crate::exit_status::Outcome;
use crate::messages;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

const SUGGESTIONS: usize = 3;

pub fn explain(
    args: &ExplainArgs,
    color: When,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let columns = Sink::Stdout.columns();
    let (bold, reset) = if color.colors(Sink::Stdout) { (BOLD, RESET) } else { ("", "") };
    let mut outcome = Outcome::Done;
    let mut is_first = true;
    for wanted in &args.wanted {
        let entries = entries(catalog, wanted);
        if entries.is_empty() {
            // On a terminal that shows both streams, the message comes after the entries above.
            out.flush()?;
            messages::message(format_args!("{wanted}: {}", unknown(catalog, wanted)));
            outcome = Outcome::NothingFound;
        }
        for entry in entries {
            if !std::mem::take(&mut is_first) {
                writeln!(out)?;
            }
            writeln!(out, "{bold}{}{reset}", title(entry, wanted))?;
            for (label, text) in fields(catalog, entry) {
                writeln!(out, "{}", hanging(&label, &text, columns))?;
            }
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
    let is_number = wanted.trim_start_matches(['-', '+']).bytes().all(|byte| byte.is_ascii_digit());
    let suggestions = match wanted.parse::<i64>() {
        Ok(code) => nearest_codes(catalog, code),
        Err(_) if is_number => return "the number is out of range for a code".to_string(),
        Err(_) => nearest_names(catalog, wanted),
    };
    let nearest = if suggestions.is_empty() {
        String::new()
    } else {
        format!("; nearest are {}", suggestions.join(", "))
    };
    format!("not in any catalog{nearest}; find codes by words with 'imerr-annotate search WORD...'")
}

fn nearest_codes(catalog: &Catalog, code: i64) -> Vec<String> {
    let entries = catalog.nearest_entries(code, SUGGESTIONS);
    entries.iter().map(|entry| format!("{} ({})", entry.codes, entry.phrase())).collect()
}

fn nearest_names(catalog: &Catalog, name: &str) -> Vec<String> {
    let names = catalog.similar_names(name, SUGGESTIONS);
    names.iter().map(|(name, entry)| format!("{name} ({})", entry.codes)).collect()
}

/// The code and its names. For a code within a range, the code alone.
fn title(entry: &Entry, wanted: &str) -> String {
    let mut title = if entry.codes.is_range() && wanted.parse::<i64>().is_ok() {
        wanted.to_string()
    } else {
        entry.codes.to_string()
    };
    for name in entry.names.iter() {
        title.push(' ');
        title.push_str(name);
    }
    title
}

fn fields(catalog: &Catalog, entry: &Entry) -> Vec<(String, String)> {
    let texts = entry.texts(Lang::En);
    let range = entry.codes.is_range().then(|| entry.codes.to_string());
    let page = entry.page.as_ref().map(|page| match &entry.as_of {
        Some(date) => format!("{page} (as of {date})"),
        None => page.to_string(),
    });
    let fields = [
        ("range", range),
        ("category", Some(format!("{}/{}", entry.system, entry.category))),
        ("kind", Some(format!("{}, severity {}", entry.kind, entry.severity))),
        ("meaning", Some(texts.meaning.to_string())),
        ("cause", texts.cause.map(str::to_string)),
        ("remedy", Some(texts.remedy.to_string())),
        ("retry", Some(format!("{}: {}", entry.retry, entry.retry.explained()))),
        ("status", Some(entry.status.to_string())),
        ("since", entry.since.as_ref().map(ToString::to_string)),
        ("note", texts.note.map(str::to_string)),
        ("page", page),
    ];
    let mut rows = Vec::new();
    for (name, text) in fields {
        rows.extend(text.map(|text| (format!("  {name:<9} "), text)));
    }
    for (index, code) in entry.see.iter().enumerate() {
        let name = if index == 0 { "see" } else { "" };
        rows.push((format!("  {name:<9} {code:>6} "), meanings(catalog, *code)));
    }
    rows
}

fn meanings(catalog: &Catalog, code: i64) -> String {
    let entries = catalog.entries_for_code(code);
    let meanings = entries.map(|entry| {
        format!("{}/{}: {}", entry.system, entry.category, entry.texts(Lang::En).meaning)
    });
    meanings.collect::<Vec<_>>().join(" or ")
}
