//! `Csv`: the file of an enrichment table of Vector, and a table for other programs.

use std::io::{self, Write};

use super::{CodeTable, Export};

/// Comma-separated values with a header, quoted as in RFC 4180, with lines that end in LF. Every
/// code has one row, since Vector refuses to choose from several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv;

impl Export for Csv {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        // By way of memory, since an error of the CSV writer hides the kind of that of `out`.
        let mut csv = csv::Writer::from_writer(Vec::new());
        for row in table.rows() {
            // The names of the fields become the header.
            csv.serialize(row.columns())?;
        }
        out.write_all(&csv.into_inner().map_err(|error| error.into_error())?)
    }
}
