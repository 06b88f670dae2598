//! `list`: the codes as a table, JSON lines or CSV.

use std::io::{self, Write};

use imerr::catalog::{Catalog, Entry};

use crate::args::{ListArgs, ListFormat};
use crate::exit_status::Outcome;
use crate::hanging::hanging;

pub fn list(
    args: &ListArgs,
    catalog: &Catalog,
    terminal: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let filter = args.entries.filter();
    let entries: Vec<&Entry> =
        catalog.entries().iter().filter(|entry| filter.allows_entry(entry)).collect();
    match args.format {
        ListFormat::Table => table(&entries, terminal, out)?,
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

/// One line an entry: code, system/category, severity, meaning. On a terminal of so many columns a meaning may take several.
pub fn table(entries: &[&Entry], terminal: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let category = |entry: &Entry| format!("{}/{}", entry.system, entry.category);
    let width = |of: &dyn Fn(&Entry) -> String| {
        entries.iter().map(|entry| of(entry).len()).max().unwrap_or(0)
    };
    let (codes, categories) = (width(&|entry| entry.codes.to_string()), width(&category));
    for entry in entries {
        let label = format!(
            "{:>codes$}  {:<categories$}  {:<7}  ",
            entry.codes,
            category(entry),
            entry.severity
        );
        writeln!(out, "{}", hanging(&label, &entry.meaning, terminal))?;
    }
    Ok(())
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
