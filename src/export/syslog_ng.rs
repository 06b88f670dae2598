//! `SyslogNg`: the database of `add-contextual-data()`.

use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};

use super::{CodeTable, Export};

/// Rows of a code, a name and a value, without a header: `"6206","severity","error"`.
///
/// syslog-ng takes single quotes for quotes too unless a value is in double quotes, and since 3.21
/// values are templates, in which `$$` stands for a dollar sign.
#[derive(Clone, Copy, Debug, Default)]
pub struct SyslogNg;

impl Export for SyslogNg {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
        for row in table.rows() {
            for (name, value) in row.columns().texts() {
                csv.write_record([&row.code(), name, &value.replace('$', "$$")])?;
            }
        }
        out.write_all(&csv.into_inner().map_err(|error| error.into_error())?)
    }
}
