//! `Sqlite`: a script that makes a table.

use std::io::{self, Write};

use super::code_table::Columns;
use super::{CodeTable, Export};

/// SQL for the table `imerr_codes`. A code is looked up by `first` and `last`, so large ranges are
/// found too. Replaces an earlier table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqlite;

impl Export for Sqlite {
    fn write(&self, table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
        table.write_header("--", out)?;
        writeln!(out, "-- SELECT * FROM imerr_codes WHERE 6206 BETWEEN first AND last;")?;
        writeln!(out, "BEGIN;\nDROP TABLE IF EXISTS imerr_codes;")?;
        writeln!(out, "CREATE TABLE imerr_codes (")?;
        writeln!(out, "  first INTEGER NOT NULL,\n  last INTEGER NOT NULL,")?;
        writeln!(out, "  {} TEXT NOT NULL\n);", Columns::TEXTS.join(" TEXT NOT NULL,\n  "))?;
        for row in table.rows() {
            let columns = row.columns();
            let mut values = format!("{}, {}", columns.first, columns.last);
            for value in columns.values() {
                values += &format!(", '{}'", value.replace('\'', "''"));
            }
            writeln!(out, "INSERT INTO imerr_codes VALUES ({values});")?;
        }
        writeln!(out, "CREATE INDEX imerr_codes_first ON imerr_codes (first, last);\nCOMMIT;")
    }
}
