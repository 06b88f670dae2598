//! A map from codes to their columns, in YAML.

use std::io::{self, Write};

use super::CodeTable;

/// Writes a map of maps with comments in front. Codes are quoted, since readers compare them as
/// strings.
///
/// A string of JSON is a double-quoted string of YAML.
pub(super) fn write(table: &CodeTable<'_>, out: &mut dyn Write) -> io::Result<()> {
    table.write_header("#", out)?;
    for row in table.rows() {
        writeln!(out, "{}:", serde_json::to_string(&row.code())?)?;
        for (name, value) in row.columns().texts() {
            writeln!(out, "  {name}: {}", serde_json::to_string(value)?)?;
        }
    }
    Ok(())
}
