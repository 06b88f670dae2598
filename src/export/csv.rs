//! `Csv`: the file of an enrichment table of Vector, and a table for other programs.

use std::io::{self, Write};

use super::{CodeTable, Export};

/// Comma-separated values with a header, quoted as in RFC 4180, with lines that end in LF. Every
/// code has one row, since Vector refuses to choose from several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv;

impl Export for Csv {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        for row in table.rows() {
            // The names of the fields become the header.
            csv.serialize(row.columns())?;
        }
        csv.flush()
    }
}
