//! `Splunk`: the file of a lookup. `SplunkConf`: its stanzas.
//!
//! A lookup file cannot contain comments, so the stanzas are an output of their own.

use std::io::{self, Write};

use super::code_table::Columns;
use super::{CodeTable, Csv, Export};

/// Comma-separated values with a header, as [`Csv`] writes them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Splunk;

/// The stanzas of `transforms.conf` and `props.conf` for a lookup file `imerr_codes.csv`. They
/// contain no codes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SplunkConf;

impl Export for Splunk {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        Csv.write(table, out)
    }
}

impl Export for SplunkConf {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        table.write_header("#", out)?;
        write!(
            out,
            r#"
# Into transforms.conf. The file is lookups/imerr_codes.csv of the same app.
[imerr_codes]
filename = imerr_codes.csv
case_sensitive_match = true

# Into props.conf, below the source type of the logs.
[app_log]
EXTRACT-imerr = (?:error_code|ErrorCode|errCode|code)["\\]?\s*[:=]\s*(?<imerr_code>-?\d+)
LOOKUP-imerr = imerr_codes code AS imerr_code OUTPUT"#
        )?;
        for column in Columns::TEXTS {
            write!(out, " {column} AS imerr_{column}")?;
        }
        writeln!(out)
    }
}
