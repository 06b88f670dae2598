//! `FluentBit`: the file of the filter `lookup`.

use std::io::{self, Write};

use super::{CodeTable, Export};

/// Comma-separated values with a header and two columns: the code, and what an annotation says
/// after it.
#[derive(Clone, Copy, Debug, Default)]
pub struct FluentBit;

impl Export for FluentBit {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["code", "imerr"])?;
        for row in table.rows() {
            csv.write_record([row.code(), row.summary()])?;
        }
        out.write_all(&csv.into_inner().map_err(|error| error.into_error())?)
    }
}
