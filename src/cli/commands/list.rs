//! `list`: prints the codes as a table, JSON lines or CSV.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry};

use super::hanging::hanging;
use crate::args::{ListArgs, ListFormat};
use crate::exit_status::Outcome;

pub fn list(
    args: &ListArgs,
    catalog: &Catalog,
    columns: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let filter = args.entries.filter();
    let entries: Vec<&Entry> =
        catalog.entries().iter().filter(|entry| filter.allows_entry(entry)).collect();
    match args.format {
        ListFormat::Table => table(&entries, columns, out)?,
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

/// Prints one entry per line: code, system/category, severity, meaning. Meanings are wrapped if
/// `columns` is given.
pub fn table(entries: &[&Entry], columns: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
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
