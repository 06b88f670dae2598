//! `list` and `search`: print the codes as a table, JSON lines or CSV.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry};
use imerr::terminal::{width, wrap};

use crate::args::{EntryFilterArgs, ListFormat};
use crate::color::Sink;
use crate::exit_status::Outcome;
use crate::messages;

pub fn list(
    entries: &EntryFilterArgs,
    format: ListFormat,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let filter = entries.filter();
    let entries: Vec<&Entry> =
        catalog.entries().iter().filter(|entry| filter.allows_entry(entry)).collect();
    match format {
        ListFormat::Table => table(&entries, out)?,
        ListFormat::Jsonl => {
            for entry in entries {
                serde_json::to_writer(&mut *out, entry)?;
                writeln!(out)?;
            }
        }
        ListFormat::Csv => csv(&entries, out)?,
    }
    Ok(Outcome::Done)
}

/// Prints the codes that have all of `words`.
pub fn search(words: &[String], catalog: &Catalog, out: &mut dyn Write) -> io::Result<Outcome> {
    let words: Vec<&str> = words.iter().flat_map(|words| words.split_whitespace()).collect();
    if words.is_empty() {
        messages::error("search: no word to search for; try 'imerr-annotate search expired'");
        return Ok(Outcome::NothingFound);
    }
    let found = catalog.search(&words);
    if found.is_empty() {
        let words = words.join(" ");
        let hint = "try fewer, or 'imerr-annotate list'";
        messages::error(format_args!("{words}: no code has all of these words; {hint}"));
        return Ok(Outcome::NothingFound);
    }
    table(&found, out)?;
    Ok(Outcome::Done)
}

/// Prints one entry per line: code, system/category, severity, meaning. On a terminal, meanings are
/// wrapped.
fn table(entries: &[&Entry], out: &mut dyn Write) -> io::Result<()> {
    let columns = Sink::Stdout.columns();
    let (mut code_width, mut category_width) = (0, 0);
    for entry in entries {
        code_width = code_width.max(entry.codes.to_string().len());
        category_width = category_width.max(category(entry).len());
    }
    for entry in entries {
        let label = format!(
            "{:>code_width$}  {:<category_width$}  {:<7}  ",
            entry.codes,
            category(entry),
            entry.severity
        );
        writeln!(out, "{}", hanging(&label, &entry.meaning, columns))?;
    }
    Ok(())
}

fn category(entry: &Entry) -> String {
    format!("{}/{}", entry.system, entry.category)
}

fn csv(entries: &[&Entry], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "code", "system", "category", "kind", "severity", "names", "meaning", "cause", "remedy",
        "retry", "see", "status",
    ])?;
    for entry in entries {
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
            entry.retry.as_str(),
            &see.join(" "),
            entry.status.as_str(),
        ])?;
    }
    csv.flush()
}

/// Text is not wrapped into fewer columns.
const MIN_TEXT_COLUMNS: usize = 20;

/// `label` followed by `text`, wrapped to `columns` if given. Further lines are indented to where
/// the text begins. A word that is too long gets a line of its own.
pub fn hanging(label: &str, text: &str, columns: Option<usize>) -> String {
    let indent = width(label);
    let Some(columns) = columns.filter(|columns| *columns >= indent + MIN_TEXT_COLUMNS) else {
        return format!("{label}{text}");
    };
    let line_break = format!("\n{}", " ".repeat(indent));
    format!("{label}{}", wrap(text, columns - indent).join(&line_break))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_are_indented_to_the_text() {
        let label = "  note      ";
        for (text, columns, wanted) in [
            ("one two three", None, "  note      one two three"),
            (
                "one two three four five six",
                Some(32),
                "  note      one two three four\n            five six",
            ),
            ("one two three four five six", Some(31), "  note      one two three four five six"),
            (
                "购物车正被另一台设备修改。",
                Some(32),
                "  note      购物车正被另一台设备\n            修改。",
            ),
            (
                "https://example.com/a/long-page",
                Some(32),
                "  note      https://example.com/a/long-page",
            ),
        ] {
            assert_eq!(hanging(label, text, columns), wanted, "{text} {columns:?}");
        }
    }
}
