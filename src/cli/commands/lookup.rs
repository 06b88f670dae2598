//! `list` and `search`, and the formats of entries for programs.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry, Lang};
use imerr::language;
use imerr::terminal::{Role, Styles, padded, width};

use super::text_page::TextPage;
use crate::args::{LookupArgs, LookupFormat};
use crate::exit_status::Outcome;
use crate::language::NoHit;
use crate::messages::{self, Level};

/// Prints the codes that pass the filters.
pub fn list(
    args: &LookupArgs,
    styles: &Styles,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let filter = args.entries.filter(catalog);
    let entries: Vec<&Entry> =
        catalog.entries().iter().filter(|entry| filter.selects(entry)).collect();
    write(&entries, args.format, styles, catalog.lang(), out)?;
    Ok(Outcome::Done)
}

/// Prints the codes that have the words, or most of them, and pass the filters. Nothing is found if
/// a word that no code has is likely a misspelling of another one.
pub fn search(
    words: &[String],
    args: &LookupArgs,
    styles: &Styles,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let words: Vec<&str> = words.iter().flat_map(|words| words.split_whitespace()).collect();
    if words.is_empty() {
        messages::say(Level::Error, messages::words().no_words());
        return Ok(Outcome::NothingFound);
    }
    let missing = catalog.words_without_entry(&words);
    let corrected = corrected(&words, &missing, catalog);
    let mut found = if corrected.is_empty() { catalog.search(&words) } else { Vec::new() };
    let are_filtered = !found.is_empty();
    let filter = args.entries.filter(catalog);
    found.retain(|entry| filter.selects(entry));
    write(&found, args.format, styles, catalog.lang(), out)?;
    let messages = messages::words();
    if !found.is_empty() {
        let missing = Catalog::words_not_found(&found, &words);
        if !missing.is_empty() {
            // On a terminal that shows both streams, the note comes after the entries.
            out.flush()?;
            messages::say(Level::Note, messages.words_left_out(&missing));
        }
        return Ok(Outcome::Done);
    }
    let query = words.join(" ");
    let problem = if are_filtered {
        messages.no_code_passes(&query)
    } else {
        messages.no_code_has(&NoHit { query, missing, corrected })
    };
    messages::say(Level::Error, problem);
    Ok(Outcome::NothingFound)
}

/// The most queries that are suggested.
const SUGGESTIONS: usize = 3;

/// The same query with similar words in place of those that no code has, as far as it finds a code.
fn corrected(words: &[&str], missing: &[String], catalog: &Catalog) -> Vec<String> {
    let mut similar = Vec::new();
    for word in missing {
        similar.push(catalog.similar_words(word, SUGGESTIONS));
    }
    // Several words would have too many combinations.
    let count = if missing.len() == 1 { SUGGESTIONS } else { 1 };
    let mut queries = Vec::new();
    for nth in 0..count {
        let mut query = Vec::new();
        for word in words {
            let place = missing.iter().position(|one| *one == word.to_lowercase());
            let similar = place.and_then(|place| similar[place].get(nth));
            query.push(similar.map_or(*word, String::as_str));
        }
        if query != words && !catalog.search(&query).is_empty() {
            queries.push(query.join(" "));
        }
    }
    queries
}

fn write(
    entries: &[&Entry],
    format: LookupFormat,
    styles: &Styles,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        LookupFormat::Text => write_table(entries, lang, &mut TextPage::stdout(styles, out)),
        LookupFormat::Json => write_json(entries, lang, out),
        LookupFormat::Csv => write_csv(entries, lang, out),
    }
}

/// Writes one entry per line: code, system/category, severity, meaning. On a terminal, meanings are
/// wrapped.
pub fn write_table(entries: &[&Entry], lang: Lang, page: &mut TextPage<'_>) -> io::Result<()> {
    let words = language::of(lang);
    let (mut code_width, mut category_width, mut severity_width) = (0, 0, 0);
    for entry in entries {
        // The few ranges are wider than their column, which would be half empty otherwise.
        if !entry.codes.is_range() {
            code_width = code_width.max(entry.codes.to_string().len());
        }
        category_width = category_width.max(category(entry).len());
        severity_width = severity_width.max(width(words.severity(entry.severity)));
    }
    for entry in entries {
        let role = Some(Role::of(Some(entry.severity)));
        let code = format!("{:>code_width$}  ", entry.codes);
        let category = format!("{:<category_width$}  ", category(entry));
        let severity = padded(words.severity(entry.severity), severity_width + 2);
        let label = [(role, &*code), (Some(Role::Detail), &*category), (role, &*severity)];
        page.row(&label, &[(None, entry.texts(lang).meaning)])?;
    }
    Ok(())
}

fn category(entry: &Entry) -> String {
    format!("{}/{}", entry.system, entry.category)
}

/// Writes one JSON object per line. `fixtures/schemas/entry.schema.json` describes it.
pub fn write_json(entries: &[&Entry], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        serde_json::to_writer(&mut *out, &*entry.in_lang(lang))?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a header and a row for each entry. Lists are separated by blanks, and the lines of
/// `check` by bars: line ends would end rows for line-based programs.
pub fn write_csv(entries: &[&Entry], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    // By way of memory, since an error of the CSV writer hides the kind of that of `out`.
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "code", "system", "category", "kind", "severity", "names", "meaning", "cause", "remedy",
        "check", "retry", "see", "status", "since", "note", "page", "as_of",
    ])?;
    for entry in entries {
        let entry = entry.in_lang(lang);
        let see: Vec<String> = entry.see.iter().map(i64::to_string).collect();
        csv.write_record([
            entry.codes.to_string().as_str(),
            &entry.system,
            &entry.category,
            entry.kind.as_str(),
            entry.severity.as_str(),
            &entry.names.join(" "),
            &entry.meaning,
            entry.cause.as_deref().unwrap_or_default(),
            &entry.remedy,
            &entry.check.join(" | "),
            entry.retry.as_str(),
            &see.join(" "),
            entry.status.as_str(),
            entry.since.as_deref().unwrap_or_default(),
            entry.note.as_deref().unwrap_or_default(),
            entry.page.as_deref().unwrap_or_default(),
            entry.as_of.as_deref().unwrap_or_default(),
        ])?;
    }
    out.write_all(&csv.into_inner().map_err(|error| error.into_error())?)
}
