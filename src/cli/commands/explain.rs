//! `explain`: prints all that the catalogs say about codes or names.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};

use super::list::hanging;
use crate::color::{Sink, When};
use crate::exit_status::Outcome;
use crate::messages;

const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

const SUGGESTIONS: usize = 3;

pub fn explain(
    wanted: &[String],
    color: When,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let columns = Sink::Stdout.columns();
    let (bold, reset) = if color.colors(Sink::Stdout) { (BOLD, RESET) } else { ("", "") };
    let mut outcome = Outcome::Done;
    let mut is_first = true;
    for wanted in wanted {
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
    let mut nearest = Vec::new();
    if let Ok(code) = wanted.parse::<i64>() {
        for entry in catalog.nearest_entries(code, SUGGESTIONS) {
            nearest.push(format!("{} ({})", entry.codes, entry.phrase()));
        }
    } else if is_number {
        return "the number is out of range for a code".to_string();
    } else {
        for (name, entry) in catalog.similar_names(wanted, SUGGESTIONS) {
            nearest.push(format!("{name} ({})", entry.codes));
        }
    }
    let separator = if nearest.is_empty() { "" } else { "; nearest are " };
    let nearest = nearest.join(", ");
    format!(
        "not in any catalog{separator}{nearest}; \
         find codes by words with 'imerr-annotate search WORD...'"
    )
}

/// The code and its names. For a code within a range, the code alone.
fn title(entry: &Entry, wanted: &str) -> String {
    let codes = entry.codes.to_string();
    let is_in_range = entry.codes.is_range() && wanted.parse::<i64>().is_ok();
    let mut words = vec![if is_in_range { wanted } else { codes.as_str() }];
    words.extend(entry.names.iter().map(AsRef::<str>::as_ref));
    words.join(" ")
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
