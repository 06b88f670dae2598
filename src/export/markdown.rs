//! `Markdown`: a table for people.

use std::io::{self, Write};

use super::{CodeTable, Export};
use crate::language::{Label, capitalized};
use crate::markdown::{code_span, escape};

/// A table of GitHub-flavored Markdown with a row for each code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

const COLUMNS: [Label; 6] =
    [Label::Code, Label::Name, Label::Category, Label::Severity, Label::Meaning, Label::Remedy];

impl Export for Markdown {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let words = table.words();
        writeln!(out, "{}\n\n{}\n", table.title(), words.table_limits())?;
        writeln!(
            out,
            "|{}",
            COLUMNS.map(|label| format!(" {} |", capitalized(words.label(label)))).concat()
        )?;
        writeln!(out, "|--:|:--|:--|:--|:--|:--|")?;
        for entry in table.entries() {
            let name = entry.name().map(code_span).unwrap_or_default();
            let texts = entry.texts(table.lang());
            writeln!(
                out,
                "| {} | {name} | {}/{} | {} | {} | {} |",
                entry.codes,
                entry.system,
                entry.category,
                words.severity(entry.severity),
                escape(texts.meaning),
                escape(texts.remedy),
            )?;
        }
        Ok(())
    }
}
